"""Where line items go under three mappings: what moved since the first, and where the other two differ about it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from mmm_core.taxonomy.catalogue import column_of_dimension
from mmm_core.taxonomy.goals import goals
from mmm_core.taxonomy.identities import View
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import BY_CHOICE, WHOLE_NAME, WHOLE_SOURCE, Resolution, resolve
from mmm_core.taxonomy.three_way import LINE_ITEM, RULE, RULE_ORDER, Row, Views

_NOWHERE = np.zeros(0, dtype=np.int64)


class Courses:
    """What becomes of every line item under base, theirs and mine, whatever decides it: a choice or a rule.

    A group is the same under all three, whatever it is called there.

    Parameters
    ----------
    views : Views
    items : DataFrame
        The catalogue.
    names : ReadNames, optional
        Saves reading the catalogue's names again.
    """

    def __init__(self, views: Views, items: pd.DataFrame, names: ReadNames | None = None) -> None:
        names = names or ReadNames(items)
        self._views = views
        self._places = {item: at for at, item in enumerate(items.index)}
        self._spend = items["spend_micros"].to_numpy(dtype=np.int64)
        self.base, self.theirs, self.mine = (_resolved(items, view.mapping, names) for view in views)
        known: dict[object, int] = {}
        codes = [
            _codes(view, resolution, known)
            for view, resolution in zip(views, (self.base, self.theirs, self.mine), strict=True)
        ]
        self.changed_since = codes[0] != codes[1]
        """Line items that go elsewhere now than when the proposal was begun: bool array (items,)."""
        self.clashes = self.changed_since & (codes[0] != codes[2]) & (codes[1] != codes[2])
        """Those of them that the proposal sends to yet another place: bool array (items,)."""
        self._would_move = codes[1] != codes[2]

    def about(self, row: Row) -> np.ndarray:
        """Return the positions of the line items that a change of the proposal decides: int64 array."""
        if row.kind == LINE_ITEM:
            return np.array([self._places[row.about]], dtype=np.int64) if row.about in self._places else _NOWHERE
        if row.kind == RULE:
            view, decider = (self._views[2], self._mine_by) if row.mine else (self._views[0], self._base_by)
            return np.flatnonzero(decider == list(view.rules).index(row.rule)) if row.rule in view.rules else _NOWHERE
        if row.kind == RULE_ORDER:
            base, _, mine = self._views
            kept = [at for at, (key, goal) in enumerate(mine.rule_goals.items()) if base.rule_goals.get(key) == goal]
            return np.flatnonzero(np.isin(self._mine_by, kept))
        return _NOWHERE

    def moved_micros(self, row: Row) -> int:
        """Return the spend that a change of rules sends elsewhere than it goes now; choices by hand stay."""
        at = self.about(row)
        free = self._would_move[at] & (self._theirs_by[at] != BY_CHOICE)
        return int(self._spend[at][free].sum())

    def texts(self, row: Row) -> tuple[str, str, str]:
        """Say where a line item goes under base, theirs and mine; "" when no file holds it any more."""
        at = self._places.get(row.about)
        if at is None:
            return "", "", ""
        base, theirs, mine = (words[codes[at]] for codes, words in self._words)
        return base, theirs, mine

    @cached_property
    def _words(self) -> list[tuple[np.ndarray, tuple[str, ...]]]:
        return [goals(resolution) for resolution in (self.base, self.theirs, self.mine)]

    @cached_property
    def _base_by(self) -> np.ndarray:
        return self.base.deciders

    @cached_property
    def _theirs_by(self) -> np.ndarray:
        return self.theirs.deciders

    @cached_property
    def _mine_by(self) -> np.ndarray:
        return self.mine.deciders


def _resolved(items: pd.DataFrame, mapping: Mapping, names: ReadNames) -> Resolution:
    """Apply a mapping; a rule that asks for a column which no file has any more matches nothing."""
    known = {name for rule in mapping.rules for name in rule.match if column_of_dimension(items, name) is not None}
    known |= {WHOLE_NAME, WHOLE_SOURCE}
    rules = tuple(rule if known >= set(rule.match) else replace(rule, match={WHOLE_NAME: ()}) for rule in mapping.rules)
    return resolve(items, replace(mapping, rules=rules), names)


def _codes(view: View, resolution: Resolution, known: dict[object, int]) -> np.ndarray:
    """Return a number per line item that is the same wherever it goes to the same group or stays out for one reason."""

    def numbers(things: Iterator[object]) -> np.ndarray:
        return np.array([known.setdefault(thing, len(known)) for thing in things], dtype=np.int64)

    stays, reasons = pd.factorize(resolution.table["reason"])
    groups = numbers(("group", *view.identity(path)) for path in resolution.leaves)
    outside = numbers(("out", str(reason)) for reason in reasons)
    leaf = resolution.table["leaf"].to_numpy(dtype=np.int64)
    waiting = (resolution.table["status"] == "unmapped").to_numpy(dtype=bool)
    code = np.where(leaf >= 0, np.append(groups, -1)[leaf], np.append(outside, -1)[stays])
    return np.where(waiting, -1, code)
