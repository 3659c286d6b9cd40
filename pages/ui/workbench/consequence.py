"""What a regrouping means, while people still talk about it: findings, what the data can tell apart, what changed."""

import streamlit as st

from mmm_core.errors import WorkshopError, counted, listed
from mmm_core.feasibility.words import plus_minus
from mmm_core.workflows.mapping import MappingRevision, mapping_revision
from mmm_core.workflows.push_back import Feasibility
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.threads import finding_states, open_counts
from pages.ui.caching import scoped_of
from pages.ui.escaping import plain
from pages.ui.push_back.found import apart_words, feasibility_now, states_now, waiting_words
from pages.ui.state import storage

_WORTH_TELLING = 0.15
"""Change of a range, as a share of its width."""
_MOST_TOLD = 3


def show_consequence(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Say what this grouping means for the checks and for the model, and what the last edit changed."""
    if scoped.panel is None:
        return
    here = feasibility_now(project, scoped)
    with st.container(key="consequence"):
        st.markdown(f":material/hub: {_told(project, scoped, here)}")
    changed = _changed(project, here, revision)
    if changed:
        st.caption(f"Since the edit before: {changed}.")


def _told(project: str, scoped: Scoped, here: Feasibility) -> str:
    errors, warnings = open_counts(finding_states(storage(), project, scoped))
    waiting = waiting_words(states_now(project, scoped))
    said = [apart_words(here) or f"Not to be modelled yet: {plain(here.why_not)}."]
    said += [waiting] if waiting else []
    said += [f"{counted(errors, 'finding')} block{'s' * (errors == 1)} the fit."] if errors else []
    said += [f"{counted(warnings, 'warning')} to look at on Checks."] if warnings else []
    return " ".join(said)


def _changed(project: str, here: Feasibility, revision: MappingRevision) -> str:
    """Say which groups came, went, or are known better or worse than before the last edit."""
    if revision.number < 1 or here.found is None:
        return ""
    try:
        before = scoped_of(project, mapping=mapping_revision(storage(), project, revision.number - 1).mapping)
    except WorkshopError:  # it did not fit the files; the edit since has mended that
        return ""
    there = feasibility_now(project, before) if before is not None else None
    if there is None or there.found is None or there.name == here.name:
        return ""
    old = {group.group: group for group in there.found.groups}
    new = {group.group: group for group in here.found.groups}
    came = [f"{plain(name)} would be known to {plus_minus(new[name].roi)}" for name in new if name not in old]
    moved = sorted(
        (
            (abs(new[name].roi.width / old[name].roi.width - 1), name)
            for name in new
            if name in old and old[name].roi.width > 0
        ),
        reverse=True,
    )
    told = [
        f"{plain(name)} {plus_minus(old[name].roi)} → {plus_minus(new[name].roi)}"
        for change, name in moved
        if change > _WORTH_TELLING
    ]
    return listed([*came, *told], most=_MOST_TOLD)
