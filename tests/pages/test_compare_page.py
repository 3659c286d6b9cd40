"""Compare: nothing chosen, two groupings from the click to the tables, one that is blocked, one that goes on."""

import json
import time
from collections.abc import Callable
from dataclasses import replace

import faulty_client
import pytest
import small_client
from faulty_client import scoped_of
from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.storage.fits import list_fits
from mmm_core.storage.jobs import list_jobs
from mmm_core.storage.opened import Storage
from mmm_core.workflows.answering import say_to_objection
from mmm_core.workflows.candidates import Candidate
from mmm_core.workflows.comparisons import current_comparison, save_comparison
from mmm_core.workflows.mapping import current_mapping, edit_mapping, mapping_notes
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.proposals import open_proposals
from mmm_core.workflows.push_back import objection_states
from mmm_core.workflows.signing import sign, sign_off_state
from mmm_core.workflows.specification import current_specification, save_specification
from pages.ui.numbers import with_range

OpenPage = Callable[..., AppTest]
PAGE = "pages/model/compare.py"


@pytest.fixture
def wobbling(new_project: Callable[..., str]) -> str:
    """Give a project whose Video and Image nearly run in step."""
    return new_project(small_client.TWIN_TOML, media=small_client.wobbling_csv())


def said(app: AppTest) -> str:
    return " ".join(formatted_texts(app)).replace("\\", "")


def marks(app: AppTest) -> list[str]:
    """Return what stands above the charts."""
    specs = [json.loads(found.proto.spec) for found in app.get("vega_lite_chart")]
    return [spec["title"]["text"] for spec in specs if isinstance(spec.get("title"), dict)]


def sign_by_all(storage: Storage, project: str) -> None:
    """Let three people sign the scope as it is now; analytics withdraws what it objects to."""
    faulty_client.name_people(storage, project)
    scoped, specification = scoped_of(storage, project), current_specification(storage, project).specification
    for state in objection_states(storage, project, scoped, specification):
        say_to_objection(storage, project, state, action="withdraw", text="Both are wanted", author="Ada")
    for name in ("Mara", "Finn", "Ada"):
        sign(storage, project, scoped, author=name, in_view=sign_off_state(storage, project, scoped).fingerprint)


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
        fits = list_fits(session, wobbling)
    assert len(fits) == 2
    tables = [table.value for table in app.dataframe]
    (groups,) = [table for table in tables if "Known to" in table]
    (of_a,) = [fit.summary["groups"] for fit in fits if len(fit.summary["groups"]) == len(groups)]
    as_on_results = [with_range(row["roi_mean"], row["roi_q05"], row["roi_q95"]) for row in of_a]
    assert groups["ROI, mean"].tolist() == as_on_results, "one figure per group, whichever page is open"
    (parts,) = [table for table in tables if "Cut into" in table]
    alone = parts[(parts["Candidate"] == "A") & (parts["Cut into"] == of_a[-1]["group"])]
    assert alone["ROI, mean"].tolist() == as_on_results[-1:]
    assert "Contribution, mean" in parts
    assert sorted(job.kind for job in jobs) == ["fit", "fit", "holdout", "holdout"]

    again = open_page(PAGE, wobbling)
    assert {"compare-missing", "cancel-comparison"} & keys(again) == set(), "everybody sees what was made once"
    assert current_comparison(storage, wobbling).candidates[1].proposal_id == waiting.id
    assert marks(again) == ["Draft, scope not signed"]
    sign_by_all(storage, wobbling)
    assert marks(open_page(PAGE, wobbling)) == ["Draft, only the scope of A signed"], "nobody signed the merge"


@pytest.fixture
def no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for no fits: what is chosen is looked at, and fits would only keep the crew of the other tests busy."""
    monkeypatch.setattr("mmm_core.workflows.comparing.start_fit", lambda *_, **__: None)


def respecify(storage: Storage, project: str, *spreads: float) -> None:
    for spread in spreads:
        known = current_specification(storage, project)
        changed = replace(known.specification, effect_spread=spread)
        save_specification(storage, project, changed, base=known, author="Test")


def test_an_earlier_specification_of_the_present_mapping_is_chosen_in_one_step(
    open_page: OpenPage, project: str, storage: Storage, no_start: None
) -> None:
    respecify(storage, project, 0.5)
    app = open_page(PAGE, project)
    number = current_mapping(storage, project).number
    now, before = (Candidate(mapping_number=number, specification_number=at) for at in (2, 1))
    field = app.multiselect(key="compare-candidates-0")
    assert field.options[0] == "As it is now"
    (named,) = [name for name in field.options if name.startswith("Specification 1")]
    assert field.value[0] == now
    field.set_value([now, before]).run()
    assert errors(app) == []
    app.button(key="compare").click().run()
    assert errors(app) == []
    assert current_comparison(storage, project).candidates == (now, before)
    assert named in app.multiselect(key="compare-candidates-1").options, "it is called the same afterwards"


def test_after_dozens_of_revisions_the_list_stays_short_and_every_combination_can_be_had(
    open_page: OpenPage, project: str, storage: Storage, no_start: None
) -> None:
    respecify(storage, project, *(0.3 + at / 100 for at in range(12)))
    for at in range(12):
        base = current_mapping(storage, project)
        edit_mapping(
            storage,
            project,
            lambda mapping, at=at: mapping.with_group(("X", "Y", f"Z{at}")),
            base=base,
            author="Test",
            message=f"Added Z{at}",
        )
    app = open_page(PAGE, project)
    options = app.multiselect(key="compare-candidates-0").options
    assert len(options) == 13, "as it is now, and six of each"
    assert [option.split(":")[0] for option in options[:3]] == ["As it is now", "Mapping 12", "Mapping 11"]
    assert options[7].startswith("Specification 12: "), options
    assert len(set(options)) == len(options)
    app.selectbox(key="compare-candidates-0-mapping").set_value(Candidate(mapping_number=2)).run()
    app.selectbox(key="compare-candidates-0-specification").set_value(1).run()
    app.button(key="compare-add").click().run()
    added = Candidate(mapping_number=2, specification_number=1)
    assert app.multiselect(key="compare-candidates-0").value[-1] == added
    assert app.button(key="compare-add").disabled, "once is enough"
    app.button(key="compare").click().run()
    assert errors(app) == []
    assert current_comparison(storage, project).candidates[-1] == added


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
    assert any("mapping 0" in warning.value and "not fitted" in warning.value for warning in app.warning)
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
