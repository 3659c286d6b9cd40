"""An installation of its own for each test, and the small client as a project in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_client

from mmm_core.settings import Installation
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.scoping import Ground
from mmm_core.workflows.taking_in import take_in


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """Give an empty installation."""
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'test.sqlite'}")
    yield open_storage(installation)
    close_storage(installation)


@pytest.fixture
def client(storage: Storage, tmp_path: Path) -> str:
    """Give the id of a project with the small client's files and groups."""
    return take_in(storage, small_client.write_client(tmp_path / "client"), author="Test").id


@pytest.fixture
def ground(storage: Storage, client: str) -> Ground:
    """Give what the small client's files say."""
    return load_ground(storage, ground_key(storage, client))
