"""What counts as 1 of spend and outcome: the largest of the panel, or what an earlier fit was scaled by."""

import numpy as np
from numpy.typing import NDArray

from mmm_core.modeling.choices import FixedScale
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

Floats = NDArray[np.float64]


def scales_of(panel: Panel, specification: ModelSpecification) -> tuple[Floats, Floats]:
    """Return what counts as 1 of spend (regions, K) and of the outcome (regions,): the largest, or what was fixed."""
    spend_scale, kpi_scale = panel.data["spend"].values.max(axis=0), panel.data["kpi"].values.max(axis=0)
    fixed = specification.fixed_scale
    if fixed is not None:
        geos = [str(geo) for geo in panel.data["geo"].values]
        outcome, spend = dict(fixed.outcome), {(geo, group): value for geo, group, value in fixed.spend}
        kpi_scale = np.array([outcome.get(geo, own) for geo, own in zip(geos, kpi_scale, strict=True)])
        kept = [[spend.get((geo, group), 0.0) for group in panel.groups] for geo in geos]
        spend_scale = np.where(np.array(kept) > 0, kept, spend_scale)
    return spend_scale, kpi_scale


def fix_scale(panel: Panel, *, source: str) -> FixedScale:
    """Keep the scales of a panel, for fits on newer data."""
    spend, kpi = scales_of(panel, ModelSpecification())
    geos = [str(geo) for geo in panel.data["geo"].values]
    return FixedScale(
        outcome=tuple((geo, float(value)) for geo, value in zip(geos, kpi, strict=True)),
        spend=tuple(
            (geo, group, float(value))
            for geo, row in zip(geos, spend, strict=True)
            for group, value in zip(panel.groups, row, strict=True)
            if value > 0
        ),
        source=source,
    )
