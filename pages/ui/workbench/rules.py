"""Ordered rules: the first that matches decides; what each decides, what never gets its turn, what choices teach."""

import streamlit as st

from mmm_core.errors import counted
from mmm_core.taxonomy.mapping import Rule
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.numbers import money
from pages.ui.workbench.editing import commit
from pages.ui.workbench.rule_form import show_form, start_editing

_MOST_LEARNED = 3


def show_rules(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the rules in order with what they decide, those that choices suggest, and the form for another one."""
    rules = scoped.mapping.rules
    if not rules:
        st.caption(
            "No rules yet. A rule sorts present and future line items by their names, for instance `*brand*`. "
            "The first rule that matches decides; what you choose by hand beats every rule."
        )
    _learned(project, scoped, revision)
    facts = scoped.rule_facts
    for position, rule in enumerate(rules):
        _rule(project, scoped, revision, position, rule, facts.iloc[position])
    show_form(project, scoped, revision)


def show_way_out(project: str, revision: MappingRevision) -> None:
    """List the rules without what they decide, each with its removal: for when they do not fit the files."""
    for position, rule in enumerate(revision.mapping.rules):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{position + 1}.** {plain(rule.sentence())}")
            st.button(
                "Remove", key=f"rule-remove-{position}", icon=":material/delete:", on_click=_remove,
                args=(project, revision.number, position),
            )  # fmt: skip


def _learned(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Offer the rules that people's choices amount to."""
    currency = scoped.ground.settings.currency
    for position, learned in enumerate(scoped.learned_rules[:_MOST_LEARNED]):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(f":material/lightbulb: {plain(learned.because)}: make it a rule?")
                more = f"{counted(learned.also_matches, 'more line item')} ({money(learned.also_micros, currency)})"
                st.caption(
                    f"{plain(learned.rule.sentence())}. It would decide "
                    + (more if learned.also_matches else "nothing else now, and what later files bring")
                    + (f"; it contradicts {counted(learned.contradicts, 'choice')}." if learned.contradicts else ".")
                )
            st.button(
                "Make it a rule",
                key=f"learn-{position}",
                on_click=_insert,
                args=(project, revision.number, learned.rule, learned.position),
            )


def _rule(project: str, scoped: Scoped, revision: MappingRevision, position: int, rule: Rule, facts) -> None:
    number, last = revision.number, len(scoped.mapping.rules) - 1
    with st.container(border=True):
        words, up, down, edit, remove = st.columns([12, 1, 1, 1, 1], vertical_alignment="center", gap="small")
        words.markdown(f"**{position + 1}.** {plain(rule.sentence())}  \n:gray[{_facts(facts, scoped)}]")
        about = (project, number, position)
        up.button(
            "", key=f"rule-up-{position}", icon=":material/arrow_upward:", disabled=position == 0, on_click=_move,
            args=(*about, position - 1), help="Move this rule up: the first that matches decides.",
        )  # fmt: skip
        down.button(
            "", key=f"rule-down-{position}", icon=":material/arrow_downward:", disabled=position == last,
            on_click=_move, args=(*about, position + 1), help="Move this rule down.",
        )  # fmt: skip
        edit.button(
            "", key=f"rule-edit-{position}", icon=":material/edit:", on_click=start_editing,
            args=(project, position, rule), help="Change this rule.",
        )  # fmt: skip
        remove.button(
            "", key=f"rule-remove-{position}", icon=":material/delete:", on_click=_remove, args=about,
            help="Remove this rule.",
        )  # fmt: skip


def _facts(facts, scoped: Scoped) -> str:
    """Say what a rule decides and what stands in its way."""
    currency = scoped.ground.settings.currency
    if not facts["matches"]:
        return "matches nothing"
    if facts["asleep"]:
        return "sleeps, since its group is archived"
    if facts["never_reached"] and not facts["conflicts"]:
        agreeing = counted(int(facts["matches"]), "line item")
        return f"agrees with what decides its {agreeing} already; it will decide what later files bring"
    text = f"decides {counted(int(facts['decides']), 'line item')}, {money(int(facts['decided_micros']), currency)}"
    more = "more " if facts["decides"] else ""
    others = (("taken_by_choice", "chosen by hand"), ("taken_by_higher", "decided by a rule above"))
    text += "".join(f"; {int(facts[name]):,} {more}{why}" for name, why in others if facts[name])
    if conflicts := int(facts["conflicts"]):
        spend = money(int(facts["conflict_micros"]), currency)
        text += f"; {conflicts:,} of what it matches go{'es' * (conflicts == 1)} elsewhere ({spend})"
    text += "; **never gets its turn**" if facts["never_reached"] else ""
    return text


def _insert(project: str, number: int, rule: Rule, at: int) -> None:
    said = f"Added a rule: {rule.sentence()}"
    commit(project, number, lambda m: m.with_rules((*m.rules[:at], rule, *m.rules[at:])), said)


def _move(project: str, number: int, position: int, to: int) -> None:
    way = "up" if to < position else "down"

    def moved(rules: tuple[Rule, ...]) -> list[Rule]:
        left = list(rules)
        left.insert(to, left.pop(position))
        return left

    commit(project, number, lambda m: m.with_rules(moved(m.rules)), f"Moved rule {position + 1} {way}")


def _remove(project: str, number: int, position: int) -> None:
    def left(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return rules[:position] + rules[position + 1 :]

    commit(project, number, lambda m: m.with_rules(left(m.rules)), f"Removed rule {position + 1}")
