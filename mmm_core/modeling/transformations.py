"""Carry-over and saturation as PyMC-Marketing's transformations, with the priors of a model.

Imports PyMC: only the worker comes here.
"""

from typing import Any

import numpy as np
import pymc.dims as pmd
import pytensor.xtensor as ptx
import xarray as xr
from pymc_extras.prior import Prior
from pymc_marketing.mmm import (
    DelayedAdstock,
    GeometricAdstock,
    HillSaturation,
    LogisticSaturation,
    MichaelisMentenSaturation,
    WeibullCDFAdstock,
)
from pymc_marketing.mmm.components.adstock import AdstockTransformation
from pymc_marketing.mmm.components.saturation import SaturationTransformation
from pymc_marketing.serialization import serialization
from pytensor.xtensor.type import XTensorVariable

from mmm_core.modeling.scaled_model import REGIONS_APART, Floats, ScaledModel, regions_apart
from mmm_core.modeling.shapes import EFFECT, ShapeParameter, regional_names
from mmm_core.modeling.specification import ModelSpecification

_USUAL_CURVE = 0.5


@serialization.register
class PureTanhSaturation(SaturationTransformation):  # type: ignore[misc]
    """Effect `b` times tanh(c x).

    The library's TanhSaturation is b tanh(x / (b c)): its steepness moves with the effect, and a prior on one is a
    prior on the other. This is the logistic curve, c being half its steepness.
    """

    default_priors = {"b": Prior("HalfNormal", sigma=1), "c": Prior("Gamma", alpha=3, beta=2)}  # noqa: RUF012  # as there

    def function(
        self,
        x: XTensorVariable,
        b: XTensorVariable,
        c: XTensorVariable,
        *,
        dim: str | None = None,  # noqa: ARG002  # the library's signature
    ) -> XTensorVariable:
        """Return the contribution of scaled spend."""
        return b * ptx.math.tanh(c * x)


class RegionalEffects:
    """Effects of every region around shared ones: log effect = log shared + apart * region, for each group.

    `region` is standard normal and adds up to 0 over the regions, so `shared` is the regions' geometric mean. Without
    the sum there would be one number more and the same prior of the effects, since no prior sits on `shared` itself
    (see `share_prior`): only samplers would have to find out that data tell the sum of the two alone.

    The library takes it for a prior, see its `VariableFactory`.
    """

    dims = ("geo", "channel")

    def __init__(self, shared: Prior) -> None:
        self.shared = shared

    def create_variable(self, name: str, xdist: bool = True) -> XTensorVariable:  # noqa: ARG002, FBT001, FBT002
        """Add the effects and what they are made of to the graph."""
        shared_name, apart_name, region_name = regional_names(name)
        shared = self.shared.create_variable(shared_name, xdist=True)
        apart = pmd.HalfNormal(apart_name, sigma=REGIONS_APART, dims="channel")
        region = pmd.ZeroSumNormal(region_name, core_dims="geo", dims=("channel", "geo"))
        return pmd.Deterministic(name, shared * ptx.math.exp(apart * region), dims=self.dims)

    def to_dict(self) -> dict[str, Any]:
        """Return what is written into the facts of a fitted model."""
        return {"class": "RegionalEffects", "shared": self.shared.to_dict(), "apart": REGIONS_APART}


_ADSTOCKS = {"geometric": GeometricAdstock, "delayed": DelayedAdstock, "weibull": WeibullCDFAdstock}
_SATURATIONS = {
    "logistic": LogisticSaturation,
    "tanh": PureTanhSaturation,
    "michaelis_menten": MichaelisMentenSaturation,
    "hill": HillSaturation,
}


def adstock_of(model: ScaledModel, specification: ModelSpecification) -> AdstockTransformation:
    """Return the carry-over; its weights add up to 1."""
    return _ADSTOCKS[specification.adstock](
        l_max=specification.adstock_l_max, normalize=True, priors=_priors(model, "adstock_")
    )


def saturation_of(model: ScaledModel, specification: ModelSpecification) -> SaturationTransformation:
    """Return the saturation, the effect included.

    The effect's own prior is a stand-in near what is expected, so that samplers start well and the library's prior
    predictive makes sense: `share_prior` puts the prior in shares in its place.
    """
    middle, spread = stand_in(model)
    shared = Prior("LogNormal", mu=_plain(middle), sigma=_plain(spread), dims="channel")
    effect = RegionalEffects(shared) if regions_apart(model, specification) else shared
    name = EFFECT[specification.saturation].removeprefix("saturation_")
    return _SATURATIONS[specification.saturation](priors={name: effect, **_priors(model, "saturation_")})


def stand_in(model: ScaledModel) -> tuple[Floats, Floats]:
    """Return middle and spread (K,) of the logarithm of the effect that bring about the expected shares.

    Roughly: as if every period in which spend is felt reached half of the full effect.
    """
    felt = (model.lagged > 0).any(axis=2)
    return model.share_mean - np.log(_USUAL_CURVE * (felt @ model.share_weight)), model.share_spread


def _priors(model: ScaledModel, prefix: str) -> dict[str, Prior]:
    named = zip(model.shapes, model.shape_priors, strict=True)
    return {
        one.name.removeprefix(prefix): _prior(one, numbers) for one, numbers in named if one.name.startswith(prefix)
    }


def _prior(parameter: ShapeParameter, numbers: Floats) -> Prior:
    first, second = (_plain(column) for column in numbers.T)
    return Prior("Beta" if parameter.family == "beta" else "Gamma", alpha=first, beta=second, dims="channel")


def _plain(values: Floats) -> float | xr.DataArray:
    """Return one number where all groups have the same: the library's summaries read better."""
    return float(values[0]) if (values == values[0]).all() else xr.DataArray(values, dims="channel")
