"""All files that wait: a card each, one click for those that need no decision."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.settings import ProjectSettings
from mmm_core.storage.sources import Source
from mmm_core.workflows.replacing import replace_source
from mmm_core.workflows.sources import add_source
from pages.ui.boundary import show_error
from pages.ui.sources.reading import inspected
from pages.ui.sources.upload_card import Card, show_card
from pages.ui.sources.waiting import Waiting, empty_uploader, show_uploader, take
from pages.ui.state import author, message_once, storage

_ERRORS = "upload-errors"


def show_uploads(project: str, sources: Sequence[Source], settings: ProjectSettings) -> bool:
    """Show the uploader and the files that wait; True while any does."""
    waiting = show_uploader(project)
    top = st.container()
    with top:
        for error in st.session_state.pop(_ERRORS, []):
            show_error(error)
    cards = [card for file in waiting for card in _cards(file, sources, settings)]
    if waiting and not cards:
        empty_uploader()
        st.rerun()
    if len(cards) > 1:
        with top:
            _all_at_once(project, cards)
    for card in cards:
        _buttons(project, card, alone=len(cards) == 1)
    return bool(cards)


def _cards(file: Waiting, sources: Sequence[Source], settings: ProjectSettings) -> list[Card]:
    """Show a card per sheet that is to be brought; a file without sheets has one."""
    upload = inspected(file)
    sheets = () if isinstance(upload, WorkshopError) else upload.sheets
    if len(sheets) < 2 or isinstance(upload, WorkshopError):
        card = show_card(file, None, sources, settings)
        return [card] if card else []
    chosen = st.pills(
        f"Sheets to bring from {file.name}",
        sheets,
        selection_mode="multi",
        default=[upload.sheet],
        key=f"{file.key}-sheets",
    )
    return [card for sheet in chosen if (card := show_card(file, sheet, sources, settings))]


def _all_at_once(project: str, cards: Sequence[Card]) -> None:
    """Offer to take in everything that needs no decision."""
    simple = _simple(cards)
    known = [card for card in cards if card.settled and not card.offers and not card.is_open]
    undecided = len(cards) - len(simple) - len(known)
    with st.container(horizontal=True, vertical_alignment="center"):
        open_ones = f", {undecided} of them with something to decide" if undecided else ""
        st.markdown(f"**{counted(len(cards), 'file')}** to look at{open_ones}.")
        if len(simple) > 1 and st.button(
            f"Add all {len(simple)} files" if not undecided else f"Add the other {len(simple)} files",
            type="primary",
            key="add-all",
            icon=":material/playlist_add_check:",
        ):
            _take_in(project, [*simple, *known])


def _simple(cards: Sequence[Card]) -> list[Card]:
    """Return the cards that need no decision; of several outcomes only the first does not."""
    simple: list[Card] = []
    for card in cards:
        second = card.has_outcome and any(other.has_outcome for other in simple)
        if card.is_ready and not (card.replaces or card.has_question or second):
            simple.append(card)
    return simple


def _buttons(project: str, card: Card, *, alone: bool) -> None:
    """Offer to take the file in, and to leave it."""
    with card.buttons:
        if card.is_ready:
            word, icon = ("Replace", ":material/swap_horiz:") if card.replaces else ("Add", ":material/add:")
            if st.button(word, key=f"{card.key}-add", type="primary" if alone else "secondary", icon=icon):
                _take_in(project, [card])
        if card.is_ready and card.replaces:
            st.button("Keep both", key=f"{card.key}-keep-both", on_click=_keep_both, args=(card.places,))
        label = "Cancel" if card.replaces else "Leave out"
        if st.button(label, key=f"{card.key}-aside", type="tertiary", icon=":material/close:"):
            take(card.file, card.sheet)
            st.rerun()


def _keep_both(places: Sequence[str]) -> None:
    """Take the file as a further one."""
    for key in places:
        st.session_state[key] = None


def _take_in(project: str, cards: Sequence[Card]) -> None:
    """Take files in, one after the other; one that cannot be is named and stays, the others are in."""
    done: list[str] = []
    errors: list[WorkshopError] = []
    with st.spinner(f"Taking in {counted(len(cards), 'file')}"):
        for card in cards:
            try:
                for offer in card.offers:
                    taken = {"name": card.file.name, "sheet": card.sheet, "reading": offer.reading, "author": author()}
                    if offer.instead_of is None:
                        add_source(storage(), project, card.file.content, **taken)
                    else:
                        replace_source(storage(), project, offer.instead_of, card.file.content, **taken)
            except WorkshopError as error:
                errors.append(error)
            else:
                done += [f"{card.file.name} {'takes its place' if card.replaces else 'is in'}"] if card.offers else []
                take(card.file, card.sheet)
    st.session_state[_ERRORS] = errors
    if done:
        message_once(done[0] if len(done) == 1 else f"{len(done)} files are in")
    st.rerun()
