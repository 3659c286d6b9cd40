"""What a control total is about: the text of its file, found in the tree or among the line items."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.taxonomy.catalogue import NAME_SEPARATOR, dimensions_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.taxonomy.names import ReadNames, comparable
from mmm_core.taxonomy.resolution import EXCLUDED, Resolution

EVERYTHING = "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The line items that a text stands for.

    Attributes
    ----------
    label : str
        What was found, in words: "group Brand > Social > Brand social", "Platform Meta".
    path : Path
        The node of the tree, () when it is none.
    counted : bool array (items,)
        Line items that belong to it and are not left out.
    left_out : bool array (items,)
        Line items that would belong to it and are left out of the model.
    """

    label: str
    path: Path = ()
    counted: np.ndarray
    left_out: np.ndarray


def named_like(wanted: str, items: pd.DataFrame, names: ReadNames) -> dict[str, np.ndarray]:
    """Return the line items that a text stands for without the tree: label -> bool array (items,).

    The first of these that is there decides: the value of a dimension; the first part of a name; a file. Several labels
    where the value stands in several dimensions.
    """
    if not wanted:
        return {}
    return _in_dimensions(wanted, items, names) or _in_parts(wanted, items) or _in_files(wanted, items)


def match_node(
    text: str, named: MappingOf[str, np.ndarray], mapping: Mapping, resolution: Resolution
) -> Matched | tuple[str, ...]:
    """Find what a control total is about.

    The first of these that is there decides: "" is everything; the path of a node; the name of a group; the name of
    another node; then what `named_like` found: the value of a dimension of line items, the first part of a line item's
    name, a file.

    Returns
    -------
    Matched, or tuple of str
        The candidates where several fit equally well; () where nothing does.
    """
    wanted, leaf = comparable(text), resolution.table["leaf"].to_numpy(dtype=np.int64)
    out = (resolution.table["status"] == EXCLUDED).to_numpy()
    if not wanted:
        return Matched(label=EVERYTHING, counted=~out, left_out=out)
    for nodes in _nodes(wanted, mapping):
        if len(nodes) == 1:
            below = [at for at, path in enumerate(resolution.leaves) if path[: len(nodes[0])] == nodes[0]]
            what = "group" if len(nodes[0]) == len(mapping.levels) else mapping.levels[len(nodes[0]) - 1]
            label = f"{what} {PATH_SEPARATOR.join(nodes[0])}"
            return Matched(label=label, path=nodes[0], counted=np.isin(leaf, below), left_out=np.zeros_like(out))
        if nodes:
            return tuple(PATH_SEPARATOR.join(node) for node in nodes)
    if len(named) == 1:
        ((label, mask),) = named.items()
        return Matched(label=label, counted=mask & ~out, left_out=mask & out)
    return tuple(named)


def _nodes(wanted: str, mapping: Mapping) -> Iterator[list[Path]]:
    """Yield the nodes with this path, the groups of this name, the other nodes of this name."""
    paths = mapping.node_paths
    yield [path for path in paths if comparable(PATH_SEPARATOR.join(path)) == wanted]
    named = [path for path in paths if comparable(path[-1]) == wanted]
    yield [path for path in named if len(path) == len(mapping.levels)]
    yield named


def _in_dimensions(wanted: str, items: pd.DataFrame, names: ReadNames) -> dict[str, np.ndarray]:
    found = {}
    for dimension in dimensions_of(items):
        codes, distinct = names.column(dimension)
        own = [code for code, value in enumerate(distinct.to_pylist()) if value == wanted]
        if own:
            written = names.written(dimension)[own[0]]
            found[f"{dimension.rstrip('_')} {written}"] = np.isin(codes, own)
    return found


def _in_parts(wanted: str, items: pd.DataFrame) -> dict[str, np.ndarray]:
    part = items["name"].str.split(NAME_SEPARATOR, n=1).str[0]
    codes, distinct = pd.factorize(part)
    own = [code for code, value in enumerate(distinct) if comparable(str(value)) == wanted]
    return {f"line items of {distinct[own[0]]}": np.isin(codes, own)} if own else {}


def _in_files(wanted: str, items: pd.DataFrame) -> dict[str, np.ndarray]:
    codes, labels = pd.factorize(items["source"])
    own = [code for code, label in enumerate(labels) if wanted in map(comparable, str(label).split(", "))]
    return {f"file {wanted}": np.isin(codes, own)} if own else {}
