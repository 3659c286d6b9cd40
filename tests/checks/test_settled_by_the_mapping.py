"""What the mapping settles is no finding any more; what it settles in part still is one."""

import dataclasses

from finding_cases.scene import A, B, client, series

from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.scoping import Scoped

SUMMED = client(
    series({"a": A, "b": B, "both": A + B}),
    series({"TV": A[::-1], "TV budget": A[::-1] * 1.1}, source="tv.csv"),
)


def seen(*left_out: str) -> Scoped:
    """The client with these line items left out of the model."""

    def change(tree: Mapping) -> Mapping:
        own = [item for item, target in tree.choices.items() if target.path[0].split(". ")[1] in left_out]
        return tree.assign(own, Target(exclude="counts twice")) if own else tree

    return dataclasses.replace(SUMMED, tree=change).scoped


def codes(scoped: Scoped) -> set[str]:
    return {finding.code for finding in scoped.findings} & {"totals_row_left_in", "budget_beside_actual"}


def test_a_total_that_is_left_out_counts_no_more() -> None:
    assert codes(seen()) == {"totals_row_left_in", "budget_beside_actual"}
    assert codes(seen("both")) == {"budget_beside_actual"}
    assert codes(seen("both", "TV budget")) == set()


def test_leaving_out_something_else_settles_nothing() -> None:
    assert codes(seen("a", "TV")) == {"totals_row_left_in", "budget_beside_actual"}


def test_the_ground_keeps_what_the_mapping_has_settled() -> None:
    """Another mapping of the same files finds it again."""
    assert "totals_row_left_in" in {finding.code for finding in seen("both").ground.findings}
