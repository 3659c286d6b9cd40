"""Both halves of an installation's state, opened together."""

import threading
from dataclasses import dataclass

from mmm_core.settings import Installation
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.database import Database, open_database


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The rows and the artefacts."""

    database: Database
    artefacts: ArtefactStore


_opened: dict[Installation, Storage] = {}
_lock = threading.Lock()


def open_storage(installation: Installation) -> Storage:
    """Open (and migrate) once per process; later calls return the same. Raises as `open_database` does."""
    with _lock:
        if installation not in _opened:
            database = open_database(installation.database_url)
            _opened[installation] = Storage(database=database, artefacts=ArtefactStore(installation.artefacts))
        return _opened[installation]


def close_storage(installation: Installation) -> None:
    """Give the connections back; the next `open_storage` opens anew."""
    with _lock:
        storage = _opened.pop(installation, None)
    if storage is not None:
        storage.database.close()
