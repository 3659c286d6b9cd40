"""What all readings share: their JSON form, and the check of each role's value."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, Literal, Self, get_args

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.date_grammar import DateOrder
from mmm_core.ingest.file_form import FORM_ROLES, FileForm, checked_form
from mmm_core.ingest.number_grammar import DecimalMark
from mmm_core.ingest.numbers import SpendUnit
from mmm_core.ingest.time_zones import zone_named

Layout = Literal["long", "wide", "periods", "flat"]
"""How figures lie in a file.

long: a row per date and line item, a column per figure; wide: a row per date, a column per line item; periods: a row
per line item, a column per period; flat: a row per figure, named by a variable.
"""

Spread = Literal["no", "days"]
"""Whether figures that stand for more than a week may be spread over their days."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "layout": get_args(Layout),
    "decimal": get_args(DecimalMark),
    "date_order": get_args(DateOrder),
    "spend_unit": get_args(SpendUnit),
    "spread": get_args(Spread),
}
_LISTS = ("line_item", "columns", "periods")
_FIGURES = ("spend", "exposure", "clicks")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingForm:
    """How dates and decimals are written, what was said about the file's form, and the way to JSON and back.

    `encoding`, `delimiter` and `header_row` are those of `FileForm`: None where they are to be found out.
    """

    required: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ("decimal", "date_order")

    decimal: DecimalMark | None = None
    date_order: DateOrder | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None

    @property
    def form(self) -> FileForm:
        """What was said about the form of the file."""
        return FileForm(encoding=self.encoding, delimiter=self.delimiter, header_row=self.header_row)

    def in_form(self, form: FileForm) -> Self:
        """Return the same roles for a file of another form."""
        return replace(self, encoding=form.encoding, delimiter=form.delimiter, header_row=form.header_row)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: every role, and of the file's form what was said."""
        roles = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {name: value for name, value in roles.items() if name not in FORM_ROLES} | self.form.as_dict()

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
        checked = {name: _checked(name, value, cls.optional) for name, value in content.items()}
        if missing := tuple(sorted(repr(name) for name in cls.required if name not in checked)):
            raise names_no(*missing)
        return cls(**checked)


def names_no(*roles: str) -> BadInput:
    """Say that roles are missing."""
    return BadInput(
        f"The reading names no {listed(roles)}",
        expected="a column name was expected",
        remedy="Choose a column",
    )


def _checked(role: str, value: Any, optional: tuple[str, ...]) -> Any:
    """Check one value against its role; lists become tuples."""
    if value is None and role in (*optional, *FORM_ROLES):
        return None
    if role in FORM_ROLES:
        return checked_form(role, value)
    if role in _CHOICES:
        if value not in _CHOICES[role]:
            raise _wrong(role, value, f"one of {', '.join(map(repr, _CHOICES[role]))} was expected")
        return value
    if role in _LISTS:
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise _wrong(role, value, "a list of column names was expected")
        return tuple(value)
    if role in _FIGURES and isinstance(value, Mapping):
        if not all(isinstance(part, str) for item in value.items() for part in item):
            raise _wrong(role, value, "line item = column was expected")
        return dict(value)
    return _checked_name(role, value)


def _checked_name(role: str, value: Any) -> str:
    # The periods layout has no date column; the others ask for one by themselves.
    if not isinstance(value, str) or not (value or role == "date"):
        raise _wrong(role, value, "a column name was expected")
    if role == "time_zone":
        zone_named(value)
    if role == "currency_code" and not _CODE.fullmatch(value):
        raise _wrong(role, value, "a code of three capital letters such as 'EUR' was expected")
    return value


def _wrong(role: str, value: object, expected: str) -> BadInput:
    return BadInput(f"The role {role!r} is {value!r}", expected=expected, remedy="Correct the value")
