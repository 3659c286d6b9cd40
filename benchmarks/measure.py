"""What a measure is, and how the table of measures is printed and written."""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure beside its goal.

    Attributes
    ----------
    value : float
        Measured figure in `unit`.
    goal : float
        What it should reach.
    met : bool
        Whether it does: at most the goal, or at least it for speed-ups (`unit` "x faster").
    source : str
        Where the goal comes from.
    """

    name: str
    value: float
    unit: str
    goal: float
    met: bool
    source: str


def at_most(name: str, value: float, unit: str, goal: float, source: str) -> Measure:
    """Make a measure that should stay below its goal."""
    return Measure(name=name, value=round(value, 4), unit=unit, goal=goal, met=value <= goal, source=source)


def at_least(name: str, value: float, unit: str, goal: float, source: str) -> Measure:
    """Make a measure that should reach its goal."""
    return Measure(name=name, value=round(value, 4), unit=unit, goal=goal, met=value >= goal, source=source)


def median_seconds(act: Callable[[], object], *, times: int = 5) -> float:
    """Return the median time of an act over several runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def report(measures: Iterable[Measure], path: Path) -> list[Measure]:
    """Print one row per measure as it comes, and write all of them as JSON."""
    done = []
    print(f"{'name':<72} {'value':>9} {'unit':<9} {'goal':>6}  met  goal comes from")
    for measure in measures:
        mark = "yes" if measure.met else "no"
        figures = f"{measure.value:>9.4g} {measure.unit:<9} {measure.goal:>6g}"
        print(f"{measure.name:<72} {figures}  {mark:<4} {measure.source}", flush=True)
        done.append(measure)
    path.write_text(json.dumps([asdict(measure) for measure in done], indent=2) + "\n", encoding="utf-8")
    return done
