"""The real work of the fitter: a PyMC-Marketing model. The libraries are imported by `warm`, not before."""

from collections.abc import Callable
from typing import Any

from mmm_core.jobs.messages import plain
from mmm_core.jobs.task import FitOutcome, FitTask
from mmm_core.storage.artefacts import ArtefactStore


def warm() -> None:
    """Import what a fit needs, before anybody asks for one."""
    from mmm_core.estimands import overview  # noqa: F401
    from mmm_core.modeling.fitting import warm_up

    warm_up()


def run(
    task: FitTask,
    store: ArtefactStore,
    *,
    report: Callable[[str, dict[str, Any]], None],
    stop: Callable[[], bool],
) -> FitOutcome:
    """Fit the model and keep the draws; a fit that is in the store already (of another project) is not made again.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    WorkshopError
        If the fit failed; says why.
    """
    from mmm_core.estimands.overview import overview
    from mmm_core.modeling.fit import load_fit, save_fit
    from mmm_core.modeling.fitting import fit_model
    from mmm_core.modeling.specification import ModelSpecification
    from mmm_core.panel.panel import load_panel

    panel = load_panel(store.folder(task.panel_fingerprint))
    if store.has(task.fingerprint):
        fit = load_fit(store.folder(task.fingerprint))
    else:
        specification = ModelSpecification.from_dict(task.specification)
        fit = fit_model(
            panel, specification, report=lambda progress: report(progress.stage, plain(progress.as_dict())), stop=stop
        )
        store.put_folder(task.fingerprint, lambda folder: save_fit(fit, folder))
    return FitOutcome(artefact_key=task.fingerprint, summary=overview(panel, fit))
