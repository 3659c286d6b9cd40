"""Start, watch, cancel and take up fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from mmm_core.errors import BadInput, BlockedFit, counted, listed
from mmm_core.feasibility.objections import Objection
from mmm_core.findings import Finding
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.task import FIT, FitTask
from mmm_core.modeling.calibrating import measured_lifts, refuse_unsuited_cost
from mmm_core.modeling.fit import fit_fingerprint
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel, load_panel, save_panel
from mmm_core.storage import fits, jobs
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.storage.opened import Storage
from mmm_core.validation.folds import holdout_fingerprint, plan_folds
from mmm_core.workflows.clock import now
from mmm_core.workflows.modelled import Modelled, modelled
from mmm_core.workflows.push_back import objection_states, what_objections_block
from mmm_core.workflows.roles import refuse_viewer
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import SpecificationRevision, current_specification
from mmm_core.workflows.threads import what_blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class FitState:
    """The fit of the present scope, what stands in for it until it is there, and the job that makes both."""

    fit: StoredFit | None
    job: Job | None
    provisional: StoredFit | None = None


def start_fit(
    crew: Crew,
    project_id: str,
    scoped: Scoped,
    specification: SpecificationRevision,
    *,
    mapping_number: int,
    author: str,
) -> StoredFit | Job:
    """Ask for the fit of a scope; the same scope twice is one fit.

    Raises
    ------
    BadInput
        If the author is a viewer, or no period lies in the window.
    BlockedFit
        If findings of severity error are neither fixed nor waived, or an objection that blocks is not settled.
    """
    with crew.storage.database.reading() as session:
        refuse_viewer(session, project_id, author)
    model = fittable(scoped, specification.specification, what_blocks(crew.storage, project_id, scoped))
    raised = objection_states(crew.storage, project_id, scoped, specification.specification)
    refuse_blocking(what_objections_block(raised))
    key = model.panel.fingerprint
    fit = fit_fingerprint(key, model.specification)
    crew.storage.artefacts.put_folder(key, lambda folder: save_panel(model.panel, folder))
    task = FitTask(
        project_id=project_id,
        fingerprint=fit,
        panel_fingerprint=key,
        specification=dict(model.specification.as_dict()),
        mapping_number=mapping_number,
        specification_number=specification.number,
        holdout=_standing_check(model, fit),
    )
    asked = crew.submit_fit(task)
    with crew.storage.database.transaction() as session:
        detail = {"fit": task.fingerprint, "mapping": mapping_number, "specification": specification.number}
        record(session, AuditEntry(project_id=project_id, at=now(), author=author, action="fit.asked", detail=detail))
    return asked


def _standing_check(model: Modelled, fit: str) -> str:
    """Name the holdout that follows a fit by itself; "" where history is too short."""
    try:
        plan = plan_folds(model.panel.data.sizes["period"], period=model.panel.period)
    except BadInput:  # the page Validation says so
        return ""
    return holdout_fingerprint(fit, plan)


def fittable(scoped: Scoped, specification: ModelSpecification, blocking: Sequence[Finding]) -> Modelled:
    """Return what is modelled of a scope that nothing blocks.

    Parameters
    ----------
    blocking : sequence of Finding
        Errors that are neither fixed nor waived, see `mmm_core.workflows.threads.what_blocks`.

    Raises
    ------
    BadInput
        If no period lies in the window, or a lift test or a known cost does not suit what is modelled.
    BlockedFit
        If a finding blocks the fit.
    """
    model = modelled(scoped, specification)
    if model is not None:  # told now, not by a job that can only fail
        measured_lifts(model.panel, model.specification)
        for target in model.specification.cost_targets:
            refuse_unsuited_cost(model.panel, target)
    if model is None or blocking:
        raise BlockedFit(
            blocked_by(blocking),
            remedy="Settle them on the Checks page first",
        )
    return model


def refuse_blocking(objections: Sequence[Objection]) -> None:
    """Refuse a fit of groups of which one is nothing but the others; raises `BlockedFit`."""
    if objections:
        said = listed([one.sentence.rstrip(".") for one in objections])
        verb = "blocks" if len(objections) == 1 else "block"
        raise BlockedFit(
            f"{counted(len(objections), 'objection')} {verb} the fit: {said}",
            remedy="Answer on the Push-back page, and let analytics settle it",
        )


def blocked_by(blocking: Sequence[Finding]) -> str:
    """Say what blocks the fit."""
    messages = [finding.message.rstrip(".") for finding in blocking]
    verb = "blocks" if len(messages) == 1 else "block"
    return f"{counted(len(messages), 'finding')} {verb} the fit: {listed(messages)}"


def fit_of_scope(
    storage: Storage, project_id: str, scoped: Scoped, specification: ModelSpecification | None = None
) -> StoredFit | None:
    """Return the fit of exactly this scope, None when there is none (yet)."""
    wanted = _wanted(scoped, specification or current_specification(storage, project_id).specification)
    with storage.database.reading() as session:
        return fits.find_fit(session, project_id, wanted) if wanted else None


def _wanted(scoped: Scoped, specification: ModelSpecification) -> str:
    """Name the fit of a scope; "" where none can be made."""
    try:
        model = modelled(scoped, specification)
    except BadInput:  # said where the window is chosen, and when a fit is asked for
        return ""
    return fit_fingerprint(model.panel.fingerprint, model.specification) if model is not None else ""


def fit_to_show(storage: Storage, project_id: str, scoped: Scoped) -> StoredFit | None:
    """Return the fit of this scope, or what stands in for it until it is there."""
    state = fit_state(storage, project_id, scoped)
    return state.fit or state.provisional


def fit_state(
    storage: Storage, project_id: str, scoped: Scoped, specification: ModelSpecification | None = None
) -> FitState:
    """Return the fit of this scope and the newest job for it."""
    wanted = _wanted(scoped, specification or current_specification(storage, project_id).specification)
    if not wanted:
        return FitState(fit=None, job=None)
    with storage.database.reading() as session:  # the job first: when it has ended well, its fit is there
        own = [job for job in jobs.list_jobs(session, project_id) if job.kind == FIT and job.fingerprint == wanted]
    with storage.database.reading() as session:
        fit = fits.find_fit(session, project_id, wanted)
        provisional = None if fit is not None else fits.find_provisional(session, project_id, wanted)
    return FitState(fit=fit, job=own[0] if own else None, provisional=provisional)


def panel_of(storage: Storage, fit: StoredFit) -> Panel:
    """Return what a fit was made on.

    Raises
    ------
    NotFound, DamagedArtefact
        If it is not in the store, or not as it was written.
    """
    return load_panel(storage.artefacts.folder(fit.panel_fingerprint))


def full_fit_of(storage: Storage, provisional: StoredFit) -> StoredFit | None:
    """Return the fit that a provisional one stood in for, None as long as it is not there."""
    with storage.database.reading() as session:
        return fits.find_fit(session, provisional.project_id, provisional.provisional_for)


def list_fits(storage: Storage, project_id: str) -> tuple[StoredFit, ...]:
    """Return every fit of a project, the newest first."""
    with storage.database.reading() as session:
        return fits.list_fits(session, project_id)
