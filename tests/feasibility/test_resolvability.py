from dataclasses import replace

import numpy as np
import pytest
from predicted_models import DEFAULT, PANELS, agreement, model_of, told_beforehand
from resolvability_clients import CLIENTS
from simulated import make_panel, national_panel

from mmm_core.errors import BadInput
from mmm_core.feasibility.compressed import compress
from mmm_core.feasibility.curves import expected, expected_lifts, shapes
from mmm_core.feasibility.drawing import draw_posterior
from mmm_core.feasibility.estimate import default_start, find_estimate
from mmm_core.feasibility.merge_trial import merged_panel
from mmm_core.feasibility.prior_trials import weights_of
from mmm_core.feasibility.resolution import describe_groups, interval, weighted_quantiles
from mmm_core.feasibility.resolvability import resolvability, resolve_model
from mmm_core.modeling.choices import Expectation
from mmm_core.modeling.scaled_model import ScaledTests, scaled_model
from mmm_core.panel.panel import Panel


@pytest.mark.parametrize("name", PANELS)
def test_every_group_and_every_pair_is_described_in_the_order_of_the_panel(name: str) -> None:
    panel = CLIENTS[name]()

    found = resolvability(panel, DEFAULT)

    assert [group.group for group in found.groups] == list(panel.groups)
    count = len(panel.groups)
    assert [(pair.first, pair.second) for pair in found.pairs] == [
        (panel.groups[i], panel.groups[j]) for i in range(count) for j in range(i + 1, count)
    ]
    for first in panel.groups:
        for second in panel.groups:
            if first != second:
                assert {found.pair(first, second).first, found.pair(first, second).second} == {first, second}
    assert not any(group.rough for group in found.groups)


def test_contribution_share_and_roi_are_one_interval_in_three_units() -> None:
    panel = national_panel()

    for group in resolvability(panel, DEFAULT).groups:
        spend = float(panel.data["spend"].sel(group=group.group).sum())
        assert group.spend == pytest.approx(spend)
        assert group.roi.high * spend == pytest.approx(group.contribution.high)
        assert group.share.low * float(panel.data["kpi"].sum()) == pytest.approx(group.contribution.low)
        assert 0 < group.contribution.low < group.contribution.median < group.contribution.high


def test_the_same_panel_gives_the_same_answer() -> None:
    once, again = (resolvability(CLIENTS["short history"](), DEFAULT) for _ in range(2))

    assert once.groups == again.groups
    assert once.pairs == again.pairs
    assert once.fingerprint == again.fingerprint


@pytest.mark.parametrize("name", ["ten groups, two years", "three regions"])
def test_a_warm_start_gives_the_answer_of_a_cold_one(name: str) -> None:
    panel = CLIENTS[name]()
    cold = resolvability(panel, DEFAULT)
    fewer = Panel(
        data=panel.data.isel(group=slice(1, None)), period="week", kpi_name=panel.kpi_name, currency=panel.currency
    )

    warm = resolvability(panel, DEFAULT, warm=resolvability(fewer, DEFAULT))

    moved = (warm.state.estimate.theta - cold.state.estimate.theta) / np.sqrt(np.diag(cold.state.estimate.covariance))
    assert np.abs(moved).max() < 0.1
    widths = np.array([[group.contribution.width for group in found.groups] for found in (warm, cold)])
    assert np.abs(np.log(widths[0] / widths[1])).max() < np.log(1.3)


def test_one_group_has_no_pairs() -> None:
    panel = national_panel()
    alone = Panel(data=panel.data.isel(group=[0]), period="week", kpi_name="revenue", currency="EUR")

    found = resolvability(alone, DEFAULT)

    assert found.pairs == ()
    assert found.correlation.shape == (1, 1)
    assert found.groups[0].contraction > 0.5


def test_a_group_without_spend_is_refused_by_name() -> None:
    spend = np.random.default_rng(0).gamma(2, 100, (60, 1, 2))
    spend[:, :, 1] = 0
    panel = make_panel(spend, np.random.default_rng(1).gamma(9, 100, (60, 1)))

    with pytest.raises(BadInput, match=r"The group group 1 has no spend in any period .*Merge it"):
        resolvability(panel, DEFAULT)


