"""Compare: nothing chosen, two groupings from the click to the tables, one that is blocked, one that goes on."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import small_client
from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.storage.fits import list_fits
from mmm_core.storage.jobs import list_jobs
from mmm_core.storage.opened import Storage
from mmm_core.workflows.comparisons import Candidate, current_comparison, save_comparison
from mmm_core.workflows.mapping import current_mapping, mapping_notes
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.proposals import open_proposals
from mmm_core.workflows.specification import current_specification, save_specification

OpenPage = Callable[..., AppTest]
PAGE = "pages/model/compare.py"


@pytest.fixture
def wobbling(new_project: Callable[..., str]) -> str:
    """Give a project whose Video and Image nearly run in step."""
    return new_project(small_client.TWIN_TOML, media=small_client.wobbling_csv())


def said(app: AppTest) -> str:
    return " ".join(formatted_texts(app)).replace("\\", "")


def test_a_merge_is_compared_from_the_click_to_the_tables(open_page: OpenPage, wobbling: str, storage: Storage) -> None:
    app = open_page(PAGE, wobbling)
    assert errors(app) == []
    assert "Nothing is compared yet" in said(app)
    before = mapping_notes(storage, wobbling)
    app.button_group(key="compare-merge-groups").set_value(["Video", "Image"]).run()
    app.button(key="compare-merge").click().run()
    assert errors(app) == []
    assert "next-step" not in keys(app)
    assert mapping_notes(storage, wobbling) == before, "the mapping stays as it is"
    (waiting,) = open_proposals(storage, wobbling)
    app = _until_done(app)
    assert errors(app) == []
    text = said(app)
    assert "Merging Video and Image" in text
    assert "held-out periods do not compare them yet" not in text
    assert "holdout error" in text
    assert len(app.get("vega_lite_chart")) == 1
    columns = list(app.dataframe[0].value.columns)
    assert columns[1] == "A: As it is now"
    assert columns[2].startswith("B: Proposal of Somebody: merge Video and Image")
    assert "Video, Image" in shown_cells(app), "how the first cuts what the second merges"
    assert {"get-comparison-candidates", "get-comparison-groups", "get-comparison-parts", "next-step"} <= keys(app)
    with storage.database.reading() as session:
        jobs = list_jobs(session, wobbling)
        assert len(list_fits(session, wobbling)) == 2
    assert sorted(job.kind for job in jobs) == ["fit", "fit", "holdout", "holdout"]

    again = open_page(PAGE, wobbling)
    assert {"compare-missing", "cancel-comparison"} & keys(again) == set(), "everybody sees what was made once"
    assert current_comparison(storage, wobbling).candidates[1].proposal_id == waiting.id


def test_candidates_of_several_specifications_are_chosen_one_by_one(
    open_page: OpenPage, project: str, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is chosen is looked at here; its fits would only keep the crew of the other tests busy.
    monkeypatch.setattr("mmm_core.workflows.comparing.start_fit", lambda *_, **__: None)
    known = current_specification(storage, project)
    changed = replace(known.specification, effect_spread=0.5)
    save_specification(storage, project, changed, base=known, author="Test")
    app = open_page(PAGE, project)
    number = current_mapping(storage, project).number
    now = Candidate(mapping_number=number, specification_number=2)
    app.multiselect(key="compare-candidates-0").set_value([now]).run()
    assert app.button(key="compare").disabled
    app.selectbox(key="compare-specification-0").set_value(1).run()
    before = Candidate(mapping_number=number, specification_number=1)
    app.multiselect(key="compare-candidates-0").select(before).run()
    app.button(key="compare").click().run()
    assert errors(app) == []
    assert current_comparison(storage, project).candidates == (now, before)


def test_a_blocked_candidate_says_why_and_the_others_go_on(open_page: OpenPage, project: str, storage: Storage) -> None:
    number = current_mapping(storage, project).number
    save_comparison(
        storage,
        project,
        [Candidate(mapping_number=number), Candidate(mapping_number=0)],
        base=current_comparison(storage, project),
        author="Test",
    )
    app = open_page(PAGE, project)
    assert errors(app) == []
    assert any("Revision 0" in warning.value and "not fitted" in warning.value for warning in app.warning)
    assert app.button(key="compare-missing").label == "Make what is missing: 1 fit"
    assert "next-step" not in keys(app)


def test_a_viewer_compares_nothing(open_page: OpenPage, project: str, storage: Storage) -> None:
    add_participant(storage, project, name="Vera", role="viewer", author="Test")
    app = open_page(PAGE, project)
    app.session_state["author"] = "Vera"
    app.run()
    app.button_group(key="compare-merge-groups").set_value(["Search", "Radio"]).run()
    app.button(key="compare-merge").click().run()
    assert any("Vera takes part as a viewer" in message for message in errors(app))
    assert open_proposals(storage, project) == ()
    assert current_comparison(storage, project).number == 0


def _until_done(app: AppTest) -> AppTest:
    until = time.monotonic() + 400
    while "cancel-comparison" in keys(app):
        assert time.monotonic() < until, said(app)
        time.sleep(0.5)
        app.run()
    return app
