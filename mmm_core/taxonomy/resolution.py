"""Which line item goes where under a mapping, and what decided it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import Mapping, Path, Rule
from mmm_core.taxonomy.names import comparable, glob_pattern

UNMAPPED, MAPPED, EXCLUDED = "unmapped", "mapped", "excluded"


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


def resolve(items: pd.DataFrame, mapping: Mapping) -> Resolution:
    """Apply choices, then rules in order, to a catalogue.

    Raises
    ------
    BadInput
        If a rule names a dimension that no source has.
    """
    decider = np.full(len(items), -1, dtype=np.int64)
    masks = rule_masks(items, mapping.rules)
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


def rule_masks(items: pd.DataFrame, rules: tuple[Rule, ...]) -> list[np.ndarray]:
    """Return, per rule, which line items of the catalogue its patterns match (before order is applied)."""
    columns: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    masks = []
    for number, rule in enumerate(rules, start=1):
        mask = np.ones(len(items), dtype=bool)
        for dimension, globs in rule.match.items():
            if dimension not in columns:
                columns[dimension] = _comparable_column(items, dimension, number)
            codes, names = columns[dimension]
            patterns = [glob_pattern(glob) for glob in globs]
            hit = np.array([any(p.match(name) for p in patterns) for name in names], dtype=bool)
            mask &= np.append(hit, False)[codes]
        masks.append(mask)
    return masks


def _comparable_column(items: pd.DataFrame, dimension: str, rule_number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return codes (-1 where the dimension does not apply) and the comparable form of each distinct value."""
    known = dimensions_of(items)
    if dimension in known:
        column = items[dimension]
        if dimension == "line_item":
            column = column.fillna(items["name"])
    elif dimension in ("line_item", "source"):
        column = items["name" if dimension == "line_item" else "source"]
    elif len(items) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    else:
        raise BadInput(
            f"Rule {rule_number} asks for '{dimension}', which no media source has",
            where=f"known: {listed(sorted(known), most=12)}",
            remedy="Correct the name in the rule, or add the column to the line item of a source",
        )
    codes, values = pd.factorize(column)
    return codes, np.array([comparable(str(value)) for value in values], dtype=object)


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
