"""Grouping: by table, by rule, by tree; undo; what somebody else saved meanwhile stays."""

from collections.abc import Callable
from dataclasses import replace

import small_client
from seen import errors, formatted_texts, press, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.proposals import open_proposals

OpenPage = Callable[..., AppTest]
NewProject = Callable[..., str]
PAGE = "pages/scope/mapping.py"
RADIO, SEARCH = ("Brand", "Audio", "Radio"), ("Sales", "Search", "Search")
UNMAPPED = small_client.PROJECT + small_client.LONG + small_client.OUTCOME + small_client.model_section()
HOSTILE = "<b>x</b> **y** [z](http://a.b) :red[r] $q$ =1+1"


def _name_group(app: AppTest, key: str, *names: str, then: str) -> AppTest:
    """Type the names of a group and press the button that they enable."""
    _type_names(app, key, names).run()
    return press(_type_names(app, key, names), then)


def _type_names(app: AppTest, key: str, names: tuple[str, ...]) -> AppTest:
    """Type into the boxes; the test runner knows only options that are listed, so the names are listed first."""
    for depth, name in enumerate(names):
        box = app.selectbox(key=f"{key}-level-{depth}")
        box.options.append(name)
        box.set_value(name)
    return app


def _on(app: AppTest, tab: str) -> AppTest:
    """Go to a tab; the others are not computed."""
    app.session_state["mapping-tabs"] = tab
    return app.run()


def _select_all(app: AppTest) -> AppTest:
    return next(box for box in app.checkbox if box.key.startswith("all-")).check().run()


def test_all_shown_line_items_are_assigned_in_one_action(
    open_page: OpenPage, new_project: NewProject, storage: Storage
) -> None:
    project = new_project(UNMAPPED)
    app = open_page(PAGE, project)
    app.text_input(key="items-text").set_value("*radio*").run()
    _name_group(_select_all(app), "assign", "Brand", "Audio", "Radio", then="assign")
    assert errors(app) == []
    mapping = current_mapping(storage, project).mapping
    assert set(mapping.choices.values()) == {Target(path=("Brand", "Audio", "Radio"))}
    assert len(mapping.choices) == 2


def test_line_items_are_left_out_with_a_reason(open_page: OpenPage, new_project: NewProject, storage: Storage) -> None:
    project = new_project(UNMAPPED)
    app = _select_all(open_page(PAGE, project))
    app.text_input(key="exclude-reason").set_value("not media").run()
    app.button(key="exclude").click().run()
    assert errors(app) == []
    mapping = current_mapping(storage, project).mapping
    assert set(mapping.choices.values()) == {Target(exclude="not media")}


