from dataclasses import replace

import numpy as np
import pytest
from simulated import national_panel, regional_panel

from mmm_core.modeling.choices import Alike, Expectation
from mmm_core.modeling.curves import lag_weights, saturate
from mmm_core.modeling.prior_predictive import draw_prior
from mmm_core.modeling.scales import fix_scale
from mmm_core.modeling.shapes import ADSTOCKS, SATURATIONS
from mmm_core.modeling.specification import ModelSpecification

DEFAULT = ModelSpecification()


def test_the_groups_together_bring_the_media_share_on_average() -> None:
    found = draw_prior(national_panel(), DEFAULT, draws=4000)

    assert found.share.sum(axis=1).mean() == pytest.approx(DEFAULT.media_share, rel=0.05)


def test_an_expected_return_is_what_is_drawn() -> None:
    group = national_panel().groups[1]
    expected = replace(DEFAULT, expectations=(Expectation(place=(group,), roi=(0.5, 4.0)),))

    found = draw_prior(national_panel(), expected, draws=4000)

    panel = national_panel()
    roi = found.share[:, 1] * found.actual.sum() / panel.data["spend"].values[..., 1].sum()
    np.testing.assert_allclose(np.quantile(roi, (0.05, 0.95)), [0.5, 4.0], rtol=0.08)
    ends = found.roi_middle[1] * np.exp(np.array([-1.6449, 1.6449]) * found.roi_spread[1])
    np.testing.assert_allclose(ends, [0.5, 4.0], rtol=1e-3)


def test_what_is_drawn_of_shares_is_what_the_outcomes_hold() -> None:
    without_noise = draw_prior(national_panel(), replace(DEFAULT, media_share=5.0), draws=400)

    # With media five times the outcome, the drawn outcome is mostly media.
    told = without_noise.share.sum(axis=1) * without_noise.actual.sum()
    assert np.corrcoef(told, without_noise.outcome.sum(axis=1))[0, 1] > 0.95


def test_groups_that_are_alike_are_drawn_alike() -> None:
    groups = national_panel().groups
    alike = replace(DEFAULT, alike=(Alike(place=("All",), groups=groups[:2], likeness=0.9),))

    log_share = np.log(draw_prior(national_panel(), alike, draws=2000).share)

    assert np.corrcoef(log_share[:, 0], log_share[:, 1])[0, 1] == pytest.approx(0.9, abs=0.03)
    assert abs(np.corrcoef(log_share[:, 0], log_share[:, 2])[0, 1]) < 0.1


def test_regions_add_up() -> None:
    panel = regional_panel()

    found = draw_prior(panel, DEFAULT)

    np.testing.assert_allclose(found.actual, panel.data["kpi"].values.sum(axis=1))
    assert found.outcome.shape[1] == len(found.actual)


@pytest.mark.parametrize("saturation", SATURATIONS)
@pytest.mark.parametrize("stretched", [None, 0.5, 4.0])
def test_the_usual_spend_reaches_what_was_expected_of_it_in_regions_and_on_fixed_scales(
    saturation: str, stretched: float | None
) -> None:
    panel = regional_panel()
    kept = fix_scale(panel, source="before")
    spend = tuple((geo, group, (stretched or 1) * value) for geo, group, value in kept.spend)
    told = replace(
        DEFAULT,
        saturation=saturation,
        expectations=tuple(Expectation(place=(group,), reached=(0.5, 0.6)) for group in panel.groups),
        fixed_scale=replace(kept, spend=spend) if stretched else None,
    )

    found = draw_prior(panel, told, draws=4000)

    for at in range(len(panel.groups)):
        reached = np.interp(found.usual_spend[at], found.spend[at], np.median(found.reached[:, at], axis=0))
        assert reached == pytest.approx(0.55, abs=0.02)


def test_spend_is_that_of_the_region_with_most_of_it() -> None:
    panel = regional_panel()

    found = draw_prior(panel, DEFAULT)

    largest = panel.data["spend"].max("period").isel(geo=0).values
    assert found.largest_region == (str(panel.data["geo"].values[0]),) * len(panel.groups)
    np.testing.assert_allclose(found.spend[:, -1], largest)


def test_the_same_choices_draw_the_same() -> None:
    first, second = (draw_prior(national_panel(), DEFAULT) for _ in range(2))

    np.testing.assert_array_equal(first.outcome, second.outcome)


@pytest.mark.parametrize("adstock", ADSTOCKS)
@pytest.mark.parametrize("saturation", SATURATIONS)
def test_every_choice_draws_finite_curves_that_rise_with_spend(adstock: str, saturation: str) -> None:
    found = draw_prior(national_panel(), replace(DEFAULT, adstock=adstock, saturation=saturation), draws=100)

    np.testing.assert_allclose(found.carry_over.sum(axis=-1), 1.0)
    assert np.isfinite(found.outcome).all()
    assert (found.reached[..., 0] == 0).all()
    assert (np.diff(found.reached, axis=-1) >= 0).all()
    assert found.reached.max() <= 1.0


def test_a_delayed_carry_over_peaks_where_it_is_told_to() -> None:
    assert int(np.argmax(lag_weights("delayed", np.array([0.6, 3.0]), 8))) == 3


def test_a_weibull_of_shape_one_and_wide_scale_fades_slowly() -> None:
    slow, quick = (lag_weights("weibull", np.array([scale, 1.0]), 8) for scale in (20.0, 1.0))

    assert slow[4] > quick[4]
    assert quick[0] > slow[0]


def test_half_of_the_full_effect_is_where_the_curve_says() -> None:
    assert saturate("michaelis_menten", np.array([0.3]), np.array(0.3)) == pytest.approx(0.5)
    assert saturate("hill", np.array([2.0, 0.4]), np.array(0.4)) == pytest.approx(0.5)
    assert saturate("logistic", np.array([np.log(3)]), np.array(1.0)) == pytest.approx(0.5)
