"""Which rows sum up others. Such a row is no data; it is set aside and said, never dropped in silence."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.conventions import evidence_in
from mmm_core.ingest.date_grammar import looks_like_date
from mmm_core.ingest.grid import Grid, tidy
from mmm_core.ingest.header import Header
from mmm_core.ingest.number_grammar import read_number
from mmm_core.ingest.table import TotalsRow
from mmm_core.ingest.vocabulary import BARE_TOTAL_LABEL, TOTAL_LABEL, TRAILING_TOTAL_LABEL

_BARE = re.compile(BARE_TOTAL_LABEL)
_CENT = 0.011
_MOST_CANDIDATES = 5_000
UNLABELLED = "(no label)"


def without_totals(data: Grid, header: Header) -> tuple[Grid, tuple[TotalsRow, ...]]:
    """Set totals rows aside.

    In a table with dates: rows that are labelled as a total and have no date. In a table of figures without dates: rows
    whose first cell says no more than "Total", and other rows that are labelled as a total, or not at all, when their
    figures are the sum of the rows above them. A table without figures has no totals.
    """
    found = _without_date(data, header) if header.date_columns else _adding_up(data, header)
    if not found or (not header.date_columns and len(found) > 0.5 * data.height):
        return data, ()
    totals = tuple(
        TotalsRow(
            row=int(data.row_numbers[index]),
            label=found[index],
            cells={label: column[index].as_py() for label, column in zip(header.names, data.columns, strict=True)},
        )
        for index in sorted(found)
    )
    keep = np.ones(data.height, dtype=bool)
    keep[list(found)] = False
    return data.take(keep), totals


def totals_note(total: TotalsRow, header: Header, source: str, sheet: str) -> Finding:
    """Say that a row was set aside, and why."""
    why = "has no date" if header.date_columns else "holds figures that sum up others"
    said = f"is labelled {total.label!r}" if total.label != UNLABELLED else "has no label"
    return Finding(
        code="totals_row_skipped",
        severity=Severity.NOTE,
        message=f"Row {total.row} {said} and {why}; it was taken as totals, not as data.",
        where=Place(source=source, sheet=sheet, rows=(total.row,)),
        evidence={"label": total.label},
        remedy="Rename the label in the file if the row is data.",
    )


def _labelled(texts: pa.Array, pattern: str) -> Iterator[tuple[int, str]]:
    hits = np.flatnonzero(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False))
    for index in map(int, hits):
        yield index, tidy(texts[index].as_py())


def _text_columns(data: Grid, header: Header) -> list[int]:
    """Return the columns that hold neither dates nor figures, in their order."""
    return [c for c in range(len(data.columns)) if c not in (*header.date_columns, *header.number_columns)]


def _without_date(data: Grid, header: Header) -> dict[int, str]:
    """Find rows labelled as a total, in a date column or one of texts, that have no date."""
    found: dict[int, str] = {}
    for column in dict.fromkeys((0, *header.date_columns, *_text_columns(data, header))):
        # Beyond the first column a name such as "Total Energies" is what a line item may be called.
        pattern = TOTAL_LABEL if column == 0 or column in header.date_columns else BARE_TOTAL_LABEL
        for index, label in _labelled(data.columns[column], pattern):
            if not any(looks_like_date(data.columns[place][index].as_py()) for place in header.date_columns):
                found.setdefault(index, label)
    return found


def _adding_up(data: Grid, header: Header) -> dict[int, str]:
    """Find rows labelled as a total, or not labelled, in a table of figures without dates."""
    if not header.number_columns:
        return {}
    texts = _text_columns(data, header)
    candidates: dict[int, str] = {}
    for column in texts:
        for pattern in (TOTAL_LABEL, TRAILING_TOTAL_LABEL):
            for index, label in _labelled(data.columns[column], pattern):
                candidates.setdefault(index, label)
    if texts:
        blank = np.logical_and.reduce(
            [pc.equal(pc.utf8_trim_whitespace(data.columns[c]), "").to_numpy(zero_copy_only=False) for c in texts]
        )
        candidates |= {int(index): UNLABELLED for index in np.flatnonzero(blank)}
    if not candidates or len(candidates) > _MOST_CANDIDATES:
        return {}
    figures = np.column_stack([_figures(data, column) for column in header.number_columns])
    found: dict[int, str] = {}
    before = -1
    for index in sorted(candidates):
        bare = bool(texts) and _BARE.match(tidy(data.columns[texts[0]][index].as_py())) is not None
        if bare or _is_sum(data, figures, index, texts, (before, list(found))):
            found[index] = candidates[index]
            before = index
    return found


def _is_sum(data: Grid, figures: np.ndarray, index: int, texts: Sequence[int], seen: tuple[int, list[int]]) -> bool:
    """Tell whether a row's figures are the sums of all rows, or of those since the totals row before it.

    Other texts of the row (a metric, say) limit the rows that it can be about.
    """
    before, totals = seen
    own = figures[index]
    stated = ~np.isnan(own)
    if not stated.any() or not np.any(own[stated]):
        return False
    alike = np.ones(data.height, dtype=bool)
    alike[[index, *totals]] = False
    for column in texts:
        text = tidy(data.columns[column][index].as_py())
        if text and not re.match(TOTAL_LABEL, text) and not re.match(TRAILING_TOTAL_LABEL, text):
            alike &= pc.equal(pc.utf8_trim_whitespace(data.columns[column]), text).to_numpy(zero_copy_only=False)
    rows = np.arange(data.height)
    for mask in (alike, alike & (rows > before) & (rows < index)):
        if mask.sum() > 1 or (mask.any() and before >= 0):
            sums = np.nansum(figures[mask], axis=0)
            if np.allclose(sums[stated], own[stated], rtol=1e-9, atol=_CENT):
                return True
    return False


def _figures(data: Grid, column: int) -> np.ndarray:
    """Read a column for comparison only: float64, NaN where there is no number."""
    texts = data.columns[column]
    mark = evidence_in(texts).decision or "."
    encoded = texts.dictionary_encode()
    stored = data.native[column] if data.native is not None else np.zeros(data.height, dtype=bool)
    known = encoded.dictionary.to_pylist()
    point = np.array([_float(text, ".") for text in known])
    written = point if mark == "." else np.array([_float(text, ",") for text in known])
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    values: np.ndarray = np.where(stored, point[codes], written[codes])
    return values


def _float(text: str, mark: str) -> float:
    number = read_number(text, "," if mark == "," else ".")
    return float(number.plain) if number else np.nan
