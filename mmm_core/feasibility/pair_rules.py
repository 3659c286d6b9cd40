"""Objections to two groups side by side: they move together, or the data cannot tell them apart."""

from collections.abc import Iterator, Mapping

import numpy as np

from mmm_core.errors import listed
from mmm_core.feasibility.adequacy import GroupFacts
from mmm_core.feasibility.collinearity import PairFacts
from mmm_core.feasibility.limits import ObjectionLimits
from mmm_core.feasibility.objections import Objection, Reason, Verdict, Weight, basis_of, heaviest_first
from mmm_core.feasibility.resolvability import TOLD_APART, Resolvability
from mmm_core.feasibility.words import plus_minus
from mmm_core.panel.panel import Panel


def object_to_pair(
    panel: Panel,
    pair: PairFacts,
    facts: Mapping[str, GroupFacts],
    found: Resolvability | None,
    limits: ObjectionLimits,
) -> Objection | None:
    """Object to keeping two groups apart, for every reason there is."""
    reasons = heaviest_first([*_moving_together(pair, facts, limits), *_not_told_apart(pair, found)])
    if not reasons:
        return None
    names = f"{pair.first} and {pair.second}"
    return Objection(
        kind="pair",
        groups=(pair.first, pair.second),
        verdict=reasons[0].verdict,
        sentence=f"{names}{_rhythm(panel, pair, limits)}: {_known(pair, found)}.",
        caveat=f"kept apart against advice: read {names} together",
        reasons=reasons,
        basis=basis_of(panel, (pair.first, pair.second)),
    )


def _rhythm(panel: Panel, pair: PairFacts, limits: ObjectionLimits) -> str:
    """Say in how many periods the two moved alike, or against each other, where they do."""
    if abs(pair.correlation) <= limits.in_step:
        return ""
    alike = pair.correlation > 0
    number = pair.in_step if alike else pair.compared - pair.in_step
    return f" {'ran in step' if alike else 'took turns'} in {number} of {pair.compared} {panel.period}s"


def _known(pair: PairFacts, found: Resolvability | None) -> str:
    if found is None:
        return "who did what can hardly be told"
    told = found.pair(pair.first, pair.second)
    hardly = "hardly" if told.told_apart else "not"
    return f"the data can say what they did together ({plus_minus(told.together)}), but {hardly} who did it"


def _moving_together(pair: PairFacts, facts: Mapping[str, GroupFacts], limits: ObjectionLimits) -> Iterator[Reason]:
    size = abs(pair.correlation)
    if size <= limits.in_step:
        return
    inflation = min(facts[pair.first].inflation, facts[pair.second].inflation)
    blocks = size > limits.one_variable
    serious = blocks or inflation > limits.inflation_serious
    way = "" if pair.correlation > 0 else "against each other: when one is up, the other is down "
    yield Reason(
        rule="in_step",
        weight=Weight.BLOCKS if blocks else Weight.SERIOUS if serious else Weight.CAUTION,
        verdict=Verdict.ROLL_UP if serious else Verdict.CAUTION,
        sentence=f"Their spend moves {way or 'alike '}(r = {pair.correlation:.2f}); because of it the error of each "
        f"effect alone is about {np.sqrt(inflation):.1f} times what it would be otherwise."
        if np.isfinite(inflation)
        else f"Their spend moves {way or 'alike '}(r = {pair.correlation:.3f}); the others add up to each of them.",
        value=pair.correlation,
        threshold=f"in_step: |r| above {limits.in_step:g} (Kutner et al. 2005); to be rolled up where both inflation "
        f"factors are above {limits.inflation_serious:g}; blocks above {limits.one_variable:g}",
    )


def _not_told_apart(pair: PairFacts, found: Resolvability | None) -> Iterator[Reason]:
    if found is None or found.pair(pair.first, pair.second).told_apart:
        return
    told, both = found.pair(pair.first, pair.second), (found.group(pair.first), found.group(pair.second))
    alone = listed([f"{one.group} {plus_minus(one.contribution)}" for one in both])
    narrower = min(one.contribution.width for one in both)
    yield Reason(
        rule="not_told_apart",
        weight=Weight.SERIOUS,
        verdict=Verdict.ROLL_UP,
        sentence=f"Alone: {alone}; together {plus_minus(told.together)}. What the model would give to one it would "
        "take "
        "from the other.",
        value=told.together.width / narrower,
        threshold=f"TOLD_APART: the 90 % interval of the sum is below {TOLD_APART:.0%} of the narrower one alone "
        "(judgement; what was measured is in docs/decisions/0007-resolvability.md)",
    )
