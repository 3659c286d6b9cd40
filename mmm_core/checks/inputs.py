"""Findings about KPI and controls as model input: whether there is anything to explain, and to explain it with."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.panel import Panel


def unusable_outcome(panel: Panel) -> Iterator[Finding]:
    """Find regions whose outcome never changes or is never positive."""
    for geo in panel.data["geo"].values:
        values = panel.data["kpi"].sel(geo=geo).values
        if np.nanmax(values, initial=-np.inf) > 0 and np.nanmax(values) > np.nanmin(values):
            continue
        place = f" in {geo}" if panel.data.sizes["geo"] > 1 else ""
        yield Finding(
            code="constant_kpi",
            severity=Severity.ERROR,
            message=f"KPI '{panel.kpi_name}'{place} is the same in every {panel.period} or never above 0; "
            "there is nothing to explain.",
            where=Place(columns=(panel.kpi_name,)),
            evidence={"geo": str(geo)},
            remedy="Check the column and how its numbers were read.",
            threshold=f"One {panel.period} above 0, and two that differ.",
        )


def constant_controls(panel: Panel) -> Iterator[Finding]:
    """Find controls that never change in the window."""
    for name in panel.data["control"].values:
        values = panel.data["controls"].sel(control=name).values
        if np.ptp(values, axis=0).max() <= 1e-12 * np.abs(values).max():
            yield Finding(
                code="constant_control",
                severity=Severity.ERROR,
                message=f"Control '{name}' has the same value in every {panel.period} of the modelling window.",
                where=Place(columns=(str(name),)),
                evidence={"value": float(values.flat[0])},
                remedy="Leave it out of the controls, or check its column.",
                threshold="Two values that differ.",
            )


def too_few_periods(panel: Panel, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find a window too short for any model."""
    periods = panel.data.sizes["period"]
    if periods < thresholds.fewest_periods:
        yield Finding(
            code="too_few_periods",
            severity=Severity.ERROR,
            message=f"The sources share {counted(periods, panel.period)}; a model needs "
            f"{thresholds.fewest_periods} or more.",
            evidence={"periods": periods, "wanted": thresholds.fewest_periods},
            remedy="Bring older data, or check the dates of the files.",
            threshold=f"fewest_periods: {thresholds.fewest_periods}, twice the default carry-over",
        )


def nothing_to_model(*, has_outcome: bool) -> Iterator[Finding]:
    """Say what is missing for a model input."""
    missing, remedy = "a group with line items", "Assign line items to at least one group."
    if not has_outcome:
        missing, remedy = "an outcome", "Bring a file with the outcome: revenue, orders or new customers per date."
    yield Finding(
        code="nothing_to_model",
        severity=Severity.ERROR,
        message=f"There is no model input yet: {missing} is missing.",
        evidence={"missing": missing},
        remedy=remedy,
        threshold="A model needs an outcome and one group with line items.",
    )
