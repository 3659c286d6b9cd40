"""What the client could do about a group that the data cannot resolve, each with the width that it would bring."""

from mmm_core.feasibility.lift_trial import LiftTestPlan, try_lift_test
from mmm_core.feasibility.merge_trial import (
    MergeBias,
    MergeTrial,
    Shift,
    SiblingDifference,
    merge_bias,
    merged_panel,
    try_merge,
)
from mmm_core.feasibility.prior_trials import try_alike, try_tighter_prior, with_prior_doubled
from mmm_core.feasibility.timing_trial import TimingTrial, try_other_timing

__all__ = [
    "LiftTestPlan",
    "MergeBias",
    "MergeTrial",
    "Shift",
    "SiblingDifference",
    "TimingTrial",
    "merge_bias",
    "merged_panel",
    "try_alike",
    "try_lift_test",
    "try_merge",
    "try_other_timing",
    "try_tighter_prior",
    "with_prior_doubled",
]
