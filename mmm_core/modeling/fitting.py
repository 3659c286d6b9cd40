"""One fit from panel to draws, stage by stage. The sampler is imported when the first fit starts, not before."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import xarray as xr

from mmm_core.errors import CancelledFit, FailedFit, WorkshopError, listed
from mmm_core.modeling.convergence import Attempt, attempt_of
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.progress import ChainProgress, Progress, Stage
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

if TYPE_CHECKING:
    from mmm_core.modeling.sampling import Adaptation

_AGAIN = "Start it again when you are ready"
_STATS = ("diverging", "maxdepth_reached", "step_size", "n_steps", "energy", "logp")
_log = logging.getLogger(__name__)


def warm_up() -> None:
    """Import and compile what a fit needs; a worker does it before anybody asks for a fit."""
    from mmm_core.modeling import quick, sampling  # noqa: F401

    quick.warm_up_density()


def fit_model(
    panel: Panel,
    specification: ModelSpecification,
    *,
    report: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    preview: Callable[[Fit], None] | None = None,
    plain: bool = False,
) -> Fit:
    """Fit a model; a run whose chains have not settled is followed by a more careful one, unless that is not wanted.

    Parameters
    ----------
    report : callable
        Told the stage at its start, and the chains about five times per second while sampling.
    stop : callable
        Asked between the stages, and about ten times per second while sampling.
    preview : callable, optional
        Given a provisional fit from a short run, before the full run starts; not called where the full run is hardly
        longer.
    plain : bool, default False
        Whether to sample PyMC-Marketing's graph itself, which takes minutes. Where the quick way breaks, that is done
        anyway and the fit's `remark` says so.

    Raises
    ------
    BadInput
        If the panel cannot be modelled.
    CancelledFit
        If `stop` said yes.
    FailedFit
        If a stage broke; the message says which and why.
    """
    clock = _Clock(report, stop)
    with clock.stage("build"):
        model, remark = _built(_plain_model if plain else _quick_model, panel, specification, clock)
    with clock.stage("compile"):
        ready = _Ready(panel=panel, model=model, compiled=model.compile(), remark=remark)
    short = specification.provisional()
    if preview is not None and short is not None:
        with clock.stage("preview"):
            preview(_summed_up(ready, [_run(ready, short, clock)], clock.seconds, provisional=True))
    with clock.stage("sample"):
        runs = [_run(ready, specification, clock)]
    if specification.until_settled and runs[0].attempt.doubts:
        clock.note = f"The first run did not settle: {listed(list(runs[0].attempt.doubts))}"
        with clock.stage("again"):
            runs.append(_run(ready, specification.more_careful(), clock, adaptation="diag"))
    with clock.stage("summarise"):
        fit = _summed_up(ready, runs, clock.seconds)
    return replace(fit, seconds=clock.seconds, specification=specification)


class _Model(Protocol):
    """What can be drawn from: `quick.QuickModel` or `plain.PlainModel`."""

    sampler: str
    adaptation: "Adaptation"

    def compile(self) -> Any: ...
    def posterior(self, tree: xr.DataTree) -> xr.Dataset: ...
    def draws(self, posterior: xr.Dataset) -> xr.Dataset: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    panel: Panel
    model: _Model
    compiled: Any
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    specification: ModelSpecification
    posterior: xr.Dataset
    stats: xr.Dataset
    attempt: Attempt


def _quick_model(panel: Panel, specification: ModelSpecification) -> _Model:
    from mmm_core.modeling.quick import QuickModel, warm_up_density

    warm_up_density()
    return QuickModel(panel, specification)


def _plain_model(panel: Panel, specification: ModelSpecification) -> _Model:
    from mmm_core.modeling.plain import PlainModel

    return PlainModel(panel, specification)


def _built(
    make: Callable[[Panel, ModelSpecification], _Model],
    panel: Panel,
    specification: ModelSpecification,
    clock: "_Clock",
) -> tuple[_Model, str]:
    """Build the model; where the quick way breaks, the plain one is taken and a remark says so."""
    try:
        return make(panel, specification), ""
    except WorkshopError:
        raise
    except Exception as error:
        if make is _plain_model:
            raise
        _log.exception("The quick way to a posterior broke; the plain one is taken.")
        clock.note = f"The quick way is not available here ({type(error).__name__}): this fit takes minutes"
        return _plain_model(panel, specification), f"Fitted the slow way: the quick one broke with {error!r}"


def _run(
    ready: _Ready, specification: ModelSpecification, clock: "_Clock", *, adaptation: "Adaptation | None" = None
) -> _Run:
    from mmm_core.modeling import sampling

    started, adaptation = time.monotonic(), adaptation or ready.model.adaptation
    tree = sampling.draw(ready.compiled, specification, adaptation=adaptation, report=clock.chains, stop=clock.stop)
    posterior, stats = _bare(ready.model.posterior(tree)), _kept_stats(tree["sample_stats"].to_dataset())
    attempt = attempt_of(
        specification,
        posterior,
        stats["diverging"],
        adaptation=adaptation,
        seconds=time.monotonic() - started,
    )
    return _Run(specification=specification, posterior=posterior, stats=stats, attempt=attempt)


def _summed_up(ready: _Ready, runs: list[_Run], seconds: dict[str, float], *, provisional: bool = False) -> Fit:
    """Make a fit of the run with the fewest doubts, the later one among equals."""
    best = min(reversed(runs), key=lambda run: len(run.attempt.doubts))
    return Fit(
        draws=ready.model.draws(best.posterior),
        posterior=best.posterior,
        sample_stats=best.stats,
        seconds=dict(seconds),
        sampler=ready.model.sampler,
        specification=best.specification,
        panel_fingerprint=ready.panel.fingerprint,
        attempts=tuple(run.attempt for run in runs),
        provisional=provisional,
        remark=ready.remark,
    )


class _Clock:
    """Times the stages, reports them and turns what breaks in them into a message."""

    def __init__(self, report: Callable[[Progress], None], stop: Callable[[], bool]) -> None:
        self._report, self.stop = report, stop
        self._start = self._stage_start = time.monotonic()
        self._stage: Stage = "build"
        self.seconds: dict[str, float] = {}
        self.note = ""

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        if self.stop():
            raise CancelledFit(f"The fit was stopped before stage '{stage}'", remedy=_AGAIN)
        self._stage, self._stage_start = stage, time.monotonic()
        self._report(Progress(stage=stage, elapsed_seconds=self._stage_start - self._start, note=self.note))
        try:
            yield
        except WorkshopError:
            raise
        except Exception as error:
            raise FailedFit(
                f"The fit broke: {type(error).__name__}: {error}",
                where=f"stage '{stage}'",
                remedy="Try again; if it breaks at the same place, report it with the panel and the specification",
            ) from error
        self.seconds[stage] = round(time.monotonic() - self._stage_start, 3)

    def chains(self, chains: tuple[ChainProgress, ...]) -> None:
        now = time.monotonic()
        elapsed = now - self._start
        progress = Progress(stage=self._stage, elapsed_seconds=elapsed, chains=chains, note=self.note)
        share = progress.share or 0.0
        eta = (now - self._stage_start) * (1 - share) / share if share > 0 else None
        self._report(replace(progress, eta_seconds=eta))


def _bare(data: xr.Dataset) -> xr.Dataset:
    """Drop attributes such as the time of creation: the same fit is the same content."""
    return data.drop_attrs()


def _kept_stats(stats: xr.Dataset) -> xr.Dataset:
    return _bare(stats[[name for name in _STATS if name in stats.data_vars]])
