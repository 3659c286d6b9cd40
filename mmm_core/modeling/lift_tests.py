"""What experiments and people say about single groups, in people's terms: lift tests and costs per outcome.

Both are parts of a model specification. `mmm_core.modeling.calibrating` turns them into what the model reads.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any

from mmm_core.errors import BadInput, listed

_LEVELS = (0.05, 0.9999)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftTest:
    """A measured increment of one group.

    Only what contradicts itself is refused here; whether a test suits a panel is asked in `modeling.calibrating`.

    Attributes
    ----------
    group : str
    first, last : str
        First and last day, ISO, both inside.
    geos : tuple of str
        Regions in which spend was changed; () for the whole market.
    spend_change : float
        Currency over the whole test and all its regions; negative for less spend.
    usual_spend : float or None
        Currency over the test, as it would have been without the change; None to take it from the panel.
    lift : float
        Measured change of the outcome, over the whole test.
    low, high : float or None
        Interval of `lift`; None where nobody knows it, and then the test cannot be used.
    level : float
        Share of cases in which such an interval holds the truth, 0.9 for 90 %.
    source : str
        Where it comes from: "lift_tests.csv, row 2" or "entered by hand".
    """

    group: str
    first: str
    last: str
    geos: tuple[str, ...] = ()
    spend_change: float
    usual_spend: float | None = None
    lift: float
    low: float | None = None
    high: float | None = None
    level: float = 0.9
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse values that contradict themselves."""
        where = self.source or "lift test"
        _require_name("group", self.group, where)
        for name in ("spend_change", "lift"):
            object.__setattr__(self, name, _number(name, getattr(self, name), where))
        for name in ("usual_spend", "low", "high"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _number(name, getattr(self, name), where))
        _require_days(self.first, self.last, where)
        _require_interval(self.low, self.lift, self.high, "lift", where)
        object.__setattr__(self, "level", _level(self.level, where))
        object.__setattr__(self, "geos", _names("geos", self.geos, where))
        if self.usual_spend is not None and self.usual_spend < 0:
            _refuse("usual_spend", self.usual_spend, where, "0 or more was expected")

    @property
    def days(self) -> int:
        """Length of the test in days."""
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1

    @property
    def label(self) -> str:
        """Name the test for a sentence."""
        places = f" in {listed(self.geos)}" if self.geos else ""
        return f"lift test of {self.group}{places}, {self.first} to {self.last}"

    def as_dict(self) -> dict[str, Any]:
        """Return the test as plain values."""
        return _plain(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, object], *, where: str = "") -> "LiftTest":
        """Read a test from plain values; a missing key keeps its default.

        Raises
        ------
        BadInput
            If a key is unknown or missing, or a value cannot be; the message names the field.
        """
        return _read(cls, values, ("group", "first", "last", "spend_change", "lift"), where)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTarget:
    """What one unit of the outcome costs with one group, as an experiment or the trade knows it.

    Attributes
    ----------
    group : str
    first, last : str or None
        Days that it holds for, ISO, both inside; None for the whole modelling window.
    cost : float
        Currency per outcome unit: spend of the days over contribution of the days.
    low, high : float or None
        Interval of `cost`.
    level : float
        As in `LiftTest`; of `low` and `high`.
    sigma : float or None
        Standard error of `cost`, instead of an interval.
    source : str
        Where it comes from.
    """

    group: str
    first: str | None = None
    last: str | None = None
    cost: float
    low: float | None = None
    high: float | None = None
    level: float = 0.9
    sigma: float | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse values that contradict themselves."""
        where = self.source or "cost per outcome"
        _require_name("group", self.group, where)
        for name in ("cost", "low", "high", "sigma"):
            value = getattr(self, name)
            if value is not None or name == "cost":
                object.__setattr__(self, name, _positive(name, value, where))
        _require_interval(self.low, self.cost, self.high, "cost", where)
        if self.sigma is not None and self.low is not None:
            _refuse("sigma", self.sigma, where, "either an interval or a standard error was expected, not both")
        object.__setattr__(self, "level", _level(self.level, where))
        if (self.first is None) != (self.last is None):
            missing = "first" if self.first is None else "last"
            _refuse(missing, None, where, "both days or none were expected")
        if self.first is not None:
            _require_days(self.first, self.last, where)

    @property
    def label(self) -> str:
        """Name the target for a sentence."""
        span = f", {self.first} to {self.last}" if self.first else ""
        return f"cost per outcome of {self.group}{span}"

    def as_dict(self) -> dict[str, Any]:
        """Return the target as plain values."""
        return _plain(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, object], *, where: str = "") -> "CostTarget":
        """Read a target from plain values; a missing key keeps its default.

        Raises
        ------
        BadInput
            If a key is unknown or missing, or a value cannot be; the message names the field.
        """
        return _read(cls, values, ("group", "cost"), where)


def known_before[Told: (LiftTest, CostTarget)](told: Sequence[Told], day: str) -> tuple[Told, ...]:
    """Return what had ended before a day, in its order: all that a fit of that day may know.

    A cost without days says nothing about when it became known, so it is left out.

    Parameters
    ----------
    day : str
        First day, ISO, of what must stay unseen.
    """
    return tuple(one for one in told if one.last is not None and one.last < day)


def _plain(told: "LiftTest | CostTarget") -> dict[str, Any]:
    """Leave out what is at its default: not every written form knows an empty value."""
    pairs = ((field, getattr(told, field.name)) for field in fields(told))
    kept = {field.name: value for field, value in pairs if field.default is MISSING or value != field.default}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items()}


def _read[Told: (LiftTest, CostTarget)](kind: type[Told], values: object, needed: Sequence[str], where: str) -> Told:
    """Make one of the values of known fields; each value is checked by the class itself."""
    what = "lift test" if kind is LiftTest else "cost per outcome"
    if not isinstance(values, Mapping):
        raise BadInput(f"{values!r} is no {what}", where=where, expected="fields with values were expected")
    where = where or str(values.get("source") or what)
    known = [field.name for field in fields(kind)]
    unknown = sorted(str(name) for name in set(values) - set(known))
    if unknown:
        raise BadInput(
            f"There is no field {listed([repr(name) for name in unknown])}",
            where=where,
            expected=f"known are {', '.join(known)}",
            remedy="Correct the name or remove it",
        )
    missing = [name for name in needed if values.get(name) is None]
    if missing:
        raise BadInput(f"{listed([repr(name) for name in missing])} is missing", where=where, remedy="Fill it in")
    try:
        return kind(**values)
    except BadInput as fault:
        raise BadInput(fault.found, where=where, expected=fault.expected, remedy=fault.remedy) from fault


def _refuse(name: str, value: object, where: str, expected: str, remedy: str = "Correct it") -> None:
    raise BadInput(f"'{name}' is {value!r}", where=where, expected=expected, remedy=remedy)


def _require_name(name: str, value: object, where: str) -> None:
    if not isinstance(value, str) or not value.strip():
        _refuse(name, value, where, "a name was expected")


def _names(name: str, values: object, where: str) -> tuple[str, ...]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        _refuse(name, values, where, "a list of names was expected")
    names: Sequence[Any] = values  # type: ignore[assignment]
    for value in names:
        _require_name(name, value, where)
    if len(set(names)) < len(names):
        _refuse(name, list(names), where, "each name once was expected")
    return tuple(names)


def _number(name: str, value: object, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        _refuse(name, value, where, "a number was expected")
    return float(value)  # type: ignore[arg-type]


def _positive(name: str, value: object, where: str) -> float:
    number = _number(name, value, where)
    if number <= 0:
        _refuse(name, value, where, "more than 0 was expected")
    return number


def _level(value: object, where: str) -> float:
    number = _number("level", value, where)
    if not _LEVELS[0] <= number <= _LEVELS[1]:
        _refuse("level", value, where, "a share from {:g} to {:g} was expected".format(*_LEVELS), "Write 90 % as 0.9")
    return number


def _require_days(first: object, last: object, where: str) -> None:
    for name, value in (("first", first), ("last", last)):
        if not isinstance(value, str) or not _is_day(value):
            _refuse(name, value, where, "a day such as '2025-03-31' was expected")
    if str(last) < str(first):
        _refuse("last", last, where, f"a day not before the first, {first}, was expected")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _require_interval(low: float | None, value: float, high: float | None, name: str, where: str) -> None:
    if (low is None) != (high is None):
        _refuse("low" if low is None else "high", None, where, "both ends of the interval or none were expected")
    if low is not None and high is not None:
        if not low <= value <= high:
            _refuse(name, value, where, f"a value between low, {low:g}, and high, {high:g}, was expected")
        if low == high:
            _refuse("high", high, where, "an interval with some width was expected")
