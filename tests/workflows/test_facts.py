"""What a file says in a few figures, and what only a person can answer about its dates."""

import pytest

from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import KpiReading, MediaReading, RatesReading
from mmm_core.workflows.facts import date_question, facts_of
from mmm_core.workflows.kinds import type_table
from mmm_core.workflows.uploads import inspect_upload, unread_columns

MEDIA = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend")


def table(text: str):
    return read_table(text.encode(), name="file.csv")


def test_media_are_summed_up_with_their_money_and_dates() -> None:
    facts = facts_of(type_table(table("date,campaign,spend\n2024-01-01,a,1.50\n2024-01-08,b,2.25\n"), MEDIA))
    assert (facts.rows, facts.line_items, facts.micros, facts.currencies) == (2, 2, 3_750_000, ())
    assert facts.span is not None
    assert [f"{day:%Y-%m-%d}" for day in facts.span] == ["2024-01-01", "2024-01-08"]


def test_the_currencies_of_a_file_are_named() -> None:
    reading = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend", currency="currency")
    raw = table("date,campaign,spend,currency\n2024-01-01,a,1,USD\n2024-01-08,b,2,CHF\n")
    assert facts_of(type_table(raw, reading)).currencies == ("CHF", "USD")


def test_rates_are_summed_up_by_their_currencies() -> None:
    raw = table("date,currency,rate\n2024-01-01,USD,0.9\n2024-02-01,USD,0.95\n")
    facts = facts_of(type_table(raw, RatesReading(date="date", currency="currency", rate="rate")))
    assert (facts.rows, facts.names, facts.micros) == (2, ("USD",), None)


def test_the_only_rate_of_a_currency_is_said_itself() -> None:
    raw = table("date,currency,rate\n2000-01-01,USD,0.92\n")
    facts = facts_of(type_table(raw, RatesReading(date="date", currency="currency", rate="rate")))
    assert (facts.names, facts.span) == (("USD at 0.92",), None)


def test_columns_of_figures_that_nothing_is_read_from_are_named_in_wide_files_only() -> None:
    wide = table("date,tv,radio,print\n2024-01-01,1,2,3\n2024-01-08,1,2,3\n")
    read = MediaReading(layout="wide", date="date", spend={"TV": "tv"})
    assert unread_columns(wide, [read]) == ("radio", "print")
    assert unread_columns(wide, [read, KpiReading(date="date", value="print")]) == ("radio",)
    long = table("date,campaign,spend,likes\n2024-01-01,a,1.50,3\n2024-01-08,b,2.25,4\n")
    assert unread_columns(long, [MEDIA]) == ()


def test_an_undecidable_date_is_a_question_with_both_answers() -> None:
    raw = table("date,revenue\n04/03/2024,1\n05/03/2024,2\n")
    question = date_question(raw, KpiReading(date="date", value="revenue"))
    assert question is not None
    assert (question.column, question.example) == ("date", "04/03/2024")
    assert {order: f"{day:%d.%m.}" for order, day in question.meant.items()} == {"dmy": "04.03.", "mdy": "03.04."}


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("date,revenue\n2024-03-04,1\n2024-03-05,2\n", None),
        ("date,revenue\n04/03/2024,1\n25/03/2024,2\n", None),
        ("date,revenue\n04/03/2024,1\n05/03/2024,2\n", "dmy"),
    ],
)
def test_dates_that_speak_for_themselves_or_were_answered_raise_no_question(text: str, order: str | None) -> None:
    assert date_question(table(text), KpiReading(date="date", value="revenue", date_order=order)) is None


def test_a_flat_file_is_taken_for_all_that_it_holds() -> None:
    rows = [f"2024-01-{day:02},{name},{day}" for name in ("tv_spend", "revenue", "price") for day in (1, 8, 15)]
    upload = inspect_upload(("date,variable,value\n" + "\n".join(rows) + "\n").encode(), name="flat.csv")
    assert set(upload.kinds) == {"media", "kpi", "controls"}


def test_an_ordinary_file_is_of_one_kind() -> None:
    upload = inspect_upload(b"date,campaign,spend\n2024-01-01,a,1\n2024-01-08,b,2\n", name="media.csv")
    assert (upload.kinds, upload.report) == (("media",), "")
