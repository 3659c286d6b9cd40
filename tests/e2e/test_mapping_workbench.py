"""Mapping in a real browser: no edit is lost or moved to another line item, whatever happens around it."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import small_client
from driving import Tab, wait_until
from playwright.sync_api import expect

from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.taking_in import take_in

pytestmark = pytest.mark.browser
UNMAPPED = small_client.PROJECT + small_client.LONG + small_client.OUTCOME + small_client.model_section()
RADIO, SEARCH = ("Brand", "Audio", "Radio"), ("Sales", "Search", "Search")
ROW, MARKER = 35, 18
"""Height of a row of a table, and where its tick box is."""


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    """Give a project with two groups and nothing in them."""
    identity = take_in(storage, small_client.write_client(tmp_path / "client", UNMAPPED), author="Test").id
    mapping = Mapping(leaves=(RADIO, SEARCH))
    base = current_mapping(storage, identity)
    edit_mapping(storage, identity, lambda _: mapping, base=base, author="Test", message="Two groups")
    return identity


def items_of(storage: Storage, project: str):
    return load_ground(storage, ground_key(storage, project)).items


def choices(storage: Storage, project: str) -> dict[str, str]:
    """Return what was chosen by hand: campaign -> group or reason."""
    names = items_of(storage, project)["campaign"]
    chosen = current_mapping(storage, project).mapping.choices
    return {str(names[item]): (target.path or (target.exclude,))[-1] for item, target in chosen.items()}


def table(tab: Tab):
    """Return the table of line items."""
    return tab.page.locator('[class*="st-key-items-"]').locator(".dvn-scroller").first


def tick(tab: Tab, row: int) -> None:
    """Tick a row as it is shown, counted from 0."""
    table(tab).click(position={"x": MARKER, "y": ROW * (row + 1) + ROW // 2})
    tab.settle()


def select_shown(tab: Tab, text: str) -> None:
    """Filter by words and select everything that is shown."""
    tab.write("items-text", text)
    tab.like("all-").locator("label").first.click()
    tab.settle()


def assign(tab: Tab, group: str) -> None:
    box = tab.at("assign-path").locator("input")
    box.click()
    tab.page.get_by_role("option", name=re.compile(group)).click()
    tab.settle()
    tab.click("assign")


def test_an_edit_stays_with_its_line_item_through_sort_filter_reload_and_a_second_tab(
    new_tab: Callable[[], Tab], storage: Storage, project: str
) -> None:
    tab = new_tab()
    tab.open("mapping", project)
    by_name = sorted(items_of(storage, project)["name"])
    table(tab).click(position={"x": 120, "y": ROW // 2})  # sort by the name
    tab.settle()
    tick(tab, 0)
    assign(tab, "Radio")
    campaign = by_name[0].split(" / ")[1]
    assert choices(storage, project) == {campaign: "Radio"}, "the row that was shown first, not the first of the file"
    select_shown(tab, "go_search")
    assign(tab, "Search")
    expected = {campaign: "Radio", "GO_Search_Generic": "Search", "GO_Search_Shopping": "Search"}
    assert choices(storage, project) == expected
    tab.page.reload()
    tab.settle()
    other = new_tab()
    other.open("mapping", project)
    for seen in (tab, other):
        expect(seen.at("standing")).to_contain_text("Mapped, 3")
        seen.must_be_sound()
    assert choices(storage, project) == expected


@pytest.mark.parametrize("times", [1, 2])
def test_sorting_between_tick_and_assign_moves_the_edit_to_no_other_line_item(
    tab: Tab, storage: Storage, project: str, times: int
) -> None:
    tab.open("mapping", project)
    first = str(items_of(storage, project)["campaign"].iloc[0])
    tick(tab, 0)
    for _ in range(times):  # up, then down
        table(tab).click(position={"x": 120, "y": ROW // 2})
        tab.settle()
    expect(tab.at("action")).to_contain_text("1 line item (")
    assign(tab, "Radio")
    assert choices(storage, project) == {first: "Radio"}
    tab.must_be_sound()


def test_a_click_on_a_value_filters_by_it_and_its_chip_takes_the_filter_away(
    tab: Tab, storage: Storage, project: str
) -> None:
    items = items_of(storage, project)
    spend = items.groupby("platform")["spend_micros"].sum().sort_values(ascending=False)
    wanted = str(spend.index[1])
    tab.open("mapping", project)
    tab.choose("facet-kind", "platform")
    tab.like("facet-platform-").locator(".dvn-scroller").first.click(position={"x": 40, "y": 2 * ROW + ROW // 2})
    tab.settle()
    expect(tab.at(f"chip-platform-{wanted}")).to_contain_text(f"platform: {wanted}")
    own = sorted(items["campaign"][items["platform"] == wanted])
    expect(tab.like("all-").first).to_contain_text(f"Select all {len(own)} shown")
    tab.like("all-").locator("label").first.click()
    tab.settle()
    assign(tab, "Radio")
    assert choices(storage, project) == dict.fromkeys(own, "Radio")
    tab.click(f"chip-platform-{wanted}")
    expect(tab.like("all-").first).to_contain_text(f"Select all {len(items) - len(own)} shown")
    tab.must_be_sound()


def test_one_wrong_look_alike_is_left_out(tab: Tab, storage: Storage, tmp_path: Path) -> None:
    path = small_client.write_client(tmp_path / "alike", UNMAPPED)
    media = (
        small_client.media_csv()
        .replace(b"Radio autumn", b"radio_SPRING")
        .replace(b"FB_Brand_Story_DE", b"Spring/Radio")
    )
    (path.parent / "media.csv").write_bytes(media)
    project = take_in(storage, path, author="Test").id
    base = current_mapping(storage, project)
    edit_mapping(storage, project, lambda _: Mapping(leaves=(RADIO,)), base=base, author="Test", message="One group")
    tab.open("mapping", project)
    tab.view("Look-alikes")
    tab.choose("alike-in", "campaign")
    tab.page.get_by_test_id("stExpander").first.locator("summary").click()
    tab.settle()
    expect(tab.page.get_by_role("button", name="Put 3 together")).to_be_visible()
    tab.like("alike-members-").locator(".dvn-scroller").first.click(position={"x": MARKER, "y": 3 * ROW + ROW // 2})
    tab.settle()
    expect(tab.page.get_by_text("1 spelling left as it is")).to_be_visible()
    tab.like("alike-to-").locator("input").first.click()
    tab.page.get_by_role("option", name=re.compile("Radio")).click()
    tab.settle()
    tab.page.get_by_role("button", name="Put 2 together").click()
    tab.settle()
    spend = items_of(storage, project).set_index("campaign")["spend_micros"]
    alike = spend[["Radio spring", "radio_SPRING", "Spring/Radio"]].sort_values(ascending=False)
    assert choices(storage, project) == dict.fromkeys(alike.index[:2], "Radio")
    tab.must_be_sound()


def test_the_line_that_adds_up_stays_in_sight(tab: Tab, project: str) -> None:
    tab.page.set_viewport_size({"width": 1024, "height": 600})
    tab.open("mapping", project)
    main = tab.page.get_by_test_id("stMain")
    main.evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(main.get_by_test_id("stHeading").first).not_to_be_in_viewport()

    def is_at_the_top() -> bool:
        box = tab.at("standing").bounding_box()
        return box is not None and 0 < box["y"] < 150

    wait_until(is_at_the_top, "the line is out of sight", seconds=20)
    covered = tab.at("standing").evaluate(
        """element => {
            const box = element.getBoundingClientRect();
            return !element.contains(document.elementFromPoint(box.x + 20, box.y + box.height / 2));
        }"""
    )
    assert not covered


def test_rows_that_were_ticked_before_a_filter_are_not_assigned(tab: Tab, storage: Storage, project: str) -> None:
    tab.open("mapping", project)
    tick(tab, 0)
    tab.write("items-text", "radio autumn")
    tick(tab, 0)
    assign(tab, "Radio")
    assert choices(storage, project) == {"Radio autumn": "Radio"}


def test_ticks_come_back_with_the_rows_that_a_filter_hid(tab: Tab, storage: Storage, project: str) -> None:
    tab.open("mapping", project)
    select_shown(tab, "radio")
    tab.write("items-text", "shopping")
    tick(tab, 0)
    expect(tab.at("action")).to_contain_text("1 line item (")
    expect(tab.at("action")).to_contain_text("2 more ticked, but not shown")
    tab.page.get_by_role("tab", name="Groups").click()
    tab.settle()
    tab.page.get_by_role("tab", name="Line items").click()
    tab.settle()
    tab.write("items-text", "")
    expect(tab.at("action")).to_contain_text("3 line items (")
    assign(tab, "Radio")
    assert choices(storage, project) == dict.fromkeys(("Radio spring", "Radio autumn", "GO_Search_Shopping"), "Radio")
    tab.must_be_sound()


def test_a_suggestion_that_is_unticked_is_not_taken_over(tab: Tab, storage: Storage, project: str) -> None:
    ids = {campaign: item for item, campaign in items_of(storage, project)["campaign"].items()}
    social, waiting = ("Brand", "Social", "Social"), {"GO_Search_Shopping", "FB_Brand_Story_DE"}

    def most(mapping: Mapping) -> Mapping:
        for beginning, path in {"FB": social, "GO": SEARCH, "Radio": RADIO}.items():
            own = [item for name, item in ids.items() if name.startswith(beginning) and name not in waiting]
            mapping = mapping.assign(own, Target(path=path))
        return mapping

    base = current_mapping(storage, project)
    edit_mapping(storage, project, most, base=base, author="Test", message="Most of it")
    tab.open("mapping", project)
    tab.page.get_by_role("tab", name="Suggestions").click()
    tab.settle()
    tab.slide("suggestion-confidence", "Home")
    expect(tab.at("take-suggestions")).to_contain_text("Take over 2")
    tab.like("suggestions-").locator(".dvn-scroller").first.click(position={"x": MARKER, "y": ROW + ROW // 2})
    expect(tab.at("take-suggestions")).to_contain_text("Take over 1")
    tab.slide("suggestion-confidence", "End")
    tab.slide("suggestion-confidence", "Home")
    expect(tab.at("take-suggestions")).to_contain_text("Take over 1")
    tab.click("take-suggestions")
    assert "GO_Search_Shopping" not in choices(storage, project)
    assert choices(storage, project)["FB_Brand_Story_DE"] == "Social"
    tab.must_be_sound()


def test_two_editors_both_keep_their_work_and_choose_where_they_clash(
    new_tab: Callable[[], Tab], storage: Storage, project: str
) -> None:
    first, second = new_tab(), new_tab()
    for tab in (first, second):
        tab.open("mapping", project)
    select_shown(second, "search")
    select_shown(first, "generic")
    assign(first, "Radio")
    assign(second, "Search")
    assert choices(storage, project) == {"GO_Search_Generic": "Radio"}, "nothing was overwritten"
    waiting = second.like("proposal-").first
    expect(waiting).to_contain_text("1 line item changed since, 1 clash")
    expect(waiting).to_contain_text("Take over 1 of 2 changes")
    second.like("settle-").get_by_role("button").click()
    second.settle()
    assert choices(storage, project) == {"GO_Search_Generic": "Radio", "GO_Search_Shopping": "Search"}
    expect(second.like("proposal-")).to_have_count(0)
    for tab in (first, second):
        tab.must_be_sound()


def test_a_workbook_goes_out_and_comes_back_as_changes(
    tab: Tab, storage: Storage, project: str, tmp_path: Path
) -> None:
    tab.open("mapping", project)
    tab.at("excel").get_by_role("button").first.click()
    with tab.page.expect_download() as download:
        tab.at("export-mapping").get_by_role("button").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book["Line items"]
    head = [cell.value for cell in sheet[1]]
    name, group = head.index("campaign") + 1, head.index("Group") + 1
    for row in range(2, sheet.max_row + 1):
        if str(sheet.cell(row, name).value).startswith("Radio"):
            sheet.cell(row, group).value = " > ".join(RADIO)
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    tab.like("workbook-").locator("input[type=file]").set_input_files(filled)
    tab.settle()
    assert choices(storage, project) == {}, "nothing is taken over by itself"
    expect(tab.like("proposal-").first).to_contain_text("Take over 2 of 2 changes")
    tab.page.keyboard.press("Escape")
    tab.like("settle-").get_by_role("button").click()
    tab.settle()
    assert choices(storage, project) == {"Radio spring": "Radio", "Radio autumn": "Radio"}
    tab.must_be_sound()


def test_what_was_undone_is_named_and_can_be_done_again(tab: Tab, storage: Storage, project: str) -> None:
    tab.open("mapping", project)
    select_shown(tab, "radio")
    assign(tab, "Radio")
    expect(tab.at("undo")).to_contain_text("Undo: Assigned 2 line items to Brand > Audio > Radio")
    tab.click("undo")
    assert choices(storage, project) == {}
    expect(tab.at("redo")).to_contain_text("Redo: Assigned 2 line items")
    tab.click("redo")
    assert choices(storage, project) == {"Radio spring": "Radio", "Radio autumn": "Radio"}
    assert set(current_mapping(storage, project).mapping.choices.values()) == {Target(path=RADIO)}
