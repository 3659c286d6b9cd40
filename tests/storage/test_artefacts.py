"""Artefacts are complete and checksummed, or not there."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmm_core.errors import DamagedArtefact, NotFound
from mmm_core.storage.artefacts import UNFINISHED, ArtefactStore

KEY = "ab" * 32


def _write_two(folder: Path) -> None:
    (folder / "draws.nc").write_bytes(b"draws")
    (folder / "inner").mkdir()
    (folder / "inner" / "fit.json").write_text("{}")


@given(content=st.binary(max_size=2000))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_bytes_come_back_as_they_were_put(store: ArtefactStore, content: bytes) -> None:
    key = store.put_bytes(content)
    assert store.read_bytes(key) == content
    assert store.put_bytes(content) == key


def test_a_folder_comes_back_with_all_its_files(store: ArtefactStore) -> None:
    store.put_folder(KEY, _write_two)
    assert (store.folder(KEY) / "inner" / "fit.json").read_text() == "{}"


def test_a_key_that_is_there_is_not_written_again(store: ArtefactStore) -> None:
    store.put_folder(KEY, _write_two)
    store.put_folder(KEY, lambda _: pytest.fail("written twice"))
    assert list(store.keys()) == [KEY]


@pytest.mark.parametrize("harm", ["change", "remove", "add", "manifest"])
def test_a_damaged_artefact_is_named_and_replaced_when_put_again(store: ArtefactStore, harm: str) -> None:
    store.put_folder(KEY, _write_two)
    folder = store.folder(KEY)
    if harm == "change":
        (folder / "draws.nc").write_bytes(b"drawn")
    elif harm == "remove":
        (folder / "draws.nc").unlink()
    elif harm == "add":
        (folder / "extra").write_bytes(b"")
    else:
        (folder / "manifest.json").write_bytes(b"{")
    with pytest.raises(DamagedArtefact, match=r"does not match its checksum \(artefact abababababab\).*Upload"):
        store.folder(KEY)
    store.put_folder(KEY, _write_two)
    assert (store.folder(KEY) / "draws.nc").read_bytes() == b"draws"


def test_what_is_not_there_says_what_to_do(store: ArtefactStore) -> None:
    with pytest.raises(NotFound, match=r"not there.*Upload the source again"):
        store.folder(KEY)


@pytest.mark.parametrize("key", ["", "../../etc", "AB" * 32, "ab/cd", "."])
def test_a_key_never_leads_out_of_the_folder(store: ArtefactStore, key: str) -> None:
    with pytest.raises(ValueError, match="is not the key of an artefact"):
        store.has(key)


def test_a_writer_that_fails_leaves_nothing(store: ArtefactStore, tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_bytes(b"half")
        raise RuntimeError("disk on fire")

    with pytest.raises(RuntimeError, match="disk on fire"):
        store.put_folder(KEY, fail)
    assert not store.has(KEY)
    assert list((tmp_path / "artefacts" / UNFINISHED).iterdir()) == []


def test_writers_of_the_same_key_leave_one_whole_artefact(store: ArtefactStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        for outcome in [threads.submit(store.put_folder, KEY, _write_two) for _ in range(16)]:
            assert outcome.result() == KEY
    assert store.folder(KEY).is_dir()


_KILLED_BEFORE_THE_RENAME = """
import os, signal, sys
from pathlib import Path
from mmm_core.storage.artefacts import ArtefactStore

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

Path.rename = die
ArtefactStore(Path(sys.argv[1])).put_bytes(b"never finished")
"""


def test_a_kill_between_write_and_rename_leaves_a_readable_store(store: ArtefactStore, tmp_path: Path) -> None:
    kept = store.put_bytes(b"kept")
    folder = tmp_path / "artefacts"
    ended = subprocess.run([sys.executable, "-c", _KILLED_BEFORE_THE_RENAME, str(folder)], check=False)
    assert ended.returncode == -9
    assert len(list((folder / UNFINISHED).iterdir())) == 1
    assert list(store.keys()) == [kept]
    assert store.read_bytes(kept) == b"kept"
    assert store.remove_unfinished() == 0, "a writer at work is left alone"
    assert store.remove_unfinished(older_than=timedelta(0)) == 1
    assert store.read_bytes(store.put_bytes(b"never finished")) == b"never finished"
