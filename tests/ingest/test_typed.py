import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.findings import Severity
from mmm_core.fingerprint import of_content
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.ingest.typed import read_controls, read_kpi, read_media
from mmm_core.money import amount_text

LONG = MediaReading(layout="long", date="date", line_item=("platform", "campaign"), spend="spend", exposure="imps")
WIDE = MediaReading(layout="wide", date="date", spend={"TV": "tv_S", "Radio": "radio_S"}, exposure={"TV": "tv_I"})


def table(*lines: str):
    return read_table("\n".join(lines).encode(), name="media.csv")


def codes(result) -> list[str]:
    return [finding.code for finding in result.findings]


def long_table(*lines: str):
    return table("date,platform,campaign,spend,imps,geo", *lines)


def test_rows_of_a_long_file_keep_their_origin():
    media = read_media(
        long_table("2024-01-01,FB,Brand,1.50,10,N", "", "2024-01-01,FB,Shop,2,,S", "2024-01-08,FB,Brand,0,5,N"), LONG
    )
    brand, shop = (of_content({"platform": "FB", "campaign": name})[:16] for name in ("Brand", "Shop"))
    records = media.records
    assert records["row"].tolist() == [2, 4, 5]
    assert records["line_item_id"].tolist() == [brand, shop, brand]
    assert records["spend_micros"].tolist() == [1_500_000, 2_000_000, 0]
    assert records["spend_micros"].dtype == np.int64
    assert records["date"].dtype == "datetime64[ns]"
    assert records["geo"].unique().tolist() == ["national"]
    np.testing.assert_array_equal(records["exposure"], [10, np.nan, 5])
    assert media.line_items.loc[shop].to_dict() == {"platform": "FB", "campaign": "Shop"}
    assert (media.raw_rows, media.raw_micros, media.dimensions, media.has_geo) == (
        3,
        3_500_000,
        ("platform", "campaign"),
        False,
    )


def test_regions_are_read_when_named():
    reading = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend", geo="geo")
    media = read_media(long_table("2024-01-01,FB,Brand,1,1, N", "2024-01-01,FB,Brand,2,1,S"), reading)
    assert (media.has_geo, media.records["geo"].tolist()) == (True, ["N", "S"])
    with pytest.raises(BadInput, match=r"names no region in 1 row\(s\) \(rows 3"):
        read_media(long_table("2024-01-01,FB,Brand,1,1,N", "2024-01-01,FB,Brand,2,1,"), reading)


def test_names_that_differ_by_a_blank_are_different_line_items():
    assert len(read_media(long_table("2024-01-01,FB,Brand,1,1,N", "2024-01-01,FB,Brand ,2,1,N"), LONG).line_items) == 2


def test_a_long_file_without_dimensions_is_one_line_item():
    media = read_media(
        long_table("2024-01-01,FB,a,1,1,N", "2024-01-08,FB,b,2,1,N"),
        MediaReading(layout="long", date="date", spend="spend"),
    )
    assert media.line_items["line_item"].tolist() == ["spend"]


def test_a_wide_file_keeps_every_row_of_every_line_item():
    wide = table("date,tv_S,radio_S,tv_I", "2024-01-01,1.5,0,7", "2024-01-08,0,2.25,")
    media = read_media(wide, WIDE)
    assert media.dimensions == ("line_item",)
    assert media.line_items["line_item"].tolist() == ["TV", "Radio"]
    assert media.records["row"].tolist() == [2, 3, 2, 3]
    assert media.records["spend_micros"].tolist() == [1_500_000, 0, 0, 2_250_000]
    np.testing.assert_array_equal(media.records["exposure"], [7, np.nan, np.nan, np.nan])
    assert (media.raw_rows, media.raw_micros) == (2, 3_750_000)


amounts = st.integers(min_value=-(10**12), max_value=10**12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), amounts), min_size=1, max_size=30))
def test_records_add_up_to_the_file_to_the_cent(spends):
    lines = [f"2024-01-01,FB,{name},{amount_text(amount)},1,N" for name, amount in spends]
    media = read_media(long_table(*lines), LONG)
    per_item = {name: sum(amount for other, amount in spends if other == name) for name, _ in spends}
    sums = media.records.groupby("line_item_id", observed=True)["spend_micros"].sum()
    assert {media.line_items.loc[item, "campaign"]: total for item, total in sums.items()} == per_item
    assert media.raw_micros == sum(per_item.values())


