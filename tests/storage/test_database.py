"""One writer at a time, readers undisturbed, migrations from empty."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import mmm_core.storage.migrations
from mmm_core.errors import BadInput, WorkshopError
from mmm_core.storage import migrating
from mmm_core.storage.database import Database, open_database
from mmm_core.storage.projects import Project, change_project, create_project, get_project, list_projects
from mmm_core.storage.tables import Base

WRITERS = 8
EACH = 25


def _count_up(database: Database, project_id: str) -> None:
    for _ in range(EACH):
        with database.transaction() as session:
            seen = get_project(session, project_id)
            settings = {"count": seen.settings["count"] + 1}
            change_project(session, project_id, base=seen, name=seen.name, settings=settings)


_COUNT_UP = f"""
import sys
from mmm_core.storage.database import open_database
from mmm_core.storage.projects import change_project, get_project

database = open_database(sys.argv[1])
for _ in range({EACH}):
    with database.transaction() as session:
        seen = get_project(session, sys.argv[2])
        settings = {{"count": seen.settings["count"] + 1}}
        change_project(session, seen.id, base=seen, name=seen.name, settings=settings)
database.close()
"""
_OPEN = "import sys; from mmm_core.storage.database import open_database; open_database(sys.argv[1]).close()"


def _in_processes(program: str, *arguments: str) -> list[int]:
    command = [sys.executable, "-c", program, *arguments]
    processes = [subprocess.Popen(command) for _ in range(WRITERS)]
    return [process.wait(timeout=120) for process in processes]


@pytest.fixture
def counter(database: Database, now: datetime) -> Project:
    with database.transaction() as session:
        return create_project(session, name="counter", settings={"count": 0}, now=now)


def _counted(database: Database, project: Project) -> object:
    with database.reading() as session:
        return get_project(session, project.id).settings["count"]


def test_threads_that_read_then_write_lose_no_update(database: Database, counter: Project) -> None:
    with ThreadPoolExecutor(WRITERS) as threads:
        for outcome in [threads.submit(_count_up, database, counter.id) for _ in range(WRITERS)]:
            outcome.result()
    assert _counted(database, counter) == WRITERS * EACH


def test_processes_that_read_then_write_lose_no_update(database: Database, database_url: str, counter: Project) -> None:
    assert _in_processes(_COUNT_UP, database_url, counter.id) == [0] * WRITERS
    assert _counted(database, counter) == WRITERS * EACH


def test_processes_may_open_an_empty_database_at_the_same_moment(database_url: str) -> None:
    assert _in_processes(_OPEN, database_url) == [0] * WRITERS
    database = open_database(database_url)
    with database.reading() as session:
        assert list_projects(session) == ()
    database.close()


def test_a_reader_sees_one_state_and_waits_for_no_writer(database: Database, project: Project, now: datetime) -> None:
    with database.reading() as session:
        before = list_projects(session)
        with database.transaction() as writer:
            create_project(writer, name="Other", settings={}, now=now)
            assert list_projects(session) == before
        assert list_projects(session) == before == (project,)
    with database.reading() as session:
        assert len(list_projects(session)) == 2


def test_a_writer_waits_for_the_writer_before_it(database: Database, counter: Project) -> None:
    entered = threading.Event()
    seen: list[object] = []

    def second() -> None:
        entered.set()
        with database.transaction() as session:
            seen.append(get_project(session, counter.id).settings["count"])

    thread = threading.Thread(target=second)
    with database.transaction() as session:
        thread.start()
        entered.wait(10)
        first = get_project(session, counter.id)
        change_project(session, counter.id, base=first, name="counter", settings={"count": 1})
    thread.join(10)
    assert seen == [1]


def test_an_error_undoes_the_whole_transaction(database: Database, now: datetime) -> None:
    with pytest.raises(RuntimeError, match="half-way"), database.transaction() as session:  # noqa: PT012
        create_project(session, name="Half", settings={}, now=now)
        raise RuntimeError("half-way")
    with database.reading() as session:
        assert list_projects(session) == ()


def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    with database.migrating() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", mmm_core.storage.migrations.__path__[0])
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrating.NEWEST


def test_rows_survive_opening_again(database_url: str, now: datetime) -> None:
    first = open_database(database_url)
    with first.transaction() as session:
        create_project(session, name="Kept", settings={"currency": "EUR"}, now=now)
    first.close()
    second = open_database(database_url)
    with second.reading() as session:
        kept = list_projects(session)
    second.close()
    assert [(p.name, p.settings, p.created_at) for p in kept] == [("Kept", {"currency": "EUR"}, now)]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database, database_url: str) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WorkshopError, match=r"at version '9999'.*Start the newer version"):
        open_database(database_url)
    with database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="has no zone"), database.transaction() as session:
        create_project(session, name="Acme", settings={}, now=datetime(2026, 3, 2))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "begins with 'mysql'"),
        ("workshop.sqlite", "begins with 'workshop.sqlite'"),
        ("sqlite://", "names no file"),
    ],
)
def test_an_address_of_no_usable_database_says_so(url: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        open_database(url)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(WorkshopError, match=r"could not be opened.*Check DATABASE_URL") as caught:
        open_database("postgresql://someone:secret@127.0.0.1:1/name")
    assert "secret" not in str(caught.value)
