"""A mapping: the client's tree, ordered rules and explicit choices. Immutable; every change makes another one."""

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace

import pyarrow as pa

from mmm_core import fingerprint
from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.names import comparable, matches
from mmm_core.taxonomy.nodes import Node

DEFAULT_LEVELS = ("Objective", "Channel", "Group")
MOST_LEVELS = 6
PATH_SEPARATOR = " > "
_NO_NAMES = pa.array([""], pa.string())

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where line items go: to the leaf at `path`, or out of the model for a stated reason."""

    path: Path = ()
    exclude: str = ""

    def __post_init__(self) -> None:
        if bool(self.path) == bool(self.exclude):
            raise BadInput(
                f"A target with path {list(self.path)} and exclusion reason '{self.exclude}' is not clear",
                expected="either a path or a reason was expected",
                remedy="Give the path of a group, or the reason why the line items stay out",
            )

    def as_dict(self) -> dict[str, object]:
        """Return the form kept in a revision."""
        return {"path": list(self.path)} if self.path else {"exclude": self.exclude}

    @classmethod
    def from_dict(cls, content: MappingOf[str, object]) -> "Target":
        """Read the form kept in a revision."""
        path = content.get("path") or ()
        return cls(path=tuple(str(name) for name in path), exclude=str(content.get("exclude", "")))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern per dimension; a line item matches when every dimension matches one of its globs."""

    match: MappingOf[str, tuple[str, ...]]
    target: Target

    def as_dict(self) -> dict[str, object]:
        """Return the form kept in a revision."""
        return {"match": {name: list(globs) for name, globs in self.match.items()}, **self.target.as_dict()}

    @classmethod
    def from_dict(cls, content: MappingOf[str, object]) -> "Rule":
        """Read the form kept in a revision or written in a TOML file (one glob or a list of them)."""
        raw: MappingOf[str, object] = content["match"]  # type: ignore[assignment]
        globs = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in raw.items()}  # type: ignore[arg-type]
        return cls(match=globs, target=Target.from_dict(content))

    def condition(self) -> str:
        """Describe in words what the rule asks for."""
        called = {"line_item": "name", "source": "file"}
        parts = [f"{called.get(name, name)} is {' or '.join(globs)}" for name, globs in self.match.items()]
        return " and ".join(parts) or "everything"

    def sentence(self) -> str:
        """Describe the rule in words."""
        goal = PATH_SEPARATOR.join(self.target.path) or f"left out: {self.target.exclude}"
        return f"{self.condition()} → {goal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Tree, rules and choices of one revision. `mmm_core.taxonomy.tree` reshapes the tree.

    Attributes
    ----------
    levels : tuple of str
        Names of the levels, from the top; the last one is the group.
    leaves : tuple of paths
        Every group in use, empty ones included, in the client's order.
    rules : tuple of Rule
        Ordered; the first that matches decides.
    choices : mapping of line_item_id to Target
        Explicit; a choice beats every rule.
    nodes : mapping of path to Node
        Owner, description and colour of those nodes (groups and what is above them) that have any.
    archived : tuple of paths
        Groups out of use. Rules and choices that aim at one are kept and sleep until the group is back.
    """

    levels: tuple[str, ...] = DEFAULT_LEVELS
    leaves: tuple[Path, ...] = ()
    rules: tuple[Rule, ...] = ()
    choices: MappingOf[str, Target] = field(default_factory=dict)
    nodes: MappingOf[Path, Node] = field(default_factory=dict)
    archived: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        _check_levels(self.levels)
        used = [rule.target.path for rule in self.rules] + [target.path for target in self.choices.values()]
        asleep = dict.fromkeys(path for path in self.archived if path not in self.leaves)
        leaves = tuple(path for path in dict.fromkeys((*self.leaves, *used)) if path and path not in asleep)
        for path in (*leaves, *asleep):
            _check_path(path, self.levels)
        _check_unique(leaves)
        known = {path[:depth] for path in (*leaves, *asleep) for depth in range(1, len(path) + 1)}
        nodes = {path: node for path, node in self.nodes.items() if node and path in known}
        object.__setattr__(self, "leaves", leaves)
        object.__setattr__(self, "archived", tuple(asleep))
        object.__setattr__(self, "nodes", nodes)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the leaves, in the client's order."""
        return tuple(path[-1] for path in self.leaves)

    @property
    def colours(self) -> dict[Path, str]:
        """Colours that the client chose, per node."""
        return {path: node.colour for path, node in self.nodes.items() if node.colour}

    @property
    def fingerprint(self) -> str:
        """Name the mapping by its content."""
        return fingerprint.of_content(self.as_dict())

    def as_dict(self) -> dict[str, object]:
        """Return the form kept in a revision."""
        return {
            "levels": list(self.levels),
            "leaves": [list(path) for path in self.leaves],
            "rules": [rule.as_dict() for rule in self.rules],
            "choices": {item: self.choices[item].as_dict() for item in sorted(self.choices)},
            **({"nodes": self._nodes_as_list()} if self.nodes else {}),
            **({"archived": [list(path) for path in self.archived]} if self.archived else {}),
        }

    def _nodes_as_list(self) -> list[dict[str, object]]:
        return [{"path": list(path), **self.nodes[path].as_dict()} for path in sorted(self.nodes)]

    @classmethod
    def from_dict(cls, content: MappingOf[str, object]) -> "Mapping":
        """Read the form kept in a revision."""
        return cls(
            levels=tuple(content["levels"]),  # type: ignore[arg-type]
            leaves=tuple(tuple(path) for path in content["leaves"]),  # type: ignore[attr-defined]
            rules=tuple(Rule.from_dict(rule) for rule in content["rules"]),  # type: ignore[attr-defined]
            choices={item: Target.from_dict(target) for item, target in content["choices"].items()},  # type: ignore[attr-defined]
            nodes={tuple(node["path"]): Node.from_dict(node) for node in content.get("nodes", ())},  # type: ignore[attr-defined]
            archived=tuple(tuple(path) for path in content.get("archived", ())),  # type: ignore[attr-defined]
        )

    def assign(self, line_items: Iterable[str], target: Target) -> "Mapping":
        """Choose the target of line items by hand; raises `BadInput` for an archived group."""
        if target.path in self.archived:
            raise _archived(target.path)
        return replace(self, choices={**self.choices, **dict.fromkeys(line_items, target)})

    def release(self, line_items: Iterable[str]) -> "Mapping":
        """Forget choices, so that the rules decide again."""
        gone = set(line_items)
        return replace(self, choices={item: target for item, target in self.choices.items() if item not in gone})

    def with_rules(self, rules: Iterable[Rule]) -> "Mapping":
        """Replace the ordered rules.

        Raises
        ------
        BadInput
            If a pattern cannot be read.
        """
        kept = tuple(rules)
        for rule in kept:
            for patterns in rule.match.values():
                matches(_NO_NAMES, patterns)
        return replace(self, rules=kept)

    def with_group(self, path: Path) -> "Mapping":
        """Add an empty group to the tree.

        Raises
        ------
        BadInput
            If the path is not complete, or another group has the name already.
        """
        if path in self.archived:
            raise _archived(path)
        return replace(self, leaves=(*self.leaves, path))

    def with_levels(self, levels: tuple[str, ...]) -> "Mapping":
        """Rename the levels; their number stays while groups exist."""
        return replace(self, levels=levels)

    def with_node(self, path: Path, node: Node) -> "Mapping":
        """Say who owns a node, what belongs in it and which colour it has.

        Raises
        ------
        BadInput
            If the tree has no such node.
        """
        if path not in self.node_paths:
            raise BadInput(
                f"The tree has no node '{PATH_SEPARATOR.join(path)}'",
                expected=f"one of its {len(self.node_paths)} nodes was expected",
                remedy="Look at the tree again; somebody may have renamed it",
            )
        return replace(self, nodes={**self.nodes, path: node})

    @property
    def node_paths(self) -> tuple[Path, ...]:
        """Every node in use, a parent before its children, in the client's order."""
        return tuple(dict.fromkeys(path[:depth] for path in self.leaves for depth in range(1, len(path) + 1)))

    def node(self, path: Path) -> Node:
        """Return what is said about a node; an empty `Node` when nothing is."""
        return self.nodes.get(path) or Node()


