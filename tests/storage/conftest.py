"""Every storage test runs on SQLite and on a PostgreSQL that this session starts itself."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.database import Database, open_database
from mmm_core.storage.projects import Project, create_project

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def _program(name: str) -> str:
    """Find a program of the newest PostgreSQL on this machine."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        if os.environ.get("MMM_WORKSHOP_REQUIRE_ALL") == "1":
            pytest.fail(f"PostgreSQL's {name} is not on this machine, and MMM_WORKSHOP_REQUIRE_ALL asks for it")
        pytest.skip(f"PostgreSQL's {name} is not on this machine")
    return found


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    if shutil.which("setpriv"):
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
    return ["runuser", "-u", "postgres", "--"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a cluster of this session's own, without the name of a database."""
    initdb, server = _program("initdb"), _program("postgres")
    with tempfile.TemporaryDirectory(prefix="mmm-pg-", ignore_cleanup_errors=True) as name:
        folder, data = Path(name), Path(name) / "data"
        folder.chmod(0o777)
        quiet = {"stdout": subprocess.DEVNULL, "cwd": "/"}
        arguments = ["-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run([*_as_postgres(), initdb, *arguments], check=True, **quiet)
        options = ["-D", str(data), "-k", str(folder), "-c", "listen_addresses=", "-c", "fsync=off"]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen([*_as_postgres(), server, *options], stderr=log, **quiet)
        try:
            _wait_for(folder, process)
            yield f"postgresql://postgres@/%s?host={folder}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "log").read_text()) from error
            time.sleep(0.05)
        else:
            return


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rows' / 'workshop.sqlite'}"
    address: str = request.getfixturevalue("postgresql")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(address % "postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return address % name


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a migrated database without rows."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> ArtefactStore:
    """Give an empty artefact store."""
    return ArtefactStore(tmp_path / "artefacts")


@pytest.fixture
def now() -> datetime:
    """Give the moment at which everything in a test happens."""
    return NOW


@pytest.fixture
def project(database: Database, now: datetime) -> Project:
    """Give a project without anything in it."""
    with database.transaction() as session:
        return create_project(session, name="Acme", settings={"currency": "EUR"}, now=now)
