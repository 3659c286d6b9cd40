"""Tables to CSV bytes, in the dialect of the system that they come from."""

import csv
import io
from collections.abc import Iterable, Sequence

import pandas as pd

from mmm_core.simulation.faults import SPEND

BYTE_ORDER_MARK = "\ufeff"


def ad_platforms_csv(export: pd.DataFrame) -> bytes:
    """Comma separated, decimal points, ISO dates, byte order mark."""
    columns = [column for column in export.columns if column != SPEND]
    amounts = [_plain(value) for value in export[SPEND]]
    rows = zip(*(export[column] for column in columns), amounts, strict=True)
    return BYTE_ORDER_MARK.encode() + _written([*columns, SPEND], rows, delimiter=",")


def offline_csv(offline: pd.DataFrame) -> bytes:
    """Semicolon separated, decimal commas with thousands dots, dd.mm.yyyy."""
    rows = (
        (row[0], row[1], f"{row[2]:%d.%m.%Y}", _german(f"{row[3]:,.2f}"), _german(f"{row[4]:,}"))
        for row in offline.itertuples(index=False, name=None)
    )
    return _written(list(offline.columns), rows, delimiter=";")


def plain_csv(table: pd.DataFrame, *, decimals: dict[str, int]) -> bytes:
    """Comma separated; dates in ISO form, the named columns with a fixed number of decimals."""
    shown = {}
    for column in table.columns:
        values = table[column]
        if column in decimals:
            shown[column] = [f"{value:.{decimals[column]}f}" for value in values]
        elif values.dtype.kind == "M":
            shown[column] = [f"{value:%Y-%m-%d}" for value in values]
        else:
            shown[column] = [str(value) for value in values]
    return _written(list(table.columns), zip(*shown.values(), strict=True), delimiter=",")


def _written(header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _plain(amount: float) -> str:
    """Two decimals, or up to five where thousands were divided."""
    whole, decimals = f"{amount:.5f}".split(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def _german(number: str) -> str:
    return number.translate(str.maketrans(",.", ".,"))
