"""What people had put right in a file: exact, visible, and never on another file than the one that it was made for."""

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from builders import media, mondays
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.corrections import (
    Correction,
    compact,
    corrected,
    corrected_data,
    expanded,
    factor_text,
    multiplied_exactly,
    read_factor,
)
from mmm_core.ingest.rates import Rate, in_one_currency, rate_table
from mmm_core.schema import MediaTable, ProjectData

DAY = mondays(1)[0]


def correction(**facts: object) -> Correction:
    usual = {"id": "1", "kind": "leave_out_rows", "source": "media.csv", "rows": (3,), "reason": "twice"}
    return Correction(**{**usual, **facts})


def table() -> MediaTable:
    return media([("a", DAY, 10.0, 100.0), ("b", DAY, 20.0, 200.0), ("a", DAY, 30.0, 300.0)])


def test_rows_that_are_left_out_take_spend_and_exposure_along_and_leave_the_file_as_it_was():
    before = table()
    after = corrected(before, [correction()])
    assert after.records["row"].tolist() == [2, 4]
    assert after.records["exposure"].sum() == 400.0
    assert (after.raw_rows, after.raw_micros) == (3, 60_000_000)
    (applied,) = after.corrections
    assert (applied.rows, applied.difference_micros, applied.reason) == (1, -20_000_000, "twice")
    assert len(before.records) == 3, "the table that was read is shared and stays"


def test_a_factor_changes_spend_alone():
    after = corrected(table(), [correction(kind="multiply_spend", factor="1000", rows=(2, 4))])
    assert after.records["spend_micros"].tolist() == [10_000_000_000, 20_000_000, 30_000_000_000]
    assert after.records["exposure"].tolist() == [100.0, 200.0, 300.0]
    assert after.corrections[0].difference_micros == 39_960_000_000


def test_corrections_of_one_row_stand_one_after_the_other():
    twice = correction(kind="multiply_spend", factor="2", rows=(2,))
    after = corrected(
        table(), [twice, correction(id="2", kind="multiply_spend", factor="0.5", rows=(2,)), correction()]
    )
    assert after.records["spend_micros"].tolist() == [10_000_000, 30_000_000]
    assert sum(one.difference_micros for one in after.corrections) == -20_000_000


def test_only_the_named_line_items_of_a_wide_row_are_concerned():
    wide = media([("a", DAY, 10.0), ("b", DAY, 20.0)])
    wide.records["row"] = 2
    item = wide.records["line_item_id"].iloc[1]
    after = corrected(wide, [correction(rows=(2,), line_items=(str(item),))])
    assert after.records["spend_micros"].tolist() == [10_000_000]


def test_corrections_of_other_sources_are_passed_over():
    assert corrected(table(), [correction(source="other.csv")]).corrections == ()


def test_a_correction_of_a_former_file_is_a_finding_and_changes_nothing():
    data = ProjectData(media=(table(),))
    made = correction(source_fingerprint="old")
    after = corrected_data(data, [made], {"media.csv": "new"})
    (finding,) = after.media[0].findings
    assert (finding.code, finding.about) == ("correction_of_former_file", "1")
    assert len(after.media[0].records) == 3
    assert corrected_data(data, [made], {"media.csv": "old"}).media[0].findings == ()


def test_a_correction_of_a_removed_file_is_a_finding_too():
    after = corrected_data(ProjectData(media=(table(),)), [correction(source="gone.csv")], {"media.csv": "x"})
    (finding,) = after.media[0].findings
    assert "no longer in the project" in finding.message


@given(st.integers(-(10**14), 10**14), st.fractions(Fraction(1, 10**6), 10**3, max_denominator=10**6))
def test_products_are_exact_and_rounded_half_to_even(micros, factor):
    (product,) = multiplied_exactly(pd.Series([micros]).to_numpy(), factor).tolist()
    assert product == round(Fraction(micros) * factor)


def test_a_product_too_large_to_be_added_up_is_refused():
    with pytest.raises(BadInput, match="too large"):
        multiplied_exactly(pd.Series([9 * 10**18]).to_numpy(), Fraction(2))


@given(st.frozensets(st.integers(1, 500), min_size=1))
def test_rows_survive_being_written_as_ranges(rows):
    assert expanded(compact(rows)) == tuple(sorted(rows))


