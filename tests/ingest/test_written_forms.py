"""What was detected about decimals and dates is said where it is used."""

import pytest

from mmm_core.ingest.guess import guess
from mmm_core.ingest.readers import read_table


def reasons(*lines: str, kind="media") -> dict[str, str]:
    return guess(read_table("\n".join(lines).encode(), name="media.csv"), kind).reasons


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("1.234", "0.5"), "with a decimal point, as in '0.5' (column 'spend')"),
        (("1.234", "2,5"), "with a decimal comma, as in '2,5' (column 'spend')"),
        (("1.234", "2.500"), "'spend' can be read both ways; please say which is meant"),
    ],
)
def test_the_way_of_writing_decimals_is_shown_with_an_example(cells, reason):
    rows = [f"2024-01-0{day}\ta\t{cell}" for day, cell in enumerate(cells, start=1)]
    assert reasons("date\tcampaign\tspend", *rows)["decimal"] == reason


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        (("01/02/2024", "13/02/2024"), "the day first, as in '13/02/2024'"),
        (("01/02/2024", "02/13/2024"), "the month first, as in '02/13/2024'"),
        (
            ("01/02/2024", "03/02/2024"),
            "day and month cannot be told apart in '01/02/2024'; please say which comes first",
        ),
    ],
)
def test_the_order_of_day_and_month_is_shown_with_an_example(dates, reason):
    assert reasons("date,campaign,spend", *(f"{day},a,1" for day in dates))["date_order"] == reason


@pytest.mark.parametrize("kind", ["media", "kpi", "controls"])
def test_nothing_is_said_where_nothing_is_open(kind):
    found = reasons("date,campaign,spend,sales,price", "2024-01-01,a,1,2,3", "2024-01-08,b,2,3,4", kind=kind)
    assert not {"decimal", "date_order"} & set(found)
