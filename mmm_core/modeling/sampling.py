"""Compile and draw with nutpie. Imports it at the top: only the worker comes here."""

import json
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import nutpie
import xarray as xr

from mmm_core.errors import CancelledFit, FailedFit
from mmm_core.modeling.build import SampledMMM
from mmm_core.modeling.progress import ChainProgress
from mmm_core.modeling.specification import ModelSpecification

SAMPLER = f"nutpie {nutpie.__version__}, low-rank mass matrix"
_POLL_SECONDS = 0.1
_COMPILED_KEPT = 3
_compiled: "OrderedDict[str, Any]" = OrderedDict()
_lock = threading.Lock()


def compile_model(model: SampledMMM, specification: ModelSpecification) -> Any:
    """Compile the density of a model, or reuse the code of an earlier model of the same shape.

    Groups, controls, geos and structure make the shape; the data, their scale and the number of periods are inputs of
    the compiled code. So a refit, a longer window or a regrouping to as many groups costs milliseconds in a warm
    process.
    """
    shape = {name: len(labels) for name, labels in model.model.coords.items() if name != "date" and labels}
    # Spreads of single groups are constants of the code, in the order of the groups.
    order = list(model.model.coords["channel"] or ()) if specification.group_spreads else []
    facts = {"shape": shape, "dims": list(model.dims), "order": order, **specification.structure()}
    key = json.dumps(facts, sort_keys=True)
    with _lock, warnings.catch_warnings():
        warnings.filterwarnings("ignore")
        if key not in _compiled:
            names = [variable.name for variable in model.model.free_RVs]
            _compiled[key] = nutpie.compile_pymc_model(model.model, var_names=names)
        _compiled.move_to_end(key)
        while len(_compiled) > _COMPILED_KEPT:
            _compiled.popitem(last=False)
        compiled = _compiled[key]
        inputs = {var.name: model.model[var.name].get_value() for var in compiled.shared_var_keys}
        return compiled.with_data(**inputs)


def draw(
    compiled: Any,
    specification: ModelSpecification,
    *,
    report: Callable[[tuple[ChainProgress, ...]], None],
    stop: Callable[[], bool],
) -> xr.DataTree:
    """Draw from the posterior.

    Parameters
    ----------
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
        adaptation="low_rank",
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
