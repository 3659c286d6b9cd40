"""Outcomes and lift tests whose money is not the project's: nothing converts it, so returns would mix currencies."""

from collections.abc import Iterator

from mmm_core.findings import Finding, Place, Severity
from mmm_core.schema import KpiTable, LiftTestsTable, ProjectData


def unlike_project(data: ProjectData, currency: str) -> Iterator[Finding]:
    """Report outcomes, tracked ones included, and lift tests in one currency that is not the project's.

    Several currencies in one file are an error of their own (`several_currencies`), given while reading.
    """
    for table in (*((data.kpi,) if data.kpi else ()), *data.tracked):
        if (code := _other(table, currency)) is not None:
            yield _finding(
                "outcome_other_currency",
                f"{table.source}: {table.name} is in {code}, spend is in {currency}; every return on spend would be "
                f"{code} per {currency}.",
                table,
                code,
                currency,
            )
    for tests in data.lift_tests:
        if (code := _other(tests, currency)) is not None:
            yield _finding(
                "lift_test_other_currency",
                f"{tests.source}: the amounts of the lift tests are in {code}, spend is in {currency}.",
                tests,
                code,
                currency,
            )


def _other(table: KpiTable | LiftTestsTable, currency: str) -> str | None:
    """Return the one currency that a file names, unless it is the project's."""
    return next((code for code in table.currencies if len(table.currencies) == 1 and code != currency), None)


def _finding(code: str, message: str, table: KpiTable | LiftTestsTable, found: str, currency: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.WARNING,
        message=message,
        where=Place(source=table.source),
        evidence={"currency": found, "project": currency},
        remedy=f"Convert the file to {currency}, or make {found} the currency of the project.",
        threshold="Spend, outcome and lift tests in the project's currency.",
        about=found,
    )