@pytest.mark.parametrize("text", ["", "a", "5-", "9-3", "1;2"])
def test_what_names_no_rows_is_refused(text):
    with pytest.raises(BadInput, match=r"names no rows|no range of rows"):
        expanded(text)


@pytest.mark.parametrize("text", ["", "0", "-2", "1/0", "abc", "1e3", "10000000001"])
def test_what_is_no_factor_is_refused(text):
    with pytest.raises(BadInput, match="is no factor"):
        read_factor(text)


@pytest.mark.parametrize(("factor", "text"), [(1000.0, "1000"), (1 / 24.9, "1/24.9"), (0.001, "0.001"), (0.92, "0.92")])
def test_a_proposed_factor_is_written_as_people_would(factor, text):
    assert factor_text(factor) == text
    assert float(read_factor(text)) == pytest.approx(factor, rel=1e-12)


def test_a_correction_survives_being_kept():
    for one in (correction(line_items=("x",)), correction(kind="multiply_spend", factor="1/24.9", finding_key="k")):
        assert Correction.from_dict(one.as_dict()) == one


def test_corrections_come_before_the_conversion_and_both_sides_are_converted():
    foreign = table()
    foreign.records["currency"] = pd.Categorical(["USD", "USD", "EUR"])
    fixed = corrected(foreign, [correction(), correction(id="2", kind="multiply_spend", factor="3", rows=(2,))])
    rates = rate_table([Rate(pd.Timestamp(DAY).date(), "USD", Decimal("0.5"))], source="rates.csv")
    converted = in_one_currency(ProjectData(media=(fixed,)), [rates], "EUR").media[0]
    assert converted.records["spend_micros"].tolist() == [15_000_000, 30_000_000]
    assert [one.difference_micros for one in converted.corrections] == [-10_000_000, 10_000_000]
    assert converted.raw_micros == 45_000_000, "5 + 10 + 30: the file in the project's currency"


def test_rows_left_out_in_a_currency_without_a_rate_are_refused_with_words():
    foreign = table()
    foreign.records["currency"] = pd.Categorical(["EUR", "SEK", "EUR"])
    fixed = corrected(foreign, [correction()])
    with pytest.raises(BadInput, match="SEK cannot be converted"):
        in_one_currency(ProjectData(media=(fixed,)), [], "EUR")


CORRECTIONS = st.lists(
    st.builds(
        correction,
        id=st.uuids().map(str),
        kind=st.sampled_from(["leave_out_rows", "multiply_spend"]),
        factor=st.sampled_from(["1000", "1/3", "0.5", "1/24.9"]),
        rows=st.frozensets(st.integers(2, 12), min_size=1).map(lambda rows: tuple(sorted(rows))),
        source=st.sampled_from(["media.csv", "other.csv"]),
    ),
    max_size=5,
)


@given(st.lists(st.integers(-(10**9), 10**11), min_size=1, max_size=10), CORRECTIONS)
def test_the_file_and_its_corrections_are_the_line_items_to_the_last_micro(amounts, made):
    before = media([("a" if place % 2 else "b", DAY, 1.0) for place in range(len(amounts))])
    before.records["spend_micros"] = amounts
    before = dataclasses.replace(before, raw_micros=sum(amounts))
    after = corrected(before, made)
    assert (
        after.raw_micros + sum(one.difference_micros for one in after.corrections)
        == after.records["spend_micros"].sum()
    )
    assert after.raw_rows - len(after.records) == sum(
        one.rows for one in after.corrections if one.kind == "leave_out_rows"
    )
    assert {one.id for one in after.corrections} <= {one.id for one in made if one.source == "media.csv"}


@given(CORRECTIONS)
def test_corrections_taken_back_leave_what_was_read(made):
    before = table()
    assert corrected(before, []).records.equals(before.records)
    kept = before.records.copy()
    corrected(before, made)
    assert before.records.equals(kept)


@pytest.mark.parametrize(
    "text", ["1-2000001", "2000001", "1-1500000, 2-1500000", ", ".join(["1-1000000"] * 500), f"1-{'9' * 5000}"]
)
def test_more_rows_than_any_file_holds_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"rows are named|names no rows"):
        expanded(text)


def test_as_many_rows_as_a_file_can_hold_are_read() -> None:
    assert len(expanded("1-999999, 1000001-2000000")) == 1_999_999
