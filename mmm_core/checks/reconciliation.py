"""From raw rows to model input, in exact money, with the difference at every step."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmm_core.money import amount_text
from mmm_core.panel.cube import Cube, regroup
from mmm_core.panel.window import Window
from mmm_core.schema import MediaTable, file_rows
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED, Resolution

STEPS = ("raw", "line_items", "mapped", "unmapped", "excluded", "model_input")
OUTSIDE_WINDOW = "outside the modelling window"


def reconcile(media: Sequence[MediaTable], cube: Cube, resolution: Resolution, window: Window | None) -> pd.DataFrame:
    """Account for every row and every micro of every source.

    `excluded` holds line items left out by choice and mapped rows outside the modelling window, so that
    raw = line_items = mapped + unmapped + excluded and model_input = mapped. Each step is added up in its own way: raw
    from the file's spend columns, line_items from the records, the dispositions from the cube, model_input through the
    regroup kernel.

    Returns
    -------
    DataFrame
        `source`, `step`, `rows` (int), `micros` (int), `difference_micros` (int, 0 when all is well): line_items
        against raw; mapped + unmapped + excluded against line_items (at `excluded`); model_input against mapped.
    """
    status = resolution.table["status"].reindex(cube.line_items).to_numpy()[cube.item]
    inside = window.holds(cube.first_period + cube.period) if window else np.ones(len(cube.item), dtype=bool)
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
    return [
        (table.source, "raw", table.raw_rows, table.raw_micros, 0),
        (table.source, "line_items", int(file_rows(table.records).sum()), in_records, in_records - table.raw_micros),
        (table.source, MAPPED, rows[MAPPED], micros[MAPPED], 0),
        (table.source, UNMAPPED, rows[UNMAPPED], micros[UNMAPPED], 0),
        (table.source, EXCLUDED, rows[EXCLUDED], micros[EXCLUDED], sum(micros.values()) - in_records),
        (table.source, "model_input", rows[MAPPED], in_model, in_model - micros[MAPPED]),
    ]
