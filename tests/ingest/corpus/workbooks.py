"""Workbooks: what people do to sheets, and what hostile files do to readers."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import openpyxl
import pandas as pd
from ingest.corpus.case import Case
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEAD = ["date", "campaign", "spend", "impressions"]
ROWS = ([date(2024, 1, 1), "Brand", 1.5, 10], [date(2024, 1, 8), "Shop", 2.25, 20])
DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{0}">{1}]>'


def book(*lines: list, merge: tuple[str, ...] = (), change: Callable[[openpyxl.Workbook], None] | None = None):
    """Return a maker of a workbook with these lines in its first sheet."""

    def make() -> bytes:
        made = openpyxl.Workbook()
        for line in lines:
            made.active.append(line)
        for cells in merge:
            made.active.merge_cells(cells)
        if change:
            change(made)
        return saved(made)

    return make


def saved(made: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_parts(parts: dict[str, Callable[[bytes], bytes]]) -> Callable[[], bytes]:
    """Return a maker of the plain workbook with parts rewritten, or added."""

    def make() -> bytes:
        plain, out = plain_book(), io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.namelist():
                content = old.read(member)
                new.writestr(member, parts[member](content) if member in parts else content)
            for member in parts.keys() - set(old.namelist()):
                new.writestr(member, parts[member](b""))
        return out.getvalue()

    return make


def many_sheets(made: openpyxl.Workbook) -> None:
    """Hide the data behind 300 empty sheets."""
    made.active.title = "Notes"
    for number in range(300):
        made.create_sheet(f"S{number}")
    last = made.create_sheet("Data")
    for line in (HEAD, *ROWS):
        last.append(line)


def hidden_sheet(made: openpyxl.Workbook) -> None:
    """Add a hidden sheet with other figures before the visible one."""
    old = made.create_sheet("old", 0)
    old.append(HEAD)
    old.append([date(2020, 1, 1), "Old", 99, 1])
    old.sheet_state = "hidden"


def far_cell(made: openpyxl.Workbook) -> None:
    """Fill the last cell of the sheet."""
    made.active["XFD1048576"] = 1


def far_format(made: openpyxl.Workbook) -> None:
    """Format, without a value, the last cell of the sheet."""
    made.active["XFD1048576"].number_format = "0.00"


def epoch_1904(made: openpyxl.Workbook) -> None:
    """Count days as old Macs did."""
    made.epoch = CALENDAR_MAC_1904


def with_formulas(made: openpyxl.Workbook) -> None:
    """Write formulas, whose values openpyxl does not store."""
    made.active["C2"], made.active["C3"] = "=1+1", "=[other.xlsx]Plan!A1"


def hidden_row(made: openpyxl.Workbook) -> None:
    """Hide a row."""
    made.active.row_dimensions[3].hidden = True


plain_book = book(HEAD, *ROWS)
sheet = "xl/worksheets/sheet1.xml"
strings = "xl/sharedStrings.xml"


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Return a replacement within a part."""
    return lambda content: content.replace(old, new)


def laughs(content: bytes) -> bytes:
    """Put entities that expand to billions of letters before the strings."""
    names = "abcdefghij"
    nested = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    return DTD.format("ha", nested).encode() + content.split(b"?>", 1)[-1].replace(b"Brand", b"&j;")


def outside(content: bytes) -> bytes:
    """Ask for a file of the server."""
    dtd = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return dtd.encode() + content.split(b"?>", 1)[-1].replace(b"Brand", b"&a;")


def encrypted() -> bytes:
    """Begin as the compound files do that Excel writes when a password is set."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


def pieces() -> bytes:
    """Write a zip with more parts than any workbook has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(3000):
            archive.writestr(f"xl/media/{number}.png", b"")
    return out.getvalue()


