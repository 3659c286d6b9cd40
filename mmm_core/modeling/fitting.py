"""One fit from panel to draws, stage by stage. PyMC is imported when the first fit starts, not before."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import xarray as xr

from mmm_core.errors import CancelledFit, FailedFit, WorkshopError
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.progress import ChainProgress, Progress, Stage
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

_AGAIN = "Start it again when you are ready"
_STATS = ("diverging", "maxdepth_reached", "step_size", "n_steps", "energy", "logp")


def warm_up() -> None:
    """Import what a fit needs; a worker does it before anybody asks for a fit."""
    from mmm_core.modeling import predicting, sampling  # noqa: F401


def fit_model(
    panel: Panel,
    specification: ModelSpecification,
    *,
    report: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Fit:
    """Fit a model.

    Parameters
    ----------
    report : callable
        Told the stage at its start, and the chains about five times per second while sampling.
    stop : callable
        Asked between the stages, and about ten times per second while sampling.

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
    with clock.stage("import"):
        warm_up()
    from mmm_core.modeling import build, predicting, sampling
    from mmm_core.modeling.labels import to_house

    with clock.stage("build"):
        model = build.build_model(panel, specification)
    with clock.stage("compile"):
        compiled = sampling.compile_model(model, specification)
    with clock.stage("sample"):
        tree = sampling.draw(compiled, specification, report=clock.chains, stop=stop)
    with clock.stage("summarise"):
        posterior = _relabelled(tree["posterior"].to_dataset(), model.model.coords)
        draws = predicting.fitted_draws(panel, specification, posterior)
    return Fit(
        draws=draws,
        posterior=_bare(to_house(posterior)),
        sample_stats=_kept_stats(tree["sample_stats"].to_dataset()),
        seconds=clock.seconds,
        sampler=sampling.SAMPLER,
        specification=specification,
        panel_fingerprint=panel.fingerprint,
    )


class _Clock:
    """Times the stages, reports them and turns what breaks in them into a message."""

    def __init__(self, report: Callable[[Progress], None], stop: Callable[[], bool]) -> None:
        self._report, self._stop = report, stop
        self._start = self._stage_start = time.monotonic()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        if self._stop():
            raise CancelledFit(f"The fit was stopped before stage '{stage}'", remedy=_AGAIN)
        self._stage_start = time.monotonic()
        self._report(Progress(stage=stage, elapsed_seconds=self._stage_start - self._start))
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
        progress = Progress(stage="sample", elapsed_seconds=now - self._start, chains=chains)
        share = progress.share or 0.0
        eta = (now - self._stage_start) * (1 - share) / share if share > 0 else None
        self._report(replace(progress, eta_seconds=eta))


def _relabelled(posterior: xr.Dataset, coords: Mapping[str, Sequence[object]]) -> xr.Dataset:
    """Use this model's labels: the compiled code may stem from another model of the same shape."""
    labels = {dim: list(coords[str(dim)]) for dim in posterior.dims if dim not in ("chain", "draw")}
    return posterior.assign_coords(labels)


def _bare(data: xr.Dataset) -> xr.Dataset:
    """Drop attributes such as the time of creation: the same fit is the same content."""
    return data.drop_attrs()


def _kept_stats(stats: xr.Dataset) -> xr.Dataset:
    return _bare(stats[[name for name in _STATS if name in stats.data_vars]])
