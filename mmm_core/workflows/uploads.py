"""Look at a file before it is taken in: what it is, which column plays which role, and whether it is here already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmm_core.errors import WorkshopError
from mmm_core.ingest.file_form import FORM_ROLES, FileForm
from mmm_core.ingest.guess import Guess, guess, guess_kind
from mmm_core.ingest.guess_columns import rank_kpi
from mmm_core.ingest.guess_shapes import find_shape
from mmm_core.ingest.presets import find_preset
from mmm_core.ingest.profile import profile
from mmm_core.ingest.readers import FOUND_OUT, is_workbook, refuse_oversized_upload
from mmm_core.ingest.readings import ControlsReading, MediaReading, Reading
from mmm_core.ingest.sandbox import read_upload, upload_sheets
from mmm_core.ingest.table import RawTable
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.kinds import kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What was understood of a file before it is taken in; `kinds` is what it seems to hold, one at least.

    `also` is what further columns of a wide media file look like; people decide whether they are to be used.
    `report` names the platform's report that it was recognised as, "" when it is none.
    """

    name: str
    sheet: str
    sheets: tuple[str, ...]
    table: RawTable
    kinds: tuple[SourceKind, ...]
    also: tuple[SourceKind, ...] = ()
    report: str = ""


def inspect_upload(content: bytes, *, name: str, sheet: str | None = None, form: FileForm = FOUND_OUT) -> Upload:
    """Read a file, in a form as far as people said it, and guess what it is.

    Raises
    ------
    BadInput
        If it is no table that can be read, or too large.
    """
    refuse_oversized_upload(content, name=name)
    sheets = upload_sheets(content, name=name) if is_workbook(content) else ()
    table = read_upload(content, name=name, sheet=sheet, form=form)
    preset = find_preset(table.columns)
    kinds = _kinds(table)
    return Upload(
        name=name,
        sheet=table.sheet,
        sheets=sheets,
        table=table,
        kinds=kinds,
        also=_also(table) if kinds == ("media",) and preset is None else (),
        report=preset.report if preset is not None else "",
    )


def _kinds(table: RawTable) -> tuple[SourceKind, ...]:
    """Tell what a file holds; one whose rows name variables may hold media, the outcome and controls at once."""
    first = guess_kind(table)
    shape = find_shape(table, profile(table)) if first in ("media", "kpi", "controls", "organic") else None
    if shape is None or shape.variable is None:
        return (first,)
    held: dict[SourceKind, object] = {"media": shape.spend, "kpi": shape.kpi, "controls": shape.other}
    return tuple(dict.fromkeys((first, *(kind for kind, variables in held.items() if variables))))


def _also(table: RawTable) -> tuple[SourceKind, ...]:
    """Tell whether a wide media file has columns of an outcome and, beside one, of controls."""
    media, _, _ = guess_roles(table, "media")
    if not isinstance(media, MediaReading) or media.layout != "wide":
        return ()
    figures = (media.spend, media.exposure, media.clicks)
    taken = {column for named in figures if isinstance(named, dict) for column in named.values()}
    if not set(rank_kpi(profile(table), media.date)) - taken:
        return ()
    controls, _, _ = guess_roles(table, "controls")
    has_controls = isinstance(controls, ControlsReading) and not taken & set(controls.columns)
    return ("kpi", "controls") if has_controls else ("kpi",)


def unread_columns(table: RawTable, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Name the filled columns that no reading uses, where one of them takes columns for line items.

    Reports with a row per line item have many columns that nobody needs; in a wide file such a column may be money.
    """
    if not any(isinstance(reading, MediaReading) and reading.layout == "wide" for reading in readings):
        return ()
    used = {name for reading in readings for value in reading.as_dict().values() for name in _names(value)}
    return tuple(name for name, column in profile(table).items() if column.filled > 0 and name not in used)


def _names(value: object) -> tuple[object, ...]:
    """Return the columns that a role of a reading names."""
    if isinstance(value, Mapping):
        return tuple(value.values())
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def guess_roles(table: RawTable, kind: SourceKind) -> tuple[Reading | None, dict[str, str], WorkshopError | None]:
    """Propose the roles for a kind with their reasons, or say why there is nothing to propose."""
    try:
        guessed: Guess[Any] = guess(table, kind)
    except WorkshopError as error:
        return None, {}, error
    return guessed.reading, guessed.reasons, None


def kept_reasons(table: RawTable, reading: Reading) -> dict[str, str]:
    """Say per role of a file that was taken in why it was proposed, or that people chose otherwise."""
    guessed, reasons, _ = guess_roles(table, kind_of(reading))
    if guessed is None:
        return {}
    proposed, chosen = guessed.as_dict(), reading.as_dict()
    kept = {role: reason for role, reason in reasons.items() if chosen.get(role) == proposed.get(role)}
    others = (role for role in chosen if role not in FORM_ROLES and chosen[role] != proposed.get(role))
    return kept | {role: f"chosen by hand; {_proposal(proposed.get(role), reasons.get(role))}" for role in others}


def _proposal(value: object, reason: str | None) -> str:
    """Say what was proposed for a role."""
    return f"proposed was {reason}" if reason else f"proposed was {value!r}" if value else "nothing was proposed"


def same_content(sources: Sequence[Source], *, fingerprint: str, sheet: str, kind: SourceKind) -> Source | None:
    """Return the source that holds the same sheet of the same bytes in the same role."""
    return next((s for s in sources if (s.fingerprint, s.sheet, s.kind) == (fingerprint, sheet, kind)), None)


def earlier_file(sources: Sequence[Source], *, name: str, sheet: str, kind: SourceKind) -> Source | None:
    """Return the source that a file is a newer state of: one of its name, or the outcome, of which there is one."""
    own = [source for source in sources if source.kind == kind]
    named = (s for s in own if (s.name.casefold(), s.sheet) == (name.casefold(), sheet))
    return next(named, own[0] if own and kind == "kpi" else None)
