"""What people typed into a form, as a lift test or a cost per outcome unit; all wrong fields are named at once."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from mmm_core.errors import BadInput
from mmm_core.ingest.number_grammar import EMPTY, read_number
from mmm_core.modeling.lift_tests import CostTarget, LiftTest

BY_HAND = "entered by hand"
_MISSING = "Fill this in."
_NO_NUMBER = "{value!r} is no number; write it as 12500 or 12,500.50."
_NO_DAY = "{value!r} is no day; write it as 2025-03-31."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered[Told: (LiftTest, CostTarget)]:
    """What a form holds; `told` is None while there are `problems`: field -> what to do, "" for the whole form."""

    told: Told | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


def enter_lift_test(values: Mapping[str, object]) -> Entered[LiftTest]:
    """Read the form of a lift test.

    Parameters
    ----------
    values : mapping
        Field of `LiftTest` -> text, number, day, list of names or None. Numbers may be written with separators of
        thousands, the level as 0.9, 90 or "90 %". The interval is needed, other than in a file that is only kept.
    """
    return _enter(LiftTest, values, ("group", "first", "last", "spend_change", "lift", "low", "high"))


def enter_cost_target(values: Mapping[str, object]) -> Entered[CostTarget]:
    """Read the form of a cost per outcome unit.

    Parameters
    ----------
    values : mapping
        Field of `CostTarget` -> text, number, day or None; either the interval or the standard error is needed.
    """
    entered = _enter(CostTarget, values, ("group", "cost"))
    told = entered.told
    if told is not None and told.sigma is None and told.low is None:
        return Entered(problems={"sigma": "Enter the interval of the cost or its standard error."})
    return entered


def _enter[Told: (LiftTest, CostTarget)](
    kind: type[Told], values: Mapping[str, object], needed: Sequence[str]
) -> Entered[Told]:
    read: dict[str, Any] = {"source": BY_HAND}
    problems: dict[str, str] = {}
    for name in (one.name for one in fields(kind)):
        value = values.get(name)
        if value is None or (isinstance(value, str) and value.strip() in EMPTY) or value == []:
            problems |= {name: _MISSING} if name in needed else {}
            continue
        try:
            read[name] = _READ.get(name, _number)(value)
        except ValueError as fault:
            problems[name] = str(fault)
    if problems:
        return Entered(problems=problems)
    try:
        return Entered(told=kind(**read))
    except BadInput as fault:
        return Entered(problems={_blamed(kind, fault): f"{fault.expected[:1].upper()}{fault.expected[1:]}."})


def _blamed(kind: type, fault: BadInput) -> str:
    """Return the field that a message names first, "" where it names none."""
    named = fault.found.split("'")[1] if fault.found.startswith("'") else ""
    return named if named in {one.name for one in fields(kind)} else ""


def _name(value: object) -> str:
    return " ".join(str(value).split())


def _names(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, Sequence) and not isinstance(value, str) else str(value).split(",")
    return tuple(name for name in map(_name, parts) if name)


def _day(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        return dt.date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as fault:
        raise ValueError(_NO_DAY.format(value=value)) from fault


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str(value)
    written = read_number(text, ".") or read_number(text, ",")
    if written is None:
        raise ValueError(_NO_NUMBER.format(value=value))
    return float(written.plain)


def _level(value: object) -> float:
    level = _number(value.strip().rstrip("%") if isinstance(value, str) else value)
    return level / 100 if level >= 1 else level


_READ: Mapping[str, Callable[[object], Any]] = {
    "group": _name,
    "source": _name,
    "geos": _names,
    "first": _day,
    "last": _day,
    "level": _level,
}
