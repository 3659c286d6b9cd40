"""Make what a comparison needs, and say how far it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mmm_core.errors import BlockedFit, WorkshopError
from mmm_core.jobs.crew import Crew
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.candidates import Candidate, Choices
from mmm_core.workflows.comparisons import FEWEST, current_comparison, mapping_of
from mmm_core.workflows.fitting import FitState, fit_of_scope, fit_state, fittable, refuse_blocking, start_fit
from mmm_core.workflows.modelled import Modelled
from mmm_core.workflows.push_back import objection_states, what_objections_block
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import SpecificationRevision, specification_revision
from mmm_core.workflows.threads import what_blocks
from mmm_core.workflows.validating import ValidationState, start_holdout, validation_state

SeeThrough = Callable[[Mapping], Scoped | None]
"""Sees the project's files through a mapping; None while there are no files."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ready:
    """What a fit is made from: the files seen through a grouping, the specification, and what is modelled of them."""

    scoped: Scoped
    specification: SpecificationRevision
    model: Modelled


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenCandidate:
    """A candidate seen on the files of today; without `ready` it cannot be fitted, and `why_not` says why."""

    candidate: Candidate
    name: str
    ready: Ready | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CandidateState:
    """How far a candidate is: its fit, and what held-out periods say of it; None while there is no full fit."""

    opened: OpenCandidate
    fit: FitState
    validation: ValidationState | None

    @property
    def to_show(self) -> StoredFit | None:
        """The fit, or what stands in for it."""
        return self.fit.fit or self.fit.provisional

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The newest job of each kind that there is."""
        jobs = (self.fit.job, self.validation.job if self.validation is not None else None)
        return tuple(job for job in jobs if job is not None)

    @property
    def is_open(self) -> bool:
        """Whether something of it is queued or running."""
        return any(job.is_open for job in self.jobs)

    @property
    def lacks_fit(self) -> bool:
        """Whether a fit can be asked for."""
        return self.opened.ready is not None and self.fit.fit is None and not self.is_open

    @property
    def lacks_holdout(self) -> bool:
        """Whether the fit is there and held-out periods can be asked for."""
        state = self.validation
        if state is None or state.validation is not None or state.plan is None:
            return False
        return state.job is None or not state.job.is_open

    @property
    def key(self) -> tuple[str, str, str]:
        """Name what there is to show of it."""
        kept = self.validation.validation if self.validation is not None else None
        shown = self.to_show
        return self.opened.name, shown.artefact_key if shown else "", kept.fingerprint if kept else ""


def open_candidates(
    storage: Storage, project_id: str, candidates: Iterable[Candidate], choices: Choices, see: SeeThrough
) -> tuple[OpenCandidate, ...]:
    """See each candidate on the files of today; one that is blocked says why, the others go on."""
    return tuple(_opened(storage, project_id, one, choices.name(one), see) for one in candidates)


def candidate_state(storage: Storage, project_id: str, opened: OpenCandidate) -> CandidateState:
    """Return how far a candidate is; reads rows only."""
    ready = opened.ready
    if ready is None:
        return CandidateState(opened=opened, fit=FitState(fit=None, job=None), validation=None)
    state = fit_state(storage, project_id, ready.scoped, ready.specification.specification)
    tested = validation_state(storage, state.fit, ready.model.panel) if state.fit is not None else None
    return CandidateState(opened=opened, fit=state, validation=tested)


def is_compared(storage: Storage, project_id: str, see: SeeThrough) -> bool:
    """Tell whether two candidates or more of what is compared have a full fit of the files of today."""
    fitted = 0
    for candidate in current_comparison(storage, project_id).candidates:
        try:
            scoped = see(mapping_of(storage, project_id, candidate))
            chosen = specification_revision(storage, project_id, candidate.specification_number)
        except WorkshopError:  # said on the page
            continue
        if scoped is not None and fit_of_scope(storage, project_id, scoped, chosen.specification) is not None:
            fitted += 1
    return fitted >= FEWEST


def ask_for_fits(crew: Crew, project_id: str, states: Iterable[CandidateState], *, author: str) -> tuple[str, ...]:
    """Ask for the fits that are missing, in the order of the candidates; a fit that is there costs nothing.

    Returns
    -------
    tuple of str
        What kept a candidate from it.

    Raises
    ------
    BadInput
        If the author is a viewer.
    """
    refused = []
    for state in states:
        opened, ready = state.opened, state.opened.ready
        if not state.lacks_fit or ready is None:
            continue
        try:
            start_fit(
                crew,
                project_id,
                ready.scoped,
                ready.specification,
                mapping_number=opened.candidate.mapping_number,
                author=author,
            )
        except BlockedFit as error:  # somebody opened a finding again since it was seen
            refused.append(f"{opened.name}: {error}")
    return tuple(refused)


def ask_for_holdouts(crew: Crew, states: Iterable[CandidateState], *, author: str) -> int:
    """Ask for the holdouts that fits lack, and return for how many; usually a holdout follows its fit by itself."""
    asked = 0
    for state in states:
        fit, ready = state.fit.fit, state.opened.ready
        if state.lacks_holdout and fit is not None and ready is not None:
            start_holdout(crew, fit, ready.model.panel, author=author)
            asked += 1
    return asked


def _opened(storage: Storage, project_id: str, candidate: Candidate, name: str, see: SeeThrough) -> OpenCandidate:
    try:
        scoped = see(mapping_of(storage, project_id, candidate))
        chosen = specification_revision(storage, project_id, candidate.specification_number)
        if scoped is None:
            return OpenCandidate(candidate=candidate, name=name, why_not="There is no data yet")
        model = fittable(scoped, chosen.specification, what_blocks(storage, project_id, scoped))
        refuse_blocking(what_objections_block(objection_states(storage, project_id, scoped, chosen.specification)))
    except WorkshopError as error:
        return OpenCandidate(candidate=candidate, name=name, why_not=str(error))
    return OpenCandidate(candidate=candidate, name=name, ready=Ready(scoped=scoped, specification=chosen, model=model))
