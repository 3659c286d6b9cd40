"""One click, and then nobody touches the page: provisional fit, full fit, verdict."""

from pathlib import Path

import pytest
import small_client
from driving import Tab
from playwright.sync_api import expect

from mmm_core.storage.opened import Storage
from mmm_core.workflows.taking_in import take_in

pytestmark = pytest.mark.browser
FIT_MS = 240_000
LONG_ENOUGH = {"chains": 4, "draws": 6000, "tune": 500}
"""So long that the provisional fit is seen before the full one takes its place."""


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    toml = small_client.LONG_TOML.replace(small_client.model_section(), small_client.model_section(**LONG_ENOUGH))
    return take_in(storage, small_client.write_client(tmp_path, toml), author="Test").id


def test_provisional_then_full_then_verdict_without_a_reload(tab: Tab, project: str) -> None:
    tab.open("fit", project)
    tab.page.evaluate("window.stayed = true")
    tab.at("start-fit").get_by_role("button").click()
    expect(tab.page.get_by_text("Provisional: a short run").first).to_be_visible(timeout=FIT_MS)
    expect(tab.page.get_by_text("See the provisional results")).to_be_visible()
    expect(tab.page.get_by_text("It is being tested on weeks that it has not seen")).to_be_visible(timeout=FIT_MS)
    expect(tab.page.get_by_text("Provisional: a short run")).to_have_count(0)
    expect(tab.at("cancel-holdout")).to_be_visible()
    expect(tab.page.get_by_text("Can it forecast the next 8 weeks?")).to_be_visible(timeout=FIT_MS)
    expect(tab.page.get_by_text("Can it rank the groups?")).to_be_visible()
    expect(tab.page.get_by_text("Can it advise beyond the spend seen so far?")).to_be_visible()
    assert "Not known yet" not in tab.text()
    assert tab.page.evaluate("window.stayed") is True
    tab.must_be_sound()
    tab.click("next-step")
    expect(tab.page.get_by_role("heading", name="Can this model be trusted?")).to_be_visible()
    tab.must_be_sound()
    tab.click("next-step")
    expect(tab.at("get-summary")).to_be_visible()
    tab.must_be_sound()
