"""Always in sight: what is mapped, what waits, what is left out, to the cent; and the way back."""

import pandas as pd
import streamlit as st

from mmm_core.errors import counted, cut_short
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED
from mmm_core.workflows.mapping import MappingRevision, steps_from
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.numbers import money, share
from pages.ui.state import storage
from pages.ui.workbench.editing import do_again, take_back

_LONGEST, _MOST_REASONS = 60, 10
_LEFT_OUT = "Left out"
_PARTS = (("Mapped", MAPPED), ("Waiting", UNMAPPED), (_LEFT_OUT, EXCLUDED))


def show_standing(scoped: Scoped) -> None:
    """Say how much is mapped; the parts add up to the money in the files."""
    items, status = scoped.ground.items, scoped.resolution.table["status"]
    currency = scoped.ground.settings.currency
    total = int(items["spend_micros"].sum())
    part = {name: items[(status == name).to_numpy()] for _, name in _PARTS}
    spend = {name: int(rows["spend_micros"].sum()) for name, rows in part.items()}
    rows = share(int(part[MAPPED]["rows"].sum()), int(items["rows"].sum()))
    left = len(part[UNMAPPED])
    waiting = f"{counted(left, 'line item')} wait{'s' * (left == 1)} for a group." if left else "Nothing waits."
    st.write(
        f"**{share(spend[MAPPED], total)} of spend**, {rows} of rows and {len(part[MAPPED]):,} of {len(items):,} "
        f"line items are in a group. {waiting}"
    )
    _equation(part, spend, total, currency, _reasons(scoped, currency))


def _equation(part: dict[str, pd.DataFrame], spend: dict[str, int], total: int, currency: str, reasons: str) -> None:
    """Write: in the files = mapped + waiting + left out; it stays at the top of the window, see `style.css`."""
    number = sum(map(len, part.values()))
    terms = [("All line items", total, number), *((label, spend[name], len(part[name])) for label, name in _PARTS)]
    with st.container(horizontal=True, gap="medium", key="standing"):
        for sign, (label, micros, size) in zip(("", "=", r"\+", r"\+"), terms, strict=True):
            st.markdown(
                f"{sign} **{money(micros, currency)}**  \n:gray[{label}, {size:,}]",
                width="content",
                help=(reasons or None) if label == _LEFT_OUT else None,
            )


def _reasons(scoped: Scoped, currency: str) -> str:
    """List why line items are left out, with the money of each reason, the largest first."""
    table = scoped.resolution.table
    out = (table["status"] == EXCLUDED).to_numpy()
    sums = scoped.ground.items["spend_micros"][out].groupby(table["reason"][out].to_numpy()).agg(["sum", "size"])
    sums = sums.sort_values("sum", ascending=False, kind="stable")
    lines = [
        f"- {plain(str(reason))}: {money(int(micros), currency)}, {counted(int(size), 'line item')}"
        for reason, micros, size in sums.head(_MOST_REASONS).itertuples()
    ]
    more = len(sums) - len(lines)
    return "\n".join([*lines, *([f"- and {counted(more, 'more reason')}"] if more else [])])


def show_way_back(project: str, revision: MappingRevision) -> None:
    """Name what undo and redo would do; both add a revision, so nothing is lost by either."""
    steps = steps_from(storage(), project, revision.number)
    for name, icon, number, said, act in (
        ("Undo", "undo", steps.undo, steps.undo_name, take_back),
        ("Redo", "redo", steps.redo, steps.redo_name, do_again),
    ):
        st.button(
            f"{name}: {plain(cut_short(said, _LONGEST))}" if number else name,
            key=name.lower(),
            icon=f":material/{icon}:",
            disabled=not number,
            on_click=act,
            args=(project, revision.number),
            help=plain(said) or None,
        )
