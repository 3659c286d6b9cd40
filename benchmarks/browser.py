"""From a click in a real browser to the new sums on the screen, at 10,000 line items x 156 weeks."""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.measure import Measure, at_most
from mmm_core.ingest.readings import KpiReading, MediaReading
from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.sources import add_source

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from driving import CHROMIUM_ARGUMENTS, RunningApp, Tab, find_chromium

_ITEMS, _WEEKS, _GROUPS, _EDITS = 10_000, 156, 12, 40
_SOURCE = "issue 3: edit to updated subtotal p95 <= 500 ms"
_CHAIN = "issue 4: regroup -> subtotals, findings and resolvability on screen <= 1 s"
_ROW, _MARKER = 35, 18
_WARM_SECONDS, _IDLE_LOOKS, _IDLE_SHARE = 90.0, 3, 0.2
_CLICK = """async ([button, sums]) => {
    const shown = document.querySelector(sums), before = shown.innerText, started = performance.now();
    document.querySelector(button).click();
    const app = document.querySelector('[data-testid="stApp"]');
    const until = async (holds, otherwise) => {
        while (!holds()) {
            if (performance.now() - started > 20000) throw new Error(otherwise);
            await new Promise(requestAnimationFrame);
        }
        return performance.now() - started;
    };
    const summed = await until(
        () => (document.querySelector(sums)?.innerText ?? before) !== before, "the sums did not change"
    );
    const atRest = () => app.dataset.testScriptState === "notRunning";
    return [summed, await until(atRest, "the page did not come to rest")];
}"""


def measures() -> Iterator[Measure]:
    """Time assigning one line item, edit by edit."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder)
        project = _project(data)
        app = RunningApp(data, {})
        app.start()
        _until_at_rest()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_ARGUMENTS))
        try:
            taken = _edits(Tab(browser.new_page(viewport={"width": 1440, "height": 1000}), app), project)
        finally:
            browser.close()
            app.stop()
    summed, rested = (list(times) for times in zip(*taken, strict=True))
    p95 = float(np.quantile(summed, 0.95))
    yield at_most(f"edit to new sums in the browser, 10k line items, p95 of {len(taken)}", p95, "ms", 500, _SOURCE)
    yield at_most("the same, median", statistics.median(summed), "ms", 500, _SOURCE)
    whole = float(np.quantile(rested, 0.95))
    yield at_most("regroup -> sums, findings, resolvability and the rest, p95", whole, "ms", 1000, _CHAIN)
    yield at_most("the same, median", statistics.median(rested), "ms", 1000, _CHAIN)


def _until_at_rest() -> None:
    """Wait until the processes below this one have got ready: an edit then has the machine for itself."""
    idle, until = 0, time.monotonic() + _WARM_SECONDS
    while idle < _IDLE_LOOKS and time.monotonic() < until:
        before = _processor_seconds()
        time.sleep(1.0)
        idle = idle + 1 if _processor_seconds() - before < _IDLE_SHARE else 0


def _processor_seconds() -> float:
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            spent = child.cpu_times()
            total += spent.user + spent.system
    return total


def _edits(tab: Tab, project: str) -> list[tuple[float, float]]:
    tab.open("mapping", project)
    table = tab.page.locator('[class*="st-key-items-"]').locator(".dvn-scroller").first
    taken = []
    for number in range(_EDITS):
        _tick(tab, table)
        if number == 0:
            tab.at("assign-path").locator("input").click()
            tab.page.get_by_role("option").last.click()
            tab.settle()
        taken.append(_timed(tab.page))
        tab.settle()
    return taken[2:]


def _tick(tab: Tab, table: Locator) -> None:
    """Tick the first row; a table of so many rows may need a moment before it hears clicks."""
    for _ in range(5):
        table.click(position={"x": _MARKER, "y": _ROW + _ROW // 2})
        tab.settle()
        if tab.at("assign").get_by_role("button").is_enabled():
            return


def _timed(page: Page) -> tuple[float, float]:
    summed, rested = page.evaluate(_CLICK, [".st-key-assign button", ".st-key-standing"])
    return float(summed), float(rested)


def _project(data: Path) -> str:
    installation = Installation(data_dir=data, database_url=f"sqlite:///{data / 'workshop.sqlite'}")
    storage = open_storage(installation)
    identity = create_project(storage, ProjectSettings(name="Benchmark"), author="bench").id
    for half, start in enumerate(("2023-01-02", "2024-07-01")):
        _add(storage, identity, f"half-{half}.parquet", start)
    _add_outcome(storage, identity)
    leaves = tuple(("All", f"Group {number:02d}") for number in range(_GROUPS))
    # Of one of seven platforms nothing is placed yet: these line items are assigned, one by one.
    rules = tuple(
        Rule(match={"campaign": (f"/Platform [1-6] .*group{number:02d}$/",)}, target=Target(path=leaf))
        for number, leaf in enumerate(leaves)
    )
    mapping = Mapping(levels=("Top", "Group"), leaves=leaves, rules=rules)
    base = current_mapping(storage, identity)
    edit_mapping(storage, identity, lambda _: mapping, base=base, author="bench", message="Groups")
    close_storage(installation)
    return identity


def _add_outcome(storage: Storage, project: str) -> None:
    rng = np.random.default_rng(4)
    dates = pd.date_range("2023-01-02", periods=_WEEKS, freq="7D").strftime("%Y-%m-%d")
    outcome = 1e7 * (1 + 0.2 * np.sin(np.arange(_WEEKS) / 8.3) + rng.normal(0, 0.05, _WEEKS))
    frame = pd.DataFrame({"date": dates, "revenue": np.round(outcome, 2)})
    reading = KpiReading(date="date", value="revenue")
    add_source(
        storage, project, frame.to_parquet(index=False), name="kpi.parquet", sheet="", reading=reading, author="bench"
    )


def _add(storage: Storage, project: str, name: str, start: str) -> None:
    weeks = _WEEKS // 2
    rng = np.random.default_rng(3)
    campaigns = np.array([f"Platform {n % 7} DE_campaign_{n:05d}_group{n % _GROUPS:02d}" for n in range(_ITEMS)])
    dates = pd.date_range(start, periods=weeks, freq="7D").strftime("%Y-%m-%d").to_numpy()
    group, pattern = np.arange(_ITEMS) % _GROUPS, rng.gamma(2.0, 0.5, (weeks, _GROUPS))
    frame = pd.DataFrame(
        {
            "date": np.repeat(dates, _ITEMS),
            "campaign": np.tile(campaigns, weeks),
            "spend": np.round(rng.integers(0, 100_000, _ITEMS * weeks) / 100 * pattern[:, group].ravel(), 2),
        }
    )
    reading = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend")
    add_source(storage, project, frame.to_parquet(index=False), name=name, sheet="", reading=reading, author="bench")
