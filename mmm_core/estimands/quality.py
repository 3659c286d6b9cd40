"""How far the sampler can be trusted, and how close the fit runs to the actuals."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from mmm_core.modeling.convergence import convergence, doubts_about
from mmm_core.modeling.fit import Fit
from mmm_core.panel.panel import Panel


def diagnostics(panel: Panel, fit: Fit) -> dict[str, object]:
    """Collect the figures by which a fit is judged; nothing is hidden when they are bad.

    Returns
    -------
    dict
        `r_hat_max`, `ess_bulk_min`, `ess_tail_min` over every free parameter, `divergences`, `sampler`, `seconds` per
        stage; `attempts`, the runs of the sampler as `Attempt.as_dict`; `provisional`; `remark`; and of the mean
        expected outcome against the actuals, both summed over geos: `r2`; `nrmse`, the root mean squared error by the
        range of the actuals; `mape`, the mean absolute error by the actual, over periods with an outcome other than 0
        (NaN without any).

    References
    ----------
    Vehtari et al. 2021, Rank-normalization, folding, and localization, doi:10.1214/20-BA1221: r-hat below 1.01 and an
    effective sample size above 400.
    """
    return {
        **convergence(fit.posterior),
        "divergences": int(fit.sample_stats["diverging"].sum()),
        "sampler": fit.sampler,
        "seconds": dict(fit.seconds),
        "attempts": [attempt.as_dict() for attempt in fit.attempts],
        "provisional": fit.provisional,
        "remark": fit.remark,
        **_closeness(panel, fit),
    }


def doubts(found: Mapping[str, Any]) -> list[str]:
    """List in words what speaks against trusting the draws behind `diagnostics`; empty when nothing does.

    References
    ----------
    Vehtari et al. 2021, doi:10.1214/20-BA1221: r-hat below 1.01, effective sample size of 400 or more.
    """
    return doubts_about(found)


def _closeness(panel: Panel, fit: Fit) -> dict[str, float]:
    actual = panel.data["kpi"].sum("geo").values
    expected = fit.draws["expected"].sum("geo", dtype=np.float64).mean(("chain", "draw")).values
    error = actual - expected
    nonzero = actual != 0
    return {
        "r2": float(1 - (error**2).sum() / ((actual - actual.mean()) ** 2).sum()),
        "nrmse": float(np.sqrt((error**2).mean()) / np.ptp(actual)),
        "mape": float(np.abs(error[nonzero] / actual[nonzero]).mean()) if nonzero.any() else float("nan"),
    }
