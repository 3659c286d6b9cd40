"""Series that fit together only when one of them is moved by a day or a week: another time zone, another week."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import drawn
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.granularity import granularity
from mmm_core.schema import KpiTable


def media_time_shift(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find files whose exposure follows or precedes its spend by one date."""
    if not grid.has_exposure:
        return
    records = grid.table.records
    both = records["exposure"].notna()
    dates, codes = np.unique(records["date"].to_numpy(dtype="datetime64[D]")[both], return_inverse=True)
    spend = np.bincount(codes, weights=records["spend_micros"].to_numpy(dtype=float)[both])
    exposure = np.bincount(codes, weights=records["exposure"].to_numpy(dtype=float)[both])
    frame = pd.DataFrame({"spend": spend, "exposure": exposure}, index=pd.DatetimeIndex(dates))
    yield from _found(frame, grid.source, "Exposure", "its spend", "exposure and spend", thresholds)


def tracked_time_shift(tracked: KpiTable, kpi: KpiTable, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find tracked outcomes that follow or precede the real one by one date."""
    daily = [table.rows.groupby("date")["value"].sum() for table in (kpi, tracked)]
    frame = pd.concat(daily, axis=1, keys=["kpi", "tracked"], join="inner").sort_index()
    yield from _found(
        frame, tracked.source, f"'{tracked.name}'", f"'{kpi.name}' of {kpi.source}", "both files", thresholds
    )


def _found(
    frame: pd.DataFrame, source: str, subject: str, beside: str, ask: str, thresholds: Thresholds
) -> Iterator[Finding]:
    """Compare changes from date to date, as they are and moved by one either way."""
    unit = granularity(frame.index.to_numpy()) if len(frame) else "day"
    days = {"day": 1, "week": 7}.get(unit)
    if days is None:
        return
    regular = frame.asfreq(f"{days}D")
    changes = regular.where(regular > 0).transform(np.log).diff()
    first, second = (changes[column] for column in changes.columns)
    r = {step: _correlation(first, second.shift(-step), thresholds) for step in (-1, 0, 1)}
    step = max((-1, 1), key=lambda step: r[step])
    if r[step] < thresholds.shift_correlation or r[step] - r[0] < thresholds.shift_gain:
        return
    way = "after" if step > 0 else "before"
    reason = "another time zone, or a day that begins at another hour" if unit == "day" else "another start of the week"
    yield Finding(
        code="time_shift",
        severity=Severity.WARNING,
        message=f"{source}: {subject} fits {beside} far better when it is moved by one {unit} (r = {r[step]:.2f} "
        f"instead of {r[0]:.2f}): it stands one {unit} {way} it. This points to {reason}.",
        where=Place(source=source),
        evidence={
            "correlations": {"earlier": round(r[-1], 3), "as it is": round(r[0], 3), "later": round(r[1], 3)},
            "series": drawn([str(day)[:10] for day in frame.index], frame.iloc[:, 0].to_numpy()),
            "second_series": drawn([str(day)[:10] for day in frame.index], frame.iloc[:, 1].to_numpy()),
        },
        remedy=f"Ask in which time zone, and by which first day of the week, {ask} count; set it under Data.",
        threshold=f"shift_gain: r of the changes better by {thresholds.shift_gain} and at least "
        f"{thresholds.shift_correlation} (own choice)",
    )


def _correlation(first: "pd.Series", second: "pd.Series", thresholds: Thresholds) -> float:
    both = (first.notna() & second.notna()).to_numpy()
    one, other = first.to_numpy()[both], second.to_numpy()[both]
    if len(one) < thresholds.shift_fewest or one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
