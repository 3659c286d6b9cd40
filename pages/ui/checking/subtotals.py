"""Subtotals as a pivot; a click on a figure shows what is behind it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from mmm_core import fingerprint
from mmm_core.charts.heat import Along, heat, ink
from mmm_core.charts.palette import colours_of
from mmm_core.charts.stacked import spend_chart
from mmm_core.checks.pivot import ALL_GEOS, Against, Grain, Measure, Pivot, columns_of, pivot, pivot_text
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.mapping import PATH_SEPARATOR
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.checking.drill import CLICKS, Place, clicked, go, place_of, show_drill, turn
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.numbers import money, share

_GRAINS: dict[Grain, str] = {"week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"}
_MEASURES: dict[Measure, str] = {"spend": "Spend", "exposure": "Exposure", "cost": "Cost per unit"}
_AGAINST: dict[Against, str] = {
    "none": "As it is",
    "difference": "Against last year, difference",
    "percent": "Against last year, in %",
}
_SHADES = {"column": "Within a column", "row": "Within a row", "": "None"}
_BY_REGION = "a row per region"
_FORMATS = {"spend": "%,.0f", "exposure": "%,.0f", "cost": "%.4f"}
_MOST_SHADED = 20_000
"""Cells; above, colouring would take longer than reading them."""
_NODE, _REGION, _SUM, _TREND = "Node", "Region", "Total", "Trend"


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What is to be seen."""

    level: str
    grain: Grain
    measure: Measure
    against: Against
    geo: str
    shade: str
    largest_first: bool
    chart: bool

    @property
    def geo_rows(self) -> bool:
        return self.geo == _BY_REGION


def show_subtotals(project: str, scoped: Scoped) -> None:
    """Show the pivot, or what is behind one of its figures."""
    if scoped.subtotals.empty:
        st.info("Subtotals appear as soon as a group holds line items.", icon=":material/account_tree:")
        return
    place = place_of(project)
    if place is not None:
        show_drill(project, scoped, place)
        return
    view = _view(scoped)
    table, fine = _pivots(scoped, view)
    st.write(_sentence(scoped, table))
    _table(project, table, fine, view, scoped)
    st.caption(_rules(scoped, view))
    if view.chart:
        _chart(scoped, view.level)
    st.download_button(
        "Download this table",
        lambda: csv_text(pivot_text(table, scoped.ground.settings.currency)),
        "subtotals.csv",
        "text/csv",
        key="get-subtotals",
    )


def _view(scoped: Scoped) -> _View:
    """Ask what is to be seen: four choices in a row, what is rarely changed behind a button."""
    levels, geos = scoped.mapping.levels, scoped.ground.cube.geos
    grains: dict[Grain, str] = {"day": "Day", **_GRAINS} if scoped.ground.settings.period == "day" else _GRAINS
    at_level, per, show, compare, more = st.columns([3, 5, 4, 4, 1], vertical_alignment="bottom")
    level = at_level.selectbox("Level", levels, index=len(levels) - 1, key="level")
    grain = per.segmented_control(
        "Per", list(grains), default="quarter", format_func=grains.__getitem__, key="grain", required=True
    )
    measure = show.selectbox("Show", list(_MEASURES), format_func=_MEASURES.__getitem__, key="measure")
    against = compare.selectbox("Compare", list(_AGAINST), format_func=_AGAINST.__getitem__, key="against")
    geo = ""
    with more.popover("", icon=":material/tune:", help="Regions, shading, chart"):
        if len(geos) > 1:
            choices = [ALL_GEOS, _BY_REGION, *geos]
            geo = st.selectbox("Regions", choices, format_func=lambda name: name or "all together", key="geo")
        shade = st.segmented_control(
            "Shading", list(_SHADES), default="column", format_func=_SHADES.__getitem__, key="shade", required=True
        )
        largest_first = st.toggle("Largest first", key="largest-first", help="Otherwise in the order of your tree.")
        chart = st.toggle("Chart over time", key="subtotals-chart")
    return _View(
        level=level,
        grain=grain,
        measure=measure,
        against=against,
        geo=geo,
        shade=shade,
        largest_first=largest_first,
        chart=chart,
    )


def _pivots(scoped: Scoped, view: _View) -> tuple[Pivot, Pivot]:
    """Return the pivot and a finer one for the trend, both in the order wanted."""
    table, fine = _pivot(scoped, view, view.grain), _pivot(scoped, view, "week" if view.grain == "week" else "month")
    if not view.largest_first:
        return table, fine
    order = np.argsort(-np.nan_to_num(table.sums(view.measure), nan=-np.inf), kind="stable")
    return table.in_order(order), fine.in_order(order)


def _pivot(scoped: Scoped, view: _View, grain: Grain) -> Pivot:
    ground = scoped.ground
    return pivot(
        ground.cube,
        scoped.resolution,
        scoped.mapping,
        ground.calendar,
        level=view.level,
        grain=grain,
        geo=ALL_GEOS if view.geo_rows else view.geo,
        geo_rows=view.geo_rows,
    )


def _sentence(scoped: Scoped, table: Pivot) -> str:
    currency, sums = scoped.ground.settings.currency, table.spend.sum(axis=1)
    total = int(sums.sum())
    largest = int(np.argmax(sums))
    name = table.paths[largest][-1] + (f" in {table.geos[largest]}" if table.geos[largest] else "")
    first, last = table.columns.labels[0], table.columns.labels[-1]
    return (
        f"**{money(total, currency)}** from {first} to {last}, most of it for {plain(name)} "
        f"({share(int(sums[largest]), total)}). Click a figure to see what is behind it."
    )


