from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.number_grammar import read_number
from mmm_core.ingest.numbers import read_floats, read_money
from mmm_core.ingest.table import RawTable

amounts = st.integers(min_value=-(10**15), max_value=10**15)


def table(*, delimiter: str = ",", stored: list[bool] | None = None, **columns: list[str]) -> RawTable:
    rows = len(next(iter(columns.values())))
    native = None if stored is None else pa.table(dict.fromkeys(columns, stored))
    return RawTable(
        source="media.csv",
        sheet="",
        columns=tuple(columns),
        cells=pa.table({name: pa.array(cells, type=pa.string()) for name, cells in columns.items()}),
        row_numbers=np.arange(2, rows + 2),
        delimiter=delimiter,
        native=native,
    )


def micros(cells: list[str], **options) -> list[int]:
    return read_money(table(spend=cells), "spend", **options).micros.tolist()


def written(value: int, point: str, group: str) -> str:
    """Write micros with six decimals in a convention."""
    whole, decimals = f"{abs(value):07d}"[:-6], f"{abs(value):07d}"[-6:]
    grouped = f"{int(whole):,}".replace(",", group)
    return ("-" if value < 0 else "") + grouped + point + decimals


@settings(deadline=None)
@given(st.lists(amounts, min_size=1), st.sampled_from(["", ",", " ", "'", "\N{NO-BREAK SPACE}"]))
def test_money_with_a_decimal_point_survives_writing_and_reading(values, group):
    assert micros([written(value, ".", group) for value in values], decimal=".") == values


@settings(deadline=None)
@given(st.lists(amounts, min_size=1), st.sampled_from(["", ".", " ", "'", "\N{NARROW NO-BREAK SPACE}"]))
def test_money_with_a_decimal_comma_survives_writing_and_reading(values, group):
    assert micros([written(value, ",", group) for value in values], decimal=",") == values


@settings(deadline=None)
@given(st.lists(st.decimals(min_value=-(10**8), max_value=10**8, places=15), min_size=1))
def test_money_is_rounded_half_to_even_and_the_total_is_the_sum_of_the_rows(values):
    money = read_money(table(spend=[f"{value:f}" for value in values]), "spend", decimal=".")
    expected = [round(value.scaleb(6)) for value in values]
    assert money.micros.tolist() == expected
    assert money.total == sum(expected)
    assert money.rounded.tolist() == [value.scaleb(6) != round(value.scaleb(6)) for value in values]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1,234.50", "1234.50"),
        ("(500)", "-500"),
        ("500-", "-500"),
        ("\N{MINUS SIGN}12.5", "-12.5"),
        ("€ 1,200", "1200"),
        ("-$5.25", "-5.25"),
        ("5.25 EUR", "5.25"),
        ("$(5)", "-5"),
        ("+7", "7"),
        (".5", "0.5"),
        ("1.5e3", "1500"),
        ("22358.346666666668", "22358.346666666668"),
        ("12,34,567.50", "1234567.50"),
        ("₹1,00,000", "100000"),
        ("1E+05", "100000"),
        ("1\N{THIN SPACE}234.5", "1234.5"),
        ("1\N{FIGURE SPACE}234", "1234"),
        ("CHF 1'234.50", "1234.50"),
    ],
)
def test_ways_of_writing_with_a_decimal_point(text, plain):
    number = read_number(text, ".")
    assert number is not None
    assert Decimal(number.plain) == Decimal(plain)


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "n/a",
        "12%",
        "1,23.4",
        "1,2,345",
        "123,45,678",
        "1.2.3",
        "--5",
        "(5",
        "5)",
        "(-5)",
        "-5-",
        "1 234,5 6",
        "0x10",
        "nan",
        "inf",
        "1e999",
        "٣",
    ],
)
def test_what_does_not_follow_the_convention_to_the_letter_is_no_number(text):
    assert read_number(text, ".") is None


def test_a_comma_convention_refuses_points_that_are_no_thousands():
    assert read_number("1.23", ",") is None
    assert read_number("1.234", ",") == ("1234", "")


