"""Every finding code of the checks fires where it should, stays silent where it should, and knows its border."""

import ast
import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest
from finding_cases import CASES, Case

import mmm_core.checks
from mmm_core.checks.thresholds import THRESHOLDS
from mmm_core.findings import Severity

FOLDER = Path(mmm_core.checks.__file__).parent


def named(case: Case) -> str:
    return f"{case.code}-{case.variant}" if case.variant else case.code


def codes_in_source() -> set[str]:
    """Every text given as `code=` in the checks."""
    codes = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            keywords = node.keywords if isinstance(node, ast.Call) else []
            for value in (keyword.value for keyword in keywords if keyword.arg == "code"):
                branches = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
                codes |= {leaf.value for leaf in branches if isinstance(leaf, ast.Constant)}
    return codes


every_case = pytest.mark.parametrize("case", CASES, ids=named)


@every_case
def test_it_fires(case: Case) -> None:
    assert case.found(case.fires)


@every_case
def test_it_stays_silent(case: Case) -> None:
    assert not case.found(case.silent)


@every_case
def test_it_knows_its_border(case: Case) -> None:
    assert bool(case.found(case.border)) is case.at


@every_case
def test_it_brings_nothing_else(case: Case) -> None:
    others = {finding.code for finding in case.fires.scoped.findings if finding.severity is not Severity.NOTE}
    assert others - {case.code} == case.beside


@every_case
def test_a_finding_says_where_how_it_is_known_what_to_do_and_by_which_threshold(case: Case) -> None:
    for finding in case.found(case.fires):
        assert finding.message
        assert finding.evidence
        assert finding.remedy
        assert finding.threshold


def test_no_two_findings_of_a_client_share_a_key() -> None:
    """Threads hang on keys: two findings under one key would share what was said of them."""
    for case in CASES:
        keys = Counter(finding.key for finding in case.fires.scoped.findings)
        assert [key for key, count in keys.items() if count > 1] == [], named(case)


def test_every_code_in_the_source_has_a_case() -> None:
    found = codes_in_source()
    assert len(found) > 40
    assert found - {case.code for case in CASES} == set()


def test_every_case_is_about_a_code_of_the_checks_and_has_a_name_of_its_own() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    assert [case.code for case in CASES if f'"{case.code}"' not in source] == []
    assert [name for name, count in Counter(map(named, CASES)).items() if count > 1] == []


def test_every_threshold_is_in_the_one_config() -> None:
    """Constants of a check's module are limits of what is shown, facts of arithmetic, or words; none is a judgement."""
    shown_or_fixed = re.compile(r"_?(MOST\w*|WEEK|CENT|MAD_TO_SD|IQR_TO_SD|FEWEST_PARTS)")
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                numeric = isinstance(node.value.value, int | float)
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                found += [f"{path.name}: {name}" for name in names if numeric and not shown_or_fixed.fullmatch(name)]
    assert found == []


def test_every_threshold_names_its_source() -> None:
    text = (FOLDER / "thresholds.py").read_text(encoding="utf-8")
    body = next(node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)).body
    fields = [node for node in body if isinstance(node, ast.AnnAssign)]
    reasons = [node.value.value for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    assert len(fields) > 40
    assert len(reasons) == len(fields) + 1  # and that of the class
    source = re.compile(r"own choice|requirement of the product|\d{4}|as in the structure brief|Twice the default")
    assert [reason for reason in reasons[1:] if not source.search(" ".join(reason.split()))] == []
    with pytest.raises(dataclasses.FrozenInstanceError):
        THRESHOLDS.leakage = 1.0  # type: ignore[misc]
