"""What held-out weeks say of a model: skill, honest ranges, misses on one side."""

from mmm_core.errors import counted
from mmm_core.settings import Period
from mmm_core.validation.check import Check, Status
from mmm_core.validation.fit_checks import coverage_figure, judge_coverage, percent, telling_range
from mmm_core.validation.foresight import RIVALS, Foresight, sum_up
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.limits import LIMITS, TrustLimits
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.scores import LEVELS, chance_of_so_few, chance_of_so_many

_UNTESTED = "Not tested: the model has not been asked about {period}s that it did not see."
_RUN = "Run the test on held-out {period}s"
_TITLES = {
    "skill": "Does it foresee better than a plain forecast?",
    "coverage_unseen": "Are its ranges honest about what it did not see?",
    "one_sided": "Does it miss on both sides?",
}


def check_holdout(
    holdout: Holdout | None, found: FitMeasures, limits: TrustLimits = LIMITS, *, why_not: str = ""
) -> tuple[Check, ...]:
    """Judge a holdout; without one every check is open.

    Parameters
    ----------
    why_not : str
        Why there cannot be one, as a sentence.
    """
    if holdout is None:
        return tuple(untested(code, title, found.period, why_not) for code, title in _TITLES.items())
    seen = sum_up(holdout, limits)
    return (
        check_skill(seen, found.period, limits),
        check_coverage(seen, found.period, limits),
        check_sides(seen, found.period, limits),
    )


def untested(code: str, title: str, period: Period, why_not: str = "") -> Check:
    """Return a check that nothing is known for yet."""
    sentence, remedy = (why_not, "Add history") if why_not else (_UNTESTED, _RUN)
    return Check(
        code=code,
        title=title,
        status="open",
        sentence=sentence.replace("{period}", period),
        figure="",
        threshold="",
        source="",
        remedy=remedy.replace("{period}", period),
    )


def check_skill(seen: Foresight, period: Period, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether the model foresees better than the better of two plain forecasts."""
    clear, enough = seen.no_gain < limits.no_gain.value, seen.skill >= limits.skill.value
    useless = seen.skill <= 0 or not (clear or enough)
    status: Status = "error" if useless else "fine" if clear and enough else "attention"
    off = f"it misses a held-out {period} by {percent(seen.mape)} on average, {RIVALS[seen.rival]} by"
    off = f"{off} {percent(seen.rival_mape)}; the model was better in {seen.folds_won} of {_stretches(seen.folds)}."
    said = {
        "fine": f"{off[:1].upper()}{off[1:]}",
        "attention": f"It is hardly a better forecast than {RIVALS[seen.rival]}: {off}",
        "error": f"It is no better forecast than {RIVALS[seen.rival]}: {off}",
    }
    return Check(
        code="skill",
        title=_TITLES["skill"],
        status=status,
        sentence=said[status],
        figure=f"Skill {seen.skill:.2f} (CRPS {seen.crps:,.3g} against {seen.rival_crps:,.3g}), p of no gain "
        f"{seen.no_gain:.3f}; MAPE {percent(seen.mape)} against {percent(seen.rival_mape)}",
        threshold=f"Skill of {limits.skill.value:g} or more, and p below {limits.no_gain.value:g}; one of them alone "
        "needs caution, skill of 0 or less is none. The rival is the better of last year's figures and last year's "
        "average",
        source=f"{limits.skill.source}; {limits.no_gain.source}",
        remedy=""
        if status == "fine"
        else "Add what moves the outcome and is known ahead: prices, promotions, holidays",
    )


def _stretches(number: int) -> str:
    return f"{number} stretch{'es' * (number != 1)}"


def check_coverage(seen: Foresight, period: Period, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether ranges hold as many held-out actuals as they promise."""
    few, many = judge_coverage(seen.hits, seen.periods, limits)
    told = -1
    ending = ", within what chance allows." if seen.hits[-1] < LEVELS[-1] * seen.periods else "."
    if few != "fine":
        told, ending = telling_range(seen.hits, seen.periods, chance_of_so_few), ": its ranges promise too much."
    elif many != "fine":
        told, ending = telling_range(seen.hits, seen.periods, chance_of_so_many), ": its ranges are wider than need be."
    return Check(
        code="coverage_unseen",
        title=_TITLES["coverage_unseen"],
        status=few if few != "fine" else many,
        sentence=f"{seen.hits[told]} of {seen.periods} held-out {period}s lie in the range that should hold "
        f"{LEVELS[told] * seen.periods:.0f}{ending}",
        figure=coverage_figure(seen.hits, seen.periods),
        threshold=f"By chance in at least {percent(limits.too_seldom.value)} of sound models; serious below "
        f"{percent(limits.far_too_seldom.value)}. Neighbouring weeks share their errors, so a single run of misses "
        "weighs less than its number",
        source=limits.too_seldom.source,
        remedy="Read its ranges as too narrow; look for a break or an event in the weeks outside"
        if few != "fine"
        else "",
    )


def check_sides(seen: Foresight, period: Period, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether misses keep to one side, the second sign of a stale model."""
    one_sided = seen.one_sided < limits.one_sided.value
    low = 2 * seen.too_low > seen.periods
    count = seen.too_low if low else seen.periods - seen.too_low
    return Check(
        code="one_sided",
        title=_TITLES["one_sided"],
        status="attention" if one_sided else "fine",
        sentence=f"The outcome came in {'above' if low else 'below'} the middle of the forecast in {count} of "
        f"{counted(seen.periods, period)}" + (": it keeps missing on one side." if one_sided else "."),
        figure=f"Sign test p {seen.one_sided:.3f}",
        threshold=f"p of {limits.one_sided.value:g} or more",
        source=limits.one_sided.source,
        remedy="Something has been changing that the model does not know: add a trend, or refresh it"
        if one_sided
        else "",
    )
