"""What if we spend differently?"""

import pandas as pd
import streamlit as st

from mmm_core.charts.difference import difference_dots
from mmm_core.charts.fan import fan_chart
from mmm_core.charts.plan_range import plan_range_chart
from mmm_core.errors import WorkshopError
from mmm_core.panel.panel import Panel
from mmm_core.planning import Scenario, ScenarioResult, base_plan, odds_in_words, scenario_plan
from mmm_core.planning.scenario import LONGEST_HORIZON
from mmm_core.storage.fits import StoredFit
from mmm_core.workflows.scenarios import (
    Comparison,
    evaluate_scenario,
    list_scenarios,
    remove_scenario,
    save_new_scenario,
)
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import boundary, plain, show_error
from pages.ui.diagnostics import warn_of_doubts
from pages.ui.drawings import show_drawing
from pages.ui.fits import caveats_here, draft_mark, fitted_panel, need_fit, show_caveats, unit_of
from pages.ui.numbers import whole, with_range
from pages.ui.signing.standing import standing_of_fit
from pages.ui.state import author, crew, message_once, need_project, storage

_MOST = 200
"""Sliders reach from 0 to this percentage of the base plan."""


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("What if we spend differently?")
    scoped, fit = need_fit(project)
    crew().prepare(fit.fingerprint)
    warn_of_doubts(fit)
    st.caption(standing_of_fit(project, scoped, fit).sentence)
    show_caveats(caveats_here(project, scoped))
    _kept(project)
    _explore(project, scoped, fit)


def _kept(project: str) -> None:
    """Load a kept scenario into the sliders, or remove it."""
    kept = list_scenarios(storage(), project)
    if not kept:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Kept scenarios",
            kept,
            index=None,
            format_func=lambda entry: entry.name,
            placeholder="Choose",
            key="kept",
            width=320,
        )
        if st.button("Load", key="load-scenario", disabled=chosen is None) and chosen is not None:
            _load(Scenario.from_dict(chosen.content))
        if st.button("Remove", key="remove-scenario", disabled=chosen is None) and chosen is not None:
            remove_scenario(storage(), project, chosen.id, author=author())
            st.session_state.pop("kept", None)
            message_once(f"{chosen.name} is removed")
            st.rerun()


def _load(scenario: Scenario) -> None:
    st.session_state["horizon"] = scenario.periods
    for key in [key for key in st.session_state if str(key).startswith("slider-")]:
        st.session_state[key] = 100
    for group, factor in scenario.change.items():
        st.session_state[f"slider-{group}"] = round(100 * factor)
    st.rerun()


@st.fragment
def _explore(project: str, scoped: Scoped, fit: StoredFit) -> None:
    """Sliders on the left, what they bring on the right; only this part runs again when one moves."""
    with boundary():
        panel = fitted_panel(fit)
        left, right = st.columns([1, 2], gap="large")
        with left:
            scenario = _sliders(panel)
        with right:
            with st.spinner("Evaluating; the first time takes some seconds"):
                comparison = evaluate_scenario(crew(), fit.fingerprint, scenario)
            mark = draft_mark(project, scoped, fit)
            _consequence(comparison, panel, unit_of(scoped), mark)
            _detail(scenario, comparison, panel, unit_of(scoped), mark)
            _keep(project, scenario, fit)


def _sliders(panel: Panel) -> Scenario:
    st.session_state.setdefault("horizon", 13)
    horizon = st.number_input(f"Horizon, {panel.period}s", 1, LONGEST_HORIZON, key="horizon")
    base = base_plan(panel, int(horizon)).sum(("period", "geo"))
    change = {}
    for group in panel.groups:
        amount = float(base.sel(group=group))
        st.session_state.setdefault(f"slider-{group}", 100)
        percent = st.slider(
            f"{plain(group)}, % of {whole(amount)} {panel.currency}"
            if amount
            else f"{plain(group)}: no spend in the base plan",
            0,
            _MOST,
            step=5,
            key=f"slider-{group}",
            disabled=amount == 0,
        )
        if percent != 100 and amount:
            change[group] = percent / 100
    return Scenario(name="This plan", periods=int(horizon), change=change)


