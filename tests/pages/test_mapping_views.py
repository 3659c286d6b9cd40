"""The views of the page Mapping beside the table: each edit is saved as it was meant, or refused with its reason."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import small_client
from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.errors import BadInput
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.recognition import OBJECTS, RECOGNISES
from mmm_core.taxonomy.tree import drop_level, move_node
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.proposals import edit_or_keep, open_proposals
from mmm_core.workflows.recognition import recognise, recognitions
from mmm_core.workflows.scoping import Scoped, scope

OpenPage = Callable[..., AppTest]
NewProject = Callable[..., str]
PAGE = "pages/scope/mapping.py"
SOCIAL, SEARCH, RADIO = ("Brand", "Social", "Brand social"), ("Sales", "Search", "Search"), ("Brand", "Audio", "Radio")
UNMAPPED = small_client.PROJECT + small_client.LONG + small_client.OUTCOME + small_client.model_section()


def mapping_of(storage: Storage, project: str) -> Mapping:
    return current_mapping(storage, project).mapping


def edit(storage: Storage, project: str, change: Callable[[Mapping], Mapping], author: str = "Another") -> None:
    """Save an edit as somebody else would."""
    base = current_mapping(storage, project)
    edit_mapping(storage, project, change, base=base, author=author, message="An edit")


def view(open_page: OpenPage, project: str, tab: str, *, author: str = "Ana") -> AppTest:
    """Open a tab; the others are not computed."""
    app = open_page(PAGE, project)
    app.session_state["mapping-tabs"] = tab
    app.session_state["author"] = author
    return app.run()


def ids_of(storage: Storage, project: str) -> dict[str, str]:
    """Return campaign -> line_item_id."""
    items = load_ground(storage, ground_key(storage, project)).items
    return {str(campaign): str(item) for item, campaign in items["campaign"].items()}


def chosen_by_hand(storage: Storage, project: str) -> dict[str, str]:
    """Return campaign -> group."""
    campaigns = {item: campaign for campaign, item in ids_of(storage, project).items()}
    return {campaigns[item]: target.path[-1] for item, target in mapping_of(storage, project).choices.items()}


def scoped_of(storage: Storage, project: str) -> Scoped:
    return scope(load_ground(storage, ground_key(storage, project)), mapping_of(storage, project))


def like(app: AppTest, kind: str, beginning: str):
    return next(found for found in app.get(kind) if found.key and found.key.startswith(beginning))


def texts(app: AppTest) -> str:
    return " ".join(formatted_texts(app)).replace("\\", "")


@pytest.fixture
def suggested(new_project: NewProject, storage: Storage) -> str:
    """Give a project where two of the line items wait, each named like others that are in a group."""
    project = new_project(UNMAPPED)
    ids = ids_of(storage, project)
    groups = {"FB_Brand": SOCIAL, "GO_": SEARCH, "Radio": RADIO}
    waiting = {"FB_Brand_Story_DE", "GO_Search_Shopping"}
    for beginning, path in groups.items():
        wanted = [item for name, item in ids.items() if name.startswith(beginning) and name not in waiting]
        edit(storage, project, lambda mapping, w=wanted, p=path: mapping.assign(w, Target(path=p)))
    return project


def test_suggestions_are_taken_over_in_one_edit(open_page: OpenPage, suggested: str, storage: Storage) -> None:
    before = current_mapping(storage, suggested)
    app = view(open_page, suggested, "Suggestions")
    app.slider(key="suggestion-confidence").set_value(0.5).run()
    app.button(key="take-suggestions").click().run()
    assert errors(app) == []
    chosen = chosen_by_hand(storage, suggested)
    assert chosen["FB_Brand_Story_DE"] == "Brand social"
    assert current_mapping(storage, suggested).number == before.number + 1


def test_a_suggestion_that_was_unticked_stays_so_when_others_come_into_view(
    open_page: OpenPage, suggested: str, storage: Storage
) -> None:
    app = view(open_page, suggested, "Suggestions")
    app.slider(key="suggestion-confidence").set_value(0.5).run()
    like(app, "checkbox", "every-suggestions-").uncheck().run()
    assert "take-suggestions" not in keys(app), "nothing is ticked, so nothing can be taken over"
    app.slider(key="suggestion-confidence").set_value(0.55).run()
    assert "take-suggestions" not in keys(app)
    like(app, "checkbox", "every-suggestions-").check().run()
    assert "take-suggestions" in keys(app)


def test_look_alikes_go_together_on_a_click(open_page: OpenPage, new_project: NewProject, storage: Storage) -> None:
    media = small_client.media_csv().replace(b"Radio autumn", b"radio_SPRING")
    project = new_project(UNMAPPED, media=media)
    edit(storage, project, lambda _: Mapping(leaves=(RADIO, SEARCH)))
    app = view(open_page, project, "Look-alikes")
    goal = like(app, "selectbox", "alike-to-")
    goal.set_value(RADIO).run()
    like(app, "button", "alike-to-").click().run()
    assert errors(app) == []
    assert chosen_by_hand(storage, project) == {"Radio spring": "Radio", "radio_SPRING": "Radio"}
    assert "No look-alikes that way" in texts(app)


def test_the_columns_of_a_file_are_offered_by_their_own_names(open_page: OpenPage, new_project: NewProject) -> None:
    media = small_client.media_csv().replace(b"campaign", b"campaign_name", 1)
    project = new_project(UNMAPPED.replace('"campaign"', '"campaign_name"'), media=media)
    app = open_page(PAGE, project)
    assert "campaign_name" in app.selectbox(key="facet-kind").options
    app.selectbox(key="facet-kind").set_value("campaign_name").run()
    assert "campaign_name" in [column for table in app.dataframe for column in table.value.columns]
    app = view(open_page, project, "Look-alikes")
    assert "campaign_name" in app.selectbox(key="alike-in").options


def test_a_column_of_very_many_values_is_offered_and_searched(open_page: OpenPage, new_project: NewProject) -> None:
    rows = small_client.media_csv().decode().splitlines()
    first = rows[1].split(",")
    more = [",".join([first[0], "radio", f"Spot {number}", "1.00", "1"]) for number in range(600)]
    project = new_project(UNMAPPED, media="\n".join([*rows, *more, ""]).encode())
    app = open_page(PAGE, project)
    app.selectbox(key="facet-kind").set_value("campaign").run()
    assert errors(app) == []
    assert "and 107 more values; type above to find them." in texts(app)
    app.text_input(key="facet-text-campaign").set_value("spot 59").run()
    found = next(table.value for table in app.dataframe if "campaign" in table.value.columns)
    assert set(found["campaign"]) == {f"Spot {number}" for number in range(600) if "59" in str(number)}
    assert "more value" not in texts(app)


def test_nodes_above_the_groups_are_a_facet_with_their_money(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    app.selectbox(key="facet-kind").set_value(":level-1").run()
    assert "Objective" in app.selectbox(key="facet-kind").options
    found = next(table.value for table in app.dataframe if "Objective" in table.value.columns)
    assert dict(zip(found["Objective"], found["Items"], strict=True)) == {
        "Brand": 5,
        "Sales": 2,
        "Waiting for a group": 0,
        "Left out": 0,
    }
    app.session_state[f"facets-{project}"] = {":level-2": ("Brand > Audio",)}
    app.run()
    assert errors(app) == []
    assert "Select all 2 shown" in texts(app)
    app.button(key="chip-:level-2-Brand > Audio").click().run()
    assert "Select all 7 shown" in texts(app), "the chip takes the filter away"


def test_a_facet_of_a_level_that_is_dropped_meanwhile_is_forgotten(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    app = open_page(PAGE, project)
    app.selectbox(key="facet-kind").set_value(":level-2").run()
    edit(storage, project, lambda mapping: drop_level(mapping, 1))
    app.run()
    assert errors(app) == []
    assert app.selectbox(key="facet-kind").value == ":groups"


def test_a_node_above_the_groups_is_renamed_with_all_that_is_below(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    app = view(open_page, project, "Groups")
    app.selectbox(key="change-group").set_value(("Brand",)).run()
    app.text_input(key="change-0-Brand").set_value("Awareness").run()
    app.button(key="rename-group").click().run()
    assert errors(app) == []
    expected = (("Awareness", *SOCIAL[1:]), SEARCH, ("Awareness", *RADIO[1:]))
    assert mapping_of(storage, project).leaves == expected
    assert {rule.target.path for rule in mapping_of(storage, project).rules} == set(expected)


def test_groups_are_merged_with_their_rules(open_page: OpenPage, project: str, storage: Storage) -> None:
    app = view(open_page, project, "Groups")
    app.multiselect(key="merge-groups").set_value([SOCIAL, RADIO])
    app.selectbox(key="merge-into-path").set_value(RADIO)
    app.button(key="merge").click().run()
    assert errors(app) == []
    mapping = mapping_of(storage, project)
    assert mapping.leaves == (RADIO, SEARCH)
    assert [rule.target.path for rule in mapping.rules] == [RADIO, SEARCH, RADIO]
    assert app.selectbox(key="merge-into-path").value is None, "the form is empty for the next one"


@pytest.mark.parametrize(("kind", "value"), [(":words", "story"), ("campaign", "FB_Brand_Story_DE")])
def test_a_group_is_split_by_a_word_or_a_value(
    open_page: OpenPage, project: str, storage: Storage, kind: str, value: str
) -> None:
    app = view(open_page, project, "Groups")
    app.selectbox(key="split-group").set_value(SOCIAL).run()
    app.selectbox(key="split-by").set_value(kind).run()
    app.multiselect(key="split-values").set_value([value]).run()
    app.selectbox(key="split-to-path").set_value(RADIO).run()
    assert "1 line item of 3" in texts(app)
    app.button(key="split").click().run()
    assert errors(app) == []
    assert chosen_by_hand(storage, project) == {"FB_Brand_Story_DE": "Radio"}


def test_a_group_is_archived_and_brought_back_as_it_was(open_page: OpenPage, project: str, storage: Storage) -> None:
    before = scoped_of(storage, project).resolution.table
    app = view(open_page, project, "Groups")
    app.selectbox(key="put-away").set_value(RADIO).run()
    app.button(key="archive-group").click().run()
    assert mapping_of(storage, project).archived == (RADIO,)
    assert (scoped_of(storage, project).resolution.table["status"] == "unmapped").sum() == 2
    app.selectbox(key="archived").set_value(RADIO).run()
    app.button(key="unarchive-group").click().run()
    assert errors(app) == []
    assert scoped_of(storage, project).resolution.table.equals(before)


def describe(app: AppTest, field: str, value: object) -> AppTest:
    kind = {"owner": "selectbox", "description": "text_area", "colour": "color_picker"}[field]
    return like(app, kind, f"node-{field}-").set_value(value).run()


def test_owner_description_and_colour_of_a_node_are_saved(open_page: OpenPage, project: str, storage: Storage) -> None:
    add_participant(storage, project, name="Ana", role="marketing", author="Test")
    app = view(open_page, project, "Groups")
    app.selectbox(key="node").set_value(("Brand",)).run()
    describe(describe(describe(app, "owner", "Ana"), "description", "All that builds the brand"), "colour", "#123456")
    app.button(key="save-node").click().run()
    assert errors(app) == []
    expected = Node(owner="Ana", description="All that builds the brand", colour="#123456")
    assert mapping_of(storage, project).node(("Brand",)) == expected
    app.button(key="undo").click().run()
    assert like(app, "text_area", "node-description-").value == "", "the form shows what stands"


def test_what_somebody_else_wrote_of_a_node_meanwhile_is_not_overwritten(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    app = view(open_page, project, "Groups")
    app.selectbox(key="node").set_value(RADIO).run()
    edit(storage, project, lambda mapping: mapping.with_node(RADIO, Node(description="Theirs")))
    describe(app, "description", "Mine")
    app.button(key="save-node").click().run()
    assert mapping_of(storage, project).node(RADIO).description == "Theirs"
    assert [kept.message for kept in open_proposals(storage, project)] == ["Described Brand > Audio > Radio"]


def test_a_form_in_which_nothing_was_written_shows_what_somebody_else_wrote(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    app = view(open_page, project, "Groups")
    app.selectbox(key="node").set_value(RADIO).run()
    edit(storage, project, lambda mapping: mapping.with_node(RADIO, Node(description="Theirs")))
    app.run()
    assert like(app, "text_area", "node-description-").value == "Theirs"
    describe(app, "colour", "#123456")
    app.button(key="save-node").click().run()
    assert mapping_of(storage, project).node(RADIO) == Node(description="Theirs", colour="#123456")


@pytest.mark.parametrize("at", [0, 1, 3])
def test_a_level_is_added_at_any_place_and_dropped_again(
    open_page: OpenPage, project: str, storage: Storage, at: int
) -> None:
    before = mapping_of(storage, project)
    app = view(open_page, project, "Groups")
    like(app, "selectbox", "level-at-").set_value(at).run()
    app.text_input(key="level-name").set_value("Market").run()
    if at < 3:
        app.text_input(key="level-node").set_value("All markets").run()
    app.button(key="add-level").click().run()
    assert errors(app) == []
    assert mapping_of(storage, project).levels == (*before.levels[:at], "Market", *before.levels[at:])
    like(app, "selectbox", "level-off-").set_value(at).run()
    app.button(key="drop-level").click().run()
    assert errors(app) == []
    assert mapping_of(storage, project) == before


def test_a_place_below_a_level_that_is_dropped_meanwhile_is_forgotten(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    app = view(open_page, project, "Groups")
    like(app, "selectbox", "level-at-").set_value(3).run()
    edit(storage, project, lambda mapping: drop_level(mapping, 1))
    app.run()
    assert errors(app) == []
    assert like(app, "selectbox", "level-at-").value == 0


def test_levels_are_renamed(open_page: OpenPage, project: str, storage: Storage) -> None:
    number = current_mapping(storage, project).number
    app = view(open_page, project, "Groups")
    app.text_input(key=f"level-0-{number}").set_value("Goal").run()
    app.button(key="save-levels").click().run()
    assert mapping_of(storage, project).levels == ("Goal", "Channel", "Group")


def test_dropping_the_groups_says_which_become_one(open_page: OpenPage, project: str, storage: Storage) -> None:
    edit(storage, project, lambda mapping: move_node(mapping, RADIO, ("Brand", "Social", "Radio")))
    app = view(open_page, project, "Groups")
    like(app, "selectbox", "level-off-").set_value(2).run()
    assert "The 3 groups become 2" in texts(app)


def test_a_rule_that_moved_while_it_was_changed_is_still_the_one_that_changes(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    first, second, third = mapping_of(storage, project).rules
    app = view(open_page, project, "Rules")
    app.button(key="rule-edit-1").click().run()
    edit(storage, project, lambda mapping: mapping.with_rules((second, third, first)))
    app.run()
    like(app, "text_input", "rule-1-campaign").set_value("*search*").run()
    app.button(key="rule-add").click().run()
    assert errors(app) == []
    changed = Rule(match={"platform": ("google",), "campaign": ("*search*",)}, target=second.target)
    assert mapping_of(storage, project).rules == (changed, third, first)


@pytest.mark.parametrize(
    "patterns", [("radio spring",), ("Brand | DE*",), ("/^(fb|ig)_/", "*x*"), ("[DE] Brand",), ("*a*", "b", "c|d")]
)
def test_a_rule_that_is_opened_and_saved_stays_the_same(
    open_page: OpenPage, project: str, storage: Storage, patterns: tuple[str, ...]
) -> None:
    rule = Rule(match={"campaign": patterns}, target=Target(path=RADIO))
    edit(storage, project, lambda mapping: mapping.with_rules((rule,)))
    app = view(open_page, project, "Rules")
    app.button(key="rule-edit-0").click().run()
    app.button(key="rule-add").click().run()
    assert errors(app) == []
    assert mapping_of(storage, project).rules == (rule,)


def test_a_rule_moves_up_and_down(open_page: OpenPage, project: str, storage: Storage) -> None:
    first, second, third = mapping_of(storage, project).rules
    app = view(open_page, project, "Rules")
    app.button(key="rule-down-0").click().run()
    assert mapping_of(storage, project).rules == (second, first, third)
    app.button(key="rule-up-2").click().run()
    assert errors(app) == []
    assert mapping_of(storage, project).rules == (second, third, first)
    assert app.button(key="rule-up-0").disabled
    assert app.button(key="rule-down-2").disabled


def test_a_rule_whose_line_items_others_decide_is_said_to_never_get_its_turn(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    late = Rule(match={"campaign": ("*brand_video*",)}, target=Target(path=RADIO))
    edit(storage, project, lambda mapping: mapping.with_rules((*mapping.rules, late)))
    app = view(open_page, project, "Rules")
    said = texts(app)
    assert said.count("never gets its turn") == 1
    assert "decides 0 line items" in said
    assert "1 of what it matches goes elsewhere (" in said
    app.button(key="rule-up-3").click().run()
    app.button(key="rule-up-2").click().run()
    app.button(key="rule-up-1").click().run()
    assert "never gets its turn" not in texts(app), "above the other one it does"


def test_what_choices_teach_becomes_a_rule(open_page: OpenPage, new_project: NewProject, storage: Storage) -> None:
    project = new_project(UNMAPPED)
    brand = [item for name, item in ids_of(storage, project).items() if name.startswith("FB_")]
    edit(storage, project, lambda mapping: mapping.assign(brand, Target(path=SOCIAL)))
    app = view(open_page, project, "Rules")
    assert "make it a rule?" in texts(app)
    app.button(key="learn-0").click().run()
    assert errors(app) == []
    (rule,) = mapping_of(storage, project).rules
    assert rule.target == Target(path=SOCIAL)
    edit(storage, project, lambda mapping: mapping.release(brand))
    decided = scoped_of(storage, project).resolution.table.loc[brand, "decided_by"]
    assert set(decided) == {"rule 1"}, "the rule does what the choices did"
    app.run()
    assert "make it a rule?" not in texts(app)


def test_a_rule_says_what_it_clashes_with_before_it_is_saved_and_goes_where_it_is_put(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    before = mapping_of(storage, project).rules
    radio = ids_of(storage, project)["Radio spring"]
    edit(storage, project, lambda mapping: mapping.assign([radio], Target(exclude="not ours")))
    app = view(open_page, project, "Rules")
    app.text_input(key="rule-0-campaign").set_value("*r*d*").run()
    app.selectbox(key="rule-0-path").set_value(RADIO).run()
    said = texts(app)
    assert "would decide 0 (" in said
    assert "1 goes there already" in said
    assert re.search(r"Clash: 3 line items \([\d,.]+ EUR\), rule 1 → Brand social; stay there", said)
    assert re.search(r"Clash: 1 line item \([\d,.]+ EUR\), by hand → left out: not ours; stays there", said)
    app.selectbox(key="rule-0-place").set_value(0).run()
    said = texts(app)
    assert "would come from there" in said
    assert "Rule 1 would not get its turn any more" in said
    assert "Rule 2 would not" not in said
    app.button(key="rule-add").click().run()
    assert errors(app) == []
    added = Rule(match={"campaign": ("*r*d*",)}, target=Target(path=RADIO))
    assert mapping_of(storage, project).rules == (added, *before)


def test_a_changed_rule_can_take_another_place(open_page: OpenPage, project: str, storage: Storage) -> None:
    first, second, third = mapping_of(storage, project).rules
    app = view(open_page, project, "Rules")
    app.button(key="rule-edit-0").click().run()
    like(app, "selectbox", "rule-1-place").set_value(2).run()
    app.button(key="rule-add").click().run()
    assert errors(app) == []
    assert mapping_of(storage, project).rules == (second, third, first)


def test_words_in_brackets_mean_what_they_say(open_page: OpenPage, new_project: NewProject) -> None:
    project = new_project(UNMAPPED, media=small_client.media_csv().replace(b"Radio spring", b"[DE] Radio"))
    app = view(open_page, project, "Rules")
    app.text_input(key="rule-0-campaign").set_value("[de]").run()
    assert "Matches **1 line item**" in texts(app), "not names of one letter, d or e, nor all that hold one"
    app = view(open_page, project, "Line items")
    app.text_input(key="items-text").set_value("[de]").run()
    assert "Select all 1 shown" in texts(app)


def test_an_owner_recognises_a_group_and_what_changes_afterwards_shows(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    add_participant(storage, project, name="Ana", role="marketing", author="Test")
    edit(storage, project, lambda mapping: mapping.with_node(RADIO, Node(owner="Ana")))
    app = view(open_page, project, "Recognition", author="ana")
    app.button(key="recognise-Brand > Audio > Radio").click().run()
    assert errors(app) == []
    assert "Recognised" in shown_cells(app)
    assert "recognise-Brand > Audio > Radio" not in keys(app), "it is said already"
    radio = ids_of(storage, project)["Radio spring"]
    edit(storage, project, lambda mapping: mapping.assign([radio], Target(path=SEARCH)))
    app.run()
    assert "Changed since it was recognised" in shown_cells(app)


def test_everybody_takes_back_their_own_objection(open_page: OpenPage, project: str, storage: Storage) -> None:
    for name in ("Ana", "Ben"):
        add_participant(storage, project, name=name, role="marketing", author="Test")
    edit(storage, project, lambda mapping: mapping.with_node(RADIO, Node(owner="Ana")))
    app = view(open_page, project, "Recognition")
    app.selectbox(key="object-group").set_value(RADIO).run()
    app.text_area(key="objection").set_value("Podcasts are missing").run()
    app.button(key="object").click().run()
    assert "Podcasts are missing" in shown_cells(app)
    say = {"author": "Ben", "verdict": OBJECTS, "comment": "Too small"}
    recognise(storage, project, scoped_of(storage, project), RADIO, **say)
    app.run()
    app.button(key="withdraw-Brand > Audio > Radio").click().run()
    assert errors(app) == []
    assert "Too small" in shown_cells(app)
    app.session_state["author"] = "Ben"
    app.run()
    app.button(key="withdraw-Brand > Audio > Radio").click().run()
    assert "Waits for its owner" in shown_cells(app), "an objection that is taken back is no tick"


def test_only_the_owner_says_that_a_group_is_theirs(open_page: OpenPage, project: str, storage: Storage) -> None:
    add_participant(storage, project, name="Ben", role="finance", author="Test")
    edit(storage, project, lambda mapping: mapping.with_node(RADIO, Node(owner="Ana")))
    assert not [key for key in keys(view(open_page, project, "Recognition", author="Ben")) if "recognise-" in key]
    assert "who is no participant" in texts(view(open_page, project, "Recognition", author="Zoe"))
    with pytest.raises(BadInput, match="Ben is not the owner of 'Radio'"):
        recognise(storage, project, scoped_of(storage, project), RADIO, author="Ben", verdict=RECOGNISES)
    assert recognitions(storage, project) == ()


@pytest.fixture
def waiting(project: str, storage: Storage) -> str:
    """Keep an edit that somebody else's save overtook: a group is renamed and a line item goes elsewhere."""
    base = current_mapping(storage, project)
    radio = ids_of(storage, project)["Radio spring"]
    edit(storage, project, lambda mapping: mapping.with_group(("Sales", "Video", "Online video")))

    def mine(mapping: Mapping) -> Mapping:
        renamed = move_node(mapping, SEARCH, ("Sales", "Search", "Paid search"))
        return renamed.assign([radio], Target(path=("Sales", "Search", "Paid search")))

    edit_or_keep(storage, project, mine, base=base, author="Ana", message="Paid search")
    return project


