"""Names that look alike: spellings of one thing, found strict to lax; they go together only on a click."""

import pandas as pd
import streamlit as st

from mmm_core import fingerprint
from mmm_core.errors import counted
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.clusters import Cluster
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Target
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.numbers import money
from pages.ui.workbench.editing import commit
from pages.ui.workbench.kept import clusters_of
from pages.ui.workbench.places import choose_path, chosen_path, settle_on

_METHODS = {
    "fingerprint": "Same words",
    "ngram": "Same letters",
    "nearest": "Nearly the same",
}
_HELP = (
    "Same words: case, order and signs apart. Same letters: also spaces and small slips apart. "
    "Nearly the same: a few letters apart; the slider says how few."
)
_PER_PAGE = 12


def show_look_alikes(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the clusters of a method, those with the most money first."""
    items = scoped.ground.items
    left, middle, right = st.columns([2, 3, 2], gap="medium", vertical_alignment="bottom")
    names = [None, *(name for name in dimensions_of(items) if len(items[name].unique()) > 1)]
    with left:
        dimension = st.selectbox("In", names, format_func=lambda name: name or "Whole names", key="alike-in")
    with middle:
        method = st.segmented_control(
            "How alike", list(_METHODS), default="fingerprint", format_func=_METHODS.get, key="alike-how", help=_HELP,
            required=True,
        )  # fmt: skip
    with right:
        strictness = st.slider(
            "At least this alike", 0.7, 1.0, 0.9, 0.01, key="alike-strictness", disabled=method != "nearest"
        )
    open_only = st.toggle(
        "Only where it makes a difference",
        value=True,
        key="alike-open",
        help="Leaves out look-alikes that are in one group already.",
    )
    found = clusters_of(scoped, dimension, method or "fingerprint", strictness)
    shown = [cluster for cluster in found if not open_only or _makes_a_difference(cluster)]
    if not shown:
        st.caption("No look-alikes that way. Try a laxer way, or another column.")
        return
    spend = sum(cluster.spend_micros for cluster in shown)
    st.markdown(f"**{counted(len(shown), 'cluster')}**, {money(spend, scoped.ground.settings.currency)}")
    pages = -(-len(shown) // _PER_PAGE)
    page = st.pagination(pages, key="alike-page") if pages > 1 and hasattr(st, "pagination") else 1
    for cluster in shown[(page - 1) * _PER_PAGE : page * _PER_PAGE]:
        _cluster(project, scoped, revision, cluster)


def _makes_a_difference(cluster: Cluster) -> bool:
    """Tell whether some member waits, or members are in different groups."""
    groups = set(cluster.members["groups"])
    return len(groups) > 1 or () in groups


def _cluster(project: str, scoped: Scoped, revision: MappingRevision, cluster: Cluster) -> None:
    members = cluster.members
    title = plain(str(members["value"].iloc[0]))
    money_text = money(cluster.spend_micros, scoped.ground.settings.currency)
    with st.expander(f"**{title}**, {len(members)} spellings, {money_text}", key=f"alike-{cluster.key}"):
        table, ticked = _members(cluster)
        if cluster.mixed:
            words = ", ".join(map(plain, cluster.mixed))
            st.caption(f":material/translate: Letters of different scripts that look the same stand in: {words}")
        key = f"alike-to-{cluster.key}"
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container():
                choose_path(scoped.mapping, key=key, label="Together they go to")
            st.button(
                f"Put {len(cluster.ids_of(ticked)):,} together",
                key=f"{key}-go",
                on_click=_together,
                args=(project, revision.number, key, len(scoped.mapping.levels), cluster, table),
                disabled=not ticked or chosen_path(key, len(scoped.mapping.levels)) is None,
            )


def _members(cluster: Cluster) -> tuple[str, list[str]]:
    """Show the spellings, all ticked at first; return the table's key and the ticked ones."""
    members = cluster.members
    # The key names the spellings, so that a tick stays with its spelling when the cluster becomes another one.
    key = f"alike-members-{fingerprint.short(fingerprint.of_content(members['value'].tolist()))}"
    event = st.dataframe(
        pd.DataFrame(
            {
                "Written": members["value"],
                "Line items": members["line_items"],
                "Spend": members["spend_micros"] / MICROS_PER_UNIT,
                "Now in": [", ".join(groups) or "waiting" for groups in members["groups"]],
            }
        ),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(range(len(members)))}},
        key=key,
        column_config={
            "Written": st.column_config.TextColumn(width="large"),
            "Spend": st.column_config.NumberColumn(format="%,.2f"),
        },
    )
    left = len(members) - len(event.selection.rows)
    st.caption(
        f"{counted(left, 'spelling')} left as {'it is' if left == 1 else 'they are'}."
        if left
        else "Untick what is something else."
    )
    return key, members["value"].iloc[event.selection.rows].tolist()


def _together(project: str, number: int, key: str, levels: int, cluster: Cluster, table: str) -> None:
    path, rows = chosen_path(key, levels), st.session_state[table]["selection"]["rows"]
    ids = cluster.ids_of(cluster.members["value"].iloc[rows])
    if path is not None and ids:
        message = f"Put {counted(len(ids), 'look-alike')} together in {PATH_SEPARATOR.join(path)}"
        if commit(project, number, lambda mapping: mapping.assign(ids, Target(path=path)), message):
            settle_on(key, levels, path)
