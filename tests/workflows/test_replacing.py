"""A newer file for a source, through the use case: read first, kept with the audit entry, refused when unusable."""

from pathlib import Path

import pytest
import small_client

from mmm_core import fingerprint
from mmm_core.errors import BadInput, EditConflict
from mmm_core.ingest.readings import MediaReading
from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.audit import list_entries
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.storage.sources import Source
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.replacing import bring_back, list_former, replace_source
from mmm_core.workflows.sources import add_source, change_reading, list_sources, reading_of, remove_source
from mmm_core.workflows.uploads import guess_roles, inspect_upload

SETTINGS = ProjectSettings(name="Acme")
NEWER = small_client.kpi_csv() + b"2024-12-30,600000\n"


@pytest.fixture
def storage(tmp_path: Path):
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'workshop.sqlite'}")
    yield open_storage(installation)
    close_storage(installation)


@pytest.fixture
def kpi(storage: Storage) -> Source:
    project = create_project(storage, SETTINGS, author="Test")
    content = small_client.kpi_csv()
    reading, _, _ = guess_roles(inspect_upload(content, name="kpi.csv").table, "kpi")
    assert reading is not None
    return add_source(storage, project.id, content, name="kpi.csv", sheet="", reading=reading, author="Test")


def replace(storage: Storage, source: Source, content: bytes, name: str = "newer.csv") -> Source:
    reading = reading_of(source)
    return replace_source(
        storage, source.project_id, source, content, name=name, sheet="", reading=reading, author="Ada"
    )


def test_the_audit_trail_names_both_files(storage: Storage, kpi: Source) -> None:
    replace(storage, kpi, NEWER)
    with storage.database.reading() as session:
        entry = list_entries(session, kpi.project_id)[0]
    assert (entry.action, entry.author, entry.detail["name"]) == ("source.replaced", "Ada", "newer.csv")
    assert entry.detail["fingerprint"] == fingerprint.of_bytes(NEWER)
    assert entry.detail["instead_of"] == {"name": "kpi.csv", "sheet": "", "fingerprint": kpi.fingerprint}
    assert storage.artefacts.read_bytes(kpi.artefact_key) == small_client.kpi_csv(), "the old bytes are kept"


def test_the_roles_of_another_kind_are_refused(storage: Storage, kpi: Source) -> None:
    """The source would stay an outcome with the roles of media, and the project could not be opened any more."""
    media = MediaReading(layout="long", date="date", spend="revenue")
    with pytest.raises(BadInput, match=r"one of media \(kpi.csv\); one of kpi was expected"):
        replace_source(storage, kpi.project_id, kpi, NEWER, name="n.csv", sheet="", reading=media, author="Ada")
    with pytest.raises(BadInput, match="one of kpi was expected"):
        change_reading(storage, kpi.project_id, kpi, media, author="Ada")
    assert list_sources(storage, kpi.project_id) == (kpi,)


def test_a_newer_file_that_cannot_be_read_changes_nothing(storage: Storage, kpi: Source) -> None:
    for content in (b"", NEWER.replace(b"600000", b"much"), NEWER + b"2024-12-31,1\n"):
        with pytest.raises(BadInput, match=r"empty|much|2 rows"):
            replace(storage, kpi, content)
    assert list_sources(storage, kpi.project_id) == (kpi,)
    assert list_former(storage, kpi) == ()


def test_of_two_who_replace_the_same_file_the_later_is_refused(storage: Storage, kpi: Source) -> None:
    first = replace(storage, kpi, NEWER)
    with pytest.raises(EditConflict, match="changed since this page was opened"):
        replace(storage, kpi, NEWER + b"2025-01-06,600000\n")
    assert list_sources(storage, kpi.project_id) == (first,)


def test_the_former_file_is_brought_back_and_the_newer_one_kept(storage: Storage, kpi: Source) -> None:
    newer = replace(storage, kpi, NEWER)
    back = bring_back(storage, newer, 1, author="Ben")
    assert (back.name, back.fingerprint, back.reading) == (kpi.name, kpi.fingerprint, kpi.reading)
    assert [former.version.name for former in list_former(storage, back)] == ["newer.csv", "kpi.csv"]


def test_removing_a_source_removes_the_bytes_of_all_its_versions(storage: Storage, kpi: Source) -> None:
    newer = replace(storage, kpi, NEWER)
    remove_source(storage, kpi.project_id, newer.id, author="Test")
    assert list_sources(storage, kpi.project_id) == ()
    assert not storage.artefacts.has(kpi.fingerprint)
    assert not storage.artefacts.has(newer.fingerprint)
