"""Proposes the roles of a report that a platform is known for."""

import pyarrow.compute as pc

from mmm_core.errors import listed
from mmm_core.ingest.currencies import code_in_name
from mmm_core.ingest.guess_columns import find_date, find_dimensions, find_exposure, find_geo, is_id, without_told_ids
from mmm_core.ingest.guess_form import Guess, Profiles, others, quoted, why_date_and_geo
from mmm_core.ingest.numbers import SpendUnit
from mmm_core.ingest.presets import Preset, find_preset, normal
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import MICROS


def guess_report(table: RawTable, profiles: Profiles) -> Guess[MediaReading] | None:
    """Propose the roles of a platform's report, or None when the file is none, or lacks dates or spend."""
    preset = find_preset(table.columns)
    if preset is None:
        return None
    named: dict[str, str] = {}
    for column in table.columns:
        named.setdefault(normal(column), column)
    dates = [named[name] for name in preset.date if name in named and profiles[named[name]].dates >= 0.5]
    date = dates[0] if dates else find_date(profiles)
    spends = [named[name] for name in preset.spend if name in named and profiles[named[name]].is_numeric]
    if date is None or not spends:
        return None
    spends.sort(key=lambda name: profiles[name].nonzero == 0)
    geo = find_geo(profiles)
    return _reading(table, profiles, preset, named, (date, geo, spends))


def _reading(
    table: RawTable,
    profiles: Profiles,
    preset: Preset,
    named: dict[str, str],
    found: tuple[str, str | None, list[str]],
) -> Guess[MediaReading]:
    date, geo, spends = found
    spend = spends[0]
    dimensions = _levels(table, profiles, preset, named) or find_dimensions(table, profiles, taken={date, geo, *spends})
    exposures = [named[name] for name in preset.exposure if name in named]
    exposures += [name for name in find_exposure(profiles, taken={date, spend, *dimensions}) if name not in exposures]
    clicks = [named[name] for name in preset.clicks if name in named and named[name] not in exposures[:1]]
    currency = next((named[name] for name in preset.currency if name in named), None)
    unit, why_unit = _unit(table, spend, preset)
    code = None if currency else code_in_name(spend) or None
    reading = MediaReading(
        layout="long",
        date=date,
        geo=geo,
        line_item=dimensions,
        spend=spend,
        exposure=exposures[0] if exposures else None,
        clicks=clicks[0] if clicks else None,
        spend_unit=unit,
        currency=currency,
        currency_code=code,
    )
    reasons = _reasons(reading, preset, (spends, exposures, clicks)) | ({"spend_unit": why_unit} if why_unit else {})
    return Guess(reading=reading, reasons=reasons)


def _reasons(reading: MediaReading, preset: Preset, found: tuple[list[str], list[str], list[str]]) -> dict[str, str]:
    spends, exposures, clicks = found
    remark = f"; {preset.remark}" if preset.remark else ""
    why = {
        "layout": f"recognised as {preset.named}: one row per date and line item",
        "spend": f"{reading.spend!r}: what the platform calls spend{others(spends)}{remark}",
        "line_item": f"what was bought is named by {listed(quoted(reading.line_item))}",
        "exposure": f"{reading.exposure!r}: delivered units{others(exposures)}" if exposures else "",
        "clicks": f"{reading.clicks!r}: what the platform counts as clicks{others(clicks)}" if clicks else "",
        "currency": f"{reading.currency!r}: it holds currency codes" if reading.currency else "",
        "currency_code": f"the header {reading.spend!r} says {reading.currency_code}" if reading.currency_code else "",
    }
    return why_date_and_geo(reading.date, reading.geo) | {role: reason for role, reason in why.items() if reason}


def _levels(table: RawTable, profiles: Profiles, preset: Preset, named: dict[str, str]) -> tuple[str, ...]:
    """Choose a column per level: a name, or an id where no name stands beside it or where names repeat."""
    chosen: list[str] = []
    doubtful: list[str] = []
    for level in preset.levels:
        there = [named[name] for name in level if name in named and profiles[named[name]].filled > 0]
        names = [column for column in there if not is_id(profiles[column])]
        ids = [column for column in there if is_id(profiles[column])]
        if not there or (chosen and all(profiles[column].distinct < 2 for column in there)):
            continue
        chosen.append((names or ids)[0])
        doubtful += ids[:1] if names else []
    together = tuple(column for column in table.columns if column in chosen or column in doubtful)
    return without_told_ids(table, profiles, together) if doubtful else together


def _unit(table: RawTable, spend: str, preset: Preset) -> tuple[SpendUnit, str]:
    """Return the unit of the spend figures, and why; decimals show that they count no millionths."""
    if MICROS & set(normal(spend).split("_")):
        return "micros", f"{spend!r} says that it counts millionths"
    if preset.unit != "micros":
        return "unit", ""
    if pc.any(pc.match_substring_regex(table.texts(spend), r"[.,]\d*[1-9]")).as_py():
        return "unit", f"{spend!r} has decimals, so it does not count millionths as this report usually does"
    return "micros", f"{spend!r}: {preset.named} counts spend in millionths"
