"""What could be done about an objection, each with the widths that it would bring and its price: people choose."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mmm_core.errors import WorkshopError, listed
from mmm_core.feasibility.objections import Objection
from mmm_core.feasibility.resolution import GroupResolution, Interval, interval
from mmm_core.feasibility.resolvability import Resolvability, resolvability
from mmm_core.feasibility.what_if import (
    LiftTestPlan,
    MergeBias,
    SiblingDifference,
    merge_bias,
    merged_panel,
    try_alike,
    try_lift_test,
    try_merge,
    try_other_timing,
    try_tighter_prior,
)
from mmm_core.feasibility.words import plus_minus, share, two_digits
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

AlternativeKind = Literal["merge", "level", "timing", "alike", "prior", "lift_test"]

WANTED_WIDTH = 0.5
"""Width of a group's interval that a lift test is planned to reach, to the width now."""
TIMING_WEEKS = 26
_SURE = 1.645
"""Standard errors on either side that hold 9 in 10."""
TIGHTER = 0.5
"""Spread of a tighter expectation, to the spread now."""
LIKENESS = 0.8
"""Of groups that are expected to return alike, as in `mmm_core.modeling.choices.Alike`."""
_MOST_SIBLINGS = 2
_MOST_SHOWN = 3
_ALIKE = 0.25
"""Difference of carry-over and of saturation, shares from 0 to 1, up to which two groups work alike. Judgement."""
_WORTH_TELLING = 0.1
"""Shift of a contribution, as a share of its interval, below which a merge is said to move nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WidthChange:
    """What would be known of a group or of several together, before and after; ROI is KPI units per currency unit."""

    name: str
    contribution_before: Interval
    contribution_after: Interval
    roi_before: Interval | None = None
    roi_after: Interval | None = None

    @property
    def ratio(self) -> float:
        """Width after to width before."""
        return self.contribution_after.width / self.contribution_before.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way out.

    Attributes
    ----------
    groups : tuple of str
        The groups that are merged, timed, expected more tightly, or tested.
    words : str
        What would be done.
    price : str
        What it costs: detail, money, time, belief.
    widths : tuple of WidthChange
        What it would bring.
    feasible : bool
        Whether it helps; `why_not` says why it does not.
    detail : mapping
        What carrying it out needs: "weeks", "spread", "name", "place".
    """

    kind: AlternativeKind
    groups: tuple[str, ...]
    words: str
    price: str
    widths: tuple[WidthChange, ...]
    feasible: bool = True
    why_not: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name it among the alternatives of an objection."""
        return f"{self.kind}: {', '.join(self.groups)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """How groups stand in the client's tree.

    Attributes
    ----------
    siblings : mapping of group to groups
        Whom each group could be merged with, the nearest in the tree first.
    above : mapping of group to node
        What each group would become on the level above; empty where that cannot be.
    families : mapping of group to path
        The nearest node above each group that holds several groups.
    """

    siblings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    above: Mapping[str, str] = field(default_factory=dict)
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def alternatives(
    panel: Panel,
    specification: ModelSpecification,
    found: Resolvability,
    objection: Objection,
    *,
    kin: Kinship,
    currency: str,
    unit: str,
) -> tuple[Alternative, ...]:
    """Compute the ways out of an objection: those that help first, of them the cheapest.

    Parameters
    ----------
    kin : Kinship
        How the groups stand in the client's tree.
    currency, unit : str
        What spend and outcome are counted in.
    """
    made = [*_merges(panel, specification, found, objection, kin.siblings)]
    if objection.kind == "grouping":
        made += _level(panel, specification, found, kin.above)
    if objection.kind == "pair":
        made += _timings(found, objection)
    made += _sharing(specification, found, objection, kin.families)
    for group in objection.groups:
        made += _prior(specification, found, group)
        made += [
            _lift_test(try_lift_test(found, group, wanted_width_ratio=WANTED_WIDTH), found.group(group), currency, unit)
        ]
    order = ("merge", "level", "alike", "timing", "prior", "lift_test")
    return tuple(sorted(made, key=lambda one: (not one.feasible, order.index(one.kind))))


def merge_alternative(
    panel: Panel, specification: ModelSpecification, found: Resolvability, groups: Sequence[str], name: str
) -> Alternative:
    """Compute what a merge would bring and what it may bend.

    Raises
    ------
    BadInput
        If the groups cannot be merged.
    """
    trial = try_merge(panel, specification, groups, name, warm=found)
    bias = merge_bias(trial)
    parts = tuple(group.group for group in trial.before)
    spend = trial.merged.spend
    together = WidthChange(
        name=name,
        contribution_before=trial.together,
        contribution_after=trial.merged.contribution,
        roi_before=scaled(trial.together, 1 / spend) if spend else None,
        roi_after=trial.merged.roi,
    )
    return Alternative(
        kind="merge",
        groups=parts,
        words=f"Merge {_joined(parts)} into one group",
        price=f"Nobody will be told what each did alone. {_bent(bias)}",
        widths=(together, *_others(found, trial.found, {name, *parts})),
        detail={"name": name},
    )


def scaled(interval: Interval, factor: float) -> Interval:
    """Return an interval in other units."""
    return Interval(low=interval.low * factor, median=interval.median * factor, high=interval.high * factor)


def _merges(
    panel: Panel,
    specification: ModelSpecification,
    found: Resolvability,
    objection: Objection,
    siblings: Mapping[str, Sequence[str]],
) -> Iterator[Alternative]:
    if len(objection.groups) > 1:
        partners = [objection.groups]
    elif objection.groups:
        group = objection.groups[0]
        partners = [(group, other) for other in siblings.get(group, ())[:_MOST_SIBLINGS]]
    else:
        partners = _smallest(found, siblings)
    for groups in partners:
        try:
            yield merge_alternative(panel, specification, found, groups, merged_name(groups))
        except WorkshopError:  # a merge that no model can be made of is no alternative
            continue


def merged_name(groups: Sequence[str]) -> str:
    """Propose how a merged group is called."""
    return " + ".join(groups)


def _smallest(found: Resolvability, siblings: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the groups with the least spend, each with its nearest sibling, for a grouping that is too fine."""
    pairs: list[tuple[str, ...]] = []
    for group in sorted(found.groups, key=lambda one: one.spend):
        near = siblings.get(group.group, ())
        if near and not any(near[0] in pair and group.group in pair for pair in pairs):
            pairs.append((group.group, near[0]))
    return pairs[:_MOST_SIBLINGS]


