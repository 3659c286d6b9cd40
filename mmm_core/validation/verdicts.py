"""What a model may be used for, in words: forecasting, ranking groups, advice beyond the spend that it has seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mmm_core.errors import counted, listed
from mmm_core.settings import Period
from mmm_core.validation.check import Check
from mmm_core.validation.fit_checks import unmoved_groups
from mmm_core.validation.folds import HORIZON
from mmm_core.validation.foresight import Foresight, sum_up
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.limits import LIMITS, TrustLimits
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.patterns import find_patterns, unsteady_pairs
from mmm_core.validation.stability_checks import untold_words
from mmm_core.validation.stability_record import Stability, all_refits

Answer = Literal["yes", "with caution", "no", "not known yet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One question and its answer.

    Attributes
    ----------
    code : str
    question : str
    answer : Answer
    why : str
        The reason in plain words.
    better : str
        What would improve it, "" where nothing is needed.
    rule : str
        When the answer is what.
    """

    code: str
    question: str
    answer: Answer
    why: str
    better: str
    rule: str


def judge(
    found: FitMeasures,
    holdout: Holdout | None,
    checks: tuple[Check, ...],
    limits: TrustLimits = LIMITS,
    *,
    stability: Stability | None = None,
) -> tuple[Verdict, ...]:
    """Answer the three questions.

    Parameters
    ----------
    found : FitMeasures
    holdout : Holdout, optional
        None while it was not run.
    checks : tuple of Check
        Of `check_fit`, `check_holdout` and `check_refits`.
    stability : Stability, optional
        None while nothing else was refitted.
    """
    by_code = {check.code: check for check in checks}
    seen, unsteady = None, frozenset[frozenset[str]]()
    if holdout is not None:
        seen = sum_up(holdout, limits)
        unsteady = unsteady_pairs(find_patterns(found, all_refits(holdout, stability), limits))
    forecast = can_forecast(by_code, seen, found.period)
    return forecast, can_rank(found, by_code, limits, unsteady=unsteady), can_reach(found, forecast, seen, limits)


def can_forecast(by_code: Mapping[str, Check], seen: Foresight | None, period: Period = "week") -> Verdict:
    """Answer from held-out periods alone; how well the model follows what it saw does not count."""
    answer: Answer
    if by_code["convergence"].status == "error":
        answer, why, better = "no", by_code["convergence"].sentence, by_code["convergence"].remedy
    elif seen is None:
        answer, why, better = "not known yet", by_code["skill"].sentence, by_code["skill"].remedy
    else:
        tested = [by_code[code] for code in ("skill", "coverage_unseen", "one_sided")]
        worst = next((check for check in tested if check.status == "error"), None)
        doubtful = next((check for check in tested if check.status == "attention"), None)
        answer = "no" if worst is not None else "with caution" if doubtful is not None else "yes"
        shown = worst or doubtful
        why = " ".join(dict.fromkeys([by_code["skill"].sentence, (shown or by_code["coverage_unseen"]).sentence]))
        better = shown.remedy if shown is not None else ""
    horizon = len(seen.by_ahead) if seen is not None else HORIZON[period]
    return Verdict(
        code="forecast",
        question=f"Can it forecast the next {counted(horizon, period)}?",
        answer=answer,
        why=why,
        better=better,
        rule="Yes: clearly better than last year's figures and last year's average, ranges that hold what they "
        "promise, misses on both sides, all on held-out periods. No: no better than one of the two, or ranges far too "
        "narrow.",
    )


