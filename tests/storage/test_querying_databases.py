"""A query as a source, on both kinds of database: rows come back, nothing is ever written."""

import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from mmm_core.errors import BadInput, WorkshopError
from mmm_core.ingest.readers import read_table
from mmm_core.workflows.query_result import query_of
from mmm_core.workflows.querying import connections, run_query

ROWS = [("2024-01-01", "brand", "12.50", 3), ("2024-01-08", "it''s; DELETE", "0.10", None)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment of an installation with one connection, `sales`, to a database with two rows."""
    make = "CREATE TABLE media (week date, campaign text, spend numeric(12,2), clicks integer)"
    rows = [
        f"INSERT INTO media VALUES ('{week}', '{name}', {spend}, {'NULL' if clicks is None else clicks})"
        for week, name, spend, clicks in ROWS
    ]
    if request.param == "sqlite":
        path = tmp_path / "sales of a client.sqlite"
        with sqlite3.connect(path) as opened:
            for statement in (make, *rows):
                opened.execute(statement)
        opened.close()
        yield {"MMM_WORKSHOP_QUERY_SALES": f"sqlite:///{path}"}
        return
    address: str = request.getfixturevalue("postgresql")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(address % "postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    reader = f"CREATE ROLE {name} LOGIN"
    with psycopg.connect(address % name, autocommit=True) as connection:
        for statement in (make, *rows, reader, f"GRANT SELECT, DELETE, UPDATE ON media TO {name}"):
            connection.execute(statement)
    as_reader = (address % name).replace("postgres@", f"{name}@")
    yield {"MMM_WORKSHOP_QUERY_SALES": as_reader}


def ask(environment: dict[str, str], text: str, **limits: float):
    return run_query("sales", text, environment=environment, **limits)


def test_the_rows_of_a_query_are_read_like_those_of_a_file(environment: dict[str, str]) -> None:
    found = ask(environment, "SELECT week, campaign, spend, clicks FROM media ORDER BY week;")
    table = read_table(found.content, name="sales.parquet")
    cells = table.cells.to_pandas()
    assert found.rows == 2
    assert list(cells["week"]) == ["2024-01-01", "2024-01-08"]
    assert list(cells["campaign"]) == ["brand", "it's; DELETE"]
    assert [float(text) for text in cells["spend"]] == [12.5, 0.1]
    assert [float(text) if text else None for text in cells["clicks"]] == [3, None]


def test_the_bytes_name_the_query_and_are_the_same_for_the_same_rows(environment: dict[str, str]) -> None:
    text = "SELECT week, spend FROM media -- all of it\nORDER BY week"
    first, second = ask(environment, text), ask(environment, text)
    assert first.content == second.content
    assert query_of(first.content) == first.query
    assert (first.query.connection, first.query.text) == ("sales", text)


def test_a_percent_sign_and_a_colon_are_taken_as_they_are(environment: dict[str, str]) -> None:
    found = ask(environment, "SELECT week, '100%s :x' AS said FROM media WHERE campaign LIKE '%ran%'")
    assert list(read_table(found.content, name="q").cells.to_pandas()["said"]) == ["100%s :x"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("   ;  ", "begins with ';'"),
        ("DELETE FROM media", "begins with 'DELETE'"),
        ("UPDATE media SET spend = 0", "begins with 'UPDATE'"),
        ("SELECT * FROM media; DROP TABLE media", "more than one statement"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("WITH gone AS (DELETE FROM media RETURNING *) SELECT * FROM gone", "holds the word DELETE"),
        ("SELECT * INTO copied FROM media", "holds the word INTO"),
        ("SELECT week FROM media FOR UPDATE", "holds the word UPDATE"),
        ("PRAGMA writable_schema = 1", "begins with 'PRAGMA'"),
        ("/* SELECT */ ATTACH 'x' AS y", "begins with '/*'"),
        ("SELECT E'\\''; COMMIT; DELETE FROM media --'", "more than one statement"),
        ("SELECT 1 -- one\r; DELETE FROM media", "more than one statement"),
        ("SELECT é$$ ; DELETE FROM media; SELECT $$", "more than one statement"),
        ("SELECT nothing FROM media", "nothing"),
        ("SELECT week, week FROM media", "several columns called week"),
        ("SELECT week FROM media WHERE 1 = 0", "no rows"),
        ("SELECT " + ", ".join(f"1 AS c{number}" for number in range(201)), "201 columns"),
    ],
)
def test_what_is_not_one_reading_select_is_refused(environment: dict[str, str], text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says.replace("*", r"\*")):
        ask(environment, text)
    assert ask(environment, "SELECT week FROM media").rows == 2, "nothing was written"


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM media",
        "WITH gone AS (DELETE FROM media RETURNING *) SELECT * FROM gone",
        "SELECT week FROM media; COMMIT; DELETE FROM media",
    ],
)
def test_the_database_itself_refuses_to_write_when_the_text_is_not_looked_at(
    environment: dict[str, str], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmm_core.workflows.querying.checked_select", lambda text: text)
    with pytest.raises(BadInput, match="refuses the query"):
        ask(environment, text)
    assert ask(environment, "SELECT week FROM media").rows == 2


def test_a_quoted_word_is_a_name_and_no_statement(environment: dict[str, str]) -> None:
    found = ask(environment, "SELECT week, spend AS \"update\", 'drop; insert' AS said FROM media -- delete; all")
    assert read_table(found.content, name="q").columns == ("week", "update", "said")


def test_two_million_rows_are_refused(environment: dict[str, str]) -> None:
    text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT i, i AS j FROM n"
    with pytest.raises(BadInput, match="more than 1,000,000 rows"):
        ask(environment, text)


def as_owner(url: str) -> str:
    return f"postgresql://postgres@{url.split('@')[1]}"


@pytest.mark.postgresql
@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_a_user_who_may_read_the_servers_files_is_refused(environment: dict[str, str]) -> None:
    text = "SELECT pg_read_file('/etc/hostname') AS line, 1 AS number"
    with pytest.raises(BadInput, match="may do everything in its database"):
        run_query("sales", text, environment={name: as_owner(url) for name, url in environment.items()})
    with pytest.raises(BadInput, match="permission denied"):
        ask(environment, text)


def test_bytes_are_refused_before_they_fill_the_memory(environment: dict[str, str]) -> None:
    one = "zeroblob(1000)" if "sqlite" in environment["MMM_WORKSHOP_QUERY_SALES"] else "decode('00', 'hex')"
    with pytest.raises(BadInput, match="bytes that are no text in picture"):
        ask(environment, f"SELECT week, {one} AS picture FROM media")


def test_rows_are_asked_for_in_portions_of_a_bounded_size(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mmm_core.workflows import querying  # the sizes of the portions show only inside

    sizes, packed = [], querying.packed_rows

    def noted(columns, chunks, query, *, most_rows):
        return packed(columns, (sizes.append(len(chunk)) or chunk for chunk in chunks), query, most_rows=most_rows)

    monkeypatch.setattr(querying, "packed_rows", noted)
    wide = "replace(CAST(1e15 AS text) || 'xxxxxxxxxxxxxxxxxxxx', 'x', '" + "y" * 4000 + "')"
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
    assert ask(environment, f"{numbers} SELECT i, {wide} AS said FROM n").rows == 3000
    assert sum(sizes) == 3000
    assert max(sizes) < 400, "80 kB a row"
    sizes.clear()
    assert ask(environment, f"{numbers} SELECT i, i AS j FROM n").rows == 3000
    assert len(sizes) == 3, "few portions where rows are small"


@pytest.mark.parametrize("value", ["'NaN'::numeric", "'1e400'::numeric", "-1e75::numeric"])
@pytest.mark.postgresql
@pytest.mark.parametrize("environment", ["postgresql"], indirect=True)
def test_figures_that_no_table_can_hold_arrive_as_text(environment: dict[str, str], value: str) -> None:
    found = ask(environment, f"SELECT week, {value} AS figure FROM media")
    cells = read_table(found.content, name="q").cells.to_pandas()["figure"]
    assert cells.str.contains("nan|1e|00000", case=False).all()


def test_a_query_that_takes_too_long_is_stopped(environment: dict[str, str]) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS rows FROM n"
    with pytest.raises(BadInput, match="took too long"):
        ask(environment, endless, timeout_seconds=0.5)


def test_only_connections_of_the_installation_are_known(environment: dict[str, str]) -> None:
    assert connections(environment | {"MMM_WORKSHOP_DATA": "x", "MMM_WORKSHOP_QUERY_EMPTY": ""}) == ("sales",)
    with pytest.raises(BadInput, match=r"no connection called 'other'.*known: sales"):
        run_query("other", "SELECT 1 AS a", environment=environment)


@pytest.mark.parametrize("url", ["mysql://host/name", "not an address"])
def test_other_kinds_of_database_are_refused(url: str) -> None:
    with pytest.raises(BadInput, match="no kind that can be queried"):
        run_query("sales", "SELECT 1 AS a", environment={"MMM_WORKSHOP_QUERY_SALES": url})


def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / 'missing.sqlite'}", "postgresql://reader:hush@127.0.0.1:1/none"]
    for url in urls:
        with pytest.raises(WorkshopError, match=r"cannot be reached|refuses the query") as caught:
            run_query("sales", "SELECT 1 AS a", environment={"MMM_WORKSHOP_QUERY_SALES": url})
        assert "hush" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [], "no file is made"
