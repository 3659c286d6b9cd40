"""Proposes what a file is and which column plays which role, with the reason in plain words; people correct it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from mmm_core.errors import listed
from mmm_core.ingest import vocabulary
from mmm_core.ingest.guess_columns import find_date, find_geo, rank_kpi, spend_columns
from mmm_core.ingest.guess_form import (
    Guess,
    Profiles,
    date_or_refuse,
    no_numbers,
    numeric_columns,
    others,
    quoted,
    why_date_and_geo,
)
from mmm_core.ingest.guess_media import guess_media, is_exposure
from mmm_core.ingest.guess_shapes import Shape, find_shape
from mmm_core.ingest.guess_sides import (
    guess_control_totals,
    guess_lift_tests,
    guess_organic,
    guess_rates,
    looks_like_control_totals,
    looks_like_lift_tests,
    looks_like_organic,
    looks_like_rates,
)
from mmm_core.ingest.presets import find_preset
from mmm_core.ingest.profile import ColumnProfile, profile
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading, TrackedReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import words
from mmm_core.ingest.written_forms import how_written

__all__ = [
    "Guess",
    "Kind",
    "guess",
    "guess_control_totals",
    "guess_controls",
    "guess_kind",
    "guess_kpi",
    "guess_lift_tests",
    "guess_media",
    "guess_organic",
    "guess_rates",
    "guess_tracked",
]

Kind = Literal["media", "kpi", "tracked", "controls", "organic", "control_totals", "lift_tests", "rates"]


def guess_kind(table: RawTable) -> Kind:
    """Tell what a file holds.

    Lift over a range of days, rates beside currency codes, booked amounts and delivery of newsletters and the like are
    told by name; a platform's report and columns named as spend or after media channels make it media, one named as an
    outcome the KPI (or, where the file names web analytics, what was tracked of it), others controls.
    """
    profiles = profile(table)
    if (shape := find_shape(table, profiles)) is not None and not looks_like_lift_tests(profiles):
        return _kind_of_shape(table, shape)
    tests: tuple[tuple[Kind, Callable[[], bool]], ...] = (
        ("lift_tests", lambda: looks_like_lift_tests(profiles)),
        ("rates", lambda: looks_like_rates(table, profiles)),
        ("media", lambda: find_preset(table.columns) is not None),
        ("control_totals", lambda: looks_like_control_totals(table, profiles)),
        ("organic", lambda: looks_like_organic(table, profiles)),
        ("media", lambda: _looks_like_media(table, profiles)),
        ("tracked", lambda: _looks_like_kpi(profiles) and _names_analytics(table)),
        ("kpi", lambda: _looks_like_kpi(profiles)),
    )
    return next((kind for kind, fits in tests if fits()), "controls")


def _looks_like_media(table: RawTable, profiles: Profiles) -> bool:
    date = find_date(profiles)
    named = [name for name in numeric_columns(profiles, date) if set(profiles[name].words) & vocabulary.CHANNELS]
    return bool(spend_columns(profiles, date)) or len(named) > 1 or _names_bought(table, profiles, date)


def _names_bought(table: RawTable, profiles: Profiles, date: str | None) -> bool:
    """Tell whether rows are about campaigns or channels, with delivery or one figure beside them."""
    figures = [name for name in numeric_columns(profiles, date) if not _is_outcome(profiles[name])]
    texts = [name for name, column in profiles.items() if not column.is_numeric and column.dates < 0.5]
    if any(set(profiles[name].words) & vocabulary.CAMPAIGN for name in texts):
        return any(is_exposure(profiles[name].words) for name in figures)
    values = [words(value) for name in texts for value in table.texts(name).slice(0, 1000).unique().to_pylist()]
    return len(figures) == 1 and sum(bool(set(told) & vocabulary.CHANNELS) for told in values) > 1


def _looks_like_kpi(profiles: Profiles) -> bool:
    date = find_date(profiles)
    return bool(rank_kpi(profiles, date)) or len(numeric_columns(profiles, date)) == 1


def _names_analytics(table: RawTable) -> bool:
    """Tell whether a file or its columns are named after web analytics, which counts a part of the outcome."""
    said = {word for name in (table.label, *table.columns) for word in words(name)}
    return bool(said & vocabulary.ANALYTICS)


def guess_kpi(table: RawTable) -> Guess[KpiReading]:
    """Propose the roles of a file with the outcome; errors as in `guess_media`."""
    profiles = profile(table)
    if (shape := find_shape(table, profiles)) is not None and (shape.kpi or shape.other):
        candidates = [*shape.kpi, *shape.other]
        why = "its name speaks of an outcome" if shape.kpi else "it is the first variable"
        return Guess(
            reading=KpiReading.from_dict({**shape.roles(), "value": candidates[0]}),
            reasons=shape.reasons() | {"value": f"{candidates[0]!r}: {why}{others(candidates)}"},
        )
    date = date_or_refuse(table, profiles)
    geo = find_geo(profiles)
    named = rank_kpi(profiles, date)
    free = numeric_columns(profiles, date, geo)
    numeric = [name for name in free if not set(profiles[name].words) & vocabulary.NOT_KPI]
    candidates = named or numeric or free
    if not candidates:
        raise no_numbers(table)
    why = f"its name speaks of an outcome{others(named)}" if named else "it is the first column of numbers"
    return Guess(
        reading=KpiReading(date=date, value=candidates[0], geo=geo),
        reasons=why_date_and_geo(date, geo) | {"value": f"{candidates[0]!r}: {why}"},
    )


def guess_tracked(table: RawTable) -> Guess[TrackedReading]:
    """Propose the roles of a file with what was tracked of the outcome; as `guess_kpi`."""
    found = guess_kpi(table)
    return Guess(reading=TrackedReading.from_dict(found.reading.as_dict()), reasons=found.reasons)


def guess_controls(table: RawTable) -> Guess[ControlsReading]:
    """Propose the roles of a file with controls: every column of numbers that is neither media nor the outcome."""
    profiles = profile(table)
    if (shape := find_shape(table, profiles)) is not None and shape.other:
        return Guess(
            reading=ControlsReading.from_dict({**shape.roles(), "columns": shape.other}),
            reasons=shape.reasons()
            | {"columns": f"neither media nor the outcome: {listed(quoted(shape.other), most=10)}"},
        )
    date = date_or_refuse(table, profiles)
    geo = find_geo(profiles)
    media = set(spend_columns(profiles, date)) | {name for name in profiles if is_exposure(profiles[name].words)}
    free = numeric_columns(profiles, date, geo, percent=True)
    columns = tuple(name for name in free if name not in media and not _is_outcome(profiles[name]))
    columns = columns or tuple(free)
    if not columns:
        raise no_numbers(table)
    reason = f"{len(columns)} column(s) of numbers that are neither media nor the outcome"
    return Guess(
        reading=ControlsReading(date=date, columns=columns, geo=geo),
        reasons=why_date_and_geo(date, geo) | {"columns": reason},
    )


def guess(table: RawTable, kind: Kind) -> Guess[Any]:
    """Propose the roles for a file of a known kind."""
    by_kind: dict[Kind, Callable[[RawTable], Guess[Any]]] = {
        "media": guess_media,
        "kpi": guess_kpi,
        "tracked": guess_tracked,
        "controls": guess_controls,
        "organic": guess_organic,
        "control_totals": guess_control_totals,
        "lift_tests": guess_lift_tests,
        "rates": guess_rates,
    }
    found = by_kind[kind](table)
    if not isinstance(found.reading, MediaReading | KpiReading | ControlsReading):
        return found
    return replace(found, reasons=found.reasons | how_written(table, found.reading))


def _kind_of_shape(table: RawTable, shape: Shape) -> Kind:
    """Tell what a flat or periods file is taken for first; the other kinds can be read from the same file."""
    said = set(vocabulary.words(table.label)) | {word for column in table.columns for word in vocabulary.words(column)}
    if shape.variable is None or shape.spend:
        organic = shape.variable is None and said & vocabulary.ORGANIC and not said & vocabulary.SPEND
        return "organic" if organic else "media"
    if shape.exposure and not shape.kpi:
        return "organic"
    return "kpi" if shape.kpi else "controls"


def _is_outcome(column: ColumnProfile) -> bool:
    """Tell whether a column speaks of the own outcome or of what follows from it; a competitor's sales are a driver."""
    told = set(column.words)
    return bool(told & (vocabulary.KPI.keys() | vocabulary.NOT_CONTROL)) and not told & vocabulary.COMPETITOR
