"""Periods: a week is named by its first day."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.settings import WEEKDAYS, Period, ProjectSettings

_EPOCH_WEEKDAY = WEEKDAYS.index("thursday")
"""1970-01-01 was a Thursday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Maps dates to periods and counts them."""

    period: Period = "week"
    week_start: str = "monday"

    @classmethod
    def of(cls, settings: ProjectSettings) -> "Calendar":
        """Return the calendar of a project."""
        return cls(period=settings.period, week_start=settings.week_start)

    @property
    def days(self) -> int:
        """Length of a period in days."""
        return 7 if self.period == "week" else 1

    @property
    def _offset(self) -> int:
        return (WEEKDAYS.index(self.week_start) - _EPOCH_WEEKDAY) % 7 if self.period == "week" else 0

    def number(self, dates: "pd.Series | pd.DatetimeIndex | np.ndarray") -> np.ndarray:
        """Return the running number of the period of each date (int64; neighbours differ by 1)."""
        days = np.asarray(dates, dtype="datetime64[D]").astype(np.int64)
        return np.floor_divide(days - self._offset, self.days)

    def first_day(self, numbers: "np.ndarray | int") -> np.ndarray:
        """Return the first day (datetime64[ns]) of periods given by number."""
        days = np.asarray(numbers, dtype=np.int64) * self.days + self._offset
        return days.astype("datetime64[D]").astype("datetime64[ns]")

    def labels(self, numbers: "np.ndarray | list[int]") -> tuple[str, ...]:
        """Return the first days as ISO text."""
        return tuple(np.datetime_as_string(np.atleast_1d(self.first_day(np.asarray(numbers))), unit="D").tolist())
