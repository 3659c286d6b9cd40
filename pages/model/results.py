"""What did each group bring?"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from mmm_core.charts.history import fit_against_actuals
from mmm_core.charts.intervals import contribution_chart, roi_chart
from mmm_core.charts.stacked import contribution_over_time
from mmm_core.storage.fits import StoredFit
from mmm_core.workflows.push_back_tables import with_caveats
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.boundary import plain
from pages.ui.diagnostics import show_diagnostics
from pages.ui.drawings import show_drawing
from pages.ui.fits import caveats_here, colours, draft_mark, file_name, need_fit, show_caveats, unit_of, with_standing
from pages.ui.journey import next_step
from pages.ui.numbers import with_range
from pages.ui.signing.standing import standing_of_fit
from pages.ui.state import need_project


def show() -> None:
    """Render the page."""
    st.title("What did each group bring?")
    project = need_project()
    scoped, fit = need_fit(project)
    mark = draft_mark(project, scoped, fit)
    groups = pd.DataFrame(fit.summary["groups"])
    st.write(_answer(groups, scoped))
    standing = standing_of_fit(project, scoped, fit).sentence
    st.caption(f"{standing} Bands and ranges hold 90 of 100 equally likely answers of the model.")
    said = caveats_here(project, scoped)
    show_caveats(said)
    show_diagnostics(fit)
    brought, returns, time, fitted = st.tabs(
        ["Contribution", "ROI", "Over time", "Fit against actuals"], key="results-tabs"
    )
    with brought:
        table = _with_colour(fit.summary["contribution"], scoped)
        show_drawing(contribution_chart(table, unit=unit_of(scoped)), mark=mark)
        _table(groups, scoped, mark, said)
    with returns:
        _returns(scoped, fit, mark)
    with time:
        parts = pd.DataFrame(fit.summary["over_time"]).rename(columns={"group": "part", "mean": "value"})
        parts["period"] = pd.to_datetime(parts["period"])
        period = scoped.ground.settings.period
        drawing = contribution_over_time(parts, colours=colours(scoped), unit=unit_of(scoped), period=period)
        show_drawing(drawing, mark=mark)
        st.caption("Means of the posterior; the ranges of each group are under Contribution.")
    with fitted:
        _fitted(scoped, fit, mark)
    next_step("Try what-ifs", "pages/decide/scenarios.py")


def _answer(groups: pd.DataFrame, scoped: Scoped) -> str:
    first = groups.sort_values("contribution_mean", ascending=False).iloc[0]
    unit = unit_of(scoped)
    return (
        f"**{plain(str(first['group']))}** brought the most: about {_interval(first, 'contribution')} {unit}, "
        f"{100 * first['share_of_contribution']:.0f} % of what all groups brought together."
    )


def _with_colour(records: list[dict], scoped: Scoped) -> pd.DataFrame:
    table = pd.DataFrame(records)
    return table.assign(colour=table["group"].map(colours(scoped))).dropna(subset=["mean"])


def _returns(scoped: Scoped, fit: StoredFit, mark: str) -> None:
    unit, currency = unit_of(scoped), scoped.ground.settings.currency
    drawing = roi_chart(_with_colour(fit.summary["roi"], scoped), unit=unit, currency=currency)
    show_drawing(drawing, mark=mark)
    st.caption(
        "ROI is what the spend of the modelled periods brought, per unit spent, all of it together; what the next unit "
        "brings can be less. The dot is the mean: times the spend it is the contribution. Revenue is not profit: where "
        "the margin is 40 %, spend pays back from 2.5 on."
    )


def _fitted(scoped: Scoped, fit: StoredFit, mark: str) -> None:
    table = pd.DataFrame(fit.summary["against_actuals"])
    table["period"] = pd.to_datetime(table["period"])
    inside = int(((table["actual"] >= table["q05"]) & (table["actual"] <= table["q95"])).sum())
    st.markdown(
        f"**{inside} of {len(table)}** actuals lie in the band that should hold 9 in 10. The model saw these actuals, "
        "so this says little about the future."
    )
    drawing = fit_against_actuals(table, unit=unit_of(scoped), period=scoped.ground.settings.period)
    show_drawing(drawing, mark=mark)


def _table(groups: pd.DataFrame, scoped: Scoped, mark: str, said: Mapping[str, str]) -> None:
    currency, unit = scoped.ground.settings.currency, unit_of(scoped)
    st.dataframe(
        pd.DataFrame(
            {
                "Group": [f"{group} \N{BLACK FLAG}" if group in said else group for group in groups["group"]],
                f"Spend, {currency}": groups["spend"],
                "Share of spend": 100 * groups["share_of_spend"],
                f"Contribution, {unit}, mean": [_interval(row, "contribution") for row in groups.to_dict("records")],
                "Share of contribution": 100 * groups["share_of_contribution"],
                "ROI, mean": [_interval(row, "roi") for row in groups.to_dict("records")],
            }
        ),
        hide_index=True,
        height="content",
        key="summary",
        column_config={
            f"Spend, {currency}": st.column_config.NumberColumn(format="%,.0f"),
            "Share of spend": st.column_config.NumberColumn(format="%.0f %%"),
            "Share of contribution": st.column_config.NumberColumn(format="%.0f %%"),
        },
    )
    written = csv_text(with_standing(with_caveats(groups, said), mark))
    st.download_button("Download this table", written, file_name("summary", mark), "text/csv", key="get-summary")


def _interval(row: Mapping[str, Any], name: str) -> str:
    if pd.isna(row[f"{name}_mean"]):
        return "no spend"
    return with_range(row[f"{name}_mean"], row[f"{name}_q05"], row[f"{name}_q95"])


show()
