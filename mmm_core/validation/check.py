"""What a check says."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["fine", "attention", "error", "open", "note"]
"""`open`: not tested yet. `note`: worth knowing, never held against the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look at a fit.

    Attributes
    ----------
    code : str
        Its name for good; the health score finds it by that.
    title : str
        What is looked at.
    status : Status
    sentence : str
        What was found, in plain words.
    figure : str
        The statistics behind it.
    threshold : str
        Where the line is drawn.
    source : str
        By whom.
    remedy : str
        What would improve it, "" where there is nothing to mend.
    """

    code: str
    title: str
    status: Status
    sentence: str
    figure: str
    threshold: str
    source: str
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)
