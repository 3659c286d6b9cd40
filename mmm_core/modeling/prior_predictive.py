"""What the model believes before the data speak: curves, contributions and outcomes drawn from its priors.

In NumPy, without a sampler: the page shows it while people choose. Lift tests are evidence and no part of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.modeling.curves import lag_weights, saturate
from mmm_core.modeling.scaled_model import NOISE, ScaledModel, scaled_model, usual_spend
from mmm_core.modeling.shapes import ADSTOCKS
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

Floats = NDArray[np.float64]

_DRAWS = 400
_SEED = 6
_GRID = 41
"""Points of a response curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorPredictive:
    """Draws from the priors; N draws, K groups, T periods, L lags, X points of spend.

    Attributes
    ----------
    groups : tuple of str
    outcome : float64 array (N, T)
        KPI units, regions added up, noise included.
    actual : float64 array (T,)
        What the outcome was.
    periods : datetime64 array (T,)
    share : float64 array (N, K)
        Of the outcome over the window, per group.
    roi_middle, roi_spread : float64 array (K,)
        Middle of the outcome units per currency unit, and the spread of their logarithm; lognormal.
    carry_over : float64 array (N, K, L)
        Share of the effect per lag.
    largest_region : tuple of str
        Of each group, the region with most of its spend: the one that `spend` is of.
    spend : float64 array (K, X)
        Currency units per period in `largest_region`, from 0 to the largest, or the usual spend where that is more.
    reached : float64 array (N, K, X)
        Share of a group's full effect at `spend`, when it is spent in every period.
    usual_spend : float64 array (K,)
        Currency units per period in `largest_region` that count as what expectations call usual: the mean scaled spend
        of active periods, of all regions.
    """

    groups: tuple[str, ...]
    outcome: Floats
    actual: Floats
    periods: NDArray[np.datetime64]
    share: Floats
    roi_middle: Floats
    roi_spread: Floats
    carry_over: Floats
    largest_region: tuple[str, ...]
    spend: Floats
    reached: Floats
    usual_spend: Floats

    @property
    def inside(self) -> float:
        """Share of the actual periods inside the range that 90 % of the draws lie in."""
        low, high = np.quantile(self.outcome, (0.05, 0.95), axis=0)
        return float(((self.actual >= low) & (self.actual <= high)).mean())

    @property
    def media_share(self) -> tuple[float, float, float]:
        """Low, mean and high of the share that all groups together bring: 5 %, mean and 95 %.

        The mean is what the specification says.
        """
        together = self.share.sum(axis=1)
        low, high = np.quantile(together, (0.05, 0.95))
        return float(low), float(together.mean()), float(high)


def draw_prior(panel: Panel, specification: ModelSpecification, *, draws: int = _DRAWS) -> PriorPredictive:
    """Draw from the priors.

    Raises
    ------
    BadInput
        If no model can be fitted to the panel.
    """
    rng = np.random.default_rng(_SEED)
    model = scaled_model(panel, specification)
    shape = _shapes(model, rng, draws)
    carrying = len(ADSTOCKS[specification.adstock])
    weight = lag_weights(specification.adstock, shape[:carrying], specification.adstock_l_max)
    curve = _curves(model, specification.saturation, shape[carrying:], weight)
    share = np.exp(_log_shares(model, rng, draws))
    effect = share / (curve @ model.share_weight)
    expected = _linear(model, rng, draws) + np.einsum("nk,nkr->nr", effect, curve)
    noise = np.abs(NOISE * rng.standard_normal((draws, model.regions)))[:, model.region]
    outcome = (expected + noise * rng.standard_normal(expected.shape)) * model.outcome_scale
    region, unit, grid, usual = _spending(panel, model)
    return PriorPredictive(
        groups=model.groups,
        outcome=outcome.reshape(draws, -1, model.regions).sum(axis=2),
        actual=panel.data["kpi"].sum("geo").values,
        periods=panel.data["period"].values,
        share=share,
        roi_middle=np.exp(model.share_mean) * model.total_outcome / model.spend,
        roi_spread=model.share_spread,
        carry_over=weight,
        largest_region=tuple(model.geos[at] for at in region),
        spend=grid * unit[:, None],
        reached=saturate(specification.saturation, shape[carrying:, ..., None], grid),
        usual_spend=usual * unit,
    )


def _shapes(model: ScaledModel, rng: np.random.Generator, draws: int) -> Floats:
    """Draw the parameters of the curves, (P, N, K)."""
    size = (draws, len(model.groups))
    drawn = [
        rng.beta(prior[:, 0], prior[:, 1], size)
        if one.family == "beta"
        else rng.gamma(prior[:, 0], 1 / prior[:, 1], size)
        for one, prior in zip(model.shapes, model.shape_priors, strict=True)
    ]
    return np.stack(drawn)


def _curves(model: ScaledModel, saturation: str, parameters: Floats, weight: Floats) -> Floats:
    """Evaluate saturated carry-over in every row, (N, K, rows)."""
    felt = np.stack([model.lagged[at] @ weight[:, at].T for at in range(len(model.groups))])
    return saturate(saturation, parameters.transpose(0, 2, 1)[..., None], felt.transpose(0, 2, 1)).transpose(1, 0, 2)


def _log_shares(model: ScaledModel, rng: np.random.Generator, draws: int) -> Floats:
    root = np.linalg.cholesky(model.share_likeness)
    spread = rng.standard_normal((draws, len(model.groups))) @ root.T
    return np.asarray(model.share_mean + spread * model.share_spread)


def _linear(model: ScaledModel, rng: np.random.Generator, draws: int) -> Floats:
    coefficients = model.others_mean + model.others_spread * rng.standard_normal((draws, len(model.others_mean)))
    return np.asarray(coefficients @ model.others.T)


def _spending(panel: Panel, model: ScaledModel) -> tuple[NDArray[np.intp], Floats, Floats, Floats]:
    """Return of each group its largest region, what counts as 1 there, the scaled grid (K, X), and the usual spend.

    Expectations speak of scaled spend, in which regions of all sizes are one; only a single region has currency units.
    """
    spend = panel.data["spend"].values
    region, groups = spend.sum(axis=0).argmax(axis=0), np.arange(len(model.groups))
    unit = model.spend_scale[region, groups]
    usual = usual_spend(model.lagged[:, :, :1].transpose(1, 2, 0))
    largest = np.maximum(spend.max(axis=0)[region, groups] / unit, usual)
    return region, unit, np.linspace(0.0, 1.0, _GRID) * largest[:, None], usual
