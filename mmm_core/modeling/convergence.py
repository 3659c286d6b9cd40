"""Whether chains have found one answer: the figures, and what they must reach.

References
----------
Vehtari et al. 2021, Rank-normalization, folding, and localization, doi:10.1214/20-BA1221: r-hat below 1.01 and an
effective sample size of 400 or more.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import xarray as xr

from mmm_core.errors import counted
from mmm_core.modeling.specification import ModelSpecification

HIGHEST_R_HAT = 1.01
FEWEST_EFFECTIVE_DRAWS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of the sampler: its settings and how it ended.

    For `adaptation` see `sampling.draw`. `r_hat_max`, `ess_bulk_min` and `ess_tail_min` are the worst over every free
    parameter.
    """

    adaptation: str
    chains: int
    tune: int
    draws: int
    target_accept: float
    r_hat_max: float
    ess_bulk_min: float
    ess_tail_min: float
    divergences: int
    seconds: float

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against trusting the draws, in words."""
        return tuple(doubts_about(asdict(self)))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def attempt_of(
    specification: ModelSpecification,
    posterior: xr.Dataset,
    diverging: xr.DataArray,
    *,
    adaptation: str,
    seconds: float,
) -> Attempt:
    """Judge the draws of one run."""
    return Attempt(
        adaptation=adaptation,
        chains=specification.chains,
        tune=specification.tune,
        draws=specification.draws,
        target_accept=specification.target_accept,
        divergences=int(diverging.sum()),
        seconds=round(seconds, 3),
        **convergence(posterior),
    )


def convergence(posterior: xr.Dataset) -> dict[str, float]:
    """Return `r_hat_max`, `ess_bulk_min` and `ess_tail_min` over every parameter."""
    import arviz_stats  # costs a second; only who asks for it pays

    r_hat = arviz_stats.rhat(posterior)
    bulk, tail = (arviz_stats.ess(posterior, method=method) for method in ("bulk", "tail"))
    return {
        "r_hat_max": max(float(values.max()) for values in r_hat.data_vars.values()),
        "ess_bulk_min": min(float(values.min()) for values in bulk.data_vars.values()),
        "ess_tail_min": min(float(values.min()) for values in tail.data_vars.values()),
    }


def doubts_about(found: Mapping[str, Any]) -> list[str]:
    """List in words what speaks against trusting draws with these figures; empty when nothing does.

    Parameters
    ----------
    found : mapping
        `r_hat_max`, `ess_bulk_min`, `ess_tail_min`, `divergences`. A figure that is not a number is a doubt.
    """
    said = [] if found["r_hat_max"] < HIGHEST_R_HAT else [f"r-hat is {found['r_hat_max']:.3f}"]
    ess = min(found["ess_bulk_min"], found["ess_tail_min"])
    if not ess >= FEWEST_EFFECTIVE_DRAWS:
        said.append(f"the effective sample size is {ess:.0f} of the {FEWEST_EFFECTIVE_DRAWS} wanted")
    if found["divergences"]:
        said.append(f"{counted(found['divergences'], 'draw')} diverged")
    return said
