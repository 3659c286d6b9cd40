"""Held-out periods: what was foreseen, what came, by how far ahead; and the record over time."""

import pandas as pd
import streamlit as st

from mmm_core.charts.foreseen import ahead_chart, foreseen_chart, health_chart
from mmm_core.errors import counted
from mmm_core.settings import Period
from mmm_core.validation.foresight import RIVALS, Foresight, sum_up
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.trust import Trust
from mmm_core.workflows.spreadsheets import csv_text
from mmm_core.workflows.validating import PastHealth
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.fits import file_name, with_standing
from pages.ui.validation.wording import left_out


def show_held_out(trust: Trust, *, unit: str, period: Period, mark: str) -> None:
    """Show the holdout of a fit."""
    holdout = trust.holdout
    if holdout is None:
        st.info(
            "Here you will see what the model would have foreseen at several points of the past, beside what came.",
            icon=":material/visibility_off:",
        )
        return
    seen = sum_up(holdout)
    table = held_out_table(holdout, seen)
    st.markdown(
        f"Of {counted(seen.periods, f'held-out {period}')} **{seen.hits[-1]}** lie in the whole band, which should "
        f"hold 9 in 10, and **{seen.hits[0]}** in its inner part, which should hold half. Each forecast "
        f"knew the past of its day, and the spend and controls of the {period}s ahead, as one knows a plan."
    )
    rival = RIVALS[seen.rival]
    show_drawing(foreseen_chart(table, unit=unit, plain_name=rival, period=period), mark=mark)
    said = left_out(trust)
    if said:
        st.caption(plain(said))
    ahead = pd.DataFrame(
        {
            "ahead": [row.ahead for row in seen.by_ahead],
            "model": [row.mape for row in seen.by_ahead],
            "plain": [row.rival_mape for row in seen.by_ahead],
        }
    )
    st.markdown(f"How far off, by how far ahead: {counted(seen.folds, 'forecast')} for every point.")
    show_drawing(ahead_chart(ahead, plain_name=rival, period=period), mark=mark)
    written = csv_text(with_standing(pd.DataFrame(holdout.as_dict()["periods"]), mark))
    name = file_name("held-out", mark)
    st.download_button("Download the held-out periods", written, name, "text/csv", key="get-held-out")


def held_out_table(holdout: Holdout, seen: Foresight) -> pd.DataFrame:
    """Return what the chart of held-out periods draws."""
    rows = pd.DataFrame(holdout.as_dict()["periods"])
    return rows.assign(period=pd.to_datetime(rows["period"]), plain=rows[seen.rival])


def show_health(trust: Trust, past: tuple[PastHealth, ...]) -> None:
    """Show where the points come from, and how they were before."""
    st.markdown(
        "Half of the points can only be earned by fitting again, on held-out periods and with other priors: how close "
        "a model runs to what it saw proves nothing, and gives none. Attention gives half of a check's points."
    )
    st.dataframe(
        {
            "Check": [part.title for part in trust.health.parts],
            "Points": [f"{part.points:g} of {part.weight}" for part in trust.health.parts],
        },
        hide_index=True,
        height="content",
        key="health",
    )
    if len(past) > 1:
        st.markdown("Over time, one point per model that was tested, all judged by today's thresholds:")
        table = pd.DataFrame({"at": [row.at for row in past], "points": [row.points for row in past]})
        show_drawing(health_chart(table.assign(at=table["at"].dt.tz_localize(None))))
    if past:
        _record(past)


def _record(past: tuple[PastHealth, ...]) -> None:
    st.dataframe(
        {
            "Tested": [f"{row.at:%d %b %Y at %H:%M} UTC" for row in reversed(past)],
            "Data until": [row.known_until for row in reversed(past)],
            "Points": [row.points for row in reversed(past)],
            "Can it forecast?": [row.can_forecast for row in reversed(past)],
            "Off by": [f"{100 * row.mape:.1f} %" for row in reversed(past)],
            "Plain forecast off by": [f"{100 * row.rival_mape:.1f} %" for row in reversed(past)],
            "In the 9 in 10 range": [f"{row.hits} of {row.periods}" for row in reversed(past)],
        },
        hide_index=True,
        height="content",
        key="health-record",
    )
