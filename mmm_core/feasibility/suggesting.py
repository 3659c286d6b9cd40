"""What the data say that a specification lacks, or has too much of; nothing of it is done without being asked for."""

from collections.abc import Sequence

import numpy as np

from mmm_core.feasibility.missing_baseline import missing_holidays, moving_level, odd_periods, other_waves
from mmm_core.feasibility.quick_regression import look_at
from mmm_core.feasibility.suggestion import Suggestion
from mmm_core.feasibility.suggestion_limits import SUGGESTION_LIMITS, SuggestionLimits
from mmm_core.feasibility.threads import one_thread
from mmm_core.feasibility.unfit_controls import unfit_controls
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

__all__ = ["Suggestion", "suggest_drivers"]


def suggest_drivers(
    panel: Panel,
    specification: ModelSpecification,
    *,
    places: Sequence[str] = (),
    limits: SuggestionLimits = SUGGESTION_LIMITS,
) -> tuple[Suggestion, ...]:
    """Suggest drivers, each with its reason.

    A quick regression of the outcome (regions added up) on whatever the specification has stands in for the model; what
    is suggested first is taken as given for what is suggested next: level, holidays, then odd periods. After a change,
    ask again.

    Parameters
    ----------
    panel : Panel
        As it would be fitted.
    specification : ModelSpecification
    places : sequence of str
        Countries or regions whose holidays may matter, "DE", "DE-BY".

    Returns
    -------
    tuple of Suggestion
        The clearest first.

    Raises
    ------
    BadInput
        If the specification has a control or a place that the model would refuse.
    """
    with one_thread():
        look = look_at(panel, specification)
        periods, effects = len(look.outcome), len(look.outcome) - look.regression().free
        if periods < limits.rows_per_effect * effects:
            return ()
        outcome = panel.kpi_name
        level, level_columns = moving_level(look, outcome, specification, limits)
        holidays, holiday_columns = missing_holidays(look, level_columns, places, specification, limits)
        given = np.concatenate([level_columns, holiday_columns], axis=1)
        found = [
            *([level] if level is not None else []),
            *holidays,
            *other_waves(look, specification, limits),
            *odd_periods(look, given, outcome, limits),
            *unfit_controls(look, panel, specification, limits),
        ]
    return tuple(sorted(found, key=lambda suggestion: -suggestion.gain))
