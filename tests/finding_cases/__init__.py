"""Every finding code of the checks with a client that has it, one that has not, and one at the border between."""

from finding_cases import files, groups, ledger, organic, outcome, prices, shapes
from finding_cases.scene import Case, Scene

__all__ = ["CASES", "Case", "Scene"]

CASES: tuple[Case, ...] = (
    *(*files.CASES, *prices.CASES, *shapes.CASES),
    *(*outcome.CASES, *groups.CASES, *ledger.CASES, *organic.CASES),
)
