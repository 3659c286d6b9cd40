"""What people had put right in the rows of a file: left out, or multiplied. The file stays as it was received."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.money import MICROS_PER_UNIT, fits
from mmm_core.schema import AppliedCorrection, MediaTable, ProjectData

CorrectionKind = Literal["leave_out_rows", "multiply_spend"]
_LARGEST_FACTOR = 10**9
_LONGEST_FACTOR = 40
_MOST_ROWS = 50
_MOST_EXPANDED = 2_000_000
"""Rows of one correction, and the last row that it may name: more than any file that is taken in holds."""
_MOST_DIGITS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction of one file.

    Attributes
    ----------
    source : str
        Label of the media source, as `MediaTable.source`.
    source_fingerprint : str
        The bytes that the rows were counted in; "" takes whatever file stands there.
    rows : tuple of int
        As the spreadsheet counts, ascending.
    factor : str
        What spend is multiplied by, as people wrote it: "1000", "0.92" or "1/24.9". "" for rows that are left out.
    line_items : tuple of str
        Only these in the rows (a row of a wide file holds many); empty for all.
    reason, author, at : str
        Why, who, and when (ISO).
    finding_key : str
        The finding that it settles, "" when there is none.
    """

    id: str
    kind: CorrectionKind
    source: str
    source_fingerprint: str = ""
    rows: tuple[int, ...]
    factor: str = ""
    line_items: tuple[str, ...] = ()
    reason: str
    author: str = ""
    at: str = ""
    finding_key: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("leave_out_rows", "multiply_spend"):
            raise BadInput(f"'{self.kind}' is no correction", expected="leave_out_rows or multiply_spend was expected")
        if self.kind == "multiply_spend":
            read_factor(self.factor)

    def as_dict(self) -> dict[str, Any]:
        """Return the form kept in a revision: what is filled in, rows as ranges."""
        content = asdict(self) | {"rows": compact(self.rows), "line_items": list(self.line_items)}
        return {name: value for name, value in content.items() if value}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Correction":
        """Read the form kept in a revision."""
        lists = {"rows": expanded(content["rows"]), "line_items": tuple(content.get("line_items", ()))}
        return cls(**{**content, **lists})


def read_factor(text: str) -> Fraction:
    """Read what spend is multiplied by: a decimal number, or one divided by another.

    >>> read_factor("1/24.9"), read_factor("0.5")
    (Fraction(10, 249), Fraction(1, 2))

    Raises
    ------
    BadInput
        If it is no number, 0 or less, or beyond a billion.
    """
    over, _, under = text.replace(" ", "").partition("/")
    try:
        if len(text) > _LONGEST_FACTOR or "/" in under or "e" in text.lower():
            raise ValueError  # noqa: TRY301  (one message for everything that is no factor)
        factor = Fraction(over) / Fraction(under or "1")
    except (ValueError, ZeroDivisionError):
        factor = Fraction(0)
    if not 0 < factor <= _LARGEST_FACTOR:
        raise BadInput(
            f"'{text[:_LONGEST_FACTOR]}' is no factor",
            expected="a number above 0 was expected, such as 1000, 0.92 or 1/24.9",
            remedy="Enter what the spend is to be multiplied by",
        )
    return factor


def factor_text(factor: float) -> str:
    """Write a proposed factor the way people would: "1000", and "1/24.9" rather than 0.0401606...

    >>> factor_text(1000.0), factor_text(1 / 24.9), factor_text(0.5)
    ('1000', '1/24.9', '0.5')
    """
    plain, inverse = f"{factor:.12f}".rstrip("0").rstrip("."), f"{1 / factor:.6f}".rstrip("0").rstrip(".")
    return f"1/{inverse}" if len(inverse) + 2 < len(plain) and abs(factor * float(inverse) - 1) < 1e-9 else plain


def compact(rows: Iterable[int]) -> str:
    """Write rows as ranges.

    >>> compact([2, 3, 4, 9])
    '2-4, 9'
    """
    numbers = np.unique(np.fromiter(rows, dtype=np.int64))
    if not len(numbers):
        return ""
    breaks = np.flatnonzero(np.diff(numbers) > 1)
    pairs = zip(numbers[np.r_[0, breaks + 1]], numbers[np.r_[breaks, len(numbers) - 1]], strict=True)
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in pairs)


def expanded(text: str) -> tuple[int, ...]:
    """Read ranges of rows.

    >>> expanded("2-4, 9")
    (2, 3, 4, 9)

    Raises
    ------
    BadInput
        If a part is neither a number nor a range, or there are more rows than a file holds.
    """
    rows: set[int] = set()
    named = 0
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        last = last if dash else first
        if not all(one.strip().isdecimal() and len(one.strip()) <= _MOST_DIGITS for one in (first, last)):
            raise BadInput(
                f"'{part.strip()[:40]}' names no rows",
                expected="numbers and ranges were expected, such as 22-25, 30",
                remedy="Write the rows as the spreadsheet counts them",
            )
        start, end = int(first), int(last)
        if end < start:
            raise BadInput(f"The range {part.strip()[:40]} is no range of rows", expected="low to high was expected")
        named += end - start + 1
        if end > _MOST_EXPANDED or named > _MOST_EXPANDED:
            raise BadInput(
                f"Up to '{part.strip()[:40]}', {named:,} rows are named, the last of them {end:,}",
                expected=f"rows up to {_MOST_EXPANDED:,} were expected, each named once",
                remedy="Write the rows as the spreadsheet counts them",
            )
        rows.update(range(start, end + 1))
    return tuple(sorted(rows))


