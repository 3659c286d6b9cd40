from dataclasses import replace

import numpy as np
import pytest
from simulated import make_panel

from mmm_core.errors import BadInput
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
    middle, spread, _ = expected_shares(panel, specification)
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
    middle, spread, _ = expected_shares(PANEL, replace(DEFAULT, expectations=(expected,)))

    ends = np.exp(middle[1] + np.array([-1.6449, 1.6449]) * spread[1]) * KPI.sum() / SPEND[..., 1].sum()

    np.testing.assert_allclose(ends, [0.5, 2.0], rtol=1e-3)
    np.testing.assert_array_equal(middle[[0, 2, 3]], expected_shares(PANEL, DEFAULT)[0][[0, 2, 3]])


def test_a_tighter_spread_leaves_the_middle_where_it_is() -> None:
    tighter = replace(DEFAULT, group_spreads=(("group 0", 0.3),))

    (middle, spread, _), (before, *_) = expected_shares(PANEL, tighter), expected_shares(PANEL, DEFAULT)

    np.testing.assert_array_equal(middle, before)
    assert spread[0] == 0.3


def test_an_exact_known_cost_overrules_a_vague_expectation() -> None:
    exact = CostTarget(group="group 0", cost=0.5, low=0.49, high=0.51)

    middle, spread, _ = expected_shares(PANEL, replace(DEFAULT, cost_targets=(exact,)))

    assert np.exp(middle[0]) == pytest.approx(2 * SPEND[..., 0].sum() / KPI.sum(), rel=0.01)
    assert spread[0] == pytest.approx(np.log(51 / 49) / (2 * 1.6449), rel=0.01)


def test_a_vague_known_cost_hardly_moves_an_expectation() -> None:
    vague = CostTarget(group="group 0", cost=0.5, low=0.005, high=50.0)

    middle, spread, _ = expected_shares(PANEL, replace(DEFAULT, cost_targets=(vague,)))
    before, spread_before, _ = expected_shares(PANEL, DEFAULT)

    assert abs(middle[0] - before[0]) < 0.25 * spread[0]
    assert 0.9 * spread_before[0] < spread[0] < spread_before[0]


def test_a_known_cost_teaches_the_groups_that_are_alike_and_no_others() -> None:
    alike = replace(DEFAULT, alike=(Alike(place=("Online",), groups=("group 0", "group 2"), likeness=0.7),))
    cost = CostTarget(group="group 0", cost=0.5, sigma=0.05)
    before, spread_before, _ = expected_shares(PANEL, alike)

    middle, spread, found = expected_shares(PANEL, replace(alike, cost_targets=(cost,)))

    # Of two normals: the one that is not seen moves by the share of the covariance in the variance.
    np.testing.assert_allclose(middle[2] - before[2], 0.7 * (middle[0] - before[0]))
    assert spread[2] ** 2 == pytest.approx(0.81 * (1 - 0.49 * 0.81 / (0.81 + 0.01)))
    np.testing.assert_allclose(middle[[1, 3]], before[[1, 3]])
    np.testing.assert_allclose(spread[[1, 3]], spread_before[[1, 3]])
    assert 0 < found[0, 2] < 0.7, "what is known of one group says less of what they share"


def test_costs_of_one_group_add_up_in_any_order() -> None:
    costs = (CostTarget(group="group 0", cost=0.5, sigma=0.1), CostTarget(group="group 0", cost=0.7, low=0.5, high=1.0))

    one, other = (expected_shares(PANEL, replace(DEFAULT, cost_targets=order)) for order in (costs, costs[::-1]))

    for first, second in zip(one, other, strict=True):
        np.testing.assert_allclose(first, second)


def test_the_model_expects_what_was_learned_from_costs() -> None:
    alike = Alike(place=("Online",), groups=("group 0", "group 2"), likeness=0.7)
    told = replace(DEFAULT, alike=(alike,), cost_targets=(CostTarget(group="group 0", cost=0.5, sigma=0.05),))

    model = scaled_model(PANEL, told)

    before = np.linalg.inv(scaled_model(PANEL, replace(told, cost_targets=())).share_precision)
    gained = model.share_precision - np.linalg.inv(before)
    assert gained[0, 0] == pytest.approx(100.0)
    gained[0, 0] = 0.0
    np.testing.assert_allclose(gained, 0.0, atol=1e-8)


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (CostTarget(group="group 0", cost=0.5), "neither an interval nor a standard error"),
        (CostTarget(group="Televison", cost=0.5, sigma=0.1), "There is no group 'Televison'"),
        (CostTarget(group="group 0", cost=0.5, sigma=0.1, first="2019-01-01", last="2019-12-31"), "do not lie inside"),
    ],
)
def test_a_cost_that_does_not_suit_the_panel_is_refused(cost: CostTarget, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        expected_shares(PANEL, replace(DEFAULT, cost_targets=(cost,)))


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
