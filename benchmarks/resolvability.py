"""Resolvability and its what-ifs: server time for 12 groups x 156 weeks, and agreement with sampled posteriors."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.measure import Measure, at_least, at_most, median_seconds
from benchmarks.posteriors import public_panels
from mmm_core.feasibility import what_if
from mmm_core.feasibility.resolvability import resolvability
from mmm_core.modeling.specification import ModelSpecification

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

_SOURCE = "issue 4"
_CASE = "12 groups x 156 weeks"


def measures() -> Iterator[Measure]:
    """Measure times, then agreement."""
    yield from _times()
    yield from _agreement()


def _times() -> Iterator[Measure]:
    from resolvability_clients import CLIENTS

    panel, chosen = CLIENTS["twelve groups, three years"](), ModelSpecification()
    found = resolvability(panel, chosen)
    one, other = panel.groups[:2]
    trial = what_if.try_merge(panel, chosen, (one, other), "both", warm=found)
    acts = {
        "Resolvability": (lambda: resolvability(panel, chosen), 150),
        "Resolvability, from a known estimate": (lambda: resolvability(panel, chosen, warm=found), 150),
        "What if merged": (lambda: what_if.try_merge(panel, chosen, (one, other), "both", warm=found), 150),
        "What if merged: the bias": (lambda: what_if.merge_bias(trial), 1000),
        "What if the prior were tighter": (lambda: what_if.try_tighter_prior(found, one, spread=0.45), 150),
        "What if all priors were wider": (lambda: what_if.with_prior_doubled(found), 150),
        "What if tested": (lambda: what_if.try_lift_test(found, one, wanted_width_ratio=0.6), 150),
        "What if two took turns": (lambda: what_if.try_other_timing(found, one, other, weeks=26), 300),
    }
    for name, (act, goal) in acts.items():
        yield at_most(f"{name}, {_CASE}", 1000 * median_seconds(act), "ms", goal, _SOURCE)
    # On a machine that is busy with other things, the clock tells of these.
    used = 1000 * _processor_seconds(lambda: resolvability(panel, chosen))
    yield at_most(f"Resolvability, processor time, {_CASE}", used, "ms", 150, _SOURCE)


def _processor_seconds(act: Callable[[], object], *, times: int = 5) -> float:
    """Return the median processor time of an act, which runs on one thread."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        act()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def _agreement() -> Iterator[Measure]:
    from resolvability_clients import CLIENTS, file_of, specification_of

    panels = {name: make() for name, make in CLIENTS.items()} | public_panels()
    ratios, ranks = [], {}
    for name, panel in panels.items():
        sampled = np.array(json.loads(file_of(name).read_text(encoding="utf-8"))["contribution"])
        full = sampled[:, -1] - sampled[:, 0]
        found = resolvability(panel, specification_of(name))
        predicted = np.array([group.contribution.width for group in found.groups])
        ratios.append(np.abs(np.log(predicted / full)))
        if len(full) > 4:
            ranks[name] = float(np.corrcoef(predicted.argsort().argsort(), full.argsort().argsort())[0, 1])
    off = np.concatenate(ratios)
    label = f"of {len(off)} groups of {len(panels)} clients"
    yield at_least(f"Widths within a factor of 1.5, {label}", float((off < np.log(1.5)).mean()), "share", 0.9, _SOURCE)
    yield at_least(
        f"Widths within a factor of 1.25, {label}", float((off < np.log(1.25)).mean()), "share", 0.7, _SOURCE
    )
    worst = min(ranks, key=ranks.__getitem__)
    yield at_least(f"Rank correlation of widths, lowest ({worst})", round(ranks[worst], 4), "", 0.9, _SOURCE)
