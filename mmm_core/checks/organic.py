"""Findings about organic media as model input: periods without a figure, series that explain nothing, other regions."""

from collections.abc import Iterator, Sequence

import numpy as np

from mmm_core.checks.pictures import MOST_NAMED
from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.organic import changes, laid_out, plain_name
from mmm_core.panel.outcome import Series
from mmm_core.panel.window import Window
from mmm_core.schema import WHOLE_MARKET, OrganicTable


def organic_coverage(
    tables: Sequence[OrganicTable], series: Sequence[Series], window: Window, calendar: Calendar, geos: list[str]
) -> Iterator[Finding]:
    """Say what of organic media the model takes for no exposure, and what it cannot use.

    Parameters
    ----------
    tables, series
        Files, and what became of each, see `mmm_core.panel.organic.organic_series`.
    geos : list of str
        Regions of the outcome.
    """
    for table, own in zip(tables, series, strict=True):
        yield from _without_a_figure(table, own, window, calendar)
        yield from _never_changing(table, own, window, calendar, geos)
        yield from _other_regions(table, own, geos)


def _without_a_figure(table: OrganicTable, series: Series, window: Window, calendar: Calendar) -> Iterator[Finding]:
    known = series.numbers()
    empty = np.setdiff1d(window.numbers, known)
    if not len(empty) or len(empty) == len(window):
        return  # a file without any figure in the window is told series by series
    edges = empty[(empty < known[0]) | (empty > known[-1])]
    labels = calendar.labels(empty)
    yield Finding(
        code="organic_counts_as_none",
        severity=Severity.WARNING if len(edges) else Severity.NOTE,
        message=f"{table.source} has no figure for {counted(len(empty), calendar.period)} of the modelling window "
        f"({listed(labels)}){_ends(known, calendar) if len(edges) else ''}; the model reads that as no exposure.",
        where=Place(source=table.source, periods=labels[:MOST_NAMED]),
        evidence={"periods": len(empty), "at_the_edges": len(edges), "window": len(window)},
        remedy="If there was exposure, complete the file; if there was none, accept this with that reason."
        if len(edges)
        else "Nothing to do if nothing was sent or posted then; otherwise complete the file.",
        threshold=f"A figure in every {calendar.period} of the modelling window; a warning where the file begins later "
        "or ends earlier.",
    )


def _ends(known: np.ndarray, calendar: Calendar) -> str:
    first, last = calendar.labels([int(known[0]), int(known[-1])])
    return f"; it runs from {first} to {last}"


def _never_changing(
    table: OrganicTable, series: Series, window: Window, calendar: Calendar, geos: list[str]
) -> Iterator[Finding]:
    for name, values in laid_out(series, window.numbers, geos).items():
        if changes(values):
            continue
        steady = float(values.flat[0])
        what = f"exposure of {steady:,.4g}" if steady else "no exposure"
        yield Finding(
            code="organic_never_changes",
            severity=Severity.WARNING,
            message=f"'{plain_name(name)}' in {table.source} has {what} in every {calendar.period} of the modelling "
            "window; it explains nothing and stays out of the model.",
            where=Place(source=table.source, columns=(plain_name(name),)),
            evidence={"value": steady, "periods": len(window)},
            remedy="Check its dates and its column, or exclude it.",
            threshold="Two values that differ.",
        )


def _other_regions(table: OrganicTable, series: Series, geos: list[str]) -> Iterator[Finding]:
    unknown = sorted(set(series.geos()) - {*geos, WHOLE_MARKET})
    if unknown:
        yield Finding(
            code="organic_other_regions",
            severity=Severity.WARNING,
            message=f"{table.source} names {counted(len(unknown), 'region')} that the outcome does not have "
            f"({listed(unknown)}); their exposure stays out of the model.",
            where=Place(source=table.source),
            evidence={"regions": unknown, "regions_of_the_outcome": geos},
            remedy="Correct the names, or read the file without its region column.",
            threshold="The regions of the outcome.",
        )
