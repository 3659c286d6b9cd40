"""Bytes of a text file to UTF-8, or a clear refusal."""

import codecs
from dataclasses import dataclass

from mmm_core.errors import BadInput
from mmm_core.findings import Finding, Place, Severity

_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook or one locked with a password"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")
_ALLOWED_CONTROLS = b"\t\n\r\f\x1a"
_ZERO_BYTES_OF_UTF16 = 0.5
"""Share of every second byte that is zero in text of Latin letters and figures; a stray zero byte is far below."""
_CONTROLS = bytes(c for c in range(32) if c not in _ALLOWED_CONTROLS)
_BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"
_SAMPLE = 4096
REMEDY = "Save the table as CSV, .xlsx or Parquet and upload that"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """The content as UTF-8 without a byte order mark, and what was assumed on the way."""

    utf8: bytes
    findings: tuple[Finding, ...] = ()


def refuse_foreign(content: bytes, *, name: str) -> None:
    """Raise `BadInput` for an empty file and for well-known formats that hold no table."""
    if not content[:_SAMPLE].strip(_BLANK) and not content.strip(_BLANK):
        raise BadInput("The file is empty", where=name, expected="a table with a header row was expected")
    kind = next((kind for magic, kind in _FOREIGN if content.startswith(magic)), "")
    if not kind and content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        kind = "a web page or XML document"
    if kind:
        raise BadInput(f"The file is {kind}, not a table", where=name, expected=_EXPECTED, remedy=REMEDY)


_EXPECTED = "a CSV, .xlsx or Parquet file was expected"


def decode(content: bytes, *, name: str) -> DecodedText:
    """Decode UTF-8, UTF-16 (with or without mark) or, failing these, Windows-1252, which a note then says.

    Raises
    ------
    BadInput
        If the bytes are no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return DecodedText(utf8=_to_utf8(content[len(mark) :], encoding, name))
    if b"\x00" in content[:4096]:
        return DecodedText(utf8=_to_utf8(content, _unmarked_utf16(content), name))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as failure:
        return _assumed(content, failure, name)
    return DecodedText(utf8=_checked(content, name))


def _unmarked_utf16(content: bytes) -> str:
    """Tell the byte order by where the zero bytes are: Latin letters have them in every second place."""
    even, odd = content[0:4096:2].count(0), content[1:4096:2].count(0)
    if min(even, odd) == 0 and max(even, odd) > _ZERO_BYTES_OF_UTF16 * min(len(content), 4096) / 2:
        return "utf-16-le" if odd else "utf-16-be"
    return "utf-8"


def _to_utf8(content: bytes, encoding: str, name: str) -> bytes:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as failure:
        raise _no_text(name) from failure
    return _checked(text.encode(), name)


def _assumed(content: bytes, failure: UnicodeDecodeError, name: str) -> DecodedText:
    """Read as Windows-1252 and say so."""
    utf8 = _to_utf8(content, "cp1252", name)
    row = content.count(b"\n", 0, failure.start) + 1
    note = Finding(
        code="encoding_assumed",
        severity=Severity.NOTE,
        message=f"{name} is not UTF-8 (line {row}); it was read as Windows-1252.",
        where=Place(source=name, rows=(row,)),
        evidence={"encoding": "cp1252"},
        remedy="Look at names with accents; save the file as UTF-8 if they are wrong.",
    )
    return DecodedText(utf8=utf8, findings=(note,))


def _checked(utf8: bytes, name: str) -> bytes:
    """Refuse content with control characters that no table has."""
    if len(utf8[:65536].translate(None, _CONTROLS)) != len(utf8[:65536]) or b"\x00" in utf8:
        raise _no_text(name)
    if codecs.BOM_UTF8 not in utf8:
        return utf8
    # Files that were set below each other with a plain copy keep the mark of each.
    return utf8.replace(b"\n" + codecs.BOM_UTF8, b"\n").replace(b"\r" + codecs.BOM_UTF8, b"\r")


def _no_text(name: str) -> BadInput:
    return BadInput("The file holds binary data, not a table", where=name, expected=_EXPECTED, remedy=REMEDY)
