"""The prior in shares of the outcome, added to PyMC-Marketing's graph. Imports PyMC: only the worker comes here."""

import numpy as np
import pymc as pm
import pymc.dims as pmd
import pytensor.tensor as pt
import xarray as xr
from pymc_marketing.mmm import MMM

from mmm_core.modeling.scaled_model import Floats, ScaledModel
from mmm_core.modeling.shapes import EFFECT, regional_names
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.transformations import stand_in

_OTHER = "channel_too"
"""The second dim of the precision matrix."""


def add_share_prior(mmm: MMM, scaled: ScaledModel, specification: ModelSpecification) -> None:
    """Put the prior of what the groups bring in the place of the prior of their effects.

    What a group brings over the window is a share of the outcome, c its logarithm. c is the logarithm of the effect
    plus a function of the shapes, so densities of the two differ by no Jacobian: the normal density of c is added, and
    the stand-in's density of the effect's logarithm taken away again. With effects per region c is about what the
    regions bring together, and the logarithm of the effect that they share takes the place of the effect's.

    It is not a `Potential`, because PyMC has no slopes of potentials of variables with dims: it is added as an
    observation (nothing lies between expected and true shares) with this density.

    The library's prior predictive does not look at observations: it shows the stand-in, which knows nothing of groups
    that are alike, and of the shapes' part in the share.
    """
    model = mmm.model
    middle, spread = stand_in(scaled)
    with model:
        model.add_coord(_OTHER, model.coords["channel"])
        # As data, so that compiled code serves other expectations too.
        mean = pmd.Data("share_mean", xr.DataArray(scaled.share_mean, dims="channel"))
        precision = pmd.Data("share_precision", xr.DataArray(scaled.share_precision, dims=("channel", _OTHER)))
        brought = model["channel_contribution"] * model["target_scale"]
        total = brought.sum(dim=[dim for dim in brought.dims if dim != "channel"])
        pm.CustomDist(
            "share_prior",
            pt.log(total.values / model["target_data"].sum().values) - mean.values,
            (_log_effect(model, EFFECT[specification.saturation]) - middle) / spread,
            precision.values,
            logp=_log_density,
            random=_as_found,
            signature="(k),(k),(k,k)->(k)",
            observed=np.zeros(len(scaled.groups)),
        )


def _log_density(
    expected: pt.TensorVariable, away: pt.TensorVariable, apart: pt.TensorVariable, precision: pt.TensorVariable
) -> pt.TensorVariable:
    missed = expected - away
    return 0.5 * (pt.sum(apart**2) - missed @ precision @ missed)


def _as_found(
    away: Floats,
    apart: Floats,  # noqa: ARG001  # what PyMC hands over
    precision: Floats,  # noqa: ARG001
    rng: np.random.Generator | None = None,  # noqa: ARG001
    size: tuple[int, ...] | None = None,  # noqa: ARG001
) -> Floats:
    return np.array(away, dtype=np.float64)


def _log_effect(model: pm.Model, name: str) -> pt.TensorVariable:
    shared, *_ = regional_names(name)
    return pt.log(model[shared if shared in model.named_vars else name].values)
