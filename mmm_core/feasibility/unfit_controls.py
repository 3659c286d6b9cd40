"""Controls that would say more in another form, that say nothing, or that are another series over again."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mmm_core.feasibility.collinearity import control_correlations, correlations
from mmm_core.feasibility.quick_regression import Look, Regression
from mmm_core.feasibility.suggestion import Suggestion
from mmm_core.feasibility.suggestion_limits import SuggestionLimits
from mmm_core.modeling.choices import LONGEST_LAG, ControlChoice, Transformation
from mmm_core.modeling.drivers.controls import choice_of, enter, label_of
from mmm_core.modeling.scaled_model import Floats
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.organic import plain_name
from mmm_core.panel.panel import Panel

_WAYS: tuple[Transformation, ...] = ("as_is", "log", "root", "change")
_SAID = {"as_is": "as it is", "log": "as its logarithm", "root": "as its square root", "change": "as its change"}


def unfit_controls(
    look: Look, panel: Panel, specification: ModelSpecification, limits: SuggestionLimits
) -> Iterator[Suggestion]:
    """Judge every control that the specification uses, one suggestion each at most."""
    names = [name for name in map(str, look.controls["control"].values) if label_of(name) in look.labels]
    of_group, of_control = _moves_with(look, panel, names)
    without = {name: look.regression(without=label_of(name)) for name in names}
    own = {name: float(without[name].explained_by_each(_column(look, name))[0]) for name in names}
    copies: set[str] = set()
    for name in names:
        like = next((other for other, r in of_control[name].items() if abs(r) > limits.copy), "")
        if like and like not in copies and own[name] <= own[like]:
            copies.add(name)
            yield _copy_of_control(name, like, of_control[name][like], specification, limits)
            continue
        group, r = of_group[name]
        if abs(r) > limits.copy:
            yield _copy_of_group(name, group, r, specification, limits)
            continue
        other = _other_form(look, name, without[name], specification, limits)
        if other is not None:
            yield other
            continue
        alone = max(abs(r), *(abs(one) for one in of_control[name].values()), 0.0)
        noise = max(without[name].squares - own[name], 1e-300) / max(without[name].free - 1, 1)
        if own[name] / noise < limits.explains_nothing and alone <= limits.moves_alone:
            yield _explains_nothing(name, own[name] / noise, alone, specification, limits)


def _moves_with(
    look: Look, panel: Panel, names: list[str]
) -> tuple[dict[str, tuple[str, float]], dict[str, dict[str, float]]]:
    """Return the group that each control moves with most and how, and its correlation with every other control."""
    every = [str(name) for name in panel.data["control"].values]
    by_group = control_correlations(panel)
    most = np.abs(by_group).argmax(axis=0)
    of_group = {
        name: (panel.groups[most[every.index(name)]], float(by_group[most[every.index(name)], every.index(name)]))
        for name in names
    }
    columns = [_column(look, name) for name in names]
    between = correlations(np.concatenate(columns, axis=1)) if columns else np.empty((0, 0))
    of_control = {
        name: {other: float(between[at, to]) for to, other in enumerate(names) if to != at}
        for at, name in enumerate(names)
    }
    return of_group, of_control


def _column(look: Look, name: str) -> Floats:
    return look.drivers[:, [look.labels.index(label_of(name))]]


def _other_form(
    look: Look, name: str, without: Regression, specification: ModelSpecification, limits: SuggestionLimits
) -> Suggestion | None:
    """Try every lag and transformation; suggest the one that changes least among those that are best."""
    now = choice_of(name, specification)
    raw = look.controls.sel(control=name).values
    longest = min(limits.longest_lag_weeks * 7 // look.timeline.days, len(raw) // 4, LONGEST_LAG)
    ways = [way for way in _WAYS if way in {"as_is", "change"} or raw.min() >= 0]
    choices = [replace(now, lag=lag, transformation=way) for way in ways for lag in range(longest + 1)]
    if now not in choices:
        choices.append(now)
    columns = np.concatenate([enter(raw, choice) for choice in choices], axis=1)
    gains = np.array(
        [without.fit(explained) for explained in without.explained_by_each(columns - columns.mean(axis=0))]
    )
    better = gains - gains[choices.index(now)]
    # So many forms are tried that the best would seem better by this much for nothing.
    luck = 2 * np.log(len(choices))
    if better.max() < limits.clear + luck:
        return None
    near = [at for at in range(len(choices)) if better[at] > better.max() - limits.simpler]
    best = min(near, key=lambda at: (_changes(now, choices[at]), -better[at]))
    chosen = choices[best]
    later = f"{chosen.lag} {look.period}{'s' if chosen.lag != 1 else ''} later"
    form = _SAID[chosen.transformation] + (f", {later}" if chosen.lag else ", in the same period")
    return Suggestion(
        code="control_lag" if chosen.lag != now.lag else "control_transformation",
        subject=name,
        reason=f"'{plain_name(name)}' explains clearly more {form} than as it is used now: it takes "
        f"{100 * _share(without, gains[best]):.0f} % of what the rest leaves unexplained in place of "
        f"{100 * _share(without, gains[choices.index(now)]):.0f} %.",
        change={"controls": [chosen.as_dict()]},
        gain=float(better[best] - luck),
        figures={"lag": chosen.lag, "better": float(better[best]), "tried": len(choices)},
        threshold=f"A fall of the information criterion of {limits.clear:.0f} beyond what the best of {len(choices)} "
        "forms gains by luck.",
    )


def _changes(now: ControlChoice, then: ControlChoice) -> int:
    return (now.lag != then.lag) + (now.transformation != then.transformation)


def _share(without: Regression, gain: float) -> float:
    return float(1 - np.exp(-gain / without.rows))


def _copy(name: str, because: str, r: float, specification: ModelSpecification, limits: SuggestionLimits) -> Suggestion:
    return Suggestion(
        code="control_is_a_copy",
        subject=name,
        reason=f"'{plain_name(name)}' moves like {because}",
        change=_off(name, specification),
        gain=0.0,
        figures={"r": r},
        threshold=_correlated(limits),
    )


def _copy_of_control(
    name: str, like: str, r: float, specification: ModelSpecification, limits: SuggestionLimits
) -> Suggestion:
    said = (
        f"'{plain_name(like)}' (r = {r:.2f}): together they say hardly more than one of them, and "
        f"'{plain_name(like)}' explains more."
    )
    return _copy(name, said, r, specification, limits)


def _copy_of_group(
    name: str, group: str, r: float, specification: ModelSpecification, limits: SuggestionLimits
) -> Suggestion:
    said = (
        f"the spend of '{group}' (r = {r:.2f}): the model cannot tell which of the two works. If it only records the "
        f"spend, leave it out; if it is a driver of its own, expect a wide range for '{group}'."
    )
    return _copy(name, said, r, specification, limits)


def _explains_nothing(
    name: str, squared: float, alone: float, specification: ModelSpecification, limits: SuggestionLimits
) -> Suggestion:
    return Suggestion(
        code="control_explains_nothing",
        subject=name,
        reason=f"'{plain_name(name)}' explains less than a series of random numbers would (t = {np.sqrt(squared):.1f}) "
        f"in any form that was tried, and moves with no group (|r| up to {alone:.2f}): without it, nothing else "
        "changes.",
        change=_off(name, specification),
        gain=0.0,
        figures={"t": float(np.sqrt(squared)), "largest_r": alone},
        threshold=f"t squared below {limits.explains_nothing:g}, |r| with groups and other controls up to "
        f"{limits.moves_alone:g}.",
    )


def _off(name: str, specification: ModelSpecification) -> dict[str, object]:
    return {"controls": [replace(choice_of(name, specification), use=False).as_dict()]}


def _correlated(limits: SuggestionLimits) -> str:
    return f"|r| above {limits.copy:g}, a variance inflation factor of 10 (Kutner et al. 2005, section 10.5)."
