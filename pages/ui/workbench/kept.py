"""What the workbench keeps between reruns, by fingerprint. Everything in here can be made again at any time."""

import pandas as pd
import streamlit as st

from mmm_core.taxonomy.clusters import Cluster, Method, cluster_names
from mmm_core.taxonomy.difference import MappingDifference, difference
from mmm_core.taxonomy.suggestions import suggest
from mmm_core.workflows.earlier import earlier_examples, earlier_name
from mmm_core.workflows.mapping import mapping_revision
from mmm_core.workflows.scoping import Scoped
from pages.ui.caching import scoped_of
from pages.ui.state import storage


def difference_of(project_id: str, earlier: int, later: int) -> MappingDifference | None:
    """Return what two revisions differ in, None while the project has no media."""
    before, after = (
        scoped_of(project_id, mapping=mapping_revision(storage(), project_id, number).mapping)
        for number in (earlier, later)
    )
    if before is None or after is None:
        return None
    return difference(after.ground.items, (before.mapping, before.resolution), (after.mapping, after.resolution))


def clusters_of(scoped: Scoped, dimension: str | None, method: Method, strictness: float) -> tuple[Cluster, ...]:
    """Return the look-alikes among the names, see `mmm_core.taxonomy.clusters`."""
    return _clusters(scoped.name, dimension, method, strictness, scoped)


def suggestions_of(project_id: str, scoped: Scoped) -> pd.DataFrame:
    """Return where the line items that wait might belong; also from the same client's earlier projects."""
    return _suggestions(scoped.name, project_id, earlier_name(storage(), project_id), scoped)


@st.cache_resource(max_entries=12, show_spinner="Looking for look-alikes")
def _clusters(name: str, dimension: str | None, method: Method, strictness: float, _scoped: Scoped):  # noqa: ARG001
    return cluster_names(
        _scoped.ground.items,
        _scoped.resolution,
        dimension=dimension,
        method=method,
        strictness=strictness,
        names=_scoped.ground.names,
    )


@st.cache_resource(max_entries=12, show_spinner="Looking at what is named alike")
def _suggestions(name: str, project_id: str, earlier: str, _scoped: Scoped):  # noqa: ARG001
    return suggest(
        _scoped.ground.items,
        _scoped.resolution,
        _scoped.mapping,
        earlier=earlier_examples(storage(), project_id),
        names=_scoped.ground.names,
        index=_scoped.ground.tokens,
    )
