"""Spend and exposure that do not belong together: one without the other, or the two moving apart."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import MOST_NAMED, drawn, listed_items, named
from mmm_core.checks.slips import Slip
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.money import MICROS_PER_UNIT, spoken_amount


def spend_without_exposure(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find periods with spend and no exposure, of line items that report exposure at other times."""
    shown = np.nan_to_num(grid.exposure) > 0
    measured = shown.any(axis=1)
    alone = (grid.spend > 0) & ~shown & measured[:, None]
    money, of_all = np.where(alone, grid.spend, 0).sum(axis=1), grid.spend[measured].sum()
    if not alone.any() or money.sum() < thresholds.exposure_gap_share * of_all:
        return
    micros = np.rint(money * MICROS_PER_UNIT).astype(np.int64)
    yield _apart(
        grid,
        alone,
        micros,
        code="spend_without_exposure",
        said=f"{spoken_amount(int(micros.sum()))} {grid.currency} were spent without any exposure",
        why="Exposure may be missing there, or the money is a fee that bought none.",
        remedy="Ask for the exposure of these periods; fees and production are better kept as line items of their own.",
        threshold=f"exposure_gap_share: {thresholds.exposure_gap_share:.0%} or more of the money (own choice)",
    )


def exposure_without_spend(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find periods with exposure and no spend, of line items that have spend at other times."""
    shown = np.nan_to_num(grid.exposure) > 0
    paid = (grid.spend != 0).any(axis=1)
    alone = shown & (grid.spend == 0) & paid[:, None]
    share = alone.sum() / max(int((shown & paid[:, None]).sum()), 1)
    if not alone.any() or share < thresholds.exposure_gap_share:
        return
    yield _apart(
        grid,
        alone,
        grid.micros,
        code="exposure_without_spend",
        said=f"there was exposure without any spend ({share:.0%} of the periods with exposure)",
        why="Spend may be missing there, or it is booked at another time.",
        remedy="Ask whether these periods were paid for, and when; free placements are organic media.",
        threshold=f"exposure_gap_share: {thresholds.exposure_gap_share:.0%} or more of the periods (own choice)",
    )


def spend_and_exposure_apart(
    grid: SourceGrid, known: tuple[Slip, ...] = (), *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find platforms (values of the first dimension) whose spend and exposure hardly move together."""
    if not grid.has_exposure:
        return
    dimension, codes, values = grid.heads
    told = (
        ~np.isin(np.arange(len(codes)), np.concatenate([slip.codes for slip in known])) if known else np.ones(1, bool)
    )
    both = (np.nan_to_num(grid.exposure) > 0).any(axis=1) & told
    spend = grid.by_head(np.where(both[:, None], grid.spend, 0))
    exposure = grid.by_head(np.where(both[:, None], grid.exposure, 0))
    weak = [
        (head, r)
        for head in np.flatnonzero(spend.sum(axis=1) >= thresholds.least_share_of_source * grid.spend.sum())
        if (r := _correlation(spend[head], exposure[head], thresholds)) is not None
        and r < thresholds.spend_exposure_correlation
    ]
    if not weak:
        return
    weak.sort(key=lambda pair: -spend[pair[0]].sum())
    first = weak[0][0]
    yield Finding(
        code="spend_exposure_uncorrelated",
        severity=Severity.WARNING,
        message=f"{grid.source}: spend and exposure of {named([values[head] for head, _ in weak])} hardly move "
        f"together ({', '.join(f'r = {r:.2f}' for _, r in weak[:3])}): one of the two may be about "
        "something else, or be booked at another time.",
        where=Place(
            source=grid.source,
            line_items=tuple(map(str, grid.items.index[np.isin(codes, [head for head, _ in weak])][:MOST_NAMED])),
        ),
        evidence={
            "correlations": [{"name": str(values[head]), "correlation": round(r, 3)} for head, r in weak[:20]],
            "dimension": dimension,
            "series": drawn(grid.labels, spend[first]),
            "second_series": drawn(grid.labels, exposure[first]),
            "shown": str(values[first]),
            "unit": f"{grid.currency} per {grid.calendar.period}",
        },
        remedy="Ask what the exposure counts and when the spend was booked: by delivery, by invoice or by plan.",
        threshold=f"spend_exposure_correlation: r below {thresholds.spend_exposure_correlation}",
    )


def _correlation(spend: np.ndarray, exposure: np.ndarray, thresholds: Thresholds) -> float | None:
    active = (spend != 0) | (exposure != 0)
    if active.sum() < thresholds.fewest_for_correlation or spend[active].std() == 0 or exposure[active].std() == 0:
        return None
    return float(np.corrcoef(spend[active], exposure[active])[0, 1])


def _apart(
    grid: SourceGrid,
    alone: np.ndarray,
    micros: np.ndarray,
    *,
    code: str,
    said: str,
    why: str,
    remedy: str,
    threshold: str,
) -> Finding:
    where = np.flatnonzero(alone.any(axis=1))
    ranked = where[np.argsort(-micros[where], kind="stable")]
    periods = [grid.labels[place] for place in np.flatnonzero(alone.any(axis=0))]
    return Finding(
        code=code,
        severity=Severity.WARNING,
        message=f"{grid.source}: in {counted(int(alone.sum()), grid.calendar.period)} of "
        f"{counted(len(where), 'line item')} ({named(list(grid.names[ranked]), most=2)}) {said}. {why}",
        where=Place(
            source=grid.source,
            line_items=tuple(map(str, grid.items.index[ranked][:MOST_NAMED])),
            periods=tuple(periods[:MOST_NAMED]),
        ),
        evidence={
            "cells": int(alone.sum()),
            "items": listed_items(grid.names[ranked], micros[ranked]),
            "series": drawn(grid.labels, np.where(alone, grid.spend, 0).sum(axis=0))
            if code == "spend_without_exposure"
            else drawn(grid.labels, np.where(alone, grid.exposure, 0).sum(axis=0)),
            "unit": f"{grid.currency} per {grid.calendar.period}" if code == "spend_without_exposure" else "exposure",
        },
        remedy=remedy,
        threshold=threshold,
    )
