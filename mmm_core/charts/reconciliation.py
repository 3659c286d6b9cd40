"""From the client's files to the model, step by step: a waterfall in which no cent may be missing."""

import altair as alt
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, row_axis
from mmm_core.charts.palette import ACCENT, ATTENTION, ERROR, INK, NEUTRAL
from mmm_core.charts.wording import amount_axis
from mmm_core.money import MICROS_PER_UNIT, exact

_ROW_HEIGHT = 44
_DRAWN_STEPS = ("raw", "unmapped", "excluded", "model_input")

Bar = tuple[str, int, int, int, str, str]


def reconciliation_chart(steps: pd.DataFrame, *, currency: str) -> Drawing:
    """Draw how the spend in the files becomes the spend in the model.

    Parameters
    ----------
    steps : DataFrame
        `step` (str), `micros` (int, millionths of a currency unit), as `checks.reconciliation.reconcile` returns them;
        the sources are added up. Drawn are raw, unmapped, excluded and model_input; other steps are ignored.
    currency : str
        For axis, labels and tooltips.

    Returns
    -------
    Drawing
        Bars from raw down to model_input, amounts exact to the cent; a red bar if money is missing.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(steps, ("step", "micros"), chart="reconciliation chart")
    totals = {step: int(steps.loc[steps["step"] == step, "micros"].sum()) for step in _DRAWN_STEPS}
    bars = _bars(totals)
    rows = [
        (name, start / MICROS_PER_UNIT, end / MICROS_PER_UNIT, colour, f"{_written(amount)} {currency}", remark)
        for name, start, end, amount, colour, remark in bars
    ]
    table = pd.DataFrame(rows, columns=["step", "start", "end", "colour", "amount", "remark"])
    table["label"] = table["amount"] + table.pop("remark")
    said = "; ".join(f"{step.lower()} {label}" for step, label in zip(table["step"], table["label"], strict=True))
    return Drawing(frozen=_waterfall(currency), data={"steps": table}, alt=f"From the files to the model: {said}.")


@frozen
def _waterfall(currency: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("steps"))
    rows = alt.Y("step:N", sort=None, axis=row_axis())
    bars = base.mark_bar(size=22, cornerRadius=2).encode(
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


def _bars(totals: dict[str, int]) -> list[Bar]:
    """Return name, start, end, amount (micros), colour and remark per bar, from the files down to the model."""
    raw, unmapped, excluded, model = (totals[step] for step in _DRAWN_STEPS)
    after_unmapped, explained = raw - unmapped, raw - unmapped - excluded
    missing = explained - model
    bars: list[Bar] = [
        ("In your files", 0, raw, raw, NEUTRAL, ""),
        ("Waiting for a group", after_unmapped, raw, unmapped, ATTENTION, " · ! needs you" if unmapped else ""),
        ("Left out", explained, after_unmapped, excluded, NEUTRAL, ""),
    ]
    if missing:
        bars.append(("Not explained", model, explained, missing, ERROR, " · \N{MULTIPLICATION X} error"))
    bars.append(("In the model", 0, model, model, ACCENT, "" if missing else " · \N{CHECK MARK} adds up"))
    return bars


def _written(micros: int) -> str:
    """Write an amount with two decimals and grouping; more decimals only where there are more."""
    value = exact(micros)
    text = f"{value:,.6f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"
