"""A mapping: the client's tree, ordered rules and explicit choices. Immutable; every change makes another one."""

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace

from mmm_core import fingerprint
from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.names import comparable

DEFAULT_LEVELS = ("Objective", "Channel", "Group")
MOST_LEVELS = 6
PATH_SEPARATOR = " > "

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

    def sentence(self) -> str:
        """Describe the rule in words."""
        parts = [f"{name} is {' or '.join(globs)}" for name, globs in self.match.items()]
        goal = PATH_SEPARATOR.join(self.target.path) or f"left out: {self.target.exclude}"
        return f"{' and '.join(parts) or 'everything'} → {goal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Tree, rules and choices of one revision.

    Attributes
    ----------
    levels : tuple of str
        Names of the levels, from the top; the last one is the group.
    leaves : tuple of paths
        Every group of the tree, empty ones included, in the client's order.
    rules : tuple of Rule
        Ordered; the first that matches decides.
    choices : mapping of line_item_id to Target
        Explicit; a choice beats every rule.
    """

    levels: tuple[str, ...] = DEFAULT_LEVELS
    leaves: tuple[Path, ...] = ()
    rules: tuple[Rule, ...] = ()
    choices: MappingOf[str, Target] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_levels(self.levels)
        used = [rule.target.path for rule in self.rules] + [target.path for target in self.choices.values()]
        leaves = tuple(dict.fromkeys((*self.leaves, *(path for path in used if path))))
        for path in leaves:
            _check_path(path, self.levels)
        _check_unique(leaves)
        object.__setattr__(self, "leaves", leaves)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the leaves, in the client's order."""
        return tuple(path[-1] for path in self.leaves)

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
        }

    @classmethod
    def from_dict(cls, content: MappingOf[str, object]) -> "Mapping":
        """Read the form kept in a revision."""
        return cls(
            levels=tuple(content["levels"]),  # type: ignore[arg-type]
            leaves=tuple(tuple(path) for path in content["leaves"]),  # type: ignore[attr-defined]
            rules=tuple(Rule.from_dict(rule) for rule in content["rules"]),  # type: ignore[attr-defined]
            choices={item: Target.from_dict(target) for item, target in content["choices"].items()},  # type: ignore[attr-defined]
        )

    def assign(self, line_items: Iterable[str], target: Target) -> "Mapping":
        """Choose the target of line items by hand."""
        return replace(self, choices={**self.choices, **dict.fromkeys(line_items, target)})

    def release(self, line_items: Iterable[str]) -> "Mapping":
        """Forget choices, so that the rules decide again."""
        gone = set(line_items)
        return replace(self, choices={item: target for item, target in self.choices.items() if item not in gone})

    def with_rules(self, rules: Iterable[Rule]) -> "Mapping":
        """Replace the ordered rules."""
        return replace(self, rules=tuple(rules))

    def with_group(self, path: Path) -> "Mapping":
        """Add an empty group to the tree."""
        return replace(self, leaves=(*self.leaves, path))

    def without_group(self, path: Path) -> "Mapping":
        """Remove a group; its choices are forgotten and its rules dropped."""
        return replace(
            self,
            leaves=tuple(leaf for leaf in self.leaves if leaf != path),
            rules=tuple(rule for rule in self.rules if rule.target.path != path),
            choices={item: target for item, target in self.choices.items() if target.path != path},
        )

    def with_path(self, old: Path, new: Path) -> "Mapping":
        """Rename or move a group; its rules and choices come along."""

        def moved(target: Target) -> Target:
            return Target(path=new) if target.path == old else target

        return replace(
            self,
            leaves=tuple(new if leaf == old else leaf for leaf in self.leaves),
            rules=tuple(Rule(match=rule.match, target=moved(rule.target)) for rule in self.rules),
            choices={item: moved(target) for item, target in self.choices.items()},
        )

    def with_levels(self, levels: tuple[str, ...]) -> "Mapping":
        """Rename the levels; their number stays while groups exist."""
        return replace(self, levels=levels)


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
