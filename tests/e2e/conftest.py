"""The real app in its own process, a real Chromium in front of it."""

from collections.abc import Callable, Iterator

import pytest
from driving import CHROMIUM_ARGUMENTS, RunningApp, Tab, find_chromium
from playwright.sync_api import Browser, sync_playwright

from mmm_core.settings import Installation
from mmm_core.storage.opened import Storage, close_storage, open_storage


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the browser."""
    path = find_chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, compiled_code: dict[str, str]) -> Iterator[RunningApp]:
    """Give the running app; whoever kills it starts it again."""
    running = RunningApp(tmp_path_factory.mktemp("served"), compiled_code)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def storage(app: RunningApp) -> Iterator[Storage]:
    """Look into the app's storage from outside."""
    installation = Installation(data_dir=app.data, database_url=f"sqlite:///{app.data / 'workshop.sqlite'}")
    yield open_storage(installation)
    close_storage(installation)


@pytest.fixture
def new_tab(browser: Browser, app: RunningApp) -> Iterator[Callable[[], Tab]]:
    """Give a function that opens a tab of a person who was never here."""
    contexts = []

    def show() -> Tab:
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
        contexts.append(context)
        return Tab(context.new_page(), app)

    yield show
    for context in contexts:
        context.close()


@pytest.fixture
def tab(new_tab: Callable[[], Tab]) -> Tab:
    """Give one tab."""
    return new_tab()
