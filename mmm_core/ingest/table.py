"""What a file holds before anybody decided what it means: columns of text, with their origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from mmm_core.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsRow:
    """A row that sums up others; it is no data, but its amounts can be held against the sums."""

    row: int
    label: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """One sheet or file as text cells below one header.

    Attributes
    ----------
    source : str
        File name as given.
    sheet : str
        Sheet name; empty when the format has no sheets.
    columns : tuple of str
        Unique, non-empty names.
    cells : pa.Table
        One string column per name, "" for an empty cell, no nulls.
    row_numbers : ndarray
        int64, shape (rows,); as a spreadsheet counts, header and blank rows included.
    findings : tuple of Finding
        What was noticed while reading.
    delimiter, encoding : str
        How a text file was cut and decoded (see `encoding.ENCODINGS`), else empty.
    header_row : int
        Row with the names of the columns, the lowest one where several rows name them; 0 when it is not known.
    native : pa.Table or None
        Same columns as `cells`, bool: True where the file stored a number, which therefore was written here with a
        decimal point. None when the file stores text only.
    totals : tuple of TotalsRow
        Rows that were recognised as totals and left out of `cells`.
    """

    source: str
    sheet: str
    columns: tuple[str, ...]
    cells: pa.Table
    row_numbers: np.ndarray
    findings: tuple[Finding, ...] = ()
    delimiter: str = ""
    encoding: str = ""
    header_row: int = 0
    native: pa.Table | None = None
    totals: tuple[TotalsRow, ...] = field(default=())

    @property
    def label(self) -> str:
        """Name the source for people: file, and sheet where there is one."""
        return f"{self.source} / {self.sheet}" if self.sheet else self.source

    def texts(self, column: str) -> pa.Array:
        """Return one column as a single string array."""
        return one_array(self.cells.column(column))

    def stored_numbers(self, column: str) -> np.ndarray | None:
        """Return where the file stored a number, or None when it nowhere did."""
        if self.native is None:
            return None
        mask = one_array(self.native.column(column)).to_numpy(zero_copy_only=False)
        return mask if mask.any() else None


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """Return a chunked column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], type=column.type)
