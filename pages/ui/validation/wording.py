"""Marks and words of the page Validation: a colour never stands without both."""

from mmm_core.errors import listed
from mmm_core.settings import Period
from mmm_core.validation.check import Status
from mmm_core.validation.stability_record import Refit
from mmm_core.validation.trust import Trust
from mmm_core.validation.verdicts import Answer, Verdict

ANSWERS: dict[Answer, str] = {
    "yes": ":green-badge[:material/check_circle: Yes]",
    "with caution": ":orange-badge[:material/error: With caution]",
    "no": ":red-badge[:material/cancel: No]",
    "not known yet": ":gray-badge[:material/help: Not known yet]",
}
STATUSES: dict[Status, str] = {
    "error": ":red-badge[:material/cancel: Problem]",
    "attention": ":orange-badge[:material/error: Attention]",
    "open": ":gray-badge[:material/help: Not tested]",
    "fine": ":green-badge[:material/check_circle: Fine]",
    "note": ":gray-badge[:material/info: Note]",
}
WORDS: dict[Status, str] = {
    "error": "\N{MULTIPLICATION X} problem",
    "attention": "! attention",
    "open": "? not tested",
    "fine": "\N{CHECK MARK} fine",
    "note": "i note",
}
_SAYS: dict[str, dict[Answer, str]] = {
    "forecast": {
        "yes": "it can forecast",
        "with caution": "its forecasts need caution",
        "no": "it cannot forecast",
        "not known yet": "whether it can forecast is not known yet",
    },
    "rank": {
        "yes": "it can rank the groups",
        "with caution": "it ranks the groups with caution",
        "no": "it cannot rank the groups",
        "not known yet": "whether it can rank the groups is not known yet",
    },
    "reach": {
        "yes": "it can advise beyond the spend seen so far",
        "with caution": "it may advise small steps beyond the spend seen so far",
        "no": "its advice ends where the spend seen so far ends",
        "not known yet": "beyond the spend seen so far it is untested",
    },
}


def in_a_sentence(trust: Trust) -> str:
    """Answer the page's question."""
    parts = [_SAYS[verdict.code][verdict.answer] for verdict in trust.verdicts]
    said = f"{', '.join(parts[:-1])}, and {parts[-1]}"
    lead = _lead(trust.verdicts)
    return f"{lead}: {said}. **{trust.health.points} of 100 health points**{_waiting(trust)}."


def _lead(verdicts: tuple[Verdict, ...]) -> str:
    forecast, rank, _ = (verdict.answer for verdict in verdicts)
    if forecast == "not known yet":
        return "Not proven yet"
    if forecast == "no":
        return "No"
    return "Yes, within the range seen" if forecast == rank == "yes" else "Partly"


def _waiting(trust: Trust) -> str:
    return f"; {trust.health.untested} more can only be earned by fitting again" if trust.health.untested else ""


def of_refit(refit: Refit, period: Period) -> str:
    """Say what a refit does otherwise than the fit."""
    changed = refit.changed
    if refit.kind == "weeks":
        return f"without the last {changed['periods']:.0f} {period}s"
    return (
        f"media bring {100 * changed['media_share']:.0f} %, spread {changed['effect_spread']:.2g}, spend works for "
        f"{changed['adstock_l_max']:.0f} {period}s, {changed['yearly_seasonality']:.0f} yearly waves"
    )


def left_out(trust: Trust) -> str:
    """Say what single folds could not know, "" where they knew everything."""
    if trust.holdout is None:
        return ""
    named = [f"{', '.join(fold.left_out)} (fold {fold.number})" for fold in trust.holdout.folds if fold.left_out]
    return f"Not known at the time, and so not part of the forecast: {listed(named)}." if named else ""
