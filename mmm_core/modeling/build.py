"""From a panel to a PyMC-Marketing model, and from draws back into it. Imports PyMC: only the worker comes here."""

import logging
import math
import warnings

import pymc as pm
import xarray as xr
from pymc_extras.prior import Prior
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation
from pymc_marketing.mmm.scaling import DataDerivedScaling, Scaling

from mmm_core.modeling.design import OUTCOME, Design, make_design
from mmm_core.modeling.guarding import refuse_unusable
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

# PyMC announces every forward draw on stderr, where the command line shows its own progress.
logging.getLogger("pymc.sampling.forward").setLevel(logging.WARNING)


class SampledMMM(MMM):  # type: ignore[misc]
    """A PyMC-Marketing model whose draws come from our own sampler call.

    `fit` stays PyMC-Marketing's; only the sampling step inside it hands over `sampled`. The hook `_fit_mcmc` is
    private: it is why the version of PyMC-Marketing is pinned.
    """

    sampled: xr.Dataset

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
    spread = xr.DataArray([specification.spread_of(group) for group in panel.groups], dims="channel")
    effect = Prior(
        "LogNormal",
        mu=math.log(specification.effect_median),
        sigma=spread if specification.group_spreads else specification.effect_spread,
        dims="channel",
    )
    return SampledMMM(
        date_column="date",
        channel_columns=design.channels,
        control_columns=design.controls or None,
        target_column=OUTCOME,
        dims=design.dims or None,
        # Without further dims, every geo is scaled by its own largest spend and outcome.
        scaling=Scaling(
            target=DataDerivedScaling(method="max", dims=()), channel=DataDerivedScaling(method="max", dims=())
        ),
        adstock=GeometricAdstock(
            l_max=specification.adstock_l_max, priors={"alpha": Prior("Beta", alpha=1, beta=3, dims="channel")}
        ),
        saturation=LogisticSaturation(priors={"beta": effect, "lam": Prior("Gamma", alpha=3, beta=1, dims="channel")}),
        yearly_seasonality=specification.yearly_seasonality or None,
        model_config=_other_priors(design),
    )


def _other_priors(design: Design) -> dict[str, Prior]:
    noise = Prior("HalfNormal", sigma=0.3, dims=design.dims)
    return {
        "intercept": Prior("Normal", mu=0.5, sigma=0.5, dims=design.dims),
        "gamma_control": Prior("Normal", mu=0, sigma=0.2, dims="control"),
        "gamma_fourier": Prior("Normal", mu=0, sigma=0.2, dims="fourier_mode"),
        "likelihood": Prior("Normal", sigma=noise, dims=("date", *design.dims)),
    }
