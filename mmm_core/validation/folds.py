"""Where a holdout cuts the history: what is known at each point, and what is to be foreseen from there."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mmm_core import fingerprint
from mmm_core.errors import BadInput, counted
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.settings import Period

MOST_FOLDS = 4
HORIZON: dict[Period, int] = {"week": 8, "day": 56}
"""Periods to foresee per fold: eight weeks."""
FEWEST_WEEKS = 60
"""A year to learn the season from and eight weeks to foresee."""

HOLDOUT_SCHEMA = 3
"""Raised whenever the same fit and folds would give another holdout than before: 2 has refits with other priors, 3 the
means of what refits return."""

_SEASON_WEEKS = 52
_PER_WEEK: dict[Period, int] = {"week": 1, "day": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Fit on the first `known` periods, foresee the next `horizon`."""

    number: int
    known: int
    horizon: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldPlan:
    """Folds from the earliest to the latest, with an expanding window; no period is foreseen twice.

    `season` is the number of periods after which the season comes round.
    """

    folds: tuple[Fold, ...]
    season: int

    @property
    def foreseen(self) -> int:
        """Number of periods that are foreseen."""
        return sum(fold.horizon for fold in self.folds)

    def as_dict(self) -> dict[str, Any]:
        """Return what names the plan."""
        return {"known": [fold.known for fold in self.folds], "horizon": [fold.horizon for fold in self.folds]}


def plan_folds(
    periods: int, *, period: Period = "week", horizon: int | None = None, most: int = MOST_FOLDS
) -> FoldPlan:
    """Cut a history into folds at its end; fewer where it is short.

    Parameters
    ----------
    periods : int
        Length of the history.
    horizon : int, optional
        Periods to foresee per fold; eight weeks by default.
    most : int
        Folds at most.

    Raises
    ------
    BadInput
        If the history is shorter than 60 weeks, or than a year and one horizon.
    """
    step = _PER_WEEK[period]
    season, length = _SEASON_WEEKS * step, horizon or HORIZON[period]
    fewest = max(FEWEST_WEEKS * step, season + length)
    if periods < fewest:
        raise BadInput(
            f"The history has {counted(periods, period)}",
            expected=f"to foresee {counted(length, period)} that were held out, a model needs a year before them: "
            f"{counted(fewest, period)} or more",
            remedy="Add history; until then only the checks of the fit itself can be read",
        )
    count = min(most, (periods - season) // length)
    folds = tuple(Fold(number=at + 1, known=periods - (count - at) * length, horizon=length) for at in range(count))
    return FoldPlan(folds=folds, season=season)


def holdout_fingerprint(fit: str, plan: FoldPlan) -> str:
    """Name a holdout before it is there, by the fingerprint of the fit and the folds."""
    return fingerprint.of_content({"code": HOLDOUT_SCHEMA, "fit": fit, "plan": plan.as_dict()})


def shorter_by(panel: Panel, weeks: int) -> Fold | None:
    """Return the panel without its last weeks as a fold; None where no year would be left to learn the season from."""
    step, periods = _PER_WEEK[panel.period], panel.data.sizes["period"]
    known = periods - weeks * step
    return Fold(number=0, known=known, horizon=periods - known) if known >= _SEASON_WEEKS * step else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The panel as it was known at a fold, and with the periods to foresee.

    Attributes
    ----------
    known, seen : Panel
        Until the fold's point, and until the end of its horizon; same groups and controls.
    left_out : tuple of str
        What the known part could not teach: groups that had not spent yet, controls that had never changed.
    """

    known: Panel
    seen: Panel
    left_out: tuple[str, ...]


def cut_panel(panel: Panel, fold: Fold) -> Cut:
    """Cut a panel at a fold; the model of the known part never meets a figure from after it."""
    known = panel.data.isel(period=slice(0, fold.known))
    spends = known["spend"].sum(("period", "geo")).values > 0
    controls = known["controls"].values
    moves = np.ptp(controls, axis=0).max(axis=0) > 1e-12 * np.abs(controls).max(axis=(0, 1))
    kept = {"group": np.flatnonzero(spends), "control": np.flatnonzero(moves)}
    seen = panel.data.isel(period=slice(0, fold.known + fold.horizon), **kept)  # type: ignore[arg-type]
    left_out = [str(name) for name in known["group"].values[~spends]]
    left_out += [str(name) for name in known["control"].values[~moves]]
    return Cut(
        known=_with(panel, seen.isel(period=slice(0, fold.known))), seen=_with(panel, seen), left_out=tuple(left_out)
    )


def known_model(specification: ModelSpecification, panel: Panel, fold: Fold, cut: Cut) -> ModelSpecification:
    """Return the model as it could have been specified at a fold.

    Without what became known later: lift tests and costs that ended after it, costs that do not say of when they are,
    and scales of a later fit. Holidays and own events are facts of the calendar and stay, as does what people expect.
    """
    day = np.datetime_as_string(panel.data["period"].values[fold.known], unit="D")
    known = specification.known_at(str(day))
    groups = cut.known.groups
    return replace(
        known,
        fixed_scale=None,
        lift_tests=tuple(test for test in known.lift_tests if test.group in groups),
        cost_targets=tuple(target for target in known.cost_targets if target.group in groups),
    )


def _with(panel: Panel, data: "object") -> Panel:
    return Panel(data=data, period=panel.period, kpi_name=panel.kpi_name, currency=panel.currency)  # type: ignore[arg-type]
