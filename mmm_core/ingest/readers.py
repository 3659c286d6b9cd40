"""A client's file, whatever its format, to one table of texts. The content decides about the format, not the name."""

from dataclasses import replace

from mmm_core.errors import BadInput
from mmm_core.ingest.columnar import read_parquet
from mmm_core.ingest.delimited import read_delimited
from mmm_core.ingest.encoding import decode, refuse_foreign
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.hidden import about_hidden, find_unseen, with_errors
from mmm_core.ingest.layout import to_table
from mmm_core.ingest.preflight import MAX_EXPANDED_BYTES, MAX_UPLOAD_BYTES
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.workbook import open_workbook, read_sheet, sheet_names

FOUND_OUT = FileForm()
"""Nothing was said about the form of a file."""


def is_workbook(content: bytes) -> bool:
    """Tell whether the content is a zip archive, as .xlsx workbooks are."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_parquet(content: bytes) -> bool:
    """Tell whether the content is a Parquet file."""
    return content.startswith(b"PAR1")


def is_packed(content: bytes) -> bool:
    """Tell whether the content is compressed, so that its size says little about what it holds."""
    return is_workbook(content) or is_parquet(content)


def refuse_oversized(content: bytes, *, name: str) -> None:
    """Raise `BadInput` for files that are too large to be read; text counts as expanded already."""
    _refuse_larger(content, MAX_UPLOAD_BYTES if is_packed(content) else MAX_EXPANDED_BYTES, name)


def refuse_oversized_upload(content: bytes, *, name: str) -> None:
    """Raise `BadInput` for files that are too large to be brought into a project, whatever their format."""
    _refuse_larger(content, MAX_UPLOAD_BYTES, name)


def _refuse_larger(content: bytes, limit: int, name: str) -> None:
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


def read_table(content: bytes, *, name: str, sheet: str | None = None, form: FileForm = FOUND_OUT) -> RawTable:
    """Read CSV, TSV and other delimited text, .xlsx or Parquet.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        File name, for messages and as the source's name.
    sheet : str, optional
        Sheet of a workbook; without it the first sheet with data.
    form : FileForm, optional
        What people said about the form of the file; the rest is found out.

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
        cells = with_errors(grid, unseen)
        table = to_table(cells, source=name, sheet=label, header_row=form.header_row, findings=findings)
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
    text = decode(content, name=name, encoding=form.encoding)
    grid, delimiter = read_delimited(text.utf8, name=name, delimiter=form.delimiter)
    table = to_table(grid, source=name, delimiter=delimiter, header_row=form.header_row, findings=text.findings)
    return replace(table, encoding=text.encoding)