def test_a_totals_row_that_is_right_is_only_noted():
    assert codes(
        read_media(long_table("2024-01-01,FB,a,1.5,1,N", "2024-01-08,FB,a,2,1,N", "Total,,,3.5,2,"), LONG)
    ) == ["totals_row_skipped"]


def test_a_totals_row_that_is_wrong_is_a_warning_with_the_difference():
    media = read_media(long_table("2024-01-01,FB,a,1.5,1,N", "2024-01-08,FB,a,2,1,N", "Total,,,3.51,2,"), LONG)
    finding = media.findings[-1]
    assert (finding.code, finding.severity, finding.where.rows) == ("totals_row_differs", Severity.WARNING, (4,))
    assert finding.evidence["difference_micros"] == -10_000
    assert "states 3.51" in finding.message
    assert media.raw_rows == 2


def test_subtotals_are_held_against_the_rows_above_them():
    lines = ("2024-01-01,FB,a,1,1,N", "Subtotal,,,1,,", "2024-01-08,FB,a,2,1,N", "Subtotal,,,2,,", "Total,,,3,,")
    assert set(codes(read_media(long_table(*lines), LONG))) == {"totals_row_skipped"}


def test_a_total_of_a_workbook_is_compared_as_stored():
    book = openpyxl.Workbook()
    for line in (
        ["date", "tv_S", "radio_S", "tv_I"],
        ["2024-01-01", 1.125, 1, 1],
        ["2024-01-08", 0.109, 1, 1],
        ["Summe", 1.234, 2, 2],
    ):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    media = read_media(read_table(out.getvalue(), name="plan.xlsx"), WIDE)
    assert codes(media) == ["totals_row_skipped"]
    assert media.source == "plan.xlsx / Sheet"


def test_empty_and_rounded_amounts_are_noted():
    media = read_media(long_table("2024-01-01,FB,a,,1,N", "2024-01-08,FB,a,0.33333333,1,N"), LONG)
    assert [(finding.code, finding.where.rows) for finding in media.findings] == [
        ("spend_rounded", (3,)),
        ("spend_empty", (2,)),
    ]


def test_six_decimals_are_not_rounded():
    assert codes(read_media(long_table("2024-01-01,FB,a,0.123456,1,N"), LONG)) == []


def test_several_currencies_are_an_error():
    media = read_media(
        table("date,platform,campaign,spend,imps,currency", "2024-01-01,FB,a,1,1,EUR", "2024-01-08,FB,a,2,1,USD"), LONG
    )
    assert [(finding.code, finding.severity) for finding in media.findings] == [("several_currencies", Severity.ERROR)]
    assert codes(read_media(long_table("2024-01-01,FB,a,€1,1,N", "2024-01-08,FB,a,$2,1,N"), LONG)) == [
        "several_currencies"
    ]
    assert codes(read_media(long_table("2024-01-01,FB,a,€1,1,N", "2024-01-08,FB,a,€2,1,N"), LONG)) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spend": "Spent"}, r"no column 'Spent' \(media.csv\); the columns are 'date', .*Did you mean 'spend'\?"),
        ({"line_item": ("platform", "spend")}, "Column 'spend' has more than one role"),
        ({"date": "campaign", "line_item": ()}, "1 value that is not a date"),
        ({"spend": "campaign", "line_item": ()}, "1 value that is not a number"),
    ],
)
def test_a_reading_that_does_not_fit_is_refused(change, message):
    reading = MediaReading.from_dict(LONG.as_dict() | change)
    with pytest.raises(BadInput, match=message):
        read_media(long_table("2024-01-01,FB,a,1,1,N"), reading)


KPI = KpiReading(date="date", value="revenue")


def test_the_outcome_is_read_with_its_rows():
    kpi = read_kpi(table("date,revenue", '2024-01-08,"1,234.5"', "2024-01-01,2"), KPI)
    expected = pd.DataFrame(
        {
            "row": [2, 3],
            "date": pd.to_datetime(["2024-01-08", "2024-01-01"]).astype("datetime64[ns]"),
            "value": [1234.5, 2.0],
        }
    )
    pd.testing.assert_frame_equal(kpi.rows[["row", "date", "value"]], expected)
    assert (kpi.name, kpi.source, kpi.has_geo) == ("revenue", "media.csv", False)


