"""Do people recognise their business in the groups? Owners say so, anybody objects, until all is settled."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from mmm_core.errors import counted
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.recognition import (
    CHANGED,
    NO_OWNER,
    OBJECTION,
    OBJECTS,
    RECOGNISED,
    RECOGNISES,
    WAITING,
    Recognition,
    objected_by,
    recognition_status,
)
from mmm_core.workflows.participants import list_participants
from mmm_core.workflows.recognition import recognise, recognitions, settle_for_former, withdraw_objection
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.state import author, message_once, storage
from pages.ui.workbench.groups import group_sums

_WORDS = {
    RECOGNISED: "Recognised",
    OBJECTION: "Objection",
    CHANGED: "Changed since it was recognised",
    WAITING: "Waits for its owner",
    NO_OWNER: "Has no owner",
}


def show_recognition(project: str, scoped: Scoped) -> None:
    """Show where each group stands, what is still to settle, and let owners and participants have their say."""
    if not scoped.mapping.leaves:
        st.caption("There are no groups yet.")
        return
    said = recognitions(storage(), project)
    items = scoped.ground.items
    status = recognition_status(scoped.mapping, scoped.resolution, items, said)
    open_ones = status[status["status"] != RECOGNISED]
    st.markdown(
        f"**{len(status) - len(open_ones)} of {counted(len(status), 'group')}** are recognised by their owners."
        + ("" if open_ones.empty else f" {counted(len(open_ones), 'group')} to settle.")
    )
    sums = group_sums(scoped)
    shown = pd.DataFrame(
        {
            "Group": [PATH_SEPARATOR.join(path) for path in status["path"]],
            "Owner": status["owner"].to_numpy(),
            "Standing": [_WORDS[word] for word in status["status"]],
            "Comment": status["comment"].to_numpy(),
            "By": status["by"].to_numpy(),
            "Spend": sums["sum"].to_numpy() / MICROS_PER_UNIT,
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height="content",
        key="recognition",
        column_config={"Spend": st.column_config.NumberColumn(format="%,.2f")},
    )
    _say(project, scoped, status, said)


def _say(project: str, scoped: Scoped, status: pd.DataFrame, said: Iterable[Recognition]) -> None:
    me = comparable(author())
    roles = {comparable(person.name): person.role for person in list_participants(storage(), project)}
    if me not in roles:
        st.caption(
            f"You work as {plain(author())}, who is no participant. Participants are named on the page Project; say "
            "who you are in the sidebar to have a say here."
        )
        return
    own = status[[comparable(owner) == me for owner in status["owner"]]]
    for path in own.loc[own["status"] != RECOGNISED, "path"]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(path[-1])}**  :gray[{plain(' > '.join(path[:-1]))}]")
            st.button(
                "This is my lever", key=f"recognise-{PATH_SEPARATOR.join(path)}", icon=":material/check:",
                on_click=_judge, args=(project, scoped, path, RECOGNISES),
            )  # fmt: skip
    for path in objected_by(author(), scoped.mapping, scoped.resolution, scoped.ground.items, said):
        st.button(
            f"Take back my objection to {plain(path[-1])}",
            key=f"withdraw-{PATH_SEPARATOR.join(path)}",
            on_click=_withdraw,
            args=(project, scoped, path),
        )
    if roles[me] == "analytics":
        _settle_for_former(project, scoped, status[[comparable(one) not in roles for one in status["by"]]])
    with st.popover("Object to a group", icon=":material/front_hand:"):
        path = st.selectbox(
            "Group", list(status["path"]), format_func=PATH_SEPARATOR.join, index=None, key="object-group"
        )
        st.text_area("What is wrong with it?", key="objection")
        st.button("Object", key="object", on_click=_judge, args=(project, scoped, path, OBJECTS), disabled=path is None)


def _settle_for_former(project: str, scoped: Scoped, status: pd.DataFrame) -> None:
    """Let analytics settle what people object to who have left the project."""
    for row in status[status["status"] == OBJECTION].to_dict("records"):
        path, former = row["path"], row["by"]
        key = PATH_SEPARATOR.join(path)
        with st.popover(f"Settle {plain(former)}'s objection to {plain(path[-1])}"):
            st.caption(f"{plain(former)} has left the project: {plain(row['comment'])}")
            st.text_area("Why does it not stand any more?", key=f"settle-reason-{key}")
            st.button("Settle", key=f"settle-{key}", on_click=_settle, args=(project, scoped, path, former))


def _settle(project: str, scoped: Scoped, path: Path, former: str) -> None:
    reason = str(st.session_state.get(f"settle-reason-{PATH_SEPARATOR.join(path)}", ""))
    with noting_problems():
        settle_for_former(storage(), project, scoped, path, former, author=author(), reason=reason)
        message_once(f"{former}'s objection to {path[-1]} is settled")


def _withdraw(project: str, scoped: Scoped, path: Path) -> None:
    with noting_problems():
        withdraw_objection(storage(), project, scoped, path, author=author())
        message_once(f"Your objection to {path[-1]} is taken back")


def _judge(project: str, scoped: Scoped, path: Path, verdict: str) -> None:
    comment = st.session_state.get("objection", "") if verdict == OBJECTS else ""
    with noting_problems():
        recognise(storage(), project, scoped, path, author=author(), verdict=verdict, comment=comment)
        message_once(f"{path[-1]} is recognised" if verdict == RECOGNISES else f"Your objection to {path[-1]} is kept")
        if verdict == OBJECTS:
            st.session_state["objection"], st.session_state["object-group"] = "", None