def test_a_group_with_the_same_spend_every_week_is_told_by_the_prior() -> None:
    panel = national_panel()
    data = panel.data.copy(deep=True)
    data["spend"][{"group": 1}] = 500.0
    steady = Panel(data=data, period="week", kpi_name="revenue", currency="EUR")

    # Without carry-over: with it, the first weeks, before which nothing counts as spent, tell a little.
    found = resolvability(steady, replace(DEFAULT, adstock_l_max=1))

    assert found.groups[1].contraction < 0.2
    assert found.groups[0].contraction > 0.9


def test_an_unknown_group_is_named_beside_the_known_ones() -> None:
    found = resolvability(national_panel(), DEFAULT)

    with pytest.raises(BadInput, match="There is no group 'TV'; known are group_01, group_02"):
        found.group("TV")
    with pytest.raises(BadInput, match="'group_01' makes no pair with itself"):
        found.pair("group_01", "group_01")


def test_twins_cannot_be_told_apart_and_strangers_can() -> None:
    found = resolvability(CLIENTS["pairs in step"](), DEFAULT)

    twins = found.pair("performance_social", "brand_social")
    assert not twins.told_apart
    assert twins.correlation < -0.8
    assert twins.together.width < min(found.group(name).contribution.width for name in (twins.first, twins.second))
    assert found.pair("tv", "print").told_apart


