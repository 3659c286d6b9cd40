"""What keeps showing up whenever a model is fitted again, and what changes: worth more than one precise figure.

Everything is told by the means of the returns, as on the page Results. Refits share most of their weeks, so ten that
agree are not ten independent witnesses; one that disagrees is a reason to doubt. What only the prior tells shows up in
every refit, so nothing is said of it here.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mmm_core.errors import counted, listed
from mmm_core.validation.fit_checks import unmoved_groups
from mmm_core.validation.limits import LIMITS, TrustLimits
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.stability_record import Refit

FEWEST_REFITS = 3
_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Something that a fit says, and how many of the refits that could say it do.

    Attributes
    ----------
    kind : {"largest", "side", "order"}
        Who brings most; on which side of 1 a return lies; which of two groups returns more.
    groups : tuple of str
        One group, or two: the one that returns more first.
    above : bool
        Of a side: whether the return is above 1.
    hold, of : int
    clear : bool
        Whether the fit itself is sure of it, which makes a change noteworthy.
    """

    kind: Literal["largest", "side", "order"]
    groups: tuple[str, ...]
    above: bool
    hold: int
    of: int
    clear: bool

    @property
    def keeps(self) -> bool:
        """Whether all refits agree."""
        return self.hold == self.of


def find_patterns(found: FitMeasures, refits: Sequence[Refit], limits: TrustLimits = LIMITS) -> tuple[Pattern, ...]:
    """Look for everything that the fit says in its refits.

    What fewer than three of them could say is left out, and what the data did not: the side of a group that only the
    prior tells, the order of two such groups, and a largest one among them.
    """
    untold = frozenset(group.group for group in unmoved_groups(found, limits))
    patterns = [*_largest(found, refits), *_sides(found, refits), *_orders(found, refits, limits)]
    return tuple(one for one in patterns if one.of >= FEWEST_REFITS and not untold.issuperset(one.groups))


def unsteady_pairs(patterns: Sequence[Pattern]) -> frozenset[frozenset[str]]:
    """Return the pairs of groups that a refit puts in another order."""
    return frozenset(frozenset(one.groups) for one in patterns if one.kind == "order" and not one.keeps)


def keeping(patterns: Sequence[Pattern]) -> list[str]:
    """Say in sentences what all refits agree on, groups of which the same is said together."""
    firm = [one for one in patterns if one.keeps]
    said = [f"{one.groups[0]} brings the most in all {one.of} refits." for one in firm if one.kind == "largest"]
    for above in (True, False):
        for of, sides in _by_number([one for one in firm if one.kind == "side" and one.above == above]):
            names, side = [one.groups[0] for one in sides], "more" if above else "less"
            verb = "returns" if len(names) == 1 else "return"
            said.append(f"{listed(names, most=_NAMED)} {verb} {side} than is spent in all {of} refits.")
    orders = [one for one in firm if one.kind == "order"]
    winners = list(dict.fromkeys(one.groups[0] for one in orders))
    told = [(winner, [one for one in orders if one.groups[0] == winner]) for winner in winners]
    for winner, own in sorted(told, key=lambda part: -len(part[1])):
        for of, pairs in _by_number(own):
            names = [one.groups[1] for one in pairs]
            said.append(f"{winner} returns more than {listed(names, most=_NAMED)} in all {of} refits.")
    return said


def changing(patterns: Sequence[Pattern]) -> list[str]:
    """Say in sentences what refits do not agree on; orders that the fit is not sure of are only counted."""
    loose = [one for one in patterns if not one.keeps]
    said = []
    for one in loose:
        if one.kind == "largest":
            said.append(f"{one.groups[0]} brings the most in {one.hold} of {one.of} refits.")
        elif one.kind == "side":
            side = "more" if one.above else "less"
            said.append(f"{one.groups[0]} returns {side} than is spent in {one.hold} of {one.of} refits.")
        elif one.clear:
            first, second = one.groups
            said.append(
                f"The fit is sure that {first} returns more than {second}; {one.of - one.hold} of {one.of} refits say "
                "otherwise."
            )
    unclear = sum(one.kind == "order" and not one.clear for one in loose)
    if unclear:
        pairs = counted(sum(one.kind == "order" for one in patterns), "pair")
        said.append(f"{unclear} of {pairs} of groups change places; the fit was sure of none of these.")
    return said


def _by_number(patterns: Sequence[Pattern]) -> list[tuple[int, list[Pattern]]]:
    """Group patterns by how many refits could say them: a group that began late is known to fewer."""
    numbers = sorted({one.of for one in patterns}, reverse=True)
    return [(of, [one for one in patterns if one.of == of]) for of in numbers]


def _largest(found: FitMeasures, refits: Sequence[Refit]) -> list[Pattern]:
    if len(found.groups) < 2:
        return []
    spend = {group.group: group.spend for group in found.groups}

    def largest(means: dict[str, float]) -> str:
        return max(means, key=lambda name: means[name] * spend[name])

    own = largest({group.group: group.roi_mean for group in found.groups})
    said = [
        largest({name: refit.middle_of(name) for name in refit.roi if name in spend})
        for refit in refits
        if own in refit.roi
    ]
    return [Pattern(kind="largest", groups=(own,), above=False, hold=said.count(own), of=len(said), clear=False)]


def _sides(found: FitMeasures, refits: Sequence[Refit]) -> list[Pattern]:
    """Return on which side of 1 each return lies; nothing where outcome and spend have no unit in common."""
    if not found.in_money:
        return []
    patterns = []
    for group in found.groups:
        above = group.roi_mean > 1
        said = [(refit.middle_of(group.group) > 1) == above for refit in refits if group.group in refit.roi]
        clear = group.roi_q05 > 1 or group.roi_q95 < 1
        patterns.append(
            Pattern(kind="side", groups=(group.group,), above=above, hold=sum(said), of=len(said), clear=clear)
        )
    return patterns


def _orders(found: FitMeasures, refits: Sequence[Refit], limits: TrustLimits) -> list[Pattern]:
    chances = {(first, second): chance for first, second, chance in found.pairs}
    middle = {group.group: group.roi_mean for group in found.groups}
    patterns = []
    for pair in itertools.combinations(middle, 2):
        chance = chances.get(pair, 0.5)
        higher = chance > 0.5 or (chance == 0.5 and middle[pair[0]] >= middle[pair[1]])
        first, second = pair if higher else pair[::-1]
        said = [
            refit.middle_of(first) >= refit.middle_of(second)
            for refit in refits
            if first in refit.roi and second in refit.roi
        ]
        patterns.append(
            Pattern(
                kind="order",
                groups=(first, second),
                above=False,
                hold=sum(said),
                of=len(said),
                clear=max(chance, 1 - chance) >= limits.ordered.value,
            )
        )
    return patterns
