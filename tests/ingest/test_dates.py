from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.date_grammar import looks_like_date, read_date
from mmm_core.ingest.dates import read_dates
from mmm_core.ingest.table import RawTable


def table(cells: list[str]) -> RawTable:
    return RawTable(
        source="media.csv",
        sheet="",
        columns=("date",),
        cells=pa.table({"date": pa.array(cells, type=pa.string())}),
        row_numbers=np.arange(2, len(cells) + 2),
    )


def read(*cells: str, order=None) -> list[str]:
    return [str(day)[:10] for day in read_dates(table(list(cells)), "date", order=order)]


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-29",
        "2024-1-29",
        "2024/01/29",
        "20240129",
        "29.01.2024",
        "29.1.24",
        "2024-W05",
        "2024-W05-1",
        "KW 05/2024",
        "45320",
        "45320.75",
        "2024-01-29T23:59:59Z",
        "2024-01-29 5:00:00",
        "2024-01-29 11:00:00.000",
        "2024-01-29 00:00:00+02:00",
        "Jan 29, 2024",
        "29 janvier 2024",
        "29. Enero 2024",
        " 29-Jan-24 ",
    ],
)
def test_ways_of_writing_one_day(text):
    assert read(text) == ["2024-01-29"]


@settings(deadline=None)
@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_read_as_it_was_written_under_each_order(day):
    assert read_date(day.isoformat(), None) == day
    assert read_date(f"{day:%d/%m/%Y}", "dmy") == day
    assert read_date(f"{day:%m/%d/%Y}", "mdy") == day
    assert read_date(f"{day:%G-W%V-%u}", None) == day


@pytest.mark.parametrize(
    "text", ["", "abc", "2024-13-01", "2024-02-30", "31.02.2024", "2024-00", "12345", "2024-W54", "99999999"]
)
def test_what_is_no_day_is_refused(text):
    assert read_date(text, "dmy") is None


def test_one_day_above_twelve_tells_the_order():
    assert read("01/02/2024", "13/02/2024") == ["2024-02-01", "2024-02-13"]
    assert read("01/02/2024", "02/13/2024") == ["2024-01-02", "2024-02-13"]


def test_an_order_that_cannot_be_told_is_asked():
    with pytest.raises(BadInput, match=r"'01/02/2024', whose day and month cannot be told apart.*date_order"):
        read("01/02/2024", "03/02/2024")
    assert read("01/02/2024", "03/02/2024", order="mdy") == ["2024-01-02", "2024-03-02"]


def test_dots_say_that_the_day_comes_first():
    assert read("01.02.2024") == ["2024-02-01"]


def test_orders_that_contradict_each_other_are_refused():
    with pytest.raises(BadInput, match="day first in '13/02/2024' and the month first in '02/13/2024'"):
        read("13/02/2024", "02/13/2024")


def test_a_row_without_date_is_named():
    with pytest.raises(BadInput, match=r"no date in 2 row\(s\) \(rows 3, 4 of media.csv\)"):
        read("2024-01-01", "", "")


def test_what_is_no_date_is_named_with_its_row():
    with pytest.raises(BadInput, match=r"1 value that is not a date \('soon'; row 3 of media.csv\); dates such as"):
        read("2024-01-01", "soon")


def test_bare_digits_are_not_taken_for_dates_by_their_look():
    assert not looks_like_date("45320")
    assert not looks_like_date("20240129")
    assert looks_like_date("1/2/2024")
