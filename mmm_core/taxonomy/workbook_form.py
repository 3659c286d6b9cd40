"""The form of a mapping workbook: its sheets and columns, and how text travels through a cell unchanged."""

import re
from dataclasses import dataclass

from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path
from mmm_core.taxonomy.names import comparable

LINE_ITEMS, GROUPS, READ_ME = "Line items", "Groups", "Read me"
SCHEMA = 1
"""Raised whenever a file of this form could be misread by the version before."""

ID, NAME, GROUP, REASON, SOURCE, ROWS, SPEND = (
    "Line item id",
    "Line item",
    "Group",
    "Exclude because",
    "Source",
    "Rows",
    "Spend",
)
GROUP_WRITTEN, REASON_WRITTEN = "Group when written", "Exclude because when written"
LINE_COLUMNS = (ID, NAME, GROUP, REASON, SOURCE, ROWS, SPEND, GROUP_WRITTEN, REASON_WRITTEN)
"""The first columns of the sheet of line items; the dimensions follow."""

PATH, OWNER, DESCRIPTION = "Path", "Owner", "Description"
OWNER_WRITTEN, DESCRIPTION_WRITTEN = "Owner when written", "Description when written"
AFTER_LEVELS = (OWNER, DESCRIPTION, OWNER_WRITTEN, DESCRIPTION_WRITTEN)

PROJECT_LABEL, NUMBER_LABEL, FINGERPRINT_LABEL, SCHEMA_LABEL = (
    "Project",
    "Mapping revision",
    "Mapping fingerprint",
    "Form of this file",
)

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
"""UTF-16 units that a cell of a spreadsheet holds."""
_SHORTENED = "…"
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f]")
_LAYOUT = re.compile("[\x00-\x20]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_NO_CHARACTER = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which state of which project a workbook was written from."""

    project_id: str
    number: int
    fingerprint: str
    schema: int = SCHEMA


def escaped(text: str) -> str:
    r"""Write what XML cannot hold as `_xHHHH_`, as Excel does, and protect text that looks like it.

    >>> escaped("a\rb"), escaped("_x000D_")
    ('a_x000D_b', '_x005F_x000D_')
    """
    if text.isspace():  # readers may drop what looks like layout between tags
        return _LAYOUT.sub(lambda hit: f"_x{ord(hit.group()):04X}_", text)
    protected = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _NO_XML.sub(lambda hit: f"_x{ord(hit.group()):04X}_", protected)


def kept(text: str) -> str:
    """Return the text as it will come back from a cell: whole, or shortened with an ellipsis where it is too long."""
    text = text.translate(_NO_CHARACTER)
    if _units(escaped(text)) <= LONGEST_TEXT:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        fits = _units(escaped(text[:middle] + _SHORTENED)) <= LONGEST_TEXT
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low] + _SHORTENED


def path_text(path: Path) -> str:
    """Write a path as the cell of a group shows it; "" for none."""
    return kept(PATH_SEPARATOR.join(path))


def reading_form(text: str) -> str:
    """Return a text as people read it, also after a program has shown escapes as text or dropped control characters."""
    while (plain := _ESCAPE.sub(lambda hit: chr(int(hit.group(1), 16)), text)) != text:
        text = plain
    return comparable(_NO_XML.sub("", text))


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
