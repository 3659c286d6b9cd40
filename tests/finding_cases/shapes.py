"""The course of spend over time."""

import numpy as np

from finding_cases.scene import WEEKS, B, Case, Scene, clean, client
from mmm_core.findings import Severity

_rng = np.random.default_rng(22)
STEADY = 1000 * np.exp(_rng.normal(0, 0.05, WEEKS))


def jump(factor: float, *, ramp: int = 0) -> Scene:
    """A platform whose spend changes its level by a factor in week 55, at once or over some weeks."""
    reached = np.clip((np.arange(WEEKS) - 55) / ramp, 0, 1) if ramp else (np.arange(WEEKS) >= 55).astype(float)
    return client(clean(c=STEADY * factor**reached))


def level_part(variation: float, length: int) -> Scene:
    """A line item that varies but for some weeks, in which its coefficient of variation is this."""
    values = np.array(B[::-1])
    wobble = np.resize([1.0, -1.0], length)
    values[20 : 20 + length] = 400 * (1 + variation * (wobble - wobble.mean()) / wobble.std())
    return client(clean(c=values))


def fee(variation: float, weeks: int) -> Scene:
    """A line item with the same amount, within a coefficient of variation, in so many weeks and none else."""
    values = np.zeros(WEEKS)
    values[:weeks] = 100 * (1 + variation * np.resize([1.0, -1.0], weeks))
    return client(clean(c=values))


def many_items(near: int) -> Scene:
    """Three hundred line items that vary; one of them has so many weeks that are nearly the same."""
    table = {f"i{number:03d}": _rng_of(number).uniform(50, 150, WEEKS) for number in range(300)}
    table["i000"][40 : 40 + near] = 100 * (1 + 0.008 * np.resize([1.0, -1.0], near))
    return client(clean(**table))


def _rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(1000 + seed)


CASES = (
    Case(
        code="level_shift",
        severity=Severity.WARNING,
        fires=jump(1.7),
        silent=jump(1.0),
        border=jump(1.4),
        at=False,
    ),
    Case(
        code="level_shift",
        variant="down",
        severity=Severity.WARNING,
        fires=jump(0.4),
        silent=jump(1.0),
        border=jump(0.4, ramp=40),  # a slow decline is no jump
        at=False,
    ),
    Case(
        code="plan_spreading",
        severity=Severity.WARNING,
        fires=level_part(0.009, 4),
        silent=level_part(0.3, 4),
        border=level_part(0.011, 4),
        at=False,
    ),
    Case(
        code="plan_spreading",
        variant="three weeks",
        severity=Severity.WARNING,
        fires=level_part(0.0, 4),
        silent=level_part(0.3, 4),
        border=level_part(0.0, 3),
        at=False,
    ),
    Case(
        code="plan_spreading",
        variant="chance",
        severity=Severity.WARNING,
        fires=many_items(60),
        silent=many_items(0),
        border=many_items(4),  # one run among thirty thousand that is nearly, not quite, equal
        at=False,
    ),
    Case(
        code="constant_series",
        variant="a line item",
        severity=Severity.WARNING,
        fires=fee(0.005, 60),
        silent=client(),
        border=fee(0.005, 25),  # less than two quarters
        at=False,
    ),
)
