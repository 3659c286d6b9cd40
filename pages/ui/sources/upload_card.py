"""One file that waits: what was understood of it in one line, what is open, and everything to correct below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core import fingerprint
from mmm_core.errors import WorkshopError
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.readers import is_packed
from mmm_core.ingest.readings import Reading
from mmm_core.settings import ProjectSettings
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.facts import date_question
from mmm_core.workflows.kinds import kind_of
from mmm_core.workflows.uploads import Upload, earlier_file, same_content
from pages.ui.boundary import show_error
from pages.ui.escaping import plain
from pages.ui.sources.difference import show_difference
from pages.ui.sources.form import chosen_form, show_form, start_of_newer
from pages.ui.sources.notes import say_what_is_assumed, say_what_is_unused, show_notes
from pages.ui.sources.questions import ask_date_order, ask_encoding, ask_spread, without_asked
from pages.ui.sources.reading import Guessed, facts_of_upload, guessed, inspected, preview, unused_columns
from pages.ui.sources.roles import choose_roles
from pages.ui.sources.waiting import Waiting, is_taken
from pages.ui.sources.words import KINDS, MEANINGS, label_of, summary, title_of

_OTHER_VARIABLES = "variables_without_role"
"""A note that says nothing where the same file is read for these variables as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One file (or sheet) in one role, ready to be taken in; `instead_of` is the source whose place it takes."""

    reading: Reading
    instead_of: Source | None = None


@dataclass(slots=True, kw_only=True)
class Card:
    """What a file that waits comes to: its offers, and whether something is open.

    `buttons` is where its buttons go, `form` what was said about the form of the file, `places` the keys of the choices
    of what it replaces, `settled` counts roles in which the file is in the project already.
    """

    file: Waiting
    sheet: str
    key: str
    buttons: DeltaGenerator
    form: FileForm
    offers: list[Offer] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    settled: int = 0
    has_question: bool = False
    is_open: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it can be taken in as it stands."""
        return bool(self.offers) and not self.is_open

    @property
    def has_outcome(self) -> bool:
        """Whether it brings an outcome, of which a project has one."""
        return any(kind_of(offer.reading) == "kpi" for offer in self.offers)

    @property
    def replaces(self) -> bool:
        """Whether it takes the place of something."""
        return any(offer.instead_of is not None for offer in self.offers)


@dataclass(slots=True, kw_only=True)
class _Above:
    """Where a role says what was understood (`words`) and what is open (`below`); whether it is one of several."""

    words: DeltaGenerator
    below: DeltaGenerator
    several: bool = False


def show_card(file: Waiting, sheet: str | None, sources: Sequence[Source], settings: ProjectSettings) -> Card | None:
    """Show one file, or one sheet of it; None when that sheet is dealt with already."""
    key = file.key if sheet is None else f"{file.key}-{sheet}"
    start = start_of_newer(file, sheet, sources)
    form, upload = _read(file, sheet, start, key)
    if is_taken(file, "" if isinstance(upload, WorkshopError) else upload.sheet):
        return None
    with st.container(border=True, key=f"{key}-card"):
        with st.container(horizontal=True, vertical_alignment="top"):
            words = st.container(gap="xsmall")
            buttons = st.container(horizontal=True, width="content")
        if isinstance(upload, WorkshopError):
            words.markdown(f":material/block: **{plain(file.name)}**")
            show_error(upload)
            show_form(None, start, key, is_text=not is_packed(file.content))
            return Card(file=file, sheet="", key=key, buttons=buttons, form=form, is_open=True)
        card = Card(file=file, sheet=upload.sheet, key=key, buttons=buttons, form=form)
        report = f"  :blue-badge[{plain(upload.report)}]" if upload.report else ""
        words.markdown(f"**{plain(f'{file.name}, sheet {upload.sheet}' if upload.sheet else file.name)}**{report}")
        _body(card, upload, sources, settings, words, start)
    return card


def _read(file: Waiting, sheet: str | None, start: FileForm, key: str) -> tuple[FileForm, Upload | WorkshopError]:
    """Read the file in the form that is chosen at present."""
    try:
        form = chosen_form(start, key)
    except WorkshopError as error:
        return start, error
    return form, inspected(file, sheet, form)


def _body(
    card: Card,
    upload: Upload,
    sources: Sequence[Source],
    settings: ProjectSettings,
    words: DeltaGenerator,
    start: FileForm,
) -> None:
    below = st.container()
    with below:
        card.has_question = ask_encoding(upload.table.findings, card.key)
    above = _Above(words=words, below=below)
    likely = _likely_kinds(card, upload, sources)
    with st.expander(
        "Roles and preview",
        icon=":material/tune:",
        type="compact",
        key=f"{card.key}-details",
        expanded=any(_is_puzzling(card, upload, kind, settings) for kind in likely),
    ):
        kinds = _kinds(card, likely)
        above.several = len(kinds) > 1
        parts = st.tabs([KINDS[kind] for kind in kinds]) if len(kinds) > 1 else [st.container()]
        for chosen, part in zip(kinds, parts, strict=False):
            with part:
                _role(card, upload, chosen, sources, settings, above)
        show_form(upload.table, start, card.key)
        st.dataframe(preview(upload.table), hide_index=True, height="content", key=f"preview-{card.key}")
    further = [kind for kind in upload.also if kind not in kinds]
    with below:
        say_what_is_unused(unused_columns(card.file, upload, [offer.reading for offer in card.offers]))
        if further:
            _offer_further(card, kinds, further)
    card.is_open = len(card.offers) + card.settled < len(kinds)


