"""Which column plays which role: decided by people, proposed by `guess`, kept as JSON."""

from dataclasses import dataclass, field
from typing import ClassVar

from mmm_core.errors import BadInput
from mmm_core.ingest.numbers import SpendUnit
from mmm_core.ingest.reading_form import Layout, ReadingForm, Spread, names_no

__all__ = [
    "WIDE_DIMENSION",
    "ControlTotalsReading",
    "ControlsReading",
    "KpiReading",
    "Layout",
    "LiftTestsReading",
    "MediaReading",
    "OrganicReading",
    "RatesReading",
    "Reading",
    "SeriesReading",
    "TrackedReading",
]

WIDE_DIMENSION = "line_item"
"""The one dimension of line items whose columns, or variables, have names of their own."""
_BY_ROW = ("flat", "periods")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesReading(ReadingForm):
    """Figures per date in any layout.

    In the flat layout `variable` names the column that says what a row's figure is, and `figures` the column with the
    figures. In the periods layout `periods` are the columns that stand for one period each (none: all whose name is a
    date), and `variable` may name a column that says what a row's figures are. The other layouts need neither.

    `time_zone` (an IANA name) is where times with an offset from UTC count; `spread` says whether figures of more than
    a week, such as months, are spread evenly over their days.
    """

    optional: ClassVar[tuple[str, ...]] = ("decimal", "date_order", "geo", "variable", "figures", "time_zone")

    date: str = ""
    geo: str | None = None
    layout: Layout = "wide"
    variable: str | None = None
    figures: str | None = None
    periods: tuple[str, ...] = ()
    time_zone: str | None = None
    spread: Spread = "no"

    def __post_init__(self) -> None:
        _require_roles_of_layout(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaReading(SeriesReading):
    """Roles in a media file.

    `spend`, `exposure` and `clicks` are, by layout: long, one column each; wide, line item -> column; flat, and periods
    with a `variable`, line item -> variable, or one variable for all (line items are then named by `line_item`);
    periods without a `variable`, nothing, since every figure is spend. `line_item` names the dimensions, except in the
    wide layout. `spend_unit` says what the figures count. `currency` is a column of currency codes, `currency_code` the
    one currency of the whole file.
    """

    required: ClassVar[tuple[str, ...]] = ("layout",)
    optional: ClassVar[tuple[str, ...]] = (
        *("decimal", "date_order", "geo", "variable", "figures", "time_zone"),
        *("spend", "exposure", "clicks", "currency", "currency_code"),
    )

    layout: Layout
    spend: str | dict[str, str] | None = None
    line_item: tuple[str, ...] = ()
    exposure: str | dict[str, str] | None = None
    clicks: str | dict[str, str] | None = None
    spend_unit: SpendUnit = "unit"
    currency: str | None = None
    currency_code: str | None = None

    def __post_init__(self) -> None:
        _require_roles_of_layout(self)
        for role, value in (("spend", self.spend), ("exposure", self.exposure), ("clicks", self.clicks)):
            _refuse_other_form(role, value, self)
        if not (self.spend or self.exposure) and not (self.layout == "periods" and self.variable is None):
            raise BadInput(
                "The reading names neither spend nor exposure",
                expected="at least one is needed",
                remedy="Choose a column",
            )
        if self.currency and self.currency_code:
            raise BadInput(
                f"The reading names a column of currencies ({self.currency!r}) and one currency for all",
                where=self.currency_code,
                expected="one of the two was expected",
                remedy="Remove one of them",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganicReading(SeriesReading):
    """Roles in a file of organic media: exposure without spend; forms as in `MediaReading`."""

    required: ClassVar[tuple[str, ...]] = ("layout",)
    optional: ClassVar[tuple[str, ...]] = (
        *("decimal", "date_order", "geo", "variable", "figures", "time_zone"),
        "exposure",
    )

    layout: Layout
    exposure: str | dict[str, str] | None = None
    line_item: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_roles_of_layout(self)
        _refuse_other_form("exposure", self.exposure, self)
        if not self.exposure and not (self.layout == "periods" and self.variable is None):
            raise names_no("'exposure'")


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiReading(SeriesReading):
    """Roles in a file with the outcome: `value` is its column, or its variable in the flat and periods layouts."""

    required: ClassVar[tuple[str, ...]] = ("value",)

    value: str

    def __post_init__(self) -> None:
        _require_roles_of_layout(self)
        _require_variable(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedReading(KpiReading):
    """Roles in a file with what web analytics or platforms counted of the outcome; as in `KpiReading`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlsReading(SeriesReading):
    """Roles in a file with non-media drivers: columns, or variables in the flat and periods layouts."""

    columns: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        _require_roles_of_layout(self)
        _require_variable(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotalsReading(ReadingForm):
    """Roles in a file of figures from outside, such as a ledger.

    `date` holds a month, a range, or the first day of one that ends with `end`; `node` names what the amount is for
    (none: everything), `label` where it comes from.
    """

    required: ClassVar[tuple[str, ...]] = ("date", "amount")
    optional: ClassVar[tuple[str, ...]] = (
        *("decimal", "date_order", "end", "node", "label"),
        *("currency", "currency_code"),
    )

    date: str
    amount: str
    end: str | None = None
    node: str | None = None
    label: str | None = None
    spend_unit: SpendUnit = "unit"
    currency: str | None = None
    currency_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftTestsReading(ReadingForm):
    """Roles in a file of lift tests, a row per test: amounts in currency units, the lift in units of the outcome."""

    required: ClassVar[tuple[str, ...]] = ("group", "start", "end", "spend_change", "lift")
    optional: ClassVar[tuple[str, ...]] = ("decimal", "date_order", "usual_spend", "lift_low", "lift_high", "geo")

    group: str
    start: str
    end: str
    spend_change: str
    lift: str
    usual_spend: str | None = None
    lift_low: str | None = None
    lift_high: str | None = None
    geo: str | None = None

    def __post_init__(self) -> None:
        if (self.lift_low is None) != (self.lift_high is None):
            raise BadInput(
                "The reading names one end of the lift's interval",
                expected="both ends or none were expected",
                remedy="Choose the other column as well",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesReading(ReadingForm):
    """Roles in a file of exchange rates: a row per date or month and currency."""

    required: ClassVar[tuple[str, ...]] = ("date", "currency", "rate")

    date: str
    currency: str
    rate: str


Reading = (
    MediaReading
    | KpiReading
    | TrackedReading
    | ControlsReading
    | OrganicReading
    | ControlTotalsReading
    | LiftTestsReading
    | RatesReading
)


def _require_roles_of_layout(reading: SeriesReading) -> None:
    """Refuse a layout without the roles that it needs, or with roles that only other layouts have."""
    if not reading.date and reading.layout != "periods":
        raise names_no("'date'")
    if reading.layout == "flat":
        if missing := tuple(repr(role) for role in ("variable", "figures") if not getattr(reading, role)):
            raise names_no(*missing)
    elif reading.figures or (reading.variable and reading.layout != "periods"):
        role = "figures" if reading.figures else "variable"
        raise BadInput(
            f"The reading of a {reading.layout} layout names {role!r}",
            expected="only the flat layout has that role, and the periods layout a variable",
            remedy="Choose the other layout or remove the role",
        )


def _require_variable(reading: KpiReading | ControlsReading) -> None:
    if reading.layout == "periods" and not reading.variable:
        raise names_no("'variable'")


def _refuse_other_form(role: str, value: str | dict[str, str] | None, reading: SeriesReading) -> None:
    """Refuse one name where a table is due, a table where one name is due, and either where every figure is meant."""
    if value is None:
        return
    if reading.layout in _BY_ROW:
        if reading.variable:
            return
        expected = "names of variables were expected, and the column that holds them"
        remedy = "Choose the column with the variables, or leave this role out"
    else:
        form = str if reading.layout == "long" else dict
        if isinstance(value, form):
            return
        expected = f"{'one column name' if form is str else 'a table of line item and column'} was expected"
        remedy = "Choose the other layout or correct the columns"
    raise BadInput(f"The {role} of a {reading.layout} layout is {value!r}", expected=expected, remedy=remedy)
