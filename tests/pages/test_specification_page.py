"""Specification: saved as a revision; what somebody else saved meanwhile stays."""

from collections.abc import Callable

from seen import errors
from streamlit.testing.v1 import AppTest

from mmm_core.storage.opened import Storage
from mmm_core.workflows.specification import current_specification

OpenPage = Callable[..., AppTest]
PAGE = "pages/model/specification.py"


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
