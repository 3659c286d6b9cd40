"""Is this the scope that we all stand behind?"""

import streamlit as st

from mmm_core.errors import counted
from mmm_core.workflows.signing import SignOff
from pages.ui.caching import scoped_of
from pages.ui.escaping import plain
from pages.ui.journey import next_step
from pages.ui.people import role_here
from pages.ui.signing.cards import offer_signature, show_cards
from pages.ui.signing.document import offer_downloads, show_document
from pages.ui.signing.standing import document_of, sign_off_of
from pages.ui.state import need_project, show_problem

_MOST_CHANGES = 6


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("Is this the scope that we all stand behind?")
    show_problem()
    scoped = scoped_of(project)
    if scoped is None:
        st.info("There is no media file yet, so there is no scope to sign.", icon=":material/upload_file:")
        st.page_link("pages/scope/data.py", label="Bring the data", icon=":material/arrow_back:")
        return
    state = sign_off_of(project, scoped)
    st.write(_answer(state))
    _changes(state)
    show_cards(project, state)
    if state.status != "signed":
        offer_signature(project, state, role_here(project))
        _ways_on(state)
    document = document_of(project, scoped, state)
    st.subheader("The scope document")
    st.caption(
        f"Scope {document.short_fingerprint}, mapping revision {document.mapping_number}. "
        "A signature is bound to everything in it; whoever changes any of it, voids the signatures."
    )
    show_document(document)
    offer_downloads(document)
    if state.status == "signed":
        next_step("Fit the model", "pages/model/fit.py")


def _answer(state: SignOff) -> str:
    signed = [card for card in state.cards if card.state == "signed"]
    void = [card for card in state.cards if card.state == "void"]
    if state.status == "signed":
        return "Yes. Marketing, finance and analytics have signed it as it stands."
    if void:
        names = [plain(card.signature.participant) for card in void if card.signature is not None]
        who = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        changed = counted(len(state.changes), "change")
        return f"Not any more: {changed} since {who} signed. The void signatures stay in the history."
    if signed:
        missing = " and ".join(card.role for card in state.cards if card.state != "signed")
        return f"Not yet: {' and '.join(card.role for card in signed)} signed it as it stands; {missing} did not."
    if state.open:
        return f"Not yet: nobody has signed it, and {counted(len(state.open), 'thing')} must be settled before all can."
    return "Not yet: nobody has signed it. Nothing stands in the way."


def _changes(state: SignOff) -> None:
    """Say what changed since it was signed."""
    if not state.changes:
        return
    with st.container(border=True):
        st.markdown("**What changed since it was signed**")
        for change in state.changes[:_MOST_CHANGES]:
            st.markdown(f"- {plain(change)}")
        if len(state.changes) > _MOST_CHANGES:
            with st.expander(f"And {counted(len(state.changes) - _MOST_CHANGES, 'more change')}"):
                for change in state.changes[_MOST_CHANGES:]:
                    st.markdown(f"- {plain(change)}")


def _ways_on(state: SignOff) -> None:
    """Say where things are settled, and that nobody has to wait for a signature to see a draft."""
    with st.container(horizontal=True):
        if state.open:
            st.page_link("pages/scope/checks.py", label="Settle findings on Checks", icon=":material/fact_check:")
            st.page_link("pages/scope/push_back.py", label="Answer objections on Push-back", icon=":material/forum:")
        st.page_link("pages/model/specification.py", label="Go on with a draft", icon=":material/edit_note:")


show()
