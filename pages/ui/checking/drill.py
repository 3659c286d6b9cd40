"""Behind a figure: from a node and time to its line items, from a line item to file, sheet and row."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from mmm_core.checks.drilling import Cell, line_items_of, line_items_text, rows_behind
from mmm_core.checks.pivot import ALL_GEOS
from mmm_core.errors import counted
from mmm_core.money import MICROS_PER_UNIT, amount_text
from mmm_core.taxonomy.mapping import Path
from mmm_core.workflows.file_rows import ROW, rows_as_in_file
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.escaping import plain
from pages.ui.numbers import money
from pages.ui.state import storage

MOST_SHOWN = 1_000
_ORDERS = {"spend_micros": "Spend", "exposure": "Exposure", "cost": "Cost per unit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is: a node, a time, perhaps a region and a line item."""

    path: Path
    when: str
    first: int
    last: int
    geo: str = ALL_GEOS
    line_item: str = ""

    @property
    def cell(self) -> Cell:
        """What is looked behind."""
        return Cell(path=self.path, first=self.first, last=self.last, geo=self.geo)


def place_of(project: str) -> Place | None:
    """Return where the session is, None on the subtotals themselves."""
    place: Place | None = st.session_state.get(_key(project))
    return place


def go(project: str, place: Place | None) -> None:
    """Go there; a table that is drawn anew has nothing selected."""
    st.session_state[_key(project)] = place
    st.session_state[f"{_key(project)}-turn"] = turn(project) + 1


def turn(project: str) -> int:
    """Return how often somebody went somewhere; part of the keys of tables."""
    return int(st.session_state.get(f"{_key(project)}-turn", 0))


CLICKS: list[Any] = ["single-cell", "single-column"]
"""With columns to select, a click on a header does not sort; where it sorts, it selects the first cell as well."""


def clicked(key: str) -> tuple[int | None, str] | None:
    """Return row and column of the cell that was clicked in a table, None for the row when it was a header."""
    selection = st.session_state[key]["selection"]
    if selection["cells"]:
        return int(selection["cells"][0][0]), str(selection["cells"][0][1])
    return (None, str(selection["columns"][0])) if selection["columns"] else None


def show_drill(project: str, scoped: Scoped, place: Place) -> None:
    """Show what is behind a figure, with the way that led there and back."""
    _crumbs(project, scoped, place)
    if place.path and place.path not in scoped.mapping.node_paths:
        st.info("This node is not in the tree any more.", icon=":material/info:")
        return
    if place.line_item:
        _rows(project, scoped, place)
    else:
        _line_items(project, scoped, place)


def _crumbs(project: str, scoped: Scoped, place: Place) -> None:
    steps: list[tuple[str, Place | None]] = [("Subtotals", None)]
    steps += [
        (plain(name), replace(place, path=place.path[: depth + 1], line_item=""))
        for depth, name in enumerate(place.path)
    ]
    steps += [("All groups", replace(place, line_item=""))] if not place.path else []
    if place.line_item:
        items = scoped.ground.items
        name = str(items["name"].get(place.line_item, place.line_item))
        steps.append((plain(name), place))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for number, (label, goal) in enumerate(steps):
            if number == len(steps) - 1:
                st.markdown(f"**{label}**", width="content")
            else:
                key = f"crumb-{number}"
                st.button(label, key=key, type="tertiary", on_click=go, args=(project, goal))
                st.markdown(":gray[:material/chevron_right:]", width="content")
        where = f" · {plain(place.geo)}" if place.geo else ""
        st.markdown(f":gray[{plain(place.when)}{where}]", width="content")


