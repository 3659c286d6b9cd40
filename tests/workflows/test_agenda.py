"""Planning questions, actions and data owed: written by those who decide, never over one another, kept in files."""

import io
import zipfile
from pathlib import Path

import faulty_client
import pytest
import small_client

from mmm_core.documents.agenda import LONGEST_ENTRY, MOST_ENTRIES, Agenda, DataOwed
from mmm_core.errors import BadInput, EditConflict
from mmm_core.storage.opened import Storage
from mmm_core.workflows.agenda import current_agenda, save_agenda
from mmm_core.workflows.taking_in import export_project, take_in

AGENDA = Agenda(
    questions=("Does radio pay?", "And TV?"),
    actions=("Move money",),
    owed=(DataOwed(what="Store visits", who="Mara", until="2026-09-30"), DataOwed(what="Prices", received=True)),
)


@pytest.fixture
def project(storage: Storage, client: str) -> str:
    faulty_client.name_people(storage, client)
    return client


def test_an_agenda_is_a_revision_and_the_same_again_adds_none(storage: Storage, project: str) -> None:
    assert current_agenda(storage, project).agenda == Agenda()
    assert save_agenda(storage, project, AGENDA, base_number=0, author="Mara").number == 1
    assert save_agenda(storage, project, AGENDA, base_number=1, author="Finn").number == 1
    latest = current_agenda(storage, project)
    assert (latest.agenda, latest.author) == (AGENDA, "Mara")
    assert [one.what for one in latest.agenda.still_owed] == ["Store visits"]


def test_a_later_writer_does_not_overwrite(storage: Storage, project: str) -> None:
    save_agenda(storage, project, AGENDA, base_number=0, author="Mara")
    with pytest.raises(EditConflict, match="Mara saved agenda revision 1"):
        save_agenda(storage, project, Agenda(questions=("Mine",)), base_number=0, author="Finn")
    assert current_agenda(storage, project).agenda == AGENDA


def test_a_viewer_writes_nothing_down(storage: Storage, project: str) -> None:
    with pytest.raises(BadInput, match="viewers look on"):
        save_agenda(storage, project, AGENDA, base_number=0, author="Vera")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Agenda(questions=(" ",)), "An entry has 0 characters"),
        (lambda: Agenda(actions=("x" * (LONGEST_ENTRY + 1),)), "An entry has 501 characters"),
        (lambda: Agenda(actions=tuple(map(str, range(MOST_ENTRIES + 1)))), "The agenda has 51 actions"),
        (lambda: DataOwed(what="a\0b"), "An entry has 3 characters"),
        (lambda: DataOwed(what="Prices", until="soon"), "'soon' is no day"),
    ],
)
def test_entries_that_nobody_could_read_are_refused(made, message) -> None:
    with pytest.raises(BadInput, match=message):
        made()


def test_entries_are_kept_on_one_line_and_once() -> None:
    assert Agenda(questions=("Does  radio\npay?", "Does radio pay?")).questions == ("Does radio pay?",)


def test_an_agenda_travels_with_the_project(storage: Storage, project: str, tmp_path: Path) -> None:
    save_agenda(storage, project, AGENDA, base_number=0, author="Mara")
    zipfile.ZipFile(io.BytesIO(export_project(storage, project))).extractall(tmp_path / "unpacked")
    again = take_in(storage, tmp_path / "unpacked" / "workshop.toml", author="Test").id
    assert current_agenda(storage, again).agenda == AGENDA


def test_an_agenda_of_a_workshop_file_that_cannot_be_kept_is_refused(storage: Storage, tmp_path: Path) -> None:
    section = '\n[agenda]\nquestions = [""]\n'
    toml = small_client.write_client(tmp_path / "client", small_client.LONG_TOML + section)
    with pytest.raises(BadInput, match="agenda"):
        take_in(storage, toml, author="Test")
