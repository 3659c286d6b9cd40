"""Small typed tables for tests, written the way a person would write them down."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmm_core import fingerprint
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.schema import WHOLE_MARKET, ControlsTable, KpiTable, MediaTable, ProjectData

Row = tuple[str, str, float]


def media(rows: Sequence[tuple], *, source: str = "media.csv", dimensions: Sequence[str] = ("campaign",)) -> MediaTable:
    """Rows are (name or names, date, spend) or (name, date, spend, exposure) or (name, date, spend, exposure, geo)."""
    padded = [(*row, *(None,) * (5 - len(row))) for row in rows]
    values = [row[0] if isinstance(row[0], tuple) else (row[0],) for row in padded]
    ids = [fingerprint.of_content(dict(zip(dimensions, value, strict=True)))[:16] for value in values]
    records = pd.DataFrame(
        {
            "row": np.arange(2, len(rows) + 2, dtype=np.int64),
            "line_item_id": pd.Categorical(ids),
            "date": pd.to_datetime([row[1] for row in padded]),
            "geo": pd.Categorical([row[4] or WHOLE_MARKET for row in padded]),
            "spend_micros": np.array([round(row[2] * MICROS_PER_UNIT) for row in padded], dtype=np.int64),
            "exposure": np.array([np.nan if row[3] is None else row[3] for row in padded], dtype=np.float64),
        }
    )
    items = pd.DataFrame(values, columns=list(dimensions), index=pd.Index(ids, name="line_item_id"))
    return MediaTable(
        source=source,
        dimensions=tuple(dimensions),
        records=records,
        line_items=items[~items.index.duplicated()],
        raw_rows=len(rows),
        raw_micros=int(records["spend_micros"].sum()),
        has_geo=any(row[4] for row in padded),
    )


def kpi(dates: Sequence[str], values: Sequence[float], *, geos: Sequence[str] | None = None) -> KpiTable:
    rows = pd.DataFrame(
        {
            "row": np.arange(2, len(dates) + 2),
            "date": pd.to_datetime(list(dates)),
            "geo": list(geos) if geos else WHOLE_MARKET,
            "value": np.asarray(values, dtype=np.float64),
        }
    )
    return KpiTable(source="kpi.csv", name="revenue", rows=rows, has_geo=geos is not None)


def controls(dates: Sequence[str], **columns: Sequence[float]) -> ControlsTable:
    rows = pd.DataFrame(
        {"row": np.arange(2, len(dates) + 2), "date": pd.to_datetime(list(dates)), "geo": WHOLE_MARKET, **columns}
    )
    return ControlsTable(source="controls.csv", names=tuple(columns), rows=rows)


def mondays(periods: int, *, start: str = "2024-01-01") -> list[str]:
    return pd.date_range(start, periods=periods, freq="7D").strftime("%Y-%m-%d").tolist()


def weekly_project(spend: dict[str, Sequence[float]], *, seed: int = 1) -> ProjectData:
    """One media file with one campaign per key and a KPI without meaning, on consecutive Mondays."""
    periods = len(next(iter(spend.values())))
    dates = mondays(periods)
    rows = [
        (name, date, float(value)) for name, values in spend.items() for date, value in zip(dates, values, strict=True)
    ]
    values = np.random.default_rng(seed).uniform(900, 1100, periods)
    return ProjectData(media=(media(rows),), kpi=kpi(dates, values))
