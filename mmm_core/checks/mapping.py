"""Findings about the mapping: unmapped spend, rules never reached, groups without line items."""

from collections.abc import Iterator

import pandas as pd

from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.money import amount_text, spoken_amount
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping
from mmm_core.taxonomy.resolution import MAPPED, UNMAPPED, Resolution


def unmapped_spend(items: pd.DataFrame, resolution: Resolution, currency: str) -> Iterator[Finding]:
    """Find line items that no choice and no rule places; with spend they block the fit."""
    left = items[(resolution.table["status"] == UNMAPPED).to_numpy()]
    if left.empty:
        return
    with_spend = left[left["spend_micros"] != 0]
    total = int(left["spend_micros"].sum())
    amount, spoken = amount_text(total), spoken_amount(total)
    names = ", ".join(f"'{name}'" for name in left["name"].head(5))
    more = f" and {len(left) - 5} more" if len(left) > 5 else ""
    yield Finding(
        code="unmapped_spend" if len(with_spend) else "unmapped_line_items",
        severity=Severity.ERROR if len(with_spend) else Severity.NOTE,
        message=f"{counted(len(left), 'line item')} worth {spoken} {currency} wait for a group ({names}{more}).",
        where=Place(line_items=tuple(map(str, left.index[:50]))),
        evidence={"line_items": len(left), "amount": amount},
        remedy="Assign them to a group, or leave them out with a reason.",
        threshold="Every line item with spend is in a group, or left out with a reason.",
    )


def idle_rules(mapping: Mapping, resolution: Resolution) -> Iterator[Finding]:
    """Find rules that decide nothing: they match no line item, or earlier rules and choices come first."""
    for number, (rule, matches) in enumerate(zip(mapping.rules, resolution.rule_matches, strict=True), start=1):
        if matches == 0:
            yield Finding(
                code="idle_rule",
                severity=Severity.NOTE,
                message=f"Rule {number} ({rule.sentence()}) decides no line item.",
                evidence={"rule": number, "sentence": rule.sentence()},
                remedy="Correct its pattern, move it up, or remove it.",
                threshold="One line item at least.",
            )


def lost_choices(items: pd.DataFrame, mapping: Mapping) -> Iterator[Finding]:
    """Find choices for line items that are in no file (any more); they are kept and apply when the item comes back."""
    gone = sorted(item for item in mapping.choices if item not in items.index)
    if gone:
        yield Finding(
            code="choice_without_line_item",
            severity=Severity.NOTE,
            message=f"{len(gone)} choices are for line items that no file holds at present.",
            where=Place(line_items=tuple(gone[:50])),
            evidence={"choices": len(gone)},
            remedy="Nothing to do if a file is still to come; otherwise release them.",
            threshold="A choice is for a line item of the files.",
        )


def empty_groups(resolution: Resolution) -> Iterator[Finding]:
    """Find groups of the tree without a line item; they do not enter the model."""
    used = set(resolution.table.loc[resolution.table["status"] == MAPPED, "leaf"])
    for position, path in enumerate(resolution.leaves):
        if position not in used:
            yield Finding(
                code="empty_group",
                severity=Severity.NOTE,
                message=f"Group '{path[-1]}' ({PATH_SEPARATOR.join(path)}) holds no line item and is not in the model.",
                where=Place(groups=(path[-1],)),
                evidence={"path": list(path)},
                remedy="Assign line items to it or remove it from the tree.",
                threshold="One line item at least.",
            )
