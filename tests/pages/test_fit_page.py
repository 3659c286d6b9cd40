"""Fit: asked for once, watched, and every way in which it can end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest
import small_client
from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.jobs.crew import Crew, start_crew
from mmm_core.jobs.task import FIT
from mmm_core.modeling.fit import fit_fingerprint
from mmm_core.settings import Installation
from mmm_core.storage.fits import StoredFit, list_fits, register_fit
from mmm_core.storage.jobs import Job, claim_job, end_job, get_job, list_jobs, queue_job, write_progress
from mmm_core.storage.opened import Storage
from mmm_core.workflows.fitting import start_fit
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.scoping import scope
from mmm_core.workflows.specification import current_specification

OpenPage = Callable[..., AppTest]
NewProject = Callable[..., str]
PAGE = "pages/model/fit.py"
_HERE = "somewhere else/1/1"
"""A worker on another machine: the crew of these tests leaves its jobs alone while they beat."""


def job_of(storage: Storage, project: str) -> Job:
    """Put a running job for the present scope into the database, as another app process would."""
    scoped = scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)
    wanted = fit_fingerprint(scoped.panel_fingerprint, current_specification(storage, project).specification)
    with storage.database.transaction() as session:
        job = queue_job(session, project_id=project, kind="fit", fingerprint=wanted, payload={}, now=datetime.now(UTC))
        claimed = claim_job(session, job.id, worker=_HERE, now=datetime.now(UTC))
    assert claimed is not None
    return claimed


def end(storage: Storage, job: Job, state: Literal["failed", "cancelled", "interrupted"], **message: str) -> None:
    with storage.database.transaction() as session:
        assert end_job(session, job.id, attempt=job.attempt, state=state, message=message, now=datetime.now(UTC))


def state_of(storage: Storage, job: Job) -> str:
    with storage.database.reading() as session:
        return get_job(session, job.id).state


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep the crew from being asked; returns what it was asked for."""
    asked: list[str] = []
    monkeypatch.setattr(Crew, "submit_fit", lambda _, task: asked.append(task.project_id))
    return asked


def test_open_findings_block_the_fit(open_page: OpenPage, new_project: NewProject) -> None:
    toml = small_client.LONG_TOML.replace('campaign = ["radio*"]', 'campaign = "nothing like it"')
    app = open_page(PAGE, new_project(toml.replace(small_client.SCENARIOS, "")))
    assert len(errors(app)) == 1
    assert "start-fit" not in keys(app)


def test_a_ready_scope_can_be_fitted(open_page: OpenPage, project: str, no_work: list[str]) -> None:
    app = open_page(PAGE, project)
    assert errors(app) == []
    app.button(key="start-fit").click().run()
    assert errors(app) == []
    assert no_work == [project]


