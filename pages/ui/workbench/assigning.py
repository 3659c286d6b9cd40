"""One action on the selected line items: to a group, out of the model, or back to the rules."""

import pandas as pd
import streamlit as st

from mmm_core.errors import BadInput, counted
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Target
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.numbers import money, share
from pages.ui.state import problem_once
from pages.ui.workbench.editing import commit
from pages.ui.workbench.picking import aside, done, picked_now
from pages.ui.workbench.places import choose_group_or_new, chosen_path, name_new, settle_on

KEY = "assign"


def show_action(project: str, scoped: Scoped, number: int, chosen: pd.DataFrame) -> None:
    """Show what the selection is worth and where it can go; `number` is the revision that it was begun on."""
    nothing, about = chosen.empty, (project, number)
    with st.container(border=True, key="action"):
        st.markdown(f"**{described(chosen, scoped)}**" if not nothing else ":gray[Tick rows, or all that are shown]")
        if hidden := aside(project):
            st.caption(f"{hidden:,} more ticked, but not shown by this filter; nothing is done to them.")
        if not scoped.mapping.leaves:
            name_new(scoped.mapping, key=KEY)
        left, right = st.columns([3, 2], gap="small", vertical_alignment="bottom")
        with left, st.container(horizontal=True, vertical_alignment="bottom"):
            choose_group_or_new(scoped.mapping, key=KEY)
            goal = chosen_path(KEY, len(scoped.mapping.levels))
            st.button(
                f"Assign to {plain(goal[-1])}" if goal and not nothing else "Assign",
                key="assign",
                icon=":material/arrow_right_alt:",
                disabled=nothing,
                on_click=_assign,
                args=(*about, len(scoped.mapping.levels)),
            )
        with right, st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("or leave them out because", key="exclude-reason")
            st.button("Leave out", key="exclude", disabled=nothing, on_click=_leave_out, args=about)
        if scoped.mapping.leaves:
            name_new(scoped.mapping, key=KEY)
        if any(item in scoped.mapping.choices for item in chosen.index):
            st.button(
                "Let the rules decide",
                key="release",
                on_click=_release,
                args=about,
                help="Forget what was chosen by hand for these line items.",
            )


def described(chosen: pd.DataFrame, scoped: Scoped) -> str:
    """Say how many line items these are and what they cost."""
    spend = int(chosen["spend_micros"].sum())
    total = int(scoped.ground.items["spend_micros"].sum())
    number = f"{len(chosen):,} line item{'' if len(chosen) == 1 else 's'}"
    return f"{number} ({money(spend, scoped.ground.settings.currency)}, {share(spend, total)} of spend)"


def _assign(project: str, number: int, levels: int) -> None:
    path, picked = chosen_path(KEY, levels), picked_now(project)
    if path is None:
        problem_once(_incomplete())
        return
    message = f"Assigned {counted(len(picked), 'line item')} to {PATH_SEPARATOR.join(path)}"
    if commit(project, number, lambda mapping: mapping.assign(picked, Target(path=path)), message):
        settle_on(KEY, levels, path)
        done(project)


def _leave_out(project: str, number: int) -> None:
    reason, picked = st.session_state["exclude-reason"].strip(), picked_now(project)
    if not reason:
        problem_once(
            BadInput("No reason is given yet", expected="a reason stays with these line items", remedy="Write it first")
        )
        return
    message = f"Left out {counted(len(picked), 'line item')}: {reason}"
    if commit(project, number, lambda mapping: mapping.assign(picked, Target(exclude=reason)), message):
        st.session_state["exclude-reason"] = ""
        done(project)


def _release(project: str, number: int) -> None:
    picked = picked_now(project)
    message = f"Released {counted(len(picked), 'line item')}"
    if commit(project, number, lambda mapping: mapping.release(picked), message):
        done(project)


def _incomplete() -> BadInput:
    return BadInput(
        "No group is chosen yet",
        expected="a group, or one name per level of a new one, was expected",
        remedy="Choose a group, or complete the names",
    )
