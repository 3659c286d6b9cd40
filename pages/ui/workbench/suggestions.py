"""Where the line items that wait might belong, with confidence and reason; nothing moves without a click."""

from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from mmm_core import fingerprint
from mmm_core.errors import counted
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path, Target
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.workbench.assigning import described
from pages.ui.workbench.editing import commit
from pages.ui.workbench.kept import suggestions_of

_START = 0.9


def show_suggestions(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the suggestions, the surest and largest first, and take over the ticked ones in one action."""
    if not (scoped.resolution.table["status"] == "unmapped").any():
        st.caption("Nothing waits for a group, so there is nothing to suggest.")
        return
    found = suggestions_of(project, scoped)
    if found.empty:
        st.caption("No suggestion yet. Assign a few line items of each kind; what is named alike is suggested then.")
        return
    least = st.slider("Confidence at least", 0.5, 1.0, _START, 0.05, key="suggestion-confidence")
    shown = found[found["confidence"] >= least]
    if shown.empty:
        st.caption(f"None of the {counted(len(found), 'suggestion')} is that sure.")
        return
    chosen = _chosen(project, shown, scoped, revision)
    if chosen.empty:
        st.caption("Tick what you agree with.")
        return
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.markdown(f"**{described(scoped.ground.items.loc[chosen.index], scoped)}** to {_groups(chosen)}")
    right.button(
        f"Take over {len(chosen):,}",
        key="take-suggestions",
        icon=":material/done_all:",
        width="stretch",
        on_click=_take,
        args=(project, revision.number, shown["path"].to_dict()),
    )


def _chosen(project: str, shown: pd.DataFrame, scoped: Scoped, revision: MappingRevision) -> pd.DataFrame:
    """Show the suggestions and return the ticked ones; what was unticked once stays so in any other table."""
    items, ticks = scoped.ground.items.loc[shown.index], _ticks(project)
    rows = fingerprint.short(fingerprint.of_content([revision.number, ticks.turn, list(shown.index)]))
    if ticks.table != (key := f"suggestions-{rows}") or key not in st.session_state:
        ticks.table, ticks.shown = key, list(shown.index)
        ticks.start = [at for at, item in enumerate(shown.index) if item not in ticks.off]
    st.checkbox(
        f"Select all {len(shown):,} shown",
        value=len(ticks.start) == len(shown),
        key=f"every-{key}",
        on_change=_tick_all,
        args=(project, f"every-{key}"),
    )
    table = pd.DataFrame(
        {
            "Line item": items["name"].to_numpy(),
            "Might belong to": [PATH_SEPARATOR.join(path) for path in shown["path"]],
            "Confidence": 100 * shown["confidence"].to_numpy(),
            "Because": shown["reason"].to_numpy(),
            "Spend": items["spend_micros"].to_numpy() / MICROS_PER_UNIT,
        }
    )
    event = st.dataframe(
        table,
        hide_index=True,
        height=min(420, 38 + 35 * len(shown)),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticks.start}},
        key=key,
        column_config={
            "Line item": st.column_config.TextColumn(width=280),
            "Confidence": st.column_config.ProgressColumn(format="%d %%", min_value=0, max_value=100, width="small"),
            "Because": st.column_config.TextColumn(width=280),
            "Spend": st.column_config.NumberColumn(format="%,.2f"),
        },
    )
    chosen = shown.iloc[event.selection.rows]
    ticks.off = (ticks.off - set(shown.index)) | (set(shown.index) - set(chosen.index))
    return chosen


@dataclass(slots=True)
class _Ticks:
    """The suggestions that are unticked, and the rows of the table in view with those ticked at its start."""

    off: set[str] = field(default_factory=set)
    turn: int = 0
    table: str = ""
    shown: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)


def _ticks(project: str) -> _Ticks:
    ticks: _Ticks = st.session_state.setdefault(f"suggested-{project}", _Ticks())
    return ticks


def _tick_all(project: str, box: str) -> None:
    ticks = _ticks(project)
    ticks.off = ticks.off - set(ticks.shown) if st.session_state[box] else ticks.off | set(ticks.shown)
    ticks.turn += 1


def _groups(chosen: pd.DataFrame) -> str:
    number = chosen["path"].nunique()
    return f"“{chosen['path'].iloc[0][-1]}”" if number == 1 else counted(number, "group")


def _take(project: str, number: int, paths: dict[str, Path]) -> None:
    ticks = _ticks(project)
    picked = {ticks.shown[row] for row in st.session_state[ticks.table]["selection"]["rows"]}

    def edit(mapping: Mapping) -> Mapping:
        for path in dict.fromkeys(paths.values()):
            items = [item for item, goal in paths.items() if goal == path and item in picked]
            mapping = mapping.assign(items, Target(path=path))
        return mapping

    commit(project, number, edit, f"Took over {counted(len(picked), 'suggestion')}")
