"""How marketing people spend over the weeks: patterns with mean 1, to be multiplied by a level."""

from collections.abc import Callable

import numpy as np

from mmm_core.simulation.response import Floats

Pattern = Callable[[np.random.Generator, int], Floats]
WEEKS_PER_YEAR = 52


def always_on(rng: np.random.Generator, periods: int, *, swing: float = 0.28, memory: float = 0.6) -> Floats:
    """Spend every week, wandering around its level (log-scale standard deviation `swing`)."""
    return _mean_one(np.exp(_wander(rng, periods, swing=swing, memory=memory)))


def flights(rng: np.random.Generator, periods: int, *, per_year: int = 5, weeks: int = 4) -> Floats:
    """Spend in bursts of `weeks`, `per_year` times a year, nothing in between."""
    gap = WEEKS_PER_YEAR / per_year
    on_air = np.zeros(periods)
    for number in range(int(periods / gap) + 1):
        start = int(number * gap + rng.uniform(0, gap - weeks))
        shape = np.linspace(1.15, 0.7, weeks) * rng.uniform(0.6, 1.4)
        stop = min(start + weeks, periods)
        if start < periods:
            on_air[start:stop] += shape[: stop - start]
    return _mean_one(on_air * rng.lognormal(0.0, 0.12, periods))


def seasonal(rng: np.random.Generator, periods: int, *, peak_week: int = 46, depth: float = 0.35) -> Floats:
    """Spend every week with a yearly peak, and wander around it."""
    wave = 1.0 + depth * np.cos(2 * np.pi * (np.arange(periods) - peak_week) / WEEKS_PER_YEAR)
    return _mean_one(wave * always_on(rng, periods, swing=0.25, memory=0.5))


def drops(rng: np.random.Generator, periods: int, *, every: int = 4, floor: float = 0.15) -> Floats:
    """Spend a little every week and much about every `every` weeks: mailings, magazine issues."""
    spend = np.full(periods, floor) * rng.lognormal(0.0, 0.2, periods)
    at = int(rng.integers(0, every))
    while at < periods:
        spend[at] += rng.uniform(0.7, 1.6)
        at += every + int(rng.integers(-1, 2))
    return _mean_one(spend)


def bursts(rng: np.random.Generator, periods: int, *, per_year: int = 6, weeks: int = 3, floor: float = 0.3) -> Floats:
    """Spend on a floor with bursts on top."""
    return _mean_one(
        floor * always_on(rng, periods) + (1 - floor) * flights(rng, periods, per_year=per_year, weeks=weeks)
    )


def in_step(rng: np.random.Generator, leader: Floats, *, noise: float = 0.085) -> Floats:
    """Follow another pattern week by week, but for a little noise (relative standard deviation)."""
    return _mean_one(leader * rng.lognormal(0.0, noise, len(leader)))


def _wander(rng: np.random.Generator, periods: int, *, swing: float, memory: float) -> Floats:
    steps = rng.normal(0.0, swing * np.sqrt(1 - memory**2), periods)
    steps[0] = rng.normal(0.0, swing)
    walked = np.empty(periods)
    level = 0.0
    for period, step in enumerate(steps):
        level = memory * level + float(step)
        walked[period] = level
    return walked


def _mean_one(spend: Floats) -> Floats:
    result: Floats = spend / spend.mean()
    return result
