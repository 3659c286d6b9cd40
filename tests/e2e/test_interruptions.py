"""kill -9 of a worker or the app in the middle of a fit: the project is readable, the fit is taken up again."""

import os
import signal
from pathlib import Path

import pytest
import small_client
from driving import RunningApp, Tab, wait_until
from playwright.sync_api import expect

from mmm_core.storage.jobs import Job, list_jobs
from mmm_core.storage.opened import Storage
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.sources import list_sources
from mmm_core.workflows.taking_in import take_in

pytestmark = pytest.mark.browser
LONG_FIT = small_client.LONG_TOML.replace(
    small_client.model_section(), small_client.model_section(draws=5000, chains=8)
)
WARM_MS = 120_000


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    """Give a mapped project whose fit takes longer than this test."""
    return take_in(storage, small_client.write_client(tmp_path, LONG_FIT), author="Test").id


def _start_and_wait(tab: Tab, app: RunningApp, project: str, storage: Storage) -> None:
    """Start a fit with another seed and wait until a worker is at it."""
    tab.open("")
    tab.open("specification", project)
    tab.view("Data and sampler")
    tab.write("spec-seed", "7")
    tab.click("save-specification")
    tab.open("fit", project)
    tab.at("start-fit").get_by_role("button").click()
    expect(tab.at("cancel-fit")).to_be_visible()
    wait_until(lambda: _stage(storage, project) in ("compile", "sample"), "the fit did not begin", seconds=150)
    assert app.child("foreman") is not None


def _job(storage: Storage, project: str) -> Job:
    with storage.database.reading() as session:
        return list_jobs(session, project)[0]


def _stage(storage: Storage, project: str) -> str:
    return _job(storage, project).stage


def _state(storage: Storage, project: str) -> str:
    return _job(storage, project).state


def _worker(storage: Storage, project: str) -> int:
    """Return the process number of the worker that has the fit."""
    return int(_job(storage, project).worker.rsplit("/", 2)[1])


def test_the_fit_of_a_killed_worker_is_taken_up_by_the_next(
    tab: Tab, app: RunningApp, project: str, storage: Storage
) -> None:
    _start_and_wait(tab, app, project, storage)
    worker = _worker(storage, project)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: _worker(storage, project) != worker, "the new worker did not take the fit up", seconds=120)
    assert _state(storage, project) == "running"
    expect(tab.at("cancel-fit")).to_be_visible()
    tab.at("cancel-fit").get_by_role("button").click()
    expect(tab.at("start-fit")).to_be_visible(timeout=WARM_MS)
    assert _state(storage, project) == "cancelled"
    tab.must_be_sound()


def test_a_killed_app_leaves_a_readable_project_and_the_next_takes_up_its_fit(
    tab: Tab, app: RunningApp, project: str, storage: Storage
) -> None:
    _start_and_wait(tab, app, project, storage)
    tab.must_be_sound()
    worker = _worker(storage, project)
    children = [app.child("foreman"), app.child("evaluator"), worker]
    mapping, sources = current_mapping(storage, project), list_sources(storage, project)
    app.kill()
    try:
        wait_until(lambda: not any(_lives(child) for child in children), "a child outlived the app")
    finally:
        app.start()
    tab.page.goto("about:blank")
    tab.faults.clear()
    tab.open("")
    tab.open("mapping", project)
    tab.must_be_sound()
    assert get_project(storage, project).settings.name == "Acme"
    assert current_mapping(storage, project) == mapping
    assert list_sources(storage, project) == sources
    tab.open("fit", project)
    wait_until(lambda: _worker(storage, project) != worker, "the next app did not take the fit up", seconds=120)
    expect(tab.at("cancel-fit")).to_be_visible()
    tab.at("cancel-fit").get_by_role("button").click()
    expect(tab.at("start-fit")).to_be_visible(timeout=WARM_MS)
    tab.must_be_sound()


def _lives(pid: int | None) -> bool:
    try:
        return pid is not None and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
