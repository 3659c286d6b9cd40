"""What two mappings changed since a third one, group by group whatever the groups are called by now."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from mmm_core.taxonomy.goals import target_text
from mmm_core.taxonomy.identities import Identity, RuleKey, View
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.taxonomy.nodes import Node

ADDED, CHANGED, REMOVED, CONFLICT, SAME = "added", "changed", "removed", "conflict", "same"
LINE_ITEM, RULE, RULE_ORDER = "line_item", "rule", "rule_order"


@dataclass(frozen=True, slots=True)
class Side:
    """What a thing is in one of the mappings: compared by key, shown as text."""

    key: Hashable
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing in the three mappings; None where it is not there.

    Attributes
    ----------
    about : str
        The line item, or words for what it is; of a rule what it asks for.
    identity : path
        Of the group; of a node above the groups, its path.
    above : bool
        Whether it is a node above the groups.
    rule : RuleKey or None
        What names the rule.
    """

    key: str
    kind: str
    about: str
    base: Side | None
    theirs: Side | None
    mine: Side | None
    identity: Identity = ()
    above: bool = False
    rule: RuleKey | None = None

    @property
    def verdict(self) -> str:
        """What there is to accept."""
        if self.mine in (self.base, self.theirs):
            return SAME
        if self.theirs != self.base:
            return CONFLICT
        return ADDED if self.base is None else REMOVED if self.mine is None else CHANGED


Views = tuple[View, View, View]


def views_of(base: Mapping, theirs: Mapping, mine: Mapping) -> Views:
    """See the three mappings under the identities of the first."""
    return View(base, base), View(base, theirs), View(base, mine)


def rows(views: Views) -> tuple[Row, ...]:
    """List what differs between any two of base, theirs and mine: structure first, then line items."""
    found = (*_levels(views), *_groups(views), *_order(views), *_nodes(views), *_rules(views), *_line_items(views))
    return tuple(_told_apart([row for row in found if row.base != row.theirs or row.base != row.mine]))


def _told_apart(found: list[Row]) -> Iterator[Row]:
    """Give rows that share a key a number: a group made by one side may stand where the other moved another one."""
    seen: Counter[str] = Counter()
    for row in found:
        seen[row.key] += 1
        yield row if seen[row.key] == 1 else replace(row, key=f"{row.key} ({seen[row.key]})")


def _levels(views: Views) -> Iterator[Row]:
    base, theirs, mine = (Side(view.mapping.levels, ", ".join(view.mapping.levels)) for view in views)
    yield Row(key="levels", kind="levels", about="names of the levels", base=base, theirs=theirs, mine=mine)


def _groups(views: Views) -> Iterator[Row]:
    """Compare where groups stand and whether they are in use; a level more or less above them is no move."""
    same_depth = len({view.depth for view in views}) == 1
    for identity in dict.fromkeys(identity for view in views for identity in view.paths):
        paths = [view.paths.get(identity) for view in views]
        key = _path_key(identity, views)
        base, theirs, mine = (
            Side(path if same_depth else path[-1], PATH_SEPARATOR.join(path)) if path else None for path in paths
        )
        about = next(path[-1] for path in (paths[2], paths[0], paths[1]) if path)
        yield Row(key=f"group:{key}", kind="group", about=about, base=base, theirs=theirs, mine=mine, identity=identity)
        states = [_state(identity, view) for view in views]
        known = next(state for state in (states[0], states[2], states[1]) if state)
        was, now, wanted = (state or known for state in states)
        yield Row(
            key=f"archive:{key}", kind="archive", about=about, base=was, theirs=now, mine=wanted, identity=identity
        )


def _path_key(identity: Identity, views: Views) -> str:
    """Name a group by the path that it has in the proposal, else in the base, else in what stands now."""
    base, theirs, mine = (view.paths.get(identity, ()) for view in views)
    return PATH_SEPARATOR.join(mine or base or theirs)


