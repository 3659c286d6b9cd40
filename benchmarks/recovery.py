"""Do the ranges hold the truth? `python -m benchmarks.recovery [case ...]` asks simulated clients.

Without a name every case is run and `docs/recovery.md` is written; with names their figures are printed alone.
`MMM_WORKSHOP_CLIENTS` says how many clients the first case has, 40 by default; the others have three tenths of it.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks.recovery_clients import CASES, PERIODS, Case
from mmm_core.modeling.convergence import HIGHEST_R_HAT
from mmm_core.validation.calibration import LEVEL, SIZES, Recovered, coverage, recover

CLIENTS = int(os.environ.get("MMM_WORKSHOP_CLIENTS", "40"))
FIRST_SEED = 100
_REPORT = Path(__file__).resolve().parents[1] / "docs" / "recovery.md"
_WANTED = (0.85, 0.95)
_LIBRARIES = ("pymc-marketing", "pymc", "nutpie", "numba", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the clients of a case showed.

    Attributes
    ----------
    rows : tuple of Recovered
        Every group of every client.
    clients, settled : int
        Clients, and those whose chains agree.
    tested, untested : tuple of float
        Where a lift test is in the model: 90 % range of the tested group, upper to lower end, with and without it.
    """

    case: Case
    rows: tuple[Recovered, ...]
    clients: int
    settled: int
    tested: tuple[float, ...] = ()
    untested: tuple[float, ...] = ()


def run(case: Case, clients: int) -> Found:
    """Fit the clients of a case in full and compare with their truth."""
    from mmm_core.modeling.fitting import fit_model

    rows: list[Recovered] = []
    settled, tested, untested = 0, [], []
    for seed in range(FIRST_SEED, FIRST_SEED + clients):
        known = case.make(seed)
        fit = fit_model(known.panel, known.specification)
        own = recover(known.panel, fit, known.truth)
        regions = known.by_region.items()
        rows += [row for geo, truth in regions for row in recover(known.panel, fit, truth, geo=geo)] or own
        settled += fit.attempts[-1].r_hat_max < HIGHEST_R_HAT
        for test in known.specification.lift_tests:
            without = fit_model(known.panel, replace(known.specification, lift_tests=()))
            for kept, found in ((tested, own), (untested, recover(known.panel, without, known.truth))):
                kept += [row.high / row.low for row in found if row.group == test.group]
    return Found(
        case=case,
        rows=tuple(rows),
        clients=clients,
        settled=settled,
        tested=tuple(tested),
        untested=tuple(untested),
    )


def clients_of(case: Case) -> int:
    """Return how many clients a case has."""
    return max(2, round(case.share * CLIENTS))


def report(found: Sequence[Found]) -> str:
    """Write the report."""
    return "\n".join([*_opening(), *_table(found), *_by_size(found[0]), *_lift(found), *_how(found)])


def _opening() -> Iterator[str]:
    yield "# Recovery: do the ranges hold the truth?"
    yield ""
    yield (
        "Simulated clients have a truth that the model is not told. Every client is fitted in full, as the app does "
        "it, and the 90 % range of what each group brought over the window is held against what it really brought. "
        "Ranges that promise 90 % should hold it in about 9 of 10 cases; "
        f"{100 * _WANTED[0]:.0f} to {100 * _WANTED[1]:.0f} % is the goal for the defaults."
    )
    yield ""
    yield "This page is written by `make recovery`; nothing in it is written by hand."
    yield ""


def _table(found: Sequence[Found]) -> Iterator[str]:
    columns = ("clients", "what is special", "fits", "settled", "groups", "ranges that hold the truth")
    yield f"| {' | '.join((*columns, 'by chance', 'bias', 'width'))} |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in found:
        everything = coverage(one.rows)[-1]
        cells = [
            one.case.name,
            one.case.about,
            str(one.clients),
            str(one.settled),
            str(everything.of),
            f"{everything.held} ({100 * everything.share:.0f} %)",
            _chance(everything.held, everything.of),
            _bias(one.rows),
            _width(one.rows),
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""
    yield (
        "*Settled*: fits whose largest r-hat is below 1.01. *By chance*: the 90 % range of the coverage itself, were "
        "it counted on ever more clients (Clopper and Pearson). *Bias*: the middle of the range to the truth, median "
        "over the groups; +5 % says that half of the middles are more than 5 % too high. *Width*: upper to lower end "
        "of the range, median."
    )
    yield ""


def _by_size(first: Found) -> Iterator[str]:
    yield "## By the size of the group, defaults"
    yield ""
    yield "| size | groups | ranges that hold the truth | by chance | bias | width | within the goal |"
    yield "|---|---|---|---|---|---|---|"
    parts = {part.size: part for part in coverage(first.rows)}
    for size, said in {**SIZES, "all": "all groups"}.items():
        if size not in parts:
            continue
        part = parts[size]
        rows = [row for row in first.rows if size in (row.size, "all")]
        low, high = _WANTED
        within = "yes" if low <= part.share <= high else "no, wider than need be" if part.share > high else "no"
        held = f"{part.held} ({100 * part.share:.0f} %)"
        cells = [said, str(part.of), held, _chance(part.held, part.of), _bias(rows), _width(rows), within]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _lift(found: Sequence[Found]) -> Iterator[str]:
    for one in found:
        if one.tested:
            yield "## What a lift test adds"
            yield ""
            yield (
                f"The range of the tested group is {np.median(one.tested):.2f} from end to end with its test in the "
                f"model and {np.median(one.untested):.2f} without: upper to lower end, median of {one.clients} clients."
            )
            yield ""


def _how(found: Sequence[Found]) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    yield (
        f"Clients come from `mmm_core.simulation` and `benchmarks/recovery_clients.py`, seeds {FIRST_SEED} and up, "
        f"{PERIODS} weeks each, noise of 2 % of the outcome, media that cause about 30 % of it where nothing else is "
        "said. Curves follow the family that the model has: how a model fares whose family is another one is not asked "
        "here. In most cases returns lie between 0.8 and 3.5, closer together than the priors expect (a quarter to "
        "four times their middle), so where the data say little the ranges are wider than these clients need. The "
        "second case draws everything from the priors: there coverage is a test of the computation."
    )
    yield ""
    made = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield f"{sum(one.clients for one in found)} clients, {sum(len(one.rows) for one in found)} ranges; {made}."
    yield ""


def _chance(held: int, of: int) -> str:
    found = stats.binomtest(held, of).proportion_ci(LEVEL)
    return f"{100 * found.low:.0f} to {100 * found.high:.0f} %"


def _bias(rows: Sequence[Recovered]) -> str:
    return f"{round(100 * (float(np.exp(np.median([row.log_error for row in rows]))) - 1)):+d} %"


def _width(rows: Sequence[Recovered]) -> str:
    return f"{np.median([row.high / row.low for row in rows]):.1f}"


def main(names: Sequence[str]) -> int:
    """Run the named cases, or all and write the report."""
    unknown = sorted(set(names) - {case.name for case in CASES})
    if unknown:
        print(f"Unknown: {', '.join(unknown)}; known: {', '.join(case.name for case in CASES)}", file=sys.stderr)
        return 2
    found = []
    for case in CASES:
        if not names or case.name in names:
            found.append(run(case, clients_of(case)))
            print(*list(_table(found[-1:]))[2:3], sep="\n", flush=True)
    if not names:
        _REPORT.write_text(report(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
