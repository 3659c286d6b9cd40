"""Proposes how a media file is read: as a known report, flat, by periods, long or wide."""

from mmm_core.errors import listed
from mmm_core.ingest import vocabulary
from mmm_core.ingest.currencies import code_in_name
from mmm_core.ingest.guess_columns import (
    currency_sign,
    find_clicks,
    find_currency,
    find_dimensions,
    find_exposure,
    find_geo,
    spend_columns,
)
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
from mmm_core.ingest.guess_report import guess_report
from mmm_core.ingest.guess_shapes import find_shape, media_of_shape
from mmm_core.ingest.profile import profile
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.shapes import names_total
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import EXPOSURE_SUFFIXES, MICROS, SPEND_SUFFIXES, UNIT_WORDS, without


def guess_media(table: RawTable) -> Guess[MediaReading]:
    """Propose the roles of a media file.

    Raises
    ------
    BadInput
        If no column holds dates, or none holds numbers.
    """
    profiles = profile(table)
    if (shape := find_shape(table, profiles)) is not None and (guess := media_of_shape(table, profiles, shape)):
        return guess
    if (report := guess_report(table, profiles)) is not None:
        return report
    date = date_or_refuse(table, profiles)
    geo = find_geo(profiles)
    spends = spend_columns(profiles, date)
    dimensions = find_dimensions(table, profiles, taken={date, geo, find_currency(table, profiles), *spends})
    several_rows_per_date = profiles[date].distinct < table.cells.num_rows and geo is None
    varied = [name for name in dimensions if profiles[name].distinct > 1]
    stems = {without(name, SPEND_SUFFIXES | UNIT_WORDS | MICROS).casefold() for name in spends}
    free = numeric_columns(profiles, date, geo)
    delivery = bool(free) and all(is_exposure(profiles[name].words) for name in free)
    if not spends and varied and (delivery or profiles[date].distinct < table.cells.num_rows):
        return _long(table, profiles, date, geo, _unnamed_spend(profiles, date, geo), dimensions)
    if (spends and (varied or several_rows_per_date)) or (len(spends) == 1 and (dimensions or _is_bare(spends[0]))):
        return _long(table, profiles, date, geo, spends, dimensions)
    return _wide(table, profiles, date, geo, spends if len(stems) == len(spends) else spends[:1])


def _unnamed_spend(profiles: Profiles, date: str, geo: str | None) -> list[str]:
    """Return the one column of figures that is neither delivery nor outcome, beside columns that name what was bought.

    A file that only reports delivery has no spend.
    """
    free = numeric_columns(profiles, date, geo)
    plain = [name for name in free if not is_exposure(profiles[name].words)]
    return plain if len(plain) == 1 else [] if len(plain) < len(free) else free[:1]


