"""The form for a rule, new or changed, with a live preview of what it would do."""

import re

import streamlit as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import Rule, Target
from mmm_core.taxonomy.names import is_expression, is_pattern
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.state import problem_once
from pages.ui.workbench.editing import commit
from pages.ui.workbench.places import choose_path, chosen_path, settle_on
from pages.ui.workbench.rule_effect import show_preview
from pages.ui.workbench.rule_place import choose_place, place_now, placed

_GROUP, _OUT = "To a group", "Out of the model"
_SEPARATOR = " | "
_PART = re.compile(r"\s*(/[^/].*?/(?=\s*(?:\||$))|(?:\\\||[^|])+)")
"""A regular expression up to its second slash, or whatever stands before the next `|`."""


def start_editing(project: str, position: int, rule: Rule) -> None:
    """Open the form with a rule's content; a callback."""
    stop_editing(project)
    st.session_state[f"rule-edited-{project}"] = (position, rule)
    key = _key(project)
    for name, patterns in rule.match.items():
        st.session_state[f"{key}-{name}"] = written(patterns)
    st.session_state[f"{key}-goal"] = _OUT if rule.target.exclude else _GROUP
    st.session_state[f"{key}-reason"] = rule.target.exclude
    st.session_state[f"{key}-path"] = rule.target.path or None


def stop_editing(project: str) -> None:
    """Leave the form empty for a new rule; a callback."""
    st.session_state.pop(f"rule-edited-{project}", None)
    turn = f"rule-turn-{project}"
    st.session_state[turn] = st.session_state.get(turn, 0) + 1


def show_form(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the form; it has the key `rule-<turn>`."""
    begun = st.session_state.get(f"rule-edited-{project}")
    edited = _place(begun, scoped.mapping.rules)
    with st.expander(
        "Add a rule" if edited is None else f"Change rule {edited + 1}",
        expanded=begun is not None or not scoped.mapping.rules,
        icon=":material/rule:",
        key=f"rule-form-{edited}",
    ):
        if begun is not None and edited is None:
            st.caption(f"The rule “{plain(begun[1].sentence())}” is gone or was changed meanwhile; this one is added.")
        _form(project, scoped, revision, edited)


def _place(begun: tuple[int, Rule] | None, rules: tuple[Rule, ...]) -> int | None:
    """Return where the rule that is being changed stands by now: rules above it may have come, gone or moved."""
    if begun is None:
        return None
    places = [at for at, rule in enumerate(rules) if rule == begun[1]]
    return min(places, key=lambda at: abs(at - begun[0]), default=None)


def _form(project: str, scoped: Scoped, revision: MappingRevision, edited: int | None) -> None:
    key, items = _key(project), scoped.ground.items
    names = list(dict.fromkeys([*dimensions_of(items), "line_item", "source"]))
    for name, column in zip(names, st.columns(min(len(names), 5)) * (len(names) // 5 + 1), strict=False):
        with column:
            st.text_input(_label(name), key=f"{key}-{name}", placeholder="*")
    st.segmented_control("Goes", [_GROUP, _OUT], default=_GROUP, key=f"{key}-goal", required=True)
    if st.session_state[f"{key}-goal"] == _OUT:
        st.text_input("because", key=f"{key}-reason")
    else:
        choose_path(scoped.mapping, key=key)
    choose_place(scoped.mapping.rules, edited, key)
    match = _match(key, names)
    if match:
        target = _target_of(key, len(scoped.mapping.levels))
        show_preview(scoped, match, target, edited, place_now(key))
    else:
        st.caption(
            "Write a word or a pattern under at least one column: `brand` stands for every name that holds it, "
            "`fb_*` for names that begin with fb_, `=Radio` for exactly that name, `/^(fb|ig)_/` is a regular "
            "expression; `|` between patterns is or, `\\|` the sign itself."
        )
    with st.container(horizontal=True):
        st.button(
            "Add the rule" if edited is None else "Save the rule",
            key="rule-add",
            disabled=not match,
            on_click=_save,
            args=(project, revision.number, edited, names, len(scoped.mapping.levels)),
        )
        if edited is not None:
            st.button("Leave it as it is", key="rule-cancel", on_click=stop_editing, args=(project,))


def _save(project: str, number: int, edited: int | None, names: list[str], levels: int) -> None:
    key = _key(project)
    match = _match(key, names)
    target = _target_of(key, levels)
    if not match or target is None:
        problem_once(
            BadInput(
                "The rule is not complete",
                expected="a pattern, and a group or a reason to leave line items out, were expected",
                remedy="Complete it",
            )
        )
        return
    rule, place = Rule(match=match, target=target), place_now(key)
    said = f"Added a rule: {rule.sentence()}" if edited is None else f"Rule {edited + 1} is now: {rule.sentence()}"
    if commit(project, number, lambda m: m.with_rules(placed(m.rules, rule, edited, place)), said):
        stop_editing(project)
        if target.path:
            settle_on(_key(project), levels, target.path)


def _match(key: str, names: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the patterns as they stand at this moment."""
    written = {name: (st.session_state.get(f"{key}-{name}") or "").strip() for name in names}
    return {name: _patterns(text) for name, text in written.items() if text}


def written(patterns: tuple[str, ...]) -> str:
    """Write patterns as `_patterns` reads them."""
    parts = (
        pattern if is_expression(pattern) else ("" if is_pattern(pattern) else "=") + pattern.replace("|", r"\|")
        for pattern in patterns
    )
    return _SEPARATOR.join(parts)


def _patterns(text: str) -> tuple[str, ...]:
    """Cut at `|`, but not within a regular expression; `=name` is exactly this name, a bare word "holds this word"."""
    parts = [part.strip().replace(r"\|", "|") for part in _PART.findall(text)]
    return tuple(_pattern(part) for part in parts if part.strip("="))


def _pattern(part: str) -> str:
    if part.startswith("="):
        return part[1:].strip()
    return part if is_pattern(part) else f"*{part.replace('[', '[[]')}*"


def _target_of(key: str, levels: int) -> Target | None:
    if st.session_state.get(f"{key}-goal") == _OUT:
        reason = (st.session_state.get(f"{key}-reason") or "").strip()
        return Target(exclude=reason) if reason else None
    path = chosen_path(key, levels)
    return Target(path=path) if path else None


def _key(project: str) -> str:
    return f"rule-{st.session_state.get(f'rule-turn-{project}', 0)}"


def _label(name: str) -> str:
    return {"line_item": "Whole name", "source": "File"}.get(name, plain(name))
