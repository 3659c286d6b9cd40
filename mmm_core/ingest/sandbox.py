"""Uploads, read where a hostile file can do no harm.

Workbooks, Parquet files and large texts are parsed in a child process with a time limit and, where the system has it, a
limit on memory and processor time: a crash there is a message here. What comes back is Arrow IPC and JSON, nothing
pickled. Small texts are read in this process, where they take no time worth a limit: see `delimited`.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mmm_core
from mmm_core.errors import BadInput
from mmm_core.ingest.encoding import refuse_foreign
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.plain_cells import Cells
from mmm_core.ingest.readers import FOUND_OUT, is_packed, is_workbook, read_table, refuse_oversized
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.transfer import Bytes, restored

TIMEOUT_SECONDS = 60.0
CHILD_MODULE = "mmm_core.ingest.child"
_KEPT_ENVIRONMENT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL")
_HEAD_BYTES = 8
LARGEST_TEXT_HERE = 5 << 20
"""Bytes of text that are read in this process; what is larger gets a process and a clock of its own."""
_AS_TEXT, _SMALLER = "Save the sheet with the data as CSV and upload that", "Split the file, or export fewer columns"


def read_upload(
    content: bytes,
    *,
    name: str,
    sheet: str | None = None,
    form: FileForm = FOUND_OUT,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> RawTable:
    """Read a file as `read_table` does, whatever it does to its reader.

    Raises
    ------
    BadInput
        If the file cannot be read, takes longer than `timeout_seconds`, or ends the child process.
    """
    refuse_oversized(content, name=name)
    refuse_foreign(content, name=name)
    if not is_packed(content) and len(content) <= LARGEST_TEXT_HERE:
        return read_table(content, name=name, sheet=sheet, form=form)
    order = {"task": "table", "name": name, "sheet": sheet, "form": json.dumps(form.as_dict())}
    head, cells = _asked(content, order, timeout_seconds)
    return restored(head, cells)


def upload_sheets(content: bytes, *, name: str, timeout_seconds: float = TIMEOUT_SECONDS) -> tuple[str, ...]:
    """Return the sheet names of an upload as `readers.sheets` does, under the same protection as `read_upload`."""
    refuse_oversized(content, name=name)
    refuse_foreign(content, name=name)
    if not is_workbook(content):
        return ()
    head, _ = _asked(content, {"task": "sheets", "name": name, "sheet": None}, timeout_seconds)
    return tuple(head["sheets"])


def upload_cells(
    content: bytes, *, name: str, sheets: Sequence[str], timeout_seconds: float = TIMEOUT_SECONDS
) -> Cells:
    """Return the cells of named sheets as `plain_cells.plain_cells` does, under the protection of `read_upload`."""
    refuse_oversized(content, name=name)
    refuse_foreign(content, name=name)
    head, _ = _asked(content, {"task": "cells", "name": name, "sheet": json.dumps(list(sheets))}, timeout_seconds)
    return {str(label): rows for label, rows in head["cells"].items()}


def _asked(content: bytes, task: dict[str, str | None], timeout_seconds: float) -> tuple[dict[str, Any], Bytes]:
    """Run the child and return its answer: a JSON head and the rest.

    Order and answer travel in files without a name: pipes would be filled and emptied in small pieces.
    """
    try:
        code, given = _run(content, json.dumps(task).encode(), timeout_seconds)
    except subprocess.TimeoutExpired as failure:
        raise BadInput(
            f"Reading took longer than {timeout_seconds:.0f} seconds",
            where=str(task["name"]),
            expected="a file that can be read in that time was expected",
            remedy=_SMALLER if not is_packed(content) else _AS_TEXT,
        ) from failure
    size = int.from_bytes(given[:_HEAD_BYTES])
    if code or len(given) < _HEAD_BYTES + size or not size:
        raise BadInput(
            "The file brought its reader down",
            where=f"{task['name']}; the process ended with code {code}",
            expected="a file that opens within the memory limit was expected",
            remedy=_SMALLER if not is_packed(content) else _AS_TEXT,
        )
    head = json.loads(given[_HEAD_BYTES : _HEAD_BYTES + size])
    if "error" in head:
        error = head["error"]
        raise BadInput(error["found"], where=error["where"], expected=error["expected"], remedy=error["remedy"])
    return head, memoryview(given)[_HEAD_BYTES + size :]


def _run(content: bytes, order: bytes, timeout_seconds: float) -> tuple[int, bytes]:
    """Return the child's exit code and what it wrote; raises `TimeoutExpired` after ending it."""
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    environment["PYTHONPATH"] = str(Path(mmm_core.__file__).parents[1])
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
        asked.write(len(order).to_bytes(_HEAD_BYTES) + order)
        asked.write(content)
        asked.seek(0)
        child = subprocess.run(
            [sys.executable, "-m", CHILD_MODULE],
            stdin=asked,
            stdout=answered,
            stderr=subprocess.DEVNULL,
            timeout=timeout_seconds,
            env=environment,
            check=False,
        )
        answered.seek(0)
        return child.returncode, answered.read()
