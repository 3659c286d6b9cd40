"""Three mappings: what both started from, what somebody saved since, what is proposed; to accept row by row."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.composing import composed
from mmm_core.taxonomy.difference import difference
from mmm_core.taxonomy.identities import View
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.three_way import SAME, Row, rows, views_of

RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that the proposal, or somebody since, has changed.

    Attributes
    ----------
    key : str
        "item:<line_item_id>", "group:<path>", "archive:<path>", "node:<path>", "rules", "levels" or "order"; the same
        for the same thing however often the changes are listed.
    kind : str
        line_item, group, archive, node, rules, levels or order.
    what : str
        The line item's name, or what of the structure it is.
    base, theirs, mine : str
        What it was, is now, and would be, in words; "" for nothing.
    verdict : str
        added, changed, removed: by the proposal alone. conflict: both changed it, differently. same: there is nothing
        to accept; others changed it, the proposal did not or did the same.
    theirs_changed : bool
        Whether somebody changed it since the proposal's base.
    spend_micros : int
        Spend of the line items that it is about.
    """

    key: str
    kind: str
    what: str
    base: str
    theirs: str
    mine: str
    verdict: str
    theirs_changed: bool
    spend_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mapping (`mine`) made from `base`, beside what stands now (`latest`)."""

    base: Mapping
    latest: Mapping
    mine: Mapping

    def changes(self, items: pd.DataFrame, names: ReadNames | None = None) -> tuple[Change, ...]:
        """List what differs, the largest spend first within each kind; structure comes before line items.

        Parameters
        ----------
        items : DataFrame
            The catalogue; line items that it does not hold are shown by their id, without spend.
        names : ReadNames, optional
            Saves reading the catalogue's names again.
        """
        views = views_of(self.base, self.latest, self.mine)
        found = rows(views)
        money = _Money(self, views[1], items, names)
        called = dict(zip(items.index, items["name"], strict=True))
        listed_changes = [
            Change(
                key=row.key,
                kind=row.kind,
                what=called.get(row.about, row.about),
                base=row.base.text if row.base else "",
                theirs=row.theirs.text if row.theirs else "",
                mine=row.mine.text if row.mine else "",
                verdict=row.verdict,
                theirs_changed=row.theirs != row.base,
                spend_micros=money.of(row),
            )
            for row in found
        ]
        order = {kind: at for at, kind in enumerate(dict.fromkeys(row.kind for row in found))}
        return tuple(sorted(listed_changes, key=lambda one: (order[one.kind], -one.spend_micros, one.what, one.key)))


def accept(proposal: Proposal, keys: Collection[str]) -> Mapping:
    """Apply some of a proposal's changes on top of what stands now; all else stays as it is.

    What a change needs comes along: a line item that goes to a group which does not stand yet brings the group. A
    group that is to be removed stays while something that stays aims at it.

    Raises
    ------
    BadInput
        If a key is none of the proposal's.
    """
    views = views_of(proposal.base, proposal.latest, proposal.mine)
    found = rows(views)
    unknown = sorted(set(keys) - {row.key for row in found})
    if unknown:
        raise BadInput(
            f"The proposal has no change {listed(unknown)}",
            expected=f"some of its {len(found)} changes were expected",
            remedy="Open the proposal again; the mapping may have changed since",
        )
    accepted = [row for row in found if row.key in keys and row.verdict != SAME]
    if not accepted:
        return proposal.latest
    if proposal.latest == proposal.base and len(accepted) == sum(row.verdict != SAME for row in found):
        return proposal.mine
    return composed(views, accepted)


class _Money:
    """Spend of the line items that a change is about."""

    def __init__(self, proposal: Proposal, latest: View, items: pd.DataFrame, names: ReadNames | None) -> None:
        self._proposal, self._latest, self._items, self._names = proposal, latest, items, names
        self._spend = items["spend_micros"].to_numpy(dtype=np.int64)
        self._of_item = dict(zip(items.index, self._spend.tolist(), strict=True))
        self._resolution = resolve(items, proposal.latest, names)

    def of(self, row: Row) -> int:
        """Return micros: of the line item; of the group as it stands; of all that goes elsewhere by other rules."""
        if row.kind == "line_item":
            return int(self._of_item.get(row.about, 0))
        if row.kind in ("group", "archive"):
            path = self._latest.paths.get(row.identity)
            leaves = self._resolution.leaves
            at = leaves.index(path) if path in leaves else -2
            return int(self._spend[self._resolution.table["leaf"].to_numpy() == at].sum())
        if row.key == RULES and row.verdict != SAME:
            other = accept(self._proposal, {RULES})
            there = resolve(self._items, other, self._names)
            return difference(self._items, (self._proposal.latest, self._resolution), (other, there)).moved_micros
        return 0
