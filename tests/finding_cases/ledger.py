"""Control totals, and the files that are kept."""

import dataclasses

import pandas as pd

from finding_cases.scene import WEEKS, Case, Scene, client, daily, days
from mmm_core.findings import Severity
from mmm_core.schema import ControlTotalsTable, LiftTestsTable

DAYS = days("2024-01-01", 7 * WEEKS)
FILE = daily("a", DAYS)
JUNE = FILE.records[(FILE.records["date"] >= "2024-06-01") & (FILE.records["date"] <= "2024-06-30")]
BOOKED = int(JUNE["spend_micros"].sum())


def booked(factor: float = 1.0, *, node: str = "a", currency: str = "", start: str = "2024-06-01") -> Scene:
    """A ledger with one month of the daily file, times a factor."""
    first = pd.Timestamp(start)
    rows = pd.DataFrame(
        {
            "row": [2],
            "start": [first],
            "end": [first + pd.offsets.MonthEnd(0)],
            "node": [node],
            "micros": [round(BOOKED * factor)],
            "label": "",
            "currency": pd.Categorical([currency]),
        }
    )
    totals = ControlTotalsTable(source="ledger.csv", rows=rows, raw_rows=1, raw_micros=int(rows["micros"].sum()))
    return client(FILE, control_totals=(totals,), tolerance=0.01)


def lifts(*sources: str, currencies: tuple[str, ...] = ()) -> Scene:
    """Files of lift tests."""
    tests = (LiftTestsTable(source=source, rows=pd.DataFrame({"group": ["a"]})) for source in sources)
    return client(lift_tests=tuple(dataclasses.replace(table, currencies=currencies) for table in tests))


CASES = (
    Case(
        code="control_total_differs",
        severity=Severity.WARNING,
        fires=booked(1.2),
        silent=booked(),
        border=booked(1.0099),
        at=False,
    ),
    Case(
        code="control_total_unknown_node",
        severity=Severity.WARNING,
        fires=booked(node="Cinema"),
        silent=booked(),
        border=booked(node=" A "),  # case and blanks do not matter
        at=False,
    ),
    Case(
        code="control_total_other_currency",
        severity=Severity.WARNING,
        fires=booked(currency="USD"),
        silent=booked(),
        border=booked(currency="EUR"),
        at=False,
    ),
    Case(
        code="control_total_without_subtotal",
        severity=Severity.NOTE,
        fires=booked(start="2023-12-01"),
        silent=booked(),
        border=booked(start="2024-01-01"),  # the first month, from its first day on
        at=False,
    ),
    Case(
        code="lift_tests_offered",
        severity=Severity.NOTE,
        fires=lifts("tests.csv"),
        silent=client(),
        border=lifts(),
        at=False,
    ),
    Case(
        code="lift_test_other_currency",
        severity=Severity.WARNING,
        fires=lifts("tests.csv", currencies=("USD",)),
        silent=lifts("tests.csv"),
        border=lifts("tests.csv", currencies=("EUR",)),
        at=False,
    ),
)
