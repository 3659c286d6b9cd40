"""From raw rows to model input, in exact money, with the difference at every step."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmm_core.money import amount_text
from mmm_core.panel.cube import Cube, regroup
from mmm_core.panel.window import Window
from mmm_core.schema import MediaTable, file_rows
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED, Resolution

STEPS = ("raw", "corrected", "line_items", "mapped", "unmapped", "excluded", "model_input")
OUTSIDE_WINDOW = "outside the modelling window"


def reconcile(media: Sequence[MediaTable], cube: Cube, resolution: Resolution, window: Window | None) -> pd.DataFrame:
    """Account for every row and every micro of every source.

    `excluded` holds line items left out by choice and mapped rows outside the modelling window, so that
    corrected = line_items = mapped + unmapped + excluded and model_input = mapped. Each step is added up in its own
    way: raw from the file's spend columns, corrected from there and what each correction did, line_items from the
    records, the dispositions from the cube, model_input through the regroup kernel.

    Returns
    -------
    DataFrame
        `source`, `step`, `rows` (int), `micros` (int), `difference_micros` (int, 0 when all is well): line_items
        against corrected; mapped + unmapped + excluded against line_items (at `excluded`); model_input against mapped.
    """
    status, inside = _standing(cube, resolution, window)
    disposition = np.where((status == MAPPED) & ~inside, EXCLUDED, status)
    lines = [
        line
        for position, table in enumerate(media)
        for line in _source_lines(table, position, cube, disposition, inside, resolution)
    ]
    return pd.DataFrame(lines, columns=["source", "step", "rows", "micros", "difference_micros"])


def reconciliation_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return the reconciliation as `reconciliation.csv` shows it."""
    return pd.DataFrame(
        {
            "source": table["source"],
            "step": table["step"],
            "rows": table["rows"],
            "amount": [amount_text(value) for value in table["micros"]],
            "difference": [amount_text(value) for value in table["difference_micros"]],
        }
    )


def exclusions(cube: Cube, resolution: Resolution, window: Window | None) -> pd.DataFrame:
    """Say why money stays out of the model: `reason`, `line_items`, `rows`, `micros`."""
    reason = resolution.table["reason"].reindex(cube.line_items).to_numpy(dtype=object)[cube.item]
    status = resolution.table["status"].reindex(cube.line_items).to_numpy()[cube.item]
    if window:
        late = (status == MAPPED) & ~window.holds(cube.first_period + cube.period)
        reason = np.where(late, OUTSIDE_WINDOW, reason)
    cells = pd.DataFrame({"reason": reason, "item": cube.item, "rows": cube.rows, "micros": cube.micros})
    grouped = cells[cells["reason"] != ""].groupby("reason", sort=True)
    return grouped.agg(line_items=("item", "nunique"), rows=("rows", "sum"), micros=("micros", "sum")).reset_index()


WATERFALL_COLUMNS = ("source", "step", "reason", "rows", "micros")


def waterfall(media: Sequence[MediaTable], cube: Cube, resolution: Resolution, window: Window | None) -> pd.DataFrame:
    """Lead from each raw file to the model input, with the difference that every step makes.

    Returns
    -------
    DataFrame
        `source`, `step`, `reason`, `rows` (int), `micros` (int), in order. Levels: "raw", "line_items", "model_input".
        Differences, negative where money leaves: "correction" (one per correction, with its reason), "unmapped",
        "excluded" (one per reason), "outside" (the window), and "unexplained" before line_items and before
        model_input where money is missing, which must never be. A level is the last one plus the differences between.
    """
    status, inside = _standing(cube, resolution, window)
    reason = resolution.table["reason"].reindex(cube.line_items).to_numpy(dtype=object)[cube.item]
    leaf = resolution.leaf_of(cube.line_items)
    own_source = [cube.source == position for position in range(len(media))]
    lines: list[tuple[str, str, str, int, int]] = []
    for table, own in zip(media, own_source, strict=True):
        parts = [("unmapped", "", own & (status == UNMAPPED))]
        left_out = own & (status == EXCLUDED)
        parts += [("excluded", str(why), left_out & (reason == why)) for why in sorted(set(reason[left_out]))]
        parts += [("outside", "", own & (status == MAPPED) & ~inside)]
        taken = [(step, why, -int(cube.rows[at].sum()), -int(cube.micros[at].sum())) for step, why, at in parts]
        kept = own & (status == MAPPED) & inside
        values = np.where(kept, cube.micros, 0)
        in_model = int(regroup(cube, leaf, len(resolution.leaves), values=values).sum())
        end = ("model_input", "", int(cube.rows[kept].sum()), in_model)
        lines += [(table.source, *line) for line in _levelled([*_read(table), *taken, end])]
    return pd.DataFrame(lines, columns=list(WATERFALL_COLUMNS))


