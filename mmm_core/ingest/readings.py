"""Which column plays which role: decided by people, proposed by `guess`, kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self, get_args

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.date_grammar import DateOrder
from mmm_core.ingest.number_grammar import DecimalMark
from mmm_core.ingest.numbers import SpendUnit

Layout = Literal["long", "wide"]
WIDE_DIMENSION = "line_item"
"""The one dimension of line items whose columns stand side by side."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "layout": get_args(Layout),
    "decimal": get_args(DecimalMark),
    "date_order": get_args(DateOrder),
    "spend_unit": get_args(SpendUnit),
}
_OPTIONAL = ("geo", "decimal", "date_order")
_LISTS = ("line_item", "columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What every reading has: a date column, perhaps regions, and how dates and decimals are written."""

    date: str
    geo: str | None = None
    decimal: DecimalMark | None = None
    date_order: DateOrder | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form, every role included."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Build a reading from its JSON form; roles that are left out have their default.

        Raises
        ------
        BadInput
            If a role is unknown, missing, or has a value of the wrong kind; the message names it.
        """
        known = {entry.name for entry in fields(cls)}
        if unknown := tuple(sorted(set(content) - known)):
            raise BadInput(
                f"A reading has no role {listed(tuple(map(repr, unknown)))}",
                expected=f"it has {', '.join(sorted(known))}",
                remedy="Correct the name",
            )
        checked = {name: _checked(name, value) for name, value in content.items()}
        try:
            return cls(**checked)
        except TypeError as failure:
            missing = tuple(sorted(repr(name) for name in _required(cls) - set(checked)))
            raise BadInput(
                f"The reading names no {listed(missing)}",
                expected="a column name was expected",
                remedy="Choose a column",
            ) from failure


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaReading(_Reading):
    """Roles in a media file.

    In the long layout `line_item` names the dimensions and `spend`, `exposure` one column each; in the wide layout
    `spend` and `exposure` map the line item's name to its column. `spend_unit` says what the figures count.
    """

    layout: Layout
    spend: str | dict[str, str] | None = None
    line_item: tuple[str, ...] = ()
    exposure: str | dict[str, str] | None = None
    spend_unit: SpendUnit = "unit"

    def __post_init__(self) -> None:
        form = str if self.layout == "long" else dict
        for role, value in (("spend", self.spend), ("exposure", self.exposure)):
            if value is not None and not isinstance(value, form):
                wanted = "one column name" if form is str else "a table of line item and column"
                raise BadInput(
                    f"The {role} of a {self.layout} layout is {value!r}",
                    expected=f"{wanted} was expected",
                    remedy="Choose the other layout or correct the columns",
                )
        if not self.spend and not self.exposure:
            raise BadInput(
                "The reading names neither spend nor exposure",
                expected="at least one is needed",
                remedy="Choose a column",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiReading(_Reading):
    """Roles in a file with the outcome."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlsReading(_Reading):
    """Roles in a file with non-media drivers."""

    columns: tuple[str, ...] = field(default=())


Reading = MediaReading | KpiReading | ControlsReading


def _required(kind: type[_Reading]) -> set[str]:
    return {"date"} | {"MediaReading": {"layout"}, "KpiReading": {"value"}}.get(kind.__name__, set())


def _checked(role: str, value: Any) -> Any:
    """Check one value against its role; lists become tuples."""
    if value is None and role in (*_OPTIONAL, "exposure", "spend"):
        return None
    if role in _CHOICES:
        if value not in _CHOICES[role]:
            raise _wrong(role, value, f"one of {', '.join(map(repr, _CHOICES[role]))} was expected")
        return value
    if role in _LISTS:
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise _wrong(role, value, "a list of column names was expected")
        return tuple(value)
    if role in ("spend", "exposure") and isinstance(value, Mapping):
        if not all(isinstance(part, str) for item in value.items() for part in item):
            raise _wrong(role, value, "line item = column was expected")
        return dict(value)
    if not isinstance(value, str) or not value:
        raise _wrong(role, value, "a column name was expected")
    return value


def _wrong(role: str, value: object, expected: str) -> BadInput:
    return BadInput(f"The role {role!r} is {value!r}", expected=expected, remedy="Correct the value")
