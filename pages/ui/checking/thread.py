"""The thread of a finding: who has it, what was said, and what may be decided by whoever sits here."""

import streamlit as st

from mmm_core.checks.threads import Action, FindingState, can_be_waived
from mmm_core.findings import Severity
from mmm_core.storage.participants import Participant
from mmm_core.taxonomy.names import comparable
from mmm_core.workflows.participants import list_participants
from mmm_core.workflows.threads import say
from pages.ui.boundary import noting_problems
from pages.ui.caching import scoped_of
from pages.ui.checking.wording import entry_in_words
from pages.ui.escaping import plain
from pages.ui.state import author, message_once, storage

_NOBODY = ""
_DONE: dict[Action, str] = {
    "comment": "Comment kept",
    "assign": "Noted who has it",
    "accept": "Accepted; it stays visible in the scope",
    "waive": "Waived; it stays visible in the scope",
    "reopen": "Open again",
}


def speaker(project: str) -> Participant | None:
    """Return whoever sits here, None when they take no part or look on."""
    me = comparable(author())
    people = list_participants(storage(), project)
    return next((one for one in people if comparable(one.name) == me and one.role != "viewer"), None)


def show_thread(project: str, state: FindingState, person: Participant | None) -> None:
    """Show what was said, and offer what this person may do."""
    st.markdown("##### What people make of it")
    if not state.entries:
        st.caption("Nobody said anything yet.")
    for entry in state.entries:
        st.markdown(entry_in_words(entry) + (f"  \n{plain(entry.text)}" if entry.text else ""))
    if person is None:
        st.caption(
            f"You work as {plain(author())}, who does not decide here. Participants of marketing, finance and "
            "analytics do; say who you are in the sidebar, or add yourself on the page Project."
        )
        return
    _holder(project, state)
    _answer(project, state, person)


def _holder(project: str, state: FindingState) -> None:
    """Choose who has it; the key holds who has it now, so that the database decides what is shown."""
    people = [one.name for one in list_participants(storage(), project) if one.role != "viewer"]
    people += [state.assignee] if state.assignee and state.assignee not in people else []
    options, key = [_NOBODY, *people], f"holder-{state.key}-{state.assignee}"
    st.selectbox(
        "Who has it",
        options,
        index=options.index(state.assignee),
        format_func=lambda name: name or "Nobody",
        key=key,
        on_change=_assign,
        args=(project, state.key, key),
    )


def _answer(project: str, state: FindingState, person: Participant) -> None:
    key, finding = f"say-{state.key}", state.finding
    st.text_area("Comment or reason", key=key, height=90, placeholder="For instance: agreed with the agency on 3 March")
    actions: list[tuple[Action, str, str]] = [("comment", "Comment", "chat_bubble")]
    may_waive = finding is not None and can_be_waived(finding) and state.is_open
    if finding is not None and state.is_open and finding.severity is not Severity.ERROR:
        actions.append(("accept", "Accept with this reason", "check"))
    if may_waive and person.role == "analytics":
        actions.append(("waive", "Waive with this reason", "gavel"))
    if state.verdict is not None and state.status != "gone":
        actions.append(("reopen", "Open again", "undo"))
    seen = finding.fingerprint if finding is not None else ""
    with st.container(horizontal=True):
        for action, label, icon in actions:
            st.button(
                label,
                key=f"say-{action}-{state.key}",
                icon=f":material/{icon}:",
                on_click=_say,
                args=(project, state.key, action, seen, key),
            )
    if may_waive and person.role != "analytics":
        st.caption("It blocks the fit until it is fixed. Somebody of analytics can waive it with a reason.")


def _say(project: str, key: str, action: Action, seen: str, text_key: str) -> None:
    """Do it on what is found by now, bound to what was in view; what was typed stays when it is refused."""
    with noting_problems():
        scoped = scoped_of(project)
        if scoped is not None:
            text = str(st.session_state.get(text_key, ""))
            say(storage(), project, scoped, key, action=action, text=text, author=author(), seen=seen)
            st.session_state[text_key] = ""
            message_once(_DONE[action])


def _assign(project: str, key: str, widget: str) -> None:
    with noting_problems():
        scoped = scoped_of(project)
        if scoped is not None:
            name = str(st.session_state[widget] or "")
            say(storage(), project, scoped, key, action="assign", text="", author=author(), assignee=name)
            message_once(_DONE["assign"])