def test_text_in_spend_is_named_with_its_rows():
    cells = ["1.5"] * 60
    cells[12], cells[50] = "abc", "n/a"
    message = (
        r"^Column 'spend' holds 2 values that are not numbers \('abc', 'n/a'; rows 14, 52 of media.csv\); "
        r"a number was expected\. Correct them in the file or choose another column\.$"
    )
    with pytest.raises(BadInput, match=message):
        micros(cells)


def test_empty_cells_and_dashes_are_no_amount():
    money = read_money(table(spend=["1.5", "", "-", " -- ", "2"]), "spend")
    assert money.micros.tolist() == [1_500_000, 0, 0, 0, 2_000_000]
    assert money.empty.tolist() == [False, True, True, True, False]


def test_units_of_spend_are_explicit():
    assert micros(["36150000", "1.5"], unit="micros") == [36_150_000, 2]
    assert micros(["1.5", "0.000000001"], unit="thousands") == [1_500_000_000, 1]


def test_more_than_eighteen_decimals_are_still_rounded_exactly():
    half = "0.0000005"
    assert micros([half + "0" * 20, half + "0" * 20 + "1", "0.0000015" + "0" * 30]) == [0, 1, 2]


def test_a_total_beyond_micros_is_refused():
    with pytest.raises(BadInput, match="Column 'spend' adds up to more than 9 trillion"):
        micros(["9000000000000", "900000000000"])
    with pytest.raises(BadInput, match="adds up to more than 9 trillion"):
        micros(["1e25"])


def test_a_decisive_value_decides_for_the_column():
    assert micros(["1.234", "1.234,5"]) == [1_234_000_000, 1_234_500_000]
    assert micros(["1.234", "0.5"]) == [1_234_000, 500_000]
    assert micros(["1.234", "1.234.567"])[0] == 1_234_000_000


def test_another_column_decides_for_a_doubtful_one():
    both = table(spend=["1.234"], clicks=["2,5"])
    assert read_money(both, "spend").micros.tolist() == [1_234_000_000]


def test_a_semicolon_decides_for_the_comma():
    assert read_money(table(delimiter=";", spend=["1.234"]), "spend").micros.tolist() == [1_234_000_000]


def test_a_doubtful_column_is_asked_and_not_guessed():
    with pytest.raises(BadInput, match=r"'1\.234'.*Say which one it is: decimal"):
        micros(["1.234", "15", "2.500"])
    assert micros(["1.234", "15"], decimal=".") == [1_234_000, 15_000_000]
    assert micros(["1.234", "15"], decimal=",") == [1_234_000_000, 15_000_000]


def test_the_minority_of_a_mixed_column_is_refused():
    with pytest.raises(BadInput, match=r"1 value that is not a number \('1\.234,50'; row 4"):
        micros(["1.50", "2.25", "1.234,50"])


def test_a_column_that_is_evenly_mixed_is_refused():
    with pytest.raises(BadInput, match="writes decimals both ways"):
        micros(["1.50", "1,50"])


def test_stored_numbers_need_no_convention():
    stored = table(stored=[True, True], spend=["1.234", "2.5"])
    assert read_money(stored, "spend", decimal=",").micros.tolist() == [1_234_000, 2_500_000]


def test_stored_and_written_numbers_can_stand_in_one_column():
    mixed = table(stored=[True, False, False], spend=["1.234", "1.234,50", ""])
    assert read_money(mixed, "spend").micros.tolist() == [1_234_000, 1_234_500_000, 0]


def test_floats_keep_their_value_and_empty_is_not_zero():
    values = read_floats(table(grp=["0.1", "", "1e-7", "1,234.5"]), "grp")
    np.testing.assert_array_equal(values, [0.1, np.nan, 1e-7, 1234.5])


def test_currency_marks_are_collected():
    assert read_money(table(spend=["€5", "$5", "5"]), "spend").currencies == ("$", "€")
