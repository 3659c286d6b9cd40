"""Asking whether a fit can be trusted: what is refused, what is kept, what it says later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from simulated import make_panel
from trusting import backtest, holdout, measures, stability

from mmm_core.errors import BadInput
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.holdout import HOLDOUT
from mmm_core.jobs.messages import plain
from mmm_core.panel.panel import Panel
from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.audit import list_entries
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.storage.validations import StoredValidation, register_validation
from mmm_core.validation.folds import holdout_fingerprint
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.validating import (
    is_tested,
    past_health,
    start_holdout,
    trust_after,
    trust_of,
    validation_state,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class QuietCrew:
    """A crew that takes no job."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.woken = storage, 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture
def storage(tmp_path: Path) -> Any:
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'w.sqlite'}")
    yield open_storage(installation)
    close_storage(installation)


@pytest.fixture
def fit(storage: Storage) -> StoredFit:
    return StoredFit(
        project_id=create_project(storage, ProjectSettings(name="Acme"), author="Ada").id,
        fingerprint="f" * 64,
        panel_fingerprint="b" * 64,
        mapping_number=1,
        specification_number=1,
        artefact_key="f" * 64,
        summary={},
        created_at=NOW,
    )


def panel_of(weeks: int) -> Panel:
    return make_panel(np.ones((weeks, 1, 1)), np.arange(float(weeks))[:, None])


def keep(storage: Storage, fit: StoredFit, *, days: int = 0, name: str = "", **changes: Any) -> StoredValidation:
    state = validation_state(storage, fit, panel_of(104))
    assert state.plan is not None
    kept = StoredValidation(
        project_id=fit.project_id,
        fingerprint=name or holdout_fingerprint(fit.fingerprint, state.plan),
        fit_fingerprint=fit.artefact_key,
        panel_fingerprint=fit.panel_fingerprint,
        content=plain(
            {
                "holdout": holdout(**changes).as_dict(),
                "stability": stability().as_dict(),
                "measures": measures().as_dict(),
                "backtest": backtest().as_dict(),
            }
        ),
        created_at=NOW + timedelta(days=days),
    )
    with storage.database.transaction() as session:
        register_validation(session, kept)
    return kept


def ask(storage: Storage, fit: StoredFit, weeks: int) -> StoredValidation | Job:
    return start_holdout(cast("Crew", QuietCrew(storage)), fit, panel_of(weeks), author="Ada")


def test_a_holdout_is_queued_once_and_leaves_an_audit_entry(storage: Storage, fit: StoredFit) -> None:
    job = ask(storage, fit, 104)
    again = ask(storage, fit, 104)
    assert isinstance(job, Job)
    assert isinstance(again, Job)
    assert (job.id, job.kind, job.state) == (again.id, HOLDOUT, "queued")
    assert validation_state(storage, fit, panel_of(104)).job == job
    with storage.database.reading() as session:
        entry = next(entry for entry in list_entries(session, fit.project_id) if entry.action == "holdout.asked")
    assert (entry.author, entry.detail["folds"], entry.detail["foreseen"]) == ("Ada", 4, 32)


def test_a_short_history_is_refused_and_the_page_can_say_why(storage: Storage, fit: StoredFit) -> None:
    with pytest.raises(BadInput, match="has 59 weeks"):
        ask(storage, fit, 59)
    state = validation_state(storage, fit, panel_of(59))
    assert state.plan is None
    assert state.why_not.startswith("The history has 59 weeks; to foresee 8 weeks")
    trust = trust_of(measures(), state)
    assert trust.verdicts[0].answer == "not known yet"
    assert trust.verdicts[0].why == state.why_not
    assert trust.verdicts[0].better == "Add history"
    assert trust_after(state) is None


def test_a_provisional_fit_is_not_tested(storage: Storage, fit: StoredFit) -> None:
    with pytest.raises(BadInput, match="provisional fit"):
        ask(storage, replace(fit, provisional_for="a" * 64), 104)


def test_what_is_there_is_returned_instead_of_a_second_holdout(storage: Storage, fit: StoredFit) -> None:
    assert not is_tested(storage, fit)
    kept = keep(storage, fit)
    assert is_tested(storage, fit)
    assert ask(storage, fit, 104) == kept
    state = validation_state(storage, fit, panel_of(104))
    assert state.validation == kept
    trust = trust_of(measures(), state)
    assert trust.verdicts[0].answer == "yes"
    assert trust.health.points == 100
    assert trust.backtest == backtest()
    assert trust_after(state) == trust


def test_other_folds_are_another_holdout(storage: Storage, fit: StoredFit) -> None:
    keep(storage, fit)
    assert validation_state(storage, fit, panel_of(112)).validation is None


def test_the_record_goes_from_the_oldest_to_the_newest_by_todays_thresholds(storage: Storage, fit: StoredFit) -> None:
    keep(storage, fit, days=7, name="c" * 64, crps=9.0)
    keep(storage, fit, days=0)
    past = past_health(storage, fit.project_id)
    assert [(row.points, row.can_forecast) for row in past] == [(100, "yes"), (30, "no")]
    assert past[0].at < past[1].at
    assert past[0].known_until == holdout().periods[-1].period
    assert (past[0].hits, past[0].periods) == (30, 32)
