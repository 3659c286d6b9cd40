"""Findings on the page Checks: found in a list, opened one at a time, talked about, settled, fixed, taken back."""

from collections.abc import Callable

import faulty_client
import pytest
import small_client
from faulty_client import WAIVABLE, WARNING, scoped_of, state_of
from seen import errors, formatted_texts, keys
from streamlit.testing.v1 import AppTest

from mmm_core.storage.opened import Storage
from mmm_core.workflows.corrections import current_corrections
from mmm_core.workflows.taking_in import take_in
from mmm_core.workflows.threads import say, what_blocks

OpenPage = Callable[..., AppTest]
PAGE = "pages/scope/checks.py"


@pytest.fixture
def project(storage: Storage, tmp_path) -> str:
    """Give a project with a warning that has a fix, an error that may be waived, and one person per role."""
    toml = small_client.write_client(tmp_path / "faulty")
    (toml.parent / "media.csv").write_bytes(faulty_client.faulty_csv())
    identity = take_in(storage, toml, author="Test").id
    faulty_client.name_people(storage, identity)
    return identity


def sit_down(open_page: OpenPage, project: str, name: str, *, finding: str = "") -> AppTest:
    """Open the page as somebody, with a finding opened."""
    app = open_page(PAGE, project)
    app.session_state["author"] = name
    if finding:
        app.query_params["finding"] = finding
    return app.run()


def texts(app: AppTest) -> str:
    return " ".join(found.value for found in [*app.markdown, *app.caption]).replace("\\", "")


def key_of(storage: Storage, project: str, code: str) -> str:
    return state_of(storage, project, code).key


