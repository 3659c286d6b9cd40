"""Objections to one group: what it brings is too little, too rare, too steady, or moves with something else."""

from collections.abc import Iterator

import numpy as np

from mmm_core.feasibility.adequacy import GroupFacts
from mmm_core.feasibility.limits import ObjectionLimits
from mmm_core.feasibility.objections import Objection, Reason, Verdict, Weight, basis_of, heaviest_first
from mmm_core.feasibility.resolution import GroupResolution
from mmm_core.feasibility.words import share, two_digits
from mmm_core.panel.panel import Panel


def object_to_group(
    panel: Panel,
    facts: GroupFacts,
    resolved: GroupResolution | None,
    limits: ObjectionLimits,
    *,
    in_pair: bool,
) -> Objection | None:
    """Object to a group for every reason there is; `in_pair` when a pair's objection says already what it lacks."""
    reasons = heaviest_first(
        [
            *(() if in_pair else _inflated(facts, limits)),
            *_small(facts, limits),
            *_seldom(facts, limits),
            *_steady(facts, limits),
            *_young(facts, limits),
            *_seasonal(facts, limits),
            *_with_control(facts, limits),
            *_regions_alike(facts, limits),
            *(() if in_pair else _told_by_prior(resolved, limits)),
        ]
    )
    if not reasons:
        return None
    return Objection(
        kind="group",
        groups=(facts.group,),
        verdict=reasons[0].verdict,
        sentence=f"{facts.group}: {reasons[0].sentence}",
        caveat=f"kept against advice: {_SHORT[reasons[0].rule]}",
        reasons=reasons,
        basis=basis_of(panel, (facts.group,)),
    )


_SHORT = {
    "inflation": "the other groups together move as this one does",
    "small_share": "too small to be seen beside the noise of the outcome",
    "few_active_weeks": "on air too seldom to be learned from",
    "hardly_moves": "its spend hardly moves, so its effect rests on the prior",
    "started_late": "it started too lately",
    "moves_with_season": "its effect and the season's cannot be told apart",
    "moves_with_control": "its effect and a control's cannot be told apart",
    "regions_alike": "its regions teach no more than the whole market does",
    "told_by_prior": "its effect is told by the prior more than by the data",
}


