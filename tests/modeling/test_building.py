from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from simulated import make_panel, national_panel, needs_pymc, regional_panel

from mmm_core.errors import BadInput
from mmm_core.modeling.choices import Adstock, Saturation
from mmm_core.modeling.design import make_design
from mmm_core.modeling.scaled_model import scaled_model
from mmm_core.modeling.scales import fix_scale
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

pytestmark = needs_pymc
SPECIFICATION = ModelSpecification()


def test_groups_may_be_called_like_controls_the_outcome_or_the_librarys_columns() -> None:
    from mmm_core.modeling.build import build_model

    rng = np.random.default_rng(0)
    names = ["price", "outcome", "date", "channel", "y", "revenue"]
    panel = make_panel(
        rng.gamma(2, 100, (40, 1, 6)),
        rng.gamma(9, 100, (40, 1)),
        rng.normal(size=(40, 1, 2)),
        group=names,
        control=["price", "date"],
    )
    model = build_model(panel, SPECIFICATION)

    stored = model.create_fit_data(make_design(panel, SPECIFICATION).inputs)

    assert model.model.coords["channel"] == tuple(f"media: {name}" for name in names)
    assert model.model.coords["control"] == ("control: price", "control: date")
    np.testing.assert_array_equal(stored["media: price"], panel.data["spend"].values[:, 0, 0])
    np.testing.assert_array_equal(stored["media: outcome"], panel.data["spend"].values[:, 0, 1])
    np.testing.assert_array_equal(stored["outcome"], panel.data["kpi"].values[:, 0])


def test_a_broken_panel_never_reaches_the_library() -> None:
    from mmm_core.modeling.build import build_model

    data = national_panel().data.copy(deep=True)
    data["spend"][{"period": 3, "group": 1}] = -5.0
    broken = Panel(data=data, period="week", kpi_name="revenue", currency="EUR")

    with pytest.raises(BadInput, match="group_02 is negative"):
        build_model(broken, SPECIFICATION)


def test_the_model_reads_the_panel_in_its_own_units() -> None:
    from mmm_core.modeling.build import build_model

    model = build_model(national_panel(), SPECIFICATION)

    np.testing.assert_array_equal(model.model["channel_data"].get_value(), national_panel().data["spend"].values[:, 0])
    np.testing.assert_allclose(model.model["target_scale"].get_value(), national_panel().data["kpi"].max())


def test_scales_of_an_earlier_fit_are_the_librarys_too() -> None:
    from mmm_core.modeling.build import build_model

    panel = regional_panel()
    kept = fix_scale(panel, source="last year")
    doubled = replace(kept, outcome=tuple((geo, 2 * value) for geo, value in kept.outcome), spend=kept.spend[:1])

    scales = build_model(panel, replace(SPECIFICATION, fixed_scale=doubled)).scalers

    np.testing.assert_array_equal(scales["_target"], 2 * panel.data["kpi"].max("period"))
    np.testing.assert_array_equal(scales["_channel"], panel.data["spend"].max("period"))


@pytest.mark.parametrize("saturation", get_args(Saturation))
@pytest.mark.parametrize("adstock", get_args(Adstock))
def test_chains_start_near_what_groups_are_expected_to_bring(adstock: str, saturation: str) -> None:
    from pytensor.compile.mode import Mode

    from mmm_core.modeling.build import build_model

    panel = national_panel()
    specification = replace(SPECIFICATION, adstock=adstock, saturation=saturation)
    model = build_model(panel, specification).model
    scaled = scaled_model(panel, specification)

    brought = model.compile_fn(
        model.replace_rvs_by_values([model["channel_contribution"]])[0],
        inputs=model.value_vars,
        mode=Mode(linker="py", optimizer="fast_compile"),
        on_unused_input="ignore",
    )(model.initial_point())

    away = np.log(scaled.share_weight @ brought) - scaled.share_mean
    assert (abs(away) < 2 * scaled.share_spread).all()
