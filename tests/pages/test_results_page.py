"""Results: every figure with its interval, groups named as text."""

from collections.abc import Callable

from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.storage.fits import list_fits
from mmm_core.storage.opened import Storage

OpenPage = Callable[..., AppTest]
PAGE = "pages/model/results.py"
_INTERVAL = r"^-?[\d.]+[kMB]? \(-?[\d.]+[kMB]? to -?[\d.]+[kMB]?\)$"


def test_every_group_has_a_contribution_and_a_roi_with_an_interval(
    open_page: OpenPage, fitted_project: str, storage: Storage
) -> None:
    app = open_page(PAGE, fitted_project)
    assert errors(app) == []
    table = next(found.value for found in app.dataframe if "ROI, mean" in found.value)
    with storage.database.reading() as session:
        (fit,) = list_fits(session, fitted_project)
    assert table["Group"].tolist() == [group["group"] for group in fit.summary["groups"]]
    for column in (column for column in table if column == "ROI, mean" or column.startswith("Contribution,")):
        assert table[column].str.match(_INTERVAL).all(), table[column].tolist()


def test_the_results_have_a_chart_per_question_and_a_download(open_page: OpenPage, fitted_project: str) -> None:
    app = open_page(PAGE, fitted_project)
    assert len(app.get("vega_lite_chart")) == 4
    assert {"get-summary", "next-step"} <= keys(app)


def test_a_hostile_group_is_shown_as_text(open_page: OpenPage, fitted_project: str, hostile_group: str) -> None:
    app = open_page(PAGE, fitted_project)
    assert hostile_group in shown_cells(app)
    assert not [text for text in formatted_texts(app) if "<b>x" in text or "**y**" in text or "[z](" in text]
