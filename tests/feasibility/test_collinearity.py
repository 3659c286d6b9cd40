"""The classical checks of a grouping."""

import numpy as np
import pytest
from simulated import make_panel

from mmm_core.feasibility.adequacy import group_facts, history_facts
from mmm_core.feasibility.collinearity import (
    control_correlations,
    correlations,
    inflation_factors,
    pair_facts,
    regional_shares,
    seasonal_shares,
)
from mmm_core.modeling.specification import ModelSpecification

WEEKS = 104
RNG = np.random.default_rng(5)
NOISE = RNG.gamma(2.0, 1000.0, (WEEKS, 4))


def national(*groups, controls=None):
    spend = np.stack(groups, axis=1)[:, None, :]
    return make_panel(spend, np.full((WEEKS, 1), 1e6) + RNG.normal(0, 1e3, (WEEKS, 1)), controls)


def test_correlation_agrees_with_numpy_whatever_the_scale():
    panel = national(NOISE[:, 0], 1e6 * NOISE[:, 0] + NOISE[:, 1], NOISE[:, 2])
    wanted = np.corrcoef(panel.data["spend"].values[:, 0].T)
    found = {(pair.first, pair.second): pair.correlation for pair in pair_facts(panel)}
    assert found["group 0", "group 1"] == pytest.approx(wanted[0, 1])
    assert found["group 1", "group 2"] == pytest.approx(wanted[1, 2])


def test_a_series_that_never_moves_correlates_with_nothing():
    r = correlations(np.stack([np.full(WEEKS, 3.3), NOISE[:, 0]], axis=1))
    assert r.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_in_step_counts_the_periods_in_which_both_spend_more_or_both_do_not():
    first = np.tile([1.0, 5.0], WEEKS // 2)
    second = first.copy()
    second[:10] = second[:10][::-1]
    pair = pair_facts(national(first, second))[0]
    assert (pair.in_step, pair.compared) == (WEEKS - 10, WEEKS)


def test_inflation_is_one_over_what_the_others_leave_unexplained():
    two = national(NOISE[:, 0], NOISE[:, 0] + 0.5 * NOISE[:, 1])
    r = np.corrcoef(two.data["spend"].values[:, 0].T)[0, 1]
    assert inflation_factors(two) == pytest.approx(1 / (1 - r**2))


def test_a_group_that_is_the_sum_of_others_has_no_bound_on_its_inflation():
    found = inflation_factors(national(NOISE[:, 0], NOISE[:, 1], NOISE[:, 0] + 2 * NOISE[:, 1], NOISE[:, 3]))
    assert np.isinf(found[:3]).all()
    assert found[3] < 1.2


def test_a_steady_group_neither_inflates_nor_breaks_the_others():
    found = inflation_factors(national(NOISE[:, 0], np.full(WEEKS, 7.0)))
    assert found.tolist() == pytest.approx([1.0, 1.0])


def test_a_group_that_follows_the_year_is_told_from_one_that_does_not():
    wave = 1000 * (1.2 + np.sin(2 * np.pi * np.arange(WEEKS) * 7 / 365.25))
    found = seasonal_shares(national(wave, NOISE[:, 0]))
    assert found[0] > 0.98
    assert found[1] < 0.2


def test_less_than_a_year_says_nothing_of_the_season():
    panel = make_panel(NOISE[:40, None, :2], np.ones((40, 1)))
    assert seasonal_shares(panel).tolist() == [0.0, 0.0]


def test_each_group_is_compared_with_each_control():
    controls = np.stack([NOISE[:, 0], RNG.normal(0, 1, WEEKS)], axis=1)[:, None, :]
    found = control_correlations(national(NOISE[:, 0], NOISE[:, 1], controls=controls))
    assert found.shape == (2, 2)
    assert found[0, 0] == pytest.approx(1.0)
    assert abs(found[1, 1]) < 0.3


def test_regions_in_one_rhythm_have_nothing_of_their_own():
    rhythm, size = NOISE[:, :1], np.array([[1.0, 0.3]])
    alike = (rhythm * size)[:, :, None]
    own = RNG.gamma(2.0, 1000.0, (WEEKS, 2, 1))
    shares = regional_shares(make_panel(np.concatenate([alike, own], axis=2), np.ones((WEEKS, 2))))
    assert shares is not None
    assert shares[0] == pytest.approx(0.0)
    assert shares[1] > 0.3


def test_a_panel_without_regions_has_no_regional_share():
    assert regional_shares(national(NOISE[:, 0])) is None
    assert group_facts(national(NOISE[:, 0]))[0].regional_share is None


def test_facts_of_a_group_count_weeks_from_its_start():
    late = np.zeros(WEEKS)
    late[-10:] = [100, 0, 100, 0, 100, 0, 100, 0, 100, 100]
    facts = {one.group: one for one in group_facts(national(NOISE[:, 0], late))}
    own = facts["group 1"]
    assert (own.active_weeks, own.weeks_since_start) == (6, 10)
    assert own.spend_share == pytest.approx(600 / (600 + NOISE[:, 0].sum()))
    assert own.variation == pytest.approx(late[-10:].std() / late[-10:].mean())


def test_days_count_as_sevenths_of_weeks():
    panel = make_panel(NOISE[:70, None, :1], np.ones((70, 1)), period="day")
    assert group_facts(panel)[0].active_weeks == pytest.approx(10)


def test_history_counts_what_the_model_asks_for():
    controls = RNG.normal(0, 1, (WEEKS, 1, 3))
    facts = history_facts(national(NOISE[:, 0], NOISE[:, 1], controls=controls), ModelSpecification())
    # two groups, three controls, two waves of a sine and a cosine each, level and noise
    assert (facts.rows, facts.effects, facts.parameters) == (WEEKS, 2 + 3 + 4 + 2, 6 + 3 + 4 + 2)
    assert facts.rows_per_effect == pytest.approx(WEEKS / 11)
