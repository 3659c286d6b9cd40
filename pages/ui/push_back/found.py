"""What the push-back says of the scope in view, in words and as tables for charts."""

import pandas as pd

from mmm_core.errors import counted, listed
from mmm_core.feasibility.answers import ObjectionState
from mmm_core.feasibility.limits import OBJECTION_LIMITS
from mmm_core.feasibility.objections import Verdict
from mmm_core.workflows.push_back import Feasibility, feasibility_of, objection_states, verdict_of
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import current_specification
from pages.ui.escaping import plain
from pages.ui.fits import colours, unit_of
from pages.ui.state import storage

MARKS = {
    Verdict.KEEP: "\N{CHECK MARK} keep",
    Verdict.CAUTION: "! keep with caution",
    Verdict.EXPERIMENT: "! experiment recommended",
    Verdict.ROLL_UP: "\N{MULTIPLICATION X} roll up",
}


def feasibility_now(project: str, scoped: Scoped) -> Feasibility:
    """Return the grouping in view as the analyst sees it; computed once per grouping."""
    return feasibility_of(scoped, current_specification(storage(), project).specification)


def states_now(project: str, scoped: Scoped) -> tuple[ObjectionState, ...]:
    """Return every objection with its thread."""
    return objection_states(storage(), project, scoped)


def return_unit(scoped: Scoped) -> str:
    """Return what an ROI counts."""
    currency = scoped.ground.settings.currency
    unit, kpi = unit_of(scoped), scoped.ground.data.kpi
    outcome = kpi.name if kpi is not None and unit == currency else unit
    return f"ROI: {outcome} per {currency} spent"


def chart_table(scoped: Scoped, feasibility: Feasibility, states: tuple[ObjectionState, ...]) -> pd.DataFrame:
    """Return the rows of the chart of what would be known."""
    if feasibility.found is None:
        return pd.DataFrame()
    colour = colours(scoped)
    return pd.DataFrame(
        [
            {
                "group": own.group,
                "q05": own.roi.low,
                "q50": own.roi.median,
                "q95": own.roi.high,
                "colour": colour[own.group],
                "verdict": MARKS[verdict_of(states, own.group)],
            }
            for own in feasibility.found.groups
        ]
    )


def apart_words(feasibility: Feasibility) -> str:
    """Say how many groups the data can tell apart, which only together, and of which they say too little."""
    found = feasibility.found
    if found is None:
        return ""
    names = [group.group for group in found.groups]
    only = [(pair.first, pair.second) for pair in found.pairs if not pair.told_apart]
    confused = {group for pair in only for group in pair}
    untold = [
        group.group
        for group in found.groups
        if group.group not in confused and (group.rough or group.contraction < OBJECTION_LIMITS.told_by_prior_caution)
    ]
    number = len(names) - len(confused) - len(untold)
    total = counted(len(names), "group")
    said = [f"The data can tell **{f'all {total}' if number == len(names) else f'{number} of {total}'}** apart"]
    if only:
        pairs = listed([f"{plain(first)} and {plain(second)}" for first, second in only], most=3)
        said.append(f"{pairs} can only be read together")
    if untold:
        said.append(f"of {plain(listed(untold, most=3))} they say less than the prior does")
    return f"{'; '.join(said)}."


def waiting_words(states: tuple[ObjectionState, ...]) -> str:
    """Say whose turn it is, "" when nothing waits."""
    client = sum(state.status in ("open", "changed") for state in states)
    analyst = sum(state.status == "answered" for state in states)
    said = [f"{counted(client, 'objection')} wait{'s' * (client == 1)} for the client's answer"] if client else []
    said += [f"{counted(analyst, 'answer')} wait{'s' * (analyst == 1)} for the analyst"] if analyst else []
    return f"{', '.join(said)}." if said else ""