WORKBOOKS = (
    Case(name="a plain workbook", file="a.xlsx", content=plain_book, spend="3.75", names=("Brand", "Shop")),
    Case(name="a workbook called csv", file="a.csv", content=plain_book, spend="3.75"),
    Case(
        name="merged headers over a plan",
        file="plan.xlsx",
        rows=4,
        spend="10.00",
        names=("TV / RTL", "TV / Pro7"),
        codes=frozenset({"totals_row_skipped"}),
        content=book(
            ["Media plan"],
            [],
            ["Week", "TV", None],
            [None, "RTL", "Pro7"],
            ["2024-01-01", 1, 2],
            ["2024-01-08", 3, 4],
            ["Summe", 4, 6],
            merge=("A1:C1", "A3:A4", "B3:C3"),
        ),
    ),
    Case(
        name="a stray cell at the far corner",
        file="a.xlsx",
        content=book(HEAD, *ROWS, change=far_cell),
        refused="row 1,048,576 and column 16,384",
    ),
    Case(
        name="a formatted cell at the far corner",
        file="a.xlsx",
        content=book(HEAD, *ROWS, change=far_format),
        spend="3.75",
    ),
    Case(
        name="300 empty sheets before the data",
        file="a.xlsx",
        content=book(["see the last sheet"], change=many_sheets),
        spend="3.75",
    ),
    Case(
        name="a hidden sheet first",
        file="a.xlsx",
        content=book(HEAD, *ROWS, change=hidden_sheet),
        spend="3.75",
        codes=frozenset({"sheet_chosen", "hidden_sheets"}),
    ),
    Case(
        name="a hidden row",
        file="a.xlsx",
        content=book(HEAD, *ROWS, change=hidden_row),
        spend="3.75",
        codes=frozenset({"hidden_rows"}),
    ),
    Case(
        name="days counted from 1904",
        file="a.xlsx",
        content=book(HEAD, *ROWS, change=epoch_1904),
        spend="3.75",
    ),
    Case(
        name="serial numbers for days",
        file="a.xlsx",
        content=book(HEAD, [45292, "Brand", 1.5, 10], [45299, "Shop", 2.25, 1]),
        spend="3.75",
    ),
    Case(
        name="dates, texts and datetimes in one column",
        file="a.xlsx",
        rows=3,
        spend="4.75",
        content=book(
            HEAD,
            [date(2024, 1, 1), "a", 1.5, 1],
            ["2024-01-08", "b", 2.25, 1],
            [pd.Timestamp(2024, 1, 15).to_pydatetime(), "c", 1, 1],
        ),
    ),
    Case(
        name="formulas without values",
        file="a.xlsx",
        content=book(HEAD, *ROWS, change=with_formulas),
        refused="2 cells hold a formula without a stored value",
    ),
    Case(
        name="numbers as text",
        file="a.xlsx",
        spend="1236.06",
        content=book(HEAD, ["2024-01-01", "Brand", "1.234,56", 1], ["2024-01-08", "Shop", "1,5", 1]),
    ),
    Case(
        name="stored numbers beside text",
        file="a.xlsx",
        spend="3.75",
        content=book(HEAD, ["2024-01-01", "Brand", 1.5, 1], ["2024-01-08", "Shop", "2,25", 1]),
    ),
    Case(name="an empty workbook", file="a.xlsx", content=book(), refused="no sheet with data"),
    Case(name="a sheet of one column", file="a.xlsx", content=book(["a"], ["b"]), refused="no sheet with data"),
    Case(
        name="too many columns",
        file="a.xlsx",
        content=book([f"c{n}" for n in range(300)], list(range(300))),
        refused="has 300 columns",
    ),
    Case(
        name="a zip bomb",
        file="a.xlsx",
        content=with_parts({strings: lambda _: b" " * (301 << 20)}),
        refused="expands to 301 MB",
    ),
    Case(name="entities that multiply", file="a.xlsx", content=with_parts({sheet: laughs}), refused=r"a\.xlsx"),
    Case(name="entities from outside", file="a.xlsx", content=with_parts({sheet: outside}), refused=r"a\.xlsx"),
    Case(
        name="a sheet that breaks off",
        file="a.xlsx",
        content=with_parts({sheet: lambda whole: whole[:300]}),
        refused=r"a\.xlsx",
    ),
    Case(
        name="addresses that lie",
        file="a.xlsx",
        refused="row 9,999,999",
        content=with_parts({sheet: swapped(b'<c r="A2"', b'<c r="XFD9999999"')}),
    ),
    Case(
        name="cells without addresses",
        file="a.xlsx",
        spend="3.75",
        content=with_parts({sheet: lambda whole: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", whole)}),
    ),
    Case(
        name="addresses in single quotes",
        file="a.xlsx",
        spend="3.75",
        content=with_parts({sheet: lambda whole: re.sub(rb'<c r="([A-Z]+\d+)"', rb"<c r='\1'", whole)}),
    ),
    Case(
        name="a string that is not there",
        file="a.xlsx",
        refused=r"a\.xlsx",
        content=with_parts({sheet: swapped(b't="inlineStr"><is><t>Brand</t></is>', b't="s"><v>77</v>')}),
    ),
    Case(
        name="links to other workbooks",
        file="a.xlsx",
        spend="3.75",
        content=with_parts({"xl/externalLinks/externalLink1.xml": lambda _: b"<externalLink/>"}),
    ),
    Case(
        name="macros inside",
        file="a.xlsm",
        spend="3.75",
        content=with_parts({"xl/vbaProject.bin": lambda _: b"\0" * 99}),
    ),
    Case(
        name="a password", file="a.xlsx", content=encrypted, refused="old .xls workbook or one locked with a password"
    ),
    Case(name="half a workbook", file="a.xlsx", content=lambda: plain_book()[:2000], refused="damaged or locked"),
    Case(name="3,000 parts", file="a.xlsx", content=pieces, refused="consists of 3,001 parts"),
)
