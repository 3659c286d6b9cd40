"""Scenarios: a slider moves the outcome, plans are kept, a failing engine says so."""

from collections.abc import Callable

import pytest
from seen import errors, formatted_texts, keys
from streamlit.testing.v1 import AppTest

from mmm_core.errors import FailedWorker
from mmm_core.jobs.crew import Crew
from mmm_core.storage.opened import Storage
from mmm_core.workflows.scenarios import list_scenarios

OpenPage = Callable[..., AppTest]
PAGE = "pages/decide/scenarios.py"


def _charts(app: AppTest) -> list[bytes]:
    return [chart.proto.SerializeToString() for chart in app.get("vega_lite_chart")]


def test_a_slider_changes_the_outcome_and_gives_its_odds(open_page: OpenPage, fitted_project: str) -> None:
    app = open_page(PAGE, fitted_project)
    assert errors(app) == []
    text, charts = " ".join(formatted_texts(app)), _charts(app)
    app.slider(key="slider-Search").set_value(150).run()
    assert errors(app) == []
    changed = " ".join(formatted_texts(app))
    assert changed != text
    assert len(_charts(app)) == len(charts) + 1, "the odds are drawn as dots"
    assert _charts(app)[0] != charts[0]
    assert " in 10" in changed


def test_a_kept_plan_is_loaded_again(open_page: OpenPage, fitted_project: str, storage: Storage) -> None:
    app = open_page(PAGE, fitted_project)
    app.slider(key="slider-Search").set_value(120)
    app.text_input(key="scenario-name").set_value("More search **now**").run()
    app.button(key="keep-scenario").click().run()
    assert errors(app) == []
    kept = next(found for found in list_scenarios(storage, fitted_project) if found.name == "More search **now**")
    assert kept.content["change"] == {"Search": 1.2}
    assert not [text for text in formatted_texts(app) if "**now**" in text]
    app.text_input(key="scenario-name").set_value("more search **NOW**").run()
    app.button(key="keep-scenario").click().run()
    assert "already" in errors(app)[0]
    fresh = open_page(PAGE, fitted_project)
    fresh.selectbox(key="kept").select_index(fresh.selectbox(key="kept").options.index("More search **now**")).run()
    fresh.button(key="load-scenario").click().run()
    assert errors(fresh) == []
    assert fresh.slider(key="slider-Search").value == 120


def test_a_hostile_group_is_shown_as_text(open_page: OpenPage, fitted_project: str, hostile_group: str) -> None:
    app = open_page(PAGE, fitted_project)
    app.slider(key=f"slider-{hostile_group}").set_value(200).run()
    assert errors(app) == []
    assert not [text for text in formatted_texts(app) if "<b>x" in text or "**y**" in text or "[z](" in text]


def test_an_engine_that_gives_no_answer_is_a_message_and_the_sliders_stay(
    open_page: OpenPage, fitted_project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise FailedWorker("The scenario engine gave no answer within 30 s", remedy="Try again")

    monkeypatch.setattr(Crew, "evaluate", fail)
    app = open_page(PAGE, fitted_project)
    (message,) = errors(app)
    assert "gave no answer" in message
    assert "slider-Search" in keys(app)
