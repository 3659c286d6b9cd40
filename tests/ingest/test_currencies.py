"""The currency of each amount, as far as a file says it."""

import pytest

from mmm_core.errors import BadInput
from mmm_core.findings import Severity
from mmm_core.ingest.currencies import code_in_name, code_of_mark
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_media

LONG = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend")


def table(*lines: str) -> RawTable:
    return read_table("\n".join(lines).encode(), name="media.csv")


def codes(media) -> list[str]:
    return [finding.code for finding in media.findings]


def named(**roles) -> MediaReading:
    return MediaReading.from_dict({**LONG.as_dict(), **roles})


def test_a_column_of_codes_gives_each_record_its_currency():
    lines = ("date,campaign,spend,ccy", "2024-01-01,a,1,EUR", "2024-01-08,a,2,usd")
    media = read_media(table(*lines), named(currency="ccy"))
    assert media.records["currency"].tolist() == ["EUR", "USD"]
    (finding,) = media.findings
    assert (finding.code, finding.severity) == ("several_currencies", Severity.ERROR)
    assert finding.evidence["currencies"] == ["EUR", "USD"]


def test_one_code_for_the_whole_file_needs_no_column():
    media = read_media(table("date,campaign,spend", "2024-01-01,a,1"), named(currency_code="CHF"))
    assert media.records["currency"].tolist() == ["CHF"]
    assert codes(media) == []


def test_a_code_for_the_whole_file_does_not_hide_that_its_column_names_several():
    lines = ("date,campaign,spend,currency", "2024-01-01,a,1,EUR", "2024-01-08,a,2,USD")
    assert codes(read_media(table(*lines), named(currency_code="EUR"))) == ["several_currencies"]


def test_without_a_role_the_file_speaks_for_itself():
    column = read_media(table("date,campaign,spend,currency", "2024-01-01,a,1,EUR"), LONG)
    assert column.records["currency"].tolist() == ["EUR"]
    signs = read_media(table("date,campaign,spend", "2024-01-01,a,€1", "2024-01-08,a,2"), LONG)
    assert signs.records["currency"].tolist() == ["EUR", "EUR"]
    silent = read_media(table("date,campaign,spend", "2024-01-01,a,1"), LONG)
    assert silent.records["currency"].tolist() == [""]


def test_signs_that_differ_from_row_to_row_stay_with_their_rows():
    media = read_media(table("date,campaign,spend", "2024-01-01,a,€1", "2024-01-08,a,£2", "2024-01-15,a,3"), LONG)
    assert media.records["currency"].tolist() == ["EUR", "GBP", ""]
    assert codes(media) == ["several_currencies"]


def test_columns_of_a_wide_file_may_name_their_currencies():
    lines = ("date,TV cost (EUR),Radio cost (USD)", "2024-01-01,1,2")
    reading = MediaReading(layout="wide", date="date", spend={"TV": "TV cost (EUR)", "Radio": "Radio cost (USD)"})
    media = read_media(table(*lines), reading)
    assert media.records["currency"].tolist() == ["EUR", "USD"]
    assert codes(media) == ["several_currencies"]


def test_a_currency_column_with_something_else_is_refused():
    lines = ("date,campaign,spend,ccy", "2024-01-01,a,1,Euro", "2024-01-08,a,2,")
    with pytest.raises(BadInput, match=r"Column 'ccy' holds 'Euro'.*currency codes such as EUR"):
        read_media(table(*lines), named(currency="ccy"))


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("Cost (USD)", "USD"),
        ("cost_eur", "EUR"),
        ("Spend in GBP", "GBP"),
        ("Kosten €", "EUR"),
        ("try_out_cost", ""),
        ("EUR to USD", ""),
        ("spend", ""),
    ],
)
def test_a_code_is_found_in_a_columns_name(column, code):
    assert code_in_name(column) == code


def test_a_sign_of_several_currencies_says_nothing():
    assert [code_of_mark(mark) for mark in ("€", "kr", "¥", "SEK")] == ["EUR", "", "", "SEK"]


def test_a_reading_names_a_column_or_a_code():
    with pytest.raises(BadInput, match="and one currency for all"):
        named(currency="ccy", currency_code="EUR")
    with pytest.raises(BadInput, match="'currency_code' is 'euro'"):
        named(currency_code="euro")
