"""The roles of a file's columns, guessed and correctable."""

from typing import Any, cast

import streamlit as st

from mmm_core.ingest.guess import Guess
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.storage.sources import SourceKind
from mmm_core.workflows.sources import Reading
from pages.ui.escaping import plain

KINDS: dict[SourceKind, str] = {
    "media": "Media spend",
    "kpi": "Outcome (KPI)",
    "controls": "Controls (price, promotion, weather)",
}
_LAYOUTS = {"long": "One row per date and line item", "wide": "One row per date, a column per line item"}
_DECIMALS = {None: "As detected", ".": "1,234.56", ",": "1.234,56"}
_DATE_ORDERS = {None: "As detected", "ymd": "Year, month, day", "dmy": "Day, month, year", "mdy": "Month, day, year"}
_UNITS = {"unit": "Whole currency", "thousands": "Thousands", "micros": "Millionths (micros)"}


def choose_roles(
    columns: tuple[str, ...], kind: SourceKind, start: Reading, reasons: dict[str, str], key: str
) -> Reading:
    """Show the roles and return them as chosen.

    Raises
    ------
    BadInput
        If the choice is no complete reading.
    """
    reasons = {role: plain(reason) for role, reason in reasons.items()}
    if kind == "kpi":
        return _kpi(columns, cast("KpiReading", start), reasons, key)
    if kind == "controls":
        return _controls(columns, cast("ControlsReading", start), reasons, key)
    return _media(columns, cast("MediaReading", start), reasons, key)


def choose_kind(start: SourceKind, key: str) -> SourceKind:
    """Show what a file can be and return the choice."""
    chosen = st.segmented_control(
        "What is in this file?", list(KINDS), default=start, format_func=KINDS.get, key=f"{key}-kind"
    )
    return cast("SourceKind", chosen or start)


def _kpi(columns: tuple[str, ...], start: KpiReading, reasons: dict[str, str], key: str) -> KpiReading:
    left, right = st.columns(2)
    with left:
        date = _column("Date", columns, start.date, reasons.get("date"), f"{key}-date")
    with right:
        value = _column("Outcome", columns, start.value, reasons.get("value"), f"{key}-value")
    return KpiReading.from_dict({"date": date, "value": value, **_writing(columns, start, reasons, key)})


def _controls(columns: tuple[str, ...], start: ControlsReading, reasons: dict[str, str], key: str) -> ControlsReading:
    left, right = st.columns(2)
    with left:
        date = _column("Date", columns, start.date, reasons.get("date"), f"{key}-date")
    with right:
        chosen = st.multiselect(
            "Controls",
            columns,
            default=_known(start.columns, columns),
            help=reasons.get("columns"),
            key=f"{key}-columns",
        )
    return ControlsReading.from_dict({"date": date, "columns": chosen, **_writing(columns, start, reasons, key)})


def _media(columns: tuple[str, ...], start: MediaReading, reasons: dict[str, str], key: str) -> MediaReading:
    left, right = st.columns(2)
    with left:
        layout = st.selectbox(
            "Layout",
            list(_LAYOUTS),
            index=list(_LAYOUTS).index(start.layout),
            format_func=_LAYOUTS.get,
            help=reasons.get("layout"),
            key=f"{key}-layout",
        )
        date = _column("Date", columns, start.date, reasons.get("date"), f"{key}-date")
    with right:
        content = _long(columns, start, reasons, key) if layout == "long" else _wide(columns, start, reasons, key)
    return MediaReading.from_dict(
        {"layout": layout, "date": date, **content, **_writing(columns, start, reasons, key, unit=start.spend_unit)}
    )


def _long(columns: tuple[str, ...], start: MediaReading, reasons: dict[str, str], key: str) -> dict[str, Any]:
    spend = start.spend if isinstance(start.spend, str) else None
    exposure = start.exposure if isinstance(start.exposure, str) else None
    line_item = st.multiselect(
        "A line item is named by",
        columns,
        default=_known(start.line_item, columns),
        help=reasons.get("line_item"),
        key=f"{key}-line-item",
    )
    left, right = st.columns(2)
    with left:
        money = _column("Spend", columns, spend, reasons.get("spend"), f"{key}-spend")
    with right:
        units = _column("Exposure", columns, exposure, reasons.get("exposure"), f"{key}-exposure", optional=True)
    return {"line_item": line_item, "spend": money, "exposure": units}


def _wide(columns: tuple[str, ...], start: MediaReading, reasons: dict[str, str], key: str) -> dict[str, Any]:
    named = start.spend if isinstance(start.spend, dict) else {}
    item_of = {column: item for item, column in named.items()}
    exposure = start.exposure if isinstance(start.exposure, dict) else {}
    chosen = st.multiselect(
        "Spend columns, one per line item",
        columns,
        default=_known(tuple(named.values()), columns),
        help=reasons.get("spend"),
        key=f"{key}-spend-columns",
    )
    spend = {item_of.get(column, column): column for column in chosen}
    return {"spend": spend, "exposure": {item: exposure[item] for item in spend if item in exposure} or None}


def _writing(
    columns: tuple[str, ...], start: Reading, reasons: dict[str, str], key: str, *, unit: str | None = None
) -> dict[str, Any]:
    """Regions, and how numbers and dates are written."""
    cells = st.columns(4 if unit else 3)
    with cells[0]:
        geo = _column("Region", columns, start.geo, reasons.get("geo"), f"{key}-geo", optional=True)
    with cells[1]:
        decimal = _choice("Numbers are written", _DECIMALS, start.decimal, f"{key}-decimal")
    with cells[2]:
        order = _choice("Dates are written", _DATE_ORDERS, start.date_order, f"{key}-date-order")
    content = {"geo": geo, "decimal": decimal, "date_order": order}
    if unit:
        with cells[3]:
            content["spend_unit"] = _choice("Spend is in", _UNITS, unit, f"{key}-unit")
    return content


def _column(
    label: str, columns: tuple[str, ...], start: str | None, reason: str | None, key: str, *, optional: bool = False
) -> str | None:
    options: list[str | None] = [None, *columns] if optional else list(columns)
    index = options.index(start) if start in options else 0 if optional else None
    return st.selectbox(
        label,
        options,
        index=index,
        format_func=lambda column: "None" if column is None else column,
        placeholder="Choose a column",
        help=reason,
        key=key,
    )


def _choice(label: str, options: dict[Any, str], start: Any, key: str) -> Any:
    return st.selectbox(label, list(options), index=list(options).index(start), format_func=options.get, key=key)


def _known(names: tuple[str, ...], columns: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in columns]


def reading_of_kind(guess: Guess[Any], kind: SourceKind) -> Reading:
    """Return a guess's reading, made sure to be of the kind."""
    expected = {"media": MediaReading, "kpi": KpiReading, "controls": ControlsReading}[kind]
    if not isinstance(guess.reading, expected):
        raise TypeError(f"A guess for {kind} holds a {type(guess.reading).__name__}.")
    return guess.reading
