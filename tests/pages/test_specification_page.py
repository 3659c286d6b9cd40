"""Specification: saved as a revision; what somebody else saved meanwhile stays."""

from collections.abc import Callable

from seen import errors
from streamlit.testing.v1 import AppTest

from mmm_core.checks.touching import touching_the_model
from mmm_core.modeling.choices import Expectation
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage.opened import Storage
from mmm_core.workflows.demo import create_demo
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.modelled import modelled
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.scoping import Scoped, scope
from mmm_core.workflows.specification import current_specification, save_specification
from mmm_core.workflows.threads import finding_states
from pages.ui.checking.wording import shortened

OpenPage = Callable[..., AppTest]
PAGE = "pages/model/specification.py"


def scoped_project(storage: Storage, project: str) -> Scoped:
    return scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)


def _save(app: AppTest, **values: float) -> AppTest:
    for key, value in values.items():
        widget = app.slider(key="spec-chains") if key == "chains" else app.number_input(key=f"spec-{key}")
        widget.set_value(value)
    return app.button(key="save-specification").click().run()


def test_a_saved_specification_is_the_current_one(open_page: OpenPage, empty_project: str, storage: Storage) -> None:
    app = _save(open_page(PAGE, empty_project), chains=2, draws=200, seed=7)
    assert errors(app) == []
    saved = current_specification(storage, empty_project)
    assert (saved.number, saved.specification.chains, saved.specification.draws) == (1, 2, 200)
    assert saved.specification.seed == 7


def test_a_specification_saved_meanwhile_is_not_overwritten(
    open_page: OpenPage, empty_project: str, storage: Storage
) -> None:
    first, second = open_page(PAGE, empty_project), open_page(PAGE, empty_project)
    _save(first, draws=300)
    saved = current_specification(storage, empty_project)
    _save(second, seed=9)
    (message,) = errors(second)
    assert "saved specification revision 1" in message
    assert current_specification(storage, empty_project) == saved


def test_the_same_specification_saved_twice_is_one_revision(
    open_page: OpenPage, empty_project: str, storage: Storage
) -> None:
    app = _save(_save(open_page(PAGE, empty_project), draws=300), draws=300)
    assert errors(app) == []
    assert current_specification(storage, empty_project).number == 1


def test_what_is_chosen_is_said_before_it_is_saved(open_page: OpenPage, project: str, storage: Storage) -> None:
    app = open_page(PAGE, project)
    app.number_input(key="spec-media-share").set_value(20.0).run()
    label = app.number_input(key="spec-media-share").label
    assert any(f"Not saved: {label}: 40 -> 20" in said.value.replace("\\", "") for said in app.caption)
    assert any("Media bring 20 %" in said.value for said in app.markdown)
    assert current_specification(storage, project).specification.media_share == 0.4


def test_the_way_on_saves_what_was_chosen(open_page: OpenPage, project: str, storage: Storage) -> None:
    app = open_page(PAGE, project)
    app.selectbox(key="spec-adstock").set_value("delayed").run()
    app.radio(key="spec-trend").set_value("linear").run()
    assert app.button(key="next-step").label == "Save and go to Fit"
    app.button(key="next-step").click().run()
    saved = current_specification(storage, project).specification
    assert (saved.adstock, saved.trend) == ("delayed", "linear")


