from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from simulated import make_panel, regional_panel

from mmm_core.errors import BadInput
from mmm_core.modeling.guarding import refuse_unusable
from mmm_core.panel.panel import Panel


def _broken(change: Callable[[xr.Dataset], xr.Dataset]) -> Panel:
    rng = np.random.default_rng(0)
    panel = make_panel(rng.gamma(2, 100, (30, 1, 2)), rng.gamma(9, 100, (30, 1)), rng.normal(size=(30, 1, 1)))
    return Panel(data=change(panel.data.copy(deep=True)), period="week", kpi_name="revenue", currency="EUR")


def _with(name: str, at: dict[str, int], value: float) -> Callable[[xr.Dataset], xr.Dataset]:
    def change(data: xr.Dataset) -> xr.Dataset:
        data[name][at] = value
        return data

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_with("spend", {"period": 4, "geo": 0, "group": 1}, np.nan), "spend are missing .*2023-01-30.*group 1"),
        (_with("kpi", {"period": 4, "geo": 0}, np.inf), "kpi are missing or infinite"),
        (_with("controls", {"period": 4, "geo": 0, "control": 0}, np.nan), "controls are missing"),
        (_with("spend", {"period": 4, "geo": 0, "group": 1}, -0.01), "group 1 is negative"),
        (_with("spend", {"group": 1}, 0.0), "group 1 has no spend"),
        (_with("kpi", {}, 0.0), "'revenue' is never positive"),
        (_with("kpi", {}, 7.0), "'revenue' is the same in every period"),
        (lambda data: data.assign(kpi=data["kpi"] - data["kpi"].mean() - 1), "adds up to -30 .*Take revenue"),
        (lambda data: data.drop_isel(period=[11]), "not gapless.*after 2023-03-13"),
        (lambda data: data.isel(period=slice(None, None, -1)), "not gapless"),
        (lambda data: data.isel(group=slice(0, 0)), "no group"),
        (lambda data: data.assign_coords(group=["TV", "TV"]), "group TV is there twice"),
        (lambda data: data.isel(period=slice(9)), "has 9 weeks.*at least 10"),
    ],
)
def test_what_the_library_would_swallow_is_refused(change: Callable[[xr.Dataset], xr.Dataset], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        refuse_unusable(_broken(change), adstock_l_max=8)


def test_a_sound_panel_passes() -> None:
    refuse_unusable(_broken(lambda data: data), adstock_l_max=8)
    refuse_unusable(regional_panel(), adstock_l_max=8)


def test_a_group_may_rest_and_the_shortest_panel_passes() -> None:
    resting = _broken(_with("spend", {"period": 3, "group": 1}, 0.0))
    refuse_unusable(resting, adstock_l_max=8)
    refuse_unusable(_broken(lambda data: data.isel(period=slice(10))), adstock_l_max=8)
