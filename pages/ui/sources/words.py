"""The words for kinds, layouts and ways of writing, and the one line that sums a file up."""

from typing import Any

from mmm_core.errors import counted, listed
from mmm_core.ingest.readings import Reading
from mmm_core.storage.former_sources import Version
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.facts import Facts
from pages.ui.escaping import plain
from pages.ui.numbers import money

KINDS: dict[SourceKind, str] = {
    "media": "Media spend",
    "kpi": "Outcome",
    "tracked": "Tracked outcome",
    "controls": "Controls",
    "organic": "Organic media",
    "control_totals": "Control totals",
    "lift_tests": "Lift tests",
    "rates": "Exchange rates",
}
MEANINGS: dict[SourceKind, str] = {
    "media": "What was bought: spend per line item and date, perhaps with exposure.",
    "kpi": "What the model explains: revenue, orders, new customers. One per project.",
    "tracked": "What web analytics or platforms counted of the outcome; it is held against it.",
    "controls": "What else moved the outcome: price, promotion, distribution, weather, competitors.",
    "organic": "Exposure that costs nothing: newsletters, posts of one's own, visits to the blog.",
    "control_totals": "Figures from the ledger or an invoice that the files must meet.",
    "lift_tests": "What experiments measured: group, dates, change of spend, lift.",
    "rates": "What one unit of another currency is worth in the project's, per date or month.",
}
FATES: dict[SourceKind, str] = {
    "tracked": "Held against the outcome under Checks: how much is tracked, and whether that drifts. Not in the model.",
    "organic": "Kept and shown; the model does not use exposure without spend yet.",
    "lift_tests": "Offered for the specification; a fit is held only to those that somebody adds.",
}
"""What happens with kinds that are not in the model."""
LAYOUTS = {
    "long": "A row per date and line item",
    "wide": "A row per date, a column per line item",
    "periods": "A row per line item, a column per period",
    "flat": "A row per figure, named by a variable",
}
LAYOUTS_OF_SERIES = {
    "wide": "A row per date",
    "periods": "A row per variable, a column per period",
    "flat": "A row per figure, named by a variable",
}
_SHORTLY = {"wide": "a column per line item", "periods": "a column per period", "flat": "a row per figure"}
"""Layouts that are worth a word in the summary."""
DECIMALS = {None: "As detected", ".": "1,234.56", ",": "1.234,56"}
DATE_ORDERS = {None: "As detected", "ymd": "Year, month, day", "dmy": "Day, month, year", "mdy": "Month, day, year"}
SPREADS = {"no": "Keep as they are", "days": "Spread evenly over the days"}
DELIMITERS = {
    ",": "Comma",
    ";": "Semicolon",
    "\t": "Tab",
    "|": "Upright line |",
    "^": "Caret ^",
    "~": "Tilde ~",
    ":": "Colon",
    "\x1f": "Unit separator",
}
UNITS = {"unit": "Whole currency", "thousands": "Thousands", "micros": "Millionths (micros)"}


def label_of(source: Source) -> str:
    """Name a source for Markdown: file, and sheet where there is one."""
    return plain(title_of(source))


def title_of(source: Source | Version) -> str:
    """Name a source, or what it held before: file, and sheet where there is one."""
    return f"{source.name}, sheet {source.sheet}" if source.sheet else source.name


def summary(facts: Facts, currency: str, reading: Reading | None = None) -> str:
    """Say in one line what was understood, layout included where a reading is given."""
    parts = [listed([plain(name) for name in facts.names])] if facts.names else []
    parts.append(counted(facts.rows, "row"))
    parts += [counted(facts.line_items, "line item")] if facts.line_items else []
    if facts.micros is not None:
        parts.append(_amount(facts, currency))
    if facts.span is not None:
        first, last = facts.span
        parts.append(f"{_day(first)} to {_day(last)}" if first != last else _day(first))
    layout = _SHORTLY.get(getattr(reading, "layout", ""), "")
    if layout and (facts.line_items or layout != _SHORTLY["wide"]):
        parts.append(layout)
    return ", ".join(parts)


def _amount(facts: Facts, currency: str) -> str:
    """Write the money of a file; amounts in several currencies are no sum."""
    if len(facts.currencies) > 1:
        return f"amounts in {' and '.join(map(plain, facts.currencies))}"
    return money(facts.micros or 0, facts.currencies[0] if facts.currencies else currency)


def _day(day: Any) -> str:
    return f"{day.day} {day:%b %Y}"
