"""An objection looked into: its evidence, the ways out with their prices, the answer, the thread."""

import numpy as np
import pandas as pd
import streamlit as st

from mmm_core.charts.evidence import evidence_chart
from mmm_core.charts.in_step import in_step_chart
from mmm_core.feasibility.answers import Action, Answer, ObjectionState
from mmm_core.panel.panel import Panel
from mmm_core.workflows.answering import may_say, say_to_objection
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import noting_problems
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.fits import colours
from pages.ui.people import role_here
from pages.ui.push_back.ways import show_ways
from pages.ui.state import author, message_once, storage

_SAID = {
    "raise": "objected",
    "comment": "",
    "keep": "keeps it with a caveat",
    "accept": "accepted",
    "propose": "proposed",
    "settle": "settled it",
    "return": "sent it back",
    "withdraw": "withdrew it",
    "reopen": "opened it again",
}
_BUTTONS: dict[Action, tuple[str, str]] = {
    "keep": ("Keep them, with this caveat", "flag"),
    "propose": ("Propose this instead", "lightbulb"),
    "settle": ("Settle it", "task_alt"),
    "return": ("Send it back", "undo"),
    "withdraw": ("Withdraw the objection", "block"),
    "reopen": ("Open it again", "history"),
    "comment": ("Comment", "chat"),
}


def show_opened(project: str, scoped: Scoped, number: int, state: ObjectionState) -> None:
    """Show everything about one objection."""
    panel = scoped.panel
    if panel is not None and state.status != "gone" and set(state.objection.groups) <= set(panel.groups):
        _evidence(scoped, panel, state)
    for reason in state.objection.reasons:
        st.markdown(f"- {plain(reason.sentence[:1].upper() + reason.sentence[1:])}")
    if state.objection.reasons:
        with st.popover("Where the lines are drawn", type="tertiary", key=f"lines-{state.objection.key}"):
            for reason in state.objection.reasons:
                st.caption(f"{reason.rule}: {plain(reason.threshold)}")
    role = role_here(project)
    if state.is_open or state.status == "noted":
        show_ways(project, scoped, number, state, may_accept=may_say("accept", role))
    _thread(state)
    _answer(project, state, role)


def _evidence(scoped: Scoped, panel: Panel, state: ObjectionState) -> None:
    """Draw the spend of the groups: two side by side, one alone."""
    total = panel.data["spend"].sum("geo")
    groups, currency = state.objection.groups, panel.currency
    period = pd.to_datetime(panel.data["period"].values)
    if len(groups) == 2:
        first, second = (total.sel(group=group).values for group in groups)
        apart = (first > np.median(first)) != (second > np.median(second))
        table = pd.DataFrame({"period": period, "first": first, "second": second, "apart": apart})
        of = colours(scoped)
        drawing = in_step_chart(
            table,
            first=groups[0],
            second=groups[1],
            colours=(of[groups[0]], of[groups[1]]),
            currency=currency,
            period=panel.period,
        )
        show_drawing(drawing, key=f"in-step-{state.objection.key}")
        st.caption("Ticks mark where one spends more than it usually does and the other does not.")
    elif len(groups) == 1:
        values = total.sel(group=groups[0]).values
        table = pd.DataFrame({"period": period, "value": values, "marked": False})
        drawing = evidence_chart(table, unit=f"{currency} per {panel.period}", period=panel.period)
        show_drawing(drawing, key=f"spend-{state.objection.key}")


def _thread(state: ObjectionState) -> None:
    for entry in state.entries:
        said = plain(entry.text or str(entry.detail.get("alternative", "")))
        st.markdown(f":gray[{_who(entry)}{':' if said else ''}] {said}")


def _who(entry: Answer) -> str:
    when = f", {entry.at.day} {entry.at:%b %Y, %H:%M} UTC" if entry.at is not None else ""
    said = f" {_SAID[entry.action]}" if _SAID[entry.action] else ""
    return f"**{plain(entry.author)}** ({entry.role}{when}){said}"


def _answer(project: str, state: ObjectionState, role: str) -> None:
    """Offer what this role may say now."""
    if not may_say("comment", role) or not role:
        st.caption(
            f"You work as {plain(author())}, who {'looks on' if role else 'takes no part'} here. The client's "
            "marketing "
            "answers, analytics settles; say who you are at the foot of the sidebar."
        )
        return
    key = state.objection.key
    st.text_area(
        "Your answer" if role == "marketing" else "Your word on it",
        key=f"answer-{key}",
        height=80,
        placeholder="For instance: two teams steer them, we need to see both; we read them together until the test",
    )
    with st.container(horizontal=True):
        for action in _possible(state, role):
            label, icon = _BUTTONS[action]
            st.button(
                label,
                key=f"{action}-{key}",
                icon=f":material/{icon}:",
                on_click=_say,
                args=(project, state, action),
            )


def _possible(state: ObjectionState, role: str) -> list[Action]:
    open_now = state.status in ("open", "changed", "answered", "noted")
    wanted: list[Action] = []
    if open_now:
        wanted += ["keep", "propose"] if state.status != "answered" else []
        wanted += ["settle", "return"] if state.status == "answered" else []
        wanted += ["withdraw"] if state.status != "noted" else []
    elif state.status in ("settled", "withdrawn"):
        wanted += ["reopen"]
    return [action for action in (*wanted, "comment") if may_say(action, role)]


def _say(project: str, state: ObjectionState, action: Action) -> None:
    key = f"answer-{state.objection.key}"
    with noting_problems():
        text = str(st.session_state.get(key, ""))
        say_to_objection(storage(), project, state, action=action, text=text, author=author())
        st.session_state[key] = ""
        message_once("Your comment is kept" if action == "comment" else f"Kept: {author()} {_SAID[action]}")
