"""How far refits agree with a fit: overlap of ranges per group and refit, and who is off in how many."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmm_core.validation.fit_checks import unmoved_groups
from mmm_core.validation.holdout_record import Quartiles
from mmm_core.validation.limits import LIMITS, TrustLimits
from mmm_core.validation.measures import FitMeasures, GroupMeasure
from mmm_core.validation.stability_record import Refit


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAgreement:
    """One group of a fit beside the refits that know it.

    Attributes
    ----------
    overlap : float
        Of the 50 % ranges of the ROI, averaged over the refits, 0 to 1.
    off : int
        Refits in which hardly anything overlaps: their answer is another one.
    of : int
        Refits that know the group.
    """

    overlap: float
    off: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A fit beside refits.

    Attributes
    ----------
    by_group : dict of group to GroupAgreement
        Groups that the data moved; most spend first.
    untold : tuple of str
        Groups that only the prior tells: they agree with themselves, which says nothing.
    untold_share : float
        Of the spend of all groups.
    overlap : float
        The average over `by_group`, weighted by spend; NaN where no group counts.
    """

    by_group: Mapping[str, GroupAgreement]
    untold: tuple[str, ...]
    untold_share: float
    overlap: float

    def shaken(self, limits: TrustLimits = LIMITS) -> dict[str, GroupAgreement]:
        """Return the groups that are off in half of the refits or more, and in two at least; most spend first.

        An average hides them: a group that two of four refits deny and two confirm overlaps by half.
        """
        return {
            name: own
            for name, own in self.by_group.items()
            if own.off >= max(limits.off_refits.value, limits.off_share.value * own.of)
        }


def agreement(found: FitMeasures, refits: Sequence[Refit], limits: TrustLimits = LIMITS) -> Agreement:
    """Compare what refits say of each group with what the fit says."""
    untold = {group.group for group in unmoved_groups(found, limits)}
    by_size = sorted(found.groups, key=lambda group: -group.spend)
    by_group, met, spend = {}, 0.0, 0.0
    for group in by_size:
        shares = [overlap(quartiles_of(group), refit.roi[group.group]) for refit in refits if group.group in refit.roi]
        if group.group in untold or not shares:
            continue
        own = GroupAgreement(
            overlap=sum(shares) / len(shares), off=sum(share < limits.off.value for share in shares), of=len(shares)
        )
        by_group[group.group] = own
        met, spend = met + own.overlap * group.spend, spend + group.spend
    return Agreement(
        by_group=by_group,
        untold=tuple(group.group for group in by_size if group.group in untold),
        untold_share=sum(group.spend for group in by_size if group.group in untold)
        / sum(group.spend for group in by_size),
        overlap=met / spend if spend else math.nan,
    )


def agreements(found: FitMeasures, refits: Sequence[Refit], limits: TrustLimits = LIMITS) -> dict[str, Agreement]:
    """Compare refits with the fit by kind: "weeks" and "priors"."""
    return {
        kind: agreement(found, [refit for refit in refits if refit.kind == kind], limits)
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
