"""CSV that other people's Excel reads: text that would start a formula is made harmless."""

from pathlib import Path

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers written as text stay."""
    if isinstance(text, str) and text.startswith(_FORMULA_STARTS) and not _is_number(text):
        return f"'{text}"
    return text


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV with harmless text and header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(csv_text(table), encoding="utf-8", newline="")


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV text with harmless text and header."""
    safe = table.rename(columns={column: harmless(column) for column in table.columns})
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = safe[column].map(harmless)
    return str(safe.to_csv(index=False, lineterminator="\n"))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
