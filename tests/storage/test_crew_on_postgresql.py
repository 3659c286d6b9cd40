"""The crew's own tests run on SQLite; its processes meet PostgreSQL here."""

import os
import time
import uuid
from pathlib import Path

import psycopg
import pytest

from mmm_core.jobs.crew import Crew
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.task import FitTask
from mmm_core.settings import Installation
from mmm_core.storage.jobs import list_jobs
from mmm_core.storage.opened import Storage, close_storage
from mmm_core.storage.projects import create_project

PROBES = Path(__file__).parents[1] / "jobs" / "probes"


@pytest.mark.postgresql
def test_two_apps_share_the_jobs_of_one_server(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgresql % "postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(PROBES), os.environ.get("PYTHONPATH", "")])))
    monkeypatch.setenv("PROBE_LOG", str(tmp_path / "runs.log"))
    installation = Installation(data_dir=tmp_path, database_url=postgresql % name)
    crews = [Crew(installation, fit_work="probe_fit", evaluation_work="probe_evaluation") for _ in range(2)]
    storage = crews[0].storage
    with storage.database.transaction() as session:
        project = create_project(session, name="Acme", settings={}, now=utc_now())
    panel = storage.artefacts.put_bytes(b"panel")
    try:
        for number in range(6):
            task = FitTask(
                project_id=project.id,
                fingerprint=f"{number:064x}",
                panel_fingerprint=panel,
                specification={"seconds": 0.1},
                mapping_number=1,
                specification_number=1,
            )
            crews[number % 2].submit_fit(task)
        for crew in crews:
            crew.start()
        until = time.monotonic() + 60
        while _states(storage, project.id) != ["done"] * 6:
            assert time.monotonic() < until, _states(storage, project.id)
            time.sleep(0.05)
        assert len((tmp_path / "runs.log").read_text().splitlines()) == 6
    finally:
        for crew in crews:
            crew.stop()
        close_storage(installation)


def _states(storage: Storage, project_id: str) -> list[str]:
    with storage.database.reading() as session:
        return [job.state for job in list_jobs(session, project_id)]
