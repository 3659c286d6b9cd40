"""What a fit says about the business: contribution, ROI, quality of the fit."""

from mmm_core.estimands.contributions import BASELINE, contribution_over_time, fit_against_actuals
from mmm_core.estimands.quality import diagnostics, doubts
from mmm_core.estimands.summary import summary_table

__all__ = ["BASELINE", "contribution_over_time", "diagnostics", "doubts", "fit_against_actuals", "summary_table"]
