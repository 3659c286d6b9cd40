"""How far a row of refits is, told as one."""

import time
from collections.abc import Callable

from mmm_core.modeling.progress import Progress
from mmm_core.validation.holdout_record import HoldoutProgress

Report = Callable[[HoldoutProgress], None]


class Pace:
    """Turns the progress of one refit after the other into that of the whole.

    Parameters
    ----------
    folds, refits : int
        How many fits of folds there will be, and how many other refits behind them.
    report : callable
        Told how far it is.
    """

    def __init__(self, *, folds: int, refits: int, report: Report) -> None:
        self._folds, self._refits, self._report = folds, refits, report
        self._begun, self._started = 0, time.monotonic()

    def begin(self) -> Callable[[Progress], None]:
        """Say that the next fit begins; returns what is to be told of its progress."""
        self._begun += 1
        self._say(0.0)
        return self._heard

    @property
    def seconds(self) -> float:
        """Time since the first was begun."""
        return time.monotonic() - self._started

    def _heard(self, progress: Progress) -> None:
        if progress.share is not None:
            self._say(progress.share)

    def _say(self, share: float) -> None:
        done = self._begun - 1
        whole = (done + share) / (self._folds + self._refits)
        eta = self.seconds * (1 - whole) / whole if done and whole > 0 else None
        self._report(
            HoldoutProgress(
                fold=min(self._begun, self._folds),
                folds=self._folds,
                refit=max(0, self._begun - self._folds),
                refits=self._refits,
                share=whole,
                elapsed_seconds=self.seconds,
                eta_seconds=eta,
            )
        )
