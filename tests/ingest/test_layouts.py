"""Files by period and flat files: the same money as in a long file, every figure with its row."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.ingest.shapes import period_columns
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_controls, read_kpi, read_media
from mmm_core.money import amount_text

FLAT = (
    "variable,period,value",
    "tv_spend,2024-01-01,100",
    "tv_grp,2024-01-01,50",
    "revenue,2024-01-01,900",
    "price,2024-01-01,9.9",
    "tv_spend,2024-01-08,200.5",
    "revenue,2024-01-08,950",
    "price,2024-01-08,",
)
FLAT_MEDIA = MediaReading(
    layout="flat",
    date="period",
    variable="variable",
    figures="value",
    spend={"TV": "tv_spend"},
    exposure={"TV": "tv_grp"},
)
BY_METRIC = (
    "Channel,Campaign,Metric,KW 1/2024,KW 2/2024,Total",
    "TV,A,Spend,100,200,300",
    "TV,A,Impressions,1000,,1000",
    "Radio,B,Spend,1,2,3",
)
PERIODS = MediaReading(
    layout="periods", variable="Metric", spend="Spend", exposure="Impressions", line_item=("Channel", "Campaign")
)


def table(*lines: str, name: str = "media.csv") -> RawTable:
    return read_table("\n".join(lines).encode(), name=name)


def codes(result) -> list[str]:
    return [finding.code for finding in result.findings]


def test_media_is_taken_out_of_a_flat_file_with_its_rows():
    media = read_media(table(*FLAT), FLAT_MEDIA)
    assert media.line_items["line_item"].tolist() == ["TV"]
    assert media.records["row"].tolist() == [2, 3, 6]
    assert media.records["spend_micros"].tolist() == [100_000_000, 0, 200_500_000]
    np.testing.assert_array_equal(media.records["exposure"], [np.nan, 50, np.nan])
    assert (media.raw_rows, media.raw_micros) == (7, 300_500_000)


def test_rows_of_a_flat_file_that_are_no_media_are_said():
    (note,) = read_media(table(*FLAT), FLAT_MEDIA).findings
    assert (note.code, note.where.rows) == ("variables_without_role", (4, 5, 7, 8))
    assert note.evidence["variables"] == ["price", "revenue"]


def test_outcome_and_controls_come_out_of_the_same_flat_file():
    roles = {"layout": "flat", "date": "period", "variable": "variable", "figures": "value"}
    kpi = read_kpi(table(*FLAT), KpiReading.from_dict({**roles, "value": "revenue"}))
    assert (kpi.name, kpi.rows["row"].tolist(), kpi.rows["value"].tolist()) == ("revenue", [4, 7], [900.0, 950.0])
    controls = read_controls(table(*FLAT), ControlsReading.from_dict({**roles, "columns": ["price", "revenue"]}))
    np.testing.assert_array_equal(controls.rows["price"], [9.9, np.nan])
    np.testing.assert_array_equal(controls.rows["revenue"], [900, 950])
    assert codes(controls) == ["control_value_missing"]


def test_line_items_of_a_flat_file_may_be_named_by_other_columns():
    lines = ("Period,Campaign,Name,Value", "2024-01-01,A,Spend,1.5", "2024-01-01,A,Clicks,7", "2024-01-01,B,Spend,2")
    reading = MediaReading(
        layout="flat",
        date="Period",
        variable="Name",
        figures="Value",
        spend="Spend",
        clicks="Clicks",
        line_item=("Campaign",),
    )
    media = read_media(table(*lines), reading)
    assert media.dimensions == ("Campaign",)
    assert media.records["spend_micros"].tolist() == [1_500_000, 0, 2_000_000]
    np.testing.assert_array_equal(media.records["clicks"], [np.nan, 7, np.nan])


def test_a_variable_that_the_file_does_not_have_is_refused_with_the_closest_one():
    reading = MediaReading.from_dict({**FLAT_MEDIA.as_dict(), "spend": {"TV": "tv_spent"}})
    with pytest.raises(BadInput, match=r"Column 'variable' has no 'tv_spent' .*Did you mean 'tv_spend'\?"):
        read_media(table(*FLAT), reading)


def test_a_variable_in_two_roles_is_refused():
    reading = MediaReading.from_dict({**FLAT_MEDIA.as_dict(), "exposure": {"TV": "tv_spend"}})
    with pytest.raises(BadInput, match="'tv_spend' has more than one role"):
        read_media(table(*FLAT), reading)


def test_a_file_by_periods_keeps_the_row_of_every_cell():
    media = read_media(table(*BY_METRIC), PERIODS)
    spend = media.records[media.records["spend_micros"] != 0]
    assert [
        (row, f"{day:%m-%d}", micros) for row, day, micros in spend[["row", "date", "spend_micros"]].to_numpy()
    ] == [
        (2, "01-01", 100_000_000),
        (4, "01-01", 1_000_000),
        (2, "01-08", 200_000_000),
        (4, "01-08", 2_000_000),
    ]
    np.testing.assert_array_equal(media.records["exposure"], [np.nan, 1000, np.nan, np.nan, np.nan, np.nan])
    assert (media.raw_rows, media.raw_micros, len(media.records)) == (3, 303_000_000, 6)


def test_without_a_metric_every_figure_is_spend():
    media = read_media(
        table("Channel,2024-01-01,2024-01-08", "TV,1,2", "Radio,3,"),
        MediaReading(layout="periods", line_item=("Channel",)),
    )
    assert media.records["spend_micros"].tolist() == [1_000_000, 3_000_000, 2_000_000, 0]
    assert codes(media) == ["spend_empty"]


def test_a_column_of_totals_is_no_period():
    media = read_media(table(*BY_METRIC), PERIODS)
    assert codes(media) == ["totals_column_skipped"]
    wrong = read_media(table(*BY_METRIC[:3], "Radio,B,Spend,1,2,4"), PERIODS)
    finding = wrong.findings[-1]
    assert (finding.code, finding.where.rows) == ("totals_column_differs", (4,))
    assert finding.evidence["difference_micros"] == -1_000_000


def test_a_totals_row_of_a_file_by_periods_is_compared_with_the_rows_of_its_metric():
    right = read_media(table(*BY_METRIC, "Total,,Spend,101,202,303"), PERIODS)
    assert codes(right) == ["totals_row_skipped", "totals_column_skipped"]
    wrong = read_media(table(*BY_METRIC, "Total,,Spend,101,203,303"), PERIODS)
    (finding,) = [f for f in wrong.findings if f.code == "totals_row_differs"]
    assert (finding.where.columns, finding.evidence["difference_micros"]) == (("KW 2/2024",), -1_000_000)


@pytest.mark.parametrize(
    ("header", "periods"),
    [
        ("Channel,Jan 2024,Feb 2024,Mar 2024,Q1 2024", ("Jan 2024", "Feb 2024", "Mar 2024")),
        ("Kanal,KW 1/2024,KW 2/2024,Summe,Gesamt 2024", ("KW 1/2024", "KW 2/2024")),
        ("Channel,2024-W01,2024-W02,2024-W03,Budget", ("2024-W01", "2024-W02", "2024-W03")),
        ("Canal,janvier 2024,février 2024,Total,CPM", ("janvier 2024", "février 2024")),
        ("Kanal,01.01.2024,08.01.2024,15.01.2024,x", ("01.01.2024", "08.01.2024", "15.01.2024")),
        ("Channel,2024 / Jan,2024 / Feb,2024 / Total,x", ("2024 / Jan", "2024 / Feb")),
        ("Channel,tv,radio,print,ooh", ()),
    ],
)
def test_periods_are_told_from_their_totals_and_from_other_columns(header, periods):
    assert period_columns(table(header, "TV,1,2,3,4")) == periods


def test_two_columns_for_one_date_are_refused():
    lines = ("Channel,2024-01-01,01.01.2024", "TV,1,2")
    with pytest.raises(BadInput, match=r"Columns '2024-01-01', '01\.01\.2024' stand for the same date"):
        read_media(table(*lines), MediaReading(layout="periods", line_item=("Channel",)))


def test_headers_whose_day_and_month_cannot_be_told_apart_are_asked_for():
    lines = ("Channel,1/2/2024,8/2/2024", "TV,1,2")
    with pytest.raises(BadInput, match="cannot be told apart"):
        read_media(table(*lines), MediaReading(layout="periods", line_item=("Channel",)))
    media = read_media(table(*lines), MediaReading(layout="periods", line_item=("Channel",), date_order="dmy"))
    assert [f"{day:%m-%d}" for day in media.records["date"]] == ["02-01", "02-08"]


def test_a_file_without_periods_is_refused():
    with pytest.raises(BadInput, match="No column stands for a period"):
        read_media(table("Channel,a,b", "TV,1,2"), MediaReading(layout="periods", line_item=("Channel",)))


def test_decimals_of_a_period_are_read_as_in_the_others():
    lines = ("Kanal;KW 1/2024;KW 2/2024", "TV;1.234;1,5", "Radio;2.000;2")
    media = read_media(table(*lines), MediaReading(layout="periods", line_item=("Kanal",)))
    assert media.raw_micros == 1_234_000_000 + 2_000_000_000 + 3_500_000


def test_outcome_and_controls_come_out_of_a_file_by_periods():
    lines = ("Kennzahl;KW 1/2024;KW 2/2024", "Umsatz;1.000,5;2.000", "Preis;9,9;9,8")
    roles = {"layout": "periods", "variable": "Kennzahl"}
    kpi = read_kpi(table(*lines), KpiReading.from_dict({**roles, "value": "Umsatz"}))
    assert (kpi.rows["row"].tolist(), kpi.rows["value"].tolist()) == ([2, 2], [1000.5, 2000.0])
    controls = read_controls(table(*lines), ControlsReading.from_dict({**roles, "columns": ["Preis"]}))
    assert controls.rows["Preis"].tolist() == [9.9, 9.8]


def test_regions_stay_with_the_figures_of_a_file_by_periods():
    lines = ("Region,Channel,2024-01-01,2024-01-08", "N,TV,1,2", "S,TV,3,4")
    media = read_media(table(*lines), MediaReading(layout="periods", line_item=("Channel",), geo="Region"))
    assert media.records["geo"].tolist() == ["N", "S", "N", "S"]
    assert media.has_geo


def test_periods_that_a_reading_leaves_out_are_said():
    """A newer file has more columns; a reading that names the old ones must not lose money in silence."""
    lines = ("Channel,2024-01-01,2024-01-08,2024-01-15", "TV,1,2,3")
    reading = MediaReading(layout="periods", line_item=("Channel",), periods=("2024-01-01", "2024-01-08"))
    media = read_media(table(*lines), reading)
    assert media.raw_micros == 3_000_000
    assert [(finding.code, finding.where.columns) for finding in media.findings] == [
        ("periods_left_out", ("2024-01-15",))
    ]


spends = st.lists(st.integers(min_value=-(10**11), max_value=10**11), min_size=6, max_size=6)


@settings(deadline=None, max_examples=40)
@given(spends)
def test_the_same_data_holds_the_same_money_in_every_layout(amounts):
    """Three line items over two weeks, written long, wide, by periods and flat."""
    names, days = ("TV", "Radio", "Print"), [date(2024, 1, 1) + timedelta(days=7 * week) for week in range(2)]
    cells = {(name, day): amount_text(amounts[3 * w + n]) for w, day in enumerate(days) for n, name in enumerate(names)}
    files = {
        "long": ["line_item,date,spend", *(f"{name},{day},{text}" for (name, day), text in cells.items())],
        "wide": [f"date,{','.join(names)}", *(f"{d},{','.join(cells[n, d] for n in names)}" for d in days)],
        "periods": [
            f"line_item,{','.join(map(str, days))}",
            *(f"{n},{','.join(cells[n, d] for d in days)}" for n in names),
        ],
        "flat": ["variable,date,value", *(f"{name},{day},{text}" for (name, day), text in cells.items())],
    }
    own = {name: name for name in names}
    readings = {
        "long": MediaReading(layout="long", date="date", line_item=("line_item",), spend="spend", decimal="."),
        "wide": MediaReading(layout="wide", date="date", spend=own, decimal="."),
        "periods": MediaReading(layout="periods", line_item=("line_item",), decimal="."),
        "flat": MediaReading(layout="flat", date="date", variable="variable", figures="value", spend=own, decimal="."),
    }
    sums = []
    for layout, lines in files.items():
        media = read_media(table(*lines), readings[layout])
        assert media.raw_micros == sum(amounts) == int(media.records["spend_micros"].sum())
        grouped = media.records.groupby(["line_item_id", "date"], observed=True)["spend_micros"].sum()
        sums.append({key: int(value) for key, value in grouped.items()})
    assert sums[0] == sums[1] == sums[2] == sums[3]
