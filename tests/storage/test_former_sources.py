"""A newer file takes the place of a source, and nothing is lost."""

from datetime import datetime, timedelta

import pytest

from mmm_core.errors import BadInput, EditConflict, NotFound
from mmm_core.storage import holds, sources
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.database import Database
from mmm_core.storage.former_sources import Version, former_source, former_sources, replace_source
from mmm_core.storage.projects import Project, create_project
from mmm_core.storage.sources import Source


def add(database: Database, store: ArtefactStore, project: Project, content: bytes, now: datetime) -> Source:
    key = store.put_bytes(content)
    with database.transaction() as session:
        return sources.add_source(
            session,
            store,
            project_id=project.id,
            kind="media",
            name="media.csv",
            fingerprint=key,
            reading={"spend": "a"},
            now=now,
        )


def replace(database: Database, store: ArtefactStore, base: Source, content: bytes, now: datetime) -> Source:
    version = Version(name="media 2.csv", sheet="", fingerprint=store.put_bytes(content), reading={"spend": "b"})
    with database.transaction() as session:
        return replace_source(session, store, base=base, version=version, author="Ada", now=now)


def formers(database: Database, source: Source):
    with database.reading() as session:
        return former_sources(session, source.project_id, source.id)


def test_a_replaced_source_keeps_its_place_and_what_it_held(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    first = add(database, store, project, b"one", now)
    add(database, store, project, b"other", now)
    later = now + timedelta(days=7)
    second = replace(database, store, first, b"two", later)
    assert (second.id, second.position, second.name, second.created_at) == (first.id, 0, "media 2.csv", later)
    assert store.read_bytes(second.artefact_key) == b"two"
    (former,) = formers(database, second)
    assert (former.number, former.created_at, former.replaced_at, former.author) == (1, now, later, "Ada")
    assert former.version == Version(name="media.csv", sheet="", fingerprint=first.fingerprint, reading={"spend": "a"})
    assert store.read_bytes(former.version.fingerprint) == b"one"
    with database.transaction() as session:
        assert holds.sweep(session, store, older_than=timedelta(0)) == 0, "the former bytes are held"


def test_the_latest_former_version_comes_first(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    source = add(database, store, project, b"one", now)
    for content in (b"two", b"three", b"one"):
        source = replace(database, store, source, content, now)
    assert [former.number for former in formers(database, source)] == [3, 2, 1]
    with database.reading() as session:
        assert former_source(session, project.id, source.id, 1).version.name == "media.csv"
        with pytest.raises(NotFound, match="no such former file"):
            former_source(session, project.id, source.id, 4)


def test_replacing_what_somebody_else_replaced_meanwhile_is_refused(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    seen = add(database, store, project, b"one", now)
    replace(database, store, seen, b"two", now)
    with pytest.raises(EditConflict, match="changed since this page was opened"):
        replace(database, store, seen, b"three", now)
    assert len(formers(database, seen)) == 1


def test_the_bytes_of_another_source_are_refused(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    first = add(database, store, project, b"one", now)
    add(database, store, project, b"two", now)
    with pytest.raises(BadInput, match="in this project already"):
        replace(database, store, first, b"two", now)


def test_a_removed_source_takes_its_former_files_along_but_for_those_in_use(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    first = add(database, store, project, b"one", now)
    second = replace(database, store, first, b"two", now)
    add(database, store, project, b"one", now)
    with database.transaction() as session:
        keys = sources.remove_source(session, project.id, second.id)
    with database.transaction() as session:
        holds.remove_unheld(session, store, keys)
    assert store.has(first.fingerprint), "the third source holds the same bytes"
    assert not store.has(second.fingerprint)


def test_a_former_version_is_not_reached_through_another_project(
    database: Database, store: ArtefactStore, project: Project, now: datetime
) -> None:
    source = replace(database, store, add(database, store, project, b"one", now), b"two", now)
    with database.transaction() as session:
        other = create_project(session, name="Other", settings={}, now=now)
    with database.reading() as session:
        assert former_sources(session, other.id, source.id) == ()
        with pytest.raises(NotFound, match="no such former file"):
            former_source(session, other.id, source.id, 1)
