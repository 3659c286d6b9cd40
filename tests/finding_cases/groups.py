"""Groups, the tree, and how line items are spelled."""

from collections.abc import Callable

import numpy as np

from finding_cases.scene import WEEKS, A, B, Case, Scene, changed, clean, client, series
from mmm_core.findings import Severity
from mmm_core.taxonomy.mapping import Mapping, Rule, Target

OTHER = np.random.default_rng(41).uniform(0, 1, WEEKS)


def in_step(r: float) -> Scene:
    """Two groups with exactly this correlation."""
    one = (A - A.mean()) / A.std()
    other = B - np.polyval(np.polyfit(one, B, 1), one)
    return client(series({"a": A, "b": 500 + 90 * (r * one + np.sqrt(1 - r**2) * other / other.std())}))


def sparse(weeks: int) -> Scene:
    """A line item that runs in so many of 100 weeks."""
    active = np.zeros(WEEKS, dtype=bool)
    active[np.random.default_rng(4).permutation(100)[:weeks]] = True
    values = np.where(active, B[::-1], 0)[:100]
    return client(series({"a": A[:100], "b": B[:100], "c": values}))


def moving(variation: float) -> Scene:
    """A line item with exactly this coefficient of variation, never twice the same."""
    wobble = (OTHER - OTHER.mean()) / OTHER.std()
    return client(clean(c=500 * (1 + variation * wobble)))


def spelled(first: str, second: str, *, apart: bool) -> Scene:
    """Two spellings, in one group or in two."""
    table = series(
        {first: np.where(np.arange(WEEKS) < 60, A, 0), second: np.where(np.arange(WEEKS) < 60, 0, A), "b": B}
    )
    return client(table, tree=None if apart else _together)


def _together(tree: Mapping) -> Mapping:
    own = [item for item, target in tree.choices.items() if not _is_b(target)]
    return tree.release(own).assign(own, Target(path=("One",)))


def _is_b(target: Target) -> bool:
    return target.path[0].endswith(". b")


def tree(change: Callable[[Mapping], Mapping], **more: np.ndarray) -> Scene:
    return client(clean(**more), tree=change)


def rule(pattern: str) -> Callable[[Mapping], Mapping]:
    """Let a rule place "b" instead of a choice."""

    def placed(tree: Mapping) -> Mapping:
        own = [item for item, target in tree.choices.items() if _is_b(target)]
        return tree.release(own).with_rules([Rule(match={"campaign": (pattern,)}, target=Target(path=("By rule",)))])

    return placed


def released(tree: Mapping) -> Mapping:
    """Leave the line item without a group that stands last."""
    return tree.release(list(tree.choices)[-1:])


CASES = (
    Case(
        code="all_zero_group",
        severity=Severity.ERROR,
        fires=client(clean(c=np.zeros(WEEKS))),
        silent=client(),
        border=client(clean(c=changed(np.zeros(WEEKS), {50: 0.01}))),
        at=False,
    ),
    Case(
        code="negative_spend",
        variant="a group",
        severity=Severity.ERROR,
        fires=client(clean(c=changed(A[::-1], {5: -0.01}))),
        silent=client(),
        border=client(clean(c=changed(A[::-1], {5: 0.0}))),
        at=False,
    ),
    Case(
        code="constant_group",
        severity=Severity.ERROR,
        fires=client(clean(c=np.full(WEEKS, 100.0))),
        silent=client(),
        border=client(clean(c=100 + 1.01 * np.tile([1.0, -1.0], WEEKS // 2))),
        at=False,
        beside=frozenset({"constant_series"}),
    ),
    Case(
        code="collinear_groups",
        severity=Severity.NOTE,
        fires=in_step(0.95),
        silent=in_step(0.2),
        border=in_step(0.899),
        at=False,
    ),
    Case(
        code="mostly_zero",
        severity=Severity.WARNING,
        fires=sparse(29),
        silent=sparse(60),
        border=sparse(30),
        at=False,
        beside=frozenset({"short_history"}),
    ),
    Case(
        code="constant_series",
        variant="a group",
        severity=Severity.WARNING,
        fires=moving(0.09),
        silent=moving(0.3),
        border=moving(0.101),
        at=False,
    ),
    Case(
        code="unmapped_spend",
        severity=Severity.ERROR,
        fires=tree(released),
        silent=client(),
        border=tree(released, c=np.zeros(WEEKS)),  # the one without a group has no spend
        at=False,
    ),
    Case(
        code="unmapped_line_items",
        severity=Severity.NOTE,
        fires=tree(released, c=np.zeros(WEEKS)),
        silent=client(),
        border=tree(released),  # with spend it is more than a note
        at=False,
    ),
    Case(
        code="idle_rule",
        severity=Severity.NOTE,
        fires=tree(lambda tree: tree.with_rules([Rule(match={"campaign": ("z*",)}, target=Target(path=("Z",)))])),
        silent=tree(rule("b*")),
        border=tree(
            lambda tree: rule("b*")(tree).assign(list(tree.choices), Target(path=("All",)))
        ),  # choices come first
        at=True,
    ),
    Case(
        code="choice_without_line_item",
        severity=Severity.NOTE,
        fires=tree(lambda tree: tree.assign(["gone"], Target(path=tree.leaves[0]))),
        silent=client(),
        border=tree(lambda tree: tree.assign(["gone"], Target(path=tree.leaves[0])).release(["gone"])),
        at=False,
    ),
    Case(
        code="empty_group",
        severity=Severity.NOTE,
        fires=tree(lambda tree: tree.with_group(("Empty",))),
        silent=client(),
        border=tree(lambda tree: tree.with_group(("Full",)).assign(list(tree.choices)[:1], Target(path=("Full",)))),
        at=True,  # the group that the line item left stays in the tree
    ),
    Case(
        code="look_alike_names",
        variant="in two groups",
        severity=Severity.WARNING,
        fires=spelled("Brand_DE", "brand_de", apart=True),
        silent=spelled("Brand_DE", "Brand_AT", apart=True),
        border=spelled("Brand_DE", "DE_Brand", apart=True),  # the same words in another order
        at=False,
    ),
    Case(
        code="look_alike_names",
        variant="in one group",
        severity=Severity.NOTE,
        fires=spelled("Brand_DE", "brand_de", apart=False),
        silent=spelled("Brand_DE", "Brand_AT", apart=False),
        border=spelled("Brand_DE", "brand_de", apart=True),  # apart it is more than a note
        at=False,
    ),
    Case(
        code="mixed_script_names",
        severity=Severity.WARNING,
        fires=spelled("Story", "St\u043ery", apart=False),
        silent=spelled("Story", "Stories", apart=True),
        border=spelled("Story", "\u0421\u043a\u0438\u0434\u043a\u0430", apart=True),  # wholly of another script
        at=False,
    ),
)