def test_a_prediction_whose_draws_have_not_settled_is_marked_rough() -> None:
    found = resolvability(CLIENTS["four groups, two years"](), DEFAULT)
    model, draws = found.state.model, found.state.draws
    still_travelling = draws.contribution.copy()
    still_travelling[len(still_travelling) // 2 :, 1] *= 2

    travelling = describe_groups(model, replace(draws, contribution=still_travelling))
    stuck = describe_groups(model, replace(draws, acceptance=0.3))

    assert [group.rough for group in travelling] == [False, True, False, False]
    assert [group.rough for group in stuck] == [True] * 4


def test_an_outcome_without_noise_is_known_to_the_last_digit() -> None:
    """A density so sharp that polynomials of the whole range could not follow it."""
    spend = np.random.default_rng(0).gamma(1.5, 1000, (80, 1, 3))
    media = 0.1 * np.tanh(2 * spend / spend.max(axis=0))

    found = resolvability(make_panel(spend, 1 + media.sum(axis=2)), DEFAULT)

    for group, truth in zip(found.groups, media.sum(axis=(0, 1)), strict=True):
        assert not group.rough
        assert group.contribution.median == pytest.approx(truth, rel=0.01)
        assert group.contribution.width < 0.01 * truth


def test_less_noise_makes_narrower_intervals() -> None:
    model = scaled_model(national_panel(), DEFAULT)
    rng = np.random.default_rng(3)
    estimate = find_estimate(model, default_start(model))
    line = expected(model, estimate.theta, shapes(model, estimate.theta))

    def widths(noise: float) -> np.ndarray:
        made = replace(model, outcome=line + noise * rng.standard_normal(len(line)))
        found = find_estimate(made, estimate.theta)
        draws = draw_posterior(compress(made, found), found, seed=1)
        return np.subtract(*np.quantile(draws.contribution, (0.95, 0.05), axis=0))

    assert (widths(0.005) < widths(0.05)).all()


def test_draws_of_what_is_known_beforehand_have_its_spread_and_likeness() -> None:
    """With narrow priors the data hardly speak, and the posterior is the prior, which is known."""
    model = replace(scaled_model(national_panel(), DEFAULT), share_spread=np.full(4, 0.005))
    likeness = np.eye(4)
    likeness[0, 2] = likeness[2, 0] = 0.8
    model = replace(model, share_likeness=likeness)
    estimate = find_estimate(model, default_start(model))

    theta = draw_posterior(compress(model, estimate), estimate, seed=2).theta

    share = theta[:, 8:12]
    np.testing.assert_allclose(share.mean(axis=0), model.share_mean, atol=0.0025)
    np.testing.assert_allclose(share.std(axis=0), 0.005, rtol=0.15)
    np.testing.assert_allclose(np.corrcoef(share, rowvar=False), likeness, atol=0.2)


def test_a_lift_test_of_the_model_narrows_what_is_known_of_its_group() -> None:
    model = scaled_model(CLIENTS["four groups, two years"](), DEFAULT)
    found = resolve_model(model, "x")
    theta = found.state.estimate.theta
    at = found.place("group_02")
    once = ScaledTests(
        group=np.array([at]),
        region=np.array([0]),
        before=np.array([0.4]),
        after=np.array([0.0]),
        lift=np.zeros(1),
        error=np.ones(1),
    )
    lift, _ = expected_lifts(replace(model, tests=once), theta, shapes(model, theta))

    tested = resolve_model(replace(model, tests=replace(once, lift=lift, error=0.02 * np.abs(lift))), "y")

    assert tested.groups[at].contribution.width < 0.6 * found.groups[at].contribution.width
    assert tested.groups[0].contribution.width == pytest.approx(found.groups[0].contribution.width, rel=0.25)


def test_draws_with_a_lift_test_are_the_draws_without_it_weighed_by_its_likelihood() -> None:
    model = model_of("four groups, two years")
    found = resolve_model(model, "x")
    told = model_of("four groups, two years: told beforehand").tests
    wide = replace(told, error=3 * told.error)

    tested = resolve_model(replace(model, tests=wide), "y")

    likely = np.array([agreement(replace(model, tests=wide), state) for state in found.state.draws.theta])
    weighed = describe_groups(model, found.state.draws, weights_of(likely))
    for drawn, by_weight in zip(tested.groups, weighed, strict=True):
        width = by_weight.contribution.width
        assert drawn.contribution.width == pytest.approx(width, rel=0.3)
        assert drawn.contribution.median == pytest.approx(by_weight.contribution.median, abs=0.2 * width)


def test_what_people_expect_of_a_group_narrows_it() -> None:
    panel = CLIENTS["four groups, two years"]()
    plain = resolvability(panel, DEFAULT).group("group_04")
    low, high = (plain.roi.median * factor for factor in (0.8, 1.25))

    found = resolvability(panel, replace(DEFAULT, expectations=(Expectation(place=("group_04",), roi=(low, high)),)))

    assert found.group("group_04").roi.width < min(0.6 * plain.roi.width, 1.1 * (high - low))


def test_a_lift_test_of_a_group_that_is_merged_away_is_left_out_and_named() -> None:
    panel = CLIENTS["four groups, two years"]()
    told = replace(told_beforehand(panel), expectations=(), alike=())

    merged = resolvability(merged_panel(panel, panel.groups[:2], "both"), told)

    assert merged.judged_with == (
        "What the data can tell apart was judged with no lift test of group_01, group_02, which this grouping does "
        "not have."
    )
    assert resolvability(panel, told).judged_with == ""


@pytest.mark.parametrize("saturation", ["logistic", "tanh"])
def test_the_model_as_it_is_needs_no_word(saturation: str) -> None:
    found = resolvability(national_panel(), replace(DEFAULT, saturation=saturation))

    assert found.judged_with == ""
    assert found.groups == resolvability(national_panel(), DEFAULT).groups


def test_a_model_with_other_curves_is_judged_by_the_plain_ones_and_says_so() -> None:
    expected_share = Expectation(place=("group_01",), half_life=(1.0, 3.0), reached=(0.3, 0.6))
    other = replace(DEFAULT, adstock="delayed", saturation="hill", expectations=(expected_share,))

    found = resolvability(national_panel(), other)

    assert found.judged_with == (
        "What the data can tell apart was judged with carry-over fading by a constant share per period in place of "
        "building up first and fading then, and with returns that diminish (logistic) in place of returns that may "
        "grow before they diminish (Hill)."
    )
    assert found.groups == resolvability(national_panel(), replace(DEFAULT, expectations=(expected_share,))).groups


def test_equal_weights_give_plain_quantiles_and_a_heavy_draw_its_own_value() -> None:
    values = np.random.default_rng(0).normal(size=2001)

    equal = interval(values, np.full(2001, 1 / 2001))
    heavy = np.where(np.arange(2001) == 7, 1.0, 1e-9)

    assert equal.width == pytest.approx(interval(values).width, rel=0.01)
    np.testing.assert_allclose(weighted_quantiles(values[:, None], heavy), values[7], atol=0.01)
