"""Two groupings side by side in a real browser, from the click to the tables, without a reload."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import small_client
from driving import Tab
from playwright.sync_api import expect

from mmm_core.storage.jobs import list_jobs
from mmm_core.storage.opened import Storage
from mmm_core.workflows.comparisons import current_comparison
from mmm_core.workflows.taking_in import take_in

pytestmark = pytest.mark.browser
_A_FIT_MS = 300_000


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    """Give a client whose Video and Image nearly run in step."""
    path = small_client.write_client(tmp_path / "client", small_client.TWIN_TOML)
    (path.parent / "media.csv").write_bytes(small_client.wobbling_csv())
    return take_in(storage, path, author="Test").id


def test_a_merge_is_tried_and_both_groupings_stand_side_by_side_without_a_reload(
    new_tab: Callable[[], Tab], storage: Storage, project: str
) -> None:
    tab = new_tab()
    tab.open("compare", project)
    tab.page.evaluate("window.neverReloaded = true")
    tab.page.get_by_role("button", name="Compare a merge").click()
    for group in ("Video", "Image"):
        tab.at("compare-merge-groups").get_by_text(group, exact=True).click()
        tab.settle()
    tab.at("compare-merge").get_by_role("button").click()
    main = tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("Merging Video and Image", timeout=_A_FIT_MS)
    expect(main).to_contain_text(re.compile(r"holdout error \d+\.\d+ % against \d+\.\d+ %"), timeout=_A_FIT_MS)
    expect(tab.at("next-step")).to_be_visible(timeout=_A_FIT_MS)
    tab.settle()
    assert tab.page.evaluate("window.neverReloaded") is True
    assert tab.page.locator(".vega-embed, .stVegaLiteChart").count() == 1
    tab.must_be_sound()

    other = new_tab()
    other.open("compare", project)
    assert "Merging Video and Image" in other.text(), "a closed tab loses nothing, and others see it too"
    other.must_be_sound()
    assert len(current_comparison(storage, project).candidates) == 2
    with storage.database.reading() as session:
        made = sorted(job.kind for job in list_jobs(session, project))
    assert made == ["fit", "fit", "holdout", "holdout"], "each is made once"
