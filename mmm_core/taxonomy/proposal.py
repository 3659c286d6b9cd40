"""Three mappings: what both started from, what somebody saved since, what is proposed; to accept row by row."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.composing import composed
from mmm_core.taxonomy.courses import Courses
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.three_way import CONFLICT, LINE_ITEM, SAME, Row, Views, rows, views_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that the proposal, or somebody since, has changed.

    Attributes
    ----------
    key : str
        "item:<line_item_id>", "group:<path>", "archive:<path>", "node:<path>", "rule:<what it asks for>", "rule_order",
        "levels" or "order"; the same for the same thing however often the changes are listed.
    kind : str
        line_item, group, archive, node, rule, rule_order, levels or order.
    what : str
        The line item's name, what a rule asks for, or what of the structure it is.
    base, theirs, mine : str
        What it was, is now, and would be, in words; "" for nothing. Of a line item: its choice, else where the rules
        put it.
    verdict : str
        added, changed, removed: by the proposal alone. conflict: both changed it, differently, or sent line items that
        it is about to different places, by whatever choice or rule. same: there is nothing to accept; others changed
        it, the proposal did not or did the same.
    theirs_changed : bool
        Whether somebody changed it since the proposal's base.
    clashing : int
        Line items that it is about which both sent elsewhere, differently.
    spend_micros : int
        Spend of the line items that it is about; of rules, of those that it would send elsewhere than they go now.
    """

    key: str
    kind: str
    what: str
    base: str
    theirs: str
    mine: str
    verdict: str
    theirs_changed: bool
    clashing: int
    spend_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything that there is to know before somebody takes a proposal over.

    Attributes
    ----------
    changes : tuple of Change
        The largest spend first within each kind; structure comes before line items.
    line_items_since : int
        Line items that go elsewhere now than when the proposal was begun, by whatever choice or rule.
    structure_since : int
        Groups, rules and other parts of the structure that somebody changed since.
    clashes : int
        Line items that both sent to different places, and other things that both changed, differently.
    """

    changes: tuple[Change, ...]
    line_items_since: int
    structure_since: int
    clashes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mapping (`mine`) made from `base`, beside what stands now (`latest`)."""

    base: Mapping
    latest: Mapping
    mine: Mapping

    def review(self, items: pd.DataFrame, names: ReadNames | None = None) -> Review:
        """List what differs, count what happened since, and judge where the two do not go together.

        Parameters
        ----------
        items : DataFrame
            The catalogue; line items that it does not hold are shown by their id, without spend.
        names : ReadNames, optional
            Saves reading the catalogue's names again.
        """
        views = views_of(self.base, self.latest, self.mine)
        found = rows(views)
        courses = Courses(views, items, names)
        called = dict(zip(items.index, items["name"], strict=True))
        money = _Money(views, courses, items)
        clashing = {
            row.key: at[courses.clashes[at]] for row in found if row.verdict != SAME and len(at := courses.about(row))
        }
        changes = [_change(row, called, courses, len(clashing.get(row.key, ())), money.of(row)) for row in found]
        order = {kind: at for at, kind in enumerate(dict.fromkeys(row.kind for row in found))}
        other = sum(row.verdict == CONFLICT and not len(clashing.get(row.key, ())) for row in found)
        return Review(
            changes=tuple(sorted(changes, key=lambda one: (order[one.kind], -one.spend_micros, one.what, one.key))),
            line_items_since=int(courses.changed_since.sum()),
            structure_since=sum(change.theirs_changed and change.kind != LINE_ITEM for change in changes),
            clashes=len({int(place) for places in clashing.values() for place in places}) + other,
        )

    def changes(self, items: pd.DataFrame, names: ReadNames | None = None) -> tuple[Change, ...]:
        """List what differs, as `review` does."""
        return self.review(items, names).changes


def _change(row: Row, called: dict[str, str], courses: Courses, clashing: int, spend_micros: int) -> Change:
    base, theirs, mine = (side.text if side else "" for side in (row.base, row.theirs, row.mine))
    if row.kind == LINE_ITEM:
        base, theirs, mine = (said or put for said, put in zip((base, theirs, mine), courses.texts(row), strict=True))
    return Change(
        key=row.key,
        kind=row.kind,
        what=called.get(row.about, row.about),
        base=base,
        theirs=theirs,
        mine=mine,
        verdict=CONFLICT if clashing else row.verdict,
        theirs_changed=row.theirs != row.base,
        clashing=clashing,
        spend_micros=spend_micros,
    )


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

    def __init__(self, views: Views, courses: Courses, items: pd.DataFrame) -> None:
        self._latest, self._courses = views[1], courses
        self._spend = items["spend_micros"].to_numpy(dtype=np.int64)
        self._of_leaf = np.zeros(len(courses.theirs.leaves) + 1, dtype=np.int64)
        np.add.at(self._of_leaf, courses.theirs.table["leaf"].to_numpy(dtype=np.int64), self._spend)

    def of(self, row: Row) -> int:
        """Return micros: of the line item; of the group as it stands; of all that goes elsewhere by a rule."""
        if row.kind == LINE_ITEM:
            return int(self._spend[self._courses.about(row)].sum())
        if row.kind in ("group", "archive"):
            path, leaves = self._latest.paths.get(row.identity), self._courses.theirs.leaves
            return int(self._of_leaf[leaves.index(path)]) if path in leaves else 0
        return 0 if row.verdict == SAME else self._courses.moved_micros(row)
