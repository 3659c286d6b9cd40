"""The house stays in order: sizes, places, documents."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("mmm_core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"])
CHECKING = [
    *ROOT.glob("mmm_core/checks/*.py"),
    *ROOT.glob("mmm_core/ingest/*.py"),
    *ROOT.glob("mmm_core/workflows/*.py"),
]
FORBIDDEN_NAMES = ("utils", "helpers", "common", "manager", "service")


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_passes_400_lines_and_the_median_stays_near_120():
    sizes = sorted((lines(path), path.relative_to(ROOT).as_posix()) for path in SOURCES)
    assert sizes[-1][0] <= 400, sizes[-1]
    assert sizes[len(sizes) // 2][0] <= 140


def test_app_and_pages_are_thin():
    assert lines(ROOT / "app.py") <= 80
    assert {path.name: lines(path) for path in ROOT.glob("pages/[!u]*/*.py") if lines(path) > 260} == {}


def test_no_page_lies_directly_in_pages():
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


def test_every_module_whose_import_is_measured_is_there():
    from benchmarks.app import PAGES

    places = [ROOT / name.replace(".", "/") for name in PAGES]
    assert [place for place in places if not (place.with_suffix(".py").is_file() or place.is_dir())] == []


def test_no_module_has_a_name_that_says_nothing():
    assert [path for path in SOURCES if any(word in path.stem for word in FORBIDDEN_NAMES)] == []


def test_the_architecture_page_names_every_package():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    packages = [path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("mmm_core/*/__init__.py")]
    assert [package for package in packages if f"`{package}`" not in text] == []


def finding_codes():
    """Codes given to `Finding(code=...)` in the checks, as literals or as the first argument of `_noted`."""
    codes = set()
    for path in CHECKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg == "code":
                        codes |= {
                            leaf.value
                            for leaf in ast.walk(keyword.value)
                            if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                        }
                if isinstance(node.func, ast.Name) and node.func.id == "_noted":
                    codes |= {
                        arg.value
                        for arg in node.args
                        if isinstance(arg, ast.Constant) and re.fullmatch(r"[a-z_]+", str(arg.value))
                    }
    return codes


def test_the_map_of_ingest_names_every_module():
    folder = ROOT / "mmm_core" / "ingest"
    told = set(re.findall(r"`([\w.]+)`", (folder / "__init__.py").read_text(encoding="utf-8")))
    told = {name.split(".")[0] for name in told}
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == told


def test_every_finding_code_is_documented():
    documented = set(
        re.findall(r"^\| `([a-z_]+)`", (ROOT / "docs/findings.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    found = finding_codes()
    assert len(found) > 15
    assert found - documented == set()


def _called(page):
    return page.replace("_", "-").capitalize()


def test_every_page_is_in_the_guide():
    guide = (ROOT / "docs/guide/first-session.md").read_text(encoding="utf-8")
    pages = [path.stem for path in ROOT.glob("pages/*/*.py") if path.parent.name != "ui" and path.stem != "__init__"]
    assert len(pages) >= 8
    assert [page for page in pages if f"**{_called(page)}.**" not in guide] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_and_hash_everything_and_name_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert [block.splitlines()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []
