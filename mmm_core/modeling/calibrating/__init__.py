"""From lift tests and costs in people's terms to what the model reads, and what is to be said about them.

`placing` finds a test in a panel and refuses what does not suit it; `measuring` makes the rows of the model; `judging`
warns; `limits` holds the thresholds with their sources. Nothing here samples or loads PyMC.
"""

from mmm_core.modeling.calibrating.judging import lift_test_findings
from mmm_core.modeling.calibrating.measuring import CostRow, Measurement, cost_rows, measurements, relative_error
from mmm_core.modeling.calibrating.placing import refuse_unsuited

__all__ = [
    "CostRow",
    "Measurement",
    "cost_rows",
    "lift_test_findings",
    "measurements",
    "refuse_unsuited",
    "relative_error",
]
