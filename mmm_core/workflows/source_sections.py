"""The tables of `workshop.toml` that name a file and the roles of its columns, one per kind of source."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from mmm_core.ingest.rates import Rate
from mmm_core.ingest.readings import Reading
from mmm_core.storage.sources import SourceKind
from mmm_core.workflows.kinds import READINGS

Filled = Annotated[str, Field(min_length=1)]
Columns = Filled | dict[str, Filled]
Code = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Section(BaseModel):
    """A table of the file; keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSection(Section):
    """What every file needs: its name, the sheet of a workbook, how dates and decimals are written, its form.

    `name` is what the source is called where that is not the name of its file: two files may be called media.csv in
    the app, and only one of them in a folder.
    """

    kind: ClassVar[SourceKind]

    file: Filled
    name: Filled | None = None
    sheet: str | None = None
    decimal: Literal[".", ","] | None = None
    date_order: Literal["ymd", "dmy", "mdy"] | None = None
    encoding: Filled | None = None
    delimiter: Filled | None = None
    header_row: Annotated[int, Field(gt=0)] | None = None

    @property
    def called(self) -> str:
        """What the source is called, in the app and by corrections, settlements and rules."""
        return self.name or Path(self.file).name

    def reading(self) -> Reading:
        """Return how the file is to be read; raises `BadInput` when its roles do not fit together."""
        return READINGS[self.kind].from_dict(self.model_dump(exclude={"file", "name", "sheet"}, exclude_none=True))


class _SeriesSection(SourceSection):
    """Figures per date, in any layout."""

    date: str = ""
    geo: Filled | None = None
    layout: Literal["long", "wide", "periods", "flat"] = "wide"
    variable: Filled | None = None
    figures: Filled | None = None
    periods: list[Filled] = []
    time_zone: Filled | None = None
    spread: Literal["no", "days"] = "no"


class MediaSection(_SeriesSection):
    """`[[media]]`."""

    kind = "media"

    layout: Literal["long", "wide", "periods", "flat"] = "long"
    line_item: list[Filled] = []
    spend: Columns | None = None
    exposure: Columns | None = None
    clicks: Columns | None = None
    spend_unit: Literal["unit", "micros", "thousands"] = "unit"
    currency: Filled | None = None
    currency_code: Code | None = None


class OrganicSection(_SeriesSection):
    """`[[organic]]`: exposure without spend."""

    kind = "organic"

    layout: Literal["long", "wide", "periods", "flat"] = "long"
    line_item: list[Filled] = []
    exposure: Columns | None = None


class KpiSection(_SeriesSection):
    """`[kpi]`."""

    kind = "kpi"

    value: Filled


class TrackedSection(_SeriesSection):
    """`[[tracked]]`: what web analytics or platforms counted of the outcome; it is held against it, not modelled."""

    kind = "tracked"

    value: Filled


class ControlsSection(_SeriesSection):
    """`[[controls]]`."""

    kind = "controls"

    columns: Annotated[list[Filled], Field(min_length=1)]


class ControlTotalsSection(SourceSection):
    """`[[control_totals]]`: figures from outside that subtotals must meet."""

    kind = "control_totals"

    date: Filled
    amount: Filled
    end: Filled | None = None
    node: Filled | None = None
    label: Filled | None = None
    spend_unit: Literal["unit", "micros", "thousands"] = "unit"
    currency: Filled | None = None
    currency_code: Code | None = None


class LiftTestsSection(SourceSection):
    """`[[lift_tests]]`: a row per test."""

    kind = "lift_tests"

    group: Filled
    start: Filled
    end: Filled
    spend_change: Filled
    lift: Filled
    usual_spend: Filled | None = None
    lift_low: Filled | None = None
    lift_high: Filled | None = None
    geo: Filled | None = None


class RatesSection(SourceSection):
    """`[[rates]]`: a file of exchange rates."""

    kind = "rates"

    date: Filled
    currency: Filled
    rate: Filled


class RateSection(Section):
    """`[[rate]]`: one exchange rate, written down here instead of in a file."""

    currency: Code
    start: dt.date
    rate: Annotated[Decimal, Field(gt=0)]

    def itself(self) -> Rate:
        """Return the rate."""
        return Rate(self.start, self.currency, self.rate)
