"""How a specification is written down: bounds of its choices, reading them from plain values, earlier forms."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from mmm_core.errors import BadInput, listed
from mmm_core.modeling.choices import (
    Adstock,
    Alike,
    ControlChoice,
    Event,
    Expectation,
    FixedScale,
    GeoEffects,
    Saturation,
    Trend,
    require_day,
    require_flag,
    require_number,
    require_one_of,
    require_text,
)
from mmm_core.modeling.lift_tests import CostTarget, LiftTest

VERSION = 2
"""Of the written form. The first had `effect_median`, the expected effect of every group at full saturation."""

BOUNDS: dict[str, tuple[float, float]] = {
    "adstock_l_max": (1, 365),
    "yearly_seasonality": (0, 20),
    "changepoints": (1, 30),
    "media_share": (0.001, 10.0),
    "effect_spread": (0.05, 3.0),
    "chains": (2, 16),
    "draws": (50, 20_000),
    "tune": (50, 20_000),
    "target_accept": (0.5, 0.999),
    "seed": (0, 2**32 - 1),
}
_KNOWN: dict[str, tuple[str, ...]] = {
    "adstock": get_args(Adstock),
    "saturation": get_args(Saturation),
    "trend": get_args(Trend),
    "geo_effects": get_args(GeoEffects),
}
_PARTS: dict[str, Any] = {
    "expectations": Expectation,
    "alike": Alike,
    "lift_tests": LiftTest,
    "cost_targets": CostTarget,
    "controls": ControlChoice,
    "events": Event,
}
_DAYS = ("outliers",)
_NAMES = ("holidays",)
_GROUP_SPREADS = "group_spreads"
_FIRST_MEDIAN, _FIRST_SHARE = 0.06, 0.4


def check_choice(name: str, value: Any, kind: object) -> None:
    """Refuse a value that a choice cannot have; raises `BadInput`, which names the choice.

    Parameters
    ----------
    kind : type
        Of the choice in the specification.
    """
    if name == _GROUP_SPREADS:
        for group, spread in value:
            _named(f"{name}.{group}", require_number, "effect_spread", spread, *BOUNDS["effect_spread"])
    else:
        _named(name, _check, name, value, kind)


def _check(name: str, value: Any, kind: object) -> None:
    if name in BOUNDS:
        require_number(name, value, *BOUNDS[name], whole=kind is int)
    elif name in _KNOWN:
        require_one_of(name, value, _KNOWN[name])
    elif kind is bool:
        require_flag(name, value)
    elif name in _NAMES:
        for one in value:
            require_text(name, one)
    elif name in _DAYS or (name.startswith("window_") and value):
        for one in value if name in _DAYS else (value,):
            require_day(name, one)


def _named(where: str, check: Callable[..., None], *facts: Any) -> None:
    """Let a refusal name its place in the specification."""
    try:
        check(*facts)
    except BadInput as error:
        raise BadInput(error.found, where=f"model.{where}", expected=error.expected, remedy=error.remedy) from error


def read_choice(name: str, value: Any) -> Any:
    """Read one choice from plain values; raises `BadInput`, which names it."""
    where = f"model.{name}"
    if name == _GROUP_SPREADS:
        if not isinstance(value, Mapping):
            raise BadInput(
                f"'{name}' is {value!r}",
                where=where,
                expected="a spread per group was expected",
                remedy='Write them as: group_spreads = { "Radio" = 0.45 }',
            )
        return tuple((str(group), own) for group, own in value.items())
    if name == "fixed_scale":
        return FixedScale.from_dict(value, where=where) if value else None
    if name in _PARTS or name in _DAYS or name in _NAMES:
        if not isinstance(value, list | tuple):
            raise BadInput(f"'{name}' is {value!r}", where=where, expected="a list was expected")
        kind = _PARTS.get(name)
        return tuple(_part(kind, one, f"{where} {at}") if kind else str(one) for at, one in enumerate(value, start=1))
    return value


def _part(kind: Any, plain: Any, where: str) -> Any:
    return plain if isinstance(plain, kind) else kind.from_dict(plain, where=where)


def of_this_version(choices: Mapping[str, object]) -> dict[str, object]:
    """Return choices in the present written form; raises `BadInput` for a newer one."""
    read = dict(choices)
    version = read.pop("version", VERSION)
    if version not in (1, VERSION):
        raise BadInput(
            f"The specification is of version {version!r}",
            where="model.version",
            expected=f"this program knows versions up to {VERSION}",
            remedy="Open it with the program that wrote it, or a newer one",
        )
    median = read.pop("effect_median", None)
    if isinstance(median, int | float) and not isinstance(median, bool):
        # It was 6 % of the largest outcome for each group, and is 40 % of the outcome for all of them.
        read.setdefault("media_share", _FIRST_SHARE * median / _FIRST_MEDIAN)
    return read


def refuse_twice(name: str, values: list[str]) -> None:
    """Refuse what is named twice; raises `BadInput`."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise BadInput(f"{listed(twice)} is there twice", where=f"model.{name}", remedy="Keep one of them")
