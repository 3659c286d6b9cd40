"""What changed between two mappings: line items, money, structure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.taxonomy.goals import goals
from mmm_core.taxonomy.mapping import Mapping, Path
from mmm_core.taxonomy.renames import merged_groups, renamed_groups
from mmm_core.taxonomy.resolution import Resolution
from mmm_core.taxonomy.structure_changes import structure_sentences


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MappingDifference:
    """What one mapping changed against another.

    Attributes
    ----------
    line_items : DataFrame
        Index line_item_id; name, from, to (a group's name as it was and is, "left out: reason", "waits for a group"),
        spend_micros; the largest spend first. A line item whose group was renamed or moved is not in it.
    money : DataFrame
        group (as it is called after, else as it was), before, after (its spend in micros), moved (spend that came or
        went); every group of either mapping, exclusions and waiting; before and after have the same total.
    structure : tuple of str
        One sentence per change of levels, groups, nodes and rules.
    """

    line_items: pd.DataFrame
    money: pd.DataFrame
    structure: tuple[str, ...]

    @property
    def moved_micros(self) -> int:
        """Spend of the line items that moved."""
        return int(self.line_items["spend_micros"].sum())


def difference(
    items: pd.DataFrame, before: tuple[Mapping, Resolution], after: tuple[Mapping, Resolution]
) -> MappingDifference:
    """Compare two mappings of the same catalogue.

    Parameters
    ----------
    before, after : (Mapping, Resolution)
        Each with its resolution of `items`.
    """
    (old_code, old_texts), (new_code, new_texts) = goals(before[1]), goals(after[1])
    held = tuple(_held_by_both(before[1], after[1]))
    renamed = renamed_groups(before[0], after[0], held)
    merged = merged_groups(before[0], after[0], held)
    called = {old[-1]: new[-1] for old, new in renamed.items()}
    now_called = [called.get(text, text) for text in old_texts]
    spend = items["spend_micros"].to_numpy(dtype=np.int64)
    texts = tuple(dict.fromkeys((*new_texts[: len(after[0].leaves)], *now_called, *new_texts)))
    place = {text: at for at, text in enumerate(texts)}
    old = np.array([place[text] for text in now_called], dtype=np.int64)[old_code]
    new = np.array([place[text] for text in new_texts], dtype=np.int64)[new_code]
    moved = np.flatnonzero(old != new)
    line_items = pd.DataFrame(
        {
            "name": items["name"].iloc[moved],
            "from": np.array(old_texts, dtype=object)[old_code[moved]],
            "to": np.array(new_texts, dtype=object)[new_code[moved]],
            "spend_micros": spend[moved],
        }
    ).sort_values(["spend_micros", "name"], ascending=[False, True])
    return MappingDifference(
        line_items=line_items,
        money=_money(texts, old, new, spend),
        structure=tuple(structure_sentences(before[0], after[0], renamed, merged)),
    )


def _held_by_both(before: Resolution, after: Resolution) -> Iterator[tuple[Path, Path]]:
    """Yield where each line item was and is, for those that are in a group both times."""
    old, new = before.table["leaf"].to_numpy(dtype=np.int64), after.table["leaf"].to_numpy(dtype=np.int64)
    both = (old >= 0) & (new >= 0)
    for one, other in zip(old[both].tolist(), new[both].tolist(), strict=True):
        yield before.leaves[one], after.leaves[other]


def _money(texts: tuple[str, ...], old: np.ndarray, new: np.ndarray, spend: np.ndarray) -> pd.DataFrame:
    """Add up spend per goal before and after."""
    sums = {name: np.zeros(len(texts), dtype=np.int64) for name in ("before", "after", "moved")}
    np.add.at(sums["before"], old, spend)
    np.add.at(sums["after"], new, spend)
    for code in (old, new):
        np.add.at(sums["moved"], code[old != new], spend[old != new])
    return pd.DataFrame({"group": np.array(texts, dtype=object), **sums})
