"""Scoping in a real browser: the client maps, the analyst objects, they agree, three sign, an edit voids it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import small_client
from driving import Tab
from playwright.sync_api import expect

from mmm_core.storage.opened import Storage
from mmm_core.workflows.answering import answer_entries
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.scoping import Scoped, scope
from mmm_core.workflows.signing import sign_off_state
from mmm_core.workflows.taking_in import take_in

pytestmark = pytest.mark.browser

FILES_ONLY = small_client.PROJECT + small_client.LONG + small_client.OUTCOME + small_client.model_section()
GROUPS = (
    ("*Video*", ("Brand", "Social", "Video")),
    ("FB_*", ("Brand", "Social", "Image")),
    ("GO_Search_Generic", ("Sales", "Search", "Generic")),
    ("GO_*", ("Sales", "Search", "Shopping")),
    ("radio*", ("Brand", "Audio", "Radio")),
)


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    """Give the client's files and people, without a single group."""
    path = small_client.write_client(tmp_path / "client", FILES_ONLY)
    (path.parent / "media.csv").write_bytes(small_client.wobbling_csv())
    identity = take_in(storage, path, author="Test").id
    for name, role in (("Mona", "marketing"), ("Fred", "finance"), ("Ada", "analytics")):
        add_participant(storage, identity, name=name, role=role, author="Test")
    return identity


def test_from_mapping_to_three_signatures_that_an_edit_voids(
    new_tab: Callable[[], Tab], storage: Storage, project: str
) -> None:
    client, analyst = new_tab(), new_tab()
    _become(client, project, "Mona")
    _map(client)
    _see_it_on_the_mapping(client)
    _answer(client, storage, project)
    _become(analyst, project, "Ada")
    _settle(analyst)
    _sign(client, analyst, project, new_tab)
    assert sign_off_state(storage, project, _scoped(storage, project)).status == "signed"
    _void(client, analyst, storage, project)


def _scoped(storage: Storage, project: str) -> Scoped:
    return scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)


def _become(tab: Tab, project: str, name: str) -> None:
    """Say who sits here, at the foot of the sidebar."""
    tab.open("mapping", project)
    tab.page.get_by_test_id("stSidebar").get_by_role("button", name="You:").click()
    tab.like("author-choice-").get_by_text(name, exact=True).click()
    tab.settle()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_test_id("stSidebar").get_by_role("button", name=f"You: {name}")).to_be_visible()


def _go(tab: Tab, step: str) -> None:
    """Go to a step as people do: a new address would be a new visit, of somebody unknown."""
    tab.page.get_by_test_id("stSidebar").get_by_role("link", name=step).click()
    tab.settle()


def _map(tab: Tab) -> None:
    """Five rules make five groups."""
    tab.view("Rules")
    for number, (pattern, path) in enumerate(GROUPS):
        key = f"rule-{number}"
        tab.write(f"{key}-campaign", pattern)
        if number:
            tab.choose(f"{key}-path", "New group")
        for depth, name in enumerate(path):
            tab.name(f"{key}-level-{depth}", name)
        tab.click("rule-add")
        expect(tab.at(f"rule-remove-{number}")).to_be_visible()
    tab.must_be_sound()


def _see_it_on_the_mapping(tab: Tab) -> None:
    """The consequence stands beside the mapping while it is edited."""
    expect(tab.at("consequence")).to_contain_text("2 objections wait for the client's answer")


def _answer(tab: Tab, storage: Storage, project: str) -> None:
    """Keep one pair with a caveat, accept the merge of the other."""
    _go(tab, "Push-back")
    assert "Video and Image ran in step" in tab.text()
    assert "Generic and Shopping ran in step" in tab.text()

    _look_into(tab, "Video and Image")
    tab.like("answer-").locator("textarea").fill("two teams steer them")
    tab.like("answer-").locator("textarea").press("Control+Enter")
    tab.settle()
    tab.like("keep-").get_by_role("button").click()
    tab.settle()
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("answered, waits for the analyst")

    _look_into(tab, "Generic and Shopping")
    way = tab.like("way-").filter(has_text="Merge Generic and Shopping")
    expect(way).to_be_visible()
    name = way.locator("input[type=text]").last
    name.fill("Search")
    name.press("Tab")
    tab.settle()
    way.get_by_role("button", name="Accept").click()
    tab.settle()
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("Merge Generic and Shopping into one group: Search")
    tab.must_be_sound()
    assert sorted(current_mapping(storage, project).mapping.groups) == ["Image", "Radio", "Search", "Video"]
    assert [entry.action for entry in answer_entries(storage, project)] == ["keep", "accept"]


def _look_into(tab: Tab, groups: str) -> None:
    card = tab.like("objection-").filter(has_text=f"{groups} ran in step")
    card.get_by_role("button", name="Look into it").click()
    tab.settle()


def _settle(tab: Tab) -> None:
    """The analyst settles the answer."""
    _go(tab, "Push-back")
    _look_into(tab, "Video and Image")
    tab.like("settle-").get_by_role("button").click()
    tab.settle()
    assert "Nothing waits for an answer" in tab.text(), tab.text()
    tab.must_be_sound()


def _sign(client: Tab, analyst: Tab, project: str, new_tab: Callable[[], Tab]) -> None:
    """Three people sign, each for their own role."""
    finance = new_tab()
    _become(finance, project, "Fred")
    for tab in (client, finance, analyst):
        _go(tab, "Sign-off")
        tab.click("sign")
        tab.must_be_sound()
    expect(analyst.page.get_by_test_id("stMain")).to_contain_text("Marketing, finance and analytics have signed it")
    expect(analyst.page.get_by_test_id("stSidebar")).to_contain_text("Signed")


def _void(client: Tab, analyst: Tab, storage: Storage, project: str) -> None:
    """Whoever edits the mapping afterwards voids all three signatures, and the page says what changed."""
    _go(client, "Mapping")
    client.view("Rules")
    client.click("rule-remove-4")
    _go(analyst, "Project")
    _go(analyst, "Sign-off")
    text = analyst.text()
    assert "Not any more" in text
    assert "line items moved" in text
    assert sign_off_state(storage, project, _scoped(storage, project)).status != "signed"
    analyst.must_be_sound()
