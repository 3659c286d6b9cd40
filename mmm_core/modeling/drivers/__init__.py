"""Everything in the model that is not media: controls, weekdays, holidays, events, outliers, trend, drift.

Each becomes one column or several that are linear with a normal prior. So the model integrates them out
(`mmm_core.modeling.density`), PyMC-Marketing reads them as control columns, and forecasts and resolvability follow.

Priors of the columns; the largest outcome counts as 1:

- controls, organic media, weekdays: Normal(0, 0.2) on standardised inputs.
- holidays and events: Normal(0, 0.25) in the period that holds the most of their days. An outlier: Normal(0, 0.5).
- trend: Normal(0, 0.3) over the whole window; each bend as in `trend`. Drift of the baseline: 0.15, see `drift`.
"""

from mmm_core.modeling.drivers.calendar import supported_places
from mmm_core.modeling.drivers.columns import Columns, lay_out
from mmm_core.modeling.drivers.controls import choice_of

__all__ = ["Columns", "choice_of", "lay_out", "supported_places"]
