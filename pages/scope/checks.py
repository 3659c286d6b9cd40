"""Do the numbers add up?"""

from collections.abc import Callable

import streamlit as st

from mmm_core.checks.threads import FindingState
from mmm_core.errors import counted
from mmm_core.taxonomy.resolution import UNMAPPED
from mmm_core.workflows.push_back import objection_states, what_objections_block
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.threads import finding_states, open_counts
from pages.ui.boundary import plain
from pages.ui.caching import scoped_of
from pages.ui.checking.control_totals import show_control_totals
from pages.ui.checking.found import show_findings
from pages.ui.checking.reconciliation import show_reconciliation
from pages.ui.checking.subtotals import show_subtotals
from pages.ui.journey import next_step
from pages.ui.numbers import money
from pages.ui.state import need_project, show_problem, storage


def show() -> None:
    """Render the page."""
    project = need_project()
    scoped = scoped_of(project)
    st.title("Do the numbers add up?")
    show_problem()
    if scoped is None:
        st.info("There is no media file yet, so there is nothing to add up.", icon=":material/upload_file:")
        st.page_link("pages/scope/data.py", label="Bring the data", icon=":material/arrow_back:")
        return
    states = finding_states(storage(), project, scoped)
    errors, _ = open_counts(states)
    held_up = len(what_objections_block(objection_states(storage(), project, scoped)))
    st.write(_answer(scoped, states, held_up))
    views: dict[str, Callable[[], None]] = {
        "Findings": lambda: show_findings(project, scoped, states),
        "Subtotals": lambda: show_subtotals(project, scoped),
        "Reconciliation": lambda: show_reconciliation(project, scoped),
        "Control totals": lambda: show_control_totals(project, scoped),
    }
    for tab, view in zip(st.tabs(list(views), key="checks-tabs", on_change="rerun"), views.values(), strict=True):
        if tab.open:  # the others are not computed
            with tab:
                view()
    if not errors:
        next_step("See which groups the data can tell apart", "pages/scope/push_back.py")


def _answer(scoped: Scoped, states: tuple[FindingState, ...], held_up: int) -> str:
    table, currency = scoped.reconciliation, scoped.ground.settings.currency
    amount = {step: int(table.loc[table["step"] == step, "micros"].sum()) for step in ("raw", "model_input")}
    off = int(table["difference_micros"].abs().sum())
    errors, warnings = open_counts(states)
    settled = sum(state.status in ("accepted", "waived") for state in states)
    done, apart = f", {settled:,} settled" if settled else "", _apart(scoped)
    adds_up = "every cent is accounted for" if off == 0 else f"**{money(off, currency)} are not accounted for**"
    need = f"{counted(errors, 'finding')} block{'s' * (errors == 1)} the fit" if errors else "nothing blocks the fit"
    if held_up and not errors:
        need = f"{counted(held_up, 'objection')} block{'s' * (held_up == 1)} the fit until settled on Push-back"
    return (
        f"**{money(amount['raw'], currency)}** in your files, **{money(amount['model_input'], currency)}** in the "
        f"model{apart}; {adds_up}. {need.capitalize()}; {counted(warnings, 'warning')} to look at{done}."
    )


def _apart(scoped: Scoped) -> str:
    """Name what makes the difference between the files and the model."""
    currency, status = scoped.ground.settings.currency, scoped.resolution.table["status"]
    waiting = int(scoped.ground.items.loc[(status == UNMAPPED).to_numpy(), "spend_micros"].sum())
    parts = [(str(row["reason"]), int(row["micros"])) for row in scoped.exclusions.to_dict("records")]
    corrected = [correction.difference_micros for table in scoped.ground.data.media for correction in table.corrections]
    said = [f"corrected by {money(sum(corrected), currency)}"] if sum(corrected) else []
    said += [f"{money(micros, currency)} {plain(reason)}" for reason, micros in parts if micros]
    said += [f"{money(waiting, currency)} waiting for a group"] if waiting else []
    return f" ({'; '.join(said)})" if said else ""


show()
