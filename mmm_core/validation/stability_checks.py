"""What refits say of a model: whether its answers hang on the last weeks, and whether they hang on its priors."""

import math
from dataclasses import dataclass

from mmm_core.errors import counted, listed
from mmm_core.validation.agreement import Agreement, agreement
from mmm_core.validation.check import Check, Status
from mmm_core.validation.fit_checks import percent
from mmm_core.validation.holdout_checks import untested
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.limits import LIMITS, Limit, TrustLimits
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.stability_record import Refit, Stability, all_refits

_TITLES = {
    "stability": "Does it say the same with fewer weeks?",
    "priors": "Does it say the same with other priors?",
}


def check_refits(
    holdout: Holdout | None,
    stability: Stability | None,
    found: FitMeasures,
    limits: TrustLimits = LIMITS,
    *,
    why_not: str = "",
) -> tuple[Check, ...]:
    """Judge the refits; what was not refitted is open.

    Parameters
    ----------
    why_not : str
        Why there cannot be any, as a sentence.
    """
    if holdout is None:
        return tuple(untested(code, title, found.period, why_not) for code, title in _TITLES.items())
    refits = all_refits(holdout, stability)
    shorter, others = ([refit for refit in refits if refit.kind == kind] for kind in ("weeks", "priors"))
    why_not = f"{stability.why_not}." if stability is not None and stability.why_not else ""
    return (
        check_weeks(shorter, found, limits),
        check_priors(others, found, limits) if others else untested("priors", _TITLES["priors"], found.period, why_not),
    )


def check_weeks(refits: list[Refit], found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether fits that know fewer weeks say the same of each group."""
    agreed = agreement(found, refits, limits, told_by_data=True)
    fewer = counted(max(int(refit.changed["periods"]) for refit in refits), found.period)
    said = _Sentences(
        steady=f"Returns hold in {counted(len(refits), 'refit')} that know up to {fewer} fewer.",
        shaken=f"The return of {{moved}} hangs on the last weeks: in fits that know up to {fewer} fewer it is another "
        "one.",
        unsure=f"Returns change in {counted(len(refits), 'refit')} that know up to {fewer} fewer.",
        nothing="Nothing that could change: the returns are the prior's.",
        weighted="weighted by the spend that the data speak of",
    )
    return _check("stability", agreed, limits.moved_weeks, said, limits)


def check_priors(refits: list[Refit], found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether fits with priors drawn anew say the same of each group."""
    said = _Sentences(
        steady=f"Returns hold in {counted(len(refits), 'refit')} with other priors that one could have chosen as well.",
        shaken="The return of {moved} hangs on what was assumed: with other priors that one could have chosen as well "
        "it is another one.",
        unsure=f"Returns change with what is assumed, in {counted(len(refits), 'refit')} with other priors.",
        nothing="There is no group to compare.",
        weighted="weighted by spend",
    )
    return _check("priors", agreement(found, refits, limits), limits.moved_priors, said, limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentences:
    """What is said when answers hold, when single groups move, when all do a little, and when there is none."""

    steady: str
    shaken: str
    unsure: str
    nothing: str
    weighted: str


def _check(code: str, agreed: Agreement, moved_limit: Limit, said: _Sentences, limits: TrustLimits) -> Check:
    fine, error = limits.stable_attention, limits.stable_error
    moved = agreed.below(moved_limit.value)
    status: Status
    if math.isnan(agreed.overlap):
        status, sentence = "attention", said.nothing
    elif agreed.overlap < fine.value or moved:
        status = "error" if agreed.overlap < error.value else "attention"
        sentence = said.shaken.format(moved=listed(list(moved))) if moved else said.unsure
    else:
        status, sentence = "fine", said.steady
    each = ", ".join(f"{name} {percent(share)}" for name, share in agreed.by_group.items())
    return Check(
        code=code,
        title=_TITLES[code],
        status=status,
        sentence=sentence,
        figure=f"50 % ranges of the ROI overlap by {percent(agreed.overlap)} on average, {said.weighted}"
        + (f": {each}" if each else ""),
        threshold=f"Overlap of {percent(fine.value)} or more, and of {percent(moved_limit.value)} for each group; "
        f"serious below {percent(error.value)}",
        source=f"{fine.source}; {moved_limit.source}",
        remedy=""
        if status == "fine"
        else f"Do not act on {listed(list(moved)) if moved else 'single returns'} before a test",
    )
