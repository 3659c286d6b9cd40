"""Where the steps of the journey stand."""

from datetime import UTC, datetime

import builders
import pytest

from mmm_core.settings import ProjectSettings
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.opening import journey
from mmm_core.workflows.scoping import Scoped, lay_ground, scope


def source(kind: SourceKind) -> Source:
    return Source(
        id=kind,
        project_id="p",
        kind=kind,
        name=f"{kind}.csv",
        sheet="",
        fingerprint=kind,
        artefact_key=kind,
        reading={},
        position=0,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_files_that_do_not_fit_together_need_somebody() -> None:
    marks = journey((source("media"), source("kpi")), None, has_fit=False)
    assert marks["data"] == "needs you"
    assert {marks[step] for step in ("mapping", "specification", "fit")} == {"blocked"}


def test_nothing_is_done_in_an_empty_project() -> None:
    assert "done" not in journey((), None, has_fit=False).values()


def test_the_specification_is_done_as_soon_as_there_is_something_to_model() -> None:
    ground = lay_ground(builders.weekly_project({"a": list(range(1, 61))}), ProjectSettings(name="Test"))
    empty = scope(ground, Mapping(leaves=()))
    assert journey((), empty, has_fit=False)["specification"] == "blocked"
    leaf = ("Brand", "Social", "Posts")
    mapped = scope(ground, Mapping(leaves=(leaf,)).assign(list(ground.items.index), Target(path=leaf)))
    assert journey((), mapped, has_fit=False)["specification"] == "done"


def mapped_scope() -> Scoped:
    """Return a scope with warnings and no error."""
    ground = lay_ground(builders.weekly_project({"a": list(range(1, 61))}), ProjectSettings(name="Test"))
    leaf = ("Brand", "Social", "Posts")
    return scope(ground, Mapping(leaves=(leaf,)).assign(list(ground.items.index), Target(path=leaf)))


@pytest.mark.parametrize(
    ("waiting", "mark", "fit"),
    [((0, 0), "done", "not started"), ((0, 2), "needs you", "not started"), ((1, 0), "blocked", "blocked")],
)
def test_checks_wait_for_what_nobody_settled_and_for_nothing_else(waiting, mark, fit) -> None:
    marks = journey((), mapped_scope(), has_fit=False, waiting=waiting)
    assert (marks["checks"], marks["fit"]) == (mark, fit)


@pytest.mark.parametrize(
    ("standing", "errors", "mark"),
    [
        ("draft", 0, "not started"),
        ("draft", 1, "blocked"),
        ("partly signed", 0, "needs you"),
        ("signed", 0, "done"),
    ],
)
def test_the_sign_off_is_done_when_all_three_have_signed(standing, errors, mark) -> None:
    marks = journey((), mapped_scope(), has_fit=False, waiting=(errors, 0), standing=standing)
    assert marks["sign_off"] == mark


@pytest.mark.parametrize(
    ("has_fit", "compared", "errors", "mark"),
    [
        (True, False, 0, "not started"),
        (True, True, 0, "done"),
        (False, True, 0, "done"),  # two others than the present scope stand side by side
        (False, False, 1, "blocked"),
    ],
)
def test_a_comparison_is_done_when_two_candidates_stand_side_by_side_and_not_by_a_fit(
    has_fit, compared, errors, mark
) -> None:
    marks = journey((), mapped_scope(), has_fit=has_fit, compared=compared, waiting=(errors, 0))
    assert marks["compare"] == mark
