"""Ordered rules: a pattern per column of the line item, the first that matches decides."""

import pandas as pd
import streamlit as st

from mmm_core.errors import counted
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import Rule, Target
from mmm_core.taxonomy.resolution import rule_masks
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import plain
from pages.ui.editing import save_edit
from pages.ui.numbers import money
from pages.ui.tree import choose_path


def show_rules(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the rules in order with what they decide, and a form for another one with a live preview."""
    rules = scoped.mapping.rules
    if not rules:
        st.caption(
            "No rules yet. A rule sorts present and future line items by their names, for instance `*brand*`. "
            "The first rule that matches decides."
        )
    for position, rule in enumerate(rules):
        _rule(project, scoped, revision, position, rule)
    with st.expander("Add a rule", expanded=not rules, icon=":material/add:"):
        _new_rule(project, scoped, revision)


def _rule(project: str, scoped: Scoped, revision: MappingRevision, position: int, rule: Rule) -> None:
    decides = int(scoped.resolution.rule_matches[position])
    rules = list(scoped.mapping.rules)
    with st.container(border=True):
        words, up, remove = st.columns([10, 1, 1], vertical_alignment="center")
        words.markdown(f"**{position + 1}.** {plain(rule.sentence())}  :gray[decides {counted(decides, 'line item')}]")
        if up.button(
            "",
            key=f"rule-up-{position}",
            icon=":material/arrow_upward:",
            disabled=position == 0,
            help="Move this rule up: the first that matches decides.",
        ):
            rules.insert(position - 1, rules.pop(position))
            save_edit(project, revision, lambda m: m.with_rules(rules), f"Moved rule {position + 1} up")
        if remove.button("", key=f"rule-remove-{position}", icon=":material/delete:", help="Remove this rule."):
            del rules[position]
            save_edit(project, revision, lambda m: m.with_rules(rules), f"Removed rule {position + 1}")


def _new_rule(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    items = scoped.ground.items
    names = list(dict.fromkeys([*dimensions_of(items), "line_item", "source"]))
    patterns = {}
    key = f"rule-{len(scoped.mapping.rules)}"  # an added rule leaves an empty form
    for name, column in zip(names, st.columns(min(len(names), 6)) * (len(names) // 6 + 1), strict=False):
        with column:
            patterns[name] = st.text_input(_label(name), key=f"{key}-{name}", placeholder="*")
    match = {name: (_as_glob(pattern),) for name, pattern in patterns.items() if pattern.strip()}
    path = choose_path(scoped.mapping, key=key)
    if not match:
        st.caption(
            "Write a word or a pattern under at least one column: `brand` stands for every name that holds it, "
            "`fb_*` for names that begin with fb_."
        )
        return
    preview = Rule(match=match, target=Target(path=path) if path else Target(exclude="preview"))
    mask = rule_masks(items, (preview,), scoped.ground.names)[0]
    taken = mask & (scoped.resolution.table["status"] != "unmapped").to_numpy()
    spend = money(int(items.loc[mask, "spend_micros"].sum()), scoped.ground.settings.currency)
    st.markdown(f"Matches **{int(mask.sum())} line items** ({spend}); {int(taken.sum())} of them are decided already.")
    if mask.any():
        st.dataframe(pd.DataFrame({"Name": items.loc[mask, "name"].head(8)}), hide_index=True, key="rule-preview")
    if st.button("Add the rule", key="rule-add"):
        if path is None:
            st.warning("Choose a group first, or complete the names of the new one.")
            return
        rule = Rule(match=match, target=Target(path=path))
        save_edit(project, revision, lambda m: m.with_rules((*m.rules, rule)), f"Added a rule: {rule.sentence()}")


def _as_glob(pattern: str) -> str:
    """Read a bare word as "holds this word"."""
    text = pattern.strip()
    return text if any(mark in text for mark in "*?[") else f"*{text}*"


def _label(name: str) -> str:
    return {"line_item": "Whole name", "source": "File"}.get(name, plain(name))
