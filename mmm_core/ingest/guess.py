"""Proposes which column plays which role, with the reason in plain words; people correct it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mmm_core.errors import BadInput, listed
from mmm_core.ingest import vocabulary
from mmm_core.ingest.guess_columns import find_date, find_dimensions, find_exposure, find_geo, rank_kpi, spend_columns
from mmm_core.ingest.profile import ColumnProfile, profile
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading, Reading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import EXPOSURE_SUFFIXES, MICROS, SPEND_SUFFIXES, UNIT_WORDS, without

Kind = Literal["media", "kpi", "controls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess[R: Reading]:
    """A proposed reading and, per role, why."""

    reading: R
    reasons: dict[str, str]


def guess_kind(table: RawTable) -> Kind:
    """Tell what a file holds.

    Columns named as spend or after media channels make it media, one named as an outcome the KPI, others controls.
    """
    profiles = profile(table)
    date = find_date(profiles)
    numeric = [
        column for column in profiles.values() if column.is_numeric and column.name != date and not column.is_identifier
    ]
    if spend_columns(profiles, date) or sum(bool(set(column.words) & vocabulary.CHANNELS) for column in numeric) > 1:
        return "media"
    return "kpi" if rank_kpi(profiles, date) or len(numeric) == 1 else "controls"


def guess_media(table: RawTable) -> Guess[MediaReading]:
    """Propose the roles of a media file.

    Raises
    ------
    BadInput
        If no column holds dates, or none holds numbers.
    """
    profiles = profile(table)
    date = _date_or_refuse(table, profiles)
    geo = find_geo(profiles)
    spends = spend_columns(profiles, date)
    dimensions = find_dimensions(table, profiles, taken={date, geo, *spends})
    several_rows_per_date = profiles[date].distinct < table.cells.num_rows and geo is None
    varied = [name for name in dimensions if profiles[name].distinct > 1]
    stems = {without(name, SPEND_SUFFIXES | UNIT_WORDS | MICROS).casefold() for name in spends}
    if (spends and (varied or several_rows_per_date)) or (len(spends) == 1 and (dimensions or _is_bare(spends[0]))):
        return _long(profiles, date, geo, spends, dimensions)
    return _wide(table, profiles, date, geo, spends if len(stems) == len(spends) else spends[:1])


def guess_kpi(table: RawTable) -> Guess[KpiReading]:
    """Propose the roles of a file with the outcome; errors as in `guess_media`."""
    profiles = profile(table)
    date = _date_or_refuse(table, profiles)
    geo = find_geo(profiles)
    named = rank_kpi(profiles, date)
    numeric = [name for name in _numeric(profiles, date, geo) if not set(profiles[name].words) & vocabulary.NOT_KPI]
    candidates = named or numeric or _numeric(profiles, date, geo)
    if not candidates:
        raise _no_numbers(table)
    why = f"its name speaks of an outcome{_others(named)}" if named else "it is the first column of numbers"
    return Guess(
        reading=KpiReading(date=date, value=candidates[0], geo=geo),
        reasons=_reasons(date, geo) | {"value": f"{candidates[0]!r}: {why}"},
    )


def guess_controls(table: RawTable) -> Guess[ControlsReading]:
    """Propose the roles of a file with controls: every column of numbers that is neither media nor the outcome."""
    profiles = profile(table)
    date = _date_or_refuse(table, profiles)
    geo = find_geo(profiles)
    media = set(spend_columns(profiles, date)) | {name for name in profiles if _is_exposure(profiles[name])}
    columns = tuple(
        name for name in _numeric(profiles, date, geo) if name not in media and not _is_outcome(profiles[name])
    )
    columns = columns or tuple(_numeric(profiles, date, geo))
    if not columns:
        raise _no_numbers(table)
    reason = f"{len(columns)} column(s) of numbers that are neither media nor the outcome"
    return Guess(
        reading=ControlsReading(date=date, columns=columns, geo=geo), reasons=_reasons(date, geo) | {"columns": reason}
    )


def guess(table: RawTable, kind: Kind) -> Guess[MediaReading] | Guess[KpiReading] | Guess[ControlsReading]:
    """Propose the roles for a file of a known kind."""
    by_kind: dict[Kind, Callable[[RawTable], Guess[MediaReading] | Guess[KpiReading] | Guess[ControlsReading]]] = {
        "media": guess_media,
        "kpi": guess_kpi,
        "controls": guess_controls,
    }
    return by_kind[kind](table)


def _long(
    profiles: dict[str, ColumnProfile], date: str, geo: str | None, spends: list[str], dimensions: tuple[str, ...]
) -> Guess[MediaReading]:
    spend = spends[0]
    micros = bool(MICROS & set(profiles[spend].words))
    exposures = find_exposure(profiles, taken={date, spend, *dimensions})
    named = listed(tuple(map(repr, dimensions)))
    reading = MediaReading(
        layout="long",
        date=date,
        line_item=dimensions,
        spend=spend,
        geo=geo,
        exposure=exposures[0] if exposures else None,
        spend_unit="micros" if micros else "unit",
    )
    reasons = _reasons(date, geo) | {
        "layout": "one spend column and columns that name what was bought",
        "spend": f"{spend!r}: its name speaks of money{_others(spends)}",
        "line_item": f"what was bought is named by {named}" if dimensions else "no column names what was bought",
    }
    if micros:
        reasons["spend_unit"] = f"{spend!r} says that it counts millionths"
    if exposures:
        reasons["exposure"] = f"{exposures[0]!r}: delivered units{_others(exposures)}"
    return Guess(reading=reading, reasons=reasons)


def _wide(
    table: RawTable, profiles: dict[str, ColumnProfile], date: str, geo: str | None, spends: list[str]
) -> Guess[MediaReading]:
    named = bool(spends)
    columns = (
        spends
        or [name for name in _numeric(profiles, date, geo) if not _is_exposure(profiles[name])]
        or _numeric(profiles, date, geo)
    )
    if not columns:
        raise _no_numbers(table)
    stems = {name: without(name, SPEND_SUFFIXES | MICROS) if named else name for name in columns}
    folded = [stem.casefold() for stem in stems.values()]
    spend = {(stem if folded.count(stem.casefold()) == 1 else name): name for name, stem in stems.items()}
    exposure = _matched_exposure(profiles, spend, taken={date, geo, *columns})
    micros = all(MICROS & set(profiles[name].words) for name in columns)
    why = "named as spend" if named else "none is named as spend, so all columns of numbers were taken"
    reasons = _reasons(date, geo) | {
        "layout": "one row per date and a column per line item",
        "spend": f"{len(spend)} column(s), {why}: {listed(tuple(map(repr, columns)))}",
    }
    if exposure:
        reasons["exposure"] = f"{len(exposure)} column(s) with the same name as a spend column but for the ending"
    return Guess(
        reading=MediaReading(
            layout="wide",
            date=date,
            spend=spend,
            exposure=exposure or None,
            geo=geo,
            spend_unit="micros" if micros else "unit",
        ),
        reasons=reasons,
    )


def _matched_exposure(
    profiles: dict[str, ColumnProfile], spend: dict[str, str], *, taken: set[str | None]
) -> dict[str, str]:
    """Match exposure columns to line items by what is left of the name without words such as "impressions"."""
    found: dict[str, tuple[int, str]] = {}
    stems = {without(column, SPEND_SUFFIXES | MICROS | UNIT_WORDS).casefold(): item for item, column in spend.items()}
    for name, column in profiles.items():
        stem = without(name, EXPOSURE_SUFFIXES)
        item = stems.get(stem.casefold())
        if name in taken or stem == name or item is None or not column.is_numeric:
            continue
        rank = min((vocabulary.EXPOSURE[word] for word in column.words if word in vocabulary.EXPOSURE), default=0)
        if item not in found or rank < found[item][0]:
            found[item] = (rank, name)
    return {item: name for item, (_, name) in found.items()}


def _is_bare(spend: str) -> bool:
    """Tell whether a spend column's name names no line item ("Spend EUR", not "tv_spend")."""
    return not set(vocabulary.words(spend)) - vocabulary.SPEND - UNIT_WORDS - MICROS


