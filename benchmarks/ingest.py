"""Large files from bytes to typed line items: time, beside a plain pandas read, and memory beyond a tiny file's."""

import io
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.measure import Measure, at_most, median_seconds
from benchmarks.memory import peak_bytes
from benchmarks.workbook import workbook
from mmm_core.ingest.guess import guess_media
from mmm_core.ingest.sandbox import read_upload
from mmm_core.ingest.typed import read_media

_ROWS = 1_000_000
_SHEET_ROWS = 200_000
_MEMORY = "issue 3: peak memory <= 6x the file's frame"


def measures() -> Iterator[Measure]:
    """Time ingest, roles guessed, exact money."""
    content = _csv()
    frame = pd.read_csv(io.BytesIO(content), parse_dates=["date"])
    ours = median_seconds(lambda: _ingest(content, "bench.csv"), times=3)
    plain = median_seconds(lambda: pd.read_csv(io.BytesIO(content), parse_dates=["date"]), times=3)
    yield at_most("ingest of a CSV of 1M rows x 8 columns", ours, "s", 5.0, "issue 3: 1M-row CSV <= 5 s")
    yield at_most(
        "the same, to pandas.read_csv",
        ours / plain,
        "ratio",
        5.0,
        "own: exact money and row numbers for at most five reads",
    )
    yield at_most("peak memory of the same, to its frame", _peak(content, ".csv", frame), "ratio", 6.0, _MEMORY)
    sheet = workbook(_SHEET_ROWS)
    frame = pd.read_excel(io.BytesIO(sheet), engine="calamine")
    ours = median_seconds(lambda: _ingest(sheet, "bench.xlsx"), times=3)
    plain = median_seconds(lambda: pd.read_excel(io.BytesIO(sheet), engine="calamine"), times=3)
    yield at_most("ingest of an .xlsx of 200k rows x 10 columns", ours, "s", 8.0, "issue 3: 200k-row .xlsx <= 8 s")
    yield at_most(
        "the same, to pandas.read_excel with the same parser",
        ours / plain,
        "ratio",
        3.0,
        "own: hostile files kept out and hidden cells found for at most three reads",
    )
    yield at_most("peak memory of the same, to its frame", _peak(sheet, ".xlsx", frame), "ratio", 6.0, _MEMORY)


def _ingest(content: bytes, name: str) -> None:
    table = read_upload(content, name=name)
    read_media(table, guess_media(table).reading)


def _peak(content: bytes, suffix: str, frame: pd.DataFrame) -> float:
    return peak_bytes(content, suffix) / float(frame.memory_usage(deep=True).sum())


def _csv() -> bytes:
    rng = np.random.default_rng(2)
    campaign = rng.integers(0, 2_000, _ROWS)
    days = pd.date_range("2023-01-01", periods=900).strftime("%Y-%m-%d").to_numpy()
    frame = pd.DataFrame(
        {
            "date": days[rng.integers(0, len(days), _ROWS)],
            "platform": np.array(["Meta", "Google Ads", "TikTok"])[campaign % 3],
            "campaign": np.char.add("campaign ", campaign.astype(str)),
            "ad_set": np.char.add("set ", (campaign % 17).astype(str)),
            "device": np.array(["mobile", "desktop"])[campaign % 2],
            "impressions": rng.integers(0, 50_000, _ROWS),
            "clicks": rng.integers(0, 500, _ROWS),
            "spend": rng.integers(0, 100_000, _ROWS) / 100,
        }
    )
    return frame.to_csv(index=False).encode()