def _state(identity: Identity, view: View) -> Side | None:
    if identity not in view.paths:
        return None
    return Side("archived", "archived") if identity in view.archived else Side("in use", "in use")


def _order(views: Views) -> Iterator[Row]:
    """Compare the order of the groups that all three have in use."""
    shared = set(views[0].order) & set(views[1].order) & set(views[2].order)
    orders = [tuple(identity for identity in view.order if identity in shared) for view in views]
    base, theirs, mine = (
        Side(order, ", ".join(view.paths[identity][-1] for identity in order))
        for order, view in zip(orders, views, strict=True)
    )
    yield Row(key="order", kind="order", about="order of the groups", base=base, theirs=theirs, mine=mine)


def _nodes(views: Views) -> Iterator[Row]:
    """Compare what is said of nodes; a side that does not have the node says nothing about it."""
    said = [view.group_nodes for view in views]
    for identity in dict.fromkeys(identity for nodes in said for identity in nodes):
        sides = [
            said[at].get(identity) if identity in view.paths else said[0].get(identity) for at, view in enumerate(views)
        ]
        yield _node_row(_path_key(identity, views), identity, sides, above=False)
    above = [view.upper_nodes for view in views]
    for path in dict.fromkeys(path for nodes in above for path in nodes):
        sides = [
            above[at].get(path) if path in view.upper_paths else above[0].get(path) for at, view in enumerate(views)
        ]
        yield _node_row(PATH_SEPARATOR.join(path), path, sides, above=True)


def _node_row(key: str, identity: Path, nodes: list[Node | None], *, above: bool) -> Row:
    base, theirs, mine = (Side(node, _said(node)) if node else None for node in nodes)
    about = key.rsplit(PATH_SEPARATOR, maxsplit=1)[-1]
    return Row(
        key=f"node:{key}",
        kind="node",
        about=about,
        base=base,
        theirs=theirs,
        mine=mine,
        identity=identity,
        above=above,
    )


def _said(node: Node) -> str:
    owner = f"owner {node.owner}" if node.owner else ""
    colour = f"colour {node.colour}" if node.colour else ""
    return ", ".join(filter(None, (owner, colour, node.description)))


def _rules(views: Views) -> Iterator[Row]:
    """Compare rule by rule, then the order of those that all three have; a rule is the same while its patterns are."""
    for key in dict.fromkeys(key for view in views for key in view.rules):
        rules = [view.rules.get(key) for view in views]
        condition = next(rule.condition() for rule in (rules[2], rules[0], rules[1]) if rule)
        base, theirs, mine = (
            Side(view.rule_goals[key], rule.sentence()) if rule else None
            for rule, view in zip(rules, views, strict=True)
        )
        yield Row(key=f"rule:{condition}", kind=RULE, about=condition, base=base, theirs=theirs, mine=mine, rule=key)
    shared = set(views[0].rules) & set(views[1].rules) & set(views[2].rules)
    base, theirs, mine = (_rule_order([key for key in view.rules if key in shared], view) for view in views)
    yield Row(key=RULE_ORDER, kind=RULE_ORDER, about="order of the rules", base=base, theirs=theirs, mine=mine)


def _rule_order(keys: list[RuleKey], view: View) -> Side:
    return Side(tuple(keys), "\n".join(f"{at}. {view.rules[key].sentence()}" for at, key in enumerate(keys, start=1)))


def _line_items(views: Views) -> Iterator[Row]:
    choices = [view.choices for view in views]
    for item in dict.fromkeys(item for view in choices for item in view):
        goals = [view.get(item) for view in choices]
        if goals[0] == goals[1] == goals[2]:
            continue
        base, theirs, mine = (
            Side(goal, target_text(view.mapping.choices[item])) if goal is not None else None
            for goal, view in zip(goals, views, strict=True)
        )
        yield Row(key=f"item:{item}", kind=LINE_ITEM, about=item, base=base, theirs=theirs, mine=mine)
