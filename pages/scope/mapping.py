"""Which group does each line item belong to?"""

import streamlit as st

from mmm_core.errors import counted
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED
from mmm_core.workflows.mapping import MappingRevision, mapping_history, undone_by
from mmm_core.workflows.scoping import Scoped
from pages.ui.caching import revision_of, scoped_of
from pages.ui.editing import bring_back, note_shown, take_back
from pages.ui.escaping import plain
from pages.ui.journey import next_step
from pages.ui.line_items import show_line_items
from pages.ui.numbers import money, round_money, share
from pages.ui.rules import show_rules
from pages.ui.state import need_project, storage
from pages.ui.tree import show_tree


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("Which group does each line item belong to?")
    revision = revision_of(project)
    note_shown("mapping", project, revision.number)
    scoped = scoped_of(project, mapping=revision.mapping)
    if scoped is None:
        st.info("There is no media file yet. Line items come from your media files.", icon=":material/upload_file:")
        st.page_link("pages/scope/data.py", label="Bring the data", icon=":material/arrow_back:")
        return
    _answer(scoped)
    _undo(project, revision)
    items, rules, tree, history = st.tabs(["Line items", "Rules", "Groups", "History"], key="mapping-tabs")
    with items:
        show_line_items(project, scoped, revision)
    with rules:
        show_rules(project, scoped, revision)
    with tree:
        show_tree(project, scoped, revision)
    with history:
        _history(project, revision)
    next_step("Check the numbers", "pages/scope/checks.py")


def _answer(scoped: Scoped) -> None:
    """Say how much is mapped; the parts add up to the money in the files."""
    items, status = scoped.ground.items, scoped.resolution.table["status"]
    currency = scoped.ground.settings.currency
    total = int(items["spend_micros"].sum())
    part = {name: items[(status == name).to_numpy()] for name in (MAPPED, UNMAPPED, EXCLUDED)}
    spend = {name: int(rows["spend_micros"].sum()) for name, rows in part.items()}
    rows = share(int(part[MAPPED]["rows"].sum()), int(items["rows"].sum()))
    left = len(part[UNMAPPED])
    waiting = f"{counted(left, 'line item')} wait{'s' * (left == 1)} for a group." if left else "Nothing waits."
    st.write(
        f"**{share(spend[MAPPED], total)} of spend**, {rows} of rows and {len(part[MAPPED])} of {len(items)} "
        f"line items are in a group. {waiting}"
    )
    for column, (label, name) in zip(
        st.columns(4),
        (("Mapped", MAPPED), ("Waiting", UNMAPPED), ("Left out", EXCLUDED), ("In your files", "")),
        strict=True,
    ):
        amount = spend[name] if name else total
        number = len(part[name]) if name else len(items)
        column.caption(label, help=f"{money(amount, currency)}, {counted(number, 'line item')}")
        column.markdown(f"**{round_money(amount, currency)}**")


def _undo(project: str, revision: MappingRevision) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        said = (
            f"Saved as revision {revision.number}: {revision.message}" if revision.number else "Nothing is saved yet."
        )
        st.caption(plain(said))
        nothing_left = undone_by(storage(), project, revision.number) == 0
        if st.button("Undo", key="undo", icon=":material/undo:", disabled=nothing_left):
            take_back(project, revision)


def _history(project: str, revision: MappingRevision) -> None:
    revisions = mapping_history(storage(), project)
    if not revisions:
        st.caption("Every change is kept here as a revision that can be brought back.")
        return
    st.dataframe(
        {
            "Revision": [entry.number for entry in revisions],
            "What": [entry.message for entry in revisions],
            "Who": [entry.author for entry in revisions],
            "When (UTC)": [f"{entry.created_at:%d %b %Y %H:%M}" for entry in revisions],
        },
        hide_index=True,
        key="history",
    )
    earlier = [entry.number for entry in revisions if entry.number != revision.number]
    if earlier:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            number = st.selectbox("Bring back revision", earlier, key="restore-number", width=220)
            if st.button("Bring back", key="restore"):
                bring_back(project, revision, number, f"Revision {number} is back as a new revision")


show()