def _level(
    panel: Panel, specification: ModelSpecification, found: Resolvability, above: Mapping[str, str]
) -> Iterator[Alternative]:
    """Roll the whole tree up by one level."""
    parents = dict.fromkeys(above[group] for group in panel.groups if group in above)
    if len(above) < len(panel.groups) or not 1 < len(parents) < len(panel.groups):
        return
    children = {parent: [group for group in panel.groups if above[group] == parent] for parent in parents}
    rolled, several = panel, {parent: own for parent, own in children.items() if len(own) > 1}
    for parent, own in several.items():
        rolled = merged_panel(rolled, own, parent)
    after = resolvability(rolled, specification)
    largest = sorted(several, key=lambda parent: -sum(found.group(group).spend for group in several[parent]))
    yield Alternative(
        kind="level",
        groups=(),
        words=f"Roll the tree up by one level: {len(parents)} groups in place of {len(panel.groups)}",
        price="Nobody will be told what the groups below did.",
        widths=tuple(_rolled_up(found, after.group(parent), several[parent]) for parent in largest[:_MOST_SHOWN]),
    )


def _rolled_up(before: Resolvability, after: GroupResolution, groups: Sequence[str]) -> WidthChange:
    """Compare a node with the sum of the groups below it."""
    places = [before.place(group) for group in groups]
    summed = interval(before.state.draws.contribution[:, places].sum(axis=1))
    return WidthChange(
        name=after.group,
        contribution_before=summed,
        contribution_after=after.contribution,
        roi_before=scaled(summed, 1 / after.spend),
        roi_after=after.roi,
    )


def _others(before: Resolvability, after: Resolvability, left_out: set[str]) -> Iterator[WidthChange]:
    """Return the other groups whose interval changes much, the most changed first."""
    both = [(before.group(one.group), one) for one in after.groups if one.group not in left_out]
    changed = [
        _change(old, new) for old, new in both if abs(new.contribution.width / old.contribution.width - 1) > 0.15
    ]
    yield from sorted(changed, key=lambda one: one.ratio)[:_MOST_SHOWN]


def _change(before: GroupResolution, after: GroupResolution) -> WidthChange:
    return WidthChange(
        name=before.group,
        contribution_before=before.contribution,
        contribution_after=after.contribution,
        roi_before=before.roi,
        roi_after=after.roi,
    )


def _bent(bias: MergeBias) -> str:
    """Say in words how far the siblings work alike, and what a merge may move."""
    unlike = [f"{one.first} and {one.second} differ in {_joined(one.unlike)}" for one in bias.siblings if one.unlike]
    like = listed(unlike) or "The data cannot say whether they work alike"
    if not unlike and all(_work_alike(one) for one in bias.siblings):
        like = "As far as the data say they work alike"
    moved = [
        f"{one.group} {'up' if one.of_width > 0 else 'down'} by {share(abs(one.of_width))} of its range"
        for one in (bias.merged, *bias.remaining)
        if abs(one.of_width) > _WORTH_TELLING
    ]
    bent = f"the merge may bend {listed(moved, most=3)}" if moved else "if they do, the merge bends no other group much"
    return f"{like}; {bent}."


def _work_alike(pair: SiblingDifference) -> bool:
    """Tell whether the two are known to differ by little: their carry-over, saturation and return are close."""
    return all(abs(end) <= _ALIKE for found in (pair.carry_over, pair.saturation) for end in (found.low, found.high))


