"""The real work of a worker: a media mix model. The libraries are imported by `warm`, not before."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from mmm_core.jobs.messages import plain
from mmm_core.jobs.task import FitOutcome, FitTask
from mmm_core.storage.artefacts import ArtefactStore

if TYPE_CHECKING:
    from mmm_core.modeling.fit import Fit
    from mmm_core.panel.panel import Panel


def warm(say: Callable[[str], None]) -> None:
    """Import and compile what a fit needs, before anybody asks for one."""
    say("importing the sampler")
    import arviz_stats  # noqa: F401

    from mmm_core.estimands import overview  # noqa: F401
    from mmm_core.modeling import quick, sampling  # noqa: F401
    from mmm_core.modeling.fitting import warm_up

    say("compiling the density")
    warm_up()


def run(
    task: FitTask,
    store: ArtefactStore,
    *,
    report: Callable[[str, dict[str, Any]], None],
    stop: Callable[[], bool],
    publish: Callable[[FitOutcome], None] | None,
) -> FitOutcome:
    """Fit the model and keep the draws; a fit that is in the store already (of another project) is not made again.

    A provisional fit is kept and published first, if anybody wants it.

    Raises
    ------
    CancelledFit
        If `stop` said yes, or the fit has to give way.
    WorkshopError
        If the fit failed; says why.
    """
    from mmm_core.modeling.fit import load_fit
    from mmm_core.modeling.fitting import fit_model
    from mmm_core.modeling.specification import ModelSpecification
    from mmm_core.panel.panel import load_panel

    panel = load_panel(store.folder(task.panel_fingerprint))
    if store.has(task.fingerprint):
        return _outcome(panel, load_fit(store.folder(task.fingerprint)), task.fingerprint)
    fit = fit_model(
        panel,
        ModelSpecification.from_dict(task.specification),
        report=lambda progress: report(progress.stage, plain(progress.as_dict())),
        stop=stop,
        preview=partial(_show, publish, panel, store) if publish is not None else None,
    )
    return _kept(panel, fit, store, task.fingerprint)


def _show(publish: Callable[[FitOutcome], None], panel: "Panel", store: ArtefactStore, provisional: "Fit") -> None:
    publish(_kept(panel, provisional, store, provisional.fingerprint))


def _kept(panel: "Panel", fit: "Fit", store: ArtefactStore, key: str) -> FitOutcome:
    from mmm_core.modeling.fit import save_fit

    store.put_folder(key, lambda folder: save_fit(fit, folder))
    return _outcome(panel, fit, key)


def _outcome(panel: "Panel", fit: "Fit", key: str) -> FitOutcome:
    from mmm_core.estimands.overview import overview

    return FitOutcome(artefact_key=key, summary=overview(panel, fit))
