"""Rows of lift test files are offered with what is to be said about them; people take them into the specification."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mmm_core.errors import BadInput, EditConflict, NotFound
from mmm_core.modeling.calibrating import measurements
from mmm_core.modeling.lift_tests import CostTarget, LiftTest
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.schema import LiftTestsTable
from mmm_core.storage import audit, revisions
from mmm_core.storage.opened import Storage
from mmm_core.workflows.kinds import type_table
from mmm_core.workflows.lift_tests import (
    OfferedLiftTest,
    add_cost_targets,
    add_lift_tests,
    offered_lift_tests,
    remove_cost_targets,
    remove_lift_tests,
)
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.reading import read_mapping, read_sources
from mmm_core.workflows.scoping import Scoped, lay_ground, scope
from mmm_core.workflows.sources import add_source
from mmm_core.workflows.specification import current_specification
from mmm_core.workflows.uploads import guess_roles, inspect_upload
from mmm_core.workflows.workshop_file import read_workshop_file

SAMPLE = Path(__file__).parents[2] / "sample_data"
HEADER = "group,geo,start,end,usual spend,spend change,lift,lift low,lift high\n"
WEEKS = "2023-03-06,2023-04-30"


def lift_file(*rows: str, header: str = HEADER) -> bytes:
    return (header + "\n".join(rows) + "\n").encode()


def with_file(storage: Storage, project: str, content: bytes) -> Scoped:
    reading, _, failure = guess_roles(inspect_upload(content, name="tests.csv").table, "lift_tests")
    assert reading is not None, failure
    add_source(storage, project, content, name="tests.csv", sheet="", reading=reading, author="Test")
    return scoped_of(storage, project)


def scoped_of(storage: Storage, project: str) -> Scoped:
    return scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)


def offered(storage: Storage, project: str, *rows: str) -> tuple[OfferedLiftTest, ...]:
    scoped = with_file(storage, project, lift_file(*rows))
    return offered_lift_tests(scoped, current_specification(storage, project).specification)


def panel_of(storage: Storage, project: str) -> Panel:
    panel = scoped_of(storage, project).panel
    assert panel is not None
    return panel


def radio(**changed: object) -> LiftTest:
    plain = LiftTest(
        group="Radio",
        first="2023-03-06",
        last="2023-04-30",
        spend_change=500,
        lift=900,
        low=300,
        high=1500,
        source="me",
    )
    return replace(plain, **changed)


def test_a_row_is_offered_as_a_test_with_its_place_in_the_file(storage: Storage, client: str) -> None:
    (row,) = offered(storage, client, f"search,,{WEEKS},,5000,12000,8000,16000")
    assert (row.source, row.row, row.refused, row.used) == ("tests.csv", 2, "", False)
    assert row.says == "search, 2023-03-06 to 2023-04-30: spend +5,000 EUR, outcome +12,000 (8,000 to 16,000)"
    assert row.test == LiftTest(
        group="Search",
        first="2023-03-06",
        last="2023-04-30",
        spend_change=5000,
        lift=12000,
        low=8000,
        high=16000,
        source="tests.csv, row 2",
    )
    assert [finding.code for finding in row.findings] == ["lift_test_usual_from_files"]


def test_nothing_that_is_offered_is_used_until_somebody_adds_it(storage: Storage, client: str) -> None:
    (row,) = offered(storage, client, f"Search,,{WEEKS},,5000,12000,8000,16000")
    base = current_specification(storage, client)
    assert base.specification.lift_tests == ()
    assert row.test is not None
    added = add_lift_tests(storage, client, [row.test], panel=panel_of(storage, client), base=base, author="Ada")
    kept = current_specification(storage, client)
    assert kept == added
    assert kept.specification.lift_tests == (row.test,)
    (again,) = offered_lift_tests(scoped_of(storage, client), kept.specification, level=0.95)
    assert again.used


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"Cinema,,{WEEKS},,5000,12000,8000,16000", "There is no group 'Cinema'"),
        (f"Brand,,{WEEKS},,5000,12000,8000,16000", "'Brand' is a part of the tree with 2 groups: Brand social, Radio"),
        (
            f"sales > search,,{WEEKS},,5000,12000,8000,16000",
            "'sales > search' is a part of the tree with 1 group: Search",
        ),
        (f"Search,,{WEEKS},,5000,12000,,", "The lift has no interval"),
        ("Search,,2019-03-04,2019-03-31,,5000,12000,8000,16000", "do not lie inside the modelling window"),
        (f"Search,,{WEEKS},,-5000,12000,8000,16000", "Less spend brought more outcome"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(storage: Storage, client: str, row: str, said: str) -> None:
    (found,) = offered(storage, client, row)
    assert said in found.refused
    assert found.test is None
    assert found.says


def test_a_test_of_a_region_does_not_pass_as_one_of_the_whole_market(storage: Storage, client: str) -> None:
    rows = offered(storage, client, *(f"Search,{place},{WEEKS},,5000,12000,8000,16000" for place in ("North", "South")))
    assert [row.says.split(",")[0] for row in rows] == ["Search in North", "Search in South"]
    assert all("the model has no regions" in row.refused for row in rows)


def test_one_bad_row_takes_no_other_with_it(storage: Storage, client: str) -> None:
    rows = offered(storage, client, f"Cinema,,{WEEKS},,1,2,1,3", f"Brand > Audio > Radio,,{WEEKS},,500,900,300,1500")
    assert [row.test.group if row.test else "" for row in rows] == ["", "Radio"]
    assert [row.row for row in rows] == [2, 3]


def test_amounts_in_another_currency_are_refused(storage: Storage, client: str) -> None:
    header = HEADER.replace("spend change", "spend change USD")
    scoped = with_file(storage, client, lift_file(f"Radio,,{WEEKS},,500,900,300,1500", header=header))
    (row,) = offered_lift_tests(scoped, ModelSpecification())
    assert "are in USD; EUR, the project's currency, was expected" in row.refused


def test_without_a_model_input_rows_are_shown_and_refused(storage: Storage, client: str) -> None:
    scoped = with_file(storage, client, lift_file(f"Radio,,{WEEKS},,500,900,300,1500"))
    (row,) = offered_lift_tests(replace(scoped, panel=None), ModelSpecification())
    assert "There is no model input yet" in row.refused


def test_adding_and_removing_leaves_a_trail(storage: Storage, client: str) -> None:
    panel, base = panel_of(storage, client), current_specification(storage, client)
    added = add_lift_tests(storage, client, [radio()], panel=panel, base=base, author="Ada")
    removed = remove_lift_tests(storage, client, [radio()], base=added, author="Ben")
    assert removed.specification == base.specification
    assert current_specification(storage, client) == removed
    with storage.database.reading() as session:
        notes = [note.message for note in revisions.list_notes(session, "specification", client)]
        actions = [(entry.author, entry.action) for entry in audit.list_entries(session, client)]
    label = "lift test of Radio, 2023-03-06 to 2023-04-30"
    assert {f"Added: {label}", f"Removed: {label}"} <= set(notes)
    assert {("Ada", "specification.saved"), ("Ben", "specification.saved")} <= set(actions)


def test_what_cannot_be_used_cannot_be_added(storage: Storage, client: str) -> None:
    panel, base = panel_of(storage, client), current_specification(storage, client)
    with pytest.raises(BadInput, match="There is no group 'Cinema'"):
        add_lift_tests(storage, client, [radio(group="Cinema")], panel=panel, base=base, author="Ada")
    with pytest.raises(BadInput, match="neither an interval nor a standard error"):
        add_cost_targets(storage, client, [CostTarget(group="Radio", cost=2)], panel=panel, base=base, author="Ada")
    assert current_specification(storage, client) == base


def test_the_same_measurement_is_not_added_twice(storage: Storage, client: str) -> None:
    panel, base = panel_of(storage, client), current_specification(storage, client)
    added = add_lift_tests(storage, client, [radio()], panel=panel, base=base, author="Ada")
    with pytest.raises(BadInput, match="Radio, 2023-03-06 to 2023-04-30 is there twice"):
        add_lift_tests(storage, client, [radio(source="you", level=0.8)], panel=panel, base=added, author="Ada")


def test_a_viewer_adds_and_removes_nothing(storage: Storage, client: str) -> None:
    add_participant(storage, client, name="Vera", role="viewer", author="Test")
    panel, base = panel_of(storage, client), current_specification(storage, client)
    with pytest.raises(BadInput, match="Vera takes part as a viewer"):
        add_lift_tests(storage, client, [radio()], panel=panel, base=base, author="Vera")
    added = add_lift_tests(storage, client, [radio()], panel=panel, base=base, author="Ada")
    with pytest.raises(BadInput, match="Vera takes part as a viewer"):
        remove_lift_tests(storage, client, [radio()], base=added, author="Vera")


def test_somebody_who_looked_too_early_overwrites_nothing(storage: Storage, client: str) -> None:
    panel, base = panel_of(storage, client), current_specification(storage, client)
    added = add_lift_tests(storage, client, [radio()], panel=panel, base=base, author="Ada")
    with pytest.raises(EditConflict):
        add_lift_tests(storage, client, [radio(group="Search")], panel=panel, base=base, author="Ben")
    assert current_specification(storage, client) == added
    with pytest.raises(NotFound, match=r"lift test of Search.* is not in the specification"):
        remove_lift_tests(storage, client, [radio(group="Search")], base=added, author="Ben")


def test_costs_come_and_go_like_tests(storage: Storage, client: str) -> None:
    panel, base = panel_of(storage, client), current_specification(storage, client)
    target = CostTarget(group="Radio", cost=2, sigma=0.5)
    added = add_cost_targets(storage, client, [target], panel=panel, base=base, author="Ada")
    assert current_specification(storage, client).specification.cost_targets == (target,)
    with pytest.raises(BadInput, match="cost per outcome of Radio is there twice"):
        add_cost_targets(storage, client, [target], panel=panel, base=added, author="Ada")
    removed = remove_cost_targets(storage, client, [target], base=added, author="Ada")
    assert removed.specification.cost_targets == ()


def test_the_sample_clients_tests_suit_it_and_lie_near_the_truth() -> None:
    content = read_workshop_file(SAMPLE / "workshop.toml")
    file = inspect_upload((SAMPLE / "lift_tests.csv").read_bytes(), name="lift_tests.csv").table
    reading, _, failure = guess_roles(file, "lift_tests")
    assert reading is not None, failure
    table = type_table(file, reading)
    assert isinstance(table, LiftTestsTable)
    data = replace(read_sources(content, [SAMPLE]), lift_tests=(table,))
    ground = lay_ground(data, content.settings())
    mapping, _ = read_mapping(content, [SAMPLE], ground.items)
    scoped = scope(ground, mapping)
    assert scoped.panel is not None
    rows = offered_lift_tests(scoped, ModelSpecification())
    assert [row.refused for row in rows] == ["", ""]
    tests = [row.test for row in rows if row.test is not None]
    assert [finding.code for row in rows for finding in row.findings] == ["lift_test_short", "lift_test_short"]
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["lift_tests"]
    for row, known in zip(measurements(scoped.panel, tests), truth, strict=True):
        assert row.group == known["group"]
        assert abs(row.delta_y - known["steady_state_lift"] / row.periods) < 1.3 * row.sigma
