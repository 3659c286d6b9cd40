"""Rows of a plan or a budget that stand beside rows of what was spent."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import MOST_NAMED, drawn, listed_items, named
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Fix, Place, Severity
from mmm_core.ingest import vocabulary
from mmm_core.money import MICROS_PER_UNIT, spoken_amount
from mmm_core.taxonomy.tokens import words_of


def budget_beside_actual(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find line items of a plan (budget, forecast, Soll, ...) whose actual spend stands in the same file."""
    for dimension in grid.dimensions:
        written = grid.items[dimension].astype(object).fillna("").to_numpy().astype(str)
        values, codes = np.unique(written, return_inverse=True)
        plans = _plans(grid, values.tolist(), codes, thresholds)
        hit = np.isin(codes, plans)
        if plans and not hit.all():
            yield _finding(grid, dimension, hit, [str(values[code]) for code in plans], thresholds)
            return


def _plans(grid: SourceGrid, values: list[str], codes: np.ndarray, thresholds: Thresholds) -> list[int]:
    """Return the values that are plans of another value, or bare words for a plan beside bare words for the rest."""
    words = [words_of(value) for value in values]
    planned = [code for code, own in enumerate(words) if set(own) & vocabulary.PLAN]
    if not planned:
        return []
    base = [tuple(word for word in own if word not in vocabulary.PLAN | vocabulary.ACTUAL) for own in words]
    actual = {base[code]: code for code in range(len(values)) if not set(words[code]) & vocabulary.PLAN}
    bare_actual = any(own and set(own) <= vocabulary.ACTUAL for own in words)
    found = []
    for code in planned:
        twin = actual.get(base[code])
        if (not base[code] and bare_actual) or (
            base[code] and twin is not None and _alike(grid, codes == code, codes == twin, thresholds)
        ):
            found.append(code)
    return found


def _alike(grid: SourceGrid, plan: np.ndarray, actual: np.ndarray, thresholds: Thresholds) -> bool:
    first, second = grid.spend[plan].sum(axis=0), grid.spend[actual].sum(axis=0)
    both = (first > 0) & (second > 0)
    if not both.any():
        return False
    ratio = first[both].sum() / second[both].sum()
    return bool(1 / thresholds.plan_beside_actual <= ratio <= thresholds.plan_beside_actual)


def _finding(grid: SourceGrid, dimension: str, hit: np.ndarray, values: list[str], thresholds: Thresholds) -> Finding:
    money = grid.spend[hit].sum(axis=1)
    order = np.flatnonzero(hit)[np.argsort(-money, kind="stable")]
    micros = np.rint(np.sort(money)[::-1] * MICROS_PER_UNIT).astype(np.int64)
    ids = tuple(map(str, grid.items.index[order]))
    return Finding(
        code="budget_beside_actual",
        severity=Severity.WARNING,
        message=f"{grid.source}: {counted(len(ids), 'line item')} with {dimension.rstrip('_')} {named(values)} "
        f"({spoken_amount(int(micros.sum()))} {grid.currency}) look like a plan beside what was spent; together they "
        "count twice.",
        where=Place(source=grid.source, columns=(dimension.rstrip("_"),), line_items=ids[:MOST_NAMED]),
        evidence={
            "line_items": len(ids),
            "values": values[:MOST_NAMED],
            "items": listed_items(grid.names[order], micros),
            "series": drawn(grid.labels, grid.spend[hit].sum(axis=0)),
            "second_series": drawn(grid.labels, grid.spend[~hit].sum(axis=0)),
            "unit": f"{grid.currency} per {grid.calendar.period}",
        },
        remedy="Leave the plan out of the mapping with that reason, and keep what was spent.",
        threshold="plan_beside_actual: a word for a plan beside the same name without it, within a factor of "
        f"{thresholds.plan_beside_actual:g} of its money, or beside a bare word for actual spend (own choice)",
        fix=Fix(
            kind="exclude_line_items",
            what=f"Leave out {counted(len(ids), 'line item')} of the plan",
            source=grid.source,
            line_items=ids,
        ),
    )
