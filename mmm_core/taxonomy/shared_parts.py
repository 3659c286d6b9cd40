"""What several groupings of the same line items have in common: the parts that each of them cuts in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.errors import BadInput, counted
from mmm_core.taxonomy.mapping import Path

EVERYTHING = "All groups"
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """Which group each line item goes to.

    Attributes
    ----------
    paths : tuple of paths
        Groups in the client's order.
    leaf : int64 array (items,)
        Position in `paths`, -1 for a line item that stays out of the model.
    """

    paths: tuple[Path, ...]
    leaf: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Line items that every grouping keeps together, in one group or in several.

    Attributes
    ----------
    name : str
        The group where all have the same one, a node of the tree, or the groups of the finest grouping.
    groups : tuple of tuples of str
        The groups that it is cut into, one entry per grouping.
    is_smallest : bool
        False for nodes of the tree that hold several such parts, and for everything together.
    """

    name: str
    groups: tuple[tuple[str, ...], ...]
    is_smallest: bool = True


def shared_parts(groupings: Sequence[Grouping]) -> tuple[Part, ...]:
    """Find what can be compared across groupings: sets of line items that are whole groups in each of them.

    Everything together comes first, then nodes of the tree that hold the same line items everywhere, each followed by
    the smallest such sets below it. Line items that only some groupings leave out belong to no part, nor does whatever
    shares a group with them.

    Parameters
    ----------
    groupings : sequence of Grouping
        Of the same line items in the same order; one at least.

    Raises
    ------
    BadInput
        If the groupings are of different numbers of line items, or there is none.
    """
    sizes = {len(grouping.leaf) for grouping in groupings}
    if len(sizes) != 1:
        raise BadInput(
            f"The groupings to be compared hold {', '.join(map(str, sorted(sizes))) or 'no'} line items",
            expected="groupings of the same line items were expected",
        )
    found = _smallest(groupings)
    for part, mask in [*_everything(groupings), *_nodes(groupings)]:
        found.setdefault(mask.tobytes(), (part, mask))
    first = groupings[0].leaf
    ordered = sorted(found.values(), key=lambda one: (int(first[one[1]].min()), -int(one[1].sum())))
    whole = [one for one in ordered if one[0].name == EVERYTHING and not one[0].is_smallest]
    return tuple(part for part, _ in [*whole, *(one for one in ordered if one not in whole)])


def _smallest(groupings: Sequence[Grouping]) -> dict[bytes, tuple[Part, NDArray[np.bool_]]]:
    """Return the smallest sets of line items that are whole groups everywhere, by their masks."""
    inside = np.array([grouping.leaf >= 0 for grouping in groupings])
    offsets = np.cumsum([0, *(len(grouping.paths) for grouping in groupings)])
    node = [np.where(grouping.leaf >= 0, grouping.leaf + offsets[at], -1) for at, grouping in enumerate(groupings)]
    label = np.arange(offsets[-1])
    for other in node[1:]:
        both = (node[0] >= 0) & (other >= 0)
        label = _joined(label, np.unique(np.stack([node[0][both], other[both]]), axis=1))
    somewhere = np.where(inside.any(axis=0), np.max(node, axis=0), -1)
    of_item = np.where(somewhere >= 0, label[somewhere], -1)
    torn = set(of_item[inside.any(axis=0) & ~inside.all(axis=0)].tolist())
    torn |= {int(label[at]) for own in node for at in np.unique(own[(own >= 0) & ~inside.all(axis=0)])}
    found = {}
    for wanted in dict.fromkeys(of_item[inside.all(axis=0)].tolist()):
        if wanted in torn:
            continue
        mask = of_item == wanted
        cut = tuple(_named(grouping, mask) for grouping in groupings)
        found[mask.tobytes()] = (Part(name=_name(cut), groups=cut), mask)
    return found


def _joined(label: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the two ends of every edge one label."""
    for one, other in edges.T:
        low, high = sorted((label[one], label[other]))
        if low != high:
            label = np.where(label == high, low, label)
    return label


def _nodes(groupings: Sequence[Grouping]) -> list[tuple[Part, NDArray[np.bool_]]]:
    """Return the nodes above the groups that hold the same line items in every grouping."""
    found = []
    above = dict.fromkeys(path[:depth] for path in groupings[0].paths for depth in range(1, len(path)))
    for node in above:
        masks = [_below(grouping, node) for grouping in groupings]
        if masks[0].any() and all((mask == masks[0]).all() for mask in masks[1:]):
            cut = tuple(_named(grouping, masks[0]) for grouping in groupings)
            found.append((Part(name=node[-1], groups=cut, is_smallest=False), masks[0]))
    return found


def _everything(groupings: Sequence[Grouping]) -> list[tuple[Part, NDArray[np.bool_]]]:
    masks = [grouping.leaf >= 0 for grouping in groupings]
    if not masks[0].any() or any((mask != masks[0]).any() for mask in masks[1:]):
        return []
    cut = tuple(_named(grouping, masks[0]) for grouping in groupings)
    return [(Part(name=EVERYTHING, groups=cut, is_smallest=False), masks[0])]


def _below(grouping: Grouping, node: Path) -> NDArray[np.bool_]:
    under = np.array([path[: len(node)] == node for path in grouping.paths] + [False])
    mask: NDArray[np.bool_] = under[grouping.leaf]  # -1, outside, reads the last
    return mask


def _named(grouping: Grouping, mask: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(grouping.paths[at][-1] for at in np.unique(grouping.leaf[mask]))


def _name(cut: tuple[tuple[str, ...], ...]) -> str:
    finest = max(cut, key=len)
    if len(finest) <= _MOST_NAMED:
        return " and ".join([", ".join(finest[:-1]), finest[-1]]) if len(finest) > 1 else finest[0]
    return f"{', '.join(finest[: _MOST_NAMED - 1])} and {counted(len(finest) - _MOST_NAMED + 1, 'more group')}"
