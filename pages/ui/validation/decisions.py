"""Decisions of the past: what the model would have advised then, and what is thought of it now."""

import pandas as pd
import streamlit as st

from mmm_core.planning.odds import odds_figure
from mmm_core.settings import Period
from mmm_core.validation.backtest import Backtest, Decision
from mmm_core.validation.trust import Trust
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.escaping import plain
from pages.ui.fits import file_name, with_standing
from pages.ui.numbers import with_range

_NAMED = 3
_THOUSANDS_FROM = 10_000


def show_decisions(trust: Trust, *, unit: str, currency: str, period: Period, mark: str) -> None:
    """Show the backtest of decisions."""
    backtest = trust.backtest
    if backtest is None:
        st.info(
            "Here you will see what the model would have advised at several points of the past, and whether we would "
            "have come out ahead.",
            icon=":material/history:",
        )
        return
    st.markdown(plain(in_words(backtest, unit=unit)))
    st.dataframe(
        {
            "Decision for": [f"{decision.first} to {decision.last}" for decision in backtest.decisions],
            f"More {unit}": [
                with_range(decision.gain, decision.gain_q05, decision.gain_q95) for decision in backtest.decisions
            ],
            "Of what media brought": [f"{100 * decision.share:+.1f} %" for decision in backtest.decisions],
            "Odds of more": [odds_figure(decision.ahead) for decision in backtest.decisions],
            f"Advised moves, {currency}, largest first": [_moves(decision) for decision in backtest.decisions],
        },
        hide_index=True,
        height="content",
        key="decisions",
        column_config={f"Advised moves, {currency}, largest first": st.column_config.TextColumn(width="large")},
    )
    st.caption(
        f"At each date the budget that was really spent over the {period}s ahead is split anew as the fit of that day "
        f"would have it, no group moved by more than {100 * backtest.bound:.0f} %. **The judge is a later fit of the "
        "same model.** It knows how those weeks went, but shares the adviser's assumptions: this can show advice that "
        "the model came to regret, not that the model is right. Only a test in the market can."
    )
    written = csv_text(with_standing(decisions_table(backtest), mark))
    st.download_button("Download the decisions", written, file_name("decisions", mark), "text/csv", key="get-decisions")


def in_words(backtest: Backtest, *, unit: str) -> str:
    """Answer whether we would have come out ahead."""
    lead = "Open" if 0.35 < backtest.ahead < 0.65 else "Yes" if backtest.ahead >= 0.65 else "No"
    lead += ", as a later fit sees it"
    gain = with_range(backtest.gain, backtest.gain_q05, backtest.gain_q95)
    return (
        f"Would we have come out ahead? {lead}: the odds are {odds_figure(backtest.ahead)} that following the model at "
        f"{len(backtest.decisions)} past dates would have brought more, by {gain} {unit}, "
        f"{100 * backtest.share:+.1f} % of what media brought."
    )


def decisions_table(backtest: Backtest) -> pd.DataFrame:
    """Return one row per decision and group, for a download."""
    return pd.DataFrame(
        [
            {
                "first": decision.first,
                "last": decision.last,
                "group": group,
                "spend": spend,
                "advised": advised,
                "gain": decision.gain,
                "gain_q05": decision.gain_q05,
                "gain_q95": decision.gain_q95,
                "ahead": decision.ahead,
            }
            for decision in backtest.decisions
            for group, spend, advised in decision.moves
        ]
    )


def _moves(decision: Decision) -> str:
    moved = sorted(decision.moves, key=lambda move: -abs(move[2] - move[1]))
    parts = [f"{group} {_amount(advised - spend)}" for group, spend, advised in moved if round(advised - spend)]
    more = f" and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
    return ", ".join(parts[:_NAMED]) + more if parts else "none"


def _amount(change: float) -> str:
    """Write a change of spend as short as a table needs it: "+88k"."""
    return f"{change / 1000:+,.0f}k" if abs(change) >= _THOUSANDS_FROM else f"{change:+,.0f}"
