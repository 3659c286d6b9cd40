"""A look at a workbook's zip before anything parses it: sizes, and how far apart its cells lie.

A few kilobytes can expand to gigabytes, or hold two cells a million rows and 16,384 columns apart, for which a reader
allocates the whole rectangle and takes the process down.
"""

import io
import zipfile
from collections.abc import Iterator

from mmm_core.errors import BadInput
from mmm_core.ingest.cell_reach import reach, reach_of_filled

MAX_UPLOAD_BYTES = 50 << 20
MAX_EXPANDED_BYTES = 300 << 20
MAX_MEMBERS = 2_000
MAX_CELLS = 30_000_000
"""Largest rectangle around a sheet's filled cells."""

_CHUNK = 4 << 20


def refuse_hostile_workbook(content: bytes, *, name: str) -> None:
    """Raise `BadInput` when the content is no workbook or would need too much memory.

    Formatted but empty cells do not count: people format whole columns.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_large(archive, name)
            for member in archive.infolist():
                if member.filename.startswith("xl/") and member.filename.endswith(".xml"):
                    _scan(archive, member, name)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ValueError,
    ) as failure:
        raise BadInput(
            "The workbook is damaged or locked",
            where=f"{name}: {failure}",
            expected="an .xlsx file that opens in Excel was expected",
            remedy="Open it in Excel, remove the password if it has one, save it again",
        ) from failure


def _refuse_large(archive: zipfile.ZipFile, name: str) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names:
        raise BadInput(
            "The file is a zip archive, but no .xlsx workbook",
            where=name,
            expected="a CSV, .xlsx or Parquet file was expected",
            remedy="Unpack it, or save the table as .xlsx",
        )
    if len(members) > MAX_MEMBERS:
        raise BadInput(
            f"The workbook consists of {len(members):,} parts",
            where=name,
            expected=f"at most {MAX_MEMBERS:,} were expected",
            remedy="Copy the sheet with the data into a new workbook",
        )
    expanded = sum(member.file_size for member in members)
    if expanded > MAX_EXPANDED_BYTES:
        raise BadInput(
            f"The workbook expands to {expanded >> 20:,} MB",
            where=name,
            expected=f"at most {MAX_EXPANDED_BYTES >> 20} MB were expected",
            remedy="Save the sheet with the data as CSV, or copy it into a new workbook",
        )


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Read a part to its end, which checks its true size, and measure the rectangle of a sheet's cells."""
    if not member.filename.startswith("xl/worksheets/"):
        for _ in _chunks(archive, member):
            continue
        return
    found = reach(_chunks(archive, member))
    if found is None or found.cells > MAX_CELLS:
        found = reach_of_filled(_chunks(archive, member))
    if found.cells > MAX_CELLS:
        raise BadInput(
            f"A sheet has filled cells as far as row {found.row:,} and column {found.column:,}",
            where=f"{name}, {member.filename}",
            expected=f"a block of at most {MAX_CELLS:,} cells was expected",
            remedy="Go to the last used cell (Ctrl+End), delete the stray cells, save the workbook",
        )


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            yield chunk
