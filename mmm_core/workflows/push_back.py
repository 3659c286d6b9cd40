"""The push-back: how well the data tell groups apart, what the analyst objects to, what became of it."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mmm_core import fingerprint
from mmm_core.errors import BadInput
from mmm_core.feasibility.adequacy import GroupFacts, group_facts
from mmm_core.feasibility.alternatives import Alternative, Kinship, alternatives, merge_alternative, merged_name
from mmm_core.feasibility.answers import Answer, ObjectionState, caveats, standing_by_hand, states_of
from mmm_core.feasibility.collinearity import PairFacts, pair_facts
from mmm_core.feasibility.judging import judge
from mmm_core.feasibility.objections import Judgement, Objection, Verdict, judgement
from mmm_core.feasibility.resolvability import Resolvability, resolvability
from mmm_core.ingest.outcome_unit import outcome_unit
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.answering import answer_entries
from mmm_core.workflows.modelled import modelled
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import current_specification

_KEPT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """A grouping seen by the analyst; same name, same content.

    Attributes
    ----------
    found : Resolvability or None
        None where no model can be fitted yet; `why_not` says why.
    pairs, facts : tuples
        The classical figures.
    """

    name: str
    found: Resolvability | None
    why_not: str
    judgement: Judgement
    pairs: tuple[PairFacts, ...]
    facts: tuple[GroupFacts, ...]


_EMPTY = Feasibility(name="", found=None, why_not="", judgement=judgement((), ()), pairs=(), facts=())


class _Recent:
    """The last few groupings and their feasibility, so that regrouping back and forth costs nothing.

    Each is computed from nothing: started from another grouping, a figure at a threshold could fall on either side of
    it, and the same scope would have two fingerprints.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Feasibility] = OrderedDict()

    def get(self, panel: Panel, specification: ModelSpecification) -> Feasibility:
        """Return the feasibility of a grouping, computed once."""
        name = fingerprint.of_content({"panel": panel.fingerprint, **specification.structure()})
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
                return self._known[name]
        made = _feasibility(name, panel, specification)
        with self._lock:
            self._known[name] = made
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made


_recent = _Recent()


def feasibility_of(scoped: Scoped, specification: ModelSpecification) -> Feasibility:
    """Return what the analyst sees in a scope: widths, pairs, objections; empty while there is no model input."""
    try:
        model = modelled(scoped, specification)
    except BadInput as error:
        return replace(_EMPTY, why_not=str(error))
    return _recent.get(model.panel, model.specification) if model is not None else _EMPTY


def objection_states(
    storage: Storage, project_id: str, scoped: Scoped, specification: ModelSpecification | None = None
) -> tuple[ObjectionState, ...]:
    """Return every objection to a scope with its thread, then those that are gone but were talked about."""
    specification = specification or current_specification(storage, project_id).specification
    return states_of_scope(scoped, specification, answer_entries(storage, project_id))


def states_of_scope(
    scoped: Scoped, specification: ModelSpecification, entries: Iterable[Answer]
) -> tuple[ObjectionState, ...]:
    """Put the objections to a scope and what was said about them together."""
    raised = feasibility_of(scoped, specification).judgement.objections
    return standing_by_hand(states_of(raised, entries), groups_of(scoped))


def groups_of(scoped: Scoped) -> tuple[str, ...]:
    """Return the groups of the model input, in the client's order."""
    return scoped.panel.groups if scoped.panel is not None else ()


def what_objections_block(states: Iterable[ObjectionState]) -> tuple[Objection, ...]:
    """Return the objections without whose settlement no fit is made."""
    return tuple(state.objection for state in states if state.blocks)


def caveats_of(storage: Storage, project_id: str, scoped: Scoped) -> dict[str, str]:
    """Return what is said beside each group in every result; groups without a caveat are left out."""
    return caveats(objection_states(storage, project_id, scoped), groups_of(scoped))