def test_a_proposal_says_what_really_moves_and_is_taken_over(
    open_page: OpenPage, waiting: str, storage: Storage
) -> None:
    items = load_ground(storage, ground_key(storage, waiting)).items
    moved = items["spend_micros"][ids_of(storage, waiting)["Radio spring"]] / 1_000_000
    app = open_page(PAGE, waiting)
    assert f"({moved:,.2f} EUR moves)" in texts(app), "the renamed group's money stays where it is"
    assert "0 clashes" in texts(app)
    cells = shown_cells(app)
    row = cells.index("radio / Radio spring")
    assert cells[row - 2 : row + 4] == ["Changed", "Line item", "radio / Radio spring", "Radio", "Radio", "Paid search"]
    like(app, "button", "settle-").click().run()
    assert errors(app) == []
    assert set(mapping_of(storage, waiting).groups) == {"Brand social", "Paid search", "Radio", "Online video"}
    assert chosen_by_hand(storage, waiting) == {"Radio spring": "Paid search"}
    assert open_proposals(storage, waiting) == ()


def test_two_clashes_are_counted_in_good_english(open_page: OpenPage, project: str, storage: Storage) -> None:
    ids, base = ids_of(storage, project), current_mapping(storage, project)
    both = [ids["Radio spring"], ids["Radio autumn"]]
    edit(storage, project, lambda mapping: mapping.assign(both, Target(path=SEARCH)))
    mine = Target(path=SOCIAL)
    edit_or_keep(storage, project, lambda m: m.assign(both, mine), base=base, author="Ana", message="Mine")
    app = open_page(PAGE, project)
    assert "2 line items changed since, 2 clashes." in texts(app)
    assert like(app, "button", "settle-").disabled, "nothing is ticked, and the proposal must not vanish unread"


