"""One number for a standing look at a model: points out of 100, half of which only refits can give.

As in Meridian's reviewer a fit whose chains did not meet has 0 points, and the rest is a weighted mean of checks. The
weights are ours: trust is earned outside the sample, so skill and honest ranges on held-out periods and answers that
hold in refits carry half of the points, and what was not tested has not earned them. Wide ranges are easily honest and
what only the prior tells is easily stable, so a model that foresees no better than a plain forecast has few points
whatever else is fine.
"""

from dataclasses import dataclass

from mmm_core.validation.check import Check, Status

WEIGHTS: dict[str, int] = {
    "skill": 25,
    "coverage_unseen": 15,
    "stability": 5,
    "priors": 5,
    "prior_shift": 15,
    "convergence": 10,
    "returns": 10,
    "residuals": 5,
    "baseline": 5,
    "coverage_seen": 5,
}
"""Points per check. In order of what a wrong decision costs: a model that cannot foresee; ranges that promise too
much; a group that only the prior tells; answers that hang on the last weeks, or on what was assumed; then what speaks
against the fit itself. Closeness in sample has none."""

MOST_WITHOUT_SKILL = 30
"""Points at most of a model that foresees no better than a plain forecast. Judgement."""

_CREDIT: dict[Status, float] = {"fine": 1.0, "attention": 0.5, "error": 0.0, "open": 0.0, "note": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPart:
    """What one check gives, of what it could give."""

    code: str
    title: str
    points: float
    weight: int
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Points out of 100; `untested` of them wait for a holdout."""

    points: int
    untested: int
    parts: tuple[HealthPart, ...]


def health_of(checks: tuple[Check, ...]) -> Health:
    """Count the points of a model's checks."""
    by_code = {check.code: check for check in checks}
    parts = tuple(
        HealthPart(
            code=code,
            title=by_code[code].title,
            points=weight * _CREDIT[by_code[code].status],
            weight=weight,
            status=by_code[code].status,
        )
        for code, weight in WEIGHTS.items()
    )
    points = int(sum(part.points for part in parts))
    if by_code["skill"].status == "error":
        points = min(points, MOST_WITHOUT_SKILL)
    if by_code["convergence"].status == "error":
        points = 0
    return Health(
        points=points,
        untested=sum(part.weight for part in parts if part.status == "open"),
        parts=parts,
    )
