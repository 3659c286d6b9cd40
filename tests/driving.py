"""The app in a process of its own, and a real browser that people's hands are replaced in."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect
from playwright.sync_api import TimeoutError as Unseen

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
PATIENCE_MS = int(os.environ.get("PATIENCE_MS", "60000"))
expect.set_options(timeout=PATIENCE_MS)


def find_chromium() -> str:
    """Return the browser, or skip the test; it fails instead where nothing may be skipped."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        missing = "Chromium was not found; install it, or name it in CHROMIUM"
        if os.environ.get("MMM_WORKSHOP_REQUIRE_ALL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


class RunningApp:
    """The app on a free port with a data folder of its own."""

    def __init__(self, data: Path, compiled_code: Mapping[str, str]) -> None:
        self.data, self._compiled_code = data, compiled_code
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Start it and wait until it answers."""
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            **self._compiled_code,
            "MMM_WORKSHOP_DATA": str(self.data),
        }
        command = [sys.executable, "-m", "pages.ui.launch", "--server.port", str(port)]
        with (self.data / "app.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_until(self._answers, "the app did not start")

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it without a chance to clean up."""
        self._end(signal.SIGKILL)

    def child(self, name: str) -> int | None:
        """Return the process number of a background process, None while there is none."""
        assert self._process is not None
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().decode().split("\0")
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                if int(parent) == self._process.pid and "mmm_core.jobs.child" in words and name in words:
                    return int(folder.name)
        return None

    def log(self) -> str:
        """Return what the app wrote."""
        return (self.data / "app.log").read_text(encoding="utf-8", errors="replace")

    def _answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


class Tab:
    """One browser tab, driven by the keys of widgets."""

    def __init__(self, page: Page, app: RunningApp) -> None:
        self.page, self._app = page, app
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, address: str, project: str | None = None) -> None:
        """Go to a page of the app as a link or a bookmark would."""
        self.page.goto(f"{self._app.url}/{address}" + (f"?project={project}" if project else ""))
        expect(self.page.get_by_test_id("stHeading").first).to_be_visible(timeout=PATIENCE_MS)
        self.settle()

    def at(self, key: str) -> Locator:
        """Return the element with this key."""
        return self.page.locator(".st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key))

    def like(self, beginning: str) -> Locator:
        """Return the elements whose key begins so."""
        return self.page.locator(f'[class*="st-key-{beginning}"]')

    def click(self, key: str) -> None:
        """Press a button and wait for what it does."""
        self.at(key).get_by_role("button").first.click()
        self.settle()

    def write(self, key: str, text: str) -> None:
        """Write into a box and leave it."""
        box = self.at(key).locator("input")
        box.fill(text)
        box.press("Tab")
        self.settle()

    def name(self, key: str, text: str) -> None:
        """Type a new or known option into a select box."""
        box = self.at(key).locator("input")
        box.click()
        box.fill(text)
        box.press("Enter")
        self.settle()
        expect(box).to_have_value(text)

    def choose(self, key: str, name: str) -> None:
        """Choose the option of a select box whose text holds a name."""
        option = self.page.get_by_role("option", name=name).first
        for _ in range(5):  # a rerun that is still under way closes the list
            self.at(key).locator("input").click()
            with suppress(Unseen):
                option.wait_for(timeout=2_000)
                break
        option.click()
        self.settle()

    def view(self, name: str) -> None:
        """Go to a tab of the page."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        self.settle()

    def slide(self, key: str, press: str, times: int = 1) -> None:
        """Move a slider with the keyboard."""
        thumb = self.at(key).get_by_role("slider")
        for _ in range(times):
            thumb.press(press)
        self.settle()

    def upload(self, *files: Path) -> None:
        """Drop files on the uploader."""
        self.like("upload-").locator("input[type=file]").set_input_files(list(files))
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run and stays at rest."""
        app = self.page.get_by_test_id("stApp")
        for _ in range(2):
            self.page.wait_for_timeout(200)
            expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE_MS)

    def text(self) -> str:
        """Return what the main part of the page says."""
        return self.page.get_by_test_id("stMain").inner_text()

    def must_be_sound(self) -> None:
        """Fail when the page shows a traceback or the browser reported an error."""
        assert self.page.get_by_test_id("stException").count() == 0, self.text()
        assert "fault of its own" not in self.text()
        assert self.faults == [], self.faults

    def _hear(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        # On a page's own address Streamlit looks for its server below that address first, and then at the root.
        if message.type == "error" and not re.search(r"/\w+/_stcore/(health|host-config)$", where):
            self.faults.append(f"{message.text} ({where})")


def wait_until(holds: Callable[[], bool], otherwise: str, *, seconds: float = 90) -> None:
    """Wait until something holds; fail when it never does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, otherwise
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
