"""Carry-over and saturation against figures worked out by hand."""

import numpy as np
import pytest

from mmm_core.simulation import Response, geometric_adstock, logistic_saturation


def test_adstock_weights_are_geometric_and_add_up_to_one():
    # alpha 0.5, three weights: (1, 0.5, 0.25) / 1.75
    felt = geometric_adstock(np.array([7.0, 0.0, 0.0, 0.0]), 0.5, l_max=3)

    np.testing.assert_allclose(felt, [4.0, 2.0, 1.0, 0.0])


def test_adstock_adds_up_overlapping_spend():
    felt = geometric_adstock(np.array([7.0, 14.0, 0.0]), 0.5, l_max=3)

    np.testing.assert_allclose(felt, [4.0, 2.0 + 8.0, 1.0 + 4.0])


def test_adstock_of_items_adds_up_to_the_adstock_of_their_sum():
    items = np.random.default_rng(1).uniform(0, 100, (20, 3))

    felt = geometric_adstock(items, 0.7)

    np.testing.assert_allclose(felt.sum(axis=1), geometric_adstock(items.sum(axis=1), 0.7))


def test_adstock_reaches_eight_periods_by_default():
    felt = geometric_adstock(np.eye(1, 12)[0], 0.9)

    assert (felt > 0).tolist() == [True] * 8 + [False] * 4


def test_adstock_of_a_history_shorter_than_its_reach_keeps_the_full_weights():
    np.testing.assert_allclose(geometric_adstock(np.array([7.0, 0.0]), 0.5, l_max=3), [4.0, 2.0])


def test_no_retention_leaves_spend_as_it_is():
    np.testing.assert_allclose(geometric_adstock(np.array([3.0, 1.0]), 0.0), [3.0, 1.0])


def test_saturation_meets_hand_computed_values():
    # exp(-2 * 0.5) = 0.36787944; (1 - that) / (1 + that) = 0.46211716
    np.testing.assert_allclose(logistic_saturation(np.array([0.0, 0.5]), 2.0), [0.0, 0.46211716], atol=1e-8)


def test_saturation_never_passes_one():
    assert logistic_saturation(np.array([1e6]), 3.0)[0] == pytest.approx(1.0)


def test_a_steady_level_is_what_constant_spend_ends_in():
    response = Response(alpha=0.6, lam=2.0, beta=500.0, scale=100.0)

    path = response.contribution(np.full(12, 40.0))

    assert path[-1] == pytest.approx(response.steady(40.0))
