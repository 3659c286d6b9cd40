"""What a plan brings is the model's own curve of it, whatever the curve."""

from itertools import product
from typing import get_args

import numpy as np
import pytest
import xarray as xr
from simulated import needs_pymc, regional_panel

from mmm_core.modeling import curves
from mmm_core.modeling.choices import Adstock, Saturation
from mmm_core.modeling.scaled_model import scaled_model
from mmm_core.modeling.shapes import EFFECT, shape_parameters
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.planning import base_plan

pytestmark = needs_pymc
CHAINS, DRAWS, HORIZON = 2, 3, 5
KINDS = list(product(get_args(Adstock), get_args(Saturation)))


def drawn(specification: ModelSpecification, *, effect: tuple[str, ...] = ("group",)) -> xr.Dataset:
    """Return any parameters of the regional panel's model."""
    panel, rng = regional_panel(), np.random.default_rng(1)
    labels = {dim: panel.data[dim].values for dim in ("geo", "group")}
    parameters = {one.name: ("group",) for one in shape_parameters(specification)} | {
        EFFECT[specification.saturation]: effect
    }
    values = {
        name: (("chain", "draw", *dims), rng.uniform(0.2, 0.9, (CHAINS, DRAWS, *(len(labels[dim]) for dim in dims))))
        for name, dims in parameters.items()
    }
    used = {dim for dims in parameters.values() for dim in dims}
    return xr.Dataset(values, {dim: labels[dim] for dim in used})


def expected(specification: ModelSpecification, posterior: xr.Dataset, future: np.ndarray) -> np.ndarray:
    """Compute contributions (chain, draw, period, geo, group) from the history on, and keep those of the plan."""
    panel = regional_panel()
    model = scaled_model(panel, specification)
    spend = np.concatenate([panel.data["spend"].values, future]) / model.spend_scale
    carried = 1 if specification.adstock == "geometric" else 2
    shapes = np.stack([posterior[one.name].values for one in shape_parameters(specification)])
    weight = curves.lag_weights(specification.adstock, shapes[:carried], specification.adstock_l_max)
    felt = np.zeros((CHAINS, DRAWS, *future.shape))
    for lag in range(specification.adstock_l_max):
        first = len(spend) - len(future) - lag
        felt += weight[:, :, None, None, :, lag] * spend[first : first + len(future)]
    reached = curves.saturate(specification.saturation, shapes[carried:, :, :, None, None, :], felt)
    effect = posterior[EFFECT[specification.saturation]]
    by_geo = effect.values if "geo" in effect.dims else effect.values[:, :, None, :]
    return reached * by_geo[:, :, None] * model.outcome_scale[: model.regions, None]


@pytest.mark.parametrize(("adstock", "saturation"), KINDS)
def test_a_plan_brings_what_the_curves_say_with_the_carry_over_of_the_history(adstock: str, saturation: str) -> None:
    from mmm_core.modeling.quick_paths import QuickPaths

    specification = ModelSpecification(adstock=adstock, saturation=saturation, adstock_l_max=4)
    posterior, plan = drawn(specification), base_plan(regional_panel(), HORIZON).values

    found = QuickPaths(regional_panel(), specification, posterior).contribution(plan)

    np.testing.assert_allclose(found, expected(specification, posterior, plan), rtol=1e-9)


@pytest.mark.parametrize("dims", [("geo", "group"), ("group", "geo")])
def test_regions_may_have_effects_of_their_own(dims: tuple[str, ...]) -> None:
    from mmm_core.modeling.quick_paths import QuickPaths

    specification = ModelSpecification(geo_effects="hierarchical", adstock_l_max=4)
    posterior, plan = drawn(specification, effect=dims), base_plan(regional_panel(), HORIZON).values

    found = QuickPaths(regional_panel(), specification, posterior).contribution(plan)

    ordered = posterior.transpose("chain", "draw", "geo", "group")
    np.testing.assert_allclose(found, expected(specification, ordered, plan), rtol=1e-9)
