"""Choices of the model in a real browser: the table of expectations, events, and what they mean at once."""

from pathlib import Path

import pytest
import small_client
from driving import Tab
from playwright.sync_api import expect

from mmm_core.storage.opened import Storage
from mmm_core.workflows.specification import current_specification
from mmm_core.workflows.taking_in import take_in

pytestmark = pytest.mark.browser


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    return take_in(storage, small_client.write_client(tmp_path), author="Test").id


def _type(tab: Tab, table: str, *, right: int, down: int, text: str) -> None:
    """Write into a cell of a table, counted from its first one, as people do with the keyboard."""
    tab.like(table).locator(".dvn-scroller").click(position={"x": 40, "y": 52})
    for key, times in (("ArrowRight", right), ("ArrowDown", down)):
        for _ in range(times):
            tab.page.keyboard.press(key)
    tab.page.keyboard.press("Enter")
    cell = tab.page.locator(".gdg-input").last
    cell.fill(text)
    cell.press("Enter")
    tab.settle()


def test_an_expected_return_is_typed_seen_and_saved(tab: Tab, project: str, storage: Storage) -> None:
    tab.open("")
    tab.open("specification", project)
    tab.view("Expectations")
    _type(tab, "spec-expectations", right=1, down=0, text="3 to 1")
    refused = tab.page.get_by_text("Return 3 to 1 (Brand); two different numbers above 0 were expected")
    expect(refused.first).to_be_visible()
    _type(tab, "spec-expectations", right=1, down=0, text="1 to 3")
    expect(tab.page.get_by_text("Not saved: Expectations: Brand (a return of 1 to 3").first).to_be_visible()
    expect(refused).to_have_count(0)
    tab.click("save-specification")
    (said,) = current_specification(storage, project).specification.expectations
    assert said.roi == (1.0, 3.0)
    tab.view("Returns")
    expect(tab.page.get_by_text("What the model expects of each group beforehand").first).to_be_visible()
    tab.must_be_sound()


def test_starting_over_empties_the_fields_and_nothing_comes_back(tab: Tab, project: str, storage: Storage) -> None:
    tab.open("")
    tab.open("specification", project)
    tab.write("spec-media-share", "28")
    expect(tab.page.get_by_text("Not saved").first).to_be_visible()
    tab.click("drop-specification")
    expect(tab.like("spec-media-share")).to_have_count(1)  # the box of before is gone
    expect(tab.like("spec-media-share").locator("input")).to_have_value("40.00")
    tab.view("Expectations")
    _type(tab, "spec-expectations", right=1, down=0, text="1 to 3")
    tab.click("save-specification")
    saved = current_specification(storage, project).specification
    assert (saved.media_share, len(saved.expectations)) == (0.4, 1)
    tab.must_be_sound()


def test_a_range_that_is_none_is_refused_with_its_place(tab: Tab, project: str, storage: Storage) -> None:
    tab.open("")
    tab.open("specification", project)
    tab.view("Expectations")
    _type(tab, "spec-expectations", right=1, down=0, text="high")
    expect(tab.page.get_by_text("is no range").first).to_be_visible()
    expect(tab.at("save-specification").get_by_role("button")).to_be_disabled()
    assert current_specification(storage, project).specification.expectations == ()
