"""Put accepted changes of a proposal on top of the mapping that stands now."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from mmm_core.taxonomy.identities import Goal, Identity, RuleKey, View
from mmm_core.taxonomy.mapping import Mapping, Path, Rule, Target
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.three_way import LINE_ITEM, RULE, RULE_ORDER, Row, Views


def composed(views: Views, accepted: Collection[Row]) -> Mapping:
    """Apply the accepted rows; everything else stays as in the middle one of the three mappings."""
    _, theirs, mine = views
    by_kind = {kind: [row for row in accepted if row.kind == kind] for kind in {row.kind for row in accepted}}
    choices = dict(theirs.choices)
    for row in by_kind.get(LINE_ITEM, ()):
        if row.mine is None:
            choices.pop(row.about, None)
        else:
            choices[row.about] = mine.choices[row.about]
    rules = _rules(views, by_kind.get(RULE, ()), take_order=RULE_ORDER in by_kind)
    group_nodes, upper_nodes = _nodes(theirs, mine, by_kind.get("node", ()))
    tree = _Tree(theirs, mine)
    tree.change(by_kind.get("group", ()), by_kind.get("archive", ()))
    tree.need({goal[1:] for goal in (*choices.values(), *rules.values()) if goal[0] == "group"})
    tree.need({row.identity for row in by_kind.get("node", ()) if row.mine is not None and not row.above})
    levels = (mine if "levels" in by_kind else theirs).mapping.levels
    paths = tree.placed(len(levels))
    if len(levels) != theirs.depth:
        upper_nodes = dict(mine.upper_nodes)
    return Mapping(
        levels=levels,
        leaves=tuple(dict.fromkeys(paths[one] for one in tree.ordered(take_order="order" in by_kind))),
        rules=tuple(
            Rule(match=(mine.rules.get(key) or theirs.rules[key]).match, target=_target(goal, paths))
            for key, goal in rules.items()
        ),
        choices={item: _target(goal, paths) for item, goal in choices.items()},
        nodes={**upper_nodes, **{paths[one]: node for one, node in group_nodes.items() if one in paths}},
        archived=tuple(paths[one] for one in tree.paths if one in tree.archived),
    )


def _target(goal: Goal, paths: dict[Identity, Path]) -> Target:
    return Target(path=paths[goal[1:]]) if goal[0] == "group" else Target(exclude=goal[1])


def _rules(views: Views, changed: Collection[Row], *, take_order: bool) -> dict[RuleKey, Goal]:
    """Return the goals of the rules in order: those that stand now with the accepted changes.

    A rule that comes to the place where somebody else put one since stands behind it, so that it takes nothing away
    from what was saved first.
    """
    base, theirs, mine = views
    goals = dict(theirs.rule_goals)
    for row in changed:
        if row.rule is not None and row.mine is None:
            goals.pop(row.rule, None)
        elif row.rule is not None:
            goals[row.rule] = mine.rule_goals[row.rule]
    order = _woven(
        [key for key in theirs.rules if key in goals],
        [key for key in mine.rules if key in goals],
        take_order=take_order,
        newcomers=theirs.rules.keys() - base.rules.keys() - mine.rules.keys(),
    )
    return {key: goals[key] for key in order}


def _woven[Thing](
    standing: Sequence[Thing], wanted: Sequence[Thing], *, take_order: bool, newcomers: AbstractSet[Thing] = frozenset()
) -> list[Thing]:
    """Return things as they stand, new ones behind the one that they follow in the wanted order, past newcomers."""
    order = list(standing)
    if take_order:
        ranked = iter([one for one in wanted if one in standing])
        order = [next(ranked) if one in wanted else one for one in order]
    before: Thing | None = None
    for one in wanted:
        if one not in order:
            at = order.index(before) + 1 if before is not None else 0
            while at < len(order) and order[at] in newcomers:
                at += 1
            order.insert(at, one)
        before = one
    return order


def _nodes(theirs: View, mine: View, rows: Collection[Row]) -> tuple[dict[Identity, Node], dict[Path, Node]]:
    """Return what is said of groups and of nodes above them, with the accepted rows."""
    groups, upper = dict(theirs.group_nodes), dict(theirs.upper_nodes)
    for row in rows:
        said, own = (upper, mine.upper_nodes) if row.above else (groups, mine.group_nodes)
        if row.mine is None:
            said.pop(row.identity, None)
        else:
            said[row.identity] = own[row.identity]
    return groups, upper


class _Tree:
    """Where every group stands, as it comes together."""

    def __init__(self, theirs: View, mine: View) -> None:
        self._theirs, self._mine = theirs, mine
        self.paths: dict[Identity, Path] = dict(theirs.paths)
        self.archived: set[Identity] = set(theirs.archived)

    def change(self, groups: Collection[Row], archive: Collection[Row]) -> None:
        """Add, move, rename, remove, archive."""
        for row in groups:
            if row.mine is None:
                self.paths.pop(row.identity, None)
            else:
                self._add(row.identity, self._mine)
        for row in archive:
            if row.identity in self.paths and row.mine is not None:
                (self.archived.add if row.mine.key == "archived" else self.archived.discard)(row.identity)

    def need(self, identities: Collection[Identity]) -> None:
        """Bring groups along that something aims at: as they stand now, else as they are proposed."""
        for identity in sorted(set(identities) - set(self.paths)):
            self._add(identity, self._theirs if identity in self._theirs.paths else self._mine)

    def _add(self, identity: Identity, view: View) -> None:
        if identity not in self.paths and identity in view.archived:
            self.archived.add(identity)
        self.paths[identity] = view.paths[identity]

    def placed(self, depth: int) -> dict[Identity, Path]:
        """Return a path of this depth for each group; two that came to have one name are one group."""
        fitting = {identity: self._fitting(identity, depth) for identity in self.paths}
        in_use = [identity for identity in self.paths if identity not in self.archived]
        taken: dict[str, Path] = {}
        for identity in sorted(in_use, key=lambda one: self._theirs.paths.get(one) != self.paths[one]):
            path = fitting[identity]
            fitting[identity] = taken.setdefault(comparable(path[-1]), path)
        return fitting

    def _fitting(self, identity: Identity, depth: int) -> Path:
        candidates = (self.paths[identity], self._mine.paths.get(identity, ()), self._theirs.paths.get(identity, ()))
        path = self.paths[identity]
        stretched = (*path[:-1], *path[-1:] * (depth - len(path) + 1)) if len(path) < depth else path
        shortened = (*stretched[: depth - 1], stretched[-1])
        return next((one for one in candidates if len(one) == depth), shortened)

    def ordered(self, *, take_order: bool) -> list[Identity]:
        """Return the groups in use as they stand now; new ones follow the one that they follow in the proposal."""
        in_use = {identity for identity in self.paths if identity not in self.archived}
        order = [identity for identity in self._theirs.order if identity in in_use]
        wanted = [identity for identity in self._mine.order if identity in in_use]
        order = _woven(order, wanted, take_order=take_order)
        return [*order, *(identity for identity in self.paths if identity in in_use and identity not in order)]
