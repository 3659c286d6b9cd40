"""From the raw file to the model input: a bar per level, a floating bar per difference, and no cent may be missing."""

import altair as alt
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, row_axis
from mmm_core.charts.palette import ACCENT, ATTENTION, ERROR, INK, NEUTRAL
from mmm_core.charts.wording import amount_axis
from mmm_core.money import MICROS_PER_UNIT, exact

_ROW_HEIGHT = 40
_MOST_OF_A_KIND = 5
_LEVELS = {"raw": "In your files", "line_items": "As line items", "model_input": "In the model"}
_NAMES = {
    "correction": "Corrected",
    "unmapped": "Waiting for a group",
    "excluded": "Left out",
    "outside": "Outside the window",
    "unexplained": "Not explained",
}
_COLOURS = {"raw": NEUTRAL, "line_items": NEUTRAL, "model_input": ACCENT, "unmapped": ATTENTION, "unexplained": ERROR}
_REMARKS = {"unmapped": " · ! needs you", "unexplained": " · \N{MULTIPLICATION X} error"}


def waterfall_chart(steps: pd.DataFrame, *, currency: str) -> Drawing:
    """Draw how the spend in the files becomes the spend in the model.

    Parameters
    ----------
    steps : DataFrame
        `step`, `reason` (str), `micros` (int) of one source or in total, in order, as
        `checks.reconciliation.waterfall` and `in_total` return them. Steps that change nothing are not drawn.
    currency : str
        For axis, labels and tooltips.

    Returns
    -------
    Drawing
        Amounts to the cent in the labels; a red bar where money is missing.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(steps, ("step", "reason", "micros"), chart="waterfall")
    table = pd.DataFrame(_bars(_few(steps), currency))
    said = "; ".join(f"{step} {label}" for step, label in zip(table["step"], table["label"], strict=True))
    return Drawing(frozen=_waterfall(currency), data={"steps": table}, alt=f"From the files to the model: {said}.")


@frozen
def _waterfall(currency: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("steps"))
    rows = alt.Y("step:N", sort=None, axis=row_axis())
    bars = base.mark_bar(size=20, cornerRadius=2).encode(
        x=alt.X("start:Q", axis=amount_axis(currency), scale=alt.Scale(zero=True)),
        x2="end:Q",
        y=rows,
        color=alt.Color("colour:N", scale=None),
        stroke=alt.Stroke("colour:N", scale=None),
        strokeWidth=alt.value(2),
        tooltip=[alt.Tooltip("step:N", title="Step"), alt.Tooltip("amount:N", title="Amount")],
    )
    figures = base.mark_text(align="left", baseline="middle", fontSize=12).encode(
        x=alt.value({"expr": "width + 12"}), y=rows, text="label:N", color=alt.value(INK)
    )
    return alt.layer(bars, figures).properties(
        height=alt.Step(_ROW_HEIGHT),
        autosize=FITTED,
        description=f"Waterfall in {currency} from the spend in the files to the spend in the model.",
    )


def _few(steps: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Return the steps to draw: levels, and differences that are not 0; of many of a kind the largest and the rest."""
    lines = [
        (str(step), str(reason), int(micros))
        for step, reason, micros in zip(steps["step"], steps["reason"], steps["micros"], strict=True)
        if step in _LEVELS or micros
    ]
    for kind in ("correction", "excluded"):
        own = [line for line in lines if line[0] == kind]
        if len(own) > _MOST_OF_A_KIND:
            kept = sorted(own, key=lambda line: -abs(line[2]))[: _MOST_OF_A_KIND - 1]
            rest = [line for line in own if line not in kept]
            place = lines.index(own[0])
            lines = [line for line in lines if line[0] != kind]
            more = (kind, f"{len(rest)} more", sum(line[2] for line in rest))
            lines[place:place] = [*kept, more]
    return lines


def _bars(lines: list[tuple[str, str, int]], currency: str) -> list[dict[str, object]]:
    missing = any(step == "unexplained" for step, _, _ in lines)
    rows: list[dict[str, object]] = []
    names: dict[str, int] = {}
    running = 0
    for step, reason, micros in lines:
        start, end = (0, micros) if step in _LEVELS else (running, running + micros)
        running = end
        name = _LEVELS.get(step) or _NAMES[step] + (f": {reason}" if reason else "")
        names[name] = names.get(name, 0) + 1
        sign = "" if step in _LEVELS else "+" if micros > 0 else "\N{MINUS SIGN}"
        amount = f"{sign}{_written(abs(micros) if sign else micros)} {currency}"
        remark = _REMARKS.get(step, "")
        if step == "model_input" and not missing:
            remark = " · \N{CHECK MARK} adds up"
        rows.append(
            {
                "step": name if names[name] == 1 else f"{name} ({names[name]})",
                "start": start / MICROS_PER_UNIT,
                "end": end / MICROS_PER_UNIT,
                "colour": _COLOURS.get(step, NEUTRAL),
                "amount": amount,
                "label": amount + remark,
            }
        )
    return rows


def _written(micros: int) -> str:
    """Write an amount to the cent; with all its decimals where it is less than a cent."""
    value = exact(micros)
    if micros and abs(micros) < MICROS_PER_UNIT // 100:
        return f"{value:,.6f}".rstrip("0")
    return f"{value:,.2f}"
