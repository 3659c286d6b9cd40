"""From a panel to a PyMC-Marketing model, and from draws back into it. Imports PyMC: only the worker comes here."""

import logging
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pymc as pm
import xarray as xr
from pymc_extras.prior import Prior
from pymc_marketing.data.idata.mmm_wrapper import MMMIDataWrapper
from pymc_marketing.mmm import MMM
from pymc_marketing.mmm.scaling import FixedScaling, Scaling

from mmm_core.modeling.calibrating import measured_lifts
from mmm_core.modeling.design import OUTCOME, Design, channel_label, make_design
from mmm_core.modeling.guarding import refuse_unusable
from mmm_core.modeling.scaled_model import ScaledModel, scaled_model
from mmm_core.modeling.scales import scales_of
from mmm_core.modeling.share_prior import add_share_prior
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.transformations import adstock_of, saturation_of
from mmm_core.panel.panel import Panel

# PyMC announces every forward draw on stderr, where the command line shows its own progress.
logging.getLogger("pymc.sampling.forward").setLevel(logging.WARNING)


LIFT_TESTS = "lift_tests"
"""Name of their likelihood in the graph."""
_SEASON = "yearly_seasonality_contribution"


class SampledMMM(MMM):  # type: ignore[misc]
    """A PyMC-Marketing model whose draws come from our own sampler call.

    `fit` stays PyMC-Marketing's; only the sampling step inside it hands over `sampled`. The hook `_fit_mcmc` is
    private: it is why the version of PyMC-Marketing is pinned. `complete` adds what the library's constructor has no
    word for, whenever the graph is built.
    """

    sampled: xr.Dataset
    complete: Callable[[MMM], None]

    def build_model(self, X: Any, y: Any = None, **options: Any) -> None:  # noqa: N803  # the library's signature
        """Build the graph, the prior in shares and the lift tests included."""
        super().build_model(X, y, **options)
        self.complete(self)

    @property
    def data(self) -> MMMIDataWrapper:
        """Return what the library's summaries read; they expect a season per region, and regions share it here."""
        read = super().data
        posterior = read.idata["posterior"].to_dataset()
        if self.dims and _SEASON in posterior:
            labels = {dim: posterior[dim] for dim in self.dims}
            repeated = posterior[_SEASON].expand_dims(labels).transpose("chain", "draw", "date", *self.dims)
            read.idata = read.idata.copy()
            read.idata["/posterior"] = posterior.assign({_SEASON: repeated})
        return read

    def _fit_mcmc(self, sampler_kwargs: dict[str, object]) -> xr.DataTree:  # noqa: ARG002  # the library's signature
        tree = xr.DataTree.from_dict({"/posterior": self.sampled})
        with self._get_sampling_model():
            pm.compute_deterministics(tree, extend_dataset=True, progressbar=False)
        # What the library's own sampling stores beside the draws; its summaries ask for it.
        dims = self.model.named_vars_to_dims
        tree["/constant_data"] = xr.Dataset(
            {data.name: (dims.get(data.name, ()), data.get_value()) for data in self.model.data_vars},
            {dim: self.sampled[dim] for dim in self.sampled.dims if dim not in ("chain", "draw")},
        )
        return tree


def build_model(panel: Panel, specification: ModelSpecification) -> SampledMMM:
    """Build the model of a panel, ready to be compiled.

    Raises
    ------
    BadInput
        If the panel holds something that PyMC-Marketing would accept without a word and get wrong.
    """
    refuse_unusable(panel, adstock_l_max=specification.adstock_l_max)
    design = make_design(panel, specification)
    model = _empty_model(panel, design, specification)
    model.build_model(_readable(design))
    return model


