"""Bring a database to the tables of this version, from empty or from any version before."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from mmm_core.errors import WorkshopError

if TYPE_CHECKING:
    from alembic.config import Config

NEWEST = "0007"
"""The last migration in `migrations/versions`; known here so that opening a current database needs no Alembic."""


class _Migratable(Protocol):
    def reading(self) -> AbstractContextManager[Session]: ...
    def migrating(self) -> AbstractContextManager[Connection]: ...


def migrate(database: _Migratable) -> None:
    """Run the migrations that this database lacks, all or none.

    Raises
    ------
    WorkshopError
        If the database was written by a newer version of the program.
    """
    with database.reading() as session:
        if version(session.connection()) == NEWEST:
            return
    with database.migrating() as connection:
        # Another process may have migrated while this one waited for the writer's turn.
        if version(connection) != NEWEST:
            _upgrade(connection)


def version(connection: Connection) -> str:
    """Return the last migration that this database has seen, "" for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return str(found or "")


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    with _configured(connection) as config:
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise WorkshopError(
                f"The database is at version '{version(connection)}', which this program does not know",
                expected=f"it knows versions up to '{NEWEST}'",
                remedy="Start the newer version of MMM Workshop that wrote this database",
            ) from error


@contextmanager
def _configured(connection: Connection) -> Iterator["Config"]:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    yield config
