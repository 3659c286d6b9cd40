"""Lasting changes of a level: where a series jumps and stays."""

from dataclasses import dataclass

import numpy as np

from mmm_core.checks.thresholds import Thresholds

_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A jump: the first period of the new level, and the medians before and after."""

    at: int
    before: float
    after: float

    @property
    def change(self) -> float:
        """Change as a share of the former level."""
        return self.after / self.before - 1


def level_shift_in(values: np.ndarray, thresholds: Thresholds, *, per_week: int = 1) -> Shift | None:
    """Find the largest lasting jump of a series that is above 0 all around it.

    Parameters
    ----------
    values : float64 array (periods,)
    per_week : int
        Periods in a week: 1, or 7 in a daily project.

    Notes
    -----
    A jump counts when the medians of a quarter before and after differ by more than `level_shift` of the former, those
    of the four weeks next to it do so too, and the difference exceeds the scatter around the two levels.
    """
    wide, near = thresholds.level_shift_periods * per_week, thresholds.level_shift_near * per_week
    places = np.arange(wide, len(values) - wide + 1)
    if not len(places):
        return None
    windows = np.lib.stride_tricks.sliding_window_view(values, wide)
    before, after = windows[places - wide], windows[places]
    steady = (before > 0).all(axis=1) & (after > 0).all(axis=1)
    if not steady.any():
        return None
    places, before, after = places[steady], np.log(before[steady]), np.log(after[steady])
    jump = np.median(after, axis=1) - np.median(before, axis=1)
    close = np.median(after[:, :near], axis=1) - np.median(before[:, -near:], axis=1)
    scatter = _MAD_TO_SD * np.maximum(_mad(before), _mad(after))
    least = np.where(jump > 0, np.log(1 + thresholds.level_shift), np.log(1 - thresholds.level_shift))
    lasting = (jump / least > 1) & (close / least > 1) & (np.abs(jump) > thresholds.level_shift_noise * scatter)
    if not lasting.any():
        return None
    steep = np.abs(np.diff(np.log(np.maximum(values, 1e-12))))[places - 1]
    best = int(np.argmax(np.where(lasting, steep, -np.inf)))
    return Shift(
        at=int(places[best]),
        before=float(np.exp(np.median(before[best]))),
        after=float(np.exp(np.median(after[best]))),
    )


def _mad(values: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.median(np.abs(values - np.median(values, axis=1)[:, None]), axis=1)
    return result
