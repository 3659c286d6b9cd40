"""A client's file, whatever its format, to one table of texts. The content decides about the format, not the name."""

from dataclasses import replace

from mmm_core.errors import BadInput
from mmm_core.ingest.columnar import read_parquet
from mmm_core.ingest.delimited import read_delimited
from mmm_core.ingest.encoding import decode, refuse_foreign
from mmm_core.ingest.hidden import about_hidden, find_unseen, with_errors
from mmm_core.ingest.layout import to_table
from mmm_core.ingest.preflight import MAX_EXPANDED_BYTES, MAX_UPLOAD_BYTES
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.workbook import open_workbook, read_sheet, sheet_names


def is_workbook(content: bytes) -> bool:
    """Tell whether the content is a zip archive, as .xlsx workbooks are."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_parquet(content: bytes) -> bool:
    """Tell whether the content is a Parquet file."""
    return content.startswith(b"PAR1")


def refuse_oversized(content: bytes, *, name: str) -> None:
    """Raise `BadInput` for uploads that are too large; text counts as expanded already."""
    packed = is_workbook(content) or is_parquet(content)
    limit = MAX_UPLOAD_BYTES if packed else MAX_EXPANDED_BYTES
    if len(content) > limit:
        raise BadInput(
            f"The file has {len(content) >> 20:,} MB",
            where=name,
            expected=f"at most {limit >> 20} MB were expected",
            remedy="Split it, or export fewer columns",
        )


def sheets(content: bytes, *, name: str) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, visible ones first; none for other formats.

    Raises
    ------
    BadInput
        If the file is a damaged or hostile workbook.
    """
    return sheet_names(open_workbook(content, name=name)) if is_workbook(content) else ()


def read_table(content: bytes, *, name: str, sheet: str | None = None) -> RawTable:
    """Read CSV, TSV and other delimited text, .xlsx or Parquet.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        File name, for messages and as the source's name.
    sheet : str, optional
        Sheet of a workbook; without it the first sheet with data.

    Raises
    ------
    BadInput
        If the content is no table that can be read for certain.
    """
    refuse_oversized(content, name=name)
    refuse_foreign(content, name=name)
    if is_workbook(content):
        workbook = open_workbook(content, name=name)
        label, grid, findings = read_sheet(workbook, name=name, sheet=sheet)
        unseen = find_unseen(content, label)
        table = to_table(with_errors(grid, unseen), source=name, sheet=label, findings=findings)
        return replace(table, findings=(*table.findings, *about_hidden(unseen, workbook, table, grid)))
    if sheet is not None:
        raise BadInput(
            f"Sheet {sheet!r} was asked for",
            where=name,
            expected="only .xlsx workbooks have sheets",
            remedy="Leave the sheet out",
        )
    if is_parquet(content):
        return to_table(read_parquet(content, name=name), source=name)
    text = decode(content, name=name)
    grid, delimiter = read_delimited(text.utf8, name=name)
    return to_table(grid, source=name, delimiter=delimiter, findings=text.findings)
