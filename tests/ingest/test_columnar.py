"""Parquet: numbers keep the digits that the file means."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import KpiReading, MediaReading
from mmm_core.ingest.typed import read_kpi, read_media


def parquet(**columns):
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


DATES = ["2024-01-01", "2024-01-08", "2024-01-15"]


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64()])
def test_cents_survive_in_short_and_long_floats(kind):
    table = read_table(parquet(date=DATES, spend=pa.array([28495.14, 0.1, 1e-5], kind)), name="a.parquet")
    media = read_media(table, MediaReading(layout="long", date="date", spend="spend"))
    assert media.records["spend_micros"].tolist() == [28_495_140_000, 100_000, 10]


def test_a_kpi_without_any_value_is_refused():
    table = read_table(parquet(date=DATES, sales=pa.array([None] * 3, pa.float64())), name="kpi.parquet")
    with pytest.raises(BadInput, match="Column 'sales' has no value in any row"):
        read_kpi(table, KpiReading(date="date", value="sales"))


def test_a_wide_reading_with_an_empty_table_of_columns_names_nothing():
    with pytest.raises(BadInput, match="neither spend nor exposure"):
        MediaReading(layout="wide", date="date", spend={})
