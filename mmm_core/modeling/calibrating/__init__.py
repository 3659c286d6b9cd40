"""From lift tests and costs in people's terms to what the model reads, and what is to be said about them.

`placing` finds a test in a panel and refuses what does not suit it; `measuring` makes the rows of the model; `costs`
says whether a known cost suits a panel and how much it counts; `judging` warns; `limits` holds the thresholds with
their sources. Nothing here samples or loads PyMC.
"""

from mmm_core.modeling.calibrating.costs import refuse_unsuited_cost, relative_error
from mmm_core.modeling.calibrating.judging import lift_test_findings
from mmm_core.modeling.calibrating.measuring import Measurement, measured_lifts, measurements
from mmm_core.modeling.calibrating.placing import refuse_unsuited

__all__ = [
    "Measurement",
    "lift_test_findings",
    "measured_lifts",
    "measurements",
    "refuse_unsuited",
    "refuse_unsuited_cost",
    "relative_error",
]