def _inflated(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    value = facts.inflation
    if value < limits.inflation_caution:
        return
    weight = (
        Weight.BLOCKS
        if value > limits.inflation_blocks
        else Weight.SERIOUS
        if value > limits.inflation_serious
        else Weight.CAUTION
    )
    explained = 1 - 1 / value if np.isfinite(value) else 1.0
    yield Reason(
        rule="inflation",
        weight=weight,
        verdict=Verdict.CAUTION if weight is Weight.CAUTION else Verdict.ROLL_UP,
        sentence=f"the other groups together explain {share(explained)} of the movement of its spend.",
        value=value,
        threshold=f"inflation: variance inflation factor from {limits.inflation_caution:g}, serious above "
        f"{limits.inflation_serious:g}, blocks above {limits.inflation_blocks:g} (Kutner et al. 2005)",
    )


def _small(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    if facts.spend_share >= limits.share_caution:
        return
    serious = facts.spend_share < limits.share_serious
    yield Reason(
        rule="small_share",
        weight=Weight.SERIOUS if serious else Weight.CAUTION,
        verdict=Verdict.ROLL_UP if serious else Verdict.CAUTION,
        sentence=f"it holds {share(facts.spend_share)} of the spend; an effect of that size drowns in the noise of the "
        "outcome.",
        value=facts.spend_share,
        threshold=f"share: below {limits.share_caution:.0%} of spend, serious below {limits.share_serious:.0%} "
        "(judgement)",
    )


def _seldom(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    if facts.active_weeks >= limits.active_weeks_caution:
        return
    serious = facts.active_weeks < limits.active_weeks_serious
    yield Reason(
        rule="few_active_weeks",
        weight=Weight.SERIOUS if serious else Weight.CAUTION,
        verdict=Verdict.ROLL_UP if serious else Verdict.CAUTION,
        sentence=f"it was on air in {facts.active_weeks:.0f} weeks; how it lasts and where it saturates cannot show "
        "in so "
        "few.",
        value=facts.active_weeks,
        threshold=f"active_weeks: fewer than {limits.active_weeks_caution:g}, serious below "
        f"{limits.active_weeks_serious:g} (judgement)",
    )


def _steady(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    if facts.variation >= limits.moving_cv:
        return
    yield Reason(
        rule="hardly_moves",
        weight=Weight.SERIOUS,
        verdict=Verdict.EXPERIMENT,
        sentence=f"its spend moves by only {share(facts.variation)} around its mean, so nobody has seen what less or "
        "more of it does.",
        value=facts.variation,
        threshold=f"moving_cv: coefficient of variation below {limits.moving_cv:g} (Chan & Perry 2017, section 3.1; "
        "the "
        "figure is judgement)",
    )


def _young(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    if facts.weeks_since_start >= limits.started_weeks:
        return
    yield Reason(
        rule="started_late",
        weight=Weight.SERIOUS,
        verdict=Verdict.ROLL_UP,
        sentence=f"it started {facts.weeks_since_start:.0f} weeks before the end of the data.",
        value=facts.weeks_since_start,
        threshold=f"started_weeks: less than {limits.started_weeks:g} weeks (requirement of the product)",
    )


def _seasonal(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    if facts.seasonal_share <= limits.season:
        return
    yield Reason(
        rule="moves_with_season",
        weight=Weight.SERIOUS,
        verdict=Verdict.EXPERIMENT,
        sentence=f"{share(facts.seasonal_share)} of the movement of its spend follows the season; what is its effect "
        "and "
        "what the season's cannot be told.",
        value=facts.seasonal_share,
        threshold=f"season: more than {limits.season:.0%} of the variance explained by yearly waves (an inflation "
        "factor "
        "of 5, Kutner et al. 2005)",
    )


def _with_control(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    if abs(facts.control_correlation) <= limits.control:
        return
    yield Reason(
        rule="moves_with_control",
        weight=Weight.SERIOUS,
        verdict=Verdict.EXPERIMENT,
        sentence=f"its spend moves with the control '{facts.control}' (r = {facts.control_correlation:.2f}); which "
        "of the "
        "two moved the outcome cannot be told.",
        value=facts.control_correlation,
        threshold=f"control: |r| above {limits.control:g} (Kutner et al. 2005, section 10.5)",
    )


def _regions_alike(facts: GroupFacts, limits: ObjectionLimits) -> Iterator[Reason]:
    if facts.regional_share is None or facts.regional_share >= limits.regions_alike:
        return
    yield Reason(
        rule="regions_alike",
        weight=Weight.CAUTION,
        verdict=Verdict.CAUTION,
        sentence=f"its regions spend in one rhythm ({share(facts.regional_share)} of its movement is their own), so "
        "they "
        "teach no more than the whole market does.",
        value=facts.regional_share,
        threshold=f"regions_alike: less than {limits.regions_alike:.0%} of the variation is the regions' own "
        "(judgement)",
    )


def _told_by_prior(resolved: GroupResolution | None, limits: ObjectionLimits) -> Iterator[Reason]:
    if resolved is None or resolved.contraction >= limits.told_by_prior_caution:
        return
    serious = resolved.contraction < limits.told_by_prior
    low, high = resolved.roi.low, resolved.roi.high
    yield Reason(
        rule="told_by_prior",
        weight=Weight.SERIOUS if serious else Weight.CAUTION,
        verdict=Verdict.EXPERIMENT if serious else Verdict.CAUTION,
        sentence=f"the data narrow its effect by {share(resolved.contraction)} only; its ROI would be known to lie "
        f"between {two_digits(low)} and {two_digits(high)}, mostly because the prior says so.",
        value=resolved.contraction,
        threshold=f"told_by_prior: contraction of the interval below {limits.told_by_prior_caution:.0%}, serious below "
        f"{limits.told_by_prior:.0%} (judgement)",
    )