def can_rank(
    found: FitMeasures,
    by_code: Mapping[str, Check],
    limits: TrustLimits = LIMITS,
    *,
    unsteady: frozenset[frozenset[str]] = frozenset(),
) -> Verdict:
    """Answer from how many pairs of groups are in a clear order that the data, and not the prior, brought about.

    Parameters
    ----------
    unsteady : frozenset of pairs
        Pairs that a refit puts in another order.
    """
    untold = [group.group for group in sorted(unmoved_groups(found, limits), key=lambda group: -group.spend)]
    sure = [
        (first, second) if chance >= 0.5 else (second, first)
        for first, second, chance in found.pairs
        if max(chance, 1 - chance) >= limits.ordered.value and not {first, second} <= set(untold)
    ]
    clear = [pair for pair in sure if frozenset(pair) not in unsteady]
    share = len(clear) / len(found.pairs) if found.pairs else 0.0
    shift = by_code["prior_shift"]
    rule = (
        f"A pair is in order when {100 * limits.ordered.value:.0f} in 100 draws agree, the data moved one of the two, "
        f"and no refit turns it round. Yes: {100 * limits.ordered_pairs.value:.0f} % of pairs, the data had a say in "
        "most of the spend, and refits with fewer weeks and other priors agree. No: no pair, or the prior tells half "
        "of the spend."
    )
    question = "Can it rank the groups?"
    settled = by_code["convergence"]
    if not found.pairs:
        return _ranking(question, "no", "There is one group: nothing to rank.", "", rule)
    if settled.status == "error":
        return _ranking(question, "no", settled.sentence, settled.remedy, rule)
    turned = f"; {len(sure) - len(clear)} more are clear but turn round in a refit" if len(sure) > len(clear) else ""
    said = f"A clear order for {len(clear)} of {counted(len(found.pairs), 'pair')} of groups{_ends(clear)}{turned}."
    weak = [check for check in _doubters(by_code) if check.status in ("attention", "error", "open")]
    if not clear or shift.status == "error":
        why = shift.sentence if shift.status != "fine" or not weak else _doubts(weak, untold)
        remedy = shift.remedy or "Vary spend between groups, or run a lift test on the one that decides"
        return _ranking(question, "no", f"{said} {why}", remedy, rule)
    if share < limits.ordered_pairs.value or weak:
        more = _doubts(weak, untold) if weak else "Leave the others unranked."
        remedy = weak[0].remedy if weak else "Run a lift test on two groups that the plan must choose between"
        return _ranking(question, "with caution", f"{said} {more}", remedy, rule)
    return _ranking(question, "yes", said, "", rule)


def _doubters(by_code: Mapping[str, Check]) -> tuple[Check, ...]:
    """Return the checks that can take certainty from a ranking."""
    return by_code["stability"], by_code["priors"], by_code["prior_shift"]


def _doubts(weak: list[Check], untold: Sequence[str]) -> str:
    """Say what refits doubt, and once who only the prior tells; where refits doubt nothing, what else does."""
    if weak[0].status == "open":
        return "Whether refits agree is not tested."
    refits = [check for check in weak if check.code in ("stability", "priors") and check.status != "open"]
    *others, last = (check.sentence for check in refits or weak[:1])
    said_again = f" {untold_words(untold)}."
    return " ".join([*(one.removesuffix(said_again) for one in others), last])


def _ranking(question: str, answer: Answer, why: str, better: str, rule: str) -> Verdict:
    return Verdict(code="rank", question=question, answer=answer, why=why, better=better, rule=rule)


def _ends(clear: list[tuple[str, str]]) -> str:
    """Name who is above most others, where somebody is."""
    if not clear:
        return ""
    winners = [first for first, _ in clear]
    best = max(dict.fromkeys(winners), key=winners.count)
    return f"; {best} returns more than {listed([second for first, second in clear if first == best], most=3)}"


def can_reach(found: FitMeasures, forecast: Verdict, seen: Foresight | None, limits: TrustLimits = LIMITS) -> Verdict:
    """Answer whether advice may leave the spend that the model has seen: never without being tested there."""
    spend = sum(group.spend for group in found.groups)
    bent = [group for group in found.groups if group.bend_contraction >= limits.bend_told.value]
    share = sum(group.spend for group in bent) / spend
    better = (
        "Raise the spend of one group for some weeks and watch, or run a lift test at the level that the plan needs"
    )
    answer: Answer = "no"
    if seen is None:
        answer, why, better = (
            "not known yet",
            "Not tested beyond the spend that it has seen.",
            f"Run the test on held-out {found.period}s",
        )
    elif forecast.answer == "no":
        why, better = "What cannot forecast within the seen range cannot advise beyond it.", forecast.better
    elif seen.beyond < limits.beyond_periods.value:
        few = (
            f"Only {counted(seen.beyond, f'held-out {found.period}')}" if seen.beyond else f"No held-out {found.period}"
        )
        why = (
            f"{few} had notable spend above anything seen before: beyond the range the curves follow their assumed "
            "shape. Keep plans within it."
        )
    elif share < limits.unmoved_spend_error.value:
        why = (
            f"For {100 * (1 - share):.0f} % of spend the bend of the curve is assumed, not learnt: keep plans within "
            "the range."
        )
    else:
        answer = "with caution"
        why = (
            f"{seen.beyond_hits} of {seen.beyond} held-out {found.period}s with spend above anything seen lay in the "
            f"90 % range, and the data bend the curves for {100 * share:.0f} % of spend: take small steps beyond the "
            "range and watch."
        )
    return Verdict(
        code="reach",
        question="Can it advise beyond the spend seen so far?",
        answer=answer,
        why=why,
        better=better,
        rule=f"Never a plain yes. With caution: it can forecast, {limits.beyond_periods.value:.0f} held-out periods or "
        "more had notable spend above the highest before, and the data tell the bend of the curves for half of the "
        "spend.",
    )
