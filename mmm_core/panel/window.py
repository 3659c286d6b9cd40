"""The modelling window: the periods that KPI, media and controls all cover."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mmm_core.errors import BadInput
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube
from mmm_core.panel.outcome import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """First and last period (calendar numbers, both inside), and the KPI's partial edge periods that were cut off."""

    first: int
    last: int
    cut: tuple[int, ...] = ()

    @property
    def numbers(self) -> np.ndarray:
        """Calendar numbers of the window."""
        return np.arange(self.first, self.last + 1)

    def __len__(self) -> int:
        return self.last - self.first + 1

    def holds(self, numbers: np.ndarray) -> np.ndarray:
        """Tell which calendar numbers lie inside."""
        return (numbers >= self.first) & (numbers <= self.last)


def common_window(cube: Cube, kpi: Series, controls: Iterable[Series], calendar: Calendar) -> Window:
    """Find the longest window that every source covers; a first or last period that the KPI covers in part is cut off.

    Raises
    ------
    BadInput
        If the sources share no period.
    """
    covered = kpi.numbers()
    partial = set(kpi.partial().tolist())
    first, last = int(covered[0]), int(covered[-1])
    cut = tuple(number for number in (first, last) if number in partial)
    spans = {
        "KPI": (first + (first in cut), last - (last in cut)),
        "media": (cube.first_period, cube.first_period + cube.periods - 1),
        **{
            f"controls ({', '.join(map(str, series.values.columns))})": (
                int(series.numbers()[0]),
                int(series.numbers()[-1]),
            )
            for series in controls
        },
    }
    start, end = max(span[0] for span in spans.values()), min(span[1] for span in spans.values())
    if start > end:
        spoken = "; ".join(f"{name} {' to '.join(calendar.labels(list(span)))}" for name, span in spans.items())
        raise BadInput(
            "The sources share no complete period",
            where=spoken,
            expected="media, KPI and controls were expected to overlap",
            remedy="Check the dates of the files, or how day and month were read",
        )
    return Window(first=start, last=end, cut=cut)
