"""The mapping workbook by the command line: out, filled in, and back as changes that wait."""

from pathlib import Path

import openpyxl
import pytest

from mmm_core import cli
from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import Storage, open_storage
from mmm_core.taxonomy import workbook_form as form
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.proposals import open_proposals, proposal
from mmm_core.workflows.scoping import Ground


@pytest.fixture(autouse=True)
def same_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, storage: Storage) -> None:
    """Point the command line at the storage of the test."""
    monkeypatch.setenv("MMM_WORKSHOP_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'test.sqlite'}")


def fill(file: Path, row: int, group: str) -> None:
    book = openpyxl.load_workbook(file)
    book[form.LINE_ITEMS].cell(row, 3).value = group
    book.save(file)


def test_a_workbook_goes_out_and_its_new_group_comes_back_as_a_proposal(
    client: str, ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out" / "mapping.xlsx"
    assert cli.main(["mapping-workbook", "ACME", "--out", str(file)]) == 0
    fill(file, 2, "Podcast")
    storage = open_storage(Installation.from_environment())
    before = current_mapping(storage, client)
    assert cli.main(["mapping-workbook", client, "--take", str(file), "--author", "Ada"]) == 0
    said = capsys.readouterr().err
    assert "1 group to change\n1 line item to change\nnew: Sales > Search > Podcast" in said
    assert "nothing was changed yet" in said
    storage = open_storage(Installation.from_environment())
    (kept,) = open_proposals(storage, client)
    assert (kept.author, kept.message, kept.origin) == ("Ada", "Workbook mapping.xlsx", "workbook")
    verdicts = {change.key: change.verdict for change in proposal(storage, client, kept.id).changes(ground.items)}
    assert verdicts["group:Sales > Search > Podcast"] == "added"
    assert current_mapping(storage, client) == before


def test_a_file_that_is_there_is_not_overwritten(
    client: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mapping.xlsx"
    file.write_bytes(b"filled in")
    assert cli.main(["mapping-workbook", "Acme", "--out", str(file)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_bytes() == b"filled in"


def test_a_project_that_cannot_be_told_is_refused(
    storage: Storage, client: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "mapping.xlsx")
    assert cli.main(["mapping-workbook", "Nobody", "--out", file]) == 2
    assert "There is no project 'Nobody' (known: Acme)" in capsys.readouterr().err
    create_project(storage, ProjectSettings(name="acme"), author="Test")
    assert cli.main(["mapping-workbook", "Acme", "--out", file]) == 2
    assert "2 projects are called 'Acme'" in capsys.readouterr().err


def test_a_workbook_that_is_not_there_is_refused(client: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["mapping-workbook", "Acme", "--take", "/nowhere/mapping.xlsx"]) == 2
    assert "'/nowhere/mapping.xlsx' cannot be read" in capsys.readouterr().err
