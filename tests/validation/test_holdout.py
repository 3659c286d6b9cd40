"""Holdouts of simulated clients with real fits: what is foreseen, what never leaks, how it is stopped."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from simulated import make_panel, national_fit, national_panel, needs_pymc, panel_of, regional_fit, regional_panel
from trusting import checks

from mmm_core.errors import CancelledFit
from mmm_core.jobs.messages import plain
from mmm_core.modeling.choices import Event, FixedScale
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.lift_tests import CostTarget, LiftTest
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.simulation.client import simulate_national
from mmm_core.validation.folds import Fold, FoldPlan, cut_panel, known_model, plan_folds
from mmm_core.validation.forecasting import expected_of, forecast
from mmm_core.validation.foresight import sum_up
from mmm_core.validation.holdout import run_holdout
from mmm_core.validation.holdout_record import Holdout, HoldoutProgress
from mmm_core.validation.measures import FitMeasures, measure_fit
from mmm_core.validation.refitting import fit_fold, short_run
from mmm_core.validation.verdicts import Answer, judge

pytestmark = needs_pymc
QUICK = ModelSpecification(adstock_l_max=4, yearly_seasonality=1, chains=2, draws=250, tune=250, until_settled=False)
ONE = FoldPlan(folds=(Fold(number=1, known=96, horizon=8),), season=52)


@cache
def client_panel() -> Panel:
    return panel_of(simulate_national(np.random.default_rng(7), periods=104, groups=3, noise=0.02))


@cache
def client_holdout() -> Holdout:
    return run_holdout(client_panel(), QUICK, plan_folds(104))


def noise_panel() -> Panel:
    """The client's spend and controls beside an outcome that nothing explains."""
    data = client_panel().data
    outcome = np.random.default_rng(5).lognormal(12, 0.3, data["kpi"].shape)
    return make_panel(data["spend"].values, outcome, data["controls"].values)


def answers(panel: Panel, holdout: Holdout) -> dict[str, Answer]:
    found = measure_fit(panel, fit_model(panel, QUICK))
    every = tuple(checks(found, holdout).values())
    return {verdict.code: verdict.answer for verdict in judge(found, holdout, every)}


@pytest.mark.parametrize("case", ["national", "regional"])
def test_what_a_fit_expects_of_its_own_periods_is_what_it_kept(case: str) -> None:
    panel, fit = (national_panel(), national_fit()) if case == "national" else (regional_panel(), regional_fit())
    expected = expected_of(panel, fit, panel, horizon=panel.data.sizes["period"], noise=False)
    kept = fit.draws["expected"].values.reshape(expected.shape)
    np.testing.assert_allclose(expected, kept, rtol=1e-5)


def test_carry_over_reaches_from_the_known_weeks_into_the_foreseen_ones() -> None:
    panel, fit = national_panel(), national_fit()
    whole = expected_of(panel, fit, panel, horizon=20, noise=False)
    part = expected_of(panel, fit, panel, horizon=3, noise=False)
    np.testing.assert_allclose(part, whole[:, -3:])


def test_noise_widens_a_forecast_and_leaves_its_middle() -> None:
    panel, fit = national_panel(), national_fit()
    plain_draws, noisy = (expected_of(panel, fit, panel, horizon=8, noise=noise) for noise in (False, True))
    assert (noisy.std(axis=0) > plain_draws.std(axis=0)).all()
    np.testing.assert_allclose(noisy.mean(axis=0), plain_draws.mean(axis=0), rtol=0.01)


@cache
def known_fit() -> Fit:
    return fit_model(cut_panel(client_panel(), ONE.folds[0]).known, QUICK)


def changed(panel: Panel, name: str, factor: float) -> Panel:
    data = panel.data.copy(deep=True)
    data[name].values[96:] *= factor
    return Panel(data=data, period=panel.period, kpi_name=panel.kpi_name, currency=panel.currency)


def test_the_outcome_of_held_out_weeks_changes_no_forecast() -> None:
    fold = ONE.folds[0]
    as_it_was, other = (cut_panel(panel, fold) for panel in (client_panel(), changed(client_panel(), "kpi", 50.0)))
    assert as_it_was.known.fingerprint == other.known.fingerprint
    np.testing.assert_array_equal(
        forecast(as_it_was.known, known_fit(), as_it_was.seen), forecast(other.known, known_fit(), other.seen)
    )


