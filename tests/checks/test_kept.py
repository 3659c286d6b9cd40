"""Files that nothing uses yet are named, so that nobody wonders where they went."""

import pandas as pd

from mmm_core.checks.kept import kept_for_later
from mmm_core.findings import Finding, Severity
from mmm_core.schema import LiftTestsTable, OrganicTable, ProjectData

NOTE = Finding(code="encoding_assumed", severity=Severity.NOTE, message="Noted while reading.")


def organic() -> OrganicTable:
    return OrganicTable(
        source="newsletter.csv",
        dimensions=("list",),
        records=pd.DataFrame(),
        line_items=pd.DataFrame({"list": ["customers", "leads"]}, index=["a", "b"]),
        raw_rows=10,
        findings=(NOTE,),
    )


def test_each_kind_of_kept_file_is_named_with_what_is_not_done_yet() -> None:
    tests = LiftTestsTable(source="tests.csv", rows=pd.DataFrame({"group": ["TV", "TV", "Search"]}))
    found = list(kept_for_later(ProjectData(media=(), organic=(organic(),), lift_tests=(tests,))))
    assert [finding.code for finding in found] == [
        "encoding_assumed",
        "lift_tests_offered",
    ]
    assert {finding.severity for finding in found} == {Severity.NOTE}
    assert "3 lift tests (Search, TV)" in found[1].message
    assert found[1].where.source == "tests.csv"


def test_a_project_without_such_files_gets_no_note() -> None:
    assert list(kept_for_later(ProjectData(media=()))) == []
