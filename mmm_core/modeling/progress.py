"""How far a fit is: what the worker reports and the page shows."""

from dataclasses import asdict, dataclass
from typing import Literal

Stage = Literal["build", "compile", "preview", "sample", "again", "summarise"]
STAGES: tuple[Stage, ...] = ("build", "compile", "sample", "summarise")
"""Stages of every fit. `preview`, a provisional fit, is there if somebody waits for it; `again`, a second and more
careful run, if the first did not settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainProgress:
    """One Markov chain: draws done of `total` (warm-up included), whether still warming up, divergences so far."""

    draws: int
    total: int
    tuning: bool
    divergences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A fit at one moment; `elapsed_seconds` since its start, `eta_seconds` to the end of the stage where known.

    `note` says why it takes longer than usual, "" when it does not.
    """

    stage: Stage
    elapsed_seconds: float
    chains: tuple[ChainProgress, ...] = ()
    eta_seconds: float | None = None
    note: str = ""

    @property
    def share(self) -> float | None:
        """Share of the draws that are done, 0 to 1, while sampling."""
        total = sum(chain.total for chain in self.chains)
        return sum(chain.draws for chain in self.chains) / total if total else None

    def as_dict(self) -> dict[str, object]:
        """Return plain values, for the job's row."""
        return asdict(self)
