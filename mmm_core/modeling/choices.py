"""The parts of a specification that are more than a number: drivers, expectations, what is alike, fixed scales.

Each is a plain value that knows its own bounds and travels as plain values.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self, get_args

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.number_grammar import read_number

Adstock = Literal["geometric", "delayed", "weibull"]
Saturation = Literal["logistic", "tanh", "michaelis_menten", "hill"]
Trend = Literal["none", "linear", "changepoints"]
GeoEffects = Literal["pooled", "hierarchical"]
Transformation = Literal["as_is", "log", "root", "change"]

_BETWEEN = "to|bis|à|a|-|\N{EN DASH}|\N{HORIZONTAL ELLIPSIS}"
_RANGE = re.compile(rf"(\d[\d.,]*)\s*%?\s*(?:{_BETWEEN})\s*(\d[\d.,]*)\s*%?", re.IGNORECASE)
LONGEST_LAG = 52
_LONGEST_HALF_LIFE = 52.0


class PlainValue:
    """A value that is written to and read from JSON and TOML; optional fields at their defaults are left out."""

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        own: tuple[Any, ...] = fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
        named = ((field, getattr(self, field.name)) for field in own)
        kept = ((field.name, value) for field, value in named if field.default is MISSING or value != field.default)
        return {name: _plain(value) for name, value in kept}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], *, where: str) -> Self:
        """Read plain values.

        Raises
        ------
        BadInput
            If a key is missing or unknown, or a value is out of bounds; the message names it.
        """
        if not isinstance(plain, Mapping):
            raise BadInput(f"{plain!r} is no set of choices", where=where, expected="names with values")
        own: tuple[Any, ...] = fields(cls)  # type: ignore[arg-type]
        known = [field.name for field in own]
        unknown = sorted(set(plain) - set(known))
        if unknown:
            raise BadInput(
                f"There is no setting {listed([repr(name) for name in unknown])}",
                where=where,
                expected=f"known are {', '.join(known)}",
                remedy="Correct the name or remove the line",
            )
        missing = [field.name for field in own if field.default is MISSING and field.name not in plain]
        if missing:
            raise BadInput(f"The setting {listed([repr(name) for name in missing])} is missing", where=where)
        try:
            return cls(**{name: _tuples(value) for name, value in plain.items()})
        except BadInput as error:
            place = f"{where}.{error.where}" if error.where else where
            raise BadInput(error.found, where=place, expected=error.expected, remedy=error.remedy) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChoice(PlainValue):
    """What a control enters the model as.

    Attributes
    ----------
    name : str
        As in the panel; organic media are controls there.
    use : bool
        Whether it is in the model at all.
    transformation : {"as_is", "log", "root", "change"}
        Logarithm of 1 + value, square root, or the change from one period to the next.
    lag : int
        Periods by which it works later.
    half_life : float
        Periods after which half of what it does has faded; 0 for none.
    """

    name: str
    use: bool = True
    transformation: Transformation = "as_is"
    lag: int = 0
    half_life: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        require_text("name", self.name)
        require_flag("use", self.use)
        require_one_of("transformation", self.transformation, get_args(Transformation))
        require_number("lag", self.lag, 0, LONGEST_LAG, whole=True)
        require_number("half_life", self.half_life, 0, _LONGEST_HALF_LIFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(PlainValue):
    """Something that happened, or is going to, on some days; `first` and `last` are ISO days, both inside.

    Events of one name share one effect: a yearly sale is several events called alike.
    """

    name: str
    first: str
    last: str

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        require_text("name", self.name)
        first, last = require_day("first", self.first), require_day("last", self.last)
        if last < first:
            raise BadInput(f"'{self.name}' ends on {last}, before it starts", expected=f"a day from {first} on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(PlainValue):
    """What is expected of a group, or of every group below a node of the tree, before the data speak.

    Every range is (low, high) and holds the truth with a chance of 90 %; () for no expectation, then the nearest node
    above that has one holds, and the model's default after that.

    Attributes
    ----------
    place : tuple of str
        Path in the client's tree, from the top; (group,) alone names a group.
    roi : tuple of float
        Outcome units per currency unit over the window.
    half_life : tuple of float
        Weeks after which half of the effect has worked.
    reached : tuple of float
        Share of a group's full effect that its usual spend reaches, above 0 and below 1: how near it is to saturation.
    source : str
        Where it comes from.
    """

    place: tuple[str, ...]
    roi: tuple[float, ...] = ()
    half_life: tuple[float, ...] = ()
    reached: tuple[float, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        _require_place(self.place)
        _require_range("roi", self.roi, 1e-6, 1e9)
        _require_range("half_life", self.half_life, 0.05, _LONGEST_HALF_LIFE)
        _require_range("reached", self.reached, 0.01, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike(PlainValue):
    """Groups that are expected to return alike: their effects share a prior.

    Attributes
    ----------
    place : tuple of str
        The node of the tree that they lie below.
    groups : tuple of str
        Which they are; () as long as the tree has not been asked, see `ModelSpecification.for_tree`.
    likeness : float
        Share of the variance of a group's log return that all of them have in common, 0 to 0.99.
    """

    place: tuple[str, ...]
    groups: tuple[str, ...] = ()
    likeness: float = 0.8

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        _require_place(self.place)
        require_number("likeness", self.likeness, 0, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedScale(PlainValue):
    """Scales of an earlier fit, kept so that newer data do not move the priors.

    Attributes
    ----------
    outcome : tuple of (geo, KPI units)
        What counts as 1 of the outcome.
    spend : tuple of (geo, group, currency units)
        What counts as 1 of a group's spend; a group that is not named is scaled by its largest spend.
    """

    outcome: tuple[tuple[str, float], ...]
    spend: tuple[tuple[str, str, float], ...]
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for *_, value in (*self.outcome, *self.spend):
            require_number("fixed_scale", value, 1e-12, 1e18)


def read_range(text: str, *, where: str) -> tuple[float, ...]:
    """Read what people write for a range: "1 to 3", "0.5-2", "1,5 bis 3"; nothing for no range.

    Raises
    ------
    BadInput
        If it is no pair of numbers.

    >>> read_range("1 to 3", where="TV"), read_range("0,5 - 2 %", where="TV"), read_range(" ", where="TV")
    ((1.0, 3.0), (0.5, 2.0), ())
    >>> read_range("1,000 to 3,000.5", where="TV")
    (1000.0, 3000.5)
    """
    if not text.strip():
        return ()
    found = _RANGE.fullmatch(text.strip())
    ends = [read_number(end, ".") or read_number(end, ",") for end in found.groups()] if found else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        raise BadInput(
            f"{text!r} is no range", where=where, expected="two numbers were expected", remedy="Write 1 to 3"
        )
    return float(ends[0].plain), float(ends[1].plain)


def range_text(ends: tuple[float, ...]) -> str:
    """Write a range as `read_range` reads it; "" for none.

    >>> range_text((0.5, 2.0))
    '0.5 to 2'
    """
    return " to ".join(f"{Decimal(repr(float(end))).normalize():f}" for end in ends)


def require_number(name: str, value: object, low: float, high: float, *, whole: bool = False) -> None:
    """Refuse anything but a number in bounds, both included; raises `BadInput`."""
    kind = "a whole number" if whole else "a number"
    right = isinstance(value, int) if whole else isinstance(value, int | float)
    if not right or isinstance(value, bool) or not math.isfinite(value) or not low <= value <= high:  # type: ignore[operator,arg-type]
        raise BadInput(
            f"'{name}' is {value!r}",
            where=name,
            expected=f"it must be {kind} from {low:g} to {high:g}",
            remedy="Change it, or leave it out for the default",
        )


def require_flag(name: str, value: object) -> None:
    """Refuse anything but true and false; raises `BadInput`."""
    if not isinstance(value, bool):
        raise BadInput(f"'{name}' is {value!r}", where=name, expected="it must be true or false")


def require_text(name: str, value: object) -> None:
    """Refuse an empty text; raises `BadInput`."""
    if not isinstance(value, str) or not value.strip():
        raise BadInput(f"'{name}' is {value!r}", where=name, expected="a name was expected")


def require_one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    """Refuse anything but one of the known; raises `BadInput`."""
    if value not in known:
        raise BadInput(f"'{name}' is {value!r}", where=name, expected=f"it must be one of {', '.join(known)}")


def require_day(name: str, value: object) -> date:
    """Read an ISO day; raises `BadInput`."""
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput(f"'{name}' is {value!r}", where=name, expected="a day as 2024-12-31 was expected") from error


def _require_place(value: object) -> None:
    if not isinstance(value, tuple) or not value or not all(isinstance(name, str) and name for name in value):
        raise BadInput(
            f"'place' is {value!r}",
            where="place",
            expected="a list of the names of nodes was expected, from the top of the tree down",
            remedy='Write place = ["Online", "Search"]',
        )


def _require_range(name: str, value: tuple[float, ...], low: float, high: float) -> None:
    if value == ():
        return
    if not isinstance(value, tuple) or len(value) != 2:
        raise BadInput(f"'{name}' is {value!r}", where=name, expected="two numbers, low and high, were expected")
    for number in value:
        require_number(name, number, low, high)
    if not value[0] < value[1]:
        raise BadInput(f"'{name}' is {value[0]:g} to {value[1]:g}", where=name, expected="low must be below high")


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list | tuple) else value
