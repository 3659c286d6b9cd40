"""What is to be said about lift tests that can be used: facts with figures, so that people decide with open eyes."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.modeling.calibrating.limits import CALIBRATION_LIMITS
from mmm_core.modeling.calibrating.measuring import standard_error
from mmm_core.modeling.calibrating.placing import Placed, place
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.panel.panel import Panel


def lift_test_findings(panel: Panel, tests: Sequence[LiftTest], *, adstock_l_max: int) -> tuple[Finding, ...]:
    """Judge tests that suit the panel.

    Parameters
    ----------
    adstock_l_max : int
        Periods over which spend can still work.

    Raises
    ------
    BadInput
        If a test does not suit the panel, see `placing.refuse_unsuited`.
    """
    found: list[Finding] = []
    for test in tests:
        placed = place(panel, test)
        found += [
            *_about_error(test),
            *_about_spend(panel, test, placed),
            *_about_length(panel, test, placed, adstock_l_max),
        ]
    return (*found, *_overlaps(panel, tests))


def missed_share(periods: float, kept: float, adstock_l_max: int) -> float:
    """Return the share of a lasting change's lift that the days of a test miss because carry-over has yet to build up.

    Exact where returns do not diminish: one minus the mean, over the periods of the test, of the share of the geometric
    weights that have come to bear.

    >>> round(missed_share(4, 0.6, 8), 2)
    0.31
    """
    weights = np.cumsum(kept ** np.arange(adstock_l_max))
    steps = math.ceil(periods)
    borne = weights[np.minimum(np.arange(steps), adstock_l_max - 1)] / weights[-1]
    lengths = np.minimum(periods - np.arange(steps), 1.0)
    return float(1 - (borne * lengths).sum() / periods)


def _about_error(test: LiftTest) -> Iterator[Finding]:
    limits = CALIBRATION_LIMITS
    if test.low is None or test.high is None:
        return
    if test.level < limits.least_level:
        yield _finding(
            "lift_test_low_level",
            test,
            f"its interval holds the truth in {test.level:.0%} of cases only.",
            evidence={"level": test.level},
            remedy="Enter the interval at 80 % or more if the experiment reports one; the error is read from it.",
            threshold=f"Level of the interval at least {limits.least_level:.0%} (Robyn's check of calibration inputs).",
        )
    if test.lift * test.spend_change < 0:
        yield _finding(
            "lift_test_wrong_sign",
            test,
            f"spend changed by {test.spend_change:+,.0f} and the outcome by {test.lift:+,.0f}. The model knows no "
            "effect below zero: it reads this as a small effect, as far as the interval allows.",
            evidence={"spend_change": test.spend_change, "lift": test.lift},
            remedy="Check the signs; keep the test if they are right, since leaving out what disappoints misleads.",
            threshold="Lift and spend change of the same sign.",
        )
    else:
        yield from _about_confidence(test, standard_error(test.low, test.high, test.level))
    middle, half = (test.low + test.high) / 2, (test.high - test.low) / 2
    if abs(test.lift - middle) > limits.lopsided * half:
        yield _finding(
            "lift_test_lopsided",
            test,
            f"the lift, {test.lift:,.0f}, is not in the middle of its interval, {test.low:,.0f} to {test.high:,.0f}; "
            "the model takes the error to be the same on both sides.",
            severity=Severity.NOTE,
            evidence={"lift": test.lift, "low": test.low, "high": test.high},
            threshold=f"At most {limits.lopsided:.0%} of half the width from the middle (judgement).",
        )


def _about_confidence(test: LiftTest, error: float) -> Iterator[Finding]:
    confidence = math.erf(abs(test.lift) / error / math.sqrt(2))
    if confidence < CALIBRATION_LIMITS.least_level:
        yield _finding(
            "lift_test_uncertain",
            test,
            f"its result differs from zero with a confidence of {confidence:.0%}: it says little about the effect.",
            evidence={"confidence": round(confidence, 4)},
            remedy="It may be used, its error weighs it down; a longer test or a larger change would say more.",
            threshold=f"Confidence of {CALIBRATION_LIMITS.least_level:.0%} (Robyn's check of calibration inputs).",
        )


def _about_spend(panel: Panel, test: LiftTest, placed: Placed) -> Iterator[Finding]:
    spent = float(placed.spent.sum())
    if test.usual_spend is None:
        yield _finding(
            "lift_test_usual_from_files",
            test,
            f"nobody named the usual spend; the files hold {spent:,.0f} {panel.currency} for these days, and that is "
            "taken as the spend without the change.",
            severity=Severity.NOTE,
            evidence={"files": spent},
            remedy="Enter the usual spend if the files hold what was spent during the test.",
        )
        return
    changed = test.usual_spend + test.spend_change
    if _near(spent, test.usual_spend) or _near(spent, changed):
        return
    yield _finding(
        "lift_test_spend_differs",
        test,
        f"the usual spend is said to be {test.usual_spend:,.0f} {panel.currency} ({changed:,.0f} with the change), and "
        f"the files hold {spent:,.0f} for these days.",
        evidence={"usual_spend": test.usual_spend, "with_change": changed, "files": spent},
        remedy="Check the days, the regions and the currency, and whether the group covers exactly what was tested.",
        threshold=f"Within {CALIBRATION_LIMITS.spend_differs:.0%} (Robyn's check of calibration inputs).",
    )


def _near(spent: float, named: float) -> bool:
    return abs(spent - named) <= CALIBRATION_LIMITS.spend_differs * named * (1 + 1e-9)


def _about_length(panel: Panel, test: LiftTest, placed: Placed, adstock_l_max: int) -> Iterator[Finding]:
    if placed.periods >= adstock_l_max:
        return
    kept = CALIBRATION_LIMITS.carry_overs
    missed = [missed_share(placed.periods, share, adstock_l_max) for share in kept]
    yield _finding(
        "lift_test_short",
        test,
        f"it took {_length(placed.periods, panel.period)}, and spend works for up to "
        f"{counted(adstock_l_max, panel.period)}. If the lift counts the days of the test alone, it misses "
        f"{missed[0]:.0%} of the effect where {kept[0]:.0%} carry over from {panel.period} to {panel.period}, and "
        f"{missed[1]:.0%} where {kept[1]:.0%} do.",
        evidence={"periods": placed.periods, "missed": dict(zip(map(str, kept), missed, strict=True))},
        remedy="Bring a lift that counts the time after the test as well.",
        threshold="As long as the carry-over.",
    )


def _length(periods: float, period: str) -> str:
    return counted(round(periods), period) if periods == round(periods) else f"{periods:.1f} {period}s"


def _overlaps(panel: Panel, tests: Sequence[LiftTest]) -> Iterator[Finding]:
    for group in dict.fromkeys(test.group for test in tests):
        own = [test for test in tests if test.group == group]
        sharing = [pair for pair in combinations(own, 2) if _share_days(panel, *pair)]
        if not sharing:
            continue
        spans = list(dict.fromkeys(f"{test.first} to {test.last}" for pair in sharing for test in pair))
        again = "" if len(spans) > 1 else ", twice the same days"
        yield Finding(
            code="lift_tests_overlap",
            severity=Severity.WARNING,
            message=f"Lift tests of {group} share days: {listed(spans)}{again}. Their errors are taken to be "
            "independent; what both got wrong for the same reason counts twice.",
            where=Place(groups=(group,)),
            evidence={"pairs": len(sharing)},
            remedy="Keep one of them if they come from the same experiment.",
            threshold="No day and region in common.",
        )


def _share_days(panel: Panel, one: LiftTest, other: LiftTest) -> bool:
    places = [set(place(panel, test).geos.tolist()) for test in (one, other)]
    return one.first <= other.last and other.first <= one.last and bool(places[0] & places[1])


def _finding(
    code: str,
    test: LiftTest,
    message: str,
    *,
    severity: Severity = Severity.WARNING,
    evidence: dict[str, object],
    remedy: str = "",
    threshold: str = "",
) -> Finding:
    label = test.label[0].upper() + test.label[1:]
    return Finding(
        code=code,
        severity=severity,
        message=f"{label}: {message}",
        where=Place(source=test.source, groups=(test.group,)),
        evidence=evidence,
        remedy=remedy,
        threshold=threshold,
        about=test.label,
    )
