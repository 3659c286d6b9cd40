"""The main job in a real browser: files go in, scenario bands come out."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import small_client
from driving import RunningApp, Tab, wait_until
from playwright.sync_api import Page, expect

from mmm_core import fingerprint
from mmm_core.storage.fits import list_fits
from mmm_core.storage.opened import Storage
from mmm_core.workflows.projects import list_projects
from mmm_core.workflows.sources import list_sources, reading_of

pytestmark = pytest.mark.browser
FIT_MS = 240_000


def test_from_three_files_to_a_slider_with_odds(
    new_tab: Callable[[], Tab], app: RunningApp, storage: Storage, tmp_path: Path
) -> None:
    tab = new_tab()
    project = _create_project(tab, storage)
    _bring_files(tab, storage, project, tmp_path)
    _see_what_it_carries(tab)
    _map(tab)
    _check(tab)
    _specify(tab, project)
    tab = _fit_and_come_back(tab, new_tab, project)
    _see_whether_it_can_be_trusted(tab)
    _read_results(tab, storage, project)
    _move_a_slider(tab)
    assert "Traceback" not in app.log()


def _create_project(tab: Tab, storage: Storage) -> str:
    tab.open("")
    tab.click("new-project")
    tab.write("project-name", "Veldoro 2026")
    tab.click("create-project")
    expect(tab.at("next-step")).to_be_visible()
    tab.must_be_sound()
    (card,) = [card for card in list_projects(storage) if card.settings.name == "Veldoro 2026"]
    assert f"project={card.id}" in tab.page.url
    return card.id


def _bring_files(tab: Tab, storage: Storage, project: str, folder: Path) -> None:
    small_client.write_client(folder)
    tab.click("next-step")
    files = [folder / name for name in ("media.csv", "kpi.csv", "controls.csv")]
    tab.upload(*files)
    for file in files:
        add = f"new-{fingerprint.short(fingerprint.of_bytes(file.read_bytes()))}-add"
        tab.click(add)
        expect(tab.at(add)).to_have_count(0)
    expect(tab.at("next-step")).to_be_visible()
    tab.must_be_sound()
    sources = list_sources(storage, project)
    assert [source.kind for source in sources] == ["media", "kpi", "controls"]
    assert reading_of(sources[0]).line_item == ("platform", "campaign")


def _see_what_it_carries(tab: Tab) -> None:
    tab.click("next-step")
    expect(tab.at("get-brief")).to_be_visible()
    assert "104 complete weeks" in tab.text()
    tab.must_be_sound()


def _map(tab: Tab) -> None:
    """Two rules, and everything that is left in one go."""
    tab.click("next-step")
    tab.view("Rules")
    _add_rule(tab, 0, "campaign", "*brand*", ("Brand", "Social", "Brand social"))
    _add_rule(tab, 1, "platform", "google", ("Sales", "Search", "Search"))
    tab.view("Line items")
    tab.like("all-").locator("label").first.click()
    tab.settle()
    tab.choose("assign-path", "New group")
    _name_group(tab, "assign", ("Brand", "Audio", "Radio"))
    tab.click("assign")
    tab.must_be_sound()


def _add_rule(tab: Tab, number: int, column: str, pattern: str, path: tuple[str, ...]) -> None:
    key = f"rule-{number}"
    tab.write(f"{key}-{column}", pattern)
    if number:
        tab.choose(f"{key}-path", "New group")
    _name_group(tab, key, path)
    tab.click("rule-add")
    expect(tab.at(f"rule-remove-{number}")).to_be_visible()


def _name_group(tab: Tab, key: str, path: tuple[str, ...]) -> None:
    for depth, name in enumerate(path):
        tab.name(f"{key}-level-{depth}", name)


def _check(tab: Tab) -> None:
    """Nothing blocks, and the downloaded reconciliation accounts for every cent of the files."""
    tab.click("next-step")
    expect(tab.at("next-step")).to_be_visible()
    tab.at("checks-tabs").get_by_role("tab", name="Reconciliation").click()
    rows = _downloaded(tab.page, tab, "get-reconciliation")
    assert "unexplained" not in {row["step"] for row in rows if row["amount"] != "0.00"}
    amount = {row["step"]: row["amount"] for row in rows}
    total = f"{small_client.total_cents() / 100:.2f}"
    assert amount["raw"] == amount["line_items"] == amount["model_input"] == total
    tab.must_be_sound()


def _downloaded(page: Page, tab: Tab, key: str) -> list[dict[str, str]]:
    with page.expect_download() as download:
        tab.at(key).get_by_role("button").click()
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))


def _specify(tab: Tab, project: str) -> None:
    """Go on with a draft; push-back and signatures have a journey of their own."""
    tab.open("specification", project)
    tab.view("Data and sampler")
    tab.slide("spec-chains", "ArrowRight", 4)
    tab.write("spec-draws", "5000")  # long enough to be left and come back to
    tab.click("save-specification")
    tab.page.get_by_text("The whole model in words").click()
    expect(tab.page.get_by_text("8 chains of")).to_be_visible()
    tab.must_be_sound()


def _fit_and_come_back(tab: Tab, new_tab: Callable[[], Tab], project: str) -> Tab:
    """Start a fit, reload, close the tab, open another: the progress is there each time.

    The provisional fit and then the full one appear by themselves.
    """
    tab.click("next-step")
    tab.at("start-fit").get_by_role("button").click()
    expect(tab.at("cancel-fit")).to_be_visible()
    tab.page.reload()
    expect(tab.at("cancel-fit")).to_be_visible()
    expect(tab.page.get_by_test_id("stProgress").first).to_be_visible()
    tab.must_be_sound()
    tab.page.close()
    again = new_tab()
    again.open("fit", project)
    expect(again.at("cancel-fit")).to_be_visible()
    expect(again.page.get_by_text("Provisional: a short run").first).to_be_visible(timeout=FIT_MS)
    expect(again.at("next-step")).to_be_visible(timeout=FIT_MS)
    expect(again.page.get_by_text("Provisional: a short run")).to_have_count(0)
    again.must_be_sound()
    return again


def _see_whether_it_can_be_trusted(tab: Tab) -> None:
    """The test on held-out weeks runs by itself; its verdict appears without a click."""
    tab.click("next-step")
    expect(tab.page.get_by_role("heading", name="Can this model be trusted?")).to_be_visible()
    expect(tab.page.get_by_text("Can it forecast the next 8 weeks?")).to_be_visible()
    expect(tab.page.get_by_text("Not known yet")).to_have_count(0, timeout=FIT_MS)
    tab.view("Stability")
    expect(tab.page.get_by_text("What keeps showing up")).to_be_visible()
    tab.must_be_sound()


def _read_results(tab: Tab, storage: Storage, project: str) -> None:
    tab.click("next-step")
    expect(tab.at("get-summary")).to_be_visible()
    expect(tab.page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    assert re.search(r"\([\d.]+[kMB]? to [\d.]+[kMB]?\)", tab.text()), "the answer comes with its interval"
    rows = _downloaded(tab.page, tab, "get-summary")
    assert sorted(row["group"] for row in rows) == sorted(small_client.GROUPS), rows
    for row in rows:
        assert float(row["roi_q05"]) < float(row["roi_mean"]) < float(row["roi_q95"])
    with storage.database.reading() as session:
        (fit,) = list_fits(session, project)
    assert fit.summary["diagnostics"]["divergences"] >= 0
    tab.must_be_sound()


def _move_a_slider(tab: Tab) -> None:
    """The odds and the difference appear and change with the plan."""
    tab.click("next-step")
    charts = tab.page.get_by_test_id("stVegaLiteChart").filter(visible=True)
    expect(charts).to_have_count(1)
    assert not _difference(tab.text())
    tab.slide("slider-Search", "ArrowRight", 4)
    wait_until(lambda: bool(_difference(tab.text())), "no odds after the slider was moved")
    expect(charts).to_have_count(2)
    first = _difference(tab.text())
    tab.slide("slider-Search", "ArrowRight", 8)
    wait_until(lambda: _difference(tab.text()) not in ("", first), "the difference stays the same")
    tab.must_be_sound()


def _difference(text: str) -> str:
    """Return the sentence with the odds, "" when there is none."""
    found = re.search(r"[^\n]*\b\d+ in 10+\b[^\n]*\+[\d,]+[^\n]*", text)
    return found.group() if found else ""
