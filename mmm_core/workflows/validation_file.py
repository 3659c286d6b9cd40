"""What a run without a browser says of trust: `fit/validation.json`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmm_core.errors import BadInput
from mmm_core.jobs.messages import plain
from mmm_core.validation.agreement import agreements
from mmm_core.validation.folds import plan_folds
from mmm_core.validation.foresight import RIVALS, sum_up
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.patterns import changing, find_patterns, keeping
from mmm_core.validation.stability_record import all_refits
from mmm_core.validation.trust import Trust, trust_in
from mmm_core.workflows.progress_lines import Say, holdout_lines

if TYPE_CHECKING:
    from mmm_core.modeling.fit import Fit
    from mmm_core.panel.panel import Panel


def write_validation(panel: "Panel", fit: "Fit", path: Path, *, say: Say, standing: str) -> None:
    """Test a fit as the app does, and write what came of it: verdicts and checks, held-out periods, refits.

    With too short a history only the fit itself is checked, and every other check says so.

    Parameters
    ----------
    standing : str
        "draft" or "signed".
    """
    from mmm_core.validation.measures import measure_fit
    from mmm_core.validation.validate import validate

    try:
        plan = plan_folds(panel.data.sizes["period"], period=panel.period)
    except BadInput as error:
        why_not = f"{error.found}; {error.expected}."
        say(f"not tested on held-out periods: {why_not}")
        trust = trust_in(measure_fit(panel, fit), None, why_not=why_not)
    else:
        found = validate(panel, fit, plan, report=holdout_lines(say))
        trust = trust_in(found.measures, found)
    for verdict in trust.verdicts:
        say(f"{verdict.question} {verdict.answer[:1].upper()}{verdict.answer[1:]}. {verdict.why}")
    content = {"standing": standing, **validation_content(trust)}
    path.write_text(json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def validation_content(trust: Trust) -> dict[str, Any]:
    """Lay out what is said of a fit, the answers first."""
    content: dict[str, Any] = {
        "verdicts": [asdict(verdict) for verdict in trust.verdicts],
        "health": {"points": trust.health.points, "untested": trust.health.untested},
        "checks": [check.as_dict() for check in trust.checks],
    }
    if trust.holdout is None:
        return content
    return content | {
        "holdout": _holdout(trust.holdout),
        "stability": _stability(trust, trust.holdout),
        "decisions": trust.backtest.as_dict() if trust.backtest is not None else {},
    }


def _holdout(holdout: Holdout) -> dict[str, Any]:
    seen = asdict(sum_up(holdout))
    seen["rival"] = RIVALS[sum_up(holdout).rival]
    return {**seen, "held_out": [asdict(row) for row in holdout.periods], "seconds": holdout.seconds}


def _stability(trust: Trust, holdout: Holdout) -> dict[str, Any]:
    refits = all_refits(holdout, trust.stability)
    patterns = find_patterns(trust.measures, refits)
    agreed = agreements(trust.measures, refits)
    return {
        "keeps_showing_up": keeping(patterns),
        "changes": changing(patterns),
        "overlap": {
            kind: {"all": one.overlap, **{name: own.overlap for name, own in one.by_group.items()}}
            for kind, one in agreed.items()
        },
        "off": {
            kind: {name: {"refits": own.off, "of": own.of} for name, own in one.by_group.items() if own.off}
            for kind, one in agreed.items()
        },
        "told_by_prior": list(agreed["weeks"].untold),
        "refits": [asdict(refit) for refit in refits],
    }