def _timings(found: Resolvability, objection: Objection) -> Iterator[Alternative]:
    first, second = objection.groups
    trial = try_other_timing(found, first, second, weeks=TIMING_WEEKS)
    before, after = trial.as_before, trial.in_turns
    gain = min(new.contribution.width / old.contribution.width for old, new in zip(before, after, strict=True))
    helps = gain < 1 - _WORTH_TELLING
    yield Alternative(
        kind="timing",
        groups=objection.groups,
        words=f"Let {first} and {second} take turns for {TIMING_WEEKS} weeks, with the same money",
        price=f"The answer comes in {TIMING_WEEKS} weeks; each is off air for half of them.",
        widths=tuple(_change(old, new) for old, new in zip(before, after, strict=True)),
        feasible=helps,
        why_not="" if helps else "Even so the data would hardly tell more.",
        detail={"weeks": TIMING_WEEKS},
    )


def _prior(specification: ModelSpecification, found: Resolvability, group: str) -> Iterator[Alternative]:
    if specification.expectation_of(group).roi:
        return  # people have said already what they expect of it
    spread = float(found.state.model.share_spread[found.place(group)]) * TIGHTER
    before, after = found.group(group), try_tighter_prior(found, group, spread=spread)
    helps = after.contribution.width < (1 - _WORTH_TELLING) * before.contribution.width
    yield Alternative(
        kind="prior",
        groups=(group,),
        words=f"Agree beforehand on what {group} can bring: half as wide an expectation",
        price="The narrower range comes from what you agree on, not from the data; if you are wrong, so is the model.",
        widths=(_change(before, after),),
        feasible=helps,
        why_not="" if helps else "It would hardly narrow the range.",
        detail={"spread": round(spread, 4)},
    )


def _sharing(
    specification: ModelSpecification,
    found: Resolvability,
    objection: Objection,
    families: Mapping[str, tuple[str, ...]],
) -> Iterator[Alternative]:
    """Let groups of a branch learn from each other in place of being merged."""
    places = {families[group] for group in objection.groups if group in families}
    if len(places) != 1 or places & {one.place for one in specification.alike}:
        return
    (place,) = places
    groups = tuple(group for group, own in families.items() if own[: len(place)] == place)
    after = try_alike(found, groups, likeness=LIKENESS)
    widths = tuple(_change(found.group(one.group), one) for one in after)
    asked = [change for change in widths if change.name in objection.groups]
    helps = any(change.ratio < 1 - _WORTH_TELLING for change in asked)
    yield Alternative(
        kind="alike",
        groups=groups,
        words=f"Keep {_joined(groups)} apart and expect them to return alike, as parts of {place[-1]}",
        price="Each is told apart still; where the data say little, it is taken to return what its siblings do.",
        widths=(*asked, *(change for change in widths if change not in asked))[:_MOST_SHOWN],
        feasible=helps,
        why_not="" if helps else "Its siblings are hardly better known.",
        detail={"place": list(place)},
    )


def _lift_test(plan: LiftTestPlan, before: GroupResolution, currency: str, unit: str) -> Alternative:
    where = f" in {plan.region}" if plan.region else ""
    how = (
        "without spend" if plan.spend_change < 0 else f"with {share(plan.spend_change / plan.spend_before)} more spend"
    )
    money = f"{plan.total_spend_change:+,.0f} {currency}".replace("-", "\N{MINUS SIGN}")
    expected = f"the outcome's own noise suggests ±{two_digits(_SURE * plan.error_expected)} {unit}"
    exact = (
        f"It takes a measured lift known to ±{two_digits(_SURE * plan.error_needed)} {unit}; {expected}."
        if plan.error_needed is not None
        else f"How exact the lift is measured: {expected}."
    )
    reached = f"Its range would shrink to {share(plan.width_ratio)} of what it is"
    return Alternative(
        kind="lift_test",
        groups=(plan.group,),
        words=f"Test {plan.group}{where} for {plan.weeks} weeks {how}",
        price=f"{reached}, for {plan.weeks} weeks and {money}, and as long again to compare with. {exact}",
        widths=(_change(before, plan.after),),
        feasible=plan.feasible,
        why_not=plan.why_not,
        detail={"weeks": plan.weeks, "spend_change": round(plan.total_spend_change, 2), "region": plan.region or ""},
    )


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def width_words(change: WidthChange) -> str:
    """Say what is known before and after: "ROI 1.5 (0.44 to 2.9) becomes 1.6 (1.0 to 2.1)"."""
    if change.roi_before is not None and change.roi_after is not None:
        return f"ROI {_interval_words(change.roi_before)} becomes {_interval_words(change.roi_after)}"
    return f"{plus_minus(change.contribution_before)} becomes {plus_minus(change.contribution_after)}"


def _interval_words(interval: Interval) -> str:
    return f"{two_digits(interval.median)} ({two_digits(interval.low)} to {two_digits(interval.high)})"
