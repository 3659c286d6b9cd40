"""Findings about the grouping: whether these groups can be media variables of a model at all."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.pictures import MOST_NAMED, drawn
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
            yield _all_zero(panel, group)
        elif (values < 0).any():
            yield _negative(panel, group, values)
        elif len(national) > 1 and national.std() <= thresholds.constant_cv * national.mean() and _flat(values):
            yield _constant(panel, group, float(national.std() / national.mean()), thresholds)


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
            if abs(r[i, j]) > thresholds.collinear:
                yield _collinear(
                    panel, (panel.groups[varying[i]], panel.groups[varying[j]]), float(r[i, j]), thresholds
                )


def thin_groups(panel: Panel, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find groups with few periods of spend, and groups whose spend hardly moves."""
    spend = panel.data["spend"].values.sum(axis=1)
    labels = np.datetime_as_string(panel.data["period"].values, unit="D").tolist()
    for at, group in enumerate(panel.groups):
        values, mean = spend[:, at], float(spend[:, at].mean())
        zeros, variation = float((values == 0).mean()), float(values.std() / mean) if mean > 0 else 0.0
        if thresholds.mostly_zero < zeros < 1:
            yield _thin(
                panel,
                group,
                code="mostly_zero",
                said=f"has no spend in {counted(int((values == 0).sum()), panel.period)} of {len(values)} "
                f"({zeros:.0%}); "
                "little is left to learn its effect from",
                evidence={"share": round(zeros, 4), "series": drawn(labels, values)},
                threshold=f"mostly_zero: more than {thresholds.mostly_zero:.0%} of the periods",
            )
        elif thresholds.constant_cv < variation < thresholds.near_constant_cv and not _flat(
            panel.data["spend"].values[:, :, at]
        ):
            yield _thin(
                panel,
                group,
                code="constant_series",
                said=f"spends nearly the same in every {panel.period} (it moves by {variation:.0%} around its mean); "
                "its effect can hardly be told from the baseline",
                evidence={"coefficient_of_variation": round(variation, 5), "series": drawn(labels, values)},
                threshold=f"near_constant_cv: coefficient of variation below {thresholds.near_constant_cv}",
            )


def short_history(panel: Panel, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find a window too short to tell the season from single events: below two years, and below one (error)."""
    per_year = 52 if panel.period == "week" else 365
    wanted = int(thresholds.short_history_years * per_year)
    least = thresholds.short_history_error_weeks * per_year // 52
    periods = panel.data.sizes["period"]
    if periods >= wanted:
        return
    below = f"below {least} no season was seen even once" if periods < least else "a season is seen twice at best"
    yield Finding(
        code="short_history",
        severity=Severity.ERROR if periods < least else Severity.WARNING,
        message=f"The sources share {periods} {panel.period}s; a season is told apart from single events with "
        f"{wanted} or more, {below}.",
        evidence={"periods": periods, "wanted": wanted, "least": least},
        remedy="Ask for older data, or read seasonal effects with caution.",
        threshold="short_history_years: two full years (Chan & Perry 2017); below one year it blocks",
    )


def _thin(panel: Panel, group: str, *, code: str, said: str, evidence: dict[str, object], threshold: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.WARNING,
        message=f"Group '{group}' {said}.",
        where=Place(groups=(group,)),
        evidence={**evidence, "unit": f"{panel.currency} per {panel.period}"},
        remedy="Merge it into a sibling, or expect a result that rests on the prior; a lift test would tell more.",
        threshold=threshold,
    )


def _all_zero(panel: Panel, group: str) -> Finding:
    return Finding(
        code="all_zero_group",
        severity=Severity.ERROR,
        message=f"Group '{group}' has no spend in any period of the modelling window.",
        where=Place(groups=(group,)),
        evidence={"periods": panel.data.sizes["period"]},
        remedy="Merge it into a sibling, leave its line items out with a reason, or upload the missing spend.",
        threshold=f"Spend in one {panel.period} at least.",
    )


def _negative(panel: Panel, group: str, values: np.ndarray) -> Finding:
    periods = panel.data["period"].values[(values < 0).any(axis=1)]
    labels = tuple(np.datetime_as_string(periods, unit="D").tolist())
    return Finding(
        code="negative_spend",
        severity=Severity.ERROR,
        message=f"Group '{group}' has negative spend in {counted(len(labels), panel.period)} "
        f"(the lowest is {values.min():.2f} {panel.currency}); spend of a group must be 0 or more.",
        where=Place(groups=(group,), periods=labels[:MOST_NAMED]),
        evidence={"lowest": float(values.min()), "periods": len(labels), **_picture(panel, group)},
        remedy="Move the refund to the period of the spend it corrects, or leave that line item out with a reason.",
        threshold="Spend of 0 or more in every period: saturation of less than nothing is not defined.",
    )


def _constant(panel: Panel, group: str, variation: float, thresholds: Thresholds) -> Finding:
    return Finding(
        code="constant_group",
        severity=Severity.ERROR,
        message=f"Group '{group}' spends the same in every period; its effect cannot be told from the baseline.",
        where=Place(groups=(group,)),
        evidence={"coefficient_of_variation": variation, **_picture(panel, group)},
        remedy="Merge it into a sibling that varies, or bring the real weekly spend if this is a plan spread evenly.",
        threshold=f"constant_cv: coefficient of variation below {thresholds.constant_cv}",
    )


def _collinear(panel: Panel, pair: tuple[str, str], r: float, thresholds: Thresholds) -> Finding:
    """Name the pair; what becomes of it is decided in the push-back, where it can be objected to and answered."""
    first, second = pair
    return Finding(
        code="collinear_groups",
        severity=Severity.NOTE,
        message=f"Groups '{first}' and '{second}' moved in step (r = {r:.3f}): the data can say what they did together "
        "better than who did it.",
        where=Place(groups=(first, second)),
        evidence={
            "correlation": r,
            **_picture(panel, first),
            "second_series": _picture(panel, second)["series"],
        },
        remedy="Decide on the page Push-back: merge them, let them take turns, test one of them, or keep them with a "
        "caveat.",
        threshold=f"collinear: |r| above {thresholds.collinear}",
    )


def _picture(panel: Panel, group: str) -> dict[str, object]:
    """Return the evidence that draws a group's spend over time, regions together."""
    labels = np.datetime_as_string(panel.data["period"].values, unit="D").tolist()
    values = panel.data["spend"].sel(group=group).values.sum(axis=1)
    return {"series": drawn(labels, values), "shown": group, "unit": f"{panel.currency} per {panel.period}"}


def _flat(values: np.ndarray) -> bool:
    """Tell whether each geo is constant over time."""
    return bool(np.all(values.std(axis=0) <= THRESHOLDS.constant_cv * np.abs(values.mean(axis=0))))
