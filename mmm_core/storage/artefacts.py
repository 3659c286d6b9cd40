"""Heavy things as folders of files, named by what they were made from: complete and checksummed, or not there.

`<first two of key>/<key>/` holds the files and `manifest.json` with their sha256. A folder is written under a
temporary name in `unfinished/`, flushed to disk and renamed, so a crash at any moment leaves a readable store.
"""

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from mmm_core import fingerprint
from mmm_core.errors import DamagedArtefact, NotFound
from mmm_core.storage.durable import checksum, flush_folder, flush_tree

MANIFEST = "manifest.json"
UNFINISHED = "unfinished"
ABANDONED_AFTER = timedelta(hours=1)
"""Writing takes seconds; a temporary name older than this was left by a crash."""

_CONTENT = "content"
_KEY = re.compile(r"[0-9a-f]{16,64}")


class ArtefactStore:
    """Artefacts of one installation. Safe for several threads and processes at once.

    Parameters
    ----------
    folder : Path
        Made when missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / UNFINISHED

    def put_bytes(self, content: bytes) -> str:
        """Keep the content and return its key, the sha256 of the content."""
        key = fingerprint.of_bytes(content)
        self.put_folder(key, lambda folder: _write(folder / _CONTENT, content))
        return key

    def put_folder(self, key: str, write: Callable[[Path], object]) -> str:
        """Keep the files that `write` makes in the folder it is given; a key that is there already is kept as it is.

        Parameters
        ----------
        key : str
            Fingerprint of what the artefact was made from, in hex.
        write : callable
            Writes at least one file. Not called when the artefact is there and whole.
        """
        if self._is_whole(key):
            os.utime(self._path(key))  # put again just now: the sweep of unheld artefacts leaves it alone
            return key
        self._unfinished.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f"{key[:12]}-", dir=self._unfinished))
        try:
            write(temporary)
            manifest = {name: checksum(temporary / name) for name in _files(temporary)}
            _write(temporary / MANIFEST, json.dumps(manifest, indent=1).encode())
            flush_tree(temporary)
            self._move_into_place(temporary, key)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return key

    def folder(self, key: str) -> Path:
        """Return the folder of an artefact after checking every file in it; only read from it.

        Raises
        ------
        NotFound
            If there is no such artefact.
        DamagedArtefact
            If a file is missing, changed or new.
        """
        path = self._path(key)
        if not path.is_dir():
            raise NotFound(
                "A stored file is not there",
                where=f"artefact {fingerprint.short(key)}",
                remedy="Upload the source again, or run the fit again",
            )
        damaged = _damaged(path)
        if damaged:
            raise DamagedArtefact(
                f"The stored file '{damaged}' does not match its checksum",
                where=f"artefact {fingerprint.short(key)}",
                expected="a stored file never changes",
                remedy="Upload the source again, or run the fit again: the damaged copy is then replaced",
            )
        return path

    def read_bytes(self, key: str) -> bytes:
        """Return what `put_bytes` kept; raises as `folder` does."""
        return (self.folder(key) / _CONTENT).read_bytes()

    def has(self, key: str) -> bool:
        """Tell whether the artefact is there, without checking its files."""
        return self._path(key).is_dir()

    def remove(self, key: str) -> None:
        """Remove an artefact for good; one that is not there is no error. See `holds` for which may be removed."""
        path = self._path(key)
        if not path.is_dir():
            return
        self._unfinished.mkdir(parents=True, exist_ok=True)
        doomed = Path(tempfile.mkdtemp(prefix="removed-", dir=self._unfinished))
        path.rename(doomed / "removed")
        shutil.rmtree(doomed, ignore_errors=True)

    def keys(self, *, older_than: timedelta = timedelta(0)) -> Iterator[str]:
        """Name the artefacts that were last put longer ago than this."""
        for path in sorted(self._folder.glob("??/*")):
            if _KEY.fullmatch(path.name) and _age_seconds(path) >= older_than.total_seconds():
                yield path.name

    def remove_unfinished(self, *, older_than: timedelta = ABANDONED_AFTER) -> int:
        """Remove what crashed writers left behind and return how many there were."""
        left = [path for path in self._unfinished.glob("*") if _age_seconds(path) >= older_than.total_seconds()]
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        return len(left)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"'{key}' is not the key of an artefact; a key is 16 to 64 hexadecimal digits.")
        return self._folder / key[:2] / key

    def _is_whole(self, key: str) -> bool:
        return self._path(key).is_dir() and not _damaged(self._path(key))

    def _move_into_place(self, temporary: Path, key: str) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not self._is_whole(key):
            self.remove(key)
        try:
            temporary.rename(path)
        except OSError:
            if not self._is_whole(key):  # otherwise another writer was first, with the same content
                raise
        flush_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(name for path in found if (name := path.relative_to(folder).as_posix()) != MANIFEST)


def _damaged(folder: Path) -> str:
    """Name the first file that is not as it was written, "" when all are."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return MANIFEST
    for name in sorted({*manifest, *_files(folder)}):
        try:
            if name not in manifest or checksum(folder / name) != manifest[name]:
                return str(name)
        except OSError:
            return str(name)
    return ""


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0  # somebody else has just moved or removed it
