"""Stability: what refits say beside the fit, which patterns keep showing up, and what changes."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from mmm_core.charts.steadiness import steadiness_chart
from mmm_core.errors import counted
from mmm_core.settings import Period
from mmm_core.validation.agreement import Agreement, agreements
from mmm_core.validation.limits import LIMITS
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.patterns import changing, find_patterns, keeping
from mmm_core.validation.stability_record import Refit, all_refits
from mmm_core.validation.trust import Trust
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.fits import file_name, with_standing
from pages.ui.numbers import with_range
from pages.ui.validation.surface import show_check
from pages.ui.validation.wording import of_refit

_TOLD = 5
"""Sentences of a kind that stand open, those about the most first."""


def show_stability(
    trust: Trust, *, unit: str, currency: str, period: Period, colours: Mapping[str, str], mark: str
) -> None:
    """Show the refits of a fit."""
    if trust.holdout is None:
        st.info(
            "Here you will see whether the model says the same when it knows fewer weeks, and when other priors are "
            "assumed that one could have chosen as well.",
            icon=":material/balance:",
        )
        return
    refits, found = all_refits(trust.holdout, trust.stability), trust.measures
    for check in trust.checks:
        if check.code in ("stability", "priors"):
            show_check(check)
    patterns = find_patterns(found, refits)
    left, right = st.columns(2, gap="large")
    with left:
        _told("What keeps showing up", keeping(patterns), "Nothing shows up in every refit.")
    with right:
        _told("What changes", changing(patterns), "Nothing of that changes in any refit.")
    show_drawing(
        steadiness_chart(_lines(found, colours), refit_table(refits, period), unit=f"{unit} per {currency} spent"),
        mark=mark,
    )
    st.dataframe(agreement_table(found, refits), hide_index=True, height="content", key="stability")
    weeks = sum(refit.kind == "weeks" for refit in refits)
    st.caption(
        f"{counted(weeks, 'refit')} without the last {period}s, {len(refits) - weeks} with other priors: what media "
        "are expected to bring, how sure that is, how long spend works, one more yearly wave. A group is off in a "
        f"refit where less than {100 * LIMITS.off.value:.0f} % of the two 50 % ranges overlaps. All are short runs and "
        f"share most of their {period}s, so that they agree is no proof; where they do not agree is a reason to test "
        "before acting. Returns are told by their means, as on the page Results."
    )
    written = csv_text(with_standing(refit_table(refits, period), mark))
    st.download_button("Download the refits", written, file_name("refits", mark), "text/csv", key="get-refits")


def _told(title: str, sentences: list[str], otherwise: str) -> None:
    lines = [f"- {plain(sentence)}" for sentence in sentences or [otherwise]]
    st.markdown("\n".join([f"**{title}**", "", *lines[:_TOLD]]))
    if len(lines) > _TOLD:
        with st.expander(f"{len(lines) - _TOLD} more"):
            st.markdown("\n".join(lines[_TOLD:]))


def _lines(found: FitMeasures, colours: Mapping[str, str]) -> pd.DataFrame:
    """Return the ranges of the fit, as the chart draws them."""
    return pd.DataFrame(
        [
            {
                "group": group.group,
                **{q: getattr(group, f"roi_{q}") for q in ("mean", "q05", "q25", "q75", "q95")},
                "colour": colours.get(group.group, "#7f8a96"),
            }
            for group in found.groups
        ]
    )


def refit_table(refits: Sequence[Refit], period: Period) -> pd.DataFrame:
    """Return one row per refit and group, for the chart and a download."""
    return pd.DataFrame(
        [
            {
                "group": group,
                "kind": refit.kind,
                "what": of_refit(refit, period),
                "mean": refit.middle_of(group),
                "q25": low,
                "q50": middle,
                "q75": high,
                "r_hat": refit.r_hat_max,
            }
            for refit in refits
            for group, (low, middle, high) in refit.roi.items()
        ]
    )


def agreement_table(found: FitMeasures, refits: Sequence[Refit]) -> pd.DataFrame:
    """Return per group how far the ranges of the refits overlap with that of the fit, largest spend first.

    Of a group that only the prior tells no figure is shown: it would praise what agrees with itself.
    """
    kinds = {"weeks": "Overlap with fewer weeks", "priors": "Overlap with other priors"}
    agreed = {kinds[kind]: one for kind, one in agreements(found, refits).items()}
    groups = sorted(found.groups, key=lambda group: -group.spend)
    total = sum(group.spend for group in groups)
    table = {
        "Group": [group.group for group in groups],
        "Share of spend": [f"{100 * group.spend / total:.0f} %" for group in groups],
        "ROI, mean (90 % range)": [with_range(group.roi_mean, group.roi_q05, group.roi_q95) for group in groups],
    }
    for title, one in agreed.items():
        if one.by_group or one.untold:
            table[title] = [_overlap(one, group.group) for group in groups]
    return pd.DataFrame(table)


def _overlap(agreed: Agreement, group: str) -> str:
    if group in agreed.untold:
        return "says nothing: told by what was assumed"
    own = agreed.by_group.get(group)
    if own is None:
        return "not known to any refit"
    return f"{100 * own.overlap:.0f} %" + (f", off in {own.off} of {own.of}" if own.off else "")
