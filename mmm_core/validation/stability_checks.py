"""What refits say of a model: whether its answers hang on the last weeks, and whether they hang on its priors."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmm_core.errors import counted, listed
from mmm_core.validation.agreement import Agreement, GroupAgreement, agreement
from mmm_core.validation.check import Check, Status
from mmm_core.validation.fit_checks import percent
from mmm_core.validation.holdout_checks import untested
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.limits import LIMITS, TrustLimits
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
    return (
        check_weeks(shorter, found, limits),
        check_priors(others, found, limits) if others else untested("priors", _TITLES["priors"], found.period),
    )


def check_weeks(refits: list[Refit], found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether fits that know fewer weeks say the same of each group."""
    fewer = counted(max(int(refit.changed["periods"]) for refit in refits), found.period)
    know = "knows" if len(refits) == 1 else "know"
    said = _Sentences(count=len(refits), which=f"that {know} up to {fewer} fewer", reason="hangs on the last weeks")
    return _check("stability", agreement(found, refits, limits), len(found.groups), said, limits)


def check_priors(refits: list[Refit], found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether fits with priors drawn anew say the same of each group."""
    said = _Sentences(
        count=len(refits),
        which="with other priors that one could have chosen as well",
        reason="hangs on what was assumed",
    )
    return _check("priors", agreement(found, refits, limits), len(found.groups), said, limits)


def off_words(shaken: Mapping[str, GroupAgreement], which: str) -> str:
    """Name who is off in how many refits.

    >>> own, other = GroupAgreement(overlap=0.5, off=2, of=4), GroupAgreement(overlap=0.3, off=3, of=4)
    >>> off_words({"Search": own, "TV": other}, "with other priors")
    'Search is off in 2 of 4 refits with other priors, TV in 3 of 4'
    """
    (first, own), *others = shaken.items()
    parts = [f"{first} is off in {own.off} of {own.of} refits {which}"]
    return listed([*parts, *(f"{name} in {one.off} of {one.of}" for name, one in others)])


def untold_words(names: Sequence[str]) -> str:
    """Say of groups that only the prior tells that their agreement says nothing.

    >>> untold_words(["Radio"]), untold_words(["Radio", "TV"])
    ('Radio is told by what was assumed, so agreement says nothing', \
'Radio, TV are told by what was assumed, so agreement says nothing')
    """
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} told by what was assumed, so agreement says nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentences:
    """How many refits are spoken of, which, and why a group would be off in them."""

    count: int
    which: str
    reason: str


def _check(code: str, agreed: Agreement, groups: int, said: _Sentences, limits: TrustLimits) -> Check:
    fine, error = limits.stable_attention, limits.stable_error
    shaken = agreed.shaken(limits)
    refits = f"{counted(said.count, 'refit')} {said.which}"
    status: Status = "error" if agreed.overlap < error.value else "attention"
    if math.isnan(agreed.overlap):
        sentence = "Nothing that could change."
    elif shaken:
        return_ = "its return" if len(shaken) == 1 else "what they return"
        sentence = f"{off_words(shaken, said.which)}: {return_} {said.reason}."
    elif agreed.overlap < fine.value:
        sentence = f"Returns change in {refits}."
    else:
        status = "attention" if agreed.untold_share > limits.unmoved_spend_error.value else "fine"
        some = agreed.untold or len(agreed.by_group) < groups
        sentence = f"Returns{f' of {listed(list(agreed.by_group))}' if some else ''} hold in {refits}."
    if agreed.untold:
        sentence += f" {untold_words(agreed.untold)}."
    each = ", ".join(
        f"{name} {percent(own.overlap)}{f', off in {own.off} of {own.of}' if own.off else ''}"
        for name, own in agreed.by_group.items()
    )
    return Check(
        code=code,
        title=_TITLES[code],
        status=status,
        sentence=sentence,
        figure=f"50 % ranges of the ROI overlap by {percent(agreed.overlap)} on average over the spend of groups that "
        f"the data tell{f': {each}' if each else ''}",
        threshold=f"Average overlap of {percent(fine.value)} or more, serious below {percent(error.value)}; no group "
        f"off, with an overlap below {percent(limits.off.value)}, in half of the refits or more, and in two at least",
        source=f"{fine.source}; {limits.off_share.source}",
        remedy=""
        if status == "fine"
        else f"Do not act on {listed(list(shaken or agreed.untold)) or 'single returns'} before a test",
    )
