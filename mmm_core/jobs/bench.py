"""What a job has at hand while it is carried out, and what it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mmm_core.jobs.pulse import Pulse
from mmm_core.storage.database import Session
from mmm_core.storage.jobs import Job
from mmm_core.storage.opened import Storage

if TYPE_CHECKING:
    from mmm_core.jobs.task import FitWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a job has at hand.

    Attributes
    ----------
    pulse : Pulse
        Takes progress, and tells whether to stop.
    work : FitWork
        Makes the fits.
    """

    storage: Storage
    pulse: Pulse
    work: "FitWork"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a job leaves.

    Attributes
    ----------
    register : callable
        Writes the rows, in the transaction that ends the job: both are there, or neither. Artefacts are put before.
    """

    register: Callable[[Session], object]


class Runner(Protocol):
    """Carries out the jobs of one kind, on a worker."""

    def __call__(self, job: Job, bench: Bench) -> Made:
        """Do the work of a claimed job; raise `CancelledFit` when the pulse says to stop."""
