"""What a rule would do before it is saved: what it matches, what agrees, what else decides, who loses their turn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.mapping import Rule, Target
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.rule_preview import RulePreview, preview_rule
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import show_error
from pages.ui.escaping import plain
from pages.ui.numbers import money

_MOST_ROWS, _MOST_CONFLICTS = 50, 5


_ANYWHERE = Target(exclude="no goal yet")


def show_preview(
    scoped: Scoped, match: dict[str, tuple[str, ...]], target: Target | None, edited: int | None, place: int | None
) -> None:
    """Show what a new rule, or one that is changed, would do at a place among the others (None: last, or its own)."""
    items, names = scoped.ground.items, scoped.ground.names
    mapping, resolution, rules = scoped.mapping, scoped.resolution, scoped.mapping.rules
    own, rule = len(rules) if edited is None else edited, Rule(match=match, target=target or _ANYWHERE)
    if edited is not None:  # it is judged as if it were not there yet
        mapping = replace(mapping, rules=rules[:edited] + rules[edited + 1 :])
        resolution = resolve(items, mapping, names)
    try:
        seen = preview_rule(items, resolution, mapping, rule, own if place is None else place, names)
    except WorkshopError as error:
        show_error(error)
        return
    numbers = [at + 1 for at in range(len(rules)) if at != edited]
    sentences = _sentences(seen, rules, numbers, scoped.ground.settings.currency, goal_known=target is not None)
    st.markdown("\n".join(sentences))
    if seen.matches.any():
        _examples(scoped, seen, goal_known=target is not None)


def _sentences(
    seen: RulePreview, rules: tuple[Rule, ...], numbers: list[int], currency: str, *, goal_known: bool
) -> list[str]:
    matches = counted(int(seen.matches.sum()), "line item")
    free = int((seen.decides & ~seen.takes_from_lower).sum())
    decided = f"{int(seen.decides.sum()):,} ({money(seen.decided_micros, currency)})"
    said = [f"Matches **{matches}** ({money(seen.spend_micros, currency)}), would decide {decided}.", ""]
    if free:
        said.append(f"- {free:,} wait{'s' * (free == 1)} for a group so far.")
    if seen.agreeing.any():
        agreeing = int(seen.agreeing.sum())
        said.append(f"- {agreeing:,} go{'es' * (agreeing == 1)} there already.")
    against, kind = seen.against, "Clash" if goal_known else "Decided so far"
    for row in against.head(_MOST_CONFLICTS).to_dict("records"):
        what = f"{counted(int(row['line_items']), 'line item')} ({money(int(row['spend_micros']), currency)})"
        stays = "would come from there" if row["taken"] else ("stay" if row["line_items"] > 1 else "stays") + " there"
        said.append(f"- {kind}: {what}, {_by(row['decided_by'], numbers)} → {plain(row['goes_to'])}; {stays}.")
    if len(against) > _MOST_CONFLICTS:
        rest = int(against["line_items"].iloc[_MOST_CONFLICTS:].sum())
        said.append(f"- and {counted(rest, 'more line item')} of that kind.")
    said += [
        f"- :material/warning: **Rule {numbers[at]} would not get its turn any more**: "
        f"{plain(rules[numbers[at] - 1].sentence())}"
        for at in seen.without_turn
    ]
    return said


def _by(decided_by: str, numbers: list[int]) -> str:
    """Name what decides; rules by the number that the page shows."""
    return "by hand" if decided_by == "choice" else f"rule {numbers[int(decided_by.removeprefix('rule ')) - 1]}"


def _examples(scoped: Scoped, seen: RulePreview, *, goal_known: bool) -> None:
    """List what it matches, clashes first; while it leads nowhere yet, it clashes with nothing."""
    items = scoped.ground.items
    clashing = items.index.isin(seen.conflicts.index)
    at = np.flatnonzero(seen.matches)
    at = at[np.argsort(~clashing[at], kind="stable")][:_MOST_ROWS]
    groups = np.array([*scoped.mapping.groups, ""], dtype=object)
    table = scoped.resolution.table.iloc[at]
    out = (table["status"] == "excluded").to_numpy()
    now_in = np.where(out, "Left out: " + table["reason"].to_numpy(), groups[table["leaf"].to_numpy()])
    st.dataframe(
        pd.DataFrame(
            {
                "Line item": items["name"].iloc[at].to_numpy(),
                "Now in": now_in,
                "Decided by": table["decided_by"].to_numpy(),
                **({"Clash": np.where(clashing[at], "yes", "")} if goal_known else {}),
                "Spend": items["spend_micros"].iloc[at].to_numpy() / MICROS_PER_UNIT,
            }
        ),
        hide_index=True,
        height=210,
        key="rule-preview",
        column_config={
            "Line item": st.column_config.TextColumn(width="large"),
            "Spend": st.column_config.NumberColumn(format="%,.2f"),
        },
    )
