"""What a finding is known by: a picture of the series, what it lists, the rows of the file."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mmm_core.charts.evidence import evidence_chart
from mmm_core.errors import counted
from mmm_core.findings import Finding
from mmm_core.workflows.finding_rows import rows_behind
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.checking.places import day_in_words
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain

_MOST_ROWS = 50
_PICTURES = ("series", "second_series")
_TALLEST = 320
_AMOUNT = re.compile(r"-?\d+\.\d+")


def show_evidence(scoped: Scoped, finding: Finding) -> None:
    """Show the pictures, the lists and the rows that a finding brings along."""
    pictures = [name for name in _PICTURES if _points(finding.evidence.get(name)) is not None]
    shown = str(finding.evidence.get("shown", ""))
    if pictures and shown:
        st.caption(f"**{plain(shown)}**")
    for name in pictures:
        _picture(scoped, finding, name)
    for name, value in finding.evidence.items():
        if name not in _PICTURES and _is_table(value):
            _table(name, value, finding.key)
    _rows(scoped, finding)


def _picture(scoped: Scoped, finding: Finding, name: str) -> None:
    points = _points(finding.evidence[name])
    if points is None:
        return
    points = points.assign(marked=_marked(points["period"], finding) if name == "series" else False)
    unit = str(finding.evidence.get("unit", "")) if name == "series" else "exposure"
    drawing = evidence_chart(points, unit=unit or "value", period=scoped.ground.settings.period)
    show_drawing(drawing, key=f"evidence-{name}-{finding.key}")


def _marked(periods: pd.Series, finding: Finding) -> pd.Series:
    """Tell which periods the finding is about: those that it marks, or those between its first and last day."""
    marked = finding.evidence.get("marked")
    if isinstance(marked, Sequence) and marked:
        return periods.dt.strftime("%Y-%m-%d").isin({str(label)[:10] for label in marked})
    days = pd.to_datetime(pd.Series(finding.where.periods, dtype="object"), errors="coerce", format="%Y-%m-%d")
    return periods.between(days.min(), days.max())


def _points(value: object) -> pd.DataFrame | None:
    """Return a series as `period` and `value`, None when it is none that can be drawn."""
    if not _is_table(value) or not {"period", "value"} <= set(value[0]):  # type: ignore[index]
        return None
    table = pd.DataFrame(value)
    periods = pd.to_datetime(table["period"], errors="coerce", format="ISO8601")
    if periods.isna().any():
        return None
    return pd.DataFrame({"period": periods, "value": pd.to_numeric(table["value"], errors="coerce")})


def _is_table(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _table(name: str, rows: object, key: str) -> None:
    table = pd.DataFrame(rows).head(_MOST_ROWS)
    for column in table.columns:
        if column in ("period", "date"):
            table[column] = [day_in_words(str(value)) for value in table[column]]
    table.columns = [str(column).replace("_", " ").capitalize() for column in table.columns]
    table, formats = _aligned(table)
    st.dataframe(
        table, hide_index=True, height=_height(len(table)), key=f"evidence-{name}-{key}", column_config=formats
    )


def _aligned(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return columns of amounts as numbers with the decimals that they have, so that their points stand in line."""
    formats: dict[str, Any] = {}
    for column in table.columns:
        texts = [text for text in table[column] if text != ""]
        if texts and all(isinstance(text, str) and _AMOUNT.fullmatch(text) for text in texts):
            decimals = max(len(text.partition(".")[2]) for text in texts)
            table = table.assign(**{column: pd.to_numeric(table[column], errors="coerce")})
            formats[column] = st.column_config.NumberColumn(format=f"%,.{decimals}f")
    return table, formats


def _rows(scoped: Scoped, finding: Finding) -> None:
    """Show at most 50 rows of the file, with the count and a download of all that are known."""
    rows = rows_behind(scoped, finding)
    if rows.empty:
        return
    shown, formats = _aligned(rows.head(_MOST_ROWS))
    st.dataframe(
        shown,
        hide_index=True,
        height=_height(len(shown)),
        key=f"rows-{finding.key}",
        column_config={
            **formats,
            "Row": st.column_config.NumberColumn(format="%,d", pinned=True),
            "Exposure": st.column_config.NumberColumn(format="localized"),
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_counted(finding, len(shown), len(rows)))
        if len(rows) > len(shown):
            st.download_button(
                "Download these rows",
                lambda: csv_text(rows),
                f"{finding.code}.csv",
                "text/csv",
                key=f"get-rows-{finding.key}",
                type="tertiary",
                icon=":material/download:",
            )


def _counted(finding: Finding, shown: int, known: int) -> str:
    total = finding.evidence.get("rows")
    total = max(known, total) if isinstance(total, int) else known
    said = f"The first {shown:,} of {counted(total, 'row')}" if total > shown else counted(shown, "row")
    return f"{said} of {plain(finding.where.source)}, as read."


def _height(rows: int) -> int:
    return min(_TALLEST, 38 + 35 * rows)
