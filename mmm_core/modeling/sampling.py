"""Draw with nutpie. Imports it at the top: only the worker comes here."""

import threading
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import nutpie
import xarray as xr

from mmm_core.errors import CancelledFit, FailedFit
from mmm_core.modeling.progress import ChainProgress
from mmm_core.modeling.specification import ModelSpecification

Adaptation = Literal["low_rank", "diag"]
_POLL_SECONDS = 0.1


def draw(
    compiled: Any,
    specification: ModelSpecification,
    *,
    adaptation: Adaptation = "low_rank",
    report: Callable[[tuple[ChainProgress, ...]], None],
    stop: Callable[[], bool],
) -> xr.DataTree:
    """Draw from the posterior.

    Parameters
    ----------
    compiled : nutpie's compiled model
    specification : ModelSpecification
        Gives chains, warm-up, draws, acceptance and seed.
    adaptation : {"low_rank", "diag"}
        What the sampler learns of the posterior's shape while it warms up. Correlations make it twice as quick, but
        where groups run in step the posterior is bent and they mislead: 59 draws diverged where none does with "diag".
    report : callable
        Told the state of the chains, from the calling thread.
    stop : callable
        Asked about ten times per second; once it says yes, the chains are dropped.

    Returns
    -------
    xr.DataTree
        `posterior` and `sample_stats`, warm-up left out.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    FailedFit
        If a chain could not be started or broke.
    """
    latest: list[tuple[ChainProgress, ...]] = []
    sampler = nutpie.sample(
        compiled,
        draws=specification.draws,
        tune=specification.tune,
        chains=specification.chains,
        seed=specification.seed,
        target_accept=specification.target_accept,
        adaptation=adaptation,
        save_warmup=False,
        progress_bar=False,
        progress_rate=200,
        progress_callback=lambda chains: latest.append(_chains(chains)),
        blocking=False,
    )
    pause = threading.Event()
    while not _finished(sampler):
        if stop():
            sampler.cancel()
            raise CancelledFit("The fit was stopped while sampling", remedy="Start it again when you are ready")
        if latest:
            report(latest[-1])
            latest.clear()
        pause.wait(_POLL_SECONDS)
    if latest:
        report(latest[-1])
    return _result(sampler)


def _finished(sampler: Any) -> bool:
    try:
        return bool(sampler.is_finished)
    except TimeoutError:  # nutpie could not take its lock in time: the chains are at work
        return False


def _chains(chains: Any) -> tuple[ChainProgress, ...]:
    return tuple(
        ChainProgress(
            draws=chain.finished_draws, total=chain.total_draws, tuning=chain.tuning, divergences=chain.divergences
        )
        for chain in chains
    )


def _result(sampler: Any) -> xr.DataTree:
    remedy = (
        "Look at the findings for groups that run in step or hardly spend; merge them, or raise the acceptance target"
    )
    try:
        tree: xr.DataTree = sampler.wait()
    except Exception as error:
        raise FailedFit(f"The sampler stopped: {error}", where="sample", remedy=remedy) from error
    for name, values in tree["posterior"].to_dataset().data_vars.items():
        if not np.isfinite(values.values).all():
            raise FailedFit(f"Draws of {name} are not finite", where="sample", remedy=remedy)
    return tree
