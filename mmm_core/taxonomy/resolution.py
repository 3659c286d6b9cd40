"""Which line item goes where under a mapping, and what decided it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.catalogue import NAME_SEPARATOR, column_of_dimension, dimensions_of
from mmm_core.taxonomy.mapping import Mapping, Path, Rule, Target
from mmm_core.taxonomy.names import ReadNames, comparable, matches

UNMAPPED, MAPPED, EXCLUDED = "unmapped", "mapped", "excluded"
WHOLE_NAME = "line_item"
"""The dimension of a wide file; for line items of other files it stands for their dimensions joined."""
WHOLE_SOURCE = "source"
"""The file; in a project with a dimension of this name, for line items without that dimension only."""
BY_CHOICE, BY_NOTHING = -2, -1
"""What decides a line item, where no rule does."""


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

    @property
    def deciders(self) -> np.ndarray:
        """Position of the rule that decided each line item, `BY_CHOICE` or `BY_NOTHING`: int64 array (items,)."""
        codes, labels = pd.factorize(self.table["decided_by"])
        meaning = {"choice": BY_CHOICE, "": BY_NOTHING}
        positions = [meaning[label] if label in meaning else int(label.removeprefix("rule ")) - 1 for label in labels]
        return np.array([*positions, BY_NOTHING], dtype=np.int64)[codes]

    def leaf_of(self, line_items: pd.Index) -> np.ndarray:
        """Return the leaf position of each line item, -1 when it is not mapped."""
        return self.table["leaf"].reindex(line_items).to_numpy(dtype=np.int64)


def resolve(items: pd.DataFrame, mapping: Mapping, names: ReadNames | None = None) -> Resolution:
    """Apply choices, then rules in order, to a catalogue; what aims at an archived group decides nothing.

    `names` saves reading the catalogue's names again at every edit.

    Raises
    ------
    BadInput
        If a rule names a dimension that no source has.
    """
    asleep = set(mapping.archived)
    decider = np.full(len(items), -1, dtype=np.int64)
    masks = rule_masks(items, mapping.rules, names)
    for position, (mask, rule) in enumerate(zip(masks, mapping.rules, strict=True)):
        if rule.target.path not in asleep:
            decider[mask & (decider < 0)] = position
    choices = {item: target for item, target in mapping.choices.items() if target.path not in asleep}
    at = items.index.get_indexer(pd.Index(list(choices), dtype=object))
    chosen = np.zeros(len(items), dtype=bool)
    chosen[at[at >= 0]] = True
    rule_matches = np.bincount(decider[~chosen & (decider >= 0)], minlength=len(mapping.rules))
    return Resolution(
        leaves=mapping.leaves,
        table=_table(items.index, mapping, decider, at, list(choices.values())),
        rule_matches=rule_matches,
    )


def _table(
    index: pd.Index, mapping: Mapping, decider: np.ndarray, at: np.ndarray, choices: list[Target]
) -> pd.DataFrame:
    """Look every line item's answer up in the list of distinct answers: none, one per rule, one per distinct choice."""
    distinct = list(dict.fromkeys(choices))
    number_of = {target: number for number, target in enumerate(distinct, start=1 + len(mapping.rules))}
    answer = decider + 1
    answer[at[at >= 0]] = [number_of[target] for target, place in zip(choices, at, strict=True) if place >= 0]
    targets = [None, *(rule.target for rule in mapping.rules), *distinct]
    position_of = {path: position for position, path in enumerate(mapping.leaves)}
    leaf = [position_of.get(target.path, -1) if target else -1 for target in targets]
    columns = {
        "status": [UNMAPPED if target is None else EXCLUDED if target.exclude else MAPPED for target in targets],
        "decided_by": ["", *(f"rule {n + 1}" for n in range(len(mapping.rules))), *["choice"] * len(distinct)],
        "reason": [target.exclude if target else "" for target in targets],
    }
    looked_up = {name: np.array(values, dtype=object)[answer] for name, values in columns.items()}
    return pd.DataFrame(
        {
            "status": looked_up["status"],
            "leaf": np.array(leaf, dtype=np.int64)[answer],
            "decided_by": looked_up["decided_by"],
            "reason": looked_up["reason"],
        },
        index=index,
    )


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
