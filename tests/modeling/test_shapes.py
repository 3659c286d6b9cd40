import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mmm_core.errors import BadInput
from mmm_core.modeling.choices import Expectation
from mmm_core.modeling.curves import lag_weights
from mmm_core.modeling.shapes import (
    ADSTOCKS,
    SATURATIONS,
    beta_between,
    gamma_between,
    half_life,
    middles,
    shape_parameters,
    shape_priors,
)
from mmm_core.modeling.specification import ModelSpecification

GROUPS = ("TV", "Search")
USUAL = np.array([0.5, 0.25])


def priors(specification: ModelSpecification, period_days: int = 7) -> np.ndarray:
    return shape_priors(specification, GROUPS, usual_spend=USUAL, period_days=period_days)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.9), st.floats(0.02, 0.98))
def test_a_beta_holds_ninety_percent_between_its_ends(low: float, step: float) -> None:
    high = low + step * (0.99 - low)

    first, second = beta_between(low, high)

    np.testing.assert_allclose(stats.beta.cdf([low, high], first, second), [0.05, 0.95], atol=0.002)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 100.0), st.floats(1.05, 50.0))
def test_a_gamma_holds_ninety_percent_between_its_ends(low: float, factor: float) -> None:
    shape, rate = gamma_between(low, factor * low)

    np.testing.assert_allclose(stats.gamma.cdf([low, factor * low], shape, scale=1 / rate), [0.05, 0.95], atol=0.002)


@pytest.mark.parametrize("weeks", [(1.0, 3.0), (0.3, 1.7)])
def test_a_geometric_carry_over_without_end_keeps_half_at_every_half_life(weeks: tuple[float, float]) -> None:
    expected = Expectation(place=("TV",), half_life=weeks)

    first, second = priors(ModelSpecification(adstock_l_max=104, expectations=(expected,)))[0, 0]

    ends = [0.5 ** (1 / one) for one in weeks]
    np.testing.assert_allclose((first, second), beta_between(*ends), rtol=1e-6)


def test_a_half_life_is_in_weeks_for_days_too() -> None:
    expected = Expectation(place=("TV",), half_life=(1.0, 3.0))

    first, second = priors(ModelSpecification(adstock_l_max=365, expectations=(expected,)), period_days=1)[0, 0]

    ends = stats.beta.ppf([0.05, 0.95], first, second)
    np.testing.assert_allclose(np.log(0.5) / np.log(ends), [7.0, 21.0], rtol=0.01)


@pytest.mark.parametrize(("adstock", "weeks"), [("geometric", (1, 3)), ("weibull", (1, 3)), ("delayed", (2.2, 3.5))])
def test_half_of_the_effect_has_worked_after_the_expected_weeks(adstock: str, weeks: tuple[float, float]) -> None:
    specification = ModelSpecification(adstock=adstock, expectations=(Expectation(place=("TV",), half_life=weeks),))
    prior = priors(specification)[: len(ADSTOCKS[adstock]), 0]
    law = (
        stats.gamma(prior[0, 0], scale=1 / prior[0, 1])
        if ADSTOCKS[adstock][0].family == "gamma"
        else stats.beta(*prior[0])
    )

    others = prior[1:, 0] / prior[1:, 1]
    found = [half_life(adstock, np.array([end, *others]), 8) for end in law.ppf([0.05, 0.95])]

    np.testing.assert_allclose(found, weeks, rtol=0.02)


@pytest.mark.parametrize("adstock", ADSTOCKS)
def test_a_half_life_is_where_half_of_the_weights_lies(adstock: str) -> None:
    parameters = np.array([0.8, 1.5])[: len(ADSTOCKS[adstock])]
    weight = lag_weights(adstock, parameters, 8)

    found = half_life(adstock, parameters, 8)

    whole = int(found)
    assert weight[:whole].sum() <= 0.5 <= weight[: whole + 1].sum()


@pytest.mark.parametrize("adstock", ADSTOCKS)
def test_a_half_life_that_the_carry_over_is_too_short_for_is_refused(adstock: str) -> None:
    expected = Expectation(place=("TV",), half_life=(2.5, 6.0))

    with pytest.raises(BadInput, match=r"8 weeks .* 6 weeks.*TV.*to 3\.99 weeks.*Lengthen the carry-over to 13 weeks"):
        priors(ModelSpecification(adstock=adstock, adstock_l_max=8, expectations=(expected,)))
    assert np.isfinite(priors(ModelSpecification(adstock=adstock, adstock_l_max=13, expectations=(expected,)))).all(), (
        "the remedy helps"
    )
    within_reach = Expectation(place=("TV",), half_life=(2.5, 3.99))
    assert np.isfinite(
        priors(ModelSpecification(adstock=adstock, adstock_l_max=8, expectations=(within_reach,)))
    ).all(), "what is named can be had"


def test_a_half_life_before_the_peak_of_a_delayed_carry_over_is_refused() -> None:
    expected = Expectation(place=("TV",), half_life=(0.5, 3.0))

    with pytest.raises(BadInput, match="Expect a longer half-life"):
        priors(ModelSpecification(adstock="delayed", expectations=(expected,)))


@pytest.mark.parametrize(
    ("saturation", "curve"),
    [
        ("logistic", lambda x, p: (1 - np.exp(-p * x)) / (1 + np.exp(-p * x))),
        ("tanh", lambda x, p: np.tanh(p * x)),
        ("michaelis_menten", lambda x, p: x / (p + x)),
    ],
)
def test_the_usual_spend_reaches_the_expected_share_of_the_full_effect(saturation: str, curve: object) -> None:
    expected = Expectation(place=("Search",), reached=(0.2, 0.5))

    shape, rate = priors(ModelSpecification(saturation=saturation, expectations=(expected,)))[-1, 1]

    ends = stats.gamma.ppf([0.05, 0.95], shape, scale=1 / rate)
    np.testing.assert_allclose(sorted(curve(USUAL[1], ends)), [0.2, 0.5], rtol=0.01)  # type: ignore[operator]


def test_a_group_of_which_nothing_is_expected_keeps_the_default() -> None:
    expected = Expectation(place=("TV",), half_life=(1.0, 3.0), reached=(0.2, 0.5))

    with_one, default = priors(ModelSpecification(expectations=(expected,))), priors(ModelSpecification())

    np.testing.assert_array_equal(with_one[:, 1], default[:, 1])
    assert (with_one[:, 0] != default[:, 0]).all()


@pytest.mark.parametrize("adstock", ADSTOCKS)
@pytest.mark.parametrize("saturation", SATURATIONS)
def test_every_choice_has_a_prior_for_each_of_its_parameters(adstock: str, saturation: str) -> None:
    specification = ModelSpecification(adstock=adstock, saturation=saturation)

    found = priors(specification)

    assert found.shape == (len(shape_parameters(specification)), 2, 2)
    assert (found > 0).all()
    assert np.isfinite(middles(found)).all()
