"""What a rule does, before it is saved and after: matches, decides, conflicts, rules never reached."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.taxonomy.goals import goals, target_text
from mmm_core.taxonomy.mapping import Mapping, Rule
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import BY_CHOICE, Resolution, rule_masks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RulePreview:
    """What a rule at a position would do; all masks are bool arrays (items,).

    Attributes
    ----------
    matches : mask
        Line items whose names fit.
    decides : mask
        Those of them that it would send to its target: not held by a choice, not matched by a higher rule.
    taken_by_choice, taken_by_higher : mask
        Line items that it matches and something else decides.
    takes_from_lower : mask
        Line items that it would decide and a lower rule decides so far.
    agreeing : mask
        Line items that it matches and something else sends to its target already.
    conflicts : DataFrame
        Index line_item_id; name, decided_by ("choice", "rule 3": what decides now), goes_to (where that leads, as
        text), taken (whether this rule would decide instead), spend_micros; line items that it matches and something
        else sends elsewhere. The largest spend first.
    without_turn : tuple of int
        Positions of the rules that decide something so far and would decide nothing any more.
    spend_micros, decided_micros : int
        Spend of what it matches, and of what it would decide.
    """

    matches: np.ndarray
    decides: np.ndarray
    taken_by_choice: np.ndarray
    taken_by_higher: np.ndarray
    takes_from_lower: np.ndarray
    agreeing: np.ndarray
    conflicts: pd.DataFrame
    without_turn: tuple[int, ...]
    spend_micros: int
    decided_micros: int

    @property
    def against(self) -> pd.DataFrame:
        """What else decides its line items: decided_by, goes_to, taken, line_items, spend_micros; the largest first."""
        summed = self.conflicts.groupby(["decided_by", "goes_to", "taken"], sort=False)["spend_micros"]
        table = summed.agg(line_items="size", spend_micros="sum").reset_index()
        return table.sort_values("spend_micros", ascending=False, kind="stable", ignore_index=True)


def preview_rule(
    items: pd.DataFrame,
    resolution: Resolution,
    mapping: Mapping,
    rule: Rule,
    position: int | None = None,
    names: ReadNames | None = None,
) -> RulePreview:
    """Tell what a rule would do if it stood at a position of the mapping's rules.

    Parameters
    ----------
    resolution : Resolution
        Of `items` under `mapping`, without the rule.
    position : int, optional
        From 0; behind all rules by default.

    Raises
    ------
    BadInput
        If a pattern cannot be read, or the rule asks for an unknown dimension.
    """
    at = len(mapping.rules) if position is None else position
    matches = rule_masks(items, (rule,), names)[0]
    decider = resolution.deciders
    chosen, higher = matches & (decider == BY_CHOICE), matches & (decider >= 0) & (decider < at)
    lower = matches & (decider >= at)
    decides = matches & ~chosen & ~higher
    spend = items["spend_micros"].to_numpy(dtype=np.int64)
    goal, texts = goals(resolution)
    same = goal == _code(target_text(rule.target), texts)
    elsewhere = np.flatnonzero((chosen | higher | lower) & ~same)
    conflicts = pd.DataFrame(
        {
            "name": items["name"].iloc[elsewhere],
            "decided_by": resolution.table["decided_by"].iloc[elsewhere],
            "goes_to": np.array(texts, dtype=object)[goal[elsewhere]],
            "taken": lower[elsewhere],
            "spend_micros": spend[elsewhere],
        }
    )
    return RulePreview(
        matches=matches,
        decides=decides,
        taken_by_choice=chosen,
        taken_by_higher=higher,
        takes_from_lower=lower,
        agreeing=(chosen | higher | lower) & same,
        conflicts=conflicts.sort_values("spend_micros", ascending=False, kind="stable"),
        without_turn=tuple(sorted(set(decider[lower].tolist()) - set(decider[(decider >= at) & ~lower].tolist()))),
        spend_micros=int(spend[matches].sum()),
        decided_micros=int(spend[decides].sum()),
    )


def rule_facts(
    items: pd.DataFrame, mapping: Mapping, resolution: Resolution, names: ReadNames | None = None
) -> pd.DataFrame:
    """Count what each rule does.

    Returns
    -------
    DataFrame
        One row per rule in order: matches, matched_micros, decides, decided_micros, taken_by_choice, taken_by_higher
        (line items that it matches and something else decides), conflicts (those of them that go elsewhere) and
        conflict_micros, never_reached (it matches line items and decides none), asleep (it decides none because its
        group is archived).
    """
    masks = rule_masks(items, mapping.rules, names)
    decider = resolution.deciders
    spend = items["spend_micros"].to_numpy(dtype=np.int64)
    goal, texts = goals(resolution)
    archived = set(mapping.archived)
    rows = []
    for at, (rule, mask) in enumerate(zip(mapping.rules, masks, strict=True)):
        decides, chosen = decider == at, mask & (decider == BY_CHOICE)
        higher = mask & (decider >= 0) & (decider < at)
        elsewhere = (chosen | higher) & (goal != _code(target_text(rule.target), texts))
        rows.append(
            {
                "matches": int(mask.sum()),
                "matched_micros": int(spend[mask].sum()),
                "decides": int(decides.sum()),
                "decided_micros": int(spend[decides].sum()),
                "taken_by_choice": int(chosen.sum()),
                "taken_by_higher": int(higher.sum()),
                "conflicts": int(elsewhere.sum()),
                "conflict_micros": int(spend[elsewhere].sum()),
                "never_reached": bool(mask.any() and not decides.any() and rule.target.path not in archived),
                "asleep": rule.target.path in archived,
            }
        )
    return pd.DataFrame(rows, columns=list(_FACTS)).astype(_FACTS)


_FACTS = {
    **dict.fromkeys(("matches", "matched_micros", "decides", "decided_micros"), np.int64),
    **dict.fromkeys(("taken_by_choice", "taken_by_higher", "conflicts", "conflict_micros"), np.int64),
    **dict.fromkeys(("never_reached", "asleep"), np.bool_),
}


def _code(text: str, texts: tuple[str, ...]) -> int:
    return texts.index(text) if text in texts else -1