def waterfall_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return the waterfall as its download shows it: money as exact text."""
    return table.assign(amount=[amount_text(value) for value in table["micros"]]).drop(columns="micros")


def in_total(table: pd.DataFrame) -> pd.DataFrame:
    """Add a waterfall up over its sources; the same steps in the same order, reasons apart."""
    levels = ("raw", "correction", "unexplained files", "line_items", "unmapped", "excluded", "outside")
    order = {step: place for place, step in enumerate((*levels, "unexplained model", "model_input"))}
    # What is missing before the line items and what is missing behind them are two steps of one name.
    late = table.groupby("source", sort=False)["step"].transform(lambda steps: (steps == "line_items").cumsum())
    where = np.where(late > 0, "unexplained model", "unexplained files")
    place = pd.Series(np.where(table["step"] == "unexplained", where, table["step"]), index=table.index).map(order)
    added = table.assign(place=place).groupby(["place", "step", "reason"], sort=False, as_index=False)
    total = added.agg(rows=("rows", "sum"), micros=("micros", "sum"))
    return total.sort_values(["place", "reason"], kind="stable")[["step", "reason", "rows", "micros"]]


def unexplained_micros(table: pd.DataFrame) -> int:
    """Return how much money a waterfall cannot explain, without regard to its sign; 0 when all is well."""
    return int(table.loc[table["step"] == "unexplained", "micros"].abs().sum())


_Step = tuple[str, str, int, int]


def _read(table: MediaTable) -> list[_Step]:
    """Return what the file holds, what each correction did, and what the line items hold."""
    steps: list[_Step] = [("raw", "", table.raw_rows, table.raw_micros)]
    for one in table.corrections:
        rows = -one.rows if one.kind == "leave_out_rows" else 0
        steps.append(("correction", one.reason, rows, one.difference_micros))
    in_records = int(table.records["spend_micros"].sum())
    return [*steps, ("line_items", "", int(file_rows(table.records).sum()), in_records)]


def _levelled(steps: Sequence[_Step]) -> list[_Step]:
    """Put what is not explained before each level that the steps above do not lead to."""
    lines: list[_Step] = []
    running = 0
    for step, reason, rows, micros in steps:
        if step in ("line_items", "model_input"):
            if micros != running:
                lines.append(("unexplained", "", 0, micros - running))
            running = micros
        else:
            running += micros
        lines.append((step, reason, rows, micros))
    return lines


def _standing(cube: Cube, resolution: Resolution, window: Window | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the status of each cell's line item, and whether the cell lies in the modelling window."""
    status = resolution.table["status"].reindex(cube.line_items).to_numpy()[cube.item]
    inside = window.holds(cube.first_period + cube.period) if window else np.ones(len(cube.item), dtype=bool)
    return status, inside


def _source_lines(
    table: MediaTable,
    position: int,
    cube: Cube,
    disposition: np.ndarray,
    inside: np.ndarray,
    resolution: Resolution,
) -> list[tuple[str, str, int, int, int]]:
    own = cube.source == position
    in_records = int(table.records["spend_micros"].sum())
    parts = {step: own & (disposition == step) for step in (MAPPED, UNMAPPED, EXCLUDED)}
    rows = {step: int(cube.rows[mask].sum()) for step, mask in parts.items()}
    micros = {step: int(cube.micros[mask].sum()) for step, mask in parts.items()}
    leaf = resolution.leaf_of(cube.line_items)
    in_model = int(regroup(cube, leaf, len(resolution.leaves), values=np.where(own & inside, cube.micros, 0)).sum())
    corrected = table.raw_micros + sum(one.difference_micros for one in table.corrections)
    left_out = sum(one.rows for one in table.corrections if one.kind == "leave_out_rows")
    return [
        (table.source, "raw", table.raw_rows, table.raw_micros, 0),
        (table.source, "corrected", table.raw_rows - left_out, corrected, 0),
        (table.source, "line_items", int(file_rows(table.records).sum()), in_records, in_records - corrected),
        (table.source, MAPPED, rows[MAPPED], micros[MAPPED], 0),
        (table.source, UNMAPPED, rows[UNMAPPED], micros[UNMAPPED], 0),
        (table.source, EXCLUDED, rows[EXCLUDED], micros[EXCLUDED], sum(micros.values()) - in_records),
        (table.source, "model_input", rows[MAPPED], in_model, in_model - micros[MAPPED]),
    ]
