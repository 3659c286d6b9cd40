"""What a fit says of itself: convergence, closeness, residuals, baseline, what the data moved, plausible returns."""

import math
from collections.abc import Callable

from mmm_core.errors import counted, listed
from mmm_core.validation.check import Check, Status
from mmm_core.validation.limits import LIMITS, TrustLimits
from mmm_core.validation.measures import FitMeasures, GroupMeasure
from mmm_core.validation.scores import LEVELS, chance_of_so_few, chance_of_so_many


def check_fit(found: FitMeasures, limits: TrustLimits = LIMITS) -> tuple[Check, ...]:
    """Judge the figures of a fit; nothing in here proves that it can forecast."""
    return (
        check_convergence(found, limits),
        check_accuracy(found, limits),
        check_coverage(found, limits),
        check_residuals(found, limits),
        check_baseline(found, limits),
        check_shift(found, limits),
        check_returns(found, limits),
        note_shares(found),
    )


def check_convergence(found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether the chains found one answer."""
    hopeless = not found.r_hat_max < limits.r_hat_hopeless.value
    settled = found.r_hat_max < limits.r_hat.value and found.ess_min >= limits.effective_draws.value
    status: Status = "error" if hopeless else "fine" if settled and not found.divergences else "attention"
    said = {
        "fine": "The chains agree: the sampler found one answer.",
        "attention": "The chains have nearly met: read the second digit of any figure with care.",
        "error": "The chains do not agree: no figure of this fit can be read.",
    }
    if found.provisional and status == "attention":
        said["attention"] = "This is the provisional fit: a short run that the full one replaces."
    return Check(
        code="convergence",
        title="Did the sampler find one answer?",
        status=status,
        sentence=said[status],
        figure=f"r-hat {found.r_hat_max:.3f}, effective sample size {found.ess_min:,.0f}, "
        f"{counted(found.divergences, 'divergence')}",
        threshold=f"r-hat below {limits.r_hat.value:g}, effective sample size of {limits.effective_draws.value:.0f} or "
        f"more, no divergence; nothing holds from r-hat {limits.r_hat_hopeless.value:g} on",
        source=f"{limits.r_hat.source}; {limits.r_hat_hopeless.source}",
        remedy="" if status == "fine" else "Draw more, or merge groups that the push-back cannot tell apart",
    )


def check_accuracy(found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge how close the fit runs to what it saw."""
    useless = not found.r2 > limits.r2.value
    said = (
        "The model follows the outcome no better than its mean would."
        if useless
        else f"The model follows what it saw: it explains {100 * found.r2:.0f} % of the ups and downs and misses a "
        f"{found.period} by {percent(found.mape)} on average. Any model with enough parameters does, so this earns no "
        "trust."
    )
    return Check(
        code="accuracy",
        title="Does it follow what it saw?",
        status="error" if useless else "fine",
        sentence=said,
        figure=f"R2 {found.r2:.3f}, NRMSE {found.nrmse:.3f}, MAPE {percent(found.mape)}, CRPS {percent(found.crps)} "
        "of the mean outcome, in sample",
        threshold=f"R2 above {limits.r2.value:g}",
        source=limits.r2.source,
        remedy="Look for what moves the outcome and is not in the model: price, promotion, events" if useless else "",
    )


def check_coverage(found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether the ranges hold as many of the actuals that the model saw as they promise.

    Ranges that hold more are no fault here: a model runs closer to what it saw than to what it will meet.
    """
    narrow, _ = judge_coverage(found.hits, found.periods, limits)
    ending = ": the ranges are too narrow." if narrow != "fine" else "."
    told = telling_range(found.hits, found.periods, chance_of_so_few) if narrow != "fine" else -1
    return Check(
        code="coverage_seen",
        title="Are its ranges honest about what it saw?",
        status=narrow,
        sentence=f"Of the {counted(found.periods, found.period)} that it saw, {found.hits[told]} lie where "
        f"{10 * LEVELS[told]:.0f} in 10 should{ending}",
        figure=coverage_figure(found.hits, found.periods),
        threshold=_coverage_threshold(limits),
        source=limits.too_seldom.source,
        remedy="" if narrow == "fine" else "Look at what lies outside: an event without a control, a break, an outlier",
    )


def check_residuals(found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether errors repeat from one period to the next."""
    left = found.ljung_box < limits.left_in_residuals.value
    strong = left and abs(found.lag_correlation) >= limits.strong_residuals.value
    said = (
        f"Errors repeat from {found.period} to {found.period}: something that lasts is missing, and ranges are too "
        "narrow."
        if left
        else f"Errors of one {found.period} say nothing of the next: nothing that lasts is missing."
    )
    return Check(
        code="residuals",
        title="Is something missing that lasts?",
        status="error" if strong else "attention" if left else "fine",
        sentence=said,
        figure=f"Correlation with the error before {found.lag_correlation:.2f}, Durbin-Watson "
        f"{found.durbin_watson:.2f}, Ljung-Box p {found.ljung_box:.3f}",
        threshold=f"Ljung-Box p of {limits.left_in_residuals.value:g} or more; serious with a correlation of "
        f"{limits.strong_residuals.value:g} or more",
        source=f"{limits.left_in_residuals.source}; {limits.strong_residuals.source}",
        remedy="Add what lasts and is not in the model: a trend, a price change, a competitor" if left else "",
    )


def check_baseline(found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether what happens without media can be."""
    chance, periods = found.baseline_negative, found.baseline_negative_periods
    some = chance > limits.baseline_attention.value or periods > limits.baseline_periods.value
    status: Status = "error" if chance > limits.baseline_error.value else "attention" if some else "fine"
    said = (
        "What would happen without media stays above zero."
        if status == "fine"
        else f"Without media the outcome would be negative in {percent(periods)} of {found.period}s, which cannot be: "
        "media "
        "are credited with too much."
    )
    return Check(
        code="baseline",
        title="Is there life without media?",
        status=status,
        sentence=said,
        figure=f"Chance of a negative baseline over the window {percent(chance)}; {percent(periods)} of periods and "
        f"draws; media bring {percent(found.media_share)} of the outcome",
        threshold=f"Chance up to {percent(limits.baseline_attention.value)}, serious above "
        f"{percent(limits.baseline_error.value)}; up to {percent(limits.baseline_periods.value)} of periods",
        source=f"{limits.baseline_attention.source}; {limits.baseline_periods.source}",
        remedy="" if status == "fine" else "Tighten what groups are expected to bring, or add missing controls",
    )


def unmoved_groups(found: FitMeasures, limits: TrustLimits = LIMITS) -> tuple[GroupMeasure, ...]:
    """Return the groups that the data barely moved: told by the prior, and about where it was."""
    return tuple(
        group
        for group in found.groups
        if group.contraction < limits.told_by_prior.value and abs(group.shift) < limits.moved_far.value
    )


def check_shift(found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge for how much of the spend the data said anything."""
    still = unmoved_groups(found, limits)
    names = [group.group for group in still]
    share = sum(group.spend for group in still) / sum(group.spend for group in found.groups)
    attention = bool(still) and share > limits.unmoved_spend_attention.value
    status: Status = "error" if share > limits.unmoved_spend_error.value else "attention" if attention else "fine"
    said = f"The data had a say in all {len(found.groups)} groups."
    if still:
        moved = counted(len(found.groups) - len(still), "group")
        begin = f"The data had a say in {moved}. They" if status == "fine" else "The data"
        said = (
            f"{begin} barely moved {listed(names)} ({percent(share)} of spend): what is said of "
            f"{'it' if len(names) == 1 else 'them'} is what was believed before."
        )
    told = ", ".join(f"{group.group} {100 * group.contraction:.0f} %" for group in found.groups)
    return Check(
        code="prior_shift",
        title="Did the data have a say?",
        status=status,
        sentence=said,
        figure=f"Told by the data: {told}",
        threshold=f"A group counts as moved from {percent(limits.told_by_prior.value)} on, or by "
        f"{limits.moved_far.value:g} deviation of the prior; up to {percent(limits.unmoved_spend_attention.value)} of "
        f"spend may be unmoved, serious above {percent(limits.unmoved_spend_error.value)}",
        source=f"{limits.told_by_prior.source}; {limits.moved_far.source}; {limits.unmoved_spend_attention.source}",
        remedy=f"Vary the spend of {listed(names)}, or run a lift test there" if still else "",
    )


def check_returns(found: FitMeasures, limits: TrustLimits = LIMITS) -> Check:
    """Judge whether returns are of this world."""
    low, high = _plausible_returns(found, limits)
    odd = [group for group in found.groups if not low <= group.roi_mean <= high]
    too_much = found.media_share > limits.media_share.value
    parts = [f"{group.group} returns {group.roi_mean:.2g} per unit spent" for group in odd]
    parts += [f"all media together bring {percent(found.media_share)} of the outcome"] if too_much else []
    said = f"{listed(parts)[:1].upper()}{listed(parts)[1:]}: hard to believe." if parts else "Returns are plausible."
    status: Status = "error" if too_much or len(odd) * 2 > len(found.groups) else "attention" if odd else "fine"
    return Check(
        code="returns",
        title="Are the returns plausible?",
        status=status,
        sentence=said,
        figure=f"ROI {min(group.roi_mean for group in found.groups):.2g} to "
        f"{max(group.roi_mean for group in found.groups):.2g} (means); media {percent(found.media_share)} of the "
        "outcome",
        threshold=f"ROI from {low:.2g} to {high:.2g}; media up to {percent(limits.media_share.value)} of the outcome",
        source=f"{limits.roi_low.source if found.in_money else limits.roi_ratio.source}; {limits.media_share.source}",
        remedy=""
        if status == "fine"
        else "Check unit and completeness of the spend, then what the group stands in for",
    )


def _plausible_returns(found: FitMeasures, limits: TrustLimits) -> tuple[float, float]:
    """Return the range of plausible ROI: absolute where the outcome is money, about the average of all otherwise."""
    if found.in_money:
        return limits.roi_low.value, limits.roi_high.value
    spend = sum(group.spend for group in found.groups)
    average = sum(group.roi_mean * group.spend for group in found.groups) / spend
    return average / limits.roi_ratio.value, average * limits.roi_ratio.value


def note_shares(found: FitMeasures) -> Check:
    """Tell the distance between shares of contribution and of spend, which is no measure of quality."""
    return Check(
        code="rssd",
        title="How far is contribution from spend?",
        status="note",
        sentence="Shares of contribution differ from shares of spend by this distance. Robyn prefers models where it "
        "is small; that rewards saying that every group earns what it costs, so it is told here and judged nowhere.",
        figure=f"decomp.RSSD {found.rssd:.3f}",
        threshold="None",
        source="Robyn, multi-objective model selection",
    )


def judge_coverage(hits: tuple[int, ...], of: int, limits: TrustLimits = LIMITS) -> tuple[Status, Status]:
    """Judge whether intervals are too narrow, and whether they are too wide.

    Parameters
    ----------
    hits : tuple of int
        Actuals within the intervals of `scores.LEVELS`, of `of`.
    """
    few = min(chance_of_so_few(count, of, level) for count, level in zip(hits, LEVELS, strict=True))
    many = min(chance_of_so_many(count, of, level) for count, level in zip(hits, LEVELS, strict=True))
    narrow: Status = (
        "error" if few < limits.far_too_seldom.value else "attention" if few < limits.too_seldom.value else "fine"
    )
    # Ranges that are too wide promise less than they could: never more than worth a look.
    return narrow, "attention" if many < limits.far_too_seldom.value else "fine"


def telling_range(hits: tuple[int, ...], of: int, chance: Callable[[int, int, float], float]) -> int:
    """Return the place of the range whose hits are the least likely by chance: what a verdict stands on."""
    chances = [chance(count, of, level) for count, level in zip(hits, LEVELS, strict=True)]
    return chances.index(min(chances))


def coverage_figure(hits: tuple[int, ...], of: int) -> str:
    """Write how many actuals the ranges held."""
    parts = [f"{count} of {of} in the {100 * level:.0f} % range" for count, level in zip(hits, LEVELS, strict=True)]
    return ", ".join(parts)


def _coverage_threshold(limits: TrustLimits) -> str:
    return (
        f"No range holds so few that it would come about by chance in fewer than {percent(limits.too_seldom.value)} "
        f"of sound models; serious below {percent(limits.far_too_seldom.value)}"
    )


def percent(share: float) -> str:
    """Write a share in percent, with a decimal where it is small."""
    if math.isnan(share):
        return "unknown"
    return f"{100 * share:.1f} %" if 0 < abs(share) < 0.1 else f"{100 * share:.0f} %"