def _table(project: str, table: Pivot, fine: Pivot, view: _View, scoped: Scoped) -> None:
    frame = _frame(table, fine, view)
    seen = [
        turn(project),
        view.level,
        view.grain,
        view.measure,
        view.against,
        view.geo,
        view.largest_first,
        scoped.name,
    ]
    key = f"subtotals-{fingerprint.short(fingerprint.of_content(seen))}"
    figures = "%+.1f %%" if view.against == "percent" else _FORMATS[view.measure]
    number = {label: st.column_config.NumberColumn(label, format=figures) for label in (_SUM, *table.columns.labels)}
    node = st.column_config.TextColumn(view.level, pinned=True, width=270)
    trend = st.column_config.LineChartColumn(_TREND, width=120, help="Over the whole time, per month or week.")
    st.dataframe(
        _shaded(frame, table, view),
        hide_index=True,
        on_select=lambda: _look_behind(project, table, key),
        selection_mode=CLICKS,
        height=min(560, 38 + 35 * len(frame)),
        placeholder="",
        key=key,
        column_config={**number, _NODE: node, _TREND: trend},
        alt=f"{_MEASURES[view.measure]} per {view.level} and {view.grain}",
    )


def _frame(table: Pivot, fine: Pivot, view: _View) -> pd.DataFrame:
    """Lay pivot and total out; the total stands on top, so that it stays in sight."""
    scale = 100 if view.against == "percent" else 1
    both = (table.total(), table)
    values = scale * np.concatenate([part.values(view.measure, view.against) for part in both])
    sums = scale * np.concatenate([part.sums(view.measure, view.against) for part in both])
    lines = np.nan_to_num(np.concatenate([part.values(view.measure) for part in (fine.total(), fine)]))
    names = ["All groups", *(PATH_SEPARATOR.join(path) for path in table.paths)]
    regions = {_REGION: ["", *table.geos]} if view.geo_rows else {}
    figures = pd.DataFrame(values, columns=list(table.columns.labels))
    head = pd.DataFrame({_NODE: names, **regions, _SUM: sums, _TREND: [line.tolist() for line in lines]})
    return pd.concat([head, figures], axis=1)


def _shaded(frame: pd.DataFrame, table: Pivot, view: _View) -> "pd.DataFrame | pd.io.formats.style.Styler":
    """Shade the figures and set the total apart."""
    dark = st.context.theme.type == "dark"
    labels = list(table.columns.labels)
    css = pd.DataFrame("", index=frame.index, columns=frame.columns)
    apart = "background-color:#2a333e;color:#e6ebf0" if dark else "background-color:#e3e8ee;color:#1b2530"
    css.loc[0, :] = f"{apart};font-weight:bold"
    if view.shade and table.spend.size <= _MOST_SHADED:
        along: Along = "row" if view.shade == "row" else "column"
        colours = heat(table.values(view.measure, view.against), along=along, dark=dark)
        styles = np.where(colours == "", "", "background-color:" + colours + f";color:{ink(dark=dark)}")
        css.loc[1:, labels] = styles
    return frame.style.apply(lambda _: css, axis=None) if frame.size <= _MOST_SHADED * 2 else frame


def _look_behind(project: str, table: Pivot, key: str) -> None:
    hit = clicked(key)
    if hit is None:
        return
    row, column = hit
    columns = table.columns
    path, geo = (table.paths[row - 1], table.geos[row - 1]) if row else ((), table.total().geos[0])  # 0: all groups
    if column in columns.labels:
        first, last = columns.span(columns.labels.index(column))
        when = column
    else:
        first, last, when = 0, columns.periods - 1, f"{columns.labels[0]} to {columns.labels[-1]}"
    go(project, Place(path=path, when=when, first=first, last=last, geo=geo))


def _rules(scoped: Scoped, view: _View) -> str:
    """Say the rules that this view follows."""
    settings = scoped.ground.settings
    rules = []
    if settings.period == "week" and view.grain != "week":
        rules.append(f"A week counts whole to the {view.grain} of its first day.")
    if view.measure == "cost":
        rules.append("Cost per unit: the spend of those line items that report exposure, over that exposure.")
    if view.against != "none":
        steps = {"week": "52 weeks", "day": "364 days"}.get(view.grain, "the same time a year")
        rules.append(
            f"Compared with {steps} before; empty where the files hold nothing there or one of the two is incomplete."
        )
    columns = columns_of(scoped.ground.cube, scoped.ground.calendar, view.grain)
    cut = [label for label, whole in zip(columns.labels, columns.complete, strict=True) if not whole]
    if cut:
        rules.append(f"The files cover {' and '.join(cut)} in part.")
    return " ".join(rules)


def _chart(scoped: Scoped, level: str) -> None:
    own = scoped.subtotals[scoped.subtotals["level"] == level]
    last_name = own["node_path"].str.split(PATH_SEPARATOR).str[-1]
    spend = own.assign(node=last_name, spend=own["spend_micros"] / MICROS_PER_UNIT)
    colours = {
        PATH_SEPARATOR.join(path): colour
        for path, colour in colours_of(scoped.mapping.leaves, scoped.mapping.colours).items()
    }
    named = {path.split(PATH_SEPARATOR)[-1]: colours[path] for path in own["node_path"].unique()}
    settings = scoped.ground.settings
    show_drawing(spend_chart(spend, colours=named, currency=settings.currency, period=settings.period))
