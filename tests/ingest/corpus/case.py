"""What a file of the corpus is: its bytes, and what is expected of whoever reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.guess import guess
from mmm_core.ingest.readers import FOUND_OUT
from mmm_core.ingest.sandbox import read_upload
from mmm_core.ingest.typed import (
    read_control_totals,
    read_controls,
    read_kpi,
    read_lift_tests,
    read_media,
    read_organic,
)

_READERS = {
    "media": read_media,
    "kpi": read_kpi,
    "controls": read_controls,
    "organic": read_organic,
    "control_totals": read_control_totals,
    "lift_tests": read_lift_tests,
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One awkward file.

    Attributes
    ----------
    name : str
        What is awkward about it.
    file : str
        Its file name, which may lie about the format.
    content : callable
        Makes the bytes.
    refused : str
        Pattern of the message when it cannot be read; "" when it loads.
    rows : int
        Data rows that are read.
    spend : str
        Sum of the spend or amounts to the cent, or "" when not compared.
    figures : tuple of float
        Values of the outcome, the organic exposure or the lift, in the order of the file; empty when not compared.
    names : tuple of str
        Line items, in order of first appearance; empty when not compared.
    first : str
        The earliest date.
    codes : set of str
        Codes of all findings.
    roles : dict
        What a person corrects in the guessed reading.
    form : FileForm
        What a person says about the form of the file.
    kind : str
        Kind of source that it is read as.
    """

    name: str
    file: str
    content: Callable[[], bytes]
    refused: str = ""
    rows: int = 2
    spend: str = ""
    figures: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    first: str = "2024-01-01"
    codes: frozenset[str] = frozenset()
    roles: dict[str, Any] = field(default_factory=dict)
    form: FileForm = FOUND_OUT
    kind: Literal["media", "kpi", "controls", "organic", "control_totals", "lift_tests"] = "media"


def read(case: Case) -> Any:
    """Read a file as the app does, with what a person corrects."""
    table = read_upload(case.content(), name=case.file, form=case.form)
    reading = guess(table, case.kind).reading
    if case.roles:
        reading = type(reading).from_dict(reading.as_dict() | case.roles)
    return _READERS[case.kind](table, reading)


def text(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Callable[[], bytes]:
    """Return a maker of lines of text."""
    return lambda: (end.join(lines) + end).encode(encoding)
