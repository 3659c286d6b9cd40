"""Crews with real child processes whose work costs nothing (`probes/`)."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmm_core.jobs.crew import Crew
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.task import FitTask
from mmm_core.settings import Installation
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.storage.projects import Project, create_project

PROBES = Path(__file__).parent / "probes"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """Give an empty installation whose children find the probes."""
    path = os.pathsep.join(filter(None, [str(PROBES), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setenv("PROBE_LOG", str(tmp_path / "runs.log"))
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'workshop.sqlite'}")
    yield installation
    close_storage(installation)


@pytest.fixture
def storage(installation: Installation) -> Storage:
    """Give the state of the installation."""
    return open_storage(installation)


@pytest.fixture
def project(storage: Storage) -> Project:
    """Give a project without anything in it."""
    with storage.database.transaction() as session:
        return create_project(session, name="Acme", settings={}, now=utc_now())


@pytest.fixture
def new_crew(installation: Installation) -> Iterator[Callable[[], Crew]]:
    """Give a function that starts a crew with probes for its work; all are stopped at the end."""
    crews: list[Crew] = []

    def start() -> Crew:
        crew = Crew(installation, fit_work="probe_fit", evaluation_work="probe_evaluation")
        crews.append(crew)
        crew.start()
        return crew

    yield start
    for crew in crews:
        crew.stop()


@pytest.fixture
def crew(new_crew: Callable[[], Crew]) -> Crew:
    """Give a started crew."""
    return new_crew()


@pytest.fixture
def task(storage: Storage, project: Project) -> Callable[..., FitTask]:
    """Give a function that makes a task: `name` is its fingerprint's beginning, the rest its specification."""
    panel = storage.artefacts.put_bytes(b"panel")

    def make(name: str = "aa", **specification: object) -> FitTask:
        return FitTask(
            project_id=project.id,
            fingerprint=name.ljust(64, "0"),
            panel_fingerprint=panel,
            specification=specification,
            mapping_number=1,
            specification_number=1,
        )

    return make


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Give a function that waits until something holds, and fails when it never does."""

    def wait(holds: Callable[[], bool]) -> None:
        until = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < until, "waited in vain"
            time.sleep(0.02)

    return wait
