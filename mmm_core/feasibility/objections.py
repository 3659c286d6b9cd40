"""The analyst's objections to a grouping: rule, evidence, plain words. The machine names them, people settle them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np

from mmm_core import fingerprint
from mmm_core.panel.panel import Panel

Kind = Literal["pair", "group", "grouping", "analyst"]


class Verdict(StrEnum):
    """What the analyst advises; the lightest first."""

    KEEP = "keep"
    CAUTION = "keep with caution"
    EXPERIMENT = "experiment recommended"
    ROLL_UP = "roll up"


class Weight(StrEnum):
    """How much a reason weighs; the lightest first. What blocks must be settled before a fit."""

    CAUTION = "caution"
    SERIOUS = "serious"
    BLOCKS = "blocks"


_WEIGHTS = tuple(Weight)
_VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that a grouping breaks.

    Attributes
    ----------
    rule : str
        Its code.
    sentence : str
        What was seen, in plain words, with its figure.
    value : float
        The figure that was judged.
    threshold : str
        Where the line was drawn, and by whom.
    """

    rule: str
    weight: Weight
    verdict: Verdict
    sentence: str
    value: float
    threshold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the analyst holds against a pair of groups, a group, or the whole grouping.

    Attributes
    ----------
    kind : str
        "pair", "group", "grouping" (the number of groups as such), "analyst" (raised by hand).
    groups : tuple of str
        Whom it concerns; empty for the whole grouping.
    sentence : str
        The objection in plain words; the reasons add to it.
    caveat : str
        What is said beside the groups in every later result if they are kept all the same.
    reasons : tuple of Reason
        The heaviest first; empty when it was raised by hand.
    basis : str
        Fingerprint of the spend that it rests on: an answer holds as long as that stays.
    number : str
        Tells apart what was raised by hand about the same groups.
    """

    kind: Kind
    groups: tuple[str, ...]
    verdict: Verdict
    sentence: str
    caveat: str
    reasons: tuple[Reason, ...] = ()
    basis: str = ""
    number: str = ""

    @property
    def key(self) -> str:
        """Name what it is about; threads hang on it."""
        return fingerprint.short(fingerprint.of_content([self.kind, sorted(self.groups), self.number]))

    @property
    def fingerprint(self) -> str:
        """Name what an answer answers: the same advice, of the same weight, on the same spend; names do not count."""
        subject = [self.kind, self.number, str(self.verdict), str(self.weight), self.basis]
        return fingerprint.of_content(subject)

    @property
    def rule(self) -> str:
        """The rule that weighs most."""
        return self.reasons[0].rule if self.reasons else "raised_by_hand"

    @property
    def weight(self) -> Weight:
        """How much it weighs."""
        return self.reasons[0].weight if self.reasons else Weight.SERIOUS

    @property
    def needs_answer(self) -> bool:
        """Whether the client is asked; a caution is only told."""
        return self.verdict in (Verdict.ROLL_UP, Verdict.EXPERIMENT)

    @property
    def blocks(self) -> bool:
        """Whether no fit should be made before it is settled."""
        return self.weight is Weight.BLOCKS

    def as_dict(self) -> dict[str, object]:
        """Return the objection as plain values."""
        return {
            "kind": self.kind,
            "rule": self.rule,
            "weight": str(self.weight),
            "groups": list(self.groups),
            "verdict": str(self.verdict),
            "sentence": self.sentence,
            "reasons": [
                {
                    "rule": reason.rule,
                    "weight": str(reason.weight),
                    "sentence": reason.sentence,
                    "value": reason.value if np.isfinite(reason.value) else str(reason.value),
                    "threshold": reason.threshold,
                }
                for reason in self.reasons
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A grouping as the analyst sees it.

    Attributes
    ----------
    objections : tuple of Objection
        The heaviest first.
    verdicts : mapping of group to Verdict
        The heaviest that any objection has for it; "keep" where there is none.
    """

    objections: tuple[Objection, ...]
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)


def heaviest_first(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Order reasons by their weight, then by what they advise."""
    return tuple(sorted(reasons, key=lambda one: (-_WEIGHTS.index(one.weight), -_VERDICTS.index(one.verdict))))


def judgement(objections: Sequence[Objection], groups: Sequence[str]) -> Judgement:
    """Order objections and give each group its verdict."""
    ordered = sorted(
        objections,
        key=lambda one: (-_WEIGHTS.index(one.weight), -_VERDICTS.index(one.verdict), one.kind != "pair", one.groups),
    )
    verdicts = dict.fromkeys(groups, Verdict.KEEP)
    for one in ordered:
        for group in one.groups:
            if group in verdicts:
                verdicts[group] = max(verdicts[group], one.verdict, key=_VERDICTS.index)
    return Judgement(objections=tuple(ordered), verdicts=verdicts)


def basis_of(panel: Panel, groups: Sequence[str]) -> str:
    """Name the spend of some groups, however they are called, and the outcome that their effects would be read from."""
    spend = panel.data["spend"].values
    own = sorted(_named(spend[:, :, panel.groups.index(group)]) for group in groups)
    return fingerprint.of_content([own, _named(panel.data["kpi"].values)])


def _named(values: np.ndarray) -> str:
    return fingerprint.of_bytes(np.ascontiguousarray(values).tobytes())
