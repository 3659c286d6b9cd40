"""A raw table on its way between processes: JSON and Arrow IPC, never pickled objects."""

from typing import Any

import numpy as np
import pyarrow as pa

from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.table import RawTable, TotalsRow

Bytes = bytes | memoryview
"""Large answers are passed on without copying them."""


def packed(table: RawTable) -> tuple[dict[str, Any], pa.Table]:
    """Turn a table into a JSON head and an Arrow table, in which row numbers and stored numbers are further columns."""
    width = len(table.columns)
    parts = {f"c{index}": table.texts(name) for index, name in enumerate(table.columns)}
    if table.native is not None:
        parts |= {f"n{index}": table.native.column(name).combine_chunks() for index, name in enumerate(table.columns)}
    head: dict[str, Any] = {
        "source": table.source,
        "sheet": table.sheet,
        "columns": list(table.columns),
        "width": width,
        "delimiter": table.delimiter,
        "encoding": table.encoding,
        "header_row": table.header_row,
        "native": table.native is not None,
        "findings": [finding.as_dict() for finding in table.findings],
        "totals": [{"row": total.row, "label": total.label, "cells": dict(total.cells)} for total in table.totals],
    }
    return head, pa.table({**parts, "row": pa.array(table.row_numbers)})


def restored(head: dict[str, Any], cells: Bytes) -> RawTable:
    """Turn the head and the Arrow IPC stream of what `packed` gave back into the table."""
    with pa.ipc.open_stream(pa.py_buffer(cells)) as stream:
        batch = stream.read_all()
    columns = tuple(head["columns"])
    native = None
    if head["native"]:
        native = pa.table({name: batch.column(f"n{index}") for index, name in enumerate(columns)})
    return RawTable(
        source=str(head["source"]),
        sheet=str(head["sheet"]),
        columns=columns,
        delimiter=str(head["delimiter"]),
        encoding=str(head["encoding"]),
        header_row=int(head["header_row"]),
        native=native,
        cells=pa.table({name: batch.column(f"c{index}") for index, name in enumerate(columns)}),
        row_numbers=batch.column("row").to_numpy().astype(np.int64),
        findings=tuple(map(_finding, head["findings"])),
        totals=tuple(TotalsRow(**total) for total in head["totals"]),
    )


def _finding(content: dict[str, Any]) -> Finding:
    where: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content["where"].items()
    }
    return Finding(**{**content, "severity": Severity(content["severity"]), "where": Place(**where)})
