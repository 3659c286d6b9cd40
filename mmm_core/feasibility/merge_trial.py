"""What if groups were merged: the new model with one group in their place, its widths, and the bias it may bring.

A merge always narrows what is reported, and it is right only as far as the siblings work alike. So beside the narrower
width stands its price: outcomes are simulated from what the separate model believes, both models are fitted to each,
and the difference is what the merge moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import xarray as xr

from mmm_core.errors import BadInput, listed
from mmm_core.feasibility.curves import contribution, expected, saturated, shapes, split
from mmm_core.feasibility.estimate import find_estimate
from mmm_core.feasibility.resolution import GroupResolution, Interval, interval
from mmm_core.feasibility.resolvability import Resolvability, resolvability
from mmm_core.feasibility.threads import one_thread
from mmm_core.modeling.scaled_model import Floats, ScaledModel
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

_SEED = 6
_SIMULATIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTrial:
    """A grouping in which some groups are one.

    Attributes
    ----------
    found : Resolvability
        Of the merged panel.
    merged : GroupResolution
        The new group.
    before : tuple of GroupResolution
        The groups that it is made of, in the separate model.
    together : Interval
        Their sum in the separate model, KPI units: what the merge is to be compared with.
    """

    found: Resolvability
    merged: GroupResolution
    before: tuple[GroupResolution, ...]
    together: Interval
    separate: Resolvability = field(repr=False)

    @property
    def width_ratio(self) -> float:
        """Width of the merged group to the width of the sum in the separate model."""
        return self.merged.contribution.width / self.together.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far a merge moves a contribution.

    Attributes
    ----------
    shift : Interval
        Merged model less separate model, KPI units over the window; the interval is its spread over the simulations.
    of_width : float
        Median shift as a share of the 90 % width in the merged model, with its sign.
    """

    group: str
    shift: Interval
    of_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingDifference:
    """How far two siblings differ, first less second, as far as the data say.

    Attributes
    ----------
    carry_over : Interval
        Share of the effect that is carried to the next period, 0 to 1.
    saturation : Interval
        Share of the full effect that is reached at the usual spend of an active period, 0 to 1.
    roi : Interval
        KPI units per currency unit.
    """

    first: str
    second: str
    carry_over: Interval
    saturation: Interval
    roi: Interval

    @property
    def unlike(self) -> tuple[str, ...]:
        """Names of what differs: its 90 % interval leaves out 0."""
        compared = {"carry-over": self.carry_over, "saturation": self.saturation, "ROI": self.roi}
        return tuple(name for name, found in compared.items() if found.low > 0 or found.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeBias:
    """What a merge would move: the merged group against the sum of its parts, and every group that stays."""

    merged: Shift
    remaining: tuple[Shift, ...]
    siblings: tuple[SiblingDifference, ...]
    simulations: int


def try_merge(
    panel: Panel, specification: ModelSpecification, groups: Sequence[str], name: str, *, warm: Resolvability
) -> MergeTrial:
    """Predict the model in which groups are one.

    Parameters
    ----------
    name : str
        Of the merged group.
    warm : Resolvability
        Of the panel as it is.

    Raises
    ------
    BadInput
        If the groups cannot be merged.
    """
    found = resolvability(merged_panel(panel, groups, name), specification, warm=warm)
    places = [warm.place(group) for group in warm.state.model.groups if group in groups]
    return MergeTrial(
        found=found,
        merged=found.group(name),
        before=tuple(warm.groups[at] for at in places),
        together=interval(warm.state.draws.contribution[:, places].sum(axis=1)),
        separate=warm,
    )


def merged_panel(panel: Panel, groups: Sequence[str], name: str) -> Panel:
    """Return the panel in which several groups are one, at the place of the first of them.

    Exposure is the sum where any of them has exposure.

    Raises
    ------
    BadInput
        If fewer than two groups are named, one is unknown, or the name belongs to a group that stays.
    """
    merged = [group for group in panel.groups if group in groups]
    kept = [group for group in panel.groups if group not in groups]
    if len(merged) < 2 or len(merged) != len(set(groups)) or name in kept:
        raise BadInput(
            f"{listed([repr(group) for group in groups])} cannot be merged to '{name}'",
            expected=f"two groups or more of {listed(list(panel.groups), most=12)}, and a name that no other has",
        )
    parts = panel.data[["spend", "exposure"]].sel(group=merged)
    both = xr.Dataset(
        {"spend": parts["spend"].sum("group"), "exposure": parts["exposure"].sum("group", min_count=1)}
    ).expand_dims(group=np.array([name], dtype=object))
    both = both.transpose(*parts.dims).assign_attrs(parts.attrs)
    rest = panel.data[["spend", "exposure"]].sel(group=kept)
    place = panel.groups.index(merged[0])
    order = [*kept[:place], name, *kept[place:]]
    media = xr.concat([both, rest], dim="group").sel(group=order) if kept else both
    return Panel(
        data=panel.data.drop_dims("group").assign(media.data_vars)[list(panel.data.data_vars)],
        period=panel.period,
        kpi_name=panel.kpi_name,
        currency=panel.currency,
    )


def merge_bias(trial: MergeTrial, *, simulations: int = _SIMULATIONS) -> MergeBias:
    """Simulate outcomes from the separate model, fit both models to each, and report what the merge moves.

    Both are fitted by penalised least squares, so what such a fit gets wrong by itself drops out of the difference.

    Parameters
    ----------
    simulations : int, default 16
        Simulated outcomes, > 0.
    """
    separate, merged = trial.separate.state, trial.found.state
    parts = [separate.model.groups.index(group.group) for group in trial.before]
    rng = np.random.default_rng(_SEED)
    chosen = np.linspace(0, len(separate.draws.theta) - 1, simulations).round().astype(int)
    shifts = np.empty((simulations, len(merged.model.groups)))
    with one_thread():
        for number, at in enumerate(chosen):
            noise = separate.draws.noise[at] * separate.estimate.noise[separate.model.region]
            outcome = _expected(separate.model, separate.draws.theta[at]) + noise * rng.standard_normal(len(noise))
            apart = _refitted(separate.model, outcome, separate.estimate.theta)
            one = _refitted(merged.model, outcome, merged.estimate.theta)
            sums = {group: apart[place] for place, group in enumerate(separate.model.groups)}
            sums[trial.merged.group] = apart[parts].sum()
            shifts[number] = one - np.array([sums[group] for group in merged.model.groups])
    found = {group.group: _shift(group, shifts[:, place]) for place, group in enumerate(trial.found.groups)}
    return MergeBias(
        merged=found.pop(trial.merged.group),
        remaining=tuple(found.values()),
        siblings=tuple(_difference(trial.separate, *pair) for pair in combinations(parts, 2)),
        simulations=simulations,
    )


def _expected(model: ScaledModel, theta: Floats) -> Floats:
    return expected(model, theta, shapes(model, theta))


def _refitted(model: ScaledModel, outcome: Floats, start: Floats) -> Floats:
    return contribution(model, find_estimate(replace(model, outcome=outcome), start).theta)


def _shift(group: GroupResolution, shifts: Floats) -> Shift:
    found = interval(shifts)
    return Shift(group=group.group, shift=found, of_width=found.median / group.contribution.width)


def _difference(found: Resolvability, first: int, second: int) -> SiblingDifference:
    model, theta = found.state.model, found.state.draws.theta
    carry_over, steepness, _, _ = split(theta, len(model.groups))
    spent = model.lagged[:, :, 0]
    usual = spent.sum(axis=1) / np.maximum((spent > 0).sum(axis=1), 1)
    saturation = saturated(steepness, usual)
    roi = found.state.draws.contribution / model.spend
    return SiblingDifference(
        first=model.groups[first],
        second=model.groups[second],
        carry_over=interval(carry_over[:, first] - carry_over[:, second]),
        saturation=interval(saturation[:, first] - saturation[:, second]),
        roi=interval(roi[:, first] - roi[:, second]),
    )