def test_a_whole_holdout_foresees_the_same_whatever_came() -> None:
    one, other = (run_holdout(panel, QUICK, ONE) for panel in (client_panel(), changed(client_panel(), "kpi", 50.0)))
    assert [period.mean for period in one.periods] == [period.mean for period in other.periods]
    assert [period.season for period in one.periods] == [period.season for period in other.periods]
    assert [period.actual for period in one.periods] != [period.actual for period in other.periods]


def test_scales_come_from_the_known_weeks_alone() -> None:
    fold = ONE.folds[0]
    more = cut_panel(changed(client_panel(), "spend", 3.0), fold)
    as_it_was = cut_panel(client_panel(), fold)
    raised = forecast(more.known, known_fit(), more.seen).mean()
    # A scale that saw the raised spend would have pressed it back to where it was.
    assert raised > forecast(as_it_was.known, known_fit(), as_it_was.seen).mean() * 1.02


def lift_test(first: str, last: str, *, lift: float = 400_000.0) -> LiftTest:
    return LiftTest(
        group="group_01", first=first, last=last, spend_change=100_000.0, lift=lift, low=0.9 * lift, high=1.1 * lift
    )


def first_effect(specification: ModelSpecification) -> np.ndarray:
    _, fit = fit_fold(client_panel(), specification, ONE.folds[0], report=lambda _: None, stop=lambda: False)
    return fit.posterior["saturation_beta"].sel(group="group_01").values


def test_a_fold_cannot_see_a_lift_test_that_ended_after_it() -> None:
    """The fold knows 96 weeks from 2023-01-02 on: until Sunday, 2024-11-03."""
    without = first_effect(QUICK)
    on_the_last_day = replace(QUICK, lift_tests=(lift_test("2024-09-30", "2024-11-03"),))
    a_day_later = replace(QUICK, lift_tests=(lift_test("2024-09-30", "2024-11-04"),))
    np.testing.assert_array_equal(first_effect(a_day_later), without)
    assert not np.array_equal(first_effect(on_the_last_day), without), "one that had ended is known"


def test_a_fold_cannot_see_costs_without_days_or_scales_of_later() -> None:
    cost = CostTarget(group="group_01", cost=0.05, sigma=0.001)
    scale = FixedScale(outcome=(("national", 1e9),), spend=(("national", "group_01", 1e9),))
    without = first_effect(QUICK)
    np.testing.assert_array_equal(first_effect(replace(QUICK, cost_targets=(cost,), fixed_scale=scale)), without)
    dated = replace(cost, first="2024-01-01", last="2024-10-06")
    assert not np.array_equal(first_effect(replace(QUICK, cost_targets=(dated,))), without)


def test_a_fold_leaves_out_tests_of_groups_that_it_does_not_know() -> None:
    data = client_panel().data
    spend = data["spend"].values.copy()
    spend[:97, :, 2] = 0.0
    panel = make_panel(spend, data["kpi"].values, data["controls"].values)
    test = replace(lift_test("2024-08-05", "2024-09-01"), group="group 2")
    cost = CostTarget(group="group 2", first="2024-08-05", last="2024-09-01", cost=0.3, sigma=0.1)
    fold = ONE.folds[0]
    known = known_model(replace(QUICK, lift_tests=(test,), cost_targets=(cost,)), panel, fold, cut_panel(panel, fold))
    assert (known.lift_tests, known.cost_targets) == ((), ())


def test_a_fold_knows_the_calendar() -> None:
    event = Event(name="Sale", first="2024-12-02", last="2024-12-08")
    fold = ONE.folds[0]
    known = known_model(replace(QUICK, events=(event,)), client_panel(), fold, cut_panel(client_panel(), fold))
    assert known.events == (event,)


def test_a_client_with_known_truth_is_foreseen_and_covered() -> None:
    seen = sum_up(client_holdout())
    assert (seen.periods, seen.folds) == (32, 4)
    assert seen.mape < 0.05 < seen.rival_mape
    assert seen.skill > 0.3
    assert seen.hits[-1] >= 24
    assert answers(client_panel(), client_holdout())["forecast"] in ("yes", "with caution")


