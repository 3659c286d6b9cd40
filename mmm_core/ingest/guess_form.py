"""A proposal with its reasons, and what every proposal says and refuses."""

import re
from dataclasses import dataclass

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.guess_columns import find_date
from mmm_core.ingest.month_names import month_number
from mmm_core.ingest.profile import ColumnProfile
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.table import RawTable

Profiles = dict[str, ColumnProfile]
_WEEK_WITHOUT_YEAR = re.compile(r"(?:kw|cw|w|week|woche|semaine|semana|vecka|uge)\.?\s?\d{1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess[R: Reading]:
    """A proposed reading and, per role, why."""

    reading: R
    reasons: dict[str, str]


def date_or_refuse(table: RawTable, profiles: Profiles) -> str:
    """Return the column with the dates; raises `BadInput` when there is none."""
    date = find_date(profiles)
    if date is None:
        yearless = [name for name in table.columns if month_number(name) or _WEEK_WITHOUT_YEAR.fullmatch(name)]
        if len(yearless) > 1:
            raise BadInput(
                f"Columns {listed(quoted(yearless))} name months or weeks without their year",
                where=table.label,
                expected="names such as 'Jan 2024' or 'KW 1/2024' were expected",
                remedy="Add the year to the header in the file, or in a row above it",
            )
        raise BadInput(
            "No column holds dates",
            where=table.label,
            expected=f"the columns are {listed(quoted(table.columns), most=8)}",
            remedy="Add a date column, or choose the column that holds the dates",
        )
    return date


def no_numbers(table: RawTable) -> BadInput:
    """Say that there are no figures."""
    return BadInput(
        "No column holds numbers",
        where=table.label,
        expected=f"the columns are {listed(quoted(table.columns), most=8)}",
        remedy="Choose the columns yourself or correct the file",
    )


def numeric_columns(profiles: Profiles, *taken: str | None, percent: bool = False) -> list[str]:
    """Return the columns of numbers that are free and name nothing; those in percent only if wanted."""
    return [
        name
        for name, column in profiles.items()
        if (column.is_numeric or (percent and column.is_percent))
        and not column.is_identifier
        and name not in taken
        and not name.startswith("column ")
    ]


def why_date_and_geo(date: str, geo: str | None) -> dict[str, str]:
    """Give the reasons for the date and the region."""
    reasons = {"date": f"{date!r}: its cells are dates"} if date else {}
    return reasons | {"geo": f"{geo!r}: it names regions and has several"} if geo else reasons


def others(candidates: list[str]) -> str:
    """Name the candidates after the first, for the end of a reason."""
    return f"; also possible: {listed(quoted(candidates[1:]))}" if len(candidates) > 1 else ""


def quoted(names: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Put names between quotes."""
    return tuple(map(repr, names))
