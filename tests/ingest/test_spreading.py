"""Monthly figures: refused unless somebody asks for spreading, and then exact."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmm_core.checks.reconciliation import reconcile
from mmm_core.errors import BadInput
from mmm_core.findings import Severity
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.ingest.spreading import even_part, spread_records
from mmm_core.ingest.typed import read_controls, read_kpi, read_media
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import build_cube
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import resolve

LONG = {"layout": "long", "date": "month", "line_item": ["campaign"], "spend": "spend", "exposure": "imps"}


def table(*lines: str):
    return read_table("\n".join(lines).encode(), name="media.csv")


def media(*lines: str, **roles):
    return read_media(table("month,campaign,spend,imps", *lines), MediaReading.from_dict({**LONG, **roles}))


def codes(result) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.severity)) for finding in result.findings]


MONTHS = ("2024-01,a,31,310", "2024-02,a,10,")


def test_monthly_figures_block_unless_spreading_is_asked_for():
    read = media(*MONTHS)
    assert codes(read) == [("monthly_figures", "error")]
    (finding,) = read.findings
    assert finding.where.rows == (2, 3)
    assert 'spread = "days"' in finding.remedy
    assert "2 rows stand for months (such as 2024-01-01 to 2024-01-31)" in finding.message
    assert read.records["date"].dt.strftime("%Y-%m-%d").tolist() == ["2024-01-01", "2024-02-01"]


@pytest.mark.parametrize(
    "dates", [("2024-01-01", "2024-02-01"), ("2024-01-31", "2024-02-29"), ("Jan 2024", "Feb 2024")]
)
def test_months_are_recognised_however_they_are_named(dates):
    read = media(*(f"{day},a,1,1" for day in dates), spread="days")
    assert codes(read) == [("monthly_figures_spread", "warning")]
    assert (read.records["date"].min(), read.records["date"].max()) == (
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-02-29"),
    )


def test_weekly_and_daily_figures_stay_as_they_are():
    for days in (("2024-01-01", "2024-01-08"), ("2024-01-01", "2024-01-02"), ("KW 1/2024", "KW 2/2024")):
        read = media(*(f"{day},a,1,1" for day in days), spread="days")
        assert codes(read) == []
        assert len(read.records) == 2
        assert "file_rows" not in read.records


def test_a_range_of_a_week_is_kept_and_one_of_eight_days_is_coarse():
    assert codes(media("01.01.2024 - 07.01.2024,a,1,1")) == []
    assert codes(media("01.01.2024 - 08.01.2024,a,1,1")) == [("monthly_figures", "error")]


def test_a_spread_month_keeps_its_money_its_exposure_and_its_row():
    read = media(*MONTHS, spread="days")
    january = read.records[read.records["row"] == 2]
    assert january["spend_micros"].tolist() == [1_000_000] * 31
    np.testing.assert_allclose(january["exposure"], 10.0)
    february = read.records[read.records["row"] == 3]
    assert february["spend_micros"].tolist() == [344_828] * 17 + [344_827] * 12
    assert february["spend_micros"].sum() == 10_000_000
    assert february["exposure"].isna().all()
    assert read.records["file_rows"].tolist() == [1, *[0] * 30, 1, *[0] * 28]
    assert (read.raw_rows, read.raw_micros) == (2, 41_000_000)


def test_only_the_long_rows_of_a_mixed_file_are_spread():
    read = media("2024-01-03,a,1,1", "2024-02,b,29,1", spread="days")
    assert read.records.groupby("row").size().tolist() == [1, 29]


def test_the_periods_layout_is_spread_by_its_headers():
    wide = read_table(b"campaign,2024-01,2024-02\na,31,29\nb,0,2.9\n", name="plan.csv")
    reading = {"layout": "periods", "line_item": ["campaign"]}
    assert codes(read_media(wide, MediaReading.from_dict(reading))) == [("monthly_figures", "error")]
    read = read_media(wide, MediaReading.from_dict({**reading, "spread": "days"}))
    assert read.records.groupby("row", sort=True).size().tolist() == [60, 60]
    assert read.records.groupby("row")["spend_micros"].sum().tolist() == [60_000_000, 2_900_000]
    assert read.records["file_rows"].sum() == 4


amounts = st.integers(min_value=-(10**15), max_value=10**15)
lengths = st.integers(min_value=0, max_value=100)


@settings(deadline=None)
@given(st.lists(st.tuples(amounts, lengths, st.floats(min_value=0, max_value=1e9)), min_size=1, max_size=20))
def test_spreading_keeps_every_micro_of_every_row(rows):
    first = np.full(len(rows), np.datetime64("2024-01-01", "ns"))
    last = first + np.array([length for _, length, _ in rows]).astype("timedelta64[D]")
    records = pd.DataFrame(
        {
            "row": np.arange(len(rows)),
            "date": first,
            "spend_micros": np.array([amount for amount, _, _ in rows], dtype=np.int64),
            "exposure": [exposure for *_, exposure in rows],
        }
    )
    spread = spread_records(records, last)
    per_row = spread.groupby("row")
    assert per_row["spend_micros"].sum().tolist() == [amount for amount, _, _ in rows]
    np.testing.assert_allclose(per_row["exposure"].sum(), records["exposure"], atol=1e-300)
    assert per_row["file_rows"].sum().tolist() == [1] * len(rows)
    assert (per_row["spend_micros"].max() - per_row["spend_micros"].min() <= 1).all()
    assert not spread.duplicated(["row", "date"]).any()


@given(amounts, st.integers(min_value=1, max_value=400))
def test_no_day_has_the_other_sign(amount, parts):
    shares = even_part(np.full(parts, amount), np.full(parts, parts), np.arange(parts))
    assert shares.sum() == amount
    assert (shares * np.sign(amount) >= 0).all()


@pytest.mark.parametrize("period", ["week", "day"])
def test_a_spread_row_counts_once_in_the_reconciliation(period):
    read = media(*MONTHS, "2024-02,b,-1,", spread="days")
    items = catalogue([read])
    assert items.set_index("name")["rows"].to_dict() == {"a": 2, "b": 1}
    cube = build_cube([read], items.index, Calendar(period=period), keep_geo=False)
    mapping = Mapping(levels=("Group",), leaves=(("All",),), rules=())
    mapping = mapping.assign(list(items.index), Target(path=("All",)))
    resolution = resolve(items, mapping, ReadNames(items))
    steps = reconcile([read], cube, resolution, None).set_index("step")
    assert steps.loc[["raw", "line_items", "mapped", "model_input"], "rows"].tolist() == [3, 3, 3, 3]
    assert steps.loc[["raw", "line_items", "mapped", "model_input"], "micros"].tolist() == [40_000_000] * 4
    assert (steps["difference_micros"] == 0).all()


def test_a_monthly_outcome_blocks_too_and_is_divided_when_asked():
    months = table("month,sales", "2024-01,31", "2024-02,58")
    kpi = read_kpi(months, KpiReading(date="month", value="sales"))
    assert codes(kpi) == [("monthly_figures", "error")]
    spread = read_kpi(months, KpiReading(date="month", value="sales", spread="days"))
    assert spread.rows["value"].tolist() == [1.0] * 31 + [2.0] * 29
    assert codes(spread) == [("monthly_figures_spread", "warning")]


def test_a_monthly_control_holds_on_each_of_its_days():
    months = table("month,price", "2024-01,2.5", "2024-02,3")
    spread = read_controls(months, ControlsReading(date="month", columns=("price",), spread="days"))
    assert spread.rows["price"].tolist() == [2.5] * 31 + [3.0] * 29
    assert spread.findings[-1].severity is Severity.WARNING


def test_months_that_overlap_days_of_an_outcome_are_refused():
    mixed = table("month,sales", "2024-01,31", "2024-01-15,2")
    with pytest.raises(BadInput, match="Several rows stand for 2024-01-15"):
        read_kpi(mixed, KpiReading(date="month", value="sales", spread="days"))


def test_a_reading_says_in_words_whether_to_spread():
    with pytest.raises(BadInput, match="The role 'spread' is 'yes'; one of 'no', 'days' was expected"):
        MediaReading.from_dict({**LONG, "spread": "yes"})
    with pytest.raises(BadInput, match="There is no time zone 'Mars'"):
        MediaReading.from_dict({**LONG, "time_zone": "Mars"})
    reading = MediaReading.from_dict({**LONG, "spread": "days", "time_zone": "Europe/Paris"})
    assert MediaReading.from_dict(reading.as_dict()) == reading
