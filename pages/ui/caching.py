"""What is kept between reruns, by fingerprint. Everything in here can be made again at any time."""

import streamlit as st

from mmm_core.documents.scope_document import Standing
from mmm_core.errors import WorkshopError
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.comparing import is_compared
from mmm_core.workflows.fitting import fit_of_scope
from mmm_core.workflows.mapping import MappingRevision, current_mapping
from mmm_core.workflows.opening import GroundKey, Mark, ground_key, journey, load_ground
from mmm_core.workflows.push_back import objection_states
from mmm_core.workflows.scoping import Ground, Scoped, scope
from mmm_core.workflows.threads import finding_states, open_counts
from mmm_core.workflows.validating import is_tested
from pages.ui.state import storage


def ground_of(project_id: str) -> Ground | None:
    """Return the ground of a project, None while it has no media; raises `BadInput` when files contradict."""
    key = ground_key(storage(), project_id)
    if not any(source.kind == "media" for source in key.sources):
        return None
    return _ground(key.fingerprint, key, storage())


def scoped_of(project_id: str, *, mapping: Mapping | None = None) -> Scoped | None:
    """Return the ground of a project seen through its current mapping (or another), None while it has no media."""
    key = ground_key(storage(), project_id)
    ground = ground_of(project_id)
    if ground is None:
        return None
    seen = mapping or current_mapping(storage(), project_id).mapping
    return _scoped(key.fingerprint, seen.fingerprint, ground, seen)


def marks_of(project_id: str, standing: Standing = "draft") -> dict[str, Mark]:
    """Return where each step stands; files that cannot be read show as blocked, the Data page says why.

    Parameters
    ----------
    standing : str
        Whether the scope is signed.
    """
    key = ground_key(storage(), project_id)
    try:
        scoped = scoped_of(project_id)
    except WorkshopError:
        scoped = None
    fit = fit_of_scope(storage(), project_id, scoped) if scoped is not None else None
    tested = fit is not None and is_tested(storage(), fit)
    waiting = open_counts(finding_states(storage(), project_id, scoped)) if scoped is not None else None
    raised = objection_states(storage(), project_id, scoped) if scoped is not None else ()
    unanswered, held_up = sum(state.is_open for state in raised), any(state.blocks for state in raised)
    return journey(
        key.sources,
        scoped,
        has_fit=fit is not None,
        waiting=waiting,
        unanswered=unanswered,
        held_up=held_up,
        tested=tested,
        compared=is_compared(storage(), project_id, lambda mapping: scoped_of(project_id, mapping=mapping)),
        standing=standing,
    )


def revision_of(project_id: str) -> MappingRevision:
    """Return the mapping as it stands."""
    return current_mapping(storage(), project_id)


@st.cache_resource(max_entries=6, show_spinner="Reading your files")
def _ground(fingerprint: str, _key: GroundKey, _storage: Storage) -> Ground:  # noqa: ARG001  (the fingerprint is the cache's key)
    return load_ground(_storage, _key)


@st.cache_resource(max_entries=24, show_spinner=False)
def _scoped(ground_fingerprint: str, mapping_fingerprint: str, _ground: Ground, _mapping: Mapping) -> Scoped:  # noqa: ARG001
    return scope(_ground, _mapping)
