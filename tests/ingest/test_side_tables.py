"""Organic media, control totals and lift tests, read and refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.guess import guess_control_totals, guess_lift_tests
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import ControlTotalsReading, LiftTestsReading, OrganicReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_control_totals, read_lift_tests, read_organic

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
LEDGER = ControlTotalsReading(date="month", amount="booked", node="medium")
TESTS = LiftTestsReading(
    group="group",
    start="start",
    end="end",
    usual_spend="usual",
    spend_change="change",
    lift="lift",
    lift_low="low",
    lift_high="high",
)


def table(*lines: str, name: str = "file.csv") -> RawTable:
    return read_table("\n".join(lines).encode(), name=name)


def lift(*lines: str) -> RawTable:
    return table("group,start,end,usual,change,lift,low,high", *lines)


def test_organic_media_have_exposure_and_no_spend():
    lines = ("date,newsletter,sends", "2024-01-01,A,100", "2024-01-01,B,", "2024-01-08,A,5")
    organic = read_organic(
        table(*lines), OrganicReading(layout="long", date="date", line_item=("newsletter",), exposure="sends")
    )
    assert organic.records["row"].tolist() == [2, 3, 4]
    np.testing.assert_array_equal(organic.records["exposure"], [100, np.nan, 5])
    assert "spend_micros" not in organic.records
    assert organic.line_items["newsletter"].tolist() == ["A", "B"]
    assert organic.raw_rows == 3


def test_organic_media_in_columns_by_period_and_flat():
    wide = read_organic(
        table("date,sends", "2024-01-01,1", "2024-01-08,2"),
        OrganicReading(layout="wide", date="date", exposure={"Newsletter": "sends"}),
    )
    periods = read_organic(
        table("item,2024-01-01,2024-01-08", "Newsletter,1,2"), OrganicReading(layout="periods", line_item=("item",))
    )
    flat = read_organic(
        table("variable,date,value", "sends,2024-01-01,1", "sends,2024-01-08,2", "price,2024-01-08,2"),
        OrganicReading(
            layout="flat", date="date", variable="variable", figures="value", exposure={"Newsletter": "sends"}
        ),
    )
    for organic in (wide, periods, flat):
        assert organic.records["exposure"].tolist() == [1.0, 2.0]
        assert [f"{day:%m-%d}" for day in organic.records["date"]] == ["01-01", "01-08"]
    assert [finding.code for finding in flat.findings] == ["variables_without_role"]


def test_the_sample_ledger_is_read_by_month():
    raw = read_table((SAMPLES / "ledger.csv").read_bytes(), name="ledger.csv")
    totals = read_control_totals(raw, guess_control_totals(raw).reading)
    first = totals.rows.iloc[0]
    assert (first["row"], first["node"], first["micros"]) == (2, "Google Ads", 559_759_560_000)
    assert (first["start"], first["end"]) == (pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-31"))
    assert totals.raw_micros == int(totals.rows["micros"].sum())
    assert totals.rows["currency"].unique().tolist() == ["EUR"]


def test_a_control_total_may_stand_for_a_range_of_days_and_for_everything():
    lines = ("from,to,amount,source", "2024-01-01,2024-01-14,5,agency", "2024-01-15,2024-02-03,6,invoice")
    totals = read_control_totals(
        table(*lines), ControlTotalsReading(date="from", end="to", amount="amount", label="source")
    )
    assert [f"{day:%m-%d}" for day in totals.rows["end"]] == ["01-14", "02-03"]
    assert totals.rows["node"].tolist() == ["", ""]
    assert totals.rows["label"].tolist() == ["agency", "invoice"]


def test_an_empty_amount_of_a_ledger_is_noted():
    totals = read_control_totals(table("month,medium,booked", "2024-01,TV,", "2024-02,TV,3"), LEDGER)
    assert totals.rows["micros"].tolist() == [0, 3_000_000]
    assert [(finding.code, finding.where.rows) for finding in totals.findings] == [("control_total_empty", (2,))]


def test_a_ledger_in_two_currencies_is_an_error():
    totals = read_control_totals(table("month,medium,booked,ccy", "2024-01,TV,1,EUR", "2024-02,TV,3,USD"), LEDGER)
    assert [finding.code for finding in totals.findings] == ["several_currencies"]


def test_a_range_that_ends_before_it_starts_is_refused():
    lines = ("from,to,amount", "2024-01-15,2024-01-14,5", "2024-01-15,2024-01-15,5")
    with pytest.raises(BadInput, match=r"ends before it starts \(row 2 of file.csv\)"):
        read_control_totals(table(*lines), ControlTotalsReading(date="from", end="to", amount="amount"))


def test_the_sample_lift_tests_are_read():
    raw = read_table((SAMPLES / "lift_tests.csv").read_bytes(), name="lift_tests.csv")
    rows = read_lift_tests(raw, guess_lift_tests(raw).reading).rows
    first = rows.iloc[0]
    assert (first["group"], f"{first['start']:%Y-%m-%d}", f"{first['end']:%Y-%m-%d}") == (
        "Performance social",
        "2025-05-05",
        "2025-06-15",
    )
    assert (first["usual_spend_micros"], first["spend_change_micros"]) == (233_499_800_000, 116_749_900_000)
    assert (first["lift_low"], first["lift"], first["lift_high"]) == (212315.55, 277112.19, 341908.82)
    assert rows["spend_change_micros"].iloc[1] < 0


def test_what_a_lift_test_does_not_say_stays_unknown():
    reading = LiftTestsReading(group="group", start="start", end="end", spend_change="change", lift="lift")
    rows = read_lift_tests(lift("TV,2024-01-01,2024-01-31,5,6,7,1,9"), reading).rows
    assert rows["usual_spend_micros"].isna().all()
    assert rows["lift_low"].isna().all()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("TV,2024-02-01,2024-01-31,5,6,7,1,9", "ends before it starts"),
        (",2024-01-01,2024-01-31,5,6,7,1,9", "names no group or no lift"),
        ("TV,2024-01-01,2024-01-31,5,6,,1,9", "names no group or no lift"),
        ("TV,2024-01-01,2024-01-31,5,0,7,1,9", "changes no spend in 'change'"),
        ("TV,2024-01-01,2024-01-31,5,6,10,1,9", "lift outside its interval"),
    ],
)
def test_a_lift_test_that_says_nothing_or_contradicts_itself_is_refused(line, message):
    with pytest.raises(BadInput, match=rf"1 row: each {message}|{message}"):
        read_lift_tests(lift("Radio,2024-01-01,2024-01-31,5,6,7,1,9", line), TESTS)


def test_one_end_of_an_interval_is_refused():
    with pytest.raises(BadInput, match="one end of the lift's interval"):
        LiftTestsReading(group="g", start="s", end="e", spend_change="c", lift="l", lift_low="x")