def test_the_history_shows_what_two_revisions_differ_in_and_brings_one_back(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    first = current_mapping(storage, project)
    radio = ids_of(storage, project)["Radio spring"]
    edit(storage, project, lambda mapping: replace(mapping.assign([radio], Target(path=SEARCH))))
    app = view(open_page, project, "History")
    cells = shown_cells(app)
    assert "radio / Radio spring" in cells
    assert {"Radio", "Search"} <= set(cells)
    app.button(key="restore").click().run()
    assert errors(app) == []
    assert mapping_of(storage, project) == first.mapping
    assert current_mapping(storage, project).number == first.number + 2


def test_a_rule_with_a_pattern_that_cannot_be_read_is_not_saved(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    before = current_mapping(storage, project)
    app = view(open_page, project, "Rules")
    app.text_input(key="rule-0-campaign").set_value("/(/").run()
    app.selectbox(key="rule-0-path").set_value(RADIO).run()
    app.button(key="rule-add").click().run()
    assert "cannot be read" in errors(app)[0]
    assert current_mapping(storage, project) == before


def test_a_rule_that_asks_for_a_column_that_is_gone_can_be_removed(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    before = mapping_of(storage, project).rules
    lost = Rule(match={"placement": ("*x*",)}, target=Target(path=RADIO))
    edit(storage, project, lambda mapping: mapping.with_rules((*before, lost)))
    app = open_page(PAGE, project)
    assert "asks for 'placement'" in errors(app)[0]
    app.button(key="rule-remove-3").click().run()
    assert errors(app) == []
    assert mapping_of(storage, project).rules == before
