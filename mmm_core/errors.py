"""Broken contracts. Facts about the client's data are findings, see `mmm_core.findings`."""

from collections.abc import Sequence
from typing import ClassVar


class WorkshopError(Exception):
    """Say what was found, where, what was expected and what to do.

    Parameters
    ----------
    found : str
        What was met, with the offending value, as the start of a sentence without a full stop.
    where : str, optional
        File, sheet, rows, columns or key.
    expected : str, optional
        What would have been right, as the second half of the sentence.
    remedy : str, optional
        What the reader can do, as a sentence of its own.
    """

    code: ClassVar[str] = "workshop_error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, found: str, *, where: str = "", expected: str = "", remedy: str = "") -> None:
        self.found, self.where, self.expected, self.remedy = found, where, expected, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        sentence = self.found
        if self.where:
            sentence += f" ({self.where})"
        if self.expected:
            sentence += f"; {self.expected}"
        sentence += "."
        if self.remedy:
            sentence += f" {self.remedy}" if self.remedy.endswith("?") else f" {self.remedy.rstrip('.')}."
        return sentence


class BadInput(WorkshopError):
    """A file, a setting or an entry that cannot be used as it is."""

    code = "bad_input"
    title = "This input cannot be used as it is"


class BlockedFit(WorkshopError):
    """A fit was asked for while findings of severity error are open."""

    code = "blocked_fit"
    title = "Findings block the fit"


class NotFound(WorkshopError):
    """Something was asked for that does not exist (any more)."""

    code = "not_found"
    title = "This does not exist any more"


class EditConflict(WorkshopError):
    """Somebody else saved in between; nothing was overwritten."""

    code = "edit_conflict"
    title = "Somebody else saved in between"


class DamagedArtefact(WorkshopError):
    """A stored file does not match its checksum."""

    code = "damaged_artefact"
    title = "A stored file is damaged"


class FailedFit(WorkshopError):
    """Sampling ended without a posterior."""

    code = "failed_fit"
    title = "The fit failed"


class CancelledFit(WorkshopError):
    """Somebody asked for the fit to stop."""

    code = "cancelled_fit"
    title = "The fit was cancelled"


class OwnFault(WorkshopError):
    """The program itself failed where it should not have; the log has the details under a number."""

    code = "own_fault"
    title = "The app failed"


class FailedWorker(WorkshopError):
    """A background process ended or did not answer."""

    code = "failed_worker"
    title = "A background process ended"


def listed(values: Sequence[object], *, most: int = 5) -> str:
    """Name at most `most` values in the order given, then how many more there are."""
    shown = ", ".join(str(value) for value in values[:most])
    more = len(values) - most
    return f"{shown} and {more} more" if more > 0 else shown


def cut_short(text: str, most: int) -> str:
    """Cut a text to so many characters, with an ellipsis for what is left out.

    >>> cut_short("a merge", 7), cut_short("a merge of two", 9)
    ('a merge', 'a merge…')
    """
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def counted(number: int, noun: str) -> str:
    """Write a count with its noun in the right number.

    >>> counted(1, "row"), counted(2300, "line item")
    ('1 row', '2,300 line items')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
