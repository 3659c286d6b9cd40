"""What the baseline might lack: a trend, a step, other waves, holidays, periods that stand for themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import counted, listed
from mmm_core.feasibility.quick_regression import Gain, Look, Regression
from mmm_core.feasibility.suggestion import Suggestion, Way, amount, more_or_less
from mmm_core.feasibility.suggestion_limits import SuggestionLimits
from mmm_core.feasibility.words import share, two_digits
from mmm_core.modeling.drivers.calendar import holiday_columns
from mmm_core.modeling.drivers.drift import drift_columns
from mmm_core.modeling.drivers.trend import trend_columns
from mmm_core.modeling.scaled_model import Floats, waves_at
from mmm_core.modeling.specification import ModelSpecification

_BEYOND = "Beyond season, controls and media"
_FAR_AHEAD = pd.DateOffset(years=10)
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """A way in which the level may move: its columns, what they add, and what it takes in the specification."""

    name: str
    columns: Floats
    gain: Gain
    change: dict[str, object]


def moving_level(
    look: Look, outcome: str, specification: ModelSpecification, limits: SuggestionLimits
) -> tuple[Suggestion | None, Floats]:
    """Suggest a trend, bends, a drift or a step; return the columns that it would bring as well."""
    nothing = np.empty((len(look.outcome), 0))
    if specification.baseline_drift:
        return None, nothing
    present = look.regression()
    levels = [_level(name, look, present, specification) for name in _above(specification.trend)]
    found = [level for level in levels if level is not None]
    place, step = _step(look, present, limits)
    most = max((level.gain.explained for level in found), default=0.0)
    if step is not None and step.gain.bic >= limits.clear and step.gain.explained >= limits.step_share * most:
        return _step_suggestion(look, outcome, place, step, limits), step.columns
    best: _Level | None = None
    for level in found:  # from the simplest on
        if level.gain.bic >= (best.gain.bic if best else 0.0) + limits.clear:
            best = level
    if best is None:
        return None, nothing
    return _level_suggestion(look, outcome, best, limits), best.columns


def other_waves(look: Look, specification: ModelSpecification, limits: SuggestionLimits) -> Iterator[Suggestion]:
    """Suggest more or fewer yearly waves; nothing for less than two years, in which a season is seen once."""
    if len(look.outcome) * look.timeline.days < 2 * 364:
        return
    without = look.regression(waves=False)
    tried = range(max(limits.most_waves, specification.yearly_seasonality) + 1)
    gains = [without.gain(waves_at(look.timeline.periods, order)).bic if order else 0.0 for order in tried]
    now, best = specification.yearly_seasonality, int(np.argmax(gains))
    simplest = next(order for order in tried if gains[order] > gains[best] - limits.simpler)
    best = simplest if simplest > now or best <= now else now
    better = gains[best] - gains[now]
    if best == now or better < (limits.clear if best > now else limits.simpler):
        return
    says = (
        f"with {counted(best, 'yearly wave')} in place of {now} the season is followed more closely than chance allows"
        if best > now
        else f"{counted(best, 'yearly wave') if best else 'no yearly wave at all'} explains nearly as much as "
        f"{now}, with {2 * (now - best)} effects fewer"
    )
    yield Suggestion(
        code="more_waves" if best > now else "fewer_waves",
        subject="",
        reason=f"{_BEYOND.replace('season, ', '')}, {says} (information criterion better by {better:.0f}).",
        change={"yearly_seasonality": best},
        gain=better,
        figures={"now": now, "better": best},
        threshold=f"A fall of the information criterion of {limits.clear:.0f} for more, {limits.simpler:.0f} for fewer "
        "(Kass & Raftery 1995).",
    )


def missing_holidays(
    look: Look, level: Floats, places: Sequence[str], specification: ModelSpecification, limits: SuggestionLimits
) -> tuple[list[Suggestion], Floats]:
    """Suggest holidays of places that are not in the specification; return the columns that they would bring."""
    found, columns = [], [np.empty((len(look.outcome), 0))]
    for place in places:
        if place in specification.holidays:
            continue
        block = holiday_columns(look.timeline, (place,))
        if not block.labels or block.scale is None:
            continue
        values = block.values[:, 0, :] / block.scale
        gain = look.regression().with_columns(level).gain(values)
        strongest = np.argsort(-np.abs(gain.t))
        if gain.bic < limits.clear and abs(gain.t[strongest[0]]) < limits.holiday_stands_out:
            continue
        named = [at for at in strongest if abs(gain.t[at]) >= limits.holiday_named] or [strongest[0]]
        what = [f"{block.labels[at].removeprefix('holiday: ')} ({more_or_less(gain.effect[at])})" for at in named]
        columns.append(values)
        found.append(
            Suggestion(
                code="holidays",
                subject=place,
                reason=f"{_BEYOND}, public holidays of {place} stand out: {listed(what, most=3)} in "
                f"the {look.period} that holds them.",
                change={"holidays": [place]},
                gain=gain.bic,
                figures={"largest_t": float(np.abs(gain.t).max()), "columns": len(block.labels)},
                threshold=f"A fall of the information criterion of {limits.clear:.0f}, or one holiday with |t| of "
                f"{limits.holiday_stands_out:.0f} or more.",
            )
        )
    return found, np.concatenate(columns, axis=1)


def odd_periods(look: Look, others: Floats, outcome: str, limits: SuggestionLimits) -> Iterator[Suggestion]:
    """Suggest periods that nothing explains, given whatever else is suggested."""
    regression = look.regression().with_columns(others)
    errors = regression.left / np.sqrt(np.maximum(1 - regression.leverage, 1e-6))
    usual = _MAD_TO_SD * float(np.median(np.abs(errors - np.median(errors))))
    if usual <= 0:
        return
    away = errors / usual
    odd = np.flatnonzero((np.abs(away) > limits.outlier) & (regression.leverage < 0.99))
    for at in odd[np.argsort(-np.abs(away[odd]))][: limits.most_outliers]:
        day = str(look.timeline.periods[at].date())
        ways = _ways_with(look, int(at))
        yield Suggestion(
            code="outlier",
            subject=day,
            reason=f"In the {look.period} of {day}, {outcome} was {amount(errors[at])} "
            f"{'above' if errors[at] > 0 else 'below'} what season, controls and media suggest: "
            f"{two_digits(abs(float(away[at])))} times what it usually is off by.",
            change=ways[0].change,
            gain=regression.fit(float(errors[at] * regression.left[at])),
            figures={"off_by": float(errors[at]), "times_usual": float(abs(away[at]))},
            threshold=f"{limits.outlier:g} robust standard deviations (Iglewicz & Hoaglin 1993 call 3.5 an outlier).",
            ways=ways,
        )


def _ways_with(look: Look, at: int) -> tuple[Way, ...]:
    """Offer both things that can be done with an odd period; only people know which of them is right."""
    first, period = look.timeline.periods[at], look.period
    day, last = str(first.date()), str((first + pd.Timedelta(days=look.timeline.days - 1)).date())
    return (
        Way(
            name="Set it aside",
            does="for a broken count, or what nobody expects again. The outcome of the "
            f"{period} then teaches the model nothing, and forecasts know nothing of it.",
            change={"outliers": [day]},
        ),
        Way(
            name="Enter it as an event",
            does=f"for what you can name and may see again. The {period} then has an effect of its own under a name, "
            "to be changed under Other drivers; days of the same name share it, and forecasts use it for future ones.",
            change={"events": [{"name": f"Event of {day}", "first": day, "last": last}]},
        ),
    )


def _above(trend: str) -> tuple[str, ...]:
    return {"none": ("linear", "changepoints", "drift"), "linear": ("changepoints", "drift")}.get(trend, ("drift",))


def _level(name: str, look: Look, present: Regression, specification: ModelSpecification) -> _Level | None:
    change: dict[str, object] = {"trend": name}
    if name == "drift":
        block, change = drift_columns(look.timeline, wanted=True), {"baseline_drift": True}
    elif name == "linear":
        block = trend_columns(look.timeline, "linear", 0)
    else:
        block = trend_columns(look.timeline, "changepoints", specification.changepoints)
    values = block.values[:, 0, :]
    values = values[:, np.ptp(values, axis=0) > 0]
    if values.shape[1] >= present.free // 2:
        return None
    return _Level(name=name, columns=values, gain=present.gain(values), change=change)


def _step(look: Look, present: Regression, limits: SuggestionLimits) -> tuple[int, _Level | None]:
    margin = limits.step_margin_weeks * 7 // look.timeline.days
    periods = len(look.outcome)
    places = np.arange(margin, periods - margin)
    if not len(places):
        return 0, None
    steps = (np.arange(periods)[:, None] >= places).astype(np.float64)
    place = int(places[np.argmax(present.explained_by_each(steps))])
    column = steps[:, [place - margin]]
    gain = present.gain(column)
    return place, _Level(name="step", columns=column, gain=gain, change={})


def _step_suggestion(look: Look, outcome: str, place: int, step: _Level, limits: SuggestionLimits) -> Suggestion:
    first = look.timeline.periods[place]
    size = float(step.gain.effect[0])
    day = str(first.date())
    last = str((look.timeline.periods[-1] + _FAR_AHEAD).date())
    return Suggestion(
        code="level_shift",
        subject=day,
        reason=f"{_BEYOND}, {outcome} {'rises' if size > 0 else 'falls'} at once around {day} and stays there: by "
        f"{amount(size)} per {look.period}, {share(abs(size) / _usual(look))} of its mean. Ask what changed then.",
        change={"events": [{"name": f"Level since {day}", "first": day, "last": last}]},
        gain=step.gain.bic,
        figures={"step": size, "share_of_mean": size / _usual(look)},
        threshold=f"A fall of the information criterion of {limits.clear:.0f}, and at least "
        f"{share(limits.step_share)} of what a bending trend would explain.",
    )


def _level_suggestion(look: Look, outcome: str, best: _Level, limits: SuggestionLimits) -> Suggestion | None:
    course = best.columns @ best.gain.effect
    moved = float(course[-1] - course[0]) if best.name == "linear" else float(np.ptp(course))
    if abs(moved) < limits.least_trend * _usual(look):
        return None
    by = f"{amount(moved)} per {look.period}, {share(abs(moved) / _usual(look))} of its mean"
    says = {
        "linear": f"{outcome} {'rises' if moved > 0 else 'falls'} steadily over the window: by {by}",
        "changepoints": f"{outcome} moves along a line that bends: over a range of {by}",
        "drift": f"the level of {outcome} drifts up and down: over a range of {by}",
    }[best.name]
    return Suggestion(
        code="trend",
        subject="",
        reason=f"{_BEYOND}, {says}.",
        change=best.change,
        gain=best.gain.bic,
        figures={"moved": moved, "share_of_mean": moved / _usual(look)},
        threshold=f"A fall of the information criterion of {limits.clear:.0f} (Kass & Raftery 1995), and "
        f"{share(limits.least_trend)} of the mean.",
    )


def _usual(look: Look) -> float:
    return float(np.abs(look.outcome).mean()) or 1.0
