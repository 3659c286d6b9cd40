"""Validation: untested, running, tested; every answer with its reason and what would improve it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest
from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest
from trusting import group, measures, refit

from mmm_core.jobs.holdout import HOLDOUT
from mmm_core.storage.fits import StoredFit, list_fits
from mmm_core.storage.jobs import Job, claim_job, end_job, get_job, list_jobs, queue_job, write_progress
from mmm_core.storage.opened import Storage
from mmm_core.storage.tables import JobRow, ValidationRow
from mmm_core.validation.folds import holdout_fingerprint
from mmm_core.workflows.fitting import panel_of
from mmm_core.workflows.validating import validation_state
from pages.ui.validation.stability import agreement_table, refit_table

OpenPage = Callable[..., AppTest]
PAGE = "pages/model/validation.py"
_HERE = "somewhere else/1/1"
"""A worker on another machine: the crew of these tests leaves its jobs alone while they beat."""


@pytest.fixture(scope="module")
def standing_checks(fitted_project: str, storage: Storage) -> list[Job]:
    """Give the tests that followed the fit by themselves, as they ended."""
    wait_for_test(storage, fitted_project)
    return holdouts(storage, fitted_project)


@pytest.fixture
def untested(fitted_project: str, storage: Storage, standing_checks: list[Job]) -> Iterator[str]:
    """Give the fitted project as one whose standing check was lost, and leave it so."""
    assert standing_checks
    forget_test(storage, fitted_project)
    yield fitted_project
    forget_test(storage, fitted_project)


def wait_for_test(storage: Storage, project: str) -> None:
    until = time.monotonic() + 240
    while any(job.is_open for job in holdouts(storage, project)):
        assert time.monotonic() < until, "the holdout did not end"
        time.sleep(0.2)


def forget_test(storage: Storage, project: str) -> None:
    with storage.database.transaction() as session:
        session.query(ValidationRow).filter_by(project_id=project).delete()
        session.query(JobRow).filter_by(project_id=project, kind=HOLDOUT).delete()


def holdouts(storage: Storage, project: str) -> list[Job]:
    with storage.database.reading() as session:
        return [job for job in list_jobs(session, project) if job.kind == HOLDOUT]


def fit_of(storage: Storage, project: str) -> StoredFit:
    with storage.database.reading() as session:
        (fit,) = list_fits(session, project)
    return fit


def job_of(storage: Storage, project: str) -> Job:
    """Put a running holdout into the database, as another app process would."""
    fit = fit_of(storage, project)
    plan = validation_state(storage, fit, panel_of(storage, fit)).plan
    assert plan is not None
    wanted = holdout_fingerprint(fit.fingerprint, plan)
    with storage.database.transaction() as session:
        job = queue_job(
            session, project_id=project, kind=HOLDOUT, fingerprint=wanted, payload={}, now=datetime.now(UTC)
        )
        claimed = claim_job(session, job.id, worker=_HERE, now=datetime.now(UTC))
    assert claimed is not None
    return claimed


def end(storage: Storage, job: Job, state: Literal["failed", "cancelled", "interrupted"], **message: str) -> None:
    with storage.database.transaction() as session:
        assert end_job(session, job.id, attempt=job.attempt, state=state, message=message, now=datetime.now(UTC))


def test_without_a_fit_the_page_leads_to_one(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    assert errors(app) == []
    assert len(app.info) == 1
    assert "start-holdout" not in keys(app)


@pytest.mark.usefixtures("jobs_wait")
def test_an_untested_fit_is_not_called_proven_and_can_be_tested(
    open_page: OpenPage, untested: str, storage: Storage
) -> None:
    app = open_page(PAGE, untested)
    assert errors(app) == []
    text = " ".join(formatted_texts(app))
    assert "Not proven yet" in text
    assert "Not known yet" in text
    assert "next-step" not in keys(app), "one primary button"
    app.button(key="start-holdout").click().run()
    assert errors(app) == []
    assert "start-holdout" not in keys(app)
    app.button(key="cancel-holdout").click().run()
    with storage.database.reading() as session:
        newest = list_jobs(session, untested)[0]
    assert (newest.kind, newest.state) == (HOLDOUT, "cancelled")


def test_a_running_test_shows_how_far_it_is_and_can_be_cancelled(
    open_page: OpenPage, untested: str, storage: Storage
) -> None:
    job = job_of(storage, untested)
    progress = {"fold": 2, "folds": 4, "refit": 0, "refits": 6, "share": 0.4, "elapsed_seconds": 9.0, "eta_seconds": 14}
    with storage.database.transaction() as session:
        write_progress(session, job.id, attempt=job.attempt, stage=HOLDOUT, progress=progress, now=datetime.now(UTC))
    app = open_page(PAGE, untested)
    assert errors(app) == []
    text = " ".join(formatted_texts(app))
    assert "Forecast 2 of 4" in text
    assert "14 s to go" in text
    assert "start-holdout" not in keys(app)
    assert "The test is under way" in text
    assert "run the test" not in text, "nobody is asked for what is being done"
    assert "next-step" in keys(app), "nobody has to wait for it"
    with storage.database.transaction() as session:
        later = progress | {"fold": 4, "refit": 3}
        write_progress(session, job.id, attempt=job.attempt, stage=HOLDOUT, progress=later, now=datetime.now(UTC))
    assert "Refit 3 of 6" in " ".join(formatted_texts(open_page(PAGE, untested)))
    app.button(key="cancel-holdout").click().run()
    with storage.database.reading() as session:
        assert get_job(session, job.id).cancel_requested
    end(storage, job, "cancelled")


@pytest.mark.parametrize("state", ["failed", "interrupted", "cancelled"])
def test_a_test_that_ended_early_says_how_and_can_be_asked_for_again(
    open_page: OpenPage, untested: str, storage: Storage, state: Literal["failed", "interrupted", "cancelled"]
) -> None:
    job = job_of(storage, untested)
    end(storage, job, state, found="**Fold 2** could not be fitted", remedy="Try again")
    app = open_page(PAGE, untested)
    assert not app.exception
    assert "start-holdout" in keys(app)
    alerts = [found.value for found in (*app.error, *app.warning, *app.info)]
    assert sum(state in text for text in alerts) == 1
    assert not any("**Fold 2**" in text for text in alerts), "messages are text"


def test_a_real_test_gives_a_verdict_per_question_a_chart_and_the_way_on(
    open_page: OpenPage, untested: str, storage: Storage, hostile_group: str
) -> None:
    app = open_page(PAGE, untested)
    app.button(key="start-holdout").click().run()
    wait_for_test(storage, untested)
    app = open_page(PAGE, untested)
    assert errors(app) == []
    text = " ".join(formatted_texts(app))
    for question in ("Can it forecast the next 8 weeks", "Can it rank the groups", "Can it advise beyond"):
        assert question in text
    assert "Not known yet" not in text
    assert "Not tested" not in text
    assert len(app.get("vega_lite_chart")) == 3
    assert {"next-step", "get-held-out", "get-refits", "get-checks", "get-decisions"} <= keys(app)
    assert "What keeps showing up" in text
    assert "in all 10 refits" in text
    assert any("Overlap with other priors" in table.value for table in app.dataframe)
    (steady,) = (table.value for table in app.dataframe if "Overlap with other priors" in table.value)
    results = open_page("pages/model/results.py", untested)
    (brought,) = (table.value for table in results.dataframe if "ROI, mean" in table.value)
    plain = brought.assign(Group=brought["Group"].str.removesuffix(" \N{BLACK FLAG}"))
    same = steady.merge(plain, on="Group")
    assert len(same) == len(steady)
    assert (same["ROI, mean (90 % range)"] == same["ROI, mean"]).all(), "one figure in the room"
    assert "Would we have come out ahead" in text
    assert "The judge is a later fit of the same model" in text
    assert any("Tested" in table.value for table in app.dataframe), "the record of the project"
    assert "start-holdout" not in keys(app), "the same fit is tested once"
    cells = shown_cells(app)
    assert any(hostile_group in cell for cell in cells)
    assert not [said for said in formatted_texts(app) if "<b>x" in said or "**y**" in said or "[z](" in said]
    fit_page = open_page("pages/model/fit.py", untested)
    assert errors(fit_page) == []
    assert "Can it forecast the next 8 weeks" in " ".join(formatted_texts(fit_page))
    assert [button.label for button in fit_page.button if button.key == "next-step"] == [
        "See whether it can be trusted"
    ]


def test_a_fit_is_tested_by_itself(standing_checks: list[Job]) -> None:
    assert [job.state for job in standing_checks] == ["done"]


def test_the_fit_page_shows_how_far_the_test_is(open_page: OpenPage, untested: str, storage: Storage) -> None:
    job = job_of(storage, untested)
    progress = {"fold": 3, "folds": 4, "refit": 0, "refits": 6, "share": 0.4, "elapsed_seconds": 9.0, "eta_seconds": 14}
    with storage.database.transaction() as session:
        write_progress(session, job.id, attempt=job.attempt, stage=HOLDOUT, progress=progress, now=datetime.now(UTC))
    app = open_page("pages/model/fit.py", untested)
    assert errors(app) == []
    text = " ".join(formatted_texts(app))
    assert "The verdict appears here by itself" in text
    assert "Forecast 3 of 4" in text
    assert "Can it forecast" not in text
    end(storage, job, "cancelled")
    app = open_page("pages/model/fit.py", untested)
    assert "Whether it can be trusted is not known yet" in " ".join(formatted_texts(app))
    assert {"next-step"} <= keys(app)


class TestStabilityTable:
    def test_a_group_that_only_the_prior_tells_gets_no_figure_to_be_praised_for(self) -> None:
        groups = (group("TV"), group("Search"), group("Radio", contraction=0.1))
        away = refit(Search=(4.0, 5.0, 6.0))
        table = agreement_table(measures(groups=groups), [refit("weeks"), away, away, refit()]).set_index("Group")
        assert table.loc["TV", "Overlap with other priors"] == "100 %"
        assert table.loc["Search", "Overlap with other priors"] == "33 %, off in 2 of 3"
        for column in ("Overlap with fewer weeks", "Overlap with other priors"):
            assert table.loc["Radio", column] == "says nothing: told by what was assumed"

    def test_the_download_names_mean_and_quartiles(self) -> None:
        known = replace(refit("weeks"), roi={"TV": (1.8, 2.0, 2.2)}, mean={"TV": 2.05})
        (row,) = refit_table([known], "week").to_dict("records")
        assert (row["mean"], row["q25"], row["q50"], row["q75"]) == (2.05, 1.8, 2.0, 2.2)
