"""What refits said of each group: figures alone, small enough for a row."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from mmm_core.validation.holdout_record import Holdout, Quartiles

Kind = Literal["weeks", "priors"]
"""Without the last weeks, or with priors drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """One refit.

    Attributes
    ----------
    kind : Kind
    changed : dict
        `periods`, how many of the last ones were left out; or the priors, see `priors_resampled`.
    r_hat_max : float
    roi : dict of group to (q25, q50, q75)
        A group that had not spent yet is not there.
    mean : dict of group to float
        Means of the ROI; empty in records of before there were any.
    """

    kind: Kind
    changed: dict[str, float]
    r_hat_max: float
    roi: dict[str, Quartiles]
    mean: dict[str, float] = field(default_factory=dict)

    def middle_of(self, group: str) -> float:
        """Return the mean of a group's ROI, the median where no mean was kept."""
        return self.mean.get(group, self.roi[group][1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """All refits of a fit, those of the folds not among them.

    Attributes
    ----------
    refits : tuple of Refit
    seconds : float
    """

    refits: tuple[Refit, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Stability":
        """Undo `as_dict`, also after a journey through JSON."""
        refits = tuple(
            Refit(
                kind=refit["kind"],
                changed=dict(refit["changed"]),
                r_hat_max=math.nan if refit["r_hat_max"] is None else float(refit["r_hat_max"]),
                roi={str(name): tuple(quartiles) for name, quartiles in refit["roi"].items()},
                mean={str(name): float(value) for name, value in refit.get("mean", {}).items()},
            )
            for refit in plain["refits"]
        )
        return cls(refits=refits, seconds=float(plain["seconds"]))


def all_refits(holdout: Holdout, stability: Stability | None) -> tuple[Refit, ...]:
    """Return the refits of the folds, which know fewer weeks, and all others; the one with the most weeks first."""
    last = holdout.folds[-1]
    periods = last.known + sum(row.fold == last.number for row in holdout.periods)
    folds = [
        Refit(
            kind="weeks",
            changed={"periods": float(periods - fold.known)},
            r_hat_max=fold.r_hat_max,
            roi=fold.roi,
            mean=fold.roi_mean,
        )
        for fold in holdout.folds
    ]
    others = list(stability.refits) if stability is not None else []
    shorter = [*folds, *(refit for refit in others if refit.kind == "weeks")]
    return (
        *sorted(shorter, key=lambda refit: refit.changed["periods"]),
        *(refit for refit in others if refit.kind == "priors"),
    )
