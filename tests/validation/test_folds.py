"""Where histories are cut, and what a cut leaves out."""

import numpy as np
import pytest
from simulated import make_panel

from mmm_core.errors import BadInput
from mmm_core.validation.folds import Fold, cut_panel, plan_folds
from mmm_core.validation.naive import plain_average, same_season


def test_four_folds_of_eight_weeks_lie_at_the_end_without_overlap() -> None:
    plan = plan_folds(156)
    assert [(fold.known, fold.horizon) for fold in plan.folds] == [(124, 8), (132, 8), (140, 8), (148, 8)]
    assert plan.foreseen == 32
    assert plan.season == 52


@pytest.mark.parametrize(("weeks", "folds"), [(60, 1), (67, 1), (68, 2), (83, 3), (84, 4), (300, 4)])
def test_a_short_history_has_fewer_folds_and_always_a_year_before_them(weeks: int, folds: int) -> None:
    plan = plan_folds(weeks)
    assert len(plan.folds) == folds
    assert plan.folds[0].known >= 52
    assert plan.folds[-1].known + plan.folds[-1].horizon == weeks


def test_a_history_below_sixty_weeks_is_refused_with_its_length() -> None:
    with pytest.raises(BadInput, match=r"has 59 weeks; to foresee 8 weeks .* 60 weeks or more\. Add history"):
        plan_folds(59)


def test_days_count_as_sevenths_of_weeks() -> None:
    assert [fold.known for fold in plan_folds(500, period="day").folds] == [388, 444]
    with pytest.raises(BadInput, match="has 419 days"):
        plan_folds(419, period="day")


def test_a_horizon_of_ones_own_needs_a_year_before_it() -> None:
    assert plan_folds(78, horizon=26).folds == (Fold(number=1, known=52, horizon=26),)
    with pytest.raises(BadInput, match="has 77 weeks"):
        plan_folds(77, horizon=26)


def test_what_had_not_begun_is_left_out_and_named() -> None:
    spend = np.random.default_rng(1).uniform(1, 2, (70, 1, 2))
    spend[:62, :, 1] = 0
    controls = np.random.default_rng(2).normal(size=(70, 1, 2))
    controls[:62, :, 0] = 3.0
    panel = make_panel(spend, np.ones((70, 1)), controls)
    cut = cut_panel(panel, Fold(number=1, known=62, horizon=8))
    assert cut.left_out == ("group 1", "control 0")
    assert cut.known.groups == cut.seen.groups == ("group 0",)
    assert cut.known.data["control"].values.tolist() == ["control 1"]
    assert (cut.known.data.sizes["period"], cut.seen.data.sizes["period"]) == (62, 70)


def test_last_year_is_repeated_with_the_error_of_repeating_it() -> None:
    known = np.tile(np.arange(52.0), 2)
    known[52:] += 3
    found = same_season(known, 4, 52)
    assert found.mean.tolist() == [3.0, 4.0, 5.0, 6.0]
    assert found.spread == 3.0


def test_a_year_without_a_year_before_it_gives_the_deviation_of_two_random_weeks() -> None:
    known = np.random.default_rng(1).normal(100, 5, 56)
    assert same_season(known, 4, 52).spread == pytest.approx(np.sqrt(2) * known.std())


def test_the_average_is_that_of_the_last_year_only() -> None:
    known = np.concatenate([np.full(30, 1000.0), np.tile([9.0, 11.0], 26)])
    found = plain_average(known, 3, 52)
    assert found.mean.tolist() == [10.0, 10.0, 10.0]
    assert found.spread == pytest.approx(1.0, rel=0.02)


def test_an_outcome_that_never_changes_has_a_spread_above_zero() -> None:
    known = np.full(110, 7.0)
    assert same_season(known, 4, 52).spread > 0
    assert plain_average(known, 4, 52).spread > 0
