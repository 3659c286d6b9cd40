"""A mapping seen from an earlier one: its groups under the paths that they had then, whatever they are called now."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from mmm_core.taxonomy.mapping import Mapping, Path, Rule, Target
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.renames import renamed_groups

Identity = Path
"""The path that a group had in the base; of a new group its name, so that two sides may add the same one."""
_NEW = "\0"
"""Start of the identity of a new group; no name holds it."""
Goal = tuple[str, ...]
"""Where a rule or choice leads: ("group", *identity) or ("out", reason)."""
RuleKey = tuple[tuple[tuple[str, tuple[str, ...]], ...], int]
"""What names a rule: its patterns, and how many rules above have the same ones."""


class View:
    """A mapping with its groups under their identities.

    Parameters
    ----------
    base : Mapping
        The mapping that gives the identities.
    mapping : Mapping
    """

    def __init__(self, base: Mapping, mapping: Mapping) -> None:
        self.mapping = mapping
        self._known = {*base.leaves, *base.archived}
        self._former = {new: old for old, new in renamed_groups(base, mapping).items()}
        self.groups = {*mapping.leaves, *mapping.archived}
        self.paths: dict[Identity, Path] = {self.identity(path): path for path in (*mapping.archived, *mapping.leaves)}
        self.order = tuple(self.identity(path) for path in mapping.leaves)
        self.archived = {self.identity(path) for path in mapping.archived} - set(self.order)

    @property
    def depth(self) -> int:
        """Number of levels."""
        return len(self.mapping.levels)

    def identity(self, path: Path) -> Identity:
        """Return the identity of a group of this mapping."""
        if path in self._former:
            return self._former[path]
        return path if path in self._known else (_NEW, comparable(path[-1]))

    def goal(self, target: Target) -> Goal:
        """Return where a target of this mapping leads."""
        return ("group", *self.identity(target.path)) if target.path else ("out", target.exclude)

    @cached_property
    def choices(self) -> dict[str, Goal]:
        """Goal of each choice."""
        goal_of: dict[Target, Goal] = {}
        for target in self.mapping.choices.values():
            if target not in goal_of:
                goal_of[target] = self.goal(target)
        return {item: goal_of[target] for item, target in self.mapping.choices.items()}

    @cached_property
    def rules(self) -> dict[RuleKey, Rule]:
        """Rules in order, by what names them."""
        return dict(zip(_rule_keys(self.mapping.rules), self.mapping.rules, strict=True))

    @cached_property
    def rule_goals(self) -> dict[RuleKey, Goal]:
        """Goal of each rule, in order."""
        return {key: self.goal(rule.target) for key, rule in self.rules.items()}

    @property
    def group_nodes(self) -> dict[Identity, Node]:
        """What is said of groups."""
        return {self.identity(path): node for path, node in self.mapping.nodes.items() if path in self.groups}

    @property
    def upper_nodes(self) -> dict[Path, Node]:
        """What is said of nodes above the groups."""
        return {path: node for path, node in self.mapping.nodes.items() if path not in self.groups}

    @cached_property
    def upper_paths(self) -> set[Path]:
        """Every node above the groups."""
        return {path[:depth] for path in self.groups for depth in range(1, len(path))}


def _rule_keys(rules: tuple[Rule, ...]) -> Iterator[RuleKey]:
    """Name each rule; two with the same patterns are told apart by their order."""
    seen: Counter[object] = Counter()
    for rule in rules:
        patterns = tuple(sorted(rule.match.items()))
        yield patterns, seen[patterns]
        seen[patterns] += 1
