from dataclasses import replace

import numpy as np
import pytest
from simulated import make_panel

from mmm_core.modeling.choices import Alike, Expectation
from mmm_core.modeling.expected_shares import expected_shares, likeness
from mmm_core.modeling.lift_tests import CostTarget
from mmm_core.modeling.scaled_model import scaled_model
from mmm_core.modeling.scales import fix_scale, scales_of
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

RNG = np.random.default_rng(5)
SPEND = RNG.gamma(2.0, 1000.0, (60, 1, 4)) * np.array([1.0, 0.5, 0.1, 2.0])
KPI = 50_000 + RNG.normal(0, 500.0, (60, 1))
PANEL = make_panel(SPEND, KPI)
DEFAULT = ModelSpecification()


def mean_share(panel: Panel, specification: ModelSpecification) -> np.ndarray:
    middle, spread = expected_shares(panel, specification)
    return np.exp(middle + spread**2 / 2)


def test_all_groups_together_are_expected_to_bring_the_media_share() -> None:
    assert mean_share(PANEL, DEFAULT).sum() == pytest.approx(DEFAULT.media_share)


@pytest.mark.parametrize("parts", [2, 5])
def test_cutting_a_group_into_parts_leaves_the_expected_total_as_it_is(parts: int) -> None:
    cut = np.concatenate([SPEND[..., :3], np.repeat(SPEND[..., 3:] / parts, parts, axis=2)], axis=2)

    shares = mean_share(make_panel(cut, KPI), DEFAULT)

    assert shares.sum() == pytest.approx(DEFAULT.media_share)
    assert shares[3:].sum() == pytest.approx(mean_share(PANEL, DEFAULT)[3])


def test_an_expected_return_becomes_the_range_of_the_share() -> None:
    expected = Expectation(place=("group 1",), roi=(0.5, 2.0))
    middle, spread = expected_shares(PANEL, replace(DEFAULT, expectations=(expected,)))

    ends = np.exp(middle[1] + np.array([-1.6449, 1.6449]) * spread[1]) * KPI.sum() / SPEND[..., 1].sum()

    np.testing.assert_allclose(ends, [0.5, 2.0], rtol=1e-3)
    np.testing.assert_array_equal(middle[[0, 2, 3]], expected_shares(PANEL, DEFAULT)[0][[0, 2, 3]])


def test_a_tighter_spread_leaves_the_middle_where_it_is() -> None:
    tighter = replace(DEFAULT, group_spreads=(("group 0", 0.3),))

    (middle, spread), (before, _) = expected_shares(PANEL, tighter), expected_shares(PANEL, DEFAULT)

    np.testing.assert_array_equal(middle, before)
    assert spread[0] == 0.3


def test_an_exact_known_cost_overrules_a_vague_expectation() -> None:
    exact = CostTarget(group="group 0", cost=0.5, low=0.49, high=0.51)

    middle, spread = expected_shares(PANEL, replace(DEFAULT, cost_targets=(exact,)))

    assert np.exp(middle[0]) == pytest.approx(2 * SPEND[..., 0].sum() / KPI.sum(), rel=0.01)
    assert spread[0] == pytest.approx(np.log(51 / 49) / (2 * 1.6449), rel=0.01)


def test_a_vague_known_cost_hardly_moves_an_expectation() -> None:
    vague = CostTarget(group="group 0", cost=0.5, low=0.005, high=50.0)

    middle, spread = expected_shares(PANEL, replace(DEFAULT, cost_targets=(vague,)))
    before, spread_before = expected_shares(PANEL, DEFAULT)

    assert abs(middle[0] - before[0]) < 0.25 * spread[0]
    assert 0.9 * spread_before[0] < spread[0] < spread_before[0]


def test_groups_of_one_node_are_alike_and_no_others() -> None:
    alike = Alike(place=("Online",), groups=("group 0", "group 2"), likeness=0.7)

    found = likeness(PANEL.groups, replace(DEFAULT, alike=(alike,)))

    expected = np.eye(4)
    expected[0, 2] = expected[2, 0] = 0.7
    np.testing.assert_array_equal(found, expected)


def test_the_precision_of_shares_inverts_their_covariance() -> None:
    alike = Alike(place=("Online",), groups=("group 0", "group 2"), likeness=0.7)
    model = scaled_model(PANEL, replace(DEFAULT, alike=(alike,), group_spreads=(("group 0", 0.5),)))

    covariance = np.linalg.inv(model.share_precision)

    assert covariance[0, 2] == pytest.approx(0.7 * 0.5 * 0.9)
    assert covariance[1, 1] == pytest.approx(0.81)


def test_the_shares_of_scaled_contributions_are_shares_of_the_outcome() -> None:
    model = scaled_model(PANEL, DEFAULT)

    assert model.share_weight @ model.outcome == pytest.approx(1.0)


def test_newer_data_do_not_move_a_fixed_scale() -> None:
    first = PANEL.between("", "2023-10-01")
    fixed = replace(DEFAULT, fixed_scale=fix_scale(first, source="the first fit"))
    taller = make_panel(np.concatenate([SPEND, 9 * SPEND]), np.concatenate([KPI, 3 * KPI]))

    for scales in zip(scales_of(taller, fixed), scales_of(first, DEFAULT), strict=True):
        np.testing.assert_array_equal(*scales)


def test_a_group_that_is_new_since_is_scaled_by_its_own_spend() -> None:
    fixed = fix_scale(make_panel(SPEND[..., :3], KPI), source="the first fit")

    spend, _ = scales_of(PANEL, replace(DEFAULT, fixed_scale=fixed))

    assert spend[0, 3] == SPEND[..., 3].max()