def test_a_running_fit_shows_its_progress_and_can_be_cancelled(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    job = job_of(storage, project)
    chains = [{"draws": 40 * n, "total": 400, "tuning": n == 1, "divergences": n} for n in (1, 2)]
    progress = {"chains": chains, "elapsed_seconds": 12.0, "eta_seconds": 30.0}
    with storage.database.transaction() as session:
        write_progress(session, job.id, attempt=job.attempt, stage="sample", progress=progress, now=datetime.now(UTC))
    app = open_page(PAGE, project)
    assert errors(app) == []
    text = " ".join(formatted_texts(app))
    for said in ("40 of 400", "80 of 400", "30 s", "3 divergences"):
        assert said in text
    assert "start-fit" not in keys(app)
    app.button(key="cancel-fit").click().run()
    with storage.database.reading() as session:
        assert get_job(session, job.id).cancel_requested
    end(storage, job, "cancelled")


def stand_in(storage: Storage, job: Job, fitted_project: str) -> StoredFit:
    """Register a real fit as the provisional one of a job."""
    with storage.database.transaction() as session:
        real = list_fits(session, fitted_project)[0]
        fit = replace(real, project_id=job.project_id, provisional_for=job.fingerprint)
        return register_fit(session, storage.artefacts, fit)


def provisional_labels(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning if warning.value.startswith("Provisional: ")]


def test_a_provisional_fit_is_shown_as_one_while_the_full_one_is_made(
    open_page: OpenPage, project: str, fitted_project: str, storage: Storage
) -> None:
    job = job_of(storage, project)
    stand_in(storage, job, fitted_project)
    app = open_page(PAGE, project)
    assert errors(app) == []
    text = " ".join(formatted_texts(app))
    assert "A provisional fit is there for a first look" in text
    assert len(provisional_labels(app)) == 1
    assert "The chains agree" not in text
    assert "Largest r-hat (below 1.01 is good)" in shown_cells(app)
    assert "cancel-fit" in keys(app)
    end(storage, job, "cancelled")


def test_provisional_results_are_marked_and_give_way_to_the_full_ones(
    open_page: OpenPage, project: str, fitted_project: str, storage: Storage
) -> None:
    job = job_of(storage, project)
    provisional = stand_in(storage, job, fitted_project)
    app = open_page("pages/model/results.py", project)
    assert errors(app) == []
    assert len(provisional_labels(app)) == 1
    with storage.database.transaction() as session:
        full = replace(provisional, fingerprint=job.fingerprint, provisional_for="")
        register_fit(session, storage.artefacts, full)
    app.run()
    assert errors(app) == []
    assert provisional_labels(app) == []
    end(storage, job, "cancelled")


def test_scenarios_under_a_provisional_fit_are_marked(
    open_page: OpenPage, project: str, fitted_project: str, storage: Storage
) -> None:
    job = job_of(storage, project)
    stand_in(storage, job, fitted_project)
    end(storage, job, "cancelled")
    app = open_page("pages/decide/scenarios.py", project)
    assert len(provisional_labels(app)) == 1


@pytest.mark.parametrize("state", ["failed", "interrupted", "cancelled"])
def test_a_fit_that_ended_without_draws_says_how_and_offers_another(
    open_page: OpenPage, project: str, storage: Storage, state: Literal["failed", "interrupted", "cancelled"]
) -> None:
    end(storage, job_of(storage, project), state, found="**The sampler** stopped", remedy="Try again")
    app = open_page(PAGE, project)
    assert not app.exception
    assert "start-fit" in keys(app)
    assert ("resume-fit" in keys(app)) == (state == "interrupted")
    alerts = [*app.error, *app.warning, *app.info]
    assert len(alerts) == 1
    assert "**The sampler**" not in alerts[0].value, "messages are text"
    if state != "cancelled":
        assert "The sampler" in alerts[0].value


@pytest.mark.usefixtures("jobs_wait")
def test_an_interrupted_fit_is_queued_again(open_page: OpenPage, project: str, storage: Storage) -> None:
    job = job_of(storage, project)
    end(storage, job, "interrupted", found="The process ended")
    app = open_page(PAGE, project)
    app.button(key="resume-fit").click().run()
    assert errors(app) == []
    assert state_of(storage, job) == "queued"
    assert "cancel-fit" in keys(app)
    app.button(key="cancel-fit").click().run()
    assert state_of(storage, job) == "cancelled"


def test_a_fit_that_is_there_is_shown(open_page: OpenPage, fitted_project: str, storage: Storage) -> None:
    app = open_page(PAGE, fitted_project)
    assert errors(app) == []
    assert "next-step" in keys(app)
    assert "start-fit" not in keys(app)
    with storage.database.reading() as session:
        assert [job.state for job in list_jobs(session, fitted_project) if job.kind == FIT] == ["done"]


def test_the_same_scope_is_fitted_once(
    installation: Installation, open_page: OpenPage, fitted_project: str, storage: Storage
) -> None:
    scoped = scope(
        load_ground(storage, ground_key(storage, fitted_project)), current_mapping(storage, fitted_project).mapping
    )
    specification = current_specification(storage, fitted_project)
    start_fit(start_crew(installation), fitted_project, scoped, specification, mapping_number=1, author="Somebody else")
    with storage.database.reading() as session:
        assert len([job for job in list_jobs(session, fitted_project) if job.kind == FIT]) == 1