def _consequence(comparison: Comparison, panel: Panel, unit: str, mark: str) -> None:
    result = comparison.scenario
    st.markdown(_sentence(result, panel, unit))
    _warn_outside(result, panel)
    show_drawing(_fan(comparison, panel, unit), live=True, key="fan", mark=mark)


def _sentence(result: ScenarioResult, panel: Panel, unit: str) -> str:
    horizon = f"the next {len(result.periods)} {panel.period}s"
    spend, base = sum(result.spend.values()), sum(result.base_spend.values())
    total = f"{with_range(*(result.total[q] for q in ('q50', 'q05', 'q95')))} {unit}"
    if result.probability_gain is None:
        return (
            f"**The base plan** repeats the last {len(result.periods)} {panel.period}s: {whole(spend)} "
            f"{panel.currency}. Expect {total} in {horizon}."
        )
    difference = with_range(*(result.difference[q] for q in ("q50", "q05", "q95")))
    odds = odds_in_words(
        result.probability_gain,
        f"{panel.kpi_name} is higher than under the base plan",
        horizon=horizon,
        in_range=result.in_range,
    )
    return (
        f"**{plain(odds)}.** The difference is {difference} {unit} for {_signed(spend - base)} "
        f"{panel.currency} of spend; in all, expect {total}."
    )


def _signed(amount: float) -> str:
    return f"{'+' if amount >= 0 else ''}{whole(amount)}"


def _warn_outside(result: ScenarioResult, panel: Panel) -> None:
    if result.in_range:
        return
    parts = [
        f"{plain(group)} ({'never spent before' if ratio is None else f'{100 * ratio:.0f} % of the most ever seen'})"
        for group, ratio in result.beyond_range.items()
    ]
    st.warning(
        f"Outside the range of spend per {panel.period} that the model has seen: {', '.join(parts)}. "
        "There it extrapolates.",
        icon=":material/warning:",
    )


def _fan(comparison: Comparison, panel: Panel, unit: str):
    history = pd.DataFrame({"period": panel.data["period"].values, "actual": panel.data["kpi"].sum("geo").values})
    future = pd.DataFrame(list(comparison.scenario.outcome)).assign(
        period=pd.to_datetime(list(comparison.scenario.periods)),
        base_q50=[quantiles["q50"] for quantiles in comparison.base.outcome],
    )
    return fan_chart(history, future, unit=unit, period=panel.period)


def _detail(scenario: Scenario, comparison: Comparison, panel: Panel, unit: str, mark: str) -> None:
    difference, plan = st.tabs(["Difference to the base plan", "Plan against the range seen"], key="scenario-tabs")
    with difference:
        if comparison.scenario.probability_gain is None:
            st.caption("Move a slider to compare with the base plan.")
        else:
            st.markdown("Each dot is one of 100 equally likely outcomes.")
            show_drawing(
                difference_dots(pd.DataFrame({"difference": comparison.scenario.dots}), unit=unit),
                live=True,
                key="dots",
                mark=mark,
            )
    with plan:
        show_drawing(
            plan_range_chart(_ranges(scenario, panel), currency=panel.currency, period=panel.period), key="ranges"
        )


def _ranges(scenario: Scenario, panel: Panel) -> pd.DataFrame:
    seen = panel.data["spend"].sum("geo")
    plan, base = (
        p.sum("geo").max("period") for p in (scenario_plan(panel, scenario), base_plan(panel, scenario.periods))
    )
    return pd.DataFrame(
        {
            "group": list(panel.groups),
            "trained_min": seen.min("period").values,
            "trained_max": seen.max("period").values,
            "base": base.values,
            "planned": plan.values,
        }
    )


def _keep(project: str, scenario: Scenario, fit: StoredFit) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Keep this plan as", key="scenario-name", placeholder="For instance: More search", width=320
        )
        if st.button("Keep", type="primary", key="keep-scenario"):
            named = Scenario(name=name, periods=scenario.periods, change=scenario.change)
            try:
                save_new_scenario(storage(), project, named, fit_fingerprint=fit.fingerprint, author=author())
            except WorkshopError as error:
                show_error(error)
            else:
                message_once(f"{name} is kept")
                st.rerun(scope="app")


show()
