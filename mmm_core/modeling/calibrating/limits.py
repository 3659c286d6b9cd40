"""Every figure that lift tests are judged by, with its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationLimits:
    """One frozen config. Where the source is judgement it says so."""

    spend_differs: float = 0.10
    """Relative difference of the usual spend that people name from the files' spend of the same days: Robyn's check of
    calibration inputs (`check_calibration`, R/R/checks.R) warns beyond 10 % of what was named."""
    least_level: float = 0.80
    """Level of an interval, and confidence that the lift is not zero, below which a test is called uncertain: 80 % in
    the same check."""
    lopsided: float = 0.25
    """Distance of the lift from the middle of its interval, in halves of its width: from a quarter on, the error of one
    side is 1.7 times that of the other and one standard error describes neither. Judgement."""
    rounding: float = 1e-6
    """By how much, relative to it, a reduction may exceed the usual spend: figures of files are rounded."""
    near_names: int = 3
    near_likeness: float = 0.6
    """How many names are offered for one that is not there, and how alike they must be (`difflib`, its default)."""
    carry_overs: tuple[float, float] = (0.3, 0.6)
    """Shares kept from period to period for which the loss of a short test is told: near the mean (0.25) and the upper
    end (94 % lie below 0.6) of Beta(1, 3), PyMC-Marketing's default prior of geometric carry-over."""


CALIBRATION_LIMITS = CalibrationLimits()
