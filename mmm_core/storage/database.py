"""One writer at a time, readers undisturbed: the same promise on SQLite and on PostgreSQL."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session as Session  # noqa: PLC0414  # `jobs` names its type without knowing SQLAlchemy

from mmm_core.errors import BadInput, WorkshopError
from mmm_core.storage.migrating import migrate

WAIT_SECONDS = 30
"""How long a writer waits for the one before it. Write transactions take milliseconds."""

_WRITES = "workshop_writes"
_WRITER_LOCK = 0x4D4D4D
"""Advisory lock of PostgreSQL (per database) that the one writer holds until its transaction ends."""


class Database:
    """Transactions on one database. Safe to share between threads; open it with `open_database`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{_WRITES: True})

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session that may write; commit at the end, roll back on an error.

        Only one write transaction runs at a time, so what it reads cannot change before it writes. Keep it short:
        no computing and no files inside.
        """
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            session.connection()  # take the turn now, not at the first statement
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database throughout and never waits for a writer."""
        with Session(self._engine, expire_on_commit=False, autoflush=False) as session:
            try:
                yield session
            finally:
                session.rollback()

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Give the connection of a write transaction for a change of the tables themselves."""
        with self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def open_database(url: str) -> Database:
    """Open the database, make or migrate its tables when needed; two processes may do so at the same moment.

    Parameters
    ----------
    url : str
        `sqlite:///file` or `postgresql://user:password@host/name`.

    Raises
    ------
    BadInput
        If this is not the address of a database of either kind.
    WorkshopError
        If the database cannot be reached, or was written by a newer version of the program.
    """
    address = _address(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    database = Database(engine)
    try:
        if address.get_backend_name() == "sqlite":
            _use_write_ahead_log(engine)
        migrate(database)
    except DBAPIError as error:
        database.close()
        raise WorkshopError(
            f"The database could not be opened: {' '.join(str(error.orig).split())}",
            where=address.render_as_string(hide_password=True),
            remedy="Check DATABASE_URL, that the server runs and that the folder can be written to",
        ) from error
    except BaseException:
        database.close()
        raise
    return database


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    kind = address.get_backend_name() if address is not None else ""
    if address is None or kind not in ("sqlite", "postgresql", "postgres"):
        raise BadInput(
            f"DATABASE_URL begins with '{url.partition(':')[0]}', which is no kind of database that can be used",
            expected="it must begin with sqlite:/// or postgresql://",
            remedy="Correct DATABASE_URL, or leave it out to use a file in the data folder",
        )
    return address if kind == "sqlite" else address.set(drivername="postgresql+psycopg")


def _engine(address: URL, **options: Any) -> Engine:
    to_json = partial(json.dumps, allow_nan=False, ensure_ascii=False)
    return create_engine(address, json_serializer=to_json, **options)


def _sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:":
        raise BadInput("DATABASE_URL names no file", expected="an SQLite database must be a file")
    folder = Path(address.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkshopError(
            f"The folder of the database could not be made: {error.strerror}",
            where=str(folder),
            remedy="Set MMM_WORKSHOP_DATA to a folder that can be written to",
        ) from error
    engine = _engine(address, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once when another has written in between.
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_write_ahead_log(engine: Engine) -> None:
    """Switch the file to WAL, once for all; SQLite does not wait for locks here, so waiting is ours to do."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise DBAPIError("PRAGMA journal_mode = WAL", None, error) from error
        else:
            return
        finally:
            connection.close()
        time.sleep(0.02)


def _postgresql(address: URL) -> Engine:
    engine = _engine(address, pool_pre_ping=True, connect_args={"connect_timeout": 10})

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return engine
