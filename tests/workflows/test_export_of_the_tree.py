"""A project that leaves the app takes its tree along: order and empty groups included."""

import io
import zipfile
from pathlib import Path

import small_client

from mmm_core.settings import Installation
from mmm_core.storage.opened import close_storage, open_storage
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.taking_in import export_project, take_in


def test_order_and_empty_groups_survive_the_way_out_and_in(tmp_path: Path) -> None:
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'test.sqlite'}")
    storage = open_storage(installation)
    project = take_in(storage, small_client.write_client(tmp_path / "client"), author="Test")
    base = current_mapping(storage, project.id)
    empty = ("A new", *base.mapping.leaves[0][1:-1], "Still empty")
    reordered = tuple(reversed((*base.mapping.leaves, empty)))
    content = base.mapping.as_dict() | {"leaves": [list(path) for path in reordered]}
    edit_mapping(storage, project.id, lambda m: m.from_dict(content), base=base, author="Test", message="Reordered")
    with zipfile.ZipFile(io.BytesIO(export_project(storage, project.id))) as packed:
        packed.extractall(tmp_path / "out")
    back = take_in(storage, tmp_path / "out" / "workshop.toml", author="Test")
    assert current_mapping(storage, back.id).mapping.leaves == reordered
    close_storage(installation)
