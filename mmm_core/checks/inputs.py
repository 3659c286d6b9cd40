"""Findings about KPI and controls as model input: whether there is anything to explain, and to explain it with."""

from collections.abc import Iterator

import numpy as np

from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.panel import Panel

_FEWEST_PERIODS = 16
"""Twice the default carry-over of eight periods: below, history and carry-over are one and the same."""


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
            )


def too_few_periods(panel: Panel) -> Iterator[Finding]:
    """Find a window too short for any model."""
    periods = panel.data.sizes["period"]
    if periods < _FEWEST_PERIODS:
        yield Finding(
            code="too_few_periods",
            severity=Severity.ERROR,
            message=f"The sources share {counted(periods, panel.period)}; a model needs {_FEWEST_PERIODS} or more.",
            evidence={"periods": periods, "wanted": _FEWEST_PERIODS},
            remedy="Bring older data, or check the dates of the files.",
            threshold=f"fewest periods: {_FEWEST_PERIODS}, twice the default carry-over",
        )
