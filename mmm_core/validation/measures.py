"""Figures of a fit at hand, from its draws alone."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import special

from mmm_core.ingest.outcome_unit import outcome_unit
from mmm_core.modeling.convergence import convergence
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.scaled_model import scaled_model
from mmm_core.panel.panel import Panel
from mmm_core.settings import Period
from mmm_core.validation import scores
from mmm_core.validation.scores import Floats

_90_PERCENT = (0.05, 0.95)
_NINETY = float(special.ndtri(0.95))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMeasure:
    """One group over the window.

    Attributes
    ----------
    spend : float
        Currency units.
    roi_mean, roi_q05, roi_q25, roi_q50, roi_q75, roi_q95 : float
        KPI units per currency unit. The mean is the figure to show: times the spend it is the contribution.
    contraction : float
        0 told by the prior, 1 told by the data: 1 minus the width of the 90 % interval of the logarithm of the
        contribution, to its width before the data.
    shift : float
        How far its middle moved from the prior's, in standard deviations of the prior.
    bend_contraction : float
        The same as `contraction`, of the steepness of the saturation (by standard deviations).
    """

    group: str
    spend: float
    roi_mean: float
    roi_q05: float
    roi_q25: float
    roi_q50: float
    roi_q75: float
    roi_q95: float
    contraction: float
    shift: float
    bend_contraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FitMeasures:
    """One fit. Outcomes are summed over geos; `expected` is the mean of the draws.

    Attributes
    ----------
    r_hat_max, ess_min, divergences
        Of every free parameter.
    provisional : bool
        Whether the fit is a short run.
    periods : int
    period : {"week", "day"}
    r2, nrmse, mape : float
        Of the expected outcome against the actuals that the model saw.
    crps : float
        As a share of the mean outcome.
    hits : tuple of int
        Actuals within the central intervals of `scores.LEVELS`.
    lag_correlation, durbin_watson, ljung_box : float
        Of the residuals; the last is a probability.
    baseline_negative : float
        Probability that the outcome without media, over the whole window, is below 0.
    baseline_negative_periods : float
        Share of periods and draws in which it is.
    media_share : float
        What all groups bring, as a share of the outcome.
    rssd : float
        Distance of the shares of contribution from the shares of spend (Robyn's decomp.RSSD).
    in_money : bool
        Whether outcome and spend have the same unit, so that an ROI of 1 returns the spend.
    groups : tuple of GroupMeasure
    pairs : tuple of (str, str, float)
        Two groups, and the probability that the first has the higher ROI.
    """

    r_hat_max: float
    ess_min: float
    divergences: int
    provisional: bool
    periods: int
    period: Period
    r2: float
    nrmse: float
    mape: float
    crps: float
    hits: tuple[int, ...]
    lag_correlation: float
    durbin_watson: float
    ljung_box: float
    baseline_negative: float
    baseline_negative_periods: float
    media_share: float
    rssd: float
    in_money: bool
    groups: tuple[GroupMeasure, ...]
    pairs: tuple[tuple[str, str, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "FitMeasures":
        """Undo `as_dict`, also after a journey through JSON, where what is not a number became None."""
        known: dict[str, Any] = {name: math.nan if value is None else value for name, value in plain.items()}
        # Records of before there was a mean tell the median in its place.
        groups = tuple(GroupMeasure(**{"roi_mean": group["roi_q50"], **group}) for group in known.pop("groups"))
        pairs = tuple((str(first), str(second), float(chance)) for first, second, chance in known.pop("pairs"))
        return cls(**{**known, "hits": tuple(known["hits"])}, groups=groups, pairs=pairs)


def measure_fit(panel: Panel, fit: Fit) -> FitMeasures:
    """Collect the figures.

    Parameters
    ----------
    panel : Panel
        The panel of the fit.
    fit : Fit

    Returns
    -------
    FitMeasures
    """
    actual = panel.data["kpi"].sum("geo").values
    predicted, expected, contribution = (_national(fit, name) for name in ("predicted", "expected", "contribution"))
    baseline = expected - contribution.sum(axis=-1)
    middle = expected.mean(axis=0)
    total = contribution.sum(axis=1)
    spend = panel.data["spend"].sum(("period", "geo")).values
    settled = convergence(fit.posterior)
    return FitMeasures(
        r_hat_max=settled["r_hat_max"],
        ess_min=min(settled["ess_bulk_min"], settled["ess_tail_min"]),
        divergences=int(fit.sample_stats["diverging"].sum()),
        provisional=fit.provisional,
        periods=len(actual),
        period=panel.period,
        r2=scores.r2(middle, actual),
        nrmse=scores.nrmse(middle, actual),
        mape=scores.mape(middle, actual),
        crps=float(scores.crps_of_draws(predicted, actual).mean() / np.abs(actual).mean()),
        hits=tuple(scores.covered(predicted, actual, level) for level in scores.LEVELS),
        lag_correlation=scores.lag_correlation(actual - middle),
        durbin_watson=scores.durbin_watson(actual - middle),
        ljung_box=scores.ljung_box(actual - middle),
        baseline_negative=float((baseline.sum(axis=1) < 0).mean()),
        baseline_negative_periods=float((baseline < 0).mean()),
        media_share=float(total.sum(axis=1).mean() / actual.sum()),
        rssd=_rssd(spend, total),
        in_money=outcome_unit(panel.kpi_name, panel.currency) == panel.currency,
        groups=_groups(panel, fit, spend, total),
        pairs=_pairs(panel.groups, total / spend),
    )


def _national(fit: Fit, name: str) -> Floats:
    """Return draws summed over geos: (draws, period[, group])."""
    values = fit.draws[name].sum("geo", dtype=np.float64).values
    result: Floats = values.reshape(-1, *values.shape[2:])
    return result


def _rssd(spend: Floats, total: Floats) -> float:
    share = total.mean(axis=0) / total.mean(axis=0).sum()
    return float(np.sqrt(((share - spend / spend.sum()) ** 2).sum()))


def _groups(panel: Panel, fit: Fit, spend: Floats, total: Floats) -> tuple[GroupMeasure, ...]:
    model = scaled_model(panel, fit.specification)
    after = np.log(total / model.total_outcome)
    told = 1 - np.ptp(np.quantile(after, _90_PERCENT, axis=0), axis=0) / (2 * _NINETY * model.share_spread)
    shift = (np.median(after, axis=0) - model.share_mean) / model.share_spread
    # The last parameter of every saturation says where it bends; its prior is a Gamma.
    bent = np.log(fit.posterior[model.shapes[-1].name].transpose("chain", "draw", "group").values)
    bend = 1 - bent.std(axis=(0, 1)) / np.sqrt(special.polygamma(1, model.shape_priors[-1, :, 0]))
    mean = total.mean(axis=0) / spend
    roi = np.quantile(total / spend, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
    return tuple(
        GroupMeasure(
            group=name,
            spend=float(spend[at]),
            roi_mean=float(mean[at]),
            **{f"roi_{q}": float(roi[row, at]) for row, q in enumerate(("q05", "q25", "q50", "q75", "q95"))},
            contraction=float(np.clip(told[at], 0, 1)),
            shift=float(shift[at]),
            bend_contraction=float(np.clip(bend[at], 0, 1)),
        )
        for at, name in enumerate(panel.groups)
    )


def _pairs(groups: tuple[str, ...], roi: Floats) -> tuple[tuple[str, str, float], ...]:
    return tuple(
        (groups[first], groups[second], float((roi[:, first] > roi[:, second]).mean()))
        for first, second in itertools.combinations(range(len(groups)), 2)
    )
