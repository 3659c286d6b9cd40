"""The typed tables that travel from `ingest` to the model's door.

Frames are pandas; every frame's columns are given here. Rows keep their origin (source, row), money is int64 micros.
"""

from dataclasses import dataclass, field

import pandas as pd

from mmm_core.findings import Finding

WHOLE_MARKET = "national"
"""The one geo of a project without regions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTable:
    """Media rows of one source.

    Attributes
    ----------
    source : str
        Label of the source, unique in the project ("media.csv", "plan.xlsx / 2024").
    dimensions : tuple of str
        Names of the columns that identify a line item; a wide layout has the one dimension "line_item".
    records : DataFrame
        One row per line item and date as read: `row` (int64, as the spreadsheet counts), `line_item_id` (category),
        `date` (datetime64), `geo` (category; `WHOLE_MARKET` without regions), `spend_micros` (int64), `exposure`
        (float64, NaN when the file has none).
    line_items : DataFrame
        Index `line_item_id`; one string column per dimension.
    raw_rows : int
        Data rows of the file (header, preamble, blank and totals rows are not data).
    raw_micros : int
        Sum of the spend column(s) over the raw rows, summed apart from `records`.
    has_geo : bool
        Whether the file names regions.
    """

    source: str
    dimensions: tuple[str, ...]
    records: pd.DataFrame
    line_items: pd.DataFrame
    raw_rows: int
    raw_micros: int
    has_geo: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiTable:
    """The outcome. `rows`: `row`, `date`, `geo`, `value` (float64)."""

    source: str
    name: str
    rows: pd.DataFrame
    has_geo: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlsTable:
    """Non-media drivers of one source. `rows`: `row`, `date`, `geo`, then one float64 column per name in `names`."""

    source: str
    names: tuple[str, ...]
    rows: pd.DataFrame
    has_geo: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectData:
    """Everything that was read for one project."""

    media: tuple[MediaTable, ...]
    kpi: KpiTable | None = None
    controls: tuple[ControlsTable, ...] = field(default=())
