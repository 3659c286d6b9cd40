"""Files that are renamed on the way out keep what they are called: corrections, settlements and rules find them."""

import io
import zipfile
from pathlib import Path

import faulty_client
import pytest
import small_client
from faulty_client import WARNING, scoped_of, state_of

from mmm_core.errors import BlockedFit
from mmm_core.ingest.readings import MediaReading
from mmm_core.storage.opened import Storage
from mmm_core.workflows.corrections import apply_fix
from mmm_core.workflows.headless import run
from mmm_core.workflows.sources import add_source, list_sources
from mmm_core.workflows.taking_in import export_project, take_in
from mmm_core.workflows.threads import say

SECOND = "media.csv (2)"
READING = MediaReading(layout="long", date="date", line_item=("platform", "campaign"), spend="spend")
ROWS = "date,platform,campaign,spend\n2024-01-01,tv,Spots,10.00\n2024-01-08,tv,Spots,20.00\n2024-01-01,tv,Spots,10.00\n"


@pytest.fixture
def project(storage: Storage, client: str) -> str:
    """Give a project with two files of one name; a row of the second one is there twice."""
    faulty_client.name_people(storage, client)
    add_source(storage, client, ROWS.encode(), name="media.csv", sheet="", reading=READING, author="Ada")
    assert state_of(storage, client, WARNING).finding.where.source == SECOND
    return client


def leave_out(storage: Storage, project: str) -> None:
    found = state_of(storage, project, WARNING).finding
    apply_fix(storage, project, scoped_of(storage, project), found, reason="twice", author="Finn", base_number=0)


def unpacked(storage: Storage, project: str, folder: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(export_project(storage, project))).extractall(folder)
    return folder / "workshop.toml"


def test_a_correction_of_a_renamed_file_is_applied_again(storage: Storage, project: str, tmp_path: Path) -> None:
    leave_out(storage, project)
    toml = unpacked(storage, project, tmp_path / "out")
    assert (toml.parent / "2-media.csv").read_bytes() == ROWS.encode()
    again = take_in(storage, toml, author="Test").id
    there = scoped_of(storage, again)
    assert "correction_of_former_file" not in {one.code for one in there.findings}
    assert there.ground.items["spend_micros"].sum() == scoped_of(storage, project).ground.items["spend_micros"].sum()
    named = [[one.name for one in list_sources(storage, each) if one.kind == "media"] for each in (project, again)]
    assert named == [["media.csv", "media.csv"]] * 2


def test_a_settlement_of_a_renamed_file_still_holds(storage: Storage, project: str, tmp_path: Path) -> None:
    key = state_of(storage, project, WARNING).key
    say(storage, project, scoped_of(storage, project), key, action="accept", text="a test", author="Finn")
    again = take_in(storage, unpacked(storage, project, tmp_path / "out"), author="Test").id
    assert (state_of(storage, again, WARNING).key, state_of(storage, again, WARNING).status) == (key, "accepted")


def test_the_headless_run_calls_a_renamed_file_as_the_app_does(storage: Storage, project: str, tmp_path: Path) -> None:
    leave_out(storage, project)
    toml = unpacked(storage, project, tmp_path / "out")
    with pytest.raises(BlockedFit, match="wait for a group"):
        run(toml, tmp_path / "results", say=lambda _: None)
    lines = (tmp_path / "results" / "reconciliation.csv").read_text(encoding="utf-8").splitlines()
    corrected = next(line.split(",") for line in lines if line.startswith(f"{SECOND},corrected"))
    assert (corrected[2], float(corrected[3])) == ("2", 30.0)


def test_a_file_in_a_folder_is_called_alike_in_the_app_and_headless(storage: Storage, tmp_path: Path) -> None:
    toml = small_client.write_client(
        tmp_path / "client", small_client.LONG_TOML.replace('"media.csv"', '"in/media.csv"')
    )
    (toml.parent / "in").mkdir()
    (toml.parent / "media.csv").rename(toml.parent / "in" / "media.csv")
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace('platform = "google"', 'source = "media.csv", platform = "nobody"'), encoding="utf-8")
    with pytest.raises(BlockedFit, match="wait for a group"):
        run(toml, tmp_path / "results", say=lambda _: None)
    rows = (tmp_path / "results" / "reconciliation.csv").read_text(encoding="utf-8").splitlines()
    project = take_in(storage, toml, author="Test").id
    assert {row.split(",")[0] for row in rows[1:]} == set(scoped_of(storage, project).ground.items["source"])
