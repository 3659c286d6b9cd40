"""What is fixed per project and per installation."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Period = Literal["week", "day"]
USUAL_TOLERANCE = 0.01
"""Share of a control total that nobody asks about, until the client sets another."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettings:
    """Facts that every page and every figure of a project needs.

    `client` ties the projects of one client together; no figure depends on it. `tolerance` is the share of a control
    total by which a subtotal may miss it.
    """

    name: str
    currency: str = "EUR"
    period: Period = "week"
    week_start: str = "monday"
    client: str = ""
    tolerance: float = USUAL_TOLERANCE

    @property
    def periods_per_year(self) -> int:
        """52 weeks or 365 days."""
        return 52 if self.period == "week" else 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where this installation keeps its state."""

    data_dir: Path
    database_url: str

    @property
    def artefacts(self) -> Path:
        """Folder of the checksummed artefacts."""
        return self.data_dir / "artefacts"

    @classmethod
    def from_environment(cls) -> "Installation":
        """Read `MMM_WORKSHOP_DATA` (default `data`) and `DATABASE_URL` (default an SQLite file in it)."""
        data_dir = Path(os.environ.get("MMM_WORKSHOP_DATA", "data")).resolve()
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'workshop.sqlite'}"
        return cls(data_dir=data_dir, database_url=url)
