"""Words and marks for findings: how much one weighs, what kind it is, where it stands."""

from mmm_core.checks.threads import Action, Entry, FindingState
from mmm_core.findings import Severity
from pages.ui.checking.places import moment_in_words
from pages.ui.escaping import plain

WEIGHTS = {
    Severity.ERROR: (":red[:material/error:]", "Blocks the fit"),
    Severity.WARNING: (":orange[:material/warning:]", "Needs a look"),
    Severity.NOTE: (":gray[:material/info:]", "For the record"),
}
"""Mark and words per severity; a mark never stands without its words."""

_DID: dict[Action, str] = {
    "comment": "said",
    "accept": "accepted it",
    "waive": "waived it",
    "reopen": "opened it again",
    "fixed": "fixed it",
}
_SHORT = 190


def kind_in_words(code: str) -> str:
    """Say what kind of finding it is.

    >>> kind_in_words("control_total_differs")
    'Control total differs'
    """
    return code.replace("_", " ").capitalize()


def shortened(message: str) -> str:
    """Cut a message to what fits on two lines of a list, at the end of a word."""
    if len(message) <= _SHORT:
        return message
    return f"{message[:_SHORT].rsplit(' ', 1)[0].rstrip(' ,.;:(')} …"


def standing_in_words(state: FindingState) -> str:
    """Say where a finding stands, as text for Markdown."""
    by = plain(state.by)
    if state.status == "accepted":
        return f"accepted by {by}"
    if state.status == "waived":
        return f"waived by {by}"
    if state.status == "changed":
        return f"open again, it changed since {by} settled it"
    if state.status == "gone":
        fixed = next((entry for entry in reversed(state.entries) if entry.action == "fixed"), None)
        return f"fixed by {plain(fixed.author)}" if fixed else "not found any more"
    return "open" if state.severity is not Severity.NOTE else ""


def holder_in_words(state: FindingState) -> str:
    """Say who has it, "" when nobody does, as text for Markdown."""
    return f"{plain(state.assignee)} has it" if state.assignee else ""


def entry_in_words(entry: Entry) -> str:
    """Say who did what and when, as Markdown; the text of the entry stands below."""
    if entry.action == "assign":
        assignee = str(entry.detail.get("assignee", ""))
        did = f"gave it to {plain(assignee)}" if assignee else "took it off everybody's list"
    else:
        did = _DID[entry.action]
    role = f" ({entry.role})" if entry.role else ""
    return f"**{plain(entry.author)}**{role} {did} · :gray[{plain(moment_in_words(entry.at))}]"
