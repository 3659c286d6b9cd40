"""Reshape the client's tree: move, merge, split, archive, remove, add and drop levels.

Every function takes a mapping and returns another one. Rules, choices and what is said about nodes come along, so that
no line item loses its place unless the function says so.
"""

from collections.abc import Callable, Collection, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import replace

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path, Rule, Target
from mmm_core.taxonomy.nodes import Node


def move_node(mapping: Mapping, old: Path, new: Path) -> Mapping:
    """Rename a node or hang it elsewhere at the same depth; everything below comes along.

    Raises
    ------
    BadInput
        If there is no such node, the new place has another depth, a group of a name would stand at two places, or an
        archived group stands there.
    """
    _require_node(mapping, old)
    if len(old) != len(new):
        raise BadInput(
            f"'{PATH_SEPARATOR.join(new)}' has {len(new)} names",
            expected=f"{len(old)} were expected, as in '{PATH_SEPARATOR.join(old)}'",
            remedy="Name one node per level",
        )
    depth = len(old)
    comes_along = {leaf: (*new, *leaf[depth:]) for leaf in mapping.leaves if leaf[:depth] == old}
    if taken := sorted(set(comes_along.values()) & (set(mapping.leaves) - set(comes_along))):
        raise BadInput(
            f"There is a group '{PATH_SEPARATOR.join(taken[0])}' already",
            expected="a free place was expected",
            remedy="Choose another name, or merge the two groups",
        )
    return _relocated(mapping, lambda path: (*new, *path[depth:]) if path[:depth] == old else path)


def merge_groups(mapping: Mapping, groups: Iterable[Path], into: Path) -> Mapping:
    """Make several groups one; rules and choices of all lead to `into`, which may be one of them or a new one.

    Raises
    ------
    BadInput
        If one of them is no group in use, or `into` is archived.
    """
    gone = set(groups)
    for path in sorted(gone):
        _require_group(mapping, path)
    return _relocated(mapping, lambda path: into if path in gone else path)


def split_group(mapping: Mapping, group: Path, parts: MappingOf[Path, Iterable[str]]) -> Mapping:
    """Take line items out of a group into other ones, by choice; what is not named stays where it is.

    Raises
    ------
    BadInput
        If the group is not in use, a part is archived, or a line item is named for two parts.
    """
    _require_group(mapping, group)
    _refuse_waking(set(parts) & set(mapping.archived))
    taken: dict[str, Path] = {}
    for path, line_items in parts.items():
        for item in line_items:
            if taken.setdefault(item, path) != path:
                raise BadInput(
                    f"Line item {item} is named for two parts",
                    where=f"'{taken[item][-1]}' and '{path[-1]}'",
                    expected="each line item goes to one group",
                    remedy="Name it once",
                )
    at = mapping.leaves.index(group) + 1
    leaves = tuple(dict.fromkeys((*mapping.leaves[:at], *parts, *mapping.leaves[at:])))
    choices = {**mapping.choices, **{item: Target(path=path) for item, path in taken.items()}}
    return replace(mapping, leaves=leaves, choices=choices)


def archive_group(mapping: Mapping, group: Path) -> Mapping:
    """Take a group out of use; its rules and choices sleep, so its line items fall to the next rule or wait."""
    _require_group(mapping, group)
    leaves = tuple(leaf for leaf in mapping.leaves if leaf != group)
    return replace(mapping, leaves=leaves, archived=(*mapping.archived, group))


def unarchive_group(mapping: Mapping, group: Path) -> Mapping:
    """Take an archived group into use again, with what it had.

    Raises
    ------
    BadInput
        If it is not archived, or another group has taken its name.
    """
    if group not in mapping.archived:
        raise BadInput(
            f"Group '{PATH_SEPARATOR.join(group)}' is not archived",
            where=f"archived: {listed([PATH_SEPARATOR.join(path) for path in mapping.archived]) or 'none'}",
            expected="an archived group was expected",
            remedy="Look at the tree again; somebody may have brought it back",
        )
    archived = tuple(path for path in mapping.archived if path != group)
    return replace(mapping, leaves=(*mapping.leaves, group), archived=archived)


