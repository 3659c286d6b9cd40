"""One card per role: what it signs, who, where it stands, and what is still missing."""

import streamlit as st

from mmm_core.errors import counted
from mmm_core.taxonomy.names import comparable
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.signing import RoleCard, Signature, SignOff, sign, withdraw
from pages.ui.boundary import noting_problems
from pages.ui.caching import scoped_of
from pages.ui.escaping import plain
from pages.ui.state import author, message_once, storage

SIGNS = {"marketing": "the groups", "finance": "the reconciled money", "analytics": "the integrity"}
_MARKS = {
    "signed": (":material/check_circle:", "Signed"),
    "void": (":material/history:", "Void, the scope changed"),
    "ready": (":material/edit:", "Ready to be signed"),
    "needs": (":material/pending:", "Needs something first"),
}
_MOST_NEEDS = 4
_TEXT = "signature-text"


def show_cards(project: str, state: SignOff) -> None:
    """Show the three cards side by side."""
    for column, card in zip(st.columns(len(state.cards), gap="medium"), state.cards, strict=True):
        with column, st.container(border=True, height="stretch"):
            _card(project, card)


def _card(project: str, card: RoleCard) -> None:
    icon, words = _MARKS[card.state]
    st.markdown(f"**{card.role.capitalize()}** signs {SIGNS[card.role]}")
    st.markdown(f"{icon} {words}")
    one = card.signature
    signed = one is not None and card.state in ("signed", "void")
    said = one.statement if one is not None and signed else card.statement.text
    st.markdown(f"> {plain(said)}")
    if one is not None:
        st.caption(_who(one))
    elif card.people:
        st.caption(f"To be signed by {plain(' or '.join(card.people))}.")
    else:
        st.caption("Nobody of this role takes part yet; people are named on the page Project.")
    if signed and card.state == "void" and said != card.statement.text:
        st.caption(f"It would say now: {plain(card.statement.text)}")
    if card.state != "signed":
        for need in card.statement.needs[:_MOST_NEEDS]:
            st.markdown(f":material/arrow_right: {plain(need)}")
        if len(card.statement.needs) > _MOST_NEEDS:
            st.caption(f"And {counted(len(card.statement.needs) - _MOST_NEEDS, 'more thing')} to settle.")
    for note in card.statement.notes:
        st.caption(plain(note))
    if one is not None and one.withdrawn_at is None and comparable(one.participant) == comparable(author()):
        st.button(
            "Withdraw my signature",
            key=f"withdraw-{card.role}",
            type="tertiary",
            icon=":material/undo:",
            on_click=_withdraw,
            args=(project, card.role),
        )


def _who(one: Signature) -> str:
    when = f"{one.at:%d %b %Y at %H:%M} UTC"
    if one.withdrawn_at is not None:
        return f"{plain(one.participant)} signed on {when} and withdrew on {one.withdrawn_at:%d %b %Y at %H:%M} UTC."
    added = f": {plain(one.text)}" if one.text else "."
    return f"{plain(one.participant)}, {when}{added}"


def offer_signature(project: str, state: SignOff, role: str) -> None:
    """Offer the one primary button to whoever may sign now; say to others why they cannot."""
    card = state.card(role)
    if card is None:
        st.caption(
            f"You work as {plain(author())}, who {'looks on' if role else 'takes no part'} here. A scope is signed by "
            "one participant each of marketing, finance and analytics; say who you are in the sidebar."
        )
    elif other := state.other_role_of(author(), role):
        st.caption(
            f"You have signed this scope for {other}. Three people stand behind it, so somebody else signs for {role}; "
            f"or withdraw your signature for {other} first."
        )
    elif card.state == "signed":
        st.caption(f"{card.role.capitalize()} has signed; nothing to do for you here.")
    elif card.may_be_signed:
        st.text_input("Anything to add to your signature?", key=_TEXT, placeholder="May stay empty", width=520)
        st.button(
            f"Sign for {card.role}",
            type="primary",
            key="sign",
            icon=":material/signature:",
            on_click=_sign,
            args=(project, state.fingerprint),
        )
    else:
        st.caption(f"You can sign for {card.role} as soon as what its card names is settled.")


def _sign(project: str, in_view: str) -> None:
    """Sign what was on the screen; what stands in the database by now must be the same."""
    with noting_problems():
        scoped: Scoped | None = scoped_of(project)
        if scoped is not None:
            text = str(st.session_state.get(_TEXT, ""))
            signed = sign(storage(), project, scoped, author=author(), in_view=in_view, text=text)
            st.session_state[_TEXT] = ""
            message_once(f"Signed for {signed.role}")


def _withdraw(project: str, role: str) -> None:
    with noting_problems():
        withdraw(storage(), project, role, author=author())
        message_once("Your signature is withdrawn; it stays in the history")