def currency_roles(
    table: RawTable, profiles: Profiles, spends: list[str], *, column: str | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the currency roles of a reading, and why: a column of codes, else a code in the header or the cells."""
    if (column := column or find_currency(table, profiles)) is not None:
        return {"currency": column}, {"currency": f"{column!r}: it holds currency codes"}
    named = {code_in_name(name) for name in spends}
    if len(named) == 1 and (code := named.pop()):
        return {"currency_code": code}, {"currency_code": f"the header {spends[0]!r} says {code}"}
    signs = {currency_sign(table, name) for name in spends[:20]} - {""}
    if len(signs) == 1 and not named - {""}:
        code = signs.pop()
        return {"currency_code": code}, {"currency_code": f"the amounts carry a sign that means {code}"}
    return {}, {}


def _long(
    table: RawTable,
    profiles: Profiles,
    date: str,
    geo: str | None,
    spends: list[str],
    dimensions: tuple[str, ...],
) -> Guess[MediaReading]:
    spend = spends[0] if spends else None
    micros = spend is not None and bool(MICROS & set(profiles[spend].words))
    exposures = find_exposure(profiles, taken={date, *spends[:1], *dimensions})
    clicks = find_clicks(profiles, taken={date, *spends[:1], *dimensions, *exposures[:1]})
    named = listed(quoted(dimensions))
    currency, why_currency = currency_roles(table, profiles, spends[:1]) if spends else ({}, {})
    reading = MediaReading(
        layout="long",
        date=date,
        line_item=dimensions,
        spend=spend,
        geo=geo,
        exposure=exposures[0] if exposures else None,
        clicks=clicks[0] if clicks else None,
        spend_unit="micros" if micros else "unit",
        currency=currency.get("currency"),
        currency_code=currency.get("currency_code"),
    )
    reasons = why_date_and_geo(date, geo) | {
        "layout": f"one {'spend' if spend else 'exposure'} column and columns that name what was bought",
        "spend": _why_spend(profiles, spends),
        "line_item": f"what was bought is named by {named}" if dimensions else "no column names what was bought",
    }
    if micros:
        reasons["spend_unit"] = f"{spend!r} says that it counts millionths"
    if exposures:
        reasons["exposure"] = f"{exposures[0]!r}: delivered units{others(exposures)}"
    if clicks:
        reasons["clicks"] = f"{clicks[0]!r}: its name speaks of clicks{others(clicks)}"
    return Guess(reading=reading, reasons=reasons | why_currency)


def _why_spend(profiles: Profiles, spends: list[str]) -> str:
    if not spends:
        return "no column speaks of money"
    if not spend_columns({spends[0]: profiles[spends[0]]}, None):
        return f"{spends[0]!r}: the one column of figures that can be money"
    return f"{spends[0]!r}: its name speaks of money{others(spends)}"


def _wide(table: RawTable, profiles: Profiles, date: str, geo: str | None, spends: list[str]) -> Guess[MediaReading]:
    named = bool(spends)
    free = numeric_columns(profiles, date, geo)
    every = spends or free
    single = [name for name in every if not _sums_up(name)] or every
    columns = single if named else _plain_columns(profiles, single)
    if not columns:
        raise no_numbers(table)
    stems = {name: without(name, SPEND_SUFFIXES | MICROS) if named else name for name in columns}
    folded = [stem.casefold() for stem in stems.values()]
    spend = {(stem if folded.count(stem.casefold()) == 1 else name): name for name, stem in stems.items()}
    exposure = _matched(profiles, spend, EXPOSURE_SUFFIXES, taken={date, geo, *columns})
    clicks = _matched(profiles, spend, vocabulary.CLICKS, taken={date, geo, *columns, *exposure.values()})
    micros = all(MICROS & set(profiles[name].words) for name in columns)
    why = "named as spend" if named else "none is named as spend, so all columns of numbers were taken"
    if not named and len(columns) < len(free):
        why = "none is named as spend; these are neither delivery nor outcome"
    reasons = why_date_and_geo(date, geo) | {
        "layout": "one row per date and a column per line item",
        "spend": f"{len(spend)} column(s), {why}: {listed(quoted(columns))}{_renamed(spend)}{_left_out(every, single)}",
    }
    if exposure:
        reasons["exposure"] = f"{len(exposure)} column(s) with the same name as a spend column but for the ending"
    if clicks:
        reasons["clicks"] = f"{len(clicks)} column(s) of clicks with the same name as a spend column but for the ending"
    currency, why_currency = currency_roles(table, profiles, columns)
    return Guess(
        reading=MediaReading(
            layout="wide",
            date=date,
            spend=spend,
            exposure=exposure or None,
            clicks=clicks or None,
            geo=geo,
            spend_unit="micros" if micros else "unit",
            currency=currency.get("currency"),
            currency_code=currency.get("currency_code"),
        ),
        reasons=reasons | why_currency,
    )


def _plain_columns(profiles: Profiles, free: list[str]) -> list[str]:
    """Return what may be spend in a wide file that names none: what has a currency, or is no delivery nor outcome."""
    told = {name: set(profiles[name].words) for name in free}
    plain = [name for name in free if not is_exposure(profiles[name].words)]
    priced = [name for name in plain if code_in_name(name)]
    results = vocabulary.KPI.keys() | vocabulary.COMPETITOR
    media = [name for name in plain if not told[name] & results or told[name] & vocabulary.CAMPAIGN]
    return priced or media or plain or free


def _sums_up(name: str) -> bool:
    """Tell whether a column of a wide file is called after no line item: "Total", "Total spend"."""
    told = vocabulary.words(name)
    return names_total(" ".join(told)) or _is_bare(name)


def _left_out(every: list[str], columns: list[str]) -> str:
    left = [name for name in every if name not in columns]
    return f"; left out as a total: {listed(quoted(left))}" if left else ""


def _renamed(spend: dict[str, str]) -> str:
    """Say what line items are called whose columns have an ending."""
    changed = [f"{column!r} is called {item!r}" for item, column in spend.items() if item != column]
    return f"; without their ending, {listed(changed)}" if changed else ""


def _matched(
    profiles: Profiles, spend: dict[str, str], endings: frozenset[str], *, taken: set[str | None]
) -> dict[str, str]:
    """Match columns to line items by what is left of the name without words such as "impressions"."""
    found: dict[str, tuple[int, str]] = {}
    stems = {without(column, SPEND_SUFFIXES | MICROS | UNIT_WORDS).casefold(): item for item, column in spend.items()}
    for name, column in profiles.items():
        stem = without(name, endings)
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


def is_exposure(told: tuple[str, ...]) -> bool:
    """Tell whether a name speaks of delivered units."""
    return bool(set(told) & (EXPOSURE_SUFFIXES - {"i", "p"})) or told[-1:] in (("i",), ("p",))
