"""Learn rules from choices: what the picks of one target have in common in their names."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mmm_core.errors import counted
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.goals import goals, target_text
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import WHOLE_NAME, Resolution, resolve, rule_masks
from mmm_core.taxonomy.tokens import tokens_of

FEWEST_PICKS = 3
_MOST_CONTRADICTED = 0.05
_MOST_TRIED = 12
_WAITING_WEIGHS, _SECOND_CONDITION = 0.05, 0.9
_SHORTEST = 3
"""A token of one or two letters stands inside too many other words for a pattern such as *de*."""


_START = re.compile(r"[^\W_]+( [^\w\s*?\[] |[^\w\s*?\[]|_)")
"""The first word of a name with the separator behind it: fb_, or tv /."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LearnedRule:
    """A rule that would do what choices do so far.

    Attributes
    ----------
    rule : Rule
    position : int
        Where it has to stand among the rules to do so: behind all of them, or before the first that is in its way.
    because : str
        Why, in words.
    picks : int
        Choices that it makes needless.
    spend_micros : int
        Their spend.
    also_matches : int
        Other line items that it would send to the target; not the ones that go there already.
    also_micros : int
        Their spend.
    contradicts : int
        Choices for another target among the line items that it matches; they stay as they are, a choice beats a rule.
    contradicted : tuple of str
        Names of these line items.
    """

    rule: Rule
    position: int
    because: str
    picks: int
    spend_micros: int
    also_matches: int
    also_micros: int
    contradicts: int
    contradicted: tuple[str, ...]


def learn_rules(
    items: pd.DataFrame, resolution: Resolution, mapping: Mapping, names: ReadNames | None = None
) -> tuple[LearnedRule, ...]:
    """Offer rules that explain explicit choices.

    A rule is offered when it explains at least three choices that no rule explains yet, and at most one in twenty of
    the choices that it matches is for another target.

    Parameters
    ----------
    resolution : Resolution
        Of `items` under `mapping`.

    Returns
    -------
    tuple of LearnedRule
        The one that explains most spend first.
    """
    names = names or ReadNames(items)
    ground = _Ground(items, resolution, mapping, names)
    targets = dict.fromkeys(mapping.choices[str(item)] for item in items.index[ground.open_picks])
    found = [learned for target in targets for learned in _learned(ground, target)]
    return tuple(sorted(found, key=lambda one: (-one.spend_micros, one.because)))


class _Ground:
    """What every candidate is held against: where line items go by choice, by rules alone, and today."""

    def __init__(self, items: pd.DataFrame, resolution: Resolution, mapping: Mapping, names: ReadNames) -> None:
        self.items, self.mapping, self.names = items, mapping, names
        self.spend = items["spend_micros"].to_numpy(dtype=np.int64)
        self.goal, self.texts = goals(resolution)
        by_rules = resolve(items, replace(mapping, leaves=mapping.leaves, choices={}), names)
        codes, texts = goals(by_rules)
        place = {text: at for at, text in enumerate(self.texts)}
        self.rule_goal = np.array([place.get(text, -1) for text in texts], dtype=np.int64)[codes]
        self.rule_decided = by_rules.table["decided_by"].to_numpy(dtype=object)
        self.chosen = (resolution.table["decided_by"] == "choice").to_numpy(dtype=bool)
        self.open_picks = self.chosen & (self.rule_goal != self.goal)
        """Choices that the rules alone would not make."""

    def matching(self, rule: Rule) -> np.ndarray:
        """Return what a rule matches."""
        return rule_masks(self.items, (rule,), self.names)[0]


def _learned(ground: _Ground, target: Target) -> Iterator[LearnedRule]:
    """Explain the picks of one target, the best rule first, until what is left is too little."""
    goal = ground.texts.index(target_text(target))
    left = ground.open_picks & (ground.goal == goal)
    while left.sum() >= FEWEST_PICKS:
        best = max(
            (one for one in _candidates(ground, target, left) if _is_precise(ground, one[1], goal, left)),
            key=lambda one: _merit(ground, one[0], one[1], goal, left),
            default=None,
        )
        if best is None:
            return
        rule, mask, said = best
        yield _offer(ground, rule, mask, said, goal, left)
        left = left & ~mask


def _is_precise(ground: _Ground, mask: np.ndarray, goal: int, left: np.ndarray) -> bool:
    against = int((mask & ground.chosen & (ground.goal != goal)).sum())
    agreeing = int((mask & ground.chosen & (ground.goal == goal)).sum())
    return int((mask & left).sum()) >= FEWEST_PICKS and against <= _MOST_CONTRADICTED * (agreeing + against)