def test_the_forecasts_are_as_far_off_as_the_noise_that_was_put_in() -> None:
    errors = np.array([period.actual / period.mean - 1 for period in client_holdout().periods])
    assert 0.01 < errors.std() < 0.04


def test_an_outcome_that_nothing_explains_gets_the_verdict_it_deserves() -> None:
    panel = noise_panel()
    found = answers(panel, run_holdout(panel, QUICK, plan_folds(104)))
    assert found["forecast"] == found["reach"] == "no"
    assert found["rank"] != "yes"


def test_a_group_that_began_later_is_left_out_of_earlier_folds() -> None:
    data = client_panel().data
    spend = data["spend"].values.copy()
    spend[:97, :, 2] = 0.0
    panel = make_panel(spend, data["kpi"].values, data["controls"].values)
    found = run_holdout(panel, QUICK, ONE)
    assert found.folds[0].left_out == ("group 2",)
    assert set(found.folds[0].roi) == {"group 0", "group 1"}


def test_spend_above_anything_before_is_marked_period_by_period() -> None:
    found = run_holdout(changed(client_panel(), "spend", 20.0), QUICK, ONE)
    assert all(period.beyond > 0.1 for period in found.periods)
    calm = run_holdout(changed(client_panel(), "spend", 0.01), QUICK, ONE)
    assert {period.beyond for period in calm.periods} == {0.0}


def test_regions_are_foreseen_together() -> None:
    rng = np.random.default_rng(3)
    spend = rng.gamma(2.0, 10_000.0, (70, 2, 2))
    media = 150_000 * (spend / spend.max(axis=0)).sum(axis=2)
    panel = make_panel(spend, 600_000.0 + media + rng.normal(0, 9_000.0, (70, 2)))
    found = run_holdout(panel, QUICK, plan_folds(70))
    national = panel.data["kpi"].sum("geo").values[-16:]
    np.testing.assert_allclose([period.actual for period in found.periods], national)


def test_progress_goes_up_to_the_end_and_names_the_fold() -> None:
    heard: list[HoldoutProgress] = []
    plan = plan_folds(104, most=2)
    run_holdout(client_panel(), QUICK, plan, report=heard.append)
    assert [told.share for told in heard] == sorted(told.share for told in heard)
    assert {(told.fold, told.folds) for told in heard} == {(1, 2), (2, 2)}
    assert heard[0].eta_seconds is None
    assert heard[-1].eta_seconds is not None


def test_a_stop_between_two_folds_ends_the_holdout() -> None:
    heard: list[HoldoutProgress] = []
    with pytest.raises(CancelledFit):
        run_holdout(
            client_panel(),
            QUICK,
            plan_folds(104),
            report=heard.append,
            stop=lambda: bool(heard) and heard[-1].fold == 2,
        )
    assert heard[-1].fold == 2


def test_the_refits_are_short_runs_of_the_same_model() -> None:
    full = ModelSpecification(effect_spread=0.5)
    short = short_run(full)
    assert short.structure() == full.structure()
    assert short.chains * (short.draws + short.tune) < full.chains * (full.draws + full.tune)
    assert short_run(QUICK) == QUICK


def test_a_real_holdout_survives_json() -> None:
    assert Holdout.from_dict(json.loads(json.dumps(plain(client_holdout().as_dict())))) == client_holdout()


def test_the_figures_of_a_fit_hold_what_is_known_of_the_truth() -> None:
    found = measure_fit(national_panel(), national_fit())
    assert found.r2 > 0.8
    assert 0.1 < found.media_share < 0.6
    assert found.baseline_negative == 0.0
    assert found.in_money
    assert all(0 <= group.contraction <= 1 for group in found.groups)
    assert max(group.contraction for group in found.groups) > 0.5
    assert [group.group for group in found.groups] == list(national_panel().groups)
    assert len(found.pairs) == 6
    assert FitMeasures.from_dict(json.loads(json.dumps(plain(found.as_dict())))) == found


def test_the_data_say_little_of_an_outcome_that_is_noise() -> None:
    panel = noise_panel()
    noisy = measure_fit(panel, fit_model(panel, QUICK))
    sound = measure_fit(client_panel(), fit_model(client_panel(), QUICK))
    assert np.mean([group.contraction for group in noisy.groups]) < np.mean([g.contraction for g in sound.groups])
