"""Where the steps of the journey stand."""

from datetime import UTC, datetime

import builders

from mmm_core.settings import ProjectSettings
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.opening import journey
from mmm_core.workflows.scoping import lay_ground, scope


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
