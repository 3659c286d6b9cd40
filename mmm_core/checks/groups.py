"""Findings about the grouping: whether these groups can be media variables of a model at all."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.panel import Panel


def unusable_groups(panel: Panel, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find groups whose spend in the window is all zero, negative in a period, or constant."""
    spend = panel.data["spend"]
    for group in panel.groups:
        values = spend.sel(group=group).values
        national = values.sum(axis=1)
        if not values.any():
            yield _all_zero(group)
        elif (values < 0).any():
            yield _negative(panel, group, values)
        elif len(national) > 1 and national.std() <= thresholds.constant_cv * national.mean() and _flat(values):
            yield _constant(group, float(national.std() / national.mean()), thresholds)


def collinear_groups(panel: Panel, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find pairs of groups whose spend moves in step.

    Notes
    -----
    Pearson correlation of spend over all periods and geos. Groups without variation are left to `unusable_groups`.
    """
    flat = panel.data["spend"].transpose("group", "period", "geo").values.reshape(len(panel.groups), -1)
    varying = [position for position in range(len(flat)) if flat.shape[1] > 2 and flat[position].std() > 0]
    if len(varying) < 2:
        return
    r = np.corrcoef(flat[varying])
    for i in range(len(varying)):
        for j in range(i + 1, len(varying)):
            if abs(r[i, j]) > thresholds.collinear_warning:
                yield _collinear(panel.groups[varying[i]], panel.groups[varying[j]], float(r[i, j]), thresholds)


def short_history(panel: Panel, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find a window too short to tell the season from single events."""
    per_year = 52 if panel.period == "week" else 365
    wanted = int(thresholds.short_history_years * per_year)
    periods = panel.data.sizes["period"]
    if periods < wanted:
        yield Finding(
            code="short_history",
            severity=Severity.WARNING,
            message=f"The sources share {periods} {panel.period}s; a season is told apart from single events with "
            f"{wanted} or more.",
            evidence={"periods": periods, "wanted": wanted},
            remedy="Ask for older data, or read seasonal effects with caution.",
            threshold="short_history_years: two full years (Chan & Perry 2017)",
        )


def _all_zero(group: str) -> Finding:
    return Finding(
        code="all_zero_group",
        severity=Severity.ERROR,
        message=f"Group '{group}' has no spend in any period of the modelling window.",
        where=Place(groups=(group,)),
        remedy="Merge it into a sibling, leave its line items out with a reason, or upload the missing spend.",
    )


def _negative(panel: Panel, group: str, values: np.ndarray) -> Finding:
    periods = panel.data["period"].values[(values < 0).any(axis=1)]
    labels = tuple(np.datetime_as_string(periods, unit="D").tolist())
    return Finding(
        code="negative_spend",
        severity=Severity.ERROR,
        message=f"Group '{group}' has negative spend in {counted(len(labels), panel.period)} "
        f"(the lowest is {values.min():.2f} {panel.currency}); spend of a group must be 0 or more.",
        where=Place(groups=(group,), periods=labels),
        evidence={"lowest": float(values.min()), "periods": len(labels)},
        remedy="Move the refund to the period of the spend it corrects, or leave that line item out with a reason.",
    )


def _constant(group: str, variation: float, thresholds: Thresholds) -> Finding:
    return Finding(
        code="constant_group",
        severity=Severity.ERROR,
        message=f"Group '{group}' spends the same in every period; its effect cannot be told from the baseline.",
        where=Place(groups=(group,)),
        evidence={"coefficient_of_variation": variation},
        remedy="Merge it into a sibling that varies, or bring the real weekly spend if this is a plan spread evenly.",
        threshold=f"constant_cv: coefficient of variation below {thresholds.constant_cv}",
    )


def _collinear(first: str, second: str, r: float, thresholds: Thresholds) -> Finding:
    hard = abs(r) > thresholds.collinear_error
    limit = thresholds.collinear_error if hard else thresholds.collinear_warning
    consequence = (
        "for any model they are one variable"
        if hard
        else "the data can say what they did together better than who did it"
    )
    return Finding(
        code="collinear_groups",
        severity=Severity.ERROR if hard else Severity.WARNING,
        message=f"Groups '{first}' and '{second}' moved in step (r = {r:.3f}): {consequence}.",
        where=Place(groups=(first, second)),
        evidence={"correlation": r},
        remedy="Merge them, bring a period in which they ran apart, or plan a lift test for one of them.",
        threshold=f"{'collinear_error' if hard else 'collinear_warning'}: |r| above {limit}",
    )


def _flat(values: np.ndarray) -> bool:
    """Tell whether each geo is constant over time."""
    return bool(np.all(values.std(axis=0) <= THRESHOLDS.constant_cv * np.abs(values.mean(axis=0))))