def test_two_kpi_rows_for_one_date_are_refused():
    with pytest.raises(
        BadInput, match=r"Several rows stand for 2024-01-01 \(rows 2, 4 of media.csv\); one row per date"
    ):
        read_kpi(table("date,revenue", "2024-01-01,1", "2024-01-08,2", "2024-01-01,3"), KPI)


def test_one_date_in_two_regions_is_no_duplicate():
    lines = ("date,revenue,region", "2024-01-01,1,N", "2024-01-01,2,S")
    assert len(read_kpi(table(*lines), KpiReading(date="date", value="revenue", geo="region")).rows) == 2
    with pytest.raises(BadInput, match="one row per date was expected"):
        read_kpi(table(*lines), KPI)


def test_a_missing_kpi_value_is_left_out_and_said():
    kpi = read_kpi(table("date,revenue", "2024-01-01,1", "2024-01-08,", "2024-01-15,0"), KPI)
    assert kpi.rows["row"].tolist() == [2, 4]
    assert [(finding.code, finding.severity, finding.where.rows) for finding in kpi.findings] == [
        ("kpi_value_missing", Severity.WARNING, (3,))
    ]


def test_text_in_the_kpi_is_refused():
    with pytest.raises(BadInput, match=r"Column 'revenue' holds 1 value that is not a number \('n/a'; row 3"):
        read_kpi(table("date,revenue", "2024-01-01,1", "2024-01-08,n/a", "2024-01-15,2"), KPI)


def test_controls_keep_a_missing_value_as_missing():
    controls = read_controls(
        table("date,price,promo", "2024-01-01,1.5,", "2024-01-08,2,1"),
        ControlsReading(date="date", columns=("price", "promo")),
    )
    assert controls.names == ("price", "promo")
    np.testing.assert_array_equal(controls.rows["promo"], [np.nan, 1])
    assert [(finding.code, finding.where.columns) for finding in controls.findings] == [
        ("control_value_missing", ("promo",))
    ]


def test_controls_called_like_a_field_of_the_rows_are_refused():
    with pytest.raises(BadInput, match="A control is called 'row'"):
        read_controls(table("date,row", "2024-01-01,1"), ControlsReading(date="date", columns=("row",)))
    with pytest.raises(BadInput, match="names no controls"):
        read_controls(table("date,row", "2024-01-01,1"), ControlsReading(date="date"))


def test_notes_of_a_wide_file_are_one_per_kind_with_all_columns():
    media = read_media(table("date,tv_S,radio_S,tv_I", "2024-01-01,,,7", "2024-01-08,1,,8"), WIDE)
    (note,) = media.findings
    assert (note.code, note.where.columns, note.where.rows) == ("spend_empty", ("tv_S", "radio_S"), (2, 3))
    assert note.evidence["cells"] == {"tv_S": 1, "radio_S": 2}
    assert note.message == "3 cells without an amount in columns 'tv_S', 'radio_S'; read as 0."


def test_rows_that_name_a_last_day_far_away_are_a_warning():
    reading = MediaReading(layout="long", date="Reporting starts", line_item=("Campaign name",), spend="Amount spent")
    header = "Campaign name,Reporting starts,Reporting ends,Amount spent"
    week = read_media(table(header, "a,2024-01-01,2024-01-07,1", "b,2024-01-01,2024-01-07,1"), reading)
    assert codes(week) == []
    month = read_media(table(header, "a,2024-01-01,2024-01-31,1", "b,2024-01-01,2024-01-08,1"), reading)
    (finding,) = month.findings
    assert (finding.code, finding.severity, finding.where.rows) == ("rows_span_days", Severity.WARNING, (2, 3))
    assert finding.evidence["days"] == 31
    other = replace_header(header, "a,2024-01-01,2024-01-31,1")
    assert codes(read_media(other, reading)) == []


def replace_header(header: str, line: str):
    """Return a table whose last day is that of the campaign, not of the row."""
    return table(header.replace("Reporting ends", "Campaign ends"), line)
