"""From an edit of the mapping to subtotals, at 10,000 line items x 156 weeks."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measure import Measure, at_most, median_seconds
from mmm_core.ingest.line_items import line_item_id
from mmm_core.schema import WHOLE_MARKET, MediaTable, ProjectData
from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import close_storage, open_storage
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.scoping import Ground, lay_ground, scope

_ITEMS, _WEEKS, _GROUPS = 10_000, 156, 12
_SOURCE = "issue 3: edit -> saved -> subtotals"


def measures() -> Iterator[Measure]:
    """Time regrouping alone, beside a plain pandas groupby of the records, and with saving."""
    ground, frame = _ground()
    mapping = _mapping(ground)
    ours = median_seconds(lambda: scope(ground, mapping).subtotals)
    yield at_most("regroup 10k line items x 156 weeks -> subtotals", 1000 * ours, "ms", 100, _SOURCE)
    group_of = dict(zip(ground.items.index, scope(ground, mapping).resolution.table["leaf"], strict=True))
    plain = median_seconds(lambda: _plain(frame, group_of), times=3)
    yield at_most(
        "the same, to a plain pandas map + groupby",
        ours / plain,
        "ratio",
        2.0,
        "own: at most twice a plain re-computation",
    )
    for count, name, goal in ((50, "edit", 100), (5_000, "5k line items assigned", 200)):
        with tempfile.TemporaryDirectory() as held:
            seconds = _saved(ground, mapping, Path(held), count)
        yield at_most(f"{name} -> saved in SQLite -> subtotals, 10k line items", 1000 * seconds, "ms", goal, _SOURCE)


def _saved(ground: Ground, mapping: Mapping, folder: Path, count: int) -> float:
    """Return the median seconds of assigning so many line items in one edit."""
    installation = Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'bench.sqlite'}")
    storage = open_storage(installation)
    project = create_project(storage, ProjectSettings(name="Benchmark"), author="bench")
    edit_mapping(
        storage, project.id, lambda _: mapping, base=current_mapping(storage, project.id), author="bench", message=""
    )
    turn = iter(range(10**6))

    def edit() -> None:
        base = current_mapping(storage, project.id)
        target = Target(path=mapping.leaves[next(turn) % _GROUPS])
        saved = edit_mapping(
            storage,
            project.id,
            lambda m: m.assign(ground.items.index[:count], target),
            base=base,
            author="bench",
            message="",
        )
        _ = scope(ground, saved.mapping).subtotals

    seconds = median_seconds(edit)
    close_storage(installation)
    return seconds


def _ground() -> tuple[Ground, pd.DataFrame]:
    rng = np.random.default_rng(1)
    names = [f"campaign {number:05d} group {number % _GROUPS:02d}" for number in range(_ITEMS)]
    ids = np.array([line_item_id({"campaign": name}) for name in names])
    dates = pd.date_range("2023-01-02", periods=_WEEKS, freq="7D")
    records = pd.DataFrame(
        {
            "row": np.arange(2, _ITEMS * _WEEKS + 2),
            "line_item_id": pd.Categorical.from_codes(np.repeat(np.arange(_ITEMS), _WEEKS), ids),
            "date": np.tile(dates.to_numpy(), _ITEMS),
            "geo": pd.Categorical.from_codes(np.zeros(_ITEMS * _WEEKS, dtype=np.int8), [WHOLE_MARKET]),
            "spend_micros": rng.integers(0, 10**9, _ITEMS * _WEEKS),
            "exposure": np.nan,
        }
    )
    items = pd.DataFrame({"campaign": names}, index=pd.Index(ids, name="line_item_id"))
    table = MediaTable(
        source="bench.csv",
        dimensions=("campaign",),
        records=records,
        line_items=items,
        raw_rows=len(records),
        raw_micros=int(records["spend_micros"].sum()),
    )
    return lay_ground(ProjectData(media=(table,)), ProjectSettings(name="Benchmark")), records


def _mapping(ground: Ground) -> Mapping:
    rules = tuple(
        Rule(match={"campaign": (f"*group {number:02d}",)}, target=Target(path=("All", f"Group {number}")))
        for number in range(_GROUPS)
    )
    return Mapping(levels=("Top", "Group"), rules=rules).assign(
        ground.items.index[:500], Target(path=("All", "Group 0"))
    )


def _plain(frame: pd.DataFrame, group_of: dict[str, int]) -> pd.Series:
    group = frame["line_item_id"].map(group_of)
    return frame.groupby([group, frame["date"]], observed=True)["spend_micros"].sum()
