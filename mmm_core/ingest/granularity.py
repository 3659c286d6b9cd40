"""What dates stand for: days, weeks, months or quarters."""

from collections.abc import Iterable

import numpy as np

from mmm_core.ingest.date_grammar import Unit

COARSE: tuple[Unit, ...] = ("month", "quarter")
"""Longer than a week; such figures fit no period of a model and are spread only on request."""
_ORDER: tuple[Unit, ...] = ("day", "week", "month", "quarter")
_QUARTERS_SEEN = 4


def granularity(days: np.ndarray, written: Iterable[Unit] = ()) -> Unit:
    """Tell what a column of dates stands for.

    Parameters
    ----------
    days : ndarray
        datetime64, shape (rows,).
    written : iterable of Unit, optional
        What the texts themselves name ("2024-03" is a month); the coarsest of them wins.

    Returns
    -------
    Unit
        Of plain days: "month" when all are the first, or all the last, of a month; "quarter" when at least four such
        are three months apart; "week" when all are a number of weeks apart; else "day". One date alone tells nothing
        and is a day.
    """
    coarsest = _ORDER[max(map(_ORDER.index, written), default=0)]
    if coarsest != "day":
        return coarsest
    distinct = np.unique(np.asarray(days, dtype="datetime64[D]"))
    if len(distinct) < 2:
        return "day"
    months = distinct.astype("datetime64[M]")
    if (distinct == first_of(months)).all() or (distinct == last_of(months)).all():
        steps = np.diff(months.astype(np.int64)).tolist()
        return "quarter" if len(distinct) >= _QUARTERS_SEEN and not any(step % 3 for step in steps) else "month"
    return "day" if any(step % 7 for step in np.diff(distinct.astype(np.int64)).tolist()) else "week"


def period_ends(days: np.ndarray, unit: Unit) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last day (datetime64[D]) of the period that each date stands for."""
    dates = np.asarray(days, dtype="datetime64[D]")
    if unit == "day":
        return dates, dates
    if unit == "week":
        return dates, dates + 6
    months = dates.astype("datetime64[M]")
    if unit == "quarter" and not np.array_equal(dates, first_of(months)):
        return first_of(months - 2), last_of(months)  # named by its last day
    return first_of(months), last_of(months + 2 if unit == "quarter" else months)


def first_of(months: np.ndarray) -> np.ndarray:
    """Return the first day of each month."""
    return months.astype("datetime64[D]")


def last_of(months: np.ndarray) -> np.ndarray:
    """Return the last day of each month."""
    return (months + 1).astype("datetime64[D]") - 1
