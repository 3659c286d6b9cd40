"""Every fault planted in the sample client is found by the right code in the right place, and no other is claimed."""

import json
from collections import Counter
from pathlib import Path

import pytest
from sample_client import FOLDER

from mmm_core.findings import Finding, Severity
from mmm_core.ingest.corrections import Correction, corrected_data
from mmm_core.simulation.folder import sample_files
from mmm_core.workflows.reading import read_mapping, read_sources
from mmm_core.workflows.scoping import Scoped, lay_ground, scope
from mmm_core.workflows.workshop_file import read_workshop_file

FAULTS = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))["faults"]
GROUPED = "control_total_differs"


def scoped_of(folder: Path, corrections: tuple[Correction, ...] = ()) -> Scoped:
    content = read_workshop_file(folder / "workshop.toml")
    data = read_sources(content, [folder])
    data = corrected_data(data, corrections, dict.fromkeys((table.source for table in data.media), ""))
    ground = lay_ground(data, content.settings())
    mapping, _ = read_mapping(content, [folder], ground.items)
    return scope(ground, mapping)


@pytest.fixture(scope="module")
def faulty() -> Scoped:
    return scoped_of(FOLDER)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Scoped:
    folder = tmp_path_factory.mktemp("clean")
    for name, content in sample_files(faults=False).items():
        (folder / name).write_bytes(content)
    return scoped_of(folder)


def fix_rows(finding: Finding) -> list[int]:
    return sorted(finding.fix.rows if finding.fix else finding.where.rows)


def is_about(finding: Finding, fault: dict) -> bool:
    """Tell whether a finding names the rows, spellings, periods or groups of a fault."""
    if "written" in fault["details"]:
        return {fault["details"]["written"], fault["details"]["instead_of"]} <= set(finding.evidence["values"])
    if fault["rows"]:
        return finding.where.source == fault["file"] and fix_rows(finding) == fault["rows"]
    if fault["first_day"]:
        return finding.where.source.startswith(fault["file"]) and finding.where.periods == (fault["first_day"],)
    return set(finding.where.groups) == set(fault["groups"])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["what"][:60])
def test_a_planted_fault_is_found_by_its_code_in_its_place(fault: dict, faulty: Scoped) -> None:
    own = [finding for finding in faulty.findings if finding.code == fault["found_by"][0] and is_about(finding, fault)]
    assert len(own) == 1


def test_nothing_but_the_planted_faults_is_found(faulty: Scoped) -> None:
    found = Counter(finding.code for finding in faulty.findings if finding.severity is not Severity.NOTE)
    notes = {finding.code for finding in faulty.findings if finding.severity is Severity.NOTE}
    planted = Counter(fault["found_by"][0] for fault in FAULTS if fault["found_by"][0] not in notes)
    del found[GROUPED]  # which months of the ledger show the faults is a test of its own
    assert found == planted
    assert faulty.blocking == ()


def test_the_clean_client_has_neither_an_error_nor_a_warning(clean: Scoped) -> None:
    assert [finding.message for finding in clean.findings if finding.severity is not Severity.NOTE] == []


def test_units_are_named_with_the_factor_that_repairs_them(faulty: Scoped) -> None:
    factors = {finding.code: finding.fix.factor for finding in faulty.findings if finding.code.endswith("_slip")}
    assert factors["spend_unit_slip"] == 1000
    assert factors["spend_currency_slip"] == pytest.approx(1 / 24.9, rel=0.05)


def test_what_the_findings_propose_repairs_what_they_found(faulty: Scoped) -> None:
    proposed = [finding for finding in faulty.findings if finding.fix and finding.fix.rows]
    corrections = tuple(
        Correction(
            id=str(number),
            kind=finding.fix.kind,
            source=finding.fix.source,
            rows=finding.fix.rows,
            factor=str(finding.fix.factor) if finding.fix.kind == "multiply_spend" else "",
            reason=finding.code,
        )
        for number, finding in enumerate(proposed)
    )
    repaired = {finding.code for finding in scoped_of(FOLDER, corrections).findings}
    assert {finding.code for finding in proposed} == {"duplicate_rows", "spend_unit_slip", "spend_currency_slip"}
    assert repaired.isdisjoint({"duplicate_rows", "spend_unit_slip", "spend_currency_slip", "cost_per_unit_outliers"})


def test_no_two_findings_of_the_sample_share_a_key(faulty: Scoped) -> None:
    keys = Counter(finding.key for finding in faulty.findings)
    assert [key for key, count in keys.items() if count > 1] == []
