"""Every threshold of the checks, with its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """One frozen config; a finding names the threshold that it crossed."""

    collinear_warning: float = 0.9
    """|r| of two groups' spend above which separate effects are doubtful (Kutner et al. 2005, section 10.5)."""
    collinear_error: float = 0.999
    """|r| above which two groups are one variable for any model of this size."""
    constant_cv: float = 0.01
    """Coefficient of variation below which a group cannot be told from the baseline."""
    short_history_years: float = 2.0
    """Yearly seasonality needs two full years to be told from a single event (Chan & Perry 2017, section 3)."""


THRESHOLDS = Thresholds()
