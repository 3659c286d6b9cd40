"""Experiments and known costs that the model is held to: what is in it, what files offer, what is entered by hand."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.modeling.calibrating import lift_test_findings
from mmm_core.modeling.calibrating.entering import Entered, enter_cost_target, enter_lift_test
from mmm_core.modeling.lift_tests import CostTarget, LiftTest
from mmm_core.panel.panel import Panel
from mmm_core.workflows.lift_tests import (
    OfferedLiftTest,
    add_cost_targets,
    add_lift_tests,
    offered_lift_tests,
    remove_cost_targets,
    remove_lift_tests,
)
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import SpecificationRevision
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.specifying.draft import is_changed
from pages.ui.state import author, message_once, storage

_FIELDS = {
    "": "Together",
    "first": "First day",
    "last": "Last day",
    "spend_change": "Change of spend",
    "lift": "Measured change",
    "low": "Range from",
    "high": "Range to",
    "cost": "Cost",
    "sigma": "Range",
}


def show_tests(project: str, base: SpecificationRevision, scoped: Scoped | None, panel: Panel | None) -> None:
    """Show what the model is held to and let people change it; every change is saved at once."""
    if scoped is None or panel is None:
        st.info("There is no model input yet; tests are about groups.", icon=":material/science:")
        return
    locked = is_changed()
    if locked:
        st.caption(":material/lock: Save or drop your other changes first; tests are saved at once.")
    _held(project, base, panel, locked=locked)
    _offered(project, base, scoped, panel, locked=locked)
    with st.expander("Enter a lift test by hand", icon=":material/science:"):
        _lift_form(project, base, scoped, panel, locked=locked)
    with st.expander("Enter a known cost per outcome", icon=":material/payments:"):
        _cost_form(project, base, panel, locked=locked)


def _held(project: str, base: SpecificationRevision, panel: Panel, *, locked: bool) -> None:
    spec = base.specification
    if not spec.lift_tests and not spec.cost_targets:
        st.write("The model is held to no experiment. A lift test says more about a group than years of history.")
        return
    held: list[tuple[LiftTest | CostTarget, Callable[..., Any]]] = [
        *((test, remove_lift_tests) for test in spec.lift_tests),
        *((target, remove_cost_targets) for target in spec.cost_targets),
    ]
    for at, (one, remove) in enumerate(held):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(_title(one))}**  \n{plain(_said(one, panel))}", width="stretch")
            st.button(
                "Remove", key=f"remove-test-{base.number}-{at}", disabled=locked, icon=":material/close:",
                on_click=_do, args=(remove, project, base, one), kwargs={"done": f"Removed: {_title(one)}"},
            )  # fmt: skip
    try:
        findings = lift_test_findings(panel, spec.lift_tests, adstock_l_max=spec.adstock_l_max)
    except WorkshopError as error:  # the files or the groups have changed since it was added
        st.error(f"{plain(str(error))} No fit is made before this is removed.", icon=":material/error:")
        return
    for finding in findings:
        st.warning(f"{plain(finding.message)} {plain(finding.remedy)}", icon=":material/warning:")


def _title(one: LiftTest | CostTarget) -> str:
    return one.label[0].upper() + one.label[1:]


def _said(one: LiftTest | CostTarget, panel: Panel) -> str:
    source = f"; {one.source}" if one.source else ""
    if isinstance(one, CostTarget):
        interval = f" ({one.low:,.4g} to {one.high:,.4g})" if one.low is not None and one.high is not None else ""
        return f"{one.cost:,.4g} {panel.currency} per outcome{interval}{source}"
    interval = f" ({one.low:,.0f} to {one.high:,.0f}, {100 * one.level:.0f} %)" if one.low is not None else ""
    return f"spend {one.spend_change:+,.0f} {panel.currency}, outcome {one.lift:+,.0f}{interval}{source}"


def _offered(project: str, base: SpecificationRevision, scoped: Scoped, panel: Panel, *, locked: bool) -> None:
    offers = [offer for offer in offered_lift_tests(scoped, base.specification) if not offer.used]
    if not offers:
        return
    st.write(f"Your files hold {counted(len(offers), 'lift test')} that the model does not use:")
    for offer in offers:
        with st.container(border=True):
            _offer(project, base, offer, panel, locked=locked)


def _offer(project: str, base: SpecificationRevision, offer: OfferedLiftTest, panel: Panel, *, locked: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{plain(offer.says)}  \n:small[{plain(offer.source)}, row {offer.row}]", width="stretch")
        st.button(
            "Use it", key=f"use-test-{base.number}-{offer.source}-{offer.row}", icon=":material/add:",
            disabled=locked or offer.test is None, on_click=_do,
            args=(add_lift_tests, project, base, offer.test),
            kwargs={"panel": panel, "done": "The model is held to one more lift test"},
        )  # fmt: skip
    if offer.refused:
        st.error(plain(offer.refused), icon=":material/error:")
    for finding in offer.findings:
        st.caption(f":material/warning: {plain(finding.message)} {plain(finding.remedy)}")


def _lift_form(project: str, base: SpecificationRevision, scoped: Scoped, panel: Panel, *, locked: bool) -> None:
    unit = scoped.ground.data.kpi.name if scoped.ground.data.kpi is not None else "outcome"
    with st.form("lift-test", border=False, clear_on_submit=False):
        first, second, third = st.columns(3)
        values: dict[str, Any] = {
            "group": first.selectbox("Group", panel.groups, key="test-group"),
            "first": second.date_input("First day", value=None, key="test-first"),
            "last": third.date_input("Last day", value=None, key="test-last"),
            "spend_change": first.number_input(
                f"Change of spend over the test, {panel.currency}", value=None, key="test-change",
                help="Negative where spend was stopped or cut.",
            ),
            "usual_spend": second.number_input(
                f"Usual spend over the test, {panel.currency}", value=None, key="test-usual",
                help="What would have been spent without the test. Empty: as in your files.",
            ),
            "level": third.number_input("The interval holds the truth in, %", 50.0, 99.9, 90.0, key="test-level"),
            "lift": first.number_input(f"Measured change of {plain(unit)}, whole test", value=None, key="test-lift"),
            "low": second.number_input("Interval from", value=None, key="test-low"),
            "high": third.number_input("Interval to", value=None, key="test-high"),
        }  # fmt: skip
        geos = [str(geo) for geo in panel.data["geo"].values]
        if len(geos) > 1:
            values["geos"] = tuple(st.multiselect("Regions with changed spend (none: all)", geos, key="test-geos"))
        if st.form_submit_button("Add the lift test", key="add-lift-test", disabled=locked):
            _enter(enter_lift_test(values), add_lift_tests, project, base, panel)


def _cost_form(project: str, base: SpecificationRevision, panel: Panel, *, locked: bool) -> None:
    with st.form("known-cost", border=False):
        first, second, third = st.columns(3)
        values: dict[str, Any] = {
            "group": first.selectbox("Group", panel.groups, key="cost-group"),
            "cost": first.number_input(f"{panel.currency} per outcome unit", value=None, key="cost-cost"),
            "low": second.number_input("Range from", value=None, key="cost-low"),
            "high": third.number_input("Range to", value=None, key="cost-high"),
        }  # fmt: skip
        if st.form_submit_button("Add the known cost", key="add-cost", disabled=locked):
            _enter(enter_cost_target(values), add_cost_targets, project, base, panel)


def _enter(
    entered: Entered[Any], add: Callable[..., Any], project: str, base: SpecificationRevision, panel: Panel
) -> None:
    if entered.told is None:
        for name, problem in entered.problems.items():
            st.error(f"{plain(_FIELDS.get(name, name))}: {plain(problem)}", icon=":material/error:")
        return
    try:
        add(storage(), project, (entered.told,), panel=panel, base=base, author=author())
    except WorkshopError as error:
        st.error(f"**{plain(error.title)}.** {plain(str(error))}", icon=":material/error:")
    else:
        message_once("Added")
        st.rerun()


def _do(
    action: Callable[..., Any], project: str, base: SpecificationRevision, one: LiftTest | CostTarget,
    *, done: str, **more: Any,
) -> None:  # fmt: skip
    with noting_problems():
        told: Sequence[Any] = (one,)
        action(storage(), project, told, base=base, author=author(), **more)
        message_once(done)
