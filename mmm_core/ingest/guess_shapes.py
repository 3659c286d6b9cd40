"""Recognises files whose rows say what their figures are (flat), or whose columns are periods, and proposes roles."""

from dataclasses import dataclass, replace
from typing import Literal

from mmm_core.errors import listed
from mmm_core.ingest import vocabulary
from mmm_core.ingest.currencies import code_in_name
from mmm_core.ingest.guess_columns import currency_sign, find_currency, find_date, find_geo, without_told_ids
from mmm_core.ingest.guess_form import Guess, Profiles, quoted, why_date_and_geo
from mmm_core.ingest.profile import ColumnProfile
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.shapes import period_columns
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import CLICKS, EXPOSURE_SUFFIXES, MICROS, SPEND_SUFFIXES, UNIT_WORDS, without, words

_MOST_VARIABLES = 500
_RATE_WORDS = frozenset({"per", "pro", "par", "por", "lift", "change", "share", "rate", "avg"})
_FEWEST_PERIODS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A layout, the columns that make it, and what the variables are about."""

    layout: Literal["flat", "periods"]
    date: str
    geo: str | None
    variable: str | None
    figures: str | None
    periods: tuple[str, ...]
    spend: tuple[str, ...] = ()
    exposure: tuple[str, ...] = ()
    clicks: tuple[str, ...] = ()
    kpi: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    def roles(self) -> dict[str, object]:
        """Return the roles that every reading of this shape has."""
        return {
            "layout": self.layout,
            "date": self.date,
            "geo": self.geo,
            "variable": self.variable,
            "figures": self.figures,
        }

    def reasons(self) -> dict[str, str]:
        """Say why it is this shape."""
        if self.layout == "flat":
            return why_date_and_geo(self.date, self.geo) | {
                "layout": f"flat: a row per figure, {self.variable!r} says what it is",
                "variable": f"{self.variable!r}: it names {self._named()}",
                "figures": f"{self.figures!r}: the one column of figures",
            }
        span = f"from {self.periods[0]!r} to {self.periods[-1]!r}"
        reasons = why_date_and_geo("", self.geo) | {
            "layout": f"a column per period: {len(self.periods)} columns are named by dates, {span}"
        }
        return reasons | ({"variable": f"{self.variable!r}: it names {self._named()}"} if self.variable else {})

    def _named(self) -> str:
        return listed(quoted((*self.spend, *self.exposure, *self.kpi, *self.other)))


def find_shape(table: RawTable, profiles: Profiles) -> Shape | None:
    """Return the shape of a flat or periods file, None for long and wide ones."""
    geo = find_geo(profiles)
    periods = tuple(name for name in period_columns(table) if profiles[name].is_numeric or not profiles[name].filled)
    date = find_date({name: column for name, column in profiles.items() if name not in periods})
    if len(periods) >= _FEWEST_PERIODS + bool(date):
        return _shape(table, profiles, "periods", (None, geo), None, periods)
    numeric = [name for name, column in profiles.items() if column.is_numeric and not column.is_identifier]
    figures = [name for name in numeric if name not in (date, geo)]
    if date is None or len(figures) != 1 or set(profiles[figures[0]].words) & vocabulary.SPEND - vocabulary.WEAK_SPEND:
        return None
    shape = _shape(table, profiles, "flat", (date, geo), figures[0], ())
    return shape if shape.variable is not None else None


def media_of_shape(table: RawTable, profiles: Profiles, shape: Shape) -> Guess[MediaReading] | None:
    """Propose the roles of media in a shape, or None when no variable of it is media."""
    if shape.variable is not None and not (shape.spend or shape.exposure):
        if shape.layout == "flat":
            return None
        shape = replace(shape, variable=None)
    dimensions = dimensions_of_shape(table, profiles, shape)
    spend = _by_stem(shape.spend, SPEND_SUFFIXES | MICROS)
    exposure = _matching(spend, shape.exposure, EXPOSURE_SUFFIXES)
    clicks = _matching(spend, shape.clicks, CLICKS)
    clicks = None if clicks == exposure else clicks
    micros = bool(shape.spend) and all(MICROS & set(words(name)) for name in shape.spend)
    currency = find_currency(table, profiles)
    code = _code(table, shape) if currency is None else ""
    reading = MediaReading(
        layout=shape.layout,
        date=shape.date,
        geo=shape.geo,
        variable=shape.variable,
        figures=shape.figures,
        line_item=dimensions,
        spend=spend,
        exposure=exposure,
        clicks=clicks,
        spend_unit="micros" if micros else "unit",
        currency=currency,
        currency_code=code or None,
    )
    reasons = shape.reasons() | _why_roles(reading, shape)
    return Guess(reading=reading, reasons=reasons)


def _why_roles(reading: MediaReading, shape: Shape) -> dict[str, str]:
    """Give the reasons for the roles beside those of the shape."""
    why = {
        "line_item": f"what was bought is named by {listed(quoted(reading.line_item))}" if reading.line_item else "",
        "spend": _why(reading.spend, shape),
        "exposure": f"{listed(quoted(_names(reading.exposure)))}: delivered units" if reading.exposure else "",
        "clicks": f"{listed(quoted(_names(reading.clicks)))}: its name speaks of clicks" if reading.clicks else "",
        "currency": f"{reading.currency!r}: it holds currency codes" if reading.currency else "",
        "currency_code": f"the amounts or their name say {reading.currency_code}" if reading.currency_code else "",
    }
    return {role: reason for role, reason in why.items() if reason}


def dimensions_of_shape(table: RawTable, profiles: Profiles, shape: Shape) -> tuple[str, ...]:
    """Return the columns beside the figures that name what was bought."""
    taken = {shape.date, shape.geo, shape.variable, shape.figures, *shape.periods}
    named = []
    for name, column in profiles.items():
        told = set(column.words)
        free = name not in taken and column.filled > 0 and not told & vocabulary.NOT_DIMENSION
        if free and column.dates < 0.5 and (not column.is_numeric or column.is_identifier):
            named.append(name)
    varied = [name for name in named if profiles[name].distinct > 1]
    return without_told_ids(table, profiles, tuple(varied or named[:1]))


def _shape(
    table: RawTable,
    profiles: Profiles,
    layout: Literal["flat", "periods"],
    place: tuple[str | None, str | None],
    figures: str | None,
    periods: tuple[str, ...],
) -> Shape:
    """Find the column that says what the figures are, and sort its values."""
    date, geo = place
    best: dict[str, tuple[str, ...]] = {}
    variable = None
    for name, column in profiles.items():
        if name in (date, geo, figures, *periods) or column.is_numeric or column.distinct > _MOST_VARIABLES:
            continue
        sorted_out = _sorted_out(table, name)
        if _is_variable(column, sorted_out) and len(sorted_out) > len(best):
            variable, best = name, sorted_out
    return Shape(
        layout=layout,
        date=date or "",
        geo=geo,
        variable=variable,
        figures=figures,
        periods=periods,
        **best,
    )


def _is_variable(column: ColumnProfile, sorted_out: dict[str, tuple[str, ...]]) -> bool:
    """Tell whether a column names metrics: by its own name, or because its values name several kinds of them."""
    told = sorted_out.keys() - {"other"}
    if set(column.words) & vocabulary.VARIABLE:
        return bool(sorted_out)
    return len(told) > 1 and not set(column.words) & vocabulary.CAMPAIGN


def _sorted_out(table: RawTable, column: str) -> dict[str, tuple[str, ...]]:
    """Sort the values of a column by what they speak of: spend, exposure, clicks, kpi or something else."""
    found: dict[str, list[str]] = {}
    values = [text.strip() for text in table.texts(column).dictionary_encode().dictionary.to_pylist()]
    for value in dict.fromkeys(values):
        if value:
            found.setdefault(metric_of(value), []).append(value)
    if "clicks" in found and "exposure" not in found:
        found["exposure"] = found["clicks"]
    return {role: tuple(names) for role, names in found.items()}


def metric_of(name: str) -> str:
    """Tell what a variable is about.

    >>> metric_of("TV_Spend"), metric_of("fb impressions"), metric_of("Umsatz"), metric_of("Price")
    ('spend', 'exposure', 'kpi', 'other')
    >>> metric_of("FB_Video_spend"), metric_of("revenue per spend")
    ('spend', 'other')
    """
    told = words(name)
    known = set(told)
    if known & vocabulary.COMPETITOR:
        return "other"
    ending = len(told) > 1 and told[-1] == "s" and not told[-2].isdigit()
    if (known & vocabulary.SPEND or ending) and not known & vocabulary.NOT_SPEND:
        return "spend"
    if told and told[-1] in vocabulary.SPEND and not known & _RATE_WORDS:  # "FB_Video_spend": video is what was bought
        return "spend"
    if known & vocabulary.CLICKS and not known & vocabulary.NOT_CLICKS:
        return "clicks"
    delivered = known & EXPOSURE_SUFFIXES - {"i", "p"} or (len(told) > 1 and told[-1] in ("i", "p"))
    if delivered and not known & vocabulary.NOT_EXPOSURE:
        return "exposure"
    return "kpi" if known & vocabulary.KPI.keys() and not known & vocabulary.NOT_KPI else "other"


def _by_stem(names: tuple[str, ...], endings: frozenset[str]) -> str | dict[str, str] | None:
    """Name line items by what is left of the variables; one that names nothing else is meant for all of them."""
    if not names:
        return None
    if len(names) == 1 and not set(words(names[0])) - vocabulary.SPEND - UNIT_WORDS - MICROS - EXPOSURE_SUFFIXES:
        return names[0]
    stems = [without(name, endings) for name in names]
    folded = [stem.casefold() for stem in stems]
    return {
        (stem if folded.count(stem.casefold()) == 1 else name): name for stem, name in zip(stems, names, strict=True)
    }


def _matching(
    spend: str | dict[str, str] | None, names: tuple[str, ...], endings: frozenset[str]
) -> str | dict[str, str] | None:
    """Match variables to the line items of the spend variables; where there is no spend they name their own."""
    if isinstance(spend, str):
        return names[0] if names else None
    own = _by_stem(names, endings)
    if spend is None or not isinstance(own, dict):
        return own if spend is None else None
    items = {item.casefold(): item for item in spend}
    items |= {without(name, SPEND_SUFFIXES | MICROS | UNIT_WORDS).casefold(): item for item, name in spend.items()}
    matched: dict[str, str] = {}
    for stem, name in own.items():
        if (item := items.get(stem.casefold())) is not None:
            matched.setdefault(item, name)
    return matched or None


def _names(role: str | dict[str, str]) -> tuple[str, ...]:
    return (role,) if isinstance(role, str) else tuple(role.values())


def _why(spend: str | dict[str, str] | None, shape: Shape) -> str:
    if spend is None and shape.variable is None:
        return "no column says what the figures are, so all of them were taken as spend"
    if spend is None:
        return "no variable speaks of money"
    changed = (
        [f"{name!r} is called {item!r}" for item, name in spend.items() if item != name]
        if isinstance(spend, dict)
        else []
    )
    renamed = f"; without their ending, {listed(changed)}" if changed else ""
    return f"{listed(quoted(_names(spend)))}: named as spend{renamed}"


def _code(table: RawTable, shape: Shape) -> str:
    """Return the currency that the names of the variables or of the file's columns say, or the signs in the cells."""
    named = {code_in_name(name) for name in shape.spend} or {""}
    if len(named) == 1 and (code := named.pop()):
        return code
    columns = [shape.figures] if shape.figures else list(shape.periods[:20])
    codes = {code_in_name(name) or currency_sign(table, name) for name in columns} - {""}
    return codes.pop() if len(codes) == 1 else ""
