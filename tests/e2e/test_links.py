"""A link to a page of a project works for whoever opens it, first of all or later."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driving import RunningApp, Tab
from playwright.sync_api import Browser

from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.workflows.projects import create_project

pytestmark = pytest.mark.browser


@pytest.fixture
def fresh_app(tmp_path: Path, compiled_code: dict[str, str]) -> Iterator[RunningApp]:
    """Give an app that nobody has visited yet."""
    running = RunningApp(tmp_path, compiled_code)
    running.start()
    yield running
    running.stop()


def test_the_first_visitor_of_an_app_may_come_by_a_link_to_a_page(
    browser: Browser, fresh_app: RunningApp, tmp_path: Path
) -> None:
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'workshop.sqlite'}")
    project = create_project(open_storage(installation), ProjectSettings(name="Linked"), author="Test").id
    close_storage(installation)
    context = browser.new_context()
    tab = Tab(context.new_page(), fresh_app)
    tab.open("data", project)
    faults, dialogs = list(tab.faults), tab.page.get_by_role("dialog").count()
    context.close()
    assert (faults, dialogs) == ([], 0)


def test_the_project_of_a_link_stays_open_from_page_to_page(
    new_tab: Callable[[], Tab], app: RunningApp, storage: Storage
) -> None:
    project = create_project(storage, ProjectSettings(name="Linked"), author="Test").id
    tab = new_tab()
    tab.open("")
    tab.open("mapping", project)
    for address in ("checks", "specification", "fit", "scenarios"):
        tab.page.locator(f'[data-testid="stSidebar"] a[href*="{address}"]').first.click()
        tab.page.wait_for_url(f"**/{address}?*")
        tab.settle()
        assert f"project={project}" in tab.page.url
        assert "Linked" in tab.page.get_by_test_id("stSidebar").inner_text()
        tab.must_be_sound()
