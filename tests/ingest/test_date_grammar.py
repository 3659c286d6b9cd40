"""What dates are called in clients' files, and what they stand for."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.date_grammar import looks_like_date, open_orders, read_date, read_span
from mmm_core.ingest.dates import read_calendar
from mmm_core.ingest.granularity import granularity, period_ends
from mmm_core.ingest.month_names import LANGUAGES
from mmm_core.ingest.table import RawTable

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))


def table(*cells: str) -> RawTable:
    return RawTable(
        source="media.csv",
        sheet="",
        columns=("date",),
        cells=pa.table({"date": pa.array(cells, type=pa.string())}),
        row_numbers=np.arange(2, len(cells) + 2),
    )


def span(text: str, order="dmy") -> tuple[str, str, str] | None:
    found = read_span(text, order)
    return (str(found.first), str(found.last), found.unit) if found else None


@pytest.mark.parametrize(
    "text",
    [
        "2024-W12",
        "2024W12",
        "2024 W12",
        "W12 2024",
        "w12/2024",
        "KW 12/2024",
        "KW12/24",
        "12. KW 2024",
        "Kalenderwoche 12 2024",
        "wk 12, 2024",
        "Week 12 2024",
        "Semaine 12 2024",
        "S12-2024",
        "Settimana 12 2024",
        "vecka 12 2024",
        "viikko 12 2024",
        "18.03.2024 - 24.03.2024",
        "18.03.24-24.03.24",
        "2024-03-18/2024-03-24",
        "2024-03-18 – 2024-03-24",
        "18/03/2024 to 24/03/2024",
        "Mar 18-24, 2024",
        "Mar 18 - Mar 24, 2024",
        "18-24 March 2024",
        "18.-24.03.2024",
        "18.03. - 24.03.2024",
        "2024-03-18 00:00:00 - 2024-03-24 23:59:59",
    ],
)
def test_ways_of_writing_one_week(text):
    assert span(text) == ("2024-03-18", "2024-03-24", "week")


@pytest.mark.parametrize(
    "text",
    ["2024-03", "2024/3", "03/2024", "3-2024", "03.2024", "Mar 2024", "März 2024", "Mar-24", "mars 2024",
     "marzo de 2024", "2024-Mar", "Březen 2024", "01.03.2024 - 31.03.2024"],
)  # fmt: skip
def test_ways_of_writing_one_month(text):
    assert span(text) == ("2024-03-01", "2024-03-31", "month")


@pytest.mark.parametrize("text", ["Q1 2024", "2024-Q1", "T1 2024", "1. Quartal 2024", "Jan 2024 - Mar 2024"])
def test_ways_of_writing_one_quarter(text):
    assert span(text) == ("2024-01-01", "2024-03-31", "quarter")


@pytest.mark.parametrize("text", ["29.12. - 04.01.2025", "Dec 29 - Jan 4, 2025", "29 Dec 2024 - 4 Jan 2025"])
def test_a_range_over_new_year_keeps_its_year(text):
    assert span(text) == ("2024-12-29", "2025-01-04", "week")


@pytest.mark.parametrize(
    "text", ["wk 12", "2024-W54", "2024-13", "13/2024", "Mar 24", "202403", "07.01.2024 - 01.01.2024", "Q5 2024", "5.1"]
)
def test_what_names_no_period_for_certain_is_refused(text):
    assert span(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["long", "medium"])
@settings(deadline=None, max_examples=25)
@given(day=days)
def test_a_day_written_in_a_european_language_is_read(language, width, day):
    assert read_date(format_date(day, width, locale=language), "mdy" if language == "en" else "dmy") == day


@settings(deadline=None)
@given(days)
def test_an_iso_week_is_named_by_its_monday(day):
    year, week, _ = day.isocalendar()
    found = read_date(f"KW {week}/{year}", None)
    assert found == date.fromisocalendar(year, week, 1)


def test_the_order_within_ranges_is_asked_as_well():
    assert open_orders("01/02/2024 - 07/02/2024") == ((1, 2), (7, 2))
    with pytest.raises(BadInput, match="whose day and month cannot be told apart"):
        read_calendar(table("01/02/2024 - 07/02/2024"), "date")
    told = read_calendar(table("01/02/2024 - 07/02/2024", "22/02/2024 - 28/02/2024"), "date")
    assert told.first.astype("datetime64[D]").tolist() == [date(2024, 2, 1), date(2024, 2, 22)]
    assert told.unit == "week"


def test_weeks_without_a_year_are_asked_for_it():
    with pytest.raises(BadInput, match=r"\('wk 12', 'wk 13'; .*weeks with their year such as 2024-W05"):
        read_calendar(table("wk 12", "wk 13"), "date")


@pytest.mark.parametrize(
    ("dates", "unit"),
    [
        (["2024-01-01"], "day"),
        (["2024-01-01", "2024-01-02"], "day"),
        (["2024-01-01", "2024-01-08", "2024-01-29"], "week"),
        (["2024-01-01", "2024-01-08", "2024-01-28"], "day"),
        (["2024-01-01", "2024-02-01"], "month"),
        (["2024-01-31", "2024-02-29"], "month"),
        (["2024-01-01", "2024-02-02"], "day"),
        (["2024-01-01", "2024-04-01", "2024-07-01"], "month"),
        (["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01"], "quarter"),
    ],
)
def test_dates_tell_what_they_stand_for(dates, unit):
    assert granularity(np.array(dates, dtype="datetime64[D]")) == unit


def test_texts_that_name_months_are_months_whatever_their_distance():
    assert granularity(np.array(["2024-01-01"], dtype="datetime64[D]"), ["month"]) == "month"
    assert read_calendar(table("2024-03"), "date").unit == "month"


def test_month_ends_and_quarter_ends_stand_for_the_time_before_them():
    for dates, first in ((["2024-01-31", "2024-02-29"], "2024-01-01"), (["2024-03-31", "2024-06-30"], "2024-03-01")):
        ends = period_ends(np.array(dates, dtype="datetime64[D]"), "month")
        assert (str(ends[0][0]), str(ends[1][0])) == (first, dates[0])
    quarters = np.array(["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"], dtype="datetime64[D]")
    first, last = period_ends(quarters, granularity(quarters))
    assert (str(first[0]), str(last[0])) == ("2024-01-01", "2024-03-31")


def test_times_count_on_the_day_as_written_and_that_is_said():
    dates = read_calendar(table("2024-01-29 23:00:00", "2024-01-30 01:00:00"), "date")
    assert dates.first.astype("datetime64[D]").tolist() == [date(2024, 1, 29), date(2024, 1, 30)]
    (note,) = dates.findings
    assert (note.code, note.severity) == ("times_of_day", "note")
    assert "the day counts as written" in note.message


def test_midnights_need_no_word():
    assert read_calendar(table("2024-01-29 00:00:00", "2024-01-30T00:00:00Z"), "date").findings == ()


def test_times_with_an_offset_count_on_their_day_in_the_time_zone():
    cells = ("2024-01-29T23:30:00Z", "2024-01-29T23:30:00+01:00", "2024-07-29T22:30:00Z", "2024-01-29 23:30:00")
    dates = read_calendar(table(*cells), "date", time_zone="Europe/Berlin")
    expected = [date(2024, 1, 30), date(2024, 1, 29), date(2024, 7, 30), date(2024, 1, 29)]
    assert dates.first.astype("datetime64[D]").tolist() == expected
    (note,) = dates.findings
    assert "count on their day in Europe/Berlin; times without an offset" in note.message
    assert read_calendar(table(cells[0]), "date").first.astype("datetime64[D]").tolist() == [date(2024, 1, 29)]


def test_a_time_zone_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match=r"There is no time zone 'Europe/Bärlin'; a name such as"):
        read_calendar(table("2024-01-29"), "date", time_zone="Europe/Bärlin")


def test_numbers_and_words_do_not_look_like_dates():
    assert [
        text for text in ("3.2024", "12.50", "2024", "KW", "March", "1-2", "Q1", "1/2") if looks_like_date(text)
    ] == []
