"""A query as a source: read-only, against a database that the installation names.

`MMM_WORKSHOP_QUERY_SALES=postgresql://reader:...@host/name` makes a connection called `sales`. The address stays in the
environment: no page asks for it, no project keeps it.
"""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL, CursorResult, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from mmm_core.errors import BadInput, WorkshopError, listed
from mmm_core.workflows.query_result import Query, packed_rows
from mmm_core.workflows.sql_text import checked_select

PREFIX = "MMM_WORKSHOP_QUERY_"
TIMEOUT_SECONDS = 60.0
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
_CHUNK = 20_000
_FIRST_CHUNK = 100
_CHUNK_BYTES = 16 << 20
"""Rows are asked for in portions of about this size: as objects they take several times as much."""
_LONGEST_CELL = 1 << 20
_ALMIGHTY = """SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_roles AS r WHERE r.rolname IN
('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
AND pg_has_role(current_user, r.oid, 'MEMBER')) FROM pg_roles WHERE rolname = current_user"""
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """What a query gave: the bytes of a Parquet file, to be taken in like an upload."""

    query: Query
    content: bytes
    rows: int


def connections(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the names of the databases that this installation may query, in lower case, sorted."""
    names = os.environ if environment is None else environment
    return tuple(
        sorted(key.removeprefix(PREFIX).lower() for key, url in names.items() if key.startswith(PREFIX) and url)
    )


def run_query(
    connection: str,
    text: str,
    *,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
    most_rows: int = MOST_ROWS,
) -> QueryResult:
    """Run one SELECT in a transaction that cannot write, and return its rows as the bytes of a Parquet file.

    Raises
    ------
    BadInput
        If the connection is unknown, the text is not one SELECT, the database refuses it, or it gives more rows,
        columns or bytes than a file may have.
    WorkshopError
        If the database cannot be reached.
    """
    query = Query(connection=connection, text=checked_select(text))
    until = time.monotonic() + timeout_seconds
    engine = _engine(_address(connection, environment))
    try:
        with _reading(engine, query, timeout_seconds, until) as opened, closing(_asked(opened, query)) as result:
            columns = _columns(result, query)
            content, rows = packed_rows(columns, _chunks(result, query, until), query, most_rows=most_rows)
    finally:
        engine.dispose()
    return QueryResult(query=query, content=content, rows=rows)


def _address(connection: str, environment: Mapping[str, str] | None) -> URL:
    names = os.environ if environment is None else environment
    found = next(
        (url for key, url in names.items() if key.startswith(PREFIX) and key[len(PREFIX) :].lower() == connection), ""
    )
    if not found:
        raise BadInput(
            f"There is no connection called '{connection}'",
            expected=f"known: {listed(connections(environment)) or 'none'}",
            remedy=f"Set {PREFIX}{connection.upper()} to the address of the database and start the app again",
        )
    try:
        address = make_url(found)
    except ArgumentError:
        address = None
    if address is None or address.get_backend_name() not in ("sqlite", "postgresql"):
        raise BadInput(
            f"The address of connection '{connection}' is of no kind that can be queried",
            expected="it must begin with sqlite:/// or postgresql://",
            remedy=f"Correct {PREFIX}{connection.upper()}",
        )
    return address


def _engine(address: URL) -> Engine:
    """Make an engine that opens a connection per query and keeps none."""
    if address.get_backend_name() == "postgresql":
        return create_engine(
            address.set(drivername="postgresql+psycopg"), poolclass=NullPool, connect_args={"connect_timeout": 10}
        )
    file = quote(str(Path(address.database or "").resolve()))
    return create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", poolclass=NullPool)


@contextmanager
def _reading(engine: Engine, query: Query, timeout_seconds: float, until: float) -> Iterator[Connection]:
    """Give a connection inside a transaction that cannot write and ends in time."""
    try:
        opened = engine.connect()
    except SQLAlchemyError as error:
        raise WorkshopError(
            f"The database behind '{query.connection}' cannot be reached",
            where=_said(error),
            remedy="Check that it runs, and its address in the installation's environment",
        ) from error
    with opened:
        if engine.dialect.name == "sqlite":
            _guard_sqlite(opened, until)
        else:
            opened.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            opened.exec_driver_sql(f"SET LOCAL statement_timeout = {int(timeout_seconds * 1000)}")
            _refuse_almighty(opened, query)
        try:
            yield opened
        finally:
            opened.rollback()


def _guard_sqlite(opened: Connection, until: float) -> None:
    """Let SQLite itself refuse everything but reading, and stop what takes too long."""
    opened.exec_driver_sql("PRAGMA query_only = ON")
    driver = opened.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("The connection is not one of SQLite.")
    driver.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    driver.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY)


def _refuse_almighty(opened: Connection, query: Query) -> None:
    """Refuse users whose SELECT reaches beyond the tables: they read files of the server, whatever the transaction."""
    if opened.exec_driver_sql(_ALMIGHTY).scalar():
        raise BadInput(
            f"The user of connection '{query.connection}' may do everything in its database, such as read the server's "
            "files",
            expected="a user who may only read the tables was expected",
            remedy="Make one (CREATE ROLE reader LOGIN; GRANT SELECT ON the tables TO reader) and name it in the "
            "connection's address",
        )


def _asked(opened: Connection, query: Query) -> CursorResult[tuple[object, ...]]:
    reading = opened.execution_options(stream_results=True, no_parameters=True, max_row_buffer=_CHUNK)
    try:
        return reading.exec_driver_sql(query.text)
    except SQLAlchemyError as error:
        raise _refused(error, query) from error


def _chunks(result: CursorResult[tuple[object, ...]], query: Query, until: float) -> Iterator[list[tuple[object, ...]]]:
    """Give the rows in portions; how many at once follows from how large the last ones were."""
    wanted = _FIRST_CHUNK
    try:
        while chunk := result.fetchmany(wanted):
            if time.monotonic() > until:
                raise _too_slow(query)
            yield [tuple(row) for row in chunk]
            wanted = min(_CHUNK, 10 * wanted, 1 + _CHUNK_BYTES // _row_bytes(chunk))
    except SQLAlchemyError as error:
        raise _refused(error, query) from error


def _row_bytes(rows: Sequence[Sequence[object]]) -> int:
    """Estimate the size of a row from some of them."""
    some = rows[:: 1 + len(rows) // 100]
    sizes = (len(cell) if isinstance(cell, (str, bytes)) else 16 for row in some for cell in row)
    return 1 + sum(sizes) // len(some)


def _columns(result: CursorResult[tuple[object, ...]], query: Query) -> list[str]:
    columns = list(map(str, result.keys()))
    if len(columns) > MOST_COLUMNS:
        raise BadInput(
            f"The query gives {len(columns)} columns",
            where=f"connection {query.connection}",
            expected=f"at most {MOST_COLUMNS} were expected",
            remedy="Name the columns that are needed",
        )
    return columns


def _refused(error: SQLAlchemyError, query: Query) -> BadInput:
    said = _said(error)
    if "interrupted" in said or "statement timeout" in said:
        return _too_slow(query)
    return BadInput(
        f"The database refuses the query: {said}",
        where=f"connection {query.connection}",
        expected="one SELECT that it can run in a read-only transaction was expected",
        remedy="Correct the query",
    )


def _too_slow(query: Query) -> BadInput:
    return BadInput(
        "The query took too long and was stopped",
        where=f"connection {query.connection}",
        expected=f"an answer within {TIMEOUT_SECONDS:.0f} seconds was expected",
        remedy="Add up per day or week in the query, or narrow it down",
    )


def _said(error: SQLAlchemyError) -> str:
    """Return the first line of what the driver said; it never holds the address."""
    return " ".join(str(getattr(error, "orig", None) or error).split("\n", 1)[0].split())[:300]
