"""What holds for all pages: nothing open, nothing there, the demo client, faults, hostile names, light imports."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from seen import errors, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.storage.opened import Storage
from mmm_core.workflows.projects import delete_project

OpenPage = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]
PROJECT = "pages/scope/project.py"
STEPS = (
    "pages/scope/data.py",
    "pages/scope/structure.py",
    "pages/scope/mapping.py",
    "pages/scope/checks.py",
    "pages/scope/push_back.py",
    "pages/scope/sign_off.py",
    "pages/model/specification.py",
    "pages/model/fit.py",
    "pages/model/compare.py",
    "pages/model/validation.py",
    "pages/model/results.py",
    "pages/decide/scenarios.py",
)
_NEEDED = {PROJECT: "mmm_core.workflows.projects.list_projects"} | dict.fromkeys(STEPS, "pages.ui.state.need_project")


@pytest.mark.parametrize("file", STEPS)
def test_without_a_project_a_page_leads_to_the_projects(open_page: OpenPage, file: str) -> None:
    app = open_page(file)
    assert errors(app) == []
    assert len(app.info) == 1
    assert "next-step" not in keys(app)


@pytest.mark.parametrize("file", [PROJECT, *STEPS])
def test_a_page_of_an_empty_project_says_what_is_missing(open_page: OpenPage, empty_project: str, file: str) -> None:
    app = open_page(file, empty_project)
    assert errors(app) == []
    assert app.title
    assert app.title[0].value.endswith("?")
    says = ("structure.py", "mapping.py", "checks.py", "fit.py", "validation.py", "results.py", "scenarios.py")
    if file.endswith((*says, "compare.py")):
        assert app.info


@pytest.mark.parametrize("file", [PROJECT, *STEPS])
def test_a_page_shows_the_demo_client(open_page: OpenPage, demo_project: str, file: str) -> None:
    app = open_page(file, demo_project)
    assert errors(app) == []
    assert app.title
    if file.endswith(("mapping.py", "sign_off.py")):
        assert shown_cells(app)


@pytest.mark.parametrize("file", [PROJECT, *STEPS])
def test_a_fault_of_a_page_shows_a_number_and_no_traceback(
    open_page: OpenPage, empty_project: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(_NEEDED[file], fail)
    app = open_page(file, empty_project)
    found = errors(app)
    assert len(found) == 1
    assert "fault of its own" in found[0]
    assert "inner detail" not in found[0]
    assert "Traceback" not in found[0]
    assert [link.label for link in app.get("page_link")], "the journey is still there"


@pytest.mark.parametrize("file", STEPS)
def test_a_project_that_was_deleted_meanwhile_leads_back(
    open_page: OpenPage, empty_project: str, storage: Storage, file: str
) -> None:
    delete_project(storage, empty_project, author="Test")
    app = open_page(file, empty_project)
    assert errors(app)
    assert "back-to-projects" in keys(app)
    app.button(key="back-to-projects").click().run()
    assert errors(app) == []
    assert {"new-project", "try-demo"} <= keys(app)


def test_importing_the_app_does_not_import_the_model_libraries() -> None:
    program = """
import ast, importlib, sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
for file in [Path("app.py"), *Path("pages").rglob("*.py")]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            importlib.import_module(name)
print(sorted({"pymc", "pytensor", "pymc_marketing", "pymc_extras", "nutpie", "arviz"} & set(sys.modules)))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    )
    assert ended.stdout.strip() == "[]"
