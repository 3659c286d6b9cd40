"""Money of outcomes and lift tests that is not the project's: said, since nothing converts it."""

from dataclasses import replace

import pandas as pd
import pytest
from builders import kpi, media, mondays

from mmm_core.checks.currencies import unlike_project
from mmm_core.findings import Severity
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import KpiReading
from mmm_core.ingest.typed import read_kpi
from mmm_core.schema import LiftTestsTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.workflows.scoping import lay_ground


def told(data: ProjectData, currency: str = "EUR") -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in unlike_project(data, currency)]


@pytest.mark.parametrize(
    ("currencies", "is_told"), [((), False), (("EUR",), False), (("USD",), True), (("EUR", "USD"), False)]
)
def test_an_outcome_in_one_other_currency_is_a_warning_a_mix_is_told_elsewhere(currencies, is_told):
    outcome = replace(kpi(["2024-01-01"], [1]), currencies=currencies)
    expected = [("outcome_other_currency", Severity.WARNING)] if is_told else []
    assert told(ProjectData(media=(), kpi=outcome)) == expected
    assert told(ProjectData(media=(), tracked=(outcome,))) == expected


def test_lift_tests_in_another_currency_are_a_warning():
    tests = LiftTestsTable(source="lift.csv", rows=pd.DataFrame(), currencies=("GBP",))
    assert told(ProjectData(media=(), lift_tests=(tests,))) == [("lift_test_other_currency", Severity.WARNING)]
    assert told(ProjectData(media=(), lift_tests=(tests,)), "GBP") == []


def test_an_outcome_in_mixed_currency_blocks_and_one_in_another_currency_does_not():
    days = mondays(4)
    spend = media([("tv", day, 1.0) for day in days])
    found = {}
    for name, signs in (("mixed", "$€$$"), ("other", "$$$$"), ("own", "€€€€")):
        rows = "\n".join(f"{day};{sign}1.5" for day, sign in zip(days, signs, strict=True))
        table = read_table(f"date;revenue\n{rows}\n".encode(), name="kpi.csv")
        outcome = read_kpi(table, KpiReading(date="date", value="revenue", decimal="."))
        ground = lay_ground(ProjectData(media=(spend,), kpi=outcome), ProjectSettings(name="Acme"))
        found[name] = {finding.code: finding.severity for finding in ground.findings if "currenc" in finding.code}
    assert found == {
        "mixed": {"several_currencies": Severity.ERROR},
        "other": {"outcome_other_currency": Severity.WARNING},
        "own": {},
    }