def _archived(path: Path) -> BadInput:
    return BadInput(
        f"Group '{PATH_SEPARATOR.join(path)}' is archived",
        expected="a group in use, or a new name, was expected",
        remedy="Bring the archived group back, or choose another name",
    )


def _check_levels(levels: tuple[str, ...]) -> None:
    if not 1 <= len(levels) <= MOST_LEVELS or len(set(levels)) < len(levels) or not all(map(str.strip, levels)):
        raise BadInput(
            f"Levels [{listed(levels)}] cannot form a tree",
            expected=f"1 to {MOST_LEVELS} different, non-empty names were expected",
            remedy="Name the levels from the top down, the last one being the group",
        )


def _check_path(path: Path, levels: tuple[str, ...]) -> None:
    if len(path) != len(levels) or not all(name.strip() for name in path):
        raise BadInput(
            f"Path '{PATH_SEPARATOR.join(path)}' has {len(path)} names",
            expected=f"one non-empty name per level was expected ({listed(levels)})",
            remedy="Complete the path or change the levels",
        )
    if any("\0" in name for name in path):
        raise BadInput(
            f"A name in path {list(path)} holds a character without a meaning (NUL)",
            expected="text was expected",
            remedy="Type the name again",
        )
    if any(PATH_SEPARATOR in name for name in path):
        raise BadInput(
            f"A name in path {list(path)} holds '{PATH_SEPARATOR}'",
            expected="that text separates the levels",
            remedy="Choose another name",
        )


def _check_unique(leaves: tuple[Path, ...]) -> None:
    seen: dict[str, Path] = {}
    for path in leaves:
        other = seen.setdefault(comparable(path[-1]), path)
        if other != path:
            raise BadInput(
                f"Group '{path[-1]}' stands at two places",
                where=f"'{PATH_SEPARATOR.join(other)}' and '{PATH_SEPARATOR.join(path)}'",
                expected="a group is one media variable of the model and needs a name of its own",
                remedy="Rename one of them",
            )
