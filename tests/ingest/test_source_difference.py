"""A newer file beside the older one: nothing new, changed or gone is missed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.ingest.source_difference import difference
from mmm_core.ingest.typed import read_controls, read_kpi, read_media
from mmm_core.money import amount_text

LONG = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend", exposure="imps")


def table(*lines: str):
    return read_table("\n".join(lines).encode(), name="media.csv")


def media(*lines: str, reading: MediaReading = LONG):
    return read_media(table("date,campaign,spend,imps", *lines), reading)


OLD = ("2024-01-01,a,1.5,10", "2024-01-08,a,2,20", "2024-01-01,b,3,30", "2024-01-08,gone,4,40")
NEW = ("2024-01-01,a,1.5,10", "2024-01-08,a,2.5,20", "2024-01-01,b,3,31", "2024-01-15,a,7,1", "2024-01-15,new,1,")


def test_new_changed_and_gone_cells_are_found_with_their_money():
    found = difference(media(*OLD), media(*NEW), currency="EUR")
    cells = found.cells.set_index(["name", "date"])
    assert found.counts == {"new": 2, "changed": 2, "gone": 1, "same": 1}
    assert cells["status"].to_dict() == {
        ("a", pd.Timestamp("2024-01-08")): "changed",
        ("a", pd.Timestamp("2024-01-15")): "new",
        ("b", pd.Timestamp("2024-01-01")): "changed",
        ("gone", pd.Timestamp("2024-01-08")): "gone",
        ("new", pd.Timestamp("2024-01-15")): "new",
    }
    assert cells.loc[("a", pd.Timestamp("2024-01-08")), ["spend_micros_before", "spend_micros_after"]].tolist() == [
        2_000_000,
        2_500_000,
    ]
    assert (found.new_line_items, found.gone_line_items) == (("new",), ("gone",))
    assert found.sentence == (
        "2 figures are new, 2 changed, 1 gone (1 new line item, 1 gone line item); spend goes from 10.50 to 15.00 EUR."
    )


def test_the_difference_is_added_up_per_line_item_and_per_period():
    found = difference(media(*OLD), media(*NEW))
    items = found.per_line_item.set_index("name")
    assert items["status"].to_dict() == {"a": "changed", "b": "changed", "gone": "gone", "new": "new"}
    assert items.loc["a", ["spend_micros_before", "spend_micros_after"]].tolist() == [3_500_000, 11_000_000]
    periods = found.per_period.set_index("date")
    assert periods[["new", "changed", "gone"]].to_numpy().tolist() == [[0, 1, 0], [0, 1, 1], [2, 0, 0]]


def test_clicks_are_compared_where_both_files_have_them():
    head, lines = "date,campaign,spend,clicks", ("2024-01-01,a,1,5", "2024-01-08,a,2,6")
    with_clicks = MediaReading.from_dict({**LONG.as_dict(), "exposure": None, "clicks": "clicks"})
    without = MediaReading.from_dict({**LONG.as_dict(), "exposure": None})
    old = read_media(table(head, *lines), with_clicks)
    new = read_media(table(head, lines[0], "2024-01-08,a,2,7"), with_clicks)
    found = difference(old, new)
    assert (found.measures, found.counts["changed"]) == (("spend_micros", "exposure", "clicks"), 1)
    assert found.cells[["clicks_before", "clicks_after"]].to_numpy().tolist() == [[6, 7]]
    assert difference(old, read_media(table(head, *lines), without)).is_empty


def test_the_same_rows_in_another_order_say_the_same():
    found = difference(media(*OLD), media(*reversed(OLD)))
    assert found.is_empty
    assert found.sentence == "Both files say the same."
    assert found.per_line_item.empty


def test_rows_of_one_line_item_and_date_are_added_up_before_they_are_compared():
    split = ("2024-01-01,a,1,4", "2024-01-01,a,0.5,6", *OLD[1:])
    found = difference(media(*OLD), media(*split))
    assert found.is_empty
    assert found.counts["same"] == 4


def test_exposure_that_is_unknown_in_both_files_is_the_same():
    assert difference(media("2024-01-01,a,1,"), media("2024-01-01,a,1,")).is_empty
    assert difference(media("2024-01-01,a,1,"), media("2024-01-01,a,1,0")).counts["changed"] == 1


def test_a_spread_month_is_compared_day_by_day():
    reading = MediaReading.from_dict({**LONG.as_dict(), "spread": "days"})
    before, after = (media(f"2024-02,a,{amount},1", reading=reading) for amount in (29, 58))
    found = difference(before, after)
    assert found.counts == {"new": 0, "changed": 29, "gone": 0, "same": 0}
    assert found.per_line_item["spend_micros_after"].tolist() == [58_000_000]


def test_outcome_and_controls_are_compared_by_their_columns():
    old, new = (read_kpi(table("date,sales", *lines), KpiReading(date="date", value="sales")) for lines in (
        ("2024-01-01,1", "2024-01-08,2"), ("2024-01-01,1", "2024-01-08,3", "2024-01-15,4")))  # fmt: skip
    found = difference(old, new)
    assert found.counts == {"new": 1, "changed": 1, "gone": 0, "same": 1}
    assert found.sentence.endswith("the figures add up to 3 before and 8 after.")
    reading = ControlsReading(date="date", columns=("price", "promo"))
    prices = [read_controls(table("date,price,promo", line), reading) for line in ("2024-01-01,1,", "2024-01-01,1,5")]
    assert difference(*prices).new_line_items == ("promo",)


def test_tables_of_different_kinds_are_refused():
    kpi = read_kpi(table("date,sales", "2024-01-01,1"), KpiReading(date="date", value="sales"))
    with pytest.raises(BadInput, match="The files are of different kinds: media and KPI"):
        difference(media(*OLD), kpi)


cells = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.integers(-(10**17), 10**17)), min_size=1, max_size=15
)


@settings(deadline=None)
@given(cells, cells)
def test_the_money_of_both_files_is_kept_to_the_micro(before, after):
    sides = [
        media(*(f"2024-01-0{day},{name},{amount_text(amount)},1" for name, day, amount in side))
        for side in (before, after)
    ]
    found = difference(*sides)
    moved = found.cells["spend_micros_after"].sum() - found.cells["spend_micros_before"].sum()
    assert moved == sum(amount for *_, amount in after) - sum(amount for *_, amount in before)
    per_item = found.per_line_item
    assert (per_item["spend_micros_after"] - per_item["spend_micros_before"]).sum() == moved