def touched_by(records: pd.DataFrame, rows: Iterable[int], line_items: Iterable[str] = ()) -> np.ndarray:
    """Return which records a correction of these rows concerns, bool (records,)."""
    mask = np.isin(records["row"].to_numpy(), np.fromiter(rows, dtype=np.int64))
    wanted = list(line_items)
    return mask & records["line_item_id"].isin(wanted).to_numpy() if wanted else mask


def multiplied_exactly(micros: np.ndarray, factor: Fraction) -> np.ndarray:
    """Return amounts times a factor, int64, each rounded half to even; raises `BadInput` beyond what can be held."""
    over, under = factor.numerator, factor.denominator
    if not fits(float(np.abs(micros.astype(float)).sum()) / MICROS_PER_UNIT * float(factor)):
        raise BadInput(
            "The corrected amounts are too large to be added up exactly",
            expected="at most 9 trillion together were expected",
            remedy="Check the factor",
        )
    return np.array([round(Fraction(int(value) * over, under)) for value in micros], dtype=np.int64)


def corrected(table: MediaTable, corrections: Iterable[Correction]) -> MediaTable:
    """Apply corrections to a media table, one after the other; `raw_rows` and `raw_micros` stay those of the file.

    Corrections of other sources are passed over. Rows that are left out take their exposure with them; a factor changes
    spend alone.

    Raises
    ------
    BadInput
        If the corrected amounts are too large to be added up exactly.
    """
    records, applied = table.records, list(table.corrections)
    for correction in corrections:
        if correction.source != table.source:
            continue
        hit = touched_by(records, correction.rows, correction.line_items)
        touched = _touched(records[hit], correction)
        applied.append(
            AppliedCorrection(
                id=correction.id,
                kind=correction.kind,
                reason=correction.reason,
                author=correction.author,
                rows=int(records["row"][hit].nunique()),
                touched=touched,
            )
        )
        if correction.kind == "leave_out_rows":
            records = records[~hit].reset_index(drop=True)
        else:
            spend = records["spend_micros"].to_numpy(dtype=np.int64).copy()
            spend[hit] = touched["after_micros"].to_numpy()
            records = records.assign(spend_micros=spend)
    return replace(table, records=records, corrections=tuple(applied))


def _touched(records: pd.DataFrame, correction: Correction) -> pd.DataFrame:
    before = records["spend_micros"].to_numpy(dtype=np.int64)
    after = np.zeros_like(before)
    if correction.kind == "multiply_spend":
        after = multiplied_exactly(before, read_factor(correction.factor))
    kept = [name for name in ("row", "line_item_id", "date", "currency") if name in records]
    return records[kept].assign(before_micros=before, after_micros=after).reset_index(drop=True)


def corrected_data(
    data: ProjectData, corrections: Iterable[Correction], fingerprints: Mapping[str, str]
) -> ProjectData:
    """Apply the corrections of a project to its media.

    A correction that was made for other bytes than the source holds now is not applied; it becomes the finding
    `correction_of_former_file`, on the table, or on the first one when its source is gone.

    Parameters
    ----------
    fingerprints : mapping
        Label of each media source -> fingerprint of its bytes.
    """
    standing = tuple(corrections)
    if not standing or not data.media:
        return data
    fresh = [one for one in standing if _is_for(one, fingerprints)]
    lost = [one for one in standing if not _is_for(one, fingerprints)]
    media = [corrected(table, fresh) for table in data.media]
    for one in lost:
        place = next((at for at, table in enumerate(media) if table.source == one.source), 0)
        findings = (*media[place].findings, _of_former_file(one, gone=one.source not in fingerprints))
        media[place] = replace(media[place], findings=findings)
    return replace(data, media=tuple(media))


def _is_for(correction: Correction, fingerprints: Mapping[str, str]) -> bool:
    there = fingerprints.get(correction.source)
    return there is not None and correction.source_fingerprint in ("", there)


def _of_former_file(correction: Correction, *, gone: bool) -> Finding:
    what = "leaves out" if correction.kind == "leave_out_rows" else f"multiplies by {correction.factor}"
    why = "is no longer in the project" if gone else "was replaced by another file since"
    return Finding(
        code="correction_of_former_file",
        severity=Severity.WARNING,
        message=f"A correction of {correction.source} ({what} {counted(len(correction.rows), 'row')}: "
        f"{correction.reason}) is not applied, because the file {why}.",
        where=Place(source=correction.source, rows=correction.rows[:_MOST_ROWS]),
        evidence={"correction": correction.id, "rows": compact(correction.rows)},
        remedy="Look whether the new file needs it as well: make it again from the finding there, or take it back.",
        about=correction.id,
    )
