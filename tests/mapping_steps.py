"""Random edits of a mapping, for properties that have to hold whatever people do."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from builders import media
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Path, Rule, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.tree import (
    add_level,
    archive_group,
    drop_level,
    merge_groups,
    move_node,
    order_groups,
    remove_group,
    split_group,
    unarchive_group,
)

NAMES = [
    (platform, f"{what}_{place}") for platform in ("meta", "google") for what in ("brand", "sale") for place in "ab"
]
_PATTERNS = [{"campaign": ("*brand*",)}, {"platform": ("meta",)}, {"campaign": ("/_a$/",)}, {"line_item": ("google*",)}]
_WORDS = ("One", "Two", "Three", "Four")


def some_items() -> pd.DataFrame:
    """Eight line items of odd amounts, one of them a refund."""
    rows = [(name, "2024-01-01", 0.01 * 7**at * (-1 if at == 3 else 1)) for at, name in enumerate(NAMES)]
    return catalogue([media(rows, dimensions=("platform", "campaign"))])


@dataclass(frozen=True)
class Chosen:
    """What an edit is about: three numbers, line items, a group that is there, and a path that may be new."""

    one: int
    other: int
    third: int
    ids: tuple[str, ...]
    leaf: Path
    new: Path

    @property
    def target(self) -> Target:
        return Target(path=self.leaf if self.third % 2 else self.new)


def _with_rule(mapping: Mapping, chosen: Chosen) -> Mapping:
    targets = (Target(path=chosen.leaf), Target(exclude="not ours"), Target(path=chosen.new))
    added = Rule(match=_PATTERNS[chosen.one % 4], target=targets[chosen.third % 3])
    kept = mapping.rules[: 1 + chosen.other % 3]
    return mapping.with_rules([added, *kept] if chosen.third % 2 else [*kept, added])


def _unarchived(mapping: Mapping, chosen: Chosen) -> Mapping:
    asleep = mapping.archived or (chosen.leaf,)
    return unarchive_group(mapping, asleep[chosen.other % len(asleep)])


_EDITS: dict[str, Callable[[Mapping, Chosen], Mapping]] = {
    "assign": lambda m, c: m.assign(c.ids, c.target),
    "exclude": lambda m, c: m.assign(c.ids, Target(exclude=_WORDS[c.other % 4])),
    "release": lambda m, c: m.release([*c.ids, *list(m.choices)[:2]]),
    "rules": _with_rule,
    "group": lambda m, c: m.with_group(c.new),
    "node": lambda m, c: m.with_node(c.leaf[: 1 + c.other % len(c.leaf)], Node(owner=_WORDS[c.third % 4])),
    "move": lambda m, c: move_node(m, c.leaf, c.new),
    "rename_above": lambda m, c: move_node(m, c.leaf[:1], (_WORDS[c.other % 4],)),
    "merge": lambda m, c: merge_groups(m, m.leaves[: 1 + c.other % 3], c.target.path),
    "split": lambda m, c: split_group(m, c.leaf, {c.new: c.ids}),
    "archive": lambda m, c: archive_group(m, c.leaf),
    "unarchive": _unarchived,
    "remove": lambda m, c: remove_group(m, c.leaf),
    "order": lambda m, _: order_groups(m, m.leaves[::-1]),
    "add_level": lambda m, c: add_level(m, c.one % (len(m.levels) + 1), f"Level {c.third}", "Node"),
    "drop_level": lambda m, c: drop_level(m, c.one % len(m.levels)),
}
KINDS = tuple(_EDITS)
FLAT = tuple(kind for kind in KINDS if not kind.endswith("_level"))
"""Edits that leave the number of levels as it is."""


@dataclass(frozen=True)
class Step:
    """One edit; the numbers choose among what is there when it is made."""

    kind: str
    numbers: tuple[int, int, int]
    chosen: frozenset[int]

    def on(self, mapping: Mapping, items: pd.DataFrame) -> Mapping:
        """Make the edit; what the mapping refuses changes nothing."""
        one, other, third = self.numbers
        new = (*(_WORDS[(one + at) % 2] for at in range(len(mapping.levels) - 1)), _WORDS[other % 4])
        leaf = mapping.leaves[one % len(mapping.leaves)] if mapping.leaves else new
        ids = tuple(items.index[at] for at in sorted(self.chosen))
        try:
            return _EDITS[self.kind](mapping, Chosen(one, other, third, ids, leaf, new))
        except BadInput:
            return mapping


def steps(kinds: tuple[str, ...] = KINDS, *, most: int = 12) -> st.SearchStrategy[list[Step]]:
    """Return a strategy for sequences of edits."""
    number = st.integers(0, 11)
    step = st.builds(
        Step,
        kind=st.sampled_from(list(kinds)),
        numbers=st.tuples(number, number, number),
        chosen=st.frozensets(st.integers(0, len(NAMES) - 1), max_size=4),
    )
    return st.lists(step, max_size=most)


def edited(mapping: Mapping, made: list[Step], items: pd.DataFrame) -> Mapping:
    """Make the edits in turn."""
    for step in made:
        mapping = step.on(mapping, items)
    return mapping


BASE = Mapping(
    levels=("Objective", "Group"),
    leaves=(("Brand", "Social"), ("Brand", "Video"), ("Sales", "Search")),
    rules=(Rule(match={"campaign": ("*brand*",)}, target=Target(path=("Brand", "Social"))),),
)
