import numpy as np
import pytest
from simulated import make_panel, national_panel, needs_pymc

from mmm_core.errors import BadInput
from mmm_core.modeling.design import make_design
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