def _merit(ground: _Ground, rule: Rule, mask: np.ndarray, goal: int, left: np.ndarray) -> tuple[float, int]:
    """Weigh how many of the picks a rule explains against what it would move besides (as a harmonic mean).

    What waits for a group weighs little: a rule is there for names to come. Of two equal rules the shorter is better.
    """
    explained = int((mask & left).sum())
    waiting = int((mask & (ground.goal == len(ground.texts) - 1)).sum())
    elsewhere = int((mask & (ground.goal != goal)).sum()) - waiting
    besides = _WAITING_WEIGHS * waiting + elsewhere
    share = 2 * explained / (explained + besides + int(left.sum()))
    return share * _SECOND_CONDITION ** (len(rule.match) - 1), explained


def _offer(ground: _Ground, rule: Rule, mask: np.ndarray, said: str, goal: int, left: np.ndarray) -> LearnedRule:
    explained, against = mask & left, mask & ground.chosen & (ground.goal != goal)
    in_the_way = {
        int(decided.removeprefix("rule ")) - 1
        for decided in ground.rule_decided[explained & (ground.rule_goal != goal)]
        if decided
    }
    position = min(in_the_way, default=len(ground.mapping.rules))
    higher = [
        int(text.removeprefix("rule ")) - 1 if text else len(ground.mapping.rules) for text in ground.rule_decided
    ]
    also = mask & ~ground.chosen & (ground.goal != goal) & (np.array(higher, dtype=np.int64) >= position)
    group = target_text(rule.target)
    return LearnedRule(
        rule=rule,
        position=position,
        because=f"{counted(int(explained.sum()), 'line item')} that you chose for {group} {said}",
        picks=int(explained.sum()),
        spend_micros=int(ground.spend[explained].sum()),
        also_matches=int(also.sum()),
        also_micros=int(ground.spend[also].sum()),
        contradicts=int(against.sum()),
        contradicted=tuple(ground.items["name"][against]),
    )


def _candidates(ground: _Ground, target: Target, left: np.ndarray) -> Iterator[tuple[Rule, np.ndarray, str]]:
    """Yield rules of one pattern, then pairs of the most promising ones on different columns."""
    singles = []
    for dimension, pattern, said in _patterns(ground, left):
        rule = Rule(match={dimension: (pattern,)}, target=target)
        mask = ground.matching(rule)
        if (mask & left).sum() >= FEWEST_PICKS:
            singles.append((rule, mask, said))
            yield rule, mask, said
    goal = ground.texts.index(target_text(target))
    promising = sorted(singles, key=lambda one: _merit(ground, one[0], one[1], goal, left), reverse=True)[:_MOST_TRIED]
    for at, (one, first, said) in enumerate(promising):
        for other, second, also_said in promising[at + 1 :]:
            if set(one.match) != set(other.match):
                both = Rule(match={**one.match, **other.match}, target=target)
                yield both, first & second, f"{said} and {also_said}"


def _patterns(ground: _Ground, left: np.ndarray) -> Iterator[tuple[str, str, str]]:
    """Yield (dimension, pattern, words) that at least three of the picks have: whole values, then tokens."""
    rows = np.flatnonzero(left)
    for column in dimensions_of(ground.items) or ():
        codes, distinct = ground.names.column(column)
        held = np.bincount(codes[rows][codes[rows] >= 0], minlength=len(distinct))
        written = ground.names.written(column)
        shared = np.flatnonzero(held >= FEWEST_PICKS)
        shown = _shown(column)
        for code in shared[np.argsort(-held[shared], kind="stable")][:_MOST_TRIED]:
            value = str(distinct[int(code)].as_py())
            if value and not any(mark in value for mark in "*?[/"):
                yield column, value, f"have {shown} '{written[code]}'"
        counts: dict[str, int] = {}
        for code in np.flatnonzero(held):
            for token in tokens_of(written[code]):
                counts[token] = counts.get(token, 0) + int(held[code])
        useful = [token for token, count in counts.items() if count >= FEWEST_PICKS and len(token) >= _SHORTEST]
        for token in sorted((one for one in useful if not one.isdigit()), key=lambda one: -counts[one])[:_MOST_TRIED]:
            yield column, f"*{token}*", f"contain '{token}' in {shown}"
        starts = Counter[str]()
        for code in np.flatnonzero(held):
            if start := _START.match(str(distinct[int(code)].as_py())):
                starts[start.group()] += int(held[code])
        for text, _ in starts.most_common(_MOST_TRIED):
            yield column, f"{text}*", f"begin with '{text.strip()}' in {shown}"


def _shown(column: str) -> str:
    return "their name" if column == WHOLE_NAME else column
