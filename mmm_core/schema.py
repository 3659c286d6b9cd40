"""The typed tables that travel from `ingest` to the model's door.

Frames are pandas; every frame's columns are given here. Rows keep their origin (source, row), money is int64 micros.
"""

from dataclasses import dataclass, field

import pandas as pd

from mmm_core.findings import Finding

WHOLE_MARKET = "national"
"""The one geo of a project without regions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedCorrection:
    """What one correction did to a media table.

    `touched` is a frame of the records concerned: `row`, `line_item_id`, `date`, `currency`, `before_micros` and
    `after_micros` (int64; 0 for a row that was left out). Several corrections of one record stand one after the other.
    """

    id: str
    kind: str
    reason: str
    author: str
    rows: int
    touched: pd.DataFrame

    @property
    def difference_micros(self) -> int:
        """What the correction adds to the spend of the file; negative where it takes away."""
        return int(self.touched["after_micros"].sum()) - int(self.touched["before_micros"].sum())


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
        (float64, NaN when the file has none). Perhaps `currency` (category of codes, "" where the file does not say)
        and, only when the reading names them, `clicks` (float64, NaN where empty). Where rows were spread over days,
        `file_rows` (int64): 1 for the first day of a row, 0 for its other days.
    line_items : DataFrame
        Index `line_item_id`; one string column per dimension.
    raw_rows : int
        Data rows of the file (header, preamble, blank and totals rows are not data).
    raw_micros : int
        Sum of the spend column(s) over the raw rows, summed apart from `records`.
    has_geo : bool
        Whether the file names regions.
    corrections : tuple of AppliedCorrection
        What people had corrected, in its order; `raw_rows` and `raw_micros` stay those of the file.
    """

    source: str
    dimensions: tuple[str, ...]
    records: pd.DataFrame
    line_items: pd.DataFrame
    raw_rows: int
    raw_micros: int
    has_geo: bool = False
    findings: tuple[Finding, ...] = ()
    corrections: tuple[AppliedCorrection, ...] = ()


def file_rows(records: pd.DataFrame) -> pd.Series:
    """Return how many rows of the file stand behind each record, int64; a row that was spread over days counts once."""
    if "file_rows" in records:
        return records["file_rows"]
    return pd.Series(1, index=records.index, dtype="int64")


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiTable:
    """The outcome, or what web analytics or platforms counted of it. `rows`: `row`, `date`, `geo`, `value` (float64).

    `currencies`: what the file names for the values, none where it is silent or they count things.
    """

    source: str
    name: str
    rows: pd.DataFrame
    has_geo: bool = False
    currencies: tuple[str, ...] = ()
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
class OrganicTable:
    """Organic media of one source: exposure without spend.

    Attributes
    ----------
    records : DataFrame
        `row`, `line_item_id` (category), `date`, `geo` (category), `exposure` (float64, NaN where empty).
    line_items : DataFrame
        Index `line_item_id`; one string column per dimension.
    raw_rows : int
        Data rows of the file.
    """

    source: str
    dimensions: tuple[str, ...]
    records: pd.DataFrame
    line_items: pd.DataFrame
    raw_rows: int
    has_geo: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotalsTable:
    """Figures from outside that subtotals must meet.

    `rows`: `row` (int64), `start`, `end` (datetime64, both days included), `node` (text as the file writes it, "" for
    everything), `micros` (int64), `label` (where the figure comes from, "" when the file does not say), `currency`.
    """

    source: str
    rows: pd.DataFrame
    raw_rows: int
    raw_micros: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftTestsTable:
    """Measured increments.

    `rows`: `row` (int64), `group` (text), `geo` (text, `WHOLE_MARKET` without regions), `start`, `end` (datetime64,
    both days included), `usual_spend_micros` (Int64, <NA> where unknown), `spend_change_micros` (int64), `lift`,
    `lift_low`, `lift_high` (float64, outcome units over the whole test; NaN where unknown). `currencies`: what the file
    names for its money.
    """

    source: str
    rows: pd.DataFrame
    currencies: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectData:
    """Everything that was read for one project; `tracked` outcomes are held against `kpi`, not modelled."""

    media: tuple[MediaTable, ...]
    kpi: KpiTable | None = None
    tracked: tuple[KpiTable, ...] = ()
    controls: tuple[ControlsTable, ...] = field(default=())
    organic: tuple[OrganicTable, ...] = ()
    control_totals: tuple[ControlTotalsTable, ...] = ()
    lift_tests: tuple[LiftTestsTable, ...] = ()
