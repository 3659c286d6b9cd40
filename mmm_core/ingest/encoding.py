"""Bytes of a text file to UTF-8, or a clear refusal."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.code_pages import guess_code_page
from mmm_core.ingest.twice_encoded import once_decoded, words_encoded_twice

ENCODINGS: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-twice": "UTF-8 that was encoded twice",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "windows-1252": "Windows-1252 (Western Europe)",
    "windows-1250": "Windows-1250 (Central Europe)",
    "windows-1251": "Windows-1251 (Cyrillic)",
    "windows-1253": "Windows-1253 (Greek)",
    "windows-1254": "Windows-1254 (Turkish)",
    "windows-1255": "Windows-1255 (Hebrew)",
    "windows-1256": "Windows-1256 (Arabic)",
    "windows-1257": "Windows-1257 (Baltic)",
    "iso-8859-15": "ISO-8859-15 (Western Europe)",
    "iso-8859-2": "ISO-8859-2 (Central Europe)",
    "iso-8859-5": "ISO-8859-5 (Cyrillic)",
    "iso-8859-7": "ISO-8859-7 (Greek)",
    "koi8-u": "KOI8 (Cyrillic)",
    "mac-roman": "Mac Roman",
    "cp850": "DOS 850 (Western Europe)",
    "cp852": "DOS 852 (Central Europe)",
    "cp866": "DOS 866 (Cyrillic)",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "shift_jis": "Shift JIS (Japanese)",
    "euc_kr": "EUC-KR (Korean)",
}
"""What a text may be declared to be written in, and what people call it."""
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
DELIMITING_CONTROLS = b"\x01\x1f"
"""Control characters that some systems put between cells; anywhere else they are none of a table's."""
_ALLOWED_CONTROLS = b"\t\n\r\f\x1a" + DELIMITING_CONTROLS
_ZERO_BYTES_OF_UTF16 = 0.5
"""Share of every second byte that is zero in text of Latin letters and figures; a stray zero byte is far below."""
_CONTROLS = bytes(c for c in range(32) if c not in _ALLOWED_CONTROLS)
_BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"
_SAMPLE = 4096
_LOST = "\N{REPLACEMENT CHARACTER}".encode()
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the next one and has to be looked for first
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
REMEDY = "Save the table as CSV, .xlsx or Parquet and upload that"
_EXPECTED = "a CSV, .xlsx or Parquet file was expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """The content as UTF-8 without a byte order mark, the encoding it had, and what was assumed on the way."""

    utf8: bytes
    encoding: str
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


def decode(content: bytes, *, name: str, encoding: str | None = None) -> DecodedText:
    """Decode UTF-8, UTF-16 and UTF-32 (with or without mark) or, failing these, the likeliest code page.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        File name for messages.
    encoding : str, optional
        One of `ENCODINGS` that somebody declared; nothing is assumed then.

    Returns
    -------
    DecodedText
        With the note `encoding_assumed` for a code page, `encoding_doubtful` where names may be garbled.

    Raises
    ------
    BadInput
        If the bytes are no text, or not in the declared encoding.
    """
    if encoding is not None:
        return DecodedText(utf8=_declared(content, encoding, name), encoding=encoding)
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _in_unicode(_to_utf8(content[len(mark) :], marked, name), marked, name)
    if b"\x00" in content[:_SAMPLE]:
        found = _unmarked(content)
        return _in_unicode(_to_utf8(content, found, name), found, name)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as failure:
        return _assumed(content, failure, name)
    return _in_unicode(_checked(content, name), "utf-8", name)


def _declared(content: bytes, encoding: str, name: str) -> bytes:
    plain = {"utf-8": "utf-8-sig", "utf-8-twice": "utf-8-sig"}.get(encoding, encoding)
    try:
        if encoding in ("utf-16", "utf-32") and not content.startswith(tuple(mark for mark, _ in _MARKS)):
            plain = _unmarked(content)
        text = content.decode(plain)
        return _checked((once_decoded(text) if encoding == "utf-8-twice" else text).encode(), name)
    except UnicodeError as failure:
        at = getattr(failure, "start", 0)
        raise BadInput(
            f"The file is not written in {ENCODINGS[encoding]}",
            where=f"{name}, line {content.count(b'\n', 0, at) + 1}",
            expected="the encoding that was chosen for the file was expected",
            remedy="Choose another encoding, or none, so that it is found out",
        ) from failure


def _unmarked(content: bytes) -> str:
    """Tell the width and the order of the bytes by where the zero bytes are in Latin letters and figures."""
    zeros = [content[at:_SAMPLE:4].count(0) for at in range(4)]
    quarter = min(len(content), _SAMPLE) // 4
    if len(content) % 4 == 0 and min(zeros[2:]) == quarter > 0 and zeros[0] == 0:
        return "utf-32-le"
    if len(content) % 4 == 0 and min(zeros[:2]) == quarter > 0 and zeros[3] == 0:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if min(even, odd) == 0 and max(even, odd) > _ZERO_BYTES_OF_UTF16 * min(len(content), _SAMPLE) / 2:
        return "utf-16-le" if odd else "utf-16-be"
    return "utf-8"


def _to_utf8(content: bytes, encoding: str, name: str) -> bytes:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as failure:
        raise _no_text(name) from failure
    return _checked(text.encode(), name)


def _in_unicode(utf8: bytes, encoding: str, name: str) -> DecodedText:
    """Return text of Unicode, and what shows that it was spoilt before it came here."""
    known = encoding.removesuffix("-le").removesuffix("-be")
    return DecodedText(utf8=utf8, encoding=known, findings=tuple(_about_spoilt(utf8, known, name)))


def _about_spoilt(utf8: bytes, encoding: str, name: str) -> Iterator[Finding]:
    if (lost := utf8.count(_LOST)) > 0:
        row = utf8.count(b"\n", 0, utf8.index(_LOST)) + 1
        yield Finding(
            code="letters_lost",
            severity=Severity.WARNING,
            message=f"{name} holds {lost:,} sign(s) \N{REPLACEMENT CHARACTER} where letters were lost before the file "
            f"came here (first in line {row}).",
            where=Place(source=name, rows=(row,)),
            evidence={"signs": lost},
            remedy="Export the file again as UTF-8; what was lost cannot be told from this one.",
        )
    if words := words_encoded_twice(utf8):
        reads = {encoding: list(words), "utf-8-twice": list(words.values())}
        yield _doubtful(name, f"Names in {name} look garbled", reads, 1)


def _assumed(content: bytes, failure: UnicodeDecodeError, name: str) -> DecodedText:
    """Read in the likeliest code page and say so; ask where other letters are nearly as likely, or none are."""
    found = guess_code_page(content)
    if found is None:
        raise _no_text(name) from failure
    row = content.count(b"\n", 0, failure.start) + 1
    reads = {
        encoding: [word.decode(encoding, errors="replace") for word in found.words]
        for encoding in (found.encoding, *found.others)
    }
    utf8 = _to_utf8(content, found.encoding, name)
    begin = f"{name} is not UTF-8 (line {row})"
    if not found.is_clear:
        asked = _doubtful(name, f"{begin}, and names in it may be garbled", reads, row)
        return DecodedText(utf8=utf8, encoding=found.encoding, findings=(asked,))
    names = listed(tuple(map(repr, reads[found.encoding])))
    note = Finding(
        code="encoding_assumed",
        severity=Severity.NOTE,
        message=f"{begin}; it was read as {ENCODINGS[found.encoding]}, so that names read {names}.",
        where=Place(source=name, rows=(row,)),
        evidence={"encoding": found.encoding, "reads": reads},
        remedy="Choose another encoding for the file if they are wrong.",
    )
    return DecodedText(utf8=utf8, encoding=found.encoding, findings=(note,))


def _doubtful(name: str, begin: str, reads: dict[str, list[str]], row: int) -> Finding:
    """Ask how names are written; `reads` gives the same words in each encoding, the assumed one first."""
    (assumed, words), *others = reads.items()
    told = "".join(f"; in {ENCODINGS[encoding]} {listed(tuple(map(repr, read)))}" for encoding, read in others)
    return Finding(
        code="encoding_doubtful",
        severity=Severity.WARNING,
        message=f"{begin}. Read as {ENCODINGS[assumed]} they are {listed(tuple(map(repr, words)))}{told}.",
        where=Place(source=name, rows=(row,)),
        evidence={"encoding": assumed, "reads": reads},
        remedy="Say how the names are written: on the page Data, or in a workshop file with an encoding such as "
        f'encoding = "{others[0][0] if others else assumed}".',
    )


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
