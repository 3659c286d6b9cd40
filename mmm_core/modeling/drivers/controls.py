"""Controls of the panel as they enter the model: carry-over, lag and transformation."""

import numpy as np
import xarray as xr

from mmm_core.errors import BadInput, listed
from mmm_core.modeling.choices import ControlChoice, Transformation
from mmm_core.modeling.drivers.block import STANDARDISED_SPREAD, Block, Floats, Timeline
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.organic import is_organic

ORGANIC_HALF_LIFE = 1.0
"""Periods after which half of what organic media do has faded, unless somebody says otherwise: mail is opened and posts
are seen for some days after they went out. Judgement."""
_STEADY = 1e-12


def choice_of(name: str, specification: ModelSpecification) -> ControlChoice:
    """Return what a control of the panel enters the model as.

    What the specification says of it; without a word, organic media enter as the logarithm of 1 + exposure with a
    half-life of one period, because exposure works on and has diminishing returns, and other controls as they are.
    """
    for choice in specification.controls:
        if choice.name == name:
            return choice
    if is_organic(name):
        return ControlChoice(name=name, transformation="log", half_life=ORGANIC_HALF_LIFE)
    return ControlChoice(name=name)


def control_columns(controls: xr.DataArray, timeline: Timeline, specification: ModelSpecification) -> Block:
    """Make a column of every control that is used.

    Parameters
    ----------
    controls : xr.DataArray
        (period, geo, control) over the whole timeline.

    Raises
    ------
    BadInput
        If a used control never changes in the history, or cannot be transformed; the message names it. Organic media
        that never change are left out.
    """
    names = [str(name) for name in controls["control"].values]
    values = controls.transpose("period", "geo", "control").values
    known = values[: timeline.known]
    chosen = [choice_of(name, specification) for name in names]
    used = [at for at, choice in enumerate(chosen) if choice.use]
    # Nobody chose organic media one by one: what does not change in this history is left out below, and told.
    brought = [at for at in used if not is_organic(names[at])]
    _refuse_constant([names[at] for at in brought], known[:, :, brought])
    left_out = [f"control: {one.name} is not in the data" for one in specification.controls if one.name not in names]
    columns = values[:, :, used] if len(used) < len(names) else values
    if any(chosen[at] != ControlChoice(name=names[at]) for at in used):
        columns = np.stack([enter(values[:, :, at], chosen[at]) for at in used], axis=2)
    moving = np.flatnonzero(~_constant(columns[: timeline.known]))
    kept = [used[at] for at in moving]
    left_out += [
        f"{label_of(names[at])} does not change in the history as it enters the model" for at in used if at not in kept
    ]
    return Block(
        labels=tuple(label_of(names[at]) for at in kept),
        values=columns if len(kept) == len(used) else columns[:, :, moving],
        spread=np.full(len(kept), STANDARDISED_SPREAD),
        left_out=tuple(left_out),
    )


def label_of(name: str) -> str:
    """Return the label of a control's column; organic media are called so already."""
    return name if is_organic(name) else f"control: {name}"


def enter(values: Floats, choice: ControlChoice) -> Floats:
    """Carry a control on, delay it and transform it, (periods, ...), in this order: returns diminish on what works.

    Before the first period it is taken to have had its first value all along.
    """
    carried = carry_on(values, choice.half_life)
    return transformed(delayed(carried, choice.lag), choice.transformation, name=choice.name)


def delayed(values: Floats, lag: int) -> Floats:
    """Let values work `lag` periods later; the first value holds before."""
    if not lag:
        return values
    first = np.repeat(values[:1], min(lag, len(values)), axis=0)
    moved: Floats = np.concatenate([first, values[: max(len(values) - lag, 0)]])
    return moved


def carry_on(values: Floats, half_life: float) -> Floats:
    """Let values fade by a constant share per period, half of it within `half_life`; what stays the same, stays."""
    if not half_life:
        return values
    kept = 0.5 ** (1.0 / half_life)
    carried = np.array(values, dtype=np.float64)
    for period in range(1, len(carried)):
        carried[period] = kept * carried[period - 1] + (1.0 - kept) * values[period]
    return carried


def transformed(values: Floats, transformation: Transformation, *, name: str = "") -> Floats:
    """Transform values, (periods, ...); the change of the first period is 0.

    Raises
    ------
    BadInput
        If a value is negative and a logarithm or a root is asked for.
    """
    if transformation == "as_is":
        return values
    if transformation == "change":
        return np.diff(values, axis=0, prepend=values[:1])
    if values.size and values.min() < 0:
        way = "logarithm" if transformation == "log" else "square root"
        raise BadInput(
            f"The control '{name}' is {values.min():g} in some periods and has no {way} there",
            where="model.controls",
            expected="0 or more in every period",
            remedy="Use it as it is, or as its change",
        )
    found: Floats = np.log1p(values) if transformation == "log" else np.sqrt(values)
    return found


def _constant(values: Floats) -> np.ndarray:
    """Tell which columns never change over time in any region, (columns,)."""
    if not values.shape[2]:
        return np.zeros(0, dtype=bool)
    return np.asarray(np.ptp(values, axis=0).max(axis=0) <= _STEADY * np.abs(values).max(axis=(0, 1)))


def _refuse_constant(names: list[str], values: Floats) -> None:
    steady = [name for name, constant in zip(names, _constant(values), strict=True) if constant]
    if steady:
        raise BadInput(
            f"The control {listed([repr(name) for name in steady])} has the same value in every period",
            where="controls",
            expected="a control must change over time to explain anything",
            remedy="Leave it out of the model, or check its column",
        )
