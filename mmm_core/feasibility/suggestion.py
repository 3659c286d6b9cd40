"""What a specification might lack, or have too much of: a suggestion with its reason; people take it or leave it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mmm_core.modeling.specification import ModelSpecification

SuggestionCode = Literal[
    "trend",
    "level_shift",
    "more_waves",
    "fewer_waves",
    "holidays",
    "outlier",
    "control_lag",
    "control_transformation",
    "control_explains_nothing",
    "control_is_a_copy",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One of several changes that answer the same finding.

    Attributes
    ----------
    name : str
        As a button says it.
    does : str
        When it is right and what it does to the model, to follow the name.
    change : mapping
        As in `Suggestion`.
    """

    name: str
    does: str
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One change of a specification that the data speak for; never made without being asked for.

    Attributes
    ----------
    code : SuggestionCode
    subject : str
        What it is about: a control, a place, a period, or "".
    reason : str
        In plain words, with figures in the outcome's units.
    change : mapping
        Settings of the specification as plain values; what is a list is added to what is there, a control takes the
        place of the one of its name. `applied` does it.
    gain : float
        By how much the Bayesian information criterion falls; larger is clearer. 0 where it is not about fit.
    figures : mapping
        What the reason stands on.
    threshold : str
        From when on it is suggested, with its source.
    ways : tuple of Way
        Where people must choose between changes; `change` is that of the first. () where there is one.
    """

    code: SuggestionCode
    subject: str
    reason: str
    change: Mapping[str, Any]
    gain: float
    figures: Mapping[str, float]
    threshold: str
    ways: tuple[Way, ...] = ()

    def applied(self, specification: ModelSpecification, way: Way | None = None) -> ModelSpecification:
        """Return a specification with the change, or with that of another way."""
        plain = specification.as_dict()
        for name, value in (way or self).change.items():
            plain[name] = _joined(plain.get(name, []), value) if isinstance(value, list) else value
        return ModelSpecification.from_dict(plain)


def _joined(present: list[Any], added: list[Any]) -> list[Any]:
    """Add entries to a list; one with the name of another takes its place, one that is there stays."""
    names = {entry["name"] for entry in added if isinstance(entry, Mapping) and "first" not in entry}
    kept = [entry for entry in present if not (isinstance(entry, Mapping) and entry["name"] in names)]
    return [*kept, *(entry for entry in added if entry not in kept)]


def amount(value: float) -> str:
    """Write an amount in the outcome's units, without its sign."""
    size = abs(value)
    return f"{size:,.0f}" if size >= 100 else f"{size:,.3g}"


def more_or_less(value: float) -> str:
    """Write an amount with its sign."""
    return f"{'+' if value >= 0 else chr(0x2212)}{amount(value)}"
