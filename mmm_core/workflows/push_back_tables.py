"""The push-back as tables: for the page, its downloads and the command line."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mmm_core.feasibility.answers import ObjectionState, caveats
from mmm_core.workflows.push_back import Feasibility, verdict_of


def resolvability_table(feasibility: Feasibility, states: Sequence[ObjectionState]) -> pd.DataFrame:
    """Return what would be known of each group before any fit, with the classical figures and the verdict.

    Returns
    -------
    DataFrame
        A row per group: `group`, `verdict`, `spend_share`, `contribution_q05`, `_q50`, `_q95` (KPI units over the
        window), `roi_q05`, `_q50`, `_q95` (KPI units per currency unit), `contraction`, `rough`, `inflation`,
        `active_weeks`, `weeks_since_start`, `variation`, `seasonal_share`, `control`, `control_correlation`,
        `regional_share`, `caveat`. Figures of the model are missing where no model can be fitted yet.
    """
    said = caveats(states, [facts.group for facts in feasibility.facts])
    rows = []
    for facts in feasibility.facts:
        row: dict[str, object] = {
            "group": facts.group,
            "verdict": str(verdict_of(states, facts.group)),
            "spend_share": facts.spend_share,
        }
        if feasibility.found is not None:
            own = feasibility.found.group(facts.group)
            for name, found in (("contribution", own.contribution), ("roi", own.roi)):
                row |= {f"{name}_q05": found.low, f"{name}_q50": found.median, f"{name}_q95": found.high}
            row |= {"contraction": own.contraction, "rough": own.rough}
        row |= {
            "inflation": facts.inflation,
            "active_weeks": facts.active_weeks,
            "weeks_since_start": facts.weeks_since_start,
            "variation": facts.variation,
            "seasonal_share": facts.seasonal_share,
            "control": facts.control,
            "control_correlation": facts.control_correlation,
            "regional_share": facts.regional_share,
            "caveat": said.get(facts.group, ""),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def pair_table(feasibility: Feasibility) -> pd.DataFrame:
    """Return every pair of groups: correlation of spend, periods in step, and of the effects' errors; the worst first.

    Returns
    -------
    DataFrame
        `first`, `second`, `spend_correlation`, `in_step`, `compared`, `effect_correlation`, `told_apart`; the last two
        are missing where no model can be fitted yet.
    """
    rows = []
    for pair in feasibility.pairs:
        told = feasibility.found.pair(pair.first, pair.second) if feasibility.found is not None else None
        rows.append(
            {
                "first": pair.first,
                "second": pair.second,
                "spend_correlation": pair.correlation,
                "in_step": pair.in_step,
                "compared": pair.compared,
                "effect_correlation": told.correlation if told is not None else None,
                "told_apart": told.told_apart if told is not None else None,
            }
        )
    columns = ["first", "second", "spend_correlation", "in_step", "compared", "effect_correlation", "told_apart"]
    return pd.DataFrame(rows, columns=columns).sort_values("spend_correlation", key=abs, ascending=False)


def with_caveats(table: pd.DataFrame, said: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with a column `group` and what is said beside each of them; unchanged where nothing is."""
    return table.assign(caveat=table["group"].map(said).fillna("")) if said else table
