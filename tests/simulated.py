"""Panels with known truth and fits of them, made once per test run."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel, panel_from_arrays
from mmm_core.simulation.client import SimulatedClient, simulate_national

_LIBRARIES = "(pymc|pytensor|nutpie|numba|arviz|xarray)"
needs_pymc = [pytest.mark.fit, pytest.mark.filterwarnings(f"ignore:::{_LIBRARIES}")]
"""Marks of a test that fits or loads PyMC: the libraries' warnings about each other are not ours to mend."""


def make_panel(
    spend: np.ndarray,
    kpi: np.ndarray,
    controls: np.ndarray | None = None,
    *,
    period: str = "week",
    first: str = "2023-01-02",
    **labels: list[str],
) -> Panel:
    """Label arrays: spend (periods, geos, groups), kpi (periods, geos), controls (periods, geos, controls)."""
    length, geos, groups = spend.shape
    controls = np.zeros((length, geos, 0)) if controls is None else controls
    days = pd.date_range(first, periods=length, freq="7D" if period == "week" else "D")
    facts = {
        "period": period,
        "kpi_name": "revenue",
        "currency": "EUR",
        "periods": [str(day.date()) for day in days],
        "geo": ["national"] if geos == 1 else [f"region {place}" for place in range(geos)],
        "group": [f"group {place}" for place in range(groups)],
        "control": [f"control {place}" for place in range(controls.shape[2])],
    }
    arrays = {"spend": spend, "exposure": np.full(spend.shape, np.nan), "kpi": kpi, "controls": controls}
    return panel_from_arrays(arrays, facts | labels)


def panel_of(client: SimulatedClient) -> Panel:
    """Return what a fit sees of a simulated client."""
    return make_panel(
        client.spend.to_numpy()[:, None, :],
        client.kpi.to_numpy()[:, None],
        client.controls.to_numpy(dtype=float)[:, None, :],
        group=list(client.group_names),
        control=list(client.control_names),
    )


@cache
def client(seed: int = 0) -> SimulatedClient:
    return simulate_national(np.random.default_rng(seed), periods=104, groups=4)


@cache
def national_panel(seed: int = 0) -> Panel:
    return panel_of(client(seed))


@cache
def national_fit(seed: int = 0) -> Fit:
    """Fit with the defaults; the first compiles, further seeds reuse the code."""
    return fit_model(national_panel(seed), ModelSpecification())


@cache
def regional_panel() -> Panel:
    """Two regions that differ in size and timing; a small panel without controls."""
    rng = np.random.default_rng(3)
    spend = rng.gamma(2.0, 10_000.0, (60, 2, 2)) * np.array([1.0, 0.4])[:, None]
    media = 150_000 * np.array([1.0, 0.4]) * (spend / spend.max(axis=0)).sum(axis=2)
    return make_panel(spend, np.array([600_000.0, 240_000.0]) + media + rng.normal(0, 9_000.0, (60, 2)))


@cache
def regional_fit() -> Fit:
    specification = ModelSpecification(adstock_l_max=3, yearly_seasonality=0, chains=2, draws=150, tune=250)
    return fit_model(regional_panel(), specification)


def unsummed(away: np.ndarray) -> np.ndarray:
    """Return what PyMC samples in place of numbers that add up to 0 along the last dim."""
    import pytensor.tensor as pt
    from pymc.distributions.transforms import ZeroSumTransform

    return np.asarray(ZeroSumTransform([-1]).forward(pt.as_tensor(away)).eval())