def ways_out(scoped: Scoped, specification: ModelSpecification, objection: Objection) -> tuple[Alternative, ...]:
    """Compute the alternatives to what an objection is about; none where no model can be fitted yet."""
    found = feasibility_of(scoped, specification).found
    model = modelled(scoped, specification) if found is not None else None
    if model is None or found is None or not set(objection.groups) <= set(model.panel.groups):
        return ()
    return alternatives(
        model.panel,
        model.specification,
        found,
        objection,
        kin=Kinship(
            siblings=siblings_of(scoped.mapping, model.panel.groups),
            above=nodes_above(scoped.mapping, model.panel.groups),
            families=families_of(scoped.mapping, model.panel.groups),
        ),
        currency=scoped.ground.settings.currency,
        unit=unit_of(scoped),
    )


def try_merged(scoped: Scoped, specification: ModelSpecification, groups: Sequence[str]) -> Alternative:
    """Compute what a merge by hand would bring; nothing is saved.

    Raises
    ------
    BadInput
        If fewer than two groups are named, or no model can be fitted yet.
    """
    feasibility = feasibility_of(scoped, specification)
    model = modelled(scoped, specification) if feasibility.found is not None else None
    if model is None or feasibility.found is None:
        raise BadInput(
            "There is no model input to try a merge on",
            expected=feasibility.why_not or "media, an outcome and groups with line items were expected",
            remedy="Settle what the Checks page shows first",
        )
    return merge_alternative(model.panel, model.specification, feasibility.found, groups, merged_name(groups))


def unit_of(scoped: Scoped) -> str:
    """Return what the outcome counts."""
    kpi = scoped.ground.data.kpi
    return outcome_unit(kpi.name, scoped.ground.settings.currency) if kpi is not None else ""


def nodes_above(mapping: Mapping, groups: Sequence[str]) -> dict[str, str]:
    """Return what each group would become without the last level; empty where two nodes would be called alike."""
    if len(mapping.levels) < 2:
        return {}
    above = {path[-1]: path[:-1] for path in mapping.leaves if path[-1] in groups}
    names = {path: path[-1] for path in above.values()}
    return {group: names[path] for group, path in above.items()} if len(set(names.values())) == len(names) else {}


def siblings_of(mapping: Mapping, groups: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return whom each group could be merged with: those nearest in the client's tree first."""
    paths = {path[-1]: path for path in mapping.leaves if path[-1] in groups}

    def shared(first: str, second: str) -> int:
        steps = [a == b for a, b in zip(paths[first][:-1], paths[second][:-1], strict=True)]
        return next((depth for depth, same in enumerate(steps) if not same), len(steps))

    return {
        name: tuple(sorted((other for other in paths if other != name), key=lambda other: -shared(name, other)))
        for name in paths
    }


def families_of(mapping: Mapping, groups: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the nearest node above each group that holds several groups; groups without one are left out."""
    paths = {path[-1]: path for path in mapping.leaves if path[-1] in groups}
    nodes = Counter(path[:depth] for path in paths.values() for depth in range(1, len(path)))
    shared = {
        group: [path[:depth] for depth in range(1, len(path)) if nodes[path[:depth]] > 1]
        for group, path in paths.items()
    }
    return {group: own[-1] for group, own in shared.items() if own}


def verdict_of(states: Iterable[ObjectionState], group: str) -> Verdict:
    """Return the analyst's verdict on a group, objections raised by hand included, withdrawn ones left out."""
    order = list(Verdict)
    verdict = Verdict.KEEP
    for state in states:
        if group in state.objection.groups and state.status not in ("withdrawn", "gone"):
            verdict = max(verdict, state.objection.verdict, key=order.index)
    return verdict


def _feasibility(name: str, panel: Panel, specification: ModelSpecification) -> Feasibility:
    why_not = ""
    try:
        found: Resolvability | None = resolvability(panel, specification)
    except BadInput as error:
        found, why_not = None, error.title
    return Feasibility(
        name=name,
        found=found,
        why_not=why_not,
        judgement=judge(panel, specification, found),
        pairs=pair_facts(panel),
        facts=group_facts(panel),
    )
