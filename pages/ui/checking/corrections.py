"""Fix what a finding shows, with the difference before anything is done; take corrections back."""

import pandas as pd
import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.findings import Finding
from mmm_core.ingest.corrections import Correction, factor_text
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.workflows.corrections import (
    FixPreview,
    apply_fix,
    current_corrections,
    preview_fix,
    take_back,
)
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import noting_problems, show_error
from pages.ui.caching import revision_of
from pages.ui.checking.places import rows_in_words
from pages.ui.escaping import plain
from pages.ui.numbers import money
from pages.ui.state import author, message_once, storage

_ROWS = ("leave_out_rows", "multiply_spend")
_MOST_SHOWN = 1_000


def show_fix(project: str, scoped: Scoped, finding: Finding, *, may: bool = True) -> None:
    """Show what a finding's fix would do, ask for a reason, and do it; a viewer sees what it would do."""
    if finding.fix is None:
        return
    key = f"fix-{finding.key}"
    factor = _factor(key, finding) if may else None
    try:
        preview = preview_fix(scoped, finding, factor=factor)
    except WorkshopError as error:
        show_error(error)
        return
    currency = scoped.ground.settings.currency
    st.markdown(_said(preview, currency))
    _difference(preview, currency, key)
    if not may:
        return
    st.text_input(
        "Reason",
        key=f"{key}-reason",
        placeholder="For instance: booked twice, says the agency",
        help="It stays with the correction, in the reconciliation and in the scope document.",
    )
    st.button(
        finding.fix.what,
        key=f"{key}-apply",
        icon=":material/build:",
        on_click=_apply,
        args=(project, scoped, finding, _number(project, finding), key),
    )


def show_corrections(project: str, scoped: Scoped, *, finding_key: str = "") -> None:
    """List the corrections that stand, of one finding or all, each with a way back."""
    standing = current_corrections(storage(), project)
    listed = [one for one in standing.corrections if finding_key in ("", one.finding_key)]
    if not listed:
        return
    done = {one.id: one for table in scoped.ground.data.media for one in table.corrections}
    currency = scoped.ground.settings.currency
    st.markdown(f"##### Corrections ({len(listed)})")
    for correction in listed:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            applied = done.get(correction.id)
            effect = (
                f"{_signed(applied.difference_micros, currency)}"
                if applied
                else ":material/warning: not applied, the file is another one now"
            )
            by = plain(f"{correction.author}, {correction.at[:10]}".strip(", "))
            st.markdown(f"{_spoken(correction)}: {plain(correction.reason)} · **{effect}** · :gray[{by}]")
            st.button(
                "Take back",
                key=f"take-back-{correction.id}",
                icon=":material/undo:",
                on_click=_take_back,
                args=(project, correction.id, standing.number),
            )


def _factor(key: str, finding: Finding) -> str | None:
    """Ask for the factor where there is one; the proposed one stands in the field."""
    if finding.fix is None or finding.fix.kind != "multiply_spend":
        return None
    return st.text_input(
        "Multiply the spend by",
        value=factor_text(finding.fix.factor),
        key=f"{key}-factor",
        width=220,
        help="A number, or one divided by another, such as 1/24.9.",
    )


def _said(preview: FixPreview, currency: str) -> str:
    before, after = money(preview.before_micros, currency), money(preview.after_micros, currency)
    items = counted(len(preview.lines), "line item")
    if preview.kind not in _ROWS:
        return f"{items} with **{before}**."
    change = _signed(preview.after_micros - preview.before_micros, currency)
    return (
        f"{counted(len(preview.rows), 'row')} of {plain(preview.source)} ({rows_in_words(preview.rows)}), {items}: "
        f"**{before}** → **{after}** ({change})."
    )


def _difference(preview: FixPreview, currency: str, key: str) -> None:
    lines = preview.lines.head(_MOST_SHOWN)
    before, after = lines["before_micros"] / MICROS_PER_UNIT, lines["after_micros"] / MICROS_PER_UNIT
    amount = st.column_config.NumberColumn(format="%,.2f")
    if preview.kind in _ROWS:
        table = pd.DataFrame(
            {
                "Line item": lines["name"],
                "Rows": lines["rows"],
                f"Before, {currency}": before,
                f"After, {currency}": after,
                f"Difference, {currency}": after - before,
            }
        )
    else:
        table = pd.DataFrame(
            {
                "Line item": lines["name"],
                f"Spend, {currency}": before,
                "Now": lines["group_before"],
                "Then": lines["group_after"],
            }
        )
    st.dataframe(
        table,
        hide_index=True,
        height=min(320, 38 + 35 * len(lines)),
        key=f"{key}-difference",
        column_config={name: amount for name in table.columns if name.endswith(f", {currency}")},
    )
    if len(lines) < len(preview.lines):
        st.caption(f"The largest {len(lines):,} of {len(preview.lines):,} line items are shown; all are concerned.")


def _number(project: str, finding: Finding) -> int:
    """Return the number of the revision in view that the fix builds on."""
    if finding.fix is not None and finding.fix.kind in _ROWS:
        return current_corrections(storage(), project).number
    return revision_of(project).number


def _apply(project: str, scoped: Scoped, finding: Finding, number: int, key: str) -> None:
    with noting_problems():
        apply_fix(
            storage(),
            project,
            scoped,
            finding,
            reason=st.session_state.get(f"{key}-reason", ""),
            author=author(),
            factor=st.session_state.get(f"{key}-factor"),
            base_number=number,
        )
        corrected = finding.fix is not None and finding.fix.kind in _ROWS
        message_once(
            "Done; the reconciliation shows it and it can be taken back"
            if corrected
            else "Done; the mapping has a new revision, and Undo on the page Mapping brings the former back"
        )


def _take_back(project: str, correction: str, number: int) -> None:
    with noting_problems():
        take_back(storage(), project, correction, base_number=number, author=author())
        message_once("The correction is taken back")


def _spoken(correction: Correction) -> str:
    rows, source = counted(len(correction.rows), "row"), plain(correction.source)
    if correction.kind == "leave_out_rows":
        return f"{rows} of {source} left out"
    return f"Spend in {rows} of {source} times {plain(correction.factor)}"


def _signed(micros: int, currency: str) -> str:
    return f"+{money(micros, currency)}" if micros > 0 else money(micros, currency).replace("-", "\N{MINUS SIGN}")