def test_starting_over_brings_the_saved_choices_back(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    app.selectbox(key="spec-saturation").set_value("hill").run()
    app.button(key="drop-specification").click().run()
    assert app.selectbox(key="spec-saturation-1").value == "logistic"
    assert app.button(key="next-step").label == "Go to Fit"


def test_a_visitor_who_changed_nothing_moves_on_to_what_others_saved(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    app = open_page(PAGE, project)
    _save(open_page(PAGE, project), draws=300)
    app.run()
    assert app.number_input(key="spec-draws-1").value == 300
    assert not app.warning


def test_a_visitor_who_changed_something_is_told_what_others_saved(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    app.number_input(key="spec-seed").set_value(9).run()
    _save(open_page(PAGE, project), draws=300)
    app.run()
    assert app.number_input(key="spec-seed").value == 9
    assert any("Somebody saved specification revision 2" in said.value for said in app.warning)


def test_the_window_cuts_what_is_modelled(open_page: OpenPage, project: str, storage: Storage) -> None:
    app = open_page(PAGE, project)
    days = [str(day)[:10] for day in scoped_project(storage, project).panel.data["period"].values]
    app.select_slider(key="spec-window").set_range(days[4], days[-1]).run()
    app.button(key="save-specification").click().run()
    saved = current_specification(storage, project).specification
    assert (saved.window_first, saved.window_last) == (days[4], "")
    model = modelled(scoped_project(storage, project), saved)
    assert model.panel.data.sizes["period"] == len(days) - 4


def test_a_lift_test_of_a_file_is_used_by_a_click_and_removed_by_another(open_page: OpenPage, storage: Storage) -> None:
    own = create_demo(storage, author="Test").id
    app = open_page(PAGE, own)
    app.button(key="use-test-1-lift_tests.csv-2").click().run()
    assert errors(app) == []
    (test,) = current_specification(storage, own).specification.lift_tests
    assert test.group == "Performance social"
    app.button(key="remove-test-2-0").click().run()
    assert current_specification(storage, own).specification.lift_tests == ()


def test_a_lift_test_by_hand_names_every_wrong_field(open_page: OpenPage, project: str, storage: Storage) -> None:
    app = open_page(PAGE, project)
    app.number_input(key="test-lift").set_value(100.0)
    app.button(key="add-lift-test").click().run()
    said = " ".join(errors(app))
    assert "First day" in said
    assert "Change of spend" in said
    assert current_specification(storage, project).specification.lift_tests == ()


def test_tests_wait_for_other_changes_to_be_saved(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    app.number_input(key="spec-seed").set_value(9).run()
    assert app.button(key="add-lift-test").disabled


def test_what_the_specification_says_of_a_group_that_is_gone_is_told(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    gone = ModelSpecification(expectations=(Expectation(place=("Zeppelin",), roi=(1.0, 2.0)),))
    base = current_specification(storage, project)
    save_specification(storage, project, gone, base=base, author="Test")
    app = open_page(PAGE, project)
    assert any("Zeppelin" in said.value for said in app.warning)


def test_an_odd_period_is_offered_with_its_reason_and_taken_over_by_a_click(
    open_page: OpenPage, storage: Storage
) -> None:
    own = create_demo(storage, author="Test").id
    app = open_page(PAGE, own)
    assert any("week of 2024-01-01" in said.value.replace("\\", "") for said in app.markdown)
    assert any("Set it aside" in said.value and "Enter it as an event" in said.value for said in app.caption)
    app.button(key="take-over-1-0-0").click().run()
    assert current_specification(storage, own).specification.outliers == ("2024-01-01",)


def test_an_odd_period_is_entered_as_an_event_by_the_other_button(open_page: OpenPage, storage: Storage) -> None:
    own = create_demo(storage, author="Test").id
    app = open_page(PAGE, own)
    assert app.button(key="take-over-1-0-1").label == "Enter it as an event"
    app.button(key="take-over-1-0-1").click().run()
    saved = current_specification(storage, own).specification
    assert [(one.first, one.last) for one in saved.events] == [("2024-01-01", "2024-01-07")]
    assert saved.outliers == ()


def test_what_is_not_saved_is_told_by_the_labels_of_the_fields(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    changed = (app.slider(key="spec-l-max"), app.selectbox(key="spec-adstock"), app.toggle(key="spec-until-settled"))
    app.slider(key="spec-l-max").set_value(12).run()
    app.selectbox(key="spec-adstock").set_value("delayed").run()
    app.toggle(key="spec-until-settled").set_value(False).run()
    (said,) = (one.value.replace("\\", "") for one in app.caption if one.value.startswith("Not saved"))
    assert all(field.label in said for field in changed)
    assert "Fades by a constant share per period -> Builds up first, fades then" in said
    assert "_" not in said, "no name of a setting is shown"


def test_gaps_and_groups_in_step_are_carried_along_from_the_checks(open_page: OpenPage, storage: Storage) -> None:
    demo = create_demo(storage, author="Test").id
    scoped = scoped_project(storage, demo)
    states = touching_the_model(finding_states(storage, demo, scoped))
    assert {state.code for state in states} >= {"truncated_period", "collinear_groups"}

    app = open_page(PAGE, demo)

    assert f"What the model inherits from the data: {len(states)} findings" in [one.label for one in app.expander]
    said = "\n".join(one.value for one in app.markdown)
    assert "Needs a look: " in said
    assert shortened(states[0].message)[:60].replace("_", "\\_") in said


def test_a_project_without_such_findings_is_told_nothing(open_page: OpenPage, empty_project: str) -> None:
    labels = [one.label for one in open_page(PAGE, empty_project).expander]
    assert not any("inherits" in label for label in labels)
