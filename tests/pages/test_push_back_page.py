"""The page Push-back, as its people use it."""

from dataclasses import replace
from pathlib import Path

import pytest
import small_client

from mmm_core.storage.opened import Storage
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.taking_in import take_in

PAGE = "pages/scope/push_back.py"


@pytest.fixture
def twins(storage: Storage, tmp_path: Path) -> str:
    project = take_in(storage, small_client.write_client(tmp_path / "twins", small_client.TWIN_TOML), author="Test").id
    for name, role in (("Mona", "marketing"), ("Ada", "analytics"), ("Vera", "viewer")):
        add_participant(storage, project, name=name, role=role, author="Test")
    return project


def opened_as(open_page, project, name):
    app = open_page(PAGE, project)
    app.session_state["author"] = name
    return app.run()


def look_into(app):
    button = next(one for one in app.button if one.label == "Look into it")
    return button.click().run()


def by_key(app, start):
    return next(one for one in app.button if str(one.key).startswith(start))


def said(app):
    return " ".join(one.value for one in (*app.markdown, *app.caption, *app.info, *app.success))


def test_without_files_it_says_what_belongs_here(open_page, empty_project):
    app = open_page(PAGE, empty_project)
    assert not app.exception
    assert "There is no model input yet" in app.info[0].value


def test_it_answers_its_question_and_names_the_pair(open_page, twins):
    app = open_page(PAGE, twins)
    assert not app.exception
    assert "can only be read together" in said(app)
    assert "Video and Image ran in step" in said(app)
    assert [one.label for one in app.button if one.key == "next-step"] == []


def test_a_viewer_sees_everything_and_can_decide_nothing(open_page, twins):
    app = look_into(opened_as(open_page, twins, "Vera"))
    assert "Ways out" in said(app)
    keys = [str(one.key) for one in app.button]
    assert not [key for key in keys if key.startswith(("accept-", "keep-", "settle-", "withdraw-", "comment-"))]
    assert "who looks on here" in said(app)


def test_the_client_keeps_with_a_caveat_and_the_analyst_settles(open_page, twins, storage):
    app = look_into(opened_as(open_page, twins, "Mona"))
    key = next(str(one.key) for one in app.text_area)
    app.text_area(key=key).input("two teams").run()
    by_key(app, "keep-").click().run()
    assert not app.exception
    assert "answered, waits for the analyst" in said(app)

    app = look_into(opened_as(open_page, twins, "Ada"))
    by_key(app, "settle-").click().run()
    assert "Nothing waits for an answer" in said(app)
    assert [one.label for one in app.button if one.key == "next-step"] == ["Sign the scope"]


def test_a_decision_without_words_is_told_what_is_missing(open_page, twins):
    app = look_into(opened_as(open_page, twins, "Mona"))
    by_key(app, "keep-").click().run()
    assert "There is no reason" in app.error[0].value


def test_an_accepted_merge_is_one_group_at_once(open_page, twins, storage):
    app = look_into(opened_as(open_page, twins, "Mona"))
    goal = next(one for one in app.text_input if str(one.key).endswith("-name"))
    goal.input("Social").run()
    by_key(app, "accept-").click().run()
    assert not app.exception
    assert set(current_mapping(storage, twins).mapping.groups) == {"Social", "Search", "Radio"}
    assert "accepted: Merge Video and Image into one group: Social" in said(app).replace("\\", "")


def test_a_merge_that_somebody_overtook_is_refused_and_nothing_is_lost(open_page, twins, storage):
    app = look_into(opened_as(open_page, twins, "Mona"))
    base = current_mapping(storage, twins)
    edit_mapping(storage, twins, lambda m: replace(m, leaves=m.leaves[::-1]), base=base, author="Fred", message="Order")
    by_key(app, "accept-").click().run()
    assert "saved" in app.error[0].value
    assert set(current_mapping(storage, twins).mapping.groups) == {"Video", "Image", "Search", "Radio"}


def test_the_other_views_show_their_figures(open_page, twins):
    app = open_page(PAGE, twins)
    app.session_state["push-back-tabs"] = "Figures"
    app.run()
    assert not app.exception
    table = next(one.value for one in app.dataframe if "inflation" in one.value.columns)
    assert set(table["group"]) == {"Video", "Image", "Search", "Radio"}
    app.session_state["push-back-tabs"] = "Pairs"
    app.run()
    pairs = next(one.value for one in app.dataframe if "told_apart" in one.value.columns)
    assert pairs.iloc[0]["spend_correlation"] == pytest.approx(1.0, abs=1e-4)


def test_the_mapping_page_says_what_the_grouping_means(open_page, twins):
    app = open_page("pages/scope/mapping.py", twins)
    assert not app.exception
    assert "can only be read together" in said(app)