def test_the_answer_counts_what_nobody_settled_and_the_way_on_opens_with_the_last_error(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    app = sit_down(open_page, project, "Ada")
    assert "1 finding blocks the fit; 2 warnings to look at" in texts(app)
    assert "next-step" not in keys(app)
    scoped = scoped_of(storage, project)
    say(storage, project, scoped, key_of(storage, project, WAIVABLE), action="waive", text="a fee", author="Ada")
    say(storage, project, scoped, key_of(storage, project, WARNING), action="accept", text="known", author="Finn")
    app.run()
    assert errors(app) == []
    assert "nothing blocks the fit; 1 warning to look at, 2 settled".lower() in texts(app).lower()
    assert "next-step" in keys(app)
    assert {"findings-settled", "findings-needs-a-look"} <= keys(app), "what is settled stays in sight"
    assert "waived by Ada" in texts(app)


def test_a_finding_is_opened_talked_about_and_accepted(open_page: OpenPage, project: str, storage: Storage) -> None:
    key = key_of(storage, project, WARNING)
    app = sit_down(open_page, project, "Finn")
    app.button(key=f"finding-open-{key}").click().run()
    assert "findings-needs-a-look" not in keys(app), "one finding over the full width, not the list"
    assert len(app.dataframe) == 2, "the rows of the file, and what the fix would change"
    app.text_area(key=f"say-{key}").set_value("The agency says **twice**")
    app.button(key=f"say-comment-{key}").click().run()
    assert errors(app) == []
    assert app.text_area(key=f"say-{key}").value == ""
    assert "(finance) said" in texts(app)
    assert not [text for text in formatted_texts(app) if "**twice**" in text], "what people write is text"
    app.text_area(key=f"say-{key}").set_value("known")
    app.button(key=f"say-accept-{key}").click().run()
    state = state_of(storage, project, WARNING)
    assert (state.status, state.by, state.reason) == ("accepted", "Finn", "known")
    assert f"say-accept-{key}" not in keys(app)
    app.button(key=f"say-reopen-{key}").click().run()
    assert state_of(storage, project, WARNING).status == "open"
    app.button(key="finding-back").click().run()
    assert "findings-needs-a-look" in keys(app)


def test_a_finding_goes_to_somebody_and_the_list_says_to_whom(open_page, project, storage) -> None:
    key = key_of(storage, project, WARNING)
    app = sit_down(open_page, project, "Ada", finding=key)
    holder = app.selectbox(key=f"holder-{key}-")
    assert holder.options == ["Nobody", "Mara", "Finn", "Ada"], "a viewer gets nothing"
    holder.set_value("Finn").run()
    assert errors(app) == []
    assert state_of(storage, project, WARNING).assignee == "Finn"
    assert app.selectbox(key=f"holder-{key}-Finn").value == "Finn"
    app.button(key="finding-back").click().run()
    assert "Finn has it" in texts(app)
    app.selectbox(key="findings-holder").set_value("Finn").run()
    opened = [name for name in keys(app) if name.startswith("finding-open-")]
    assert opened == [f"finding-open-{key}"]


@pytest.mark.parametrize(("name", "may"), [("Ada", True), ("Mara", False), ("Finn", False)])
def test_only_analytics_is_offered_to_waive(open_page, project, storage, name, may) -> None:
    key = key_of(storage, project, WAIVABLE)
    app = sit_down(open_page, project, name, finding=key)
    assert (f"say-waive-{key}" in keys(app)) is may
    assert f"say-accept-{key}" not in keys(app), "an error is not accepted"
    assert ("Somebody of analytics can waive it" in texts(app)) is not may


def test_an_error_is_waived_with_a_reason_and_not_without(open_page, project, storage) -> None:
    key = key_of(storage, project, WAIVABLE)
    app = sit_down(open_page, project, "Ada", finding=key)
    app.button(key=f"say-waive-{key}").click().run()
    assert "There is no reason" in errors(app)[0]
    assert what_blocks(storage, project, scoped_of(storage, project))
    app.text_area(key=f"say-{key}").set_value("a flat fee")
    app.button(key=f"say-waive-{key}").click().run()
    assert errors(app) == []
    assert what_blocks(storage, project, scoped_of(storage, project)) == ()


@pytest.mark.parametrize("name", ["Vera", "Somebody"])
def test_who_does_not_decide_sees_everything_and_is_offered_nothing(open_page, project, storage, name) -> None:
    key = key_of(storage, project, WARNING)
    app = sit_down(open_page, project, name, finding=key)
    assert errors(app) == []
    assert len(app.dataframe) == 2, "the rows of the file, and what the fix would change"
    assert not {f"say-{key}", f"say-comment-{key}", f"holder-{key}-", f"fix-{key}-apply"} & keys(app)
    assert "who does not decide here" in texts(app)


def test_what_changed_since_it_was_seen_is_told_and_what_was_typed_stays(open_page, project, storage) -> None:
    key = key_of(storage, project, WARNING)
    app = sit_down(open_page, project, "Finn", finding=key)
    app.text_area(key=f"say-{key}").set_value("known")
    faulty_client.bring_faults(storage, project, repeated=5)
    app.button(key=f"say-accept-{key}").click().run()
    assert "changed since it was in view" in errors(app)[0]
    assert state_of(storage, project, WARNING).is_open
    assert app.text_area(key=f"say-{key}").value == "known"
    assert "5 rows repeat" in texts(app), "it is shown as it is now"
    app.button(key=f"say-accept-{key}").click().run()
    assert state_of(storage, project, WARNING).status == "accepted"


def test_what_somebody_else_settled_meanwhile_is_told(open_page, project, storage) -> None:
    key = key_of(storage, project, WARNING)
    app = sit_down(open_page, project, "Finn", finding=key)
    app.text_area(key=f"say-{key}").set_value("known")
    say(storage, project, scoped_of(storage, project), key, action="accept", text="seen", author="Ada")
    app.button(key=f"say-accept-{key}").click().run()
    assert "Ada accepted this already: seen" in errors(app)[0]


def test_a_fix_shows_the_difference_asks_why_and_can_be_taken_back(open_page, project, storage) -> None:
    key = key_of(storage, project, WARNING)
    app = sit_down(open_page, project, "Finn", finding=key)
    difference = app.dataframe[-1].value
    assert set(difference["After, EUR"]) == {0.0}
    assert difference["Before, EUR"].sum() == -difference["Difference, EUR"].sum() > 0
    app.button(key=f"fix-{key}-apply").click().run()
    assert "There is no reason" in errors(app)[0]
    app.text_input(key=f"fix-{key}-reason").set_value("booked twice")
    app.button(key=f"fix-{key}-apply").click().run()
    assert errors(app) == []
    (correction,) = current_corrections(storage, project).corrections
    assert state_of(storage, project, WARNING).status == "gone"
    assert "It is not found any more" in texts(app), "the thread stays where it was"
    assert "fixed it" in texts(app)
    done = {one.id: one for table in scoped_of(storage, project).ground.data.media for one in table.corrections}
    assert f"(corrected by {done[correction.id].difference_micros / 1e6:,.2f} EUR)" in texts(app), "the answer names it"
    app.button(key="finding-back").click().run()
    assert "findings-not-found-any-more" in keys(app)
    app.button(key=f"finding-open-{key}").click().run()
    app.button(key=f"take-back-{correction.id}").click().run()
    assert errors(app) == []
    assert state_of(storage, project, WARNING).is_open


def test_filters_narrow_the_list_and_outlive_a_look_at_a_finding(open_page, project, storage) -> None:
    app = sit_down(open_page, project, "Ada")
    app.selectbox(key="findings-weight").set_value("error").run()
    key = key_of(storage, project, WAIVABLE)
    listed = [name for name in keys(app) if name.startswith("finding-open-")]
    assert listed == [f"finding-open-{key}"]
    app.button(key=f"finding-open-{key}").click().run()
    assert app.button(key="finding-next").disabled, "neighbours are those of the filtered list"
    app.button(key="finding-back").click().run()
    assert app.selectbox(key="findings-weight").value == "error"
    app.selectbox(key="findings-stand").set_value("Settled").run()
    assert "findings-all" in keys(app), "nothing fits both; one click shows all"
    app.button(key="findings-all").click().run()
    assert len([name for name in keys(app) if name.startswith("finding-open-")]) == 3


def test_next_and_previous_lead_through_the_list(open_page, project, storage) -> None:
    app = sit_down(open_page, project, "Ada", finding=key_of(storage, project, WAIVABLE))
    assert app.button(key="finding-previous").disabled
    app.button(key="finding-next").click().run()
    assert app.query_params["finding"] != key_of(storage, project, WAIVABLE)
    app.button(key="finding-previous").click().run()
    assert app.query_params["finding"] == key_of(storage, project, WAIVABLE)


def test_an_address_of_a_finding_that_never_was_shows_the_list(open_page, project) -> None:
    app = sit_down(open_page, project, "Ada", finding="0123456789ab")
    assert errors(app) == []
    assert "not there any more" in app.info[0].value
    assert "findings-needs-a-look" in keys(app)


def test_a_long_list_shows_twenty_rows_and_more_on_request(open_page, storage, tmp_path) -> None:
    rows = "".join(
        f'\n[[rule]]\nmatch = {{ platform = "nobody{number}" }}\npath = ["Brand", "Audio", "Radio"]\n'
        for number in range(45)
    )
    toml = small_client.write_client(tmp_path / "many", small_client.LONG_TOML.replace("\n[model]", rows + "\n[model]"))
    project = take_in(storage, toml, author="Test").id
    app = open_page(PAGE, project)
    assert errors(app) == []
    opened = [name for name in keys(app) if name.startswith("finding-open-")]
    assert len(opened) == 21, "one warning, and twenty of the notes"
    app.button(key="findings-more-for-the-record").click().run()
    assert len([name for name in keys(app) if name.startswith("finding-open-")]) == 41