def attach(panel: Panel, specification: ModelSpecification, posterior: xr.Dataset) -> SampledMMM:
    """Put draws into a fresh PyMC-Marketing model, as if its own `fit` had sampled them.

    Parameters
    ----------
    posterior : xr.Dataset
        Draws of every free parameter with the library's dims (chain, draw, channel, control, ...), see
        `mmm_core.modeling.labels`.

    Returns
    -------
    SampledMMM
        With `idata`, so that `summary`, `budget_optimizer` and the predictive methods of the library work.
    """
    refuse_unusable(panel, adstock_l_max=specification.adstock_l_max)
    design = make_design(panel, specification)
    model = _empty_model(panel, design, specification)
    model.sampled = posterior
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The group fit_data is not defined", category=UserWarning)
        model.fit(_readable(design), progressbar=False)
    return model


def _readable(design: Design) -> xr.Dataset:
    return design.inputs if design.controls else design.inputs.drop_vars(["_control", "control"])


def _empty_model(panel: Panel, design: Design, specification: ModelSpecification) -> SampledMMM:
    scaled = scaled_model(panel, specification)
    model = SampledMMM(
        date_column="date",
        channel_columns=design.channels,
        control_columns=design.controls or None,
        target_column=OUTCOME,
        dims=design.dims or None,
        scaling=_scaling(panel, design, specification),
        adstock=adstock_of(scaled, specification),
        saturation=saturation_of(scaled, specification),
        yearly_seasonality=specification.yearly_seasonality or None,
        model_config=_other_priors(design),
    )
    tests = _lift_tests(panel, specification)
    model.complete = partial(_complete, scaled=scaled, specification=specification, tests=tests)
    return model


def _complete(model: MMM, *, scaled: ScaledModel, specification: ModelSpecification, tests: pd.DataFrame) -> None:
    add_share_prior(model, scaled, specification)
    if len(tests):
        # The library scales spend and lift as it scales the panel's.
        model.add_lift_test_measurements(tests, likelihood=Prior("Normal"), name=LIFT_TESTS)


def _lift_tests(panel: Panel, specification: ModelSpecification) -> pd.DataFrame:
    """Return the rows as the library reads them; a national model knows no regions."""
    rows = [
        {
            "channel": channel_label(row.group),
            "geo": row.geo,
            "x": row.x,
            "delta_x": row.delta_x,
            "delta_y": row.delta_y,
            "sigma": row.sigma,
        }
        for row in measured_lifts(panel, specification)
    ]
    table = pd.DataFrame(rows)
    return table.drop(columns="geo") if rows and panel.data.sizes["geo"] == 1 else table


def _scaling(panel: Panel, design: Design, specification: ModelSpecification) -> Scaling:
    """Return what counts as 1, told to the library: every region has its own, and an earlier fit's may be kept."""
    spend, outcome = scales_of(panel, specification)
    geos = panel.data["geo"].values
    channel = xr.DataArray(
        np.where(spend > 0, spend, 1.0),  # never active there, so that anything will do
        {"geo": geos, "channel": design.channels},
        ("geo", "channel"),
    )
    target = xr.DataArray(outcome, {"geo": geos}, ("geo",))
    if not design.dims:
        channel, target = channel.isel(geo=0, drop=True), target.isel(geo=0, drop=True)
    return Scaling(target=FixedScaling(dims=(), value=target), channel=FixedScaling(dims=(), value=channel))


def _other_priors(design: Design) -> dict[str, Prior]:
    noise = Prior("HalfNormal", sigma=0.3, dims=design.dims)
    alike = len(set(design.spread)) < 2
    spread = float(design.spread[0]) if alike and len(design.spread) else xr.DataArray(design.spread, dims="control")
    return {
        "intercept": Prior("Normal", mu=0.5, sigma=0.5, dims=design.dims),
        "gamma_control": Prior("Normal", mu=0, sigma=spread, dims="control"),
        "gamma_fourier": Prior("Normal", mu=0, sigma=0.2, dims="fourier_mode"),
        "likelihood": Prior("Normal", sigma=noise, dims=("date", *design.dims)),
    }