def test_the_reasons_of_what_is_left_out_are_named_with_their_money(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    items = load_ground(storage, ground_key(storage, project)).items
    first, second, third = items.index[:3]
    out = {
        first: Target(exclude="agency fee"),
        second: Target(exclude="*not* media"),
        third: Target(exclude="agency fee"),
    }
    base = current_mapping(storage, project)
    edit_mapping(storage, project, lambda m: replace(m, choices=out), base=base, author="Test", message="Out")
    spend = items["spend_micros"] / 1_000_000
    said = next(text for text in formatted_texts(open_page(PAGE, project)) if "agency fee" in text).splitlines()
    assert said == [
        f"- agency fee: {spend[first] + spend[third]:,.2f} EUR, 2 line items",
        rf"- \*not\* media: {spend[second]:,.2f} EUR, 1 line item",
    ]


def test_a_rule_shows_what_it_matches_before_it_is_added(
    open_page: OpenPage, new_project: NewProject, storage: Storage
) -> None:
    project = new_project(UNMAPPED)
    app = _on(open_page(PAGE, project), "Rules")
    app.text_input(key="rule-0-campaign").set_value("*brand*").run()
    assert any(cell.endswith("FB_Brand_Video_DE") for cell in shown_cells(app))
    _name_group(app, "rule-0", "Brand", "Social", "Brand social", then="rule-add")
    assert errors(app) == []
    (rule,) = current_mapping(storage, project).mapping.rules
    assert rule.match == {"campaign": ("*brand*",)}
    assert rule.target.path == ("Brand", "Social", "Brand social")


def test_undo_brings_the_earlier_mapping_back(open_page: OpenPage, project: str, storage: Storage) -> None:
    before = current_mapping(storage, project)
    app = _on(open_page(PAGE, project), "Rules")
    app.button(key="rule-remove-0").click().run()
    assert len(current_mapping(storage, project).mapping.rules) == len(before.mapping.rules) - 1
    app.button(key="undo").click().run()
    assert errors(app) == []
    assert current_mapping(storage, project).mapping == before.mapping
    assert current_mapping(storage, project).number == before.number + 2


def test_an_edit_saved_meanwhile_is_not_overwritten_and_the_later_one_waits(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    first, second = (_on(open_page(PAGE, project), "Rules") for _ in range(2))
    first.button(key="rule-remove-0").click().run()
    saved = current_mapping(storage, project)
    second.button(key="rule-remove-1").click().run()
    assert errors(second) == []
    assert current_mapping(storage, project) == saved, "nothing was overwritten"
    (kept,) = open_proposals(storage, project)
    assert kept.message == "Removed rule 2"
    assert any("Removed rule 2" in text for text in [block.value for block in second.markdown])


def test_two_people_who_each_add_a_rule_both_keep_theirs(open_page: OpenPage, project: str, storage: Storage) -> None:
    first, second = (_on(open_page(PAGE, project), "Rules") for _ in range(2))
    for app, pattern in ((first, "story"), (second, "shopping")):
        app.text_input(key="rule-0-campaign").set_value(pattern).run()
        app.selectbox(key="rule-0-path").set_value(RADIO).run()
        app.selectbox(key="rule-0-place").set_value(0).run()
    for app in (first, second):
        app.button(key="rule-add").click().run()
    assert "1 line item changed since, 0 clashes" in " ".join(formatted_texts(second))
    next(button for button in second.button if button.key.startswith("settle-")).click().run()
    assert errors(second) == []
    patterns = [rule.match["campaign"] for rule in current_mapping(storage, project).mapping.rules[:2]]
    assert patterns == [("*story*",), ("*shopping*",)]
    assert open_proposals(storage, project) == ()


def test_undo_does_not_undo_what_somebody_else_saved_meanwhile(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    first, second = (_on(open_page(PAGE, project), "Rules") for _ in range(2))
    first.button(key="rule-remove-0").click().run()
    saved = current_mapping(storage, project)
    second.button(key="undo").click().run()
    assert len(errors(second)) == 1
    assert current_mapping(storage, project) == saved


def test_a_group_with_the_name_of_another_is_refused(open_page: OpenPage, project: str, storage: Storage) -> None:
    before = current_mapping(storage, project)
    app = _name_group(_on(open_page(PAGE, project), "Groups"), "add-group", "Sales", "Video", "radio", then="add-group")
    assert "stands at two places" in errors(app)[0]
    assert current_mapping(storage, project) == before


def test_a_group_is_added_renamed_and_removed(open_page: OpenPage, project: str, storage: Storage) -> None:
    app = _name_group(
        _on(open_page(PAGE, project), "Groups"), "add-group", "Sales", "Video", "Online video", then="add-group"
    )
    assert "Online video" in current_mapping(storage, project).mapping.groups
    path = ("Sales", "Video", "Online video")
    app.selectbox(key="change-group").set_value(path).run()
    app.text_input(key=f"change-2-{' > '.join(path)}").set_value("Video online").run()
    app.button(key="rename-group").click().run()
    assert "Video online" in current_mapping(storage, project).mapping.groups
    app.selectbox(key="put-away").set_value(("Sales", "Video", "Video online")).run()
    app.button(key="remove-group").click().run()
    assert errors(app) == []
    assert current_mapping(storage, project).mapping.groups == small_client.GROUPS


def test_names_of_groups_and_campaigns_are_shown_as_text(
    open_page: OpenPage, new_project: NewProject, storage: Storage
) -> None:
    column = "campaign **y**"
    media = small_client.media_csv().replace(b"Radio spring", HOSTILE.encode()).replace(b"campaign", column.encode(), 1)
    project = new_project(UNMAPPED.replace('"campaign"', f'"{column}"'), media=media)
    rule = Rule(match={column: (HOSTILE,)}, target=Target(path=("Brand", HOSTILE, HOSTILE)))
    base, mapping = current_mapping(storage, project), Mapping(levels=("Objective", HOSTILE, "Group"), rules=(rule,))
    edit_mapping(storage, project, lambda _: mapping, base=base, author=HOSTILE, message=f"Added {HOSTILE}")
    app = open_page(PAGE, project)
    app.segmented_control(key="items-status").set_value(None).run()
    app.session_state["message"] = f"Added {HOSTILE}"
    app.session_state["author"] = HOSTILE
    _select_all(app)
    assert errors(app) == []
    assert any(HOSTILE in cell for cell in shown_cells(app))
    assert not [text for text in formatted_texts(app) if "<b>x" in text or "**y**" in text or "[z](" in text]


def test_what_was_selected_all_at_once_is_given_up_all_at_once(open_page: OpenPage, project: str) -> None:
    app = _select_all(open_page(PAGE, project))
    assert not app.button(key="exclude").disabled
    next(box for box in app.checkbox if box.key.startswith("all-")).uncheck().run()
    assert app.button(key="exclude").disabled


def test_ticks_that_a_filter_hides_come_back_with_their_rows(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    app.text_input(key="items-text").set_value("radio").run()
    _select_all(app)
    app.text_input(key="items-text").set_value("search").run()
    assert app.button(key="exclude").disabled, "what is not shown is not acted on"
    assert "2 more ticked" in " ".join(formatted_texts(app))
    app.text_input(key="items-text").set_value("nothing like that").run()
    _on(app, "Groups")
    _on(app, "Line items")
    app.text_input(key="items-text").set_value("").run()
    assert "**2 line items (" in " ".join(formatted_texts(app))
