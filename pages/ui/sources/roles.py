"""The roles of a file's columns, guessed and correctable, for every kind and layout."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from mmm_core.errors import BadInput
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.shapes import period_columns
from mmm_core.ingest.table import RawTable
from mmm_core.storage.sources import SourceKind
from mmm_core.workflows.kinds import READINGS
from pages.ui.escaping import plain
from pages.ui.sources.figures import choose_figures
from pages.ui.sources.inputs import choice, one_of, perhaps_one_of, several_of, variables_in
from pages.ui.sources.words import DATE_ORDERS, DECIMALS, LAYOUTS, LAYOUTS_OF_SERIES, SPREADS, UNITS

Start = Mapping[str, Any]
"""The roles to begin with, as the JSON form of a reading; empty when nothing could be guessed."""

_LABELS = {
    "amount": "Amount",
    "columns": "Controls",
    "currency": "Currency",
    "date": "Date",
    "end": "Last day",
    "group": "Group",
    "label": "Where the figure comes from",
    "lift": "Lift",
    "lift_high": "Lift, upper end",
    "lift_low": "Lift, lower end",
    "node": "What it is for",
    "rate": "Rate",
    "spend_change": "Change of spend",
    "start": "First day",
    "usual_spend": "Usual spend",
    "value": "Outcome",
}


def choose_roles(table: RawTable, kind: SourceKind, start: Start, reasons: Mapping[str, str], key: str) -> Reading:
    """Show the roles and return them as chosen.

    Raises
    ------
    BadInput
        If the choice is no complete reading.
    """
    why = {role: plain(reason) for role, reason in reasons.items()}
    by_kind: dict[SourceKind, Callable[[], dict[str, Any]]] = {
        "media": lambda: _media(table, start, why, key),
        "organic": lambda: _organic(table, start, why, key),
        "kpi": lambda: _series(table, start, why, key, role="value"),
        "tracked": lambda: _series(table, start, why, key, role="value"),
        "controls": lambda: _series(table, start, why, key, role="columns"),
    }
    chosen = by_kind[kind]() if kind in by_kind else _flat_file(table, kind, start, why, key)
    missing = next((role for role in READINGS[kind].required if not chosen.get(role)), None)
    if missing is not None:
        raise BadInput(
            f"'{_LABELS.get(missing, missing)}' is not chosen yet",
            where=table.label,
            expected="a column was expected",
            remedy="Choose it below, or say what else is in this file",
        )
    return READINGS[kind].from_dict(chosen)


def _media(table: RawTable, start: Start, why: Mapping[str, str], key: str) -> dict[str, Any]:
    content = _layout(table, start, why, key, LAYOUTS, default="long")
    content |= choose_figures(table, content, start, why, key, roles=("spend", "exposure", "clicks"))
    return content | _ways(table, start, why, key, has_money=True)


def _organic(table: RawTable, start: Start, why: Mapping[str, str], key: str) -> dict[str, Any]:
    content = _layout(table, start, why, key, LAYOUTS, default="long")
    content |= choose_figures(table, content, start, why, key, roles=("exposure",))
    return content | _ways(table, start, why, key)


def _series(table: RawTable, start: Start, why: Mapping[str, str], key: str, *, role: str) -> dict[str, Any]:
    """Choose the outcome, or the controls: columns, or variables where the layout has them."""
    content = _layout(table, start, why, key, LAYOUTS_OF_SERIES, default="wide")
    names = table.columns if content["layout"] == "wide" else variables_in(table, content.get("variable"))
    if role == "value":
        content[role] = one_of("Outcome", names, start.get(role), f"{key}-value", why=why.get(role))
    else:
        content[role] = several_of("Controls", names, start.get(role) or (), f"{key}-columns", why=why.get(role))
    return content | _ways(table, start, why, key)


def _layout(
    table: RawTable, start: Start, why: Mapping[str, str], key: str, layouts: Mapping[str, str], *, default: str
) -> dict[str, Any]:
    """Choose the layout and the columns that only it has."""
    left, right = st.columns(2)
    with left:
        layout = choice("Layout", layouts, start.get("layout", default), f"{key}-layout", why=why.get("layout"))
    content: dict[str, Any] = {"layout": layout}
    with right:
        if layout == "periods":
            dated = period_columns(table)
            columns = several_of(
                "Periods", table.columns, start.get("periods") or dated, f"{key}-periods", why=why.get("periods")
            )
            # Left open where it is what the names say: a newer file may have further periods.
            content["periods"] = [] if tuple(columns) == dated else columns
        else:
            content["date"] = one_of("Date", table.columns, start.get("date"), f"{key}-date", why=why.get("date"))
    if layout in ("flat", "periods"):
        with left:
            chooses = one_of if layout == "flat" else perhaps_one_of
            content["variable"] = chooses(
                "Variable", table.columns, start.get("variable"), f"{key}-variable", why=why.get("variable")
            )
        if layout == "flat":
            with right:
                content["figures"] = one_of(
                    "Figures", table.columns, start.get("figures"), f"{key}-figures", why=why.get("figures")
                )
    return content


def _flat_file(table: RawTable, kind: SourceKind, start: Start, why: Mapping[str, str], key: str) -> dict[str, Any]:
    """Choose a column per role, for kinds that have one layout only."""
    reading = READINGS[kind]
    has_money = "currency_code" in reading.optional
    written = ("decimal", "date_order", "geo", "currency_code", *(["currency"] if has_money else []))
    roles = [role for role in (*reading.required, *reading.optional) if role not in written]
    content: dict[str, Any] = {}
    cells = st.columns(3)
    for place, role in enumerate(roles):
        chooses = one_of if role in reading.required else perhaps_one_of
        with cells[place % 3]:
            content[role] = chooses(_LABELS[role], table.columns, start.get(role), f"{key}-{role}", why=why.get(role))
    regions = "geo" in reading.optional
    return content | _ways(table, start, why, key, has_money=has_money, has_regions=regions, has_times=False)


def _ways(
    table: RawTable,
    start: Start,
    why: Mapping[str, str],
    key: str,
    *,
    has_money: bool = False,
    has_regions: bool = True,
    has_times: bool = True,
) -> dict[str, Any]:
    """Choose what is rarely to be corrected, and give the reasons of the guess, role by role."""
    row = st.container(horizontal=True)
    with row.popover("Regions, currency, ways of writing", icon=":material/tune:", key=f"{key}-ways"):
        content = _writing(table, start, why, key, regions=has_regions)
        content |= _money(table, start, why, key) if has_money else {}
        content |= _time(start, why, key) if has_times else {}
    if why:
        with row.popover("Why?", icon=":material/lightbulb:", key=f"{key}-why"):
            for role, reason in why.items():
                st.markdown(f"**{role.replace('_', ' ').capitalize()}**: {reason}")
    return content


def _money(table: RawTable, start: Start, why: Mapping[str, str], key: str) -> dict[str, Any]:
    """Choose what the amounts count and in which currency they are."""
    first, second, third = st.columns(3)
    with first:
        unit = choice(
            "Amounts are in", UNITS, start.get("spend_unit", "unit"), f"{key}-unit", why=why.get("spend_unit")
        )
    with second:
        column = perhaps_one_of(
            "Currency column", table.columns, start.get("currency"), f"{key}-currency", why=why.get("currency")
        )
    with third:
        code = st.text_input(
            "Currency of the whole file",
            value=start.get("currency_code") or "",
            placeholder="As the project",
            max_chars=3,
            disabled=column is not None,
            help=why.get("currency_code"),
            key=f"{key}-currency-code",
        )
    named = code.strip().upper() if column is None else ""
    return {"spend_unit": unit, "currency": column, "currency_code": named or None}


def _writing(
    table: RawTable, start: Start, why: Mapping[str, str], key: str, *, regions: bool = True
) -> dict[str, Any]:
    """Choose the column with regions, and how numbers and dates are written."""
    cells = st.columns(3)
    content: dict[str, Any] = {}
    if regions:
        with cells[0]:
            content["geo"] = perhaps_one_of("Region", table.columns, start.get("geo"), f"{key}-geo", why=why.get("geo"))
    with cells[1]:
        content["decimal"] = choice(
            "Numbers are written", DECIMALS, start.get("decimal"), f"{key}-decimal", why=why.get("decimal")
        )
    with cells[2]:
        content["date_order"] = choice(
            "Dates are written", DATE_ORDERS, start.get("date_order"), f"{key}-date-order", why=why.get("date_order")
        )
    return content


def _time(start: Start, why: Mapping[str, str], key: str) -> dict[str, Any]:
    """Choose what is done with figures that stand for more than a week, and with times of day."""
    left, right = st.columns(2)
    with left:
        spread = choice("Monthly figures", SPREADS, start.get("spread", "no"), f"{key}-spread", why=why.get("spread"))
    with right:
        zone = st.text_input(
            "Time zone of the days",
            value=start.get("time_zone") or "",
            placeholder="As written in the file",
            help="Only for times with an offset from UTC, for instance Europe/Berlin.",
            key=f"{key}-time-zone",
        )
    return {"spread": spread, "time_zone": zone.strip() or None}
