"""How far refits agree with a fit: overlap of ranges, and what all of them say."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmm_core.validation.holdout_record import Quartiles
from mmm_core.validation.limits import LIMITS, TrustLimits
from mmm_core.validation.measures import FitMeasures, GroupMeasure
from mmm_core.validation.stability_record import Refit


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A fit beside refits.

    Attributes
    ----------
    by_group : dict of group to float
        Overlap of the 50 % ranges of the ROI, averaged over the refits that know the group, 0 to 1; most spend first.
    overlap : float
        Its average, weighted by spend; NaN where no group counts.
    """

    by_group: Mapping[str, float]
    overlap: float

    def below(self, share: float) -> tuple[str, ...]:
        """Return the groups whose ranges overlap by less, those with the most spend first."""
        return tuple(name for name, own in self.by_group.items() if own < share)


def agreement(
    found: FitMeasures, refits: Sequence[Refit], limits: TrustLimits = LIMITS, *, told_by_data: bool = False
) -> Agreement:
    """Compare what refits say of each group with what the fit says.

    Parameters
    ----------
    told_by_data : bool
        Whether to leave out groups that only the prior tells: with fewer weeks the prior is still of the same mind.
    """
    by_group, met, spend = {}, 0.0, 0.0
    for group in sorted(found.groups, key=lambda group: -group.spend):
        if told_by_data and group.contraction < limits.told_by_prior.value:
            continue
        shares = [overlap(quartiles_of(group), refit.roi[group.group]) for refit in refits if group.group in refit.roi]
        if shares:
            by_group[group.group] = sum(shares) / len(shares)
            met, spend = met + by_group[group.group] * group.spend, spend + group.spend
    return Agreement(by_group=by_group, overlap=met / spend if spend else math.nan)


def agreements(found: FitMeasures, refits: Sequence[Refit], limits: TrustLimits = LIMITS) -> dict[str, Agreement]:
    """Compare refits with the fit by kind: "weeks", for the groups that the data tell, and "priors", for all."""
    return {
        kind: agreement(found, [refit for refit in refits if refit.kind == kind], limits, told_by_data=kind == "weeks")
        for kind in ("weeks", "priors")
    }


def overlap(one: Quartiles, other: Quartiles) -> float:
    """Return how much of the narrower of two 50 % ranges lies within the other, 0 to 1.

    Of two normal ranges of the same width that are one standard deviation apart a quarter overlaps.

    >>> overlap((1.0, 1.5, 2.0), (1.5, 2.0, 2.5))
    0.5
    >>> overlap((1.0, 1.5, 2.0), (0.0, 1.0, 9.0)), overlap((1.0, 1.5, 2.0), (2.5, 3.0, 3.5))
    (1.0, 0.0)
    """
    shared = min(one[2], other[2]) - max(one[0], other[0])
    narrower = min(one[2] - one[0], other[2] - other[0])
    if narrower <= 0:
        return float(shared >= 0)
    return min(1.0, max(0.0, shared / narrower))


def quartiles_of(group: GroupMeasure) -> Quartiles:
    """Return what the fit itself says."""
    return group.roi_q25, group.roi_q50, group.roi_q75
