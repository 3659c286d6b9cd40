"""Which line item goes where under a mapping, and what decided it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.catalogue import NAME_SEPARATOR, column_of_dimension, dimensions_of
from mmm_core.taxonomy.mapping import Mapping, Path, Rule
from mmm_core.taxonomy.names import ReadNames, comparable, matches

UNMAPPED, MAPPED, EXCLUDED = "unmapped", "mapped", "excluded"
WHOLE_NAME = "line_item"
"""The dimension of a wide file; for line items of other files it stands for their dimensions joined."""
WHOLE_SOURCE = "source"
"""The file; in a project with a dimension of this name, for line items without that dimension only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The answer for every line item of a catalogue.

    Attributes
    ----------
    leaves : tuple of paths
        Groups in the client's order, empty ones included.
    table : DataFrame
        Index `line_item_id` in the catalogue's order; `status` (mapped, unmapped, excluded), `leaf` (int64 position in
        `leaves`, -1 when not mapped), `decided_by` ("choice", "rule 3" or ""), `reason` (why excluded).
    rule_matches : int64 array
        Line items that each rule decided.
    """

    leaves: tuple[Path, ...]
    table: pd.DataFrame
    rule_matches: np.ndarray

    def leaf_of(self, line_items: pd.Index) -> np.ndarray:
        """Return the leaf position of each line item, -1 when it is not mapped."""
        return self.table["leaf"].reindex(line_items).to_numpy(dtype=np.int64)


def resolve(items: pd.DataFrame, mapping: Mapping, names: ReadNames | None = None) -> Resolution:
    """Apply choices, then rules in order, to a catalogue.

    `names` saves reading the catalogue's names again at every edit.

    Raises
    ------
    BadInput
        If a rule names a dimension that no source has.
    """
    decider = np.full(len(items), -1, dtype=np.int64)
    masks = rule_masks(items, mapping.rules, names)
    for position, mask in enumerate(masks):
        decider[mask & (decider < 0)] = position
    chosen = np.array([item in mapping.choices for item in items.index], dtype=bool)
    rule_matches = np.bincount(decider[~chosen & (decider >= 0)], minlength=len(mapping.rules))
    position_of = {path: position for position, path in enumerate(mapping.leaves)}
    rows = [
        _decision(mapping, item, int(decider[at]), position_of, chosen=bool(chosen[at]))
        for at, item in enumerate(items.index)
    ]
    table = pd.DataFrame(rows, columns=["status", "leaf", "decided_by", "reason"], index=items.index)
    return Resolution(leaves=mapping.leaves, table=table.astype({"leaf": np.int64}), rule_matches=rule_matches)


def rule_masks(items: pd.DataFrame, rules: tuple[Rule, ...], names: ReadNames | None = None) -> list[np.ndarray]:
    """Return, per rule, which line items of the catalogue its patterns match (before order is applied)."""
    names = names or ReadNames(items)
    masks = []
    for number, rule in enumerate(rules, start=1):
        mask = np.ones(len(items), dtype=bool)
        for dimension, globs in rule.match.items():
            mask &= _dimension_mask(items, dimension, globs, names, number)
        masks.append(mask)
    return masks


def _dimension_mask(
    items: pd.DataFrame, dimension: str, globs: tuple[str, ...], names: ReadNames, rule_number: int
) -> np.ndarray:
    """Match one dimension; `line_item` and `source` stand for whole name and file where they are no dimension."""
    column = column_of_dimension(items, dimension)
    if column is None and dimension not in (WHOLE_NAME, WHOLE_SOURCE) and len(items):
        raise BadInput(
            f"Rule {rule_number} asks for '{dimension}', which no media source has",
            where=f"known: {listed(sorted(dimensions_of(items)), most=12)}",
            remedy="Correct the name in the rule, or add the column to the line item of a source",
        )
    mask, open_items = np.zeros(len(items), dtype=bool), np.ones(len(items), dtype=bool)
    if column is not None:
        codes, distinct = names.column(column)
        mask, open_items = np.append(matches(distinct, globs), False)[codes], codes < 0
    if dimension == WHOLE_NAME:
        codes, distinct = names.column("name")
        mask |= open_items & matches(distinct, globs)[codes]
    if dimension == WHOLE_SOURCE:
        mask |= open_items & _in_source(items, globs)
    return mask


def _in_source(items: pd.DataFrame, globs: tuple[str, ...]) -> np.ndarray:
    """Tell which line items stand in a source with such a name: file, or file and sheet, or one of several."""
    codes, labels = pd.factorize(items["source"])
    forms = [
        {label, *(part for one in label.split(", ") for part in (one, one.split(NAME_SEPARATOR)[0]))}
        for label in labels
    ]
    hit = [bool(matches(pa.array(map(comparable, sorted(known)), pa.string()), globs).any()) for known in forms]
    return np.array(hit, dtype=bool)[codes]


def _decision(
    mapping: Mapping, item: str, rule: int, position_of: dict[Path, int], *, chosen: bool
) -> tuple[str, int, str, str]:
    if not chosen and rule < 0:
        return UNMAPPED, -1, "", ""
    target = mapping.choices[item] if chosen else mapping.rules[rule].target
    decided_by = "choice" if chosen else f"rule {rule + 1}"
    if target.exclude:
        return EXCLUDED, -1, decided_by, target.exclude
    return MAPPED, position_of[target.path], decided_by, ""
