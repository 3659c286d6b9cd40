"""Several currencies: converted exactly by named rates, or blocked; never mixed in silence."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.rates import Rate, convert, in_one_currency, joined, multiplied, rate_table, read_rates
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import MediaReading, RatesReading
from mmm_core.ingest.typed import read_media
from mmm_core.schema import ProjectData

READING = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend", currency="currency")


def media(*lines: str):
    text = "\n".join(["date,campaign,spend,currency", *lines]).encode()
    return read_media(read_table(text, name="media.csv"), READING)


def rates(*entries: tuple[str, str, str]):
    return rate_table([Rate(date.fromisoformat(day), code, Decimal(rate)) for day, code, rate in entries], source="r")


def codes(table) -> list[str]:
    return [finding.code for finding in table.findings]


MIXED = ("2024-01-05,a,100,USD", "2024-02-05,a,100,USD", "2024-01-05,b,10,EUR", "2024-02-05,c,1,GBP")
MONTHLY = rates(
    ("2024-01-01", "USD", "0.91"), ("2024-02-01", "USD", "0.93"), ("2024-01-01", "GBP", "1.16"),
    ("2024-02-01", "GBP", "1.17"),
)  # fmt: skip


def test_amounts_are_converted_by_the_rate_of_their_period():
    table = convert(media(*MIXED), MONTHLY, "EUR")
    assert table.records["spend_micros"].tolist() == [91_000_000, 93_000_000, 10_000_000, 1_170_000]
    assert table.records["spend_micros"].dtype == np.int64
    assert table.raw_micros == 195_170_000
    assert codes(table) == ["currency_converted"]


def test_the_note_keeps_the_amounts_before_and_after_and_the_rates():
    (note,) = convert(media(*MIXED), MONTHLY, "EUR").findings
    assert note.evidence["currencies"] == {
        "GBP": {"before_micros": 1_000_000, "after_micros": 1_170_000, "records": 1},
        "USD": {"before_micros": 200_000_000, "after_micros": 184_000_000, "records": 2},
    }
    assert note.evidence["rates"] == ["GBP 2024-02-01: 1.17", "USD 2024-01-01: 0.91", "USD 2024-02-01: 0.93"]
    assert "200.00 USD to 184.00 EUR" in note.message


@pytest.mark.parametrize(
    "table", [rates(("2024-01-01", "USD", "0.91"), ("2024-02-01", "GBP", "1.17"), ("2024-03-01", "USD", "1")), None]
)
def test_an_amount_without_a_rate_blocks_and_nothing_is_converted(table):
    before = media(*MIXED)
    after = convert(before, table, "EUR")
    assert after.records["spend_micros"].tolist() == before.records["spend_micros"].tolist()
    finding = after.findings[-1]
    assert (finding.code, finding.severity) == ("currency_without_rate", "error")
    assert "(USD on 2024-02-05)" in finding.message or "USD from" in finding.message
    assert "several_currencies" in codes(after)


def test_one_foreign_currency_blocks_as_well():
    table = convert(media("2024-01-05,a,100,USD"), None, "EUR")
    assert codes(table) == ["currency_without_rate"]
    assert "1 amount have" not in table.findings[0].message
    assert table.findings[0].where.periods == ("2024-01",)


def test_a_file_in_the_projects_currency_or_without_any_is_left_alone():
    for lines in (("2024-01-05,a,100,EUR",), ("2024-01-05,a,100,",)):
        before = media(*lines)
        assert convert(before, MONTHLY, "EUR") is before


def test_amounts_without_a_currency_beside_others_are_not_guessed():
    table = convert(media("2024-01-05,a,100,USD", "2024-01-06,a,5,"), MONTHLY, "EUR")
    assert table.findings[-1].evidence["currencies"] == ["unnamed"]
    assert codes(convert(media("2024-01-05,a,100,USD", "2024-01-06,a,0,"), MONTHLY, "EUR")) == ["currency_converted"]


def test_a_rate_holds_within_its_month_and_not_beyond():
    inside, beyond = media("2024-02-29,a,1,USD"), media("2024-03-01,a,1,USD")
    assert codes(convert(inside, MONTHLY, "EUR")) == ["currency_converted"]
    assert codes(convert(beyond, MONTHLY, "EUR")) == ["currency_without_rate"]
    assert codes(convert(media("2023-12-31,a,1,USD"), MONTHLY, "EUR")) == ["currency_without_rate"]


def test_a_daily_rate_holds_over_the_weekend_and_for_a_week_at_most():
    daily = rates(("2024-01-04", "USD", "0.9"), ("2024-01-05", "USD", "0.5"), ("2024-01-16", "USD", "0.7"))
    table = convert(media("2024-01-07,a,2,USD", "2024-01-16,a,2,USD"), daily, "EUR")
    assert table.records["spend_micros"].tolist() == [1_000_000, 1_400_000]
    assert codes(convert(media("2024-01-12,a,1,USD"), daily, "EUR")) == ["currency_without_rate"]


def test_the_only_rate_of_a_currency_holds_from_its_day_on():
    one = rates(("2024-01-01", "USD", "0.5"))
    assert codes(convert(media("2029-01-01,a,1,USD"), one, "EUR")) == ["currency_converted"]
    assert codes(convert(media("2023-12-31,a,1,USD"), one, "EUR")) == ["currency_without_rate"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(min_value=-(10**14), max_value=10**14),
            st.decimals(min_value="0.000001", max_value="9999", places=14),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_every_amount_is_converted_exactly_to_half_a_micro(pairs):
    amounts, factors = np.array([amount for amount, _ in pairs]), [rate for _, rate in pairs]
    converted = multiplied(amounts, factors, np.arange(len(pairs)))
    for (amount, rate), micros in zip(pairs, converted.tolist(), strict=True):
        assert abs(amount * rate - micros) <= Decimal("0.5")
        assert micros == int((amount * rate).to_integral_value(ROUND_HALF_EVEN))


def test_amounts_too_large_to_add_up_are_refused():
    with pytest.raises(BadInput, match="The converted amounts add up to 9,999"):
        multiplied(np.array([10**15]), [Decimal(9999_000_000)], np.array([0]))


def test_rates_are_read_from_a_file():
    text = "Monat;Währung;Kurs\n01/2024;usd;0,91\n02/2024;USD;0,93\n01/2024;GBP;1,16\n02/2024;GBP;1,17\n"
    table = read_rates(
        read_table(text.encode(), name="rates.csv"), RatesReading(date="Monat", currency="Währung", rate="Kurs")
    )
    assert table.rates["rate"].tolist() == [Decimal("1.16"), Decimal("1.17"), Decimal("0.91"), Decimal("0.93")]
    assert table.rates["end"].astype(str).tolist() == ["2024-01-31", "2024-02-29"] * 2
    assert convert(media(*MIXED), table, "EUR").raw_micros == 195_170_000


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("2024-01-01,USD,0\n2024-02-01,USD,1", "The rate of USD on 2024-01-01 is 0"),
        ("2024-01-01,USD,-0.5\n2024-02-01,USD,1", "is -0.5"),
        ("2024-01-01,dollar,0.5\n2024-02-01,USD,1", "Row 2 has the currency 'DOLLAR'"),
        ("2024-01-01,USD,\n2024-02-01,USD,1", "Row 2 has the currency 'USD' and the rate None"),
        ("2024-01-01,USD,0.5\n2024-01-01,USD,0.6", "USD has two rates on 2024-01-01"),
    ],
)
def test_rates_that_cannot_be_used_are_refused(rows, message):
    table = read_table(f"date,currency,rate\n{rows}\n".encode(), name="rates.csv")
    with pytest.raises(BadInput, match=message):
        read_rates(table, RatesReading(date="date", currency="currency", rate="rate", decimal="."))


def test_the_rates_of_several_files_hold_together_unless_they_contradict_each_other():
    both = joined([rates(("2024-01-01", "USD", "0.9")), rates(("2024-01-01", "GBP", "1.2"))])
    data = ProjectData(media=(media(*MIXED[:1], MIXED[3]),))
    (table,) = in_one_currency(data, [both], "EUR").media
    assert table.raw_micros == 91_200_000
    with pytest.raises(BadInput, match="USD has two rates"):
        joined([rates(("2024-01-01", "USD", "0.9")), rates(("2024-01-01", "USD", "0.8"))])
    with pytest.raises(BadInput, match="There are no exchange rates"):
        rate_table([], source="r")
