"""Parquet, and files that are no tables whatever they are called."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ingest.corpus.case import Case

DAYS = np.array(["2024-01-01", "2024-01-08"], dtype="datetime64[us]")


def parquet(**columns) -> Callable[[], bytes]:
    """Return a maker of a Parquet file."""

    def make() -> bytes:
        out = io.BytesIO()
        pq.write_table(pa.table(columns), out)
        return out.getvalue()

    return make


def zipped(name: str, content: bytes) -> Callable[[], bytes]:
    """Return a maker of a zip archive with one file."""

    def make() -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, content)
        return out.getvalue()

    return make


plain = parquet(date=DAYS, campaign=["Brand", "Shop"], spend=[1.5, 2.25])
times = [datetime(2024, 1, 1, 23, 30, tzinfo=UTC), datetime(2024, 1, 2, 1, tzinfo=UTC)]
TABLE = b"<html><body><table><tr><td>date</td><td>spend</td></tr></table></body></html>"

OTHER_FILES = (
    Case(name="Parquet", file="a.parquet", content=plain, spend="3.75", names=("Brand", "Shop")),
    Case(name="Parquet called csv", file="a.csv", content=plain, spend="3.75"),
    Case(
        name="Parquet with decimals",
        file="a.parquet",
        spend="3.75",
        content=parquet(
            date=["2024-01-01", "2024-01-08"], campaign=["a", "b"], spend=[Decimal("1.50"), Decimal("2.25")]
        ),
    ),
    Case(
        name="Parquet with times of a zone",
        file="a.parquet",
        spend="3.75",
        codes=frozenset({"times_of_day"}),
        content=parquet(date=pa.array(times, pa.timestamp("us", tz="UTC")), campaign=["a", "b"], spend=[1.5, 2.25]),
    ),
    Case(
        name="Parquet with nested columns",
        file="a.parquet",
        refused="Column 'more' is of type",
        content=parquet(date=["2024-01-01"], spend=[1.0], more=pa.array([[1, 2]])),
    ),
    Case(
        name="Parquet with bytes",
        file="a.parquet",
        refused="Column 'more' is of type binary",
        content=parquet(date=["2024-01-01"], spend=[1.0], more=pa.array([b"\0"])),
    ),
    Case(
        name="Parquet with empty and infinite figures",
        file="a.parquet",
        refused="'inf'",
        content=parquet(date=["2024-01-01"] * 9, campaign=["a"] * 9, spend=[float("nan"), float("inf"), *[1.0] * 7]),
    ),
    Case(
        name="Parquet without rows",
        file="a.parquet",
        refused="no data",
        content=parquet(date=pa.array([], pa.string()), spend=pa.array([], pa.float64())),
    ),
    Case(
        name="Parquet cut off", file="a.parquet", content=lambda: plain()[:200], refused="Parquet file cannot be read"
    ),
    Case(
        name="Parquet with a broken footer",
        file="a.parquet",
        refused=r"a\.parquet",
        content=lambda: plain()[:-60] + b"\xff" * 40 + plain()[-20:],
    ),
    Case(
        name="Parquet with too many columns",
        file="a.parquet",
        refused="300 columns",
        content=parquet(**{f"c{n}": [1] for n in range(300)}),
    ),
    Case(name="a web page called xls", file="report.xls", content=lambda: TABLE, refused="web page or XML document"),
    Case(
        name="an old workbook",
        file="a.xls",
        content=lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        refused="old .xls workbook",
    ),
    Case(
        name="an XML spreadsheet",
        file="a.xls",
        content=lambda: b'<?xml version="1.0"?><Workbook/>',
        refused="web page or XML document",
    ),
    Case(name="a PDF", file="a.csv", content=lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", refused="PDF document"),
    Case(name="a picture", file="plan.xlsx", content=lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), refused="PNG picture"),
    Case(
        name="a gzip archive",
        file="a.csv.gz",
        content=lambda: gzip.compress(b"date,spend\n2024-01-01,1\n"),
        refused="gzip archive",
    ),
    Case(
        name="a zip with a table",
        file="a.zip",
        content=zipped("a.csv", b"date,spend\n2024-01-01,1\n"),
        refused="zip archive, but no .xlsx workbook",
    ),
    Case(
        name="an open document", file="a.ods", content=zipped("content.xml", b"<office/>"), refused="no .xlsx workbook"
    ),
    Case(
        name="JSON",
        file="a.csv",
        content=lambda: b'[{"date": "2024-01-01", "spend": 1}]\n',
        refused="no columns|header but no data|first row",
    ),
    Case(
        name="pickled objects",
        file="a.csv",
        content=lambda: b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}\x94.",
        refused="binary data",
    ),
)
