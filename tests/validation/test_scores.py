"""The numbers, against closed forms and values worked out by hand."""

import numpy as np
import pytest

from mmm_core.validation import scores


def test_the_score_of_draws_is_the_distance_to_the_actual_less_half_their_own() -> None:
    # Draws 0 and 2, actual 3: mean distance 2, mean distance of two draws 1.
    assert scores.crps_of_draws(np.array([[0.0], [2.0]]), np.array([3.0])) == pytest.approx([1.5])


def test_the_score_of_many_normal_draws_meets_its_closed_form() -> None:
    draws = np.random.default_rng(1).normal(3, 2, (40_000, 3))
    actual = np.array([3.0, 7.0, -1.0])
    closed = scores.crps_of_normal(np.full(3, 3.0), np.full(3, 2.0), actual)
    assert scores.crps_of_draws(draws, actual) == pytest.approx(closed, rel=0.02)


def test_a_sharp_forecast_that_is_right_beats_a_wide_one_and_a_sharp_one_that_is_wrong() -> None:
    actual, mean = np.array([10.0]), np.array([10.0])
    sharp, wide = (scores.crps_of_normal(mean, np.array([spread]), actual) for spread in (1.0, 5.0))
    wrong = scores.crps_of_normal(mean + 6, np.array([1.0]), actual)
    assert sharp < wide < wrong


def test_actuals_at_the_edge_of_an_interval_are_in_it() -> None:
    draws = np.arange(101.0)[:, None] * np.ones(4)
    actual = np.array([24.9, 25.0, 75.0, 75.1])
    assert scores.covered(draws, actual, 0.5) == 2


def test_chances_of_hits_are_those_of_coins() -> None:
    assert scores.chance_of_so_few(0, 3, 0.5) == pytest.approx(1 / 8)
    assert scores.chance_of_so_many(3, 3, 0.5) == pytest.approx(1 / 8)
    assert scores.chance_of_so_many(0, 3, 0.5) == 1.0
    assert scores.sign_test(3, 3) == pytest.approx(2 / 8) == scores.sign_test(0, 3)
    assert scores.sign_test(2, 4) == 1.0


def test_errors_are_told_from_the_actuals() -> None:
    expected, actual = np.array([9.0, 20.0, 5.0]), np.array([10.0, 25.0, 0.0])
    assert scores.mape(expected, actual) == pytest.approx((0.1 + 0.2) / 2)
    assert scores.nrmse(expected, actual) == pytest.approx(np.sqrt((1 + 25 + 25) / 3) / 25)
    assert scores.r2(actual, actual) == 1.0
    assert scores.r2(np.full(3, actual.mean()), actual) == 0.0


def test_an_outcome_without_a_range_has_no_error_relative_to_it() -> None:
    flat = np.zeros(4)
    assert np.isnan([scores.r2(flat, flat), scores.nrmse(flat, flat), scores.mape(flat, flat)]).all()


def test_errors_that_repeat_are_told_from_errors_that_do_not() -> None:
    rng = np.random.default_rng(2)
    fresh = rng.normal(size=150)
    repeated = np.zeros(150)
    for at in range(1, 150):
        repeated[at] = 0.6 * repeated[at - 1] + fresh[at]
    assert scores.ljung_box(fresh) > 0.05
    assert scores.ljung_box(repeated) < 1e-6
    assert scores.lag_correlation(repeated) == pytest.approx(0.6, abs=0.12)
    assert scores.durbin_watson(repeated) == pytest.approx(2 * (1 - scores.lag_correlation(repeated)), abs=0.05)
    assert scores.durbin_watson(np.zeros(5)) == 2.0
    assert scores.lag_correlation(np.ones(5)) == 0.0


def test_a_gain_in_every_period_is_clear_and_one_by_luck_is_not() -> None:
    rng = np.random.default_rng(3)
    assert scores.chance_of_no_gain(1 + 0.2 * rng.normal(size=32)) < 1e-6
    assert scores.chance_of_no_gain(rng.normal(size=32) - rng.normal(size=32).mean()) > 0.05
    assert scores.chance_of_no_gain(-1 + 0.2 * rng.normal(size=32)) > 0.999
    assert scores.chance_of_no_gain(np.ones(8)) == 0.0
    assert scores.chance_of_no_gain(np.zeros(8)) == 1.0


def test_gains_that_come_in_runs_count_for_less() -> None:
    alone = np.tile([1.0, -0.6], 16)
    in_runs = np.repeat([1.0, -0.6], 16)
    assert scores.chance_of_no_gain(in_runs) > scores.chance_of_no_gain(alone)
