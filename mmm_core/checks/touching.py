"""Findings that the model inherits: gaps in what is modelled, and series that run in step."""

from collections.abc import Iterable

from mmm_core.checks.threads import FindingState
from mmm_core.findings import Severity

TOUCHING = frozenset(
    {
        "coarse_source",
        "collinear_groups",
        "constant_control",
        "constant_group",
        "control_follows_trend",
        "kpi_leakage",
        "kpi_level_shift",
        "kpi_outliers",
        "level_shift",
        "media_starts_late",
        "missing_periods",
        "monthly_figures_spread",
        "mostly_zero",
        "organic_counts_as_none",
        "organic_never_changes",
        "organic_other_regions",
        "partial_periods",
        "periods_left_out",
        "plan_spreading",
        "short_history",
        "stale_control",
        "time_shift",
        "tracking_drift",
        "tracking_gap",
        "truncated_period",
    }
)
"""Codes of findings about coverage and about what moves together: whoever specifies a model has to know of them."""


def touching_the_model(states: Iterable[FindingState]) -> tuple[FindingState, ...]:
    """Return what is found now and touches the model, in the order of the findings, but what was accepted last.

    Notes are left out, but for groups that run in step: the push-back answers these.
    """
    found = [
        state
        for state in states
        if state.finding is not None
        and state.code in TOUCHING
        and (state.severity is not Severity.NOTE or state.code == "collinear_groups")
    ]
    return tuple(sorted(found, key=lambda state: not state.is_open))