def _is_outcome(column: ColumnProfile) -> bool:
    """Tell whether a column speaks of the own outcome or of what follows from it; a competitor's sales are a driver."""
    told = set(column.words)
    return bool(told & (vocabulary.KPI.keys() | vocabulary.NOT_CONTROL)) and not told & vocabulary.COMPETITOR


def _is_exposure(column: ColumnProfile) -> bool:
    return bool(set(column.words) & (EXPOSURE_SUFFIXES - {"i", "p"})) or column.words[-1:] in (("i",), ("p",))


def _numeric(profiles: dict[str, ColumnProfile], date: str, geo: str | None) -> list[str]:
    return [
        name
        for name, column in profiles.items()
        if column.is_numeric and not column.is_identifier and name not in (date, geo) and not name.startswith("column ")
    ]


def _date_or_refuse(table: RawTable, profiles: dict[str, ColumnProfile]) -> str:
    date = find_date(profiles)
    if date is None:
        raise BadInput(
            "No column holds dates",
            where=table.label,
            expected=f"the columns are {listed(tuple(map(repr, table.columns)), most=8)}",
            remedy="Add a date column, or choose the column that holds the dates",
        )
    return date


def _no_numbers(table: RawTable) -> BadInput:
    return BadInput(
        "No column holds numbers",
        where=table.label,
        expected=f"the columns are {listed(tuple(map(repr, table.columns)), most=8)}",
        remedy="Choose the columns yourself or correct the file",
    )


def _reasons(date: str, geo: str | None) -> dict[str, str]:
    reasons = {"date": f"{date!r}: its cells are dates"}
    return reasons | {"geo": f"{geo!r}: it names regions and has several"} if geo else reasons


def _others(candidates: list[str]) -> str:
    return f"; also possible: {listed(tuple(map(repr, candidates[1:])))}" if len(candidates) > 1 else ""