def _offer_further(card: Card, kinds: Sequence[SourceKind], further: Sequence[SourceKind]) -> None:
    """Offer to use columns that look like an outcome or controls as well."""
    named = " and ".join(KINDS[kind].lower() for kind in further)
    st.button(
        f"It seems to hold {named} too: use them",
        icon=":material/add_circle:",
        type="tertiary",
        key=f"{card.key}-further",
        on_click=st.session_state.__setitem__,
        args=(f"{card.key}-kinds", [*kinds, *further]),
    )


def _likely_kinds(card: Card, upload: Upload, sources: Sequence[Source]) -> list[SourceKind]:
    """Begin with the kind of the source that the file was brought for, else with the guess."""
    return [source.kind for source in sources if source.id == card.file.replaces] or list(upload.kinds)


def _is_puzzling(card: Card, upload: Upload, kind: SourceKind, settings: ProjectSettings) -> bool:
    """Tell whether the guess leads nowhere, so that the roles are to be seen at once."""
    reading, _, failure = guessed(card.file, upload, kind, card.form)
    if reading is None or failure is not None:
        return True
    facts = facts_of_upload(card.file, upload, reading.in_form(card.form), settings)
    return isinstance(facts, WorkshopError) and date_question(upload.table, reading) is None


def _kinds(card: Card, likely: Sequence[SourceKind]) -> list[SourceKind]:
    """Choose what the file holds: one kind or several, each from other columns."""
    kinds = st.pills(
        "What is in this file? Choose several if it holds several things.",
        list(KINDS),
        selection_mode="multi",
        default=likely,
        format_func=KINDS.get,
        key=f"{card.key}-kinds",
    )
    if len(kinds) == 1:
        st.caption(MEANINGS[kinds[0]])
    return kinds


def _role(
    card: Card,
    upload: Upload,
    kind: SourceKind,
    sources: Sequence[Source],
    settings: ProjectSettings,
    above: _Above,
) -> None:
    """Let one kind of the file be corrected; say above what was understood, what is open, and what would change."""
    words, below, several = above.words, above.below, above.several
    there = same_content(sources, fingerprint=card.file.fingerprint, sheet=upload.sheet, kind=kind)
    if there is not None:
        below.info(
            f"This file is in the project already, as {label_of(there)} ({KINDS[kind].lower()}). Nothing to do.",
            icon=":material/check:",
        )
        card.settled += 1
        return
    key = f"{card.key}-{kind}-{upload.sheet}"
    if card.form.as_dict():
        key += f"-{fingerprint.short(fingerprint.of_content(card.form.as_dict()))}"  # other columns, other inputs
    proposal = guessed(card.file, upload, kind, card.form)
    instead_of = _place(kind, sources, card, upload, key)
    start, reasons, failure = _start(upload, proposal, instead_of)
    try:
        reading = choose_roles(upload.table, kind, start, reasons, key).in_form(card.form)
    except WorkshopError as error:
        with below:
            show_error(failure or error)
        return
    facts = facts_of_upload(card.file, upload, reading, settings)
    with below:
        if isinstance(facts, WorkshopError):
            if not ask_date_order(upload.table, reading, key):
                show_error(facts)
            return
        words.markdown(f":material/check: {KINDS[kind]}: {summary(facts, settings.currency, reading)}")
        told = without_asked(facts.findings)
        notes = ask_spread(told, key)
        card.has_question = card.has_question or notes != told
        show_notes([finding for finding in notes if not (several and finding.code == _OTHER_VARIABLES)])
        say_what_is_assumed(facts, settings.currency)
        if instead_of is not None:
            show_difference(instead_of, card.file, upload.table, reading, settings, key)
    card.offers.append(Offer(reading=reading, instead_of=instead_of))


def _place(kind: SourceKind, sources: Sequence[Source], card: Card, upload: Upload, key: str) -> Source | None:
    """Choose whether the file is a newer state of a source."""
    own = {source.id: source for source in sources if source.kind == kind}
    if not own:
        return None
    likely = own.get(card.file.replaces) or earlier_file(sources, name=card.file.name, sheet=upload.sheet, kind=kind)
    card.places.append(f"{key}-instead")
    options: list[str | None] = [None, *own]
    chosen = st.selectbox(
        "Takes the place of",
        options,
        index=options.index(likely.id) if likely else 0,
        format_func=lambda identity: "Nothing: it is a further file" if identity is None else title_of(own[identity]),
        key=f"{key}-instead",
    )
    return own[chosen] if chosen is not None else None


def _start(
    upload: Upload, proposal: Guessed, instead_of: Source | None
) -> tuple[Mapping[str, object], dict[str, str], WorkshopError | None]:
    """Begin with the roles of the source that is replaced, if the new file has its columns; else with the guess."""
    reading, reasons, failure = proposal
    if instead_of is not None and _columns_in(instead_of.reading) <= set(upload.table.columns):
        why = dict.fromkeys(("date", "spend", "value", "columns"), f"as in {title_of(instead_of)}")
        return instead_of.reading, why, None
    return (reading.as_dict() if reading else {}), reasons, failure


def _columns_in(reading: Mapping[str, object]) -> set[str]:
    """Return the columns that a reading needs for certain; in flat layouts figures are named by variables."""
    roles = ("date", "geo", "currency", "variable", "figures", "line_item")
    roles += ("spend", "exposure", "value", "columns") if reading.get("layout") not in ("flat", "periods") else ()
    found: set[str] = set()
    for role in roles:
        value = reading.get(role)
        found |= {value} if isinstance(value, str) and value else set()
        found |= set(value.values()) if isinstance(value, Mapping) else set()
        found |= set(value) if isinstance(value, list) else set()
    return found