def remove_group(mapping: Mapping, group: Path) -> Mapping:
    """Remove a group, in use or archived, for good; its choices are forgotten and its rules dropped."""
    return replace(
        mapping,
        leaves=tuple(leaf for leaf in mapping.leaves if leaf != group),
        archived=tuple(path for path in mapping.archived if path != group),
        rules=tuple(rule for rule in mapping.rules if rule.target.path != group),
        choices={item: target for item, target in mapping.choices.items() if target.path != group},
    )


def order_groups(mapping: Mapping, groups: Iterable[Path]) -> Mapping:
    """Put the groups into another order; those not named follow in their present order."""
    known = set(mapping.leaves)
    return replace(mapping, leaves=tuple(dict.fromkeys((*(p for p in groups if p in known), *mapping.leaves))))


def add_level(mapping: Mapping, position: int, level: str, node: str = "") -> Mapping:
    """Add a level at a position from the top (0); every path gets the name `node` there.

    Below the last level the present groups become parents of one group each, of the same name.

    Raises
    ------
    BadInput
        If the tree would have too many levels, two of one name, or `node` is empty where it is needed.
    """
    levels = (*mapping.levels[:position], level, *mapping.levels[position:])
    if position >= len(mapping.levels):
        return _relocated(mapping, lambda path: (*path, path[-1]), levels=levels)
    return _relocated(mapping, lambda path: (*path[:position], node, *path[position:]), levels=levels, above=position)


def drop_level(mapping: Mapping, position: int) -> Mapping:
    """Drop a level; without the last one, the groups below each parent become one group of the parent's name.

    Raises
    ------
    BadInput
        If it is the only level, or an archived group would stand where a group in use stands.
    """
    levels = (*mapping.levels[:position], *mapping.levels[position + 1 :])
    return _relocated(mapping, lambda path: (*path[:position], *path[position + 1 :]), levels=levels, above=position)


def _relocated(
    mapping: Mapping, where: Callable[[Path], Path], *, levels: tuple[str, ...] | None = None, above: int | None = None
) -> Mapping:
    """Send every path through `where`; nodes of at most `above` levels stay where they are."""

    def moved(target: Target) -> Target:
        return Target(path=where(target.path)) if target.path else target

    nodes: dict[Path, Node] = {}
    deepest = len(mapping.levels)
    for path, node in sorted(mapping.nodes.items(), key=lambda entry: len(entry[0])):
        stays = (above is not None and len(path) <= above) or (above is None and levels and len(path) < deepest)
        place = path if stays else where(path)
        nodes[place] = nodes.get(place) or node
    moves = {path: where(path) for path in mapping.leaves}
    for path, place in moves.items():  # what a goal says of itself counts more than what is said of those that join it
        if path == place and path in mapping.nodes:
            nodes[place] = mapping.nodes[path]
    leaves = tuple(dict.fromkeys(moves.values()))
    archived = {path: where(path) for path in mapping.archived}
    _refuse_waking({path for path, place in archived.items() if place in moves.values()})
    return replace(
        mapping,
        levels=levels or mapping.levels,
        leaves=leaves,
        rules=tuple(Rule(match=rule.match, target=moved(rule.target)) for rule in mapping.rules),
        choices={item: moved(target) for item, target in mapping.choices.items()},
        nodes=nodes,
        archived=tuple(dict.fromkeys(archived.values())),
    )


def _refuse_waking(archived: Collection[Path]) -> None:
    """Refuse to put a group in use where an archived one stands: what sleeps in that one would wake unasked."""
    if archived:
        raise BadInput(
            f"There is an archived group '{PATH_SEPARATOR.join(min(archived))}' already",
            expected="a place without an archived group was expected, since its rules and choices would come back",
            remedy="Choose another name, or bring the archived group back or remove it first",
        )


def _require_node(mapping: Mapping, path: Path) -> None:
    if path not in mapping.node_paths:
        raise _missing("node", path)


def _require_group(mapping: Mapping, path: Path) -> None:
    if path not in mapping.leaves:
        raise _missing("group", path)


def _missing(what: str, path: Path) -> BadInput:
    return BadInput(
        f"The tree has no {what} '{PATH_SEPARATOR.join(path)}'",
        expected=f"a {what} in use was expected",
        remedy="Look at the tree again; somebody may have renamed or archived it",
    )