def _line_items(project: str, scoped: Scoped, place: Place) -> None:
    ground = scoped.ground
    table = line_items_of(ground.cube, ground.items, scoped.resolution, place.cell)
    currency = ground.settings.currency
    total = money(int(table["spend_micros"].sum()), currency)
    if table.empty:
        st.info("No line item has a row in this time.", icon=":material/info:")
        return
    said, order = st.columns([3, 2], vertical_alignment="bottom")
    said.write(f"**{total}** in {counted(len(table), 'line item')}. Click one to see its rows in the file.")
    by = order.segmented_control(
        "Largest first by",
        list(_ORDERS),
        default="spend_micros",
        format_func=_ORDERS.get,
        key="drill-by",
        required=True,
    )
    table = table.sort_values(str(by), ascending=False, kind="stable")
    shown = table.head(MOST_SHOWN)
    if len(shown) < len(table):
        st.caption(f"The largest {len(shown):,} of {len(table):,} are shown; the download has all.")
    key = f"drill-items-{turn(project)}-{by}"
    st.dataframe(
        pd.DataFrame(
            {
                "Line item": shown["name"].to_numpy(),
                "Spend": shown["spend_micros"].to_numpy() / MICROS_PER_UNIT,
                "Share": 100 * shown["share"].to_numpy(),
                "Exposure": shown["exposure"].to_numpy(),
                "Cost per unit": shown["cost"].to_numpy(),
                "Rows": shown["rows"].to_numpy(),
                "File": shown["source"].to_numpy(),
            }
        ),
        hide_index=True,
        on_select=lambda: _choose(project, place, key, list(shown.index)),
        selection_mode=CLICKS,
        height=min(460, 38 + 35 * len(shown)),
        placeholder="",
        key=key,
        column_config={
            "Line item": st.column_config.TextColumn(width=320, pinned=True),
            "Spend": st.column_config.NumberColumn(f"Spend, {currency}", format="%,.2f"),
            "Share": st.column_config.NumberColumn(format="%.1f %%"),
            "Exposure": st.column_config.NumberColumn(format="%,.0f"),
            "Cost per unit": st.column_config.NumberColumn(format="%.4f"),
            "Rows": st.column_config.NumberColumn(format="%,d"),
        },
    )
    st.download_button(
        "Download these line items",
        lambda: csv_text(line_items_text(table)),
        "line_items_behind.csv",
        "text/csv",
        key="get-drill-items",
    )


def _choose(project: str, place: Place, key: str, line_items: list[str]) -> None:
    hit = clicked(key)
    if hit is not None and hit[0] is not None:
        go(project, replace(place, line_item=line_items[hit[0]]))


def _rows(project: str, scoped: Scoped, place: Place) -> None:
    ground = scoped.ground
    behind = rows_behind(ground.data.media, ground.calendar, ground.cube, place.line_item, place.cell)
    currency = ground.settings.currency
    if behind.empty:
        st.info("This line item has no row in this time.", icon=":material/info:")
        return
    total = money(int(behind["spend_micros"].sum()), currency)
    st.write(f"**{total}** in {counted(len(behind), 'row')}, as the file writes them.")
    name = str(ground.items["name"].get(place.line_item, ""))
    for source, own in behind.groupby("source", sort=False):
        _file(project, str(source), own, name, currency)


def _file(project: str, source: str, own: pd.DataFrame, name: str, currency: str) -> None:
    """Show the rows of one file beside what they count."""

    def written(rows: pd.DataFrame, *, text: bool) -> pd.DataFrame:
        numbers = tuple(int(row) for row in rows["row"])
        cells = rows_as_in_file(storage(), project, source, numbers, line_item=name).cells
        counts = rows["spend_micros"].to_numpy()
        figures = [amount_text(value) for value in counts] if text else counts / MICROS_PER_UNIT
        cells.insert(1, f"counts, {currency}", figures)
        return cells

    st.markdown(f"**{plain(source)}**")
    if len(own) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN:,} of {len(own):,} rows are shown; the download has all.")
    st.dataframe(
        written(own.head(MOST_SHOWN), text=False),
        hide_index=True,
        height=min(420, 38 + 35 * len(own)),
        key=f"drill-rows-{source}",
        column_config={
            ROW: st.column_config.NumberColumn("Row", format="%d", pinned=True),
            f"counts, {currency}": st.column_config.NumberColumn(
                f"Counts, {currency}", format="%,.2f", help="In this time, in the project's currency, as corrected."
            ),
        },
    )
    st.download_button(
        "Download these rows",
        lambda: csv_text(written(own, text=True)),
        "rows_behind.csv",
        "text/csv",
        key=f"get-drill-rows-{source}",
    )


def _key(project: str) -> str:
    return f"drill-{project}"
