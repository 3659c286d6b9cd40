"""Proposes how files beside paid media are read: organic media, control totals, lift tests, exchange rates."""

from collections.abc import Iterable

from mmm_core.errors import BadInput, listed
from mmm_core.ingest import vocabulary
from mmm_core.ingest.guess_columns import (
    find_clicks,
    find_currency,
    find_date,
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
from mmm_core.ingest.guess_media import currency_roles
from mmm_core.ingest.guess_shapes import Shape, dimensions_of_shape, find_shape
from mmm_core.ingest.profile import profile
from mmm_core.ingest.readings import ControlTotalsReading, LiftTestsReading, OrganicReading, RatesReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import BOOKED, EXPOSURE_SUFFIXES, LIFT, RANGE_END, RANGE_START, RATE, words

_LOWER = frozenset(["low", "lower", "min", "from", "untergrenze", "unten", "inf", "q05", "p5", "ci_low"])
_UPPER = frozenset(["high", "upper", "max", "to", "obergrenze", "oben", "sup", "q95", "p95", "ci_high"])
_USUAL = frozenset(["usual", "baseline", "business", "base", "normal", "üblich", "control"])
_CHANGE = frozenset(["change", "delta", "difference", "incremental", "extra", "änderung", "added", "test"])
_GROUP = frozenset(["group", "channel", "kanal", "gruppe", "medium", "media", "campaign", "name", "test"])
_SOURCE = frozenset(
    ["source", "quelle", "origin", "herkunft", "label", "document", "beleg", "account", "konto", "system", "provider"]
)


def guess_organic(table: RawTable) -> Guess[OrganicReading]:
    """Propose the roles of a file of organic media; errors as in `guess_media.guess_media`."""
    profiles = profile(table)
    if (shape := find_shape(table, profiles)) is not None:
        return _organic_of_shape(table, profiles, shape)
    date = date_or_refuse(table, profiles)
    geo = find_geo(profiles)
    columns = find_exposure(profiles, taken={date})
    free = numeric_columns(profiles, date, geo)
    dimensions = find_dimensions(table, profiles, taken={date, geo, *free})
    columns = list(_organic_first(tuple(free))) or columns or free
    if not columns:
        raise no_numbers(table)
    varied = [name for name in dimensions if profiles[name].distinct > 1]
    if varied or (dimensions and len(columns) == 1):
        return Guess(
            reading=OrganicReading(layout="long", date=date, geo=geo, line_item=dimensions, exposure=columns[0]),
            reasons=why_date_and_geo(date, geo)
            | {
                "layout": "one column of delivered units and columns that name what was sent or shown",
                "exposure": f"{columns[0]!r}: delivered units{others(columns)}",
                "line_item": f"what was sent or shown is named by {listed(quoted(dimensions))}",
            },
        )
    return Guess(
        reading=OrganicReading(layout="wide", date=date, geo=geo, exposure={name: name for name in columns}),
        reasons=why_date_and_geo(date, geo)
        | {
            "layout": "one row per date and a column per line item",
            "exposure": f"{len(columns)} column(s) of delivered units: {listed(quoted(columns))}",
        },
    )


def _organic_of_shape(table: RawTable, profiles: Profiles, shape: Shape) -> Guess[OrganicReading]:
    dimensions = dimensions_of_shape(table, profiles, shape)
    delivered = _organic_first((*shape.exposure, *shape.other)) or shape.exposure or shape.other
    named = delivered[0] if len(delivered) == 1 and dimensions else {name: name for name in delivered}
    reasons = shape.reasons() | {"exposure": f"delivered units: {listed(quoted(delivered)) or 'every figure'}"}
    return Guess(
        reading=OrganicReading.from_dict(
            {**shape.roles(), "exposure": (named or None) if shape.variable else None, "line_item": dimensions}
        ),
        reasons=reasons,
    )


def guess_control_totals(table: RawTable) -> Guess[ControlTotalsReading]:
    """Propose the roles of figures from a ledger, invoices or an agency; errors as in `guess_media.guess_media`."""
    profiles = profile(table)
    date, end = _range(profiles)
    date = date or date_or_refuse(table, profiles)
    currency = find_currency(table, profiles)
    amounts = _amounts(profiles, {date, end})
    if not amounts:
        raise no_numbers(table)
    texts = [
        name
        for name, column in profiles.items()
        if not column.is_numeric and column.dates < 0.5 and name != currency and column.distinct > 1
    ]
    label = next((name for name in texts if set(profiles[name].words) & _SOURCE), None)
    nodes = [name for name in texts if name != label]
    nodes.sort(key=lambda name: not set(profiles[name].words) & vocabulary.DIMENSION)
    label = label if nodes else None
    node = nodes[0] if nodes else next(iter(texts), None)
    codes, why_codes = currency_roles(table, profiles, amounts[:1], column=currency)
    reading = ControlTotalsReading(
        date=date,
        end=end,
        amount=amounts[0],
        node=node,
        label=label,
        currency=codes.get("currency"),
        currency_code=codes.get("currency_code"),
    )
    reasons = {"date": f"{date!r}: its cells are dates or months", "amount": f"{amounts[0]!r}: money{others(amounts)}"}
    if end:
        reasons["end"] = f"{end!r}: the last day of a range"
    if node:
        reasons["node"] = f"{node!r}: it names what the amount is for{others(nodes)}"
    if label:
        reasons["label"] = f"{label!r}: it names where the figure comes from"
    return Guess(reading=reading, reasons=reasons | why_codes)


def guess_lift_tests(table: RawTable) -> Guess[LiftTestsReading]:
    """Propose the roles of a file of lift tests.

    Raises
    ------
    BadInput
        If group, start, end, change of spend or lift cannot be told.
    """
    profiles = profile(table)
    start, end = _range(profiles)
    numeric = [name for name, column in profiles.items() if column.is_numeric and name not in (start, end)]
    lifts = [name for name in numeric if set(profiles[name].words) & LIFT]
    ends = [name for name in numeric if not set(profiles[name].words) & vocabulary.SPEND]
    low = next((name for name in ends if set(profiles[name].words) & _LOWER), None)
    high = next((name for name in ends if set(profiles[name].words) & _UPPER), None)
    lift = next((name for name in lifts if name not in (low, high)), None)
    money = [name for name in numeric if name not in lifts and set(profiles[name].words) & vocabulary.SPEND]
    usual = next((name for name in money if set(profiles[name].words) & _USUAL), None)
    change = _first(money, profiles, _CHANGE, skip=usual)
    texts = [name for name, column in profiles.items() if not column.is_numeric and column.dates < 0.5]
    group = _first(texts, profiles, _GROUP, skip=None)
    found = {"group": group, "start": start, "end": end, "spend_change": change, "lift": lift}
    if missing := [role for role, column in found.items() if column is None]:
        raise BadInput(
            f"The file names no {listed(missing)}",
            where=table.label,
            expected=f"a lift test has group, start, end, change of spend and lift; the columns are "
            f"{listed(quoted(table.columns), most=8)}",
            remedy="Choose the columns yourself or add them to the file",
        )
    geo = find_geo(profiles)
    found |= {"usual_spend": usual, "lift_low": low if high else None, "lift_high": high if low else None}
    found["geo"] = geo if geo != group else None
    reasons = {role: f"{column!r}: its name and cells fit" for role, column in found.items() if column}
    return Guess(reading=LiftTestsReading.from_dict(found), reasons=reasons)


def guess_rates(table: RawTable) -> Guess[RatesReading]:
    """Propose the roles of a file of exchange rates; errors as in `guess_media.guess_media`."""
    profiles = profile(table)
    date = date_or_refuse(table, profiles)
    currency = find_currency(table, profiles)
    rates = [name for name in numeric_columns(profiles, date) if set(profiles[name].words) & RATE]
    rates = rates or numeric_columns(profiles, date)
    if currency is None or not rates:
        raise BadInput(
            "The file names no currencies or no rates",
            where=table.label,
            expected="a column of currency codes and one of rates were expected",
            remedy="Name them 'currency' and 'rate'",
        )
    reasons = {
        "date": f"{date!r}: its cells are dates or months",
        "currency": f"{currency!r}: it holds currency codes",
        "rate": f"{rates[0]!r}: the rates{others(rates)}",
    }
    return Guess(reading=RatesReading(date=date, currency=currency, rate=rates[0]), reasons=reasons)


def looks_like_lift_tests(profiles: Profiles) -> bool:
    """Tell whether columns speak of lift over a range of days."""
    start, end = _range(profiles)
    lifts = [column for column in profiles.values() if column.is_numeric and set(column.words) & LIFT]
    return start is not None and end is not None and bool(lifts)


def looks_like_rates(table: RawTable, profiles: Profiles) -> bool:
    """Tell whether the one column of figures is a rate beside currency codes."""
    figures = numeric_columns(profiles, find_date(profiles))
    named = any(set(profiles[name].words) & RATE for name in figures)
    return len(figures) <= 2 and named and find_currency(table, profiles) is not None


def looks_like_control_totals(table: RawTable, profiles: Profiles) -> bool:
    """Tell whether amounts are said to be booked or invoiced, by a column or the file's name, without delivery.

    A file that is only called so, but names campaigns and what was spent on each, is media.
    """
    date = find_date(profiles)
    amounts = _amounts(profiles, {date})
    if date is None or not amounts or find_exposure(profiles, taken={date}) or find_clicks(profiles, taken={date}):
        return False
    if len(numeric_columns(profiles, date)) > 3:
        return False
    told = set().union(*(column.words for column in profiles.values()))
    if any(word.startswith(BOOKED) for word in told):
        return True
    spent_on_campaigns = told & vocabulary.CAMPAIGN and told & vocabulary.SPEND - vocabulary.WEAK_SPEND
    return not spent_on_campaigns and any(word.startswith(BOOKED) for word in words(table.label))


def looks_like_organic(table: RawTable, profiles: Profiles) -> bool:
    """Tell whether every figure is delivery without spend, of newsletters, posts and the like."""
    date = find_date(profiles)
    figures = numeric_columns(profiles, date, find_geo(profiles))
    if date is None or not figures or spend_columns(profiles, date):
        return False
    delivered = [name for name in figures if set(profiles[name].words) & (EXPOSURE_SUFFIXES | vocabulary.ORGANIC)]
    if len(delivered) < len(figures):
        return False
    texts = [name for name, column in profiles.items() if not column.is_numeric and column.dates < 0.5]
    said = set(words(table.label)).union(*(profiles[name].words for name in profiles))
    return bool(said & vocabulary.ORGANIC) or any(_speaks_of_organic(table, name) for name in texts)


def _organic_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those names that speak of organic media; paid delivery may lie in the same file."""
    return tuple(name for name in names if set(words(name)) & vocabulary.ORGANIC)


def _speaks_of_organic(table: RawTable, column: str) -> bool:
    values = table.texts(column).slice(0, 1000).unique().to_pylist()
    return any(set(words(value)) & vocabulary.ORGANIC for value in values)


def _range(profiles: Profiles) -> tuple[str | None, str | None]:
    """Return the columns of first and last days."""
    dates = [name for name, column in profiles.items() if column.dates >= 0.5]
    end = next((name for name in dates if set(profiles[name].words) & RANGE_END), None)
    start = next((name for name in dates if set(profiles[name].words) & RANGE_START), None)
    return start or next((name for name in dates if name != end), None), end


def _amounts(profiles: Profiles, taken: set[str | None]) -> list[str]:
    """Return the columns of money: those said to be booked first, then those named as spend, then any."""
    free = [name for name in numeric_columns(profiles) if name not in taken]
    booked = [name for name in free if any(word.startswith(BOOKED) for word in profiles[name].words)]
    spent = [name for name in spend_columns(profiles, None) if name in free and name not in booked]
    return booked + spent or free


def _first(names: Iterable[str], profiles: Profiles, wanted: frozenset[str], *, skip: str | None) -> str | None:
    """Return the first name with one of the words, else the first."""
    free = [name for name in names if name != skip]
    return next((name for name in free if set(profiles[name].words) & wanted), free[0] if free else None)
