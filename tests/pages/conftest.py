"""Every page, run by Streamlit's own test runner on one installation with one crew of real child processes."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import small_client
from streamlit.testing.v1 import AppTest

from mmm_core.jobs.crew import start_crew, stop_crews
from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.workflows.demo import create_demo
from mmm_core.workflows.fitting import fit_state, start_fit
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.scoping import Scoped, scope
from mmm_core.workflows.specification import current_specification
from mmm_core.workflows.taking_in import take_in

ROOT = Path(__file__).resolve().parents[2]
OpenPage = Callable[..., AppTest]
HOSTILE_GROUP = "<b>x</b> **y** [z](http://a.b) :red[r] $q$ =1+1"


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give the installation that all tests of pages share; its crew starts with the first page."""
    folder = tmp_path_factory.mktemp("app")
    shared = Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'workshop.sqlite'}")
    yield shared
    stop_crews()
    close_storage(shared)


@pytest.fixture(autouse=True)
def app_environment(installation: Installation, compiled_code: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the pages at the shared installation."""
    monkeypatch.setenv("MMM_WORKSHOP_DATA", str(installation.data_dir))
    for name, value in compiled_code.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def storage(installation: Installation) -> Storage:
    """Give the storage behind the pages."""
    return open_storage(installation)


@pytest.fixture
def empty_project(storage: Storage) -> str:
    """Give a project without files."""
    return create_project(storage, ProjectSettings(name="Empty"), author="Test").id


@pytest.fixture(scope="session")
def demo_project(storage: Storage) -> str:
    """Give the demo client; tests only look at it."""
    return create_demo(storage, author="Test").id


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    """Give a small mapped project of one's own."""
    return take_in(storage, small_client.write_client(tmp_path / "client"), author="Test").id


@pytest.fixture
def new_project(storage: Storage, tmp_path: Path) -> Callable[..., str]:
    """Give a function that takes in the small client with a changed file or workshop file."""

    def take(toml: str = small_client.LONG_TOML, **files: bytes) -> str:
        path = small_client.write_client(tmp_path / f"client-{time.monotonic_ns()}", toml)
        for name, content in files.items():
            (path.parent / f"{name}.csv").write_bytes(content)
        return take_in(storage, path, author="Test").id

    return take


@pytest.fixture(scope="session")
def fitted_project(installation: Installation, storage: Storage, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a small project with a real fit; tests only look at it or keep scenarios in it."""
    toml = small_client.LONG_TOML.replace('"Radio"]', json.dumps(HOSTILE_GROUP) + "]")
    project = take_in(storage, small_client.write_client(tmp_path_factory.mktemp("fitted"), toml), author="Test").id
    fit_now(installation, project)
    return project


@pytest.fixture
def hostile_group() -> str:
    """Give the name of the fitted project's third group."""
    return HOSTILE_GROUP


@pytest.fixture
def jobs_wait(installation: Installation) -> Iterator[None]:
    """Let queued jobs wait: who gives them out is held until the end of the test."""
    crew = start_crew(installation)
    while (foreman := crew.fitter.foreman.pid) is None:
        time.sleep(0.01)
    os.kill(foreman, signal.SIGSTOP)
    yield
    os.kill(foreman, signal.SIGCONT)


def scoped_of(storage: Storage, project: str) -> Scoped:
    """Return a project as the pages see it."""
    return scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)


def fit_now(installation: Installation, project: str) -> None:
    """Fit in the background as the page does, and wait for it."""
    crew, storage = start_crew(installation), open_storage(installation)
    scoped, specification = scoped_of(storage, project), current_specification(storage, project)
    start_fit(crew, project, scoped, specification, mapping_number=1, author="Test")
    until = time.monotonic() + 240
    while (state := fit_state(storage, project, scoped)).fit is None:
        assert state.job is not None
        assert state.job.is_open, state.job.message
        assert time.monotonic() < until, "the fit did not end"
        time.sleep(0.2)


@pytest.fixture
def open_page() -> OpenPage:
    """Give a function that opens a page as a fresh browser tab would: app.py first, then the page."""

    def show(file: str, project: str | None = None) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if project is not None:
            app.query_params["project"] = project
        app.run()
        return app if file == "pages/scope/project.py" else app.switch_page(file).run()

    return show
