"""Organic media: exposure that the model takes for none, that never changes, or that lies elsewhere."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from builders import kpi, media, mondays

from finding_cases.scene import VALUES, WEEKS, Case, Scene, client
from mmm_core.findings import Severity
from mmm_core.schema import WHOLE_MARKET, OrganicTable

DATES = mondays(WEEKS)
OPENS = np.random.default_rng(8).uniform(100, 900, WEEKS).round()


def newsletter(
    rows: Sequence[tuple[str, float]], *, geo: str = WHOLE_MARKET, source: str = "newsletter.csv"
) -> OrganicTable:
    """One file of one list."""
    return OrganicTable(
        source=source,
        dimensions=("list",),
        records=pd.DataFrame(
            {
                "row": np.arange(len(rows)) + 2,
                "line_item_id": pd.Categorical(["x"] * len(rows)),
                "date": pd.to_datetime([date for date, _ in rows]),
                "geo": pd.Categorical([geo] * len(rows)),
                "exposure": [float(value) for _, value in rows],
            }
        ),
        line_items=pd.DataFrame({"list": ["customers"]}, index=pd.Index(["x"], name="line_item_id")),
        raw_rows=len(rows),
        has_geo=geo != WHOLE_MARKET,
    )


def opened(weeks: Mapping[int, float] | None = None, *, without: Sequence[int] = ()) -> Scene:
    """The usual client with a newsletter, some weeks changed or without a row."""
    values = dict(enumerate(OPENS)) | dict(weeks or {})
    rows = [(DATES[week], value) for week, value in values.items() if week not in without]
    return client(organic=(newsletter(rows),))


def steady(*others: float) -> Scene:
    """The usual client with a newsletter of one size, but for the last weeks."""
    return opened({**dict.fromkeys(range(WEEKS), 500.0), **{WEEKS - 1 - at: one for at, one in enumerate(others)}})


def regional(region: str) -> Scene:
    """A client with two regions and a newsletter in one."""
    twice = [(date, geo) for geo in ("North", "South") for date in DATES]
    rows = [
        (name, date, float(spend), None, geo)
        for name, shift in (("a", 1), ("b", 7))
        for (date, geo), spend in zip(twice, np.roll(np.tile(OPENS, 2), shift), strict=True)
    ]
    outcome = kpi([date for date, _ in twice], np.tile(VALUES, 2), geos=[geo for _, geo in twice])
    opens = newsletter(list(zip(DATES, OPENS, strict=True)), geo=region)
    return client(media(rows), kpi=outcome, organic=(opens,))


CASES = (
    Case(
        code="organic_counts_as_none",
        variant="late",
        severity=Severity.WARNING,
        fires=opened(without=range(12)),
        silent=opened(),
        border=opened(without=[0]),
        at=True,
    ),
    Case(
        code="organic_counts_as_none",
        variant="inside",
        severity=Severity.NOTE,
        fires=opened(without=[20, 21, 40]),
        silent=opened(without=range(12)),  # told once, as a warning
        border=opened({30: np.nan}),  # a row without a figure is none
        at=True,
    ),
    Case(
        code="organic_never_changes",
        severity=Severity.WARNING,
        fires=steady(),
        silent=opened(),
        border=steady(501.0),
        at=False,
    ),
    Case(
        code="organic_other_regions",
        severity=Severity.WARNING,
        fires=regional("West"),
        silent=client(organic=(newsletter(list(zip(DATES, OPENS, strict=True)), geo="West"),)),  # one market: added up
        border=regional("North"),
        at=False,
        beside=frozenset({"organic_never_changes"}),  # in the outcome's regions there is none
    ),
)
