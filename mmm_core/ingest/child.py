"""The child process of `sandbox`: reads one order and one file from standard input, answers on standard output."""

import json
import sys
from typing import Any

import pyarrow as pa

from mmm_core.errors import BadInput
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.plain_cells import plain_cells
from mmm_core.ingest.readers import read_table, sheets
from mmm_core.ingest.transfer import packed

_HEAD_BYTES = 8
_MEMORY_BYTES = 4 << 30
_CPU_SECONDS = 90


def limit_resources() -> None:
    """Bound memory and processor time where the system can; elsewhere the time limit of the parent remains."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(kind)
        bounded = limit if most == resource.RLIM_INFINITY else min(limit, most)
        try:
            resource.setrlimit(kind, (bounded, most))
        except (ValueError, OSError):  # macOS knows RLIMIT_AS but refuses to set it
            continue


def answer(order: dict[str, Any], content: bytes) -> tuple[dict[str, Any], pa.Table | None]:
    """Carry out one order on a file."""
    try:
        if order["task"] == "sheets":
            return {"sheets": list(sheets(content, name=order["name"]))}, None
        if order["task"] == "cells":
            return {"cells": plain_cells(content, name=order["name"], sheets=json.loads(order["sheet"]))}, None
        form = FileForm(**json.loads(order["form"]))
        return packed(read_table(content, name=order["name"], sheet=order["sheet"], form=form))
    except BadInput as error:
        return {
            "error": {"found": error.found, "where": error.where, "expected": error.expected, "remedy": error.remedy}
        }, None


def main() -> None:
    """Read eight bytes of length, the order as JSON, then the file; answer likewise: length, JSON, Arrow IPC."""
    limit_resources()
    size = int.from_bytes(sys.stdin.buffer.read(_HEAD_BYTES))
    order = json.loads(sys.stdin.buffer.read(size))
    head, table = answer(order, sys.stdin.buffer.read())
    text = json.dumps(head).encode()
    sys.stdout.buffer.write(len(text).to_bytes(_HEAD_BYTES) + text)
    if table is not None:
        with pa.ipc.new_stream(pa.PythonFile(sys.stdout.buffer, mode="w"), table.schema) as writer:
            writer.write_table(table)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
