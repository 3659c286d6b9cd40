"""Files that cannot be used, dropped on the real uploader: a message is seen, nothing is added, the server lives on."""

import re
import urllib.request
from pathlib import Path

import pytest
import small_client
from driving import RunningApp, Tab
from ingest.corpus.case import Case
from ingest.corpus.other_files import OTHER_FILES
from ingest.corpus.text_files import TEXT_FILES
from ingest.corpus.workbooks import WORKBOOKS
from playwright.sync_api import expect

from mmm_core import fingerprint
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.sources import list_sources

pytestmark = pytest.mark.browser

CORPUS = {case.name: case for case in (*WORKBOOKS, *OTHER_FILES, *TEXT_FILES)}
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
HOSTILE = (
    *(
        CORPUS[name]
        for name in (
            "a zip bomb",
            "a stray cell at the far corner",
            "addresses that lie",
            "entities that multiply",
            "a password",
            "3,000 parts",
            "a web page called xls",
            "Parquet with a broken footer",
            "a million columns",
            "zero bytes",
        )
    ),
    Case(name="a picture called csv", file="picture.csv", content=lambda: PICTURE, refused="is a PNG picture"),
    Case(
        name="words among figures",
        file="words.csv",
        content=lambda: small_client.media_csv().replace(b",19946.59,", b",much,"),
        refused="'much'",
    ),
    Case(name="an empty file", file="empty.csv", content=lambda: b"", refused="The file is empty"),
    Case(
        name="two outcomes in a week",
        file="two_rows.csv",
        content=lambda: small_client.kpi_csv() + b"2023-01-03,5000.00\n",
        refused="2 rows",
    ),
)


def drop(tab: Tab, project: str, case: Case, folder: Path) -> str:
    """Drop a file on the page Data and return the beginning of the keys of its card."""
    content = case.content()
    path = folder / case.file
    path.write_bytes(content)
    tab.open("data", project)
    tab.upload(path)
    return f"new-{fingerprint.short(fingerprint.of_bytes(content))}"


def must_answer(app: RunningApp) -> None:
    """Fail when the server does not say that it is well."""
    with urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=10) as answer:
        assert (answer.status, answer.read()) == (200, b"ok")


@pytest.fixture(scope="module")
def empty(storage: Storage) -> str:
    """Give a project without files; no case adds one."""
    return create_project(storage, ProjectSettings(name="Refuses"), author="Test").id


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in HOSTILE])
def test_an_unusable_file_gets_a_message_and_the_server_lives_on(
    tab: Tab, app: RunningApp, storage: Storage, empty: str, tmp_path: Path, case: Case
) -> None:
    key = drop(tab, empty, case, tmp_path)
    message = tab.page.get_by_test_id("stAlertContentError")
    expect(message).to_have_count(1)
    expect(message).to_have_text(re.compile(case.refused))
    assert tab.at(f"{key}-add").count() == 0
    tab.must_be_sound()
    must_answer(app)
    assert list_sources(storage, empty) == ()


def test_300_sheets_are_offered_and_the_one_with_data_can_be_taken(
    tab: Tab, app: RunningApp, empty: str, tmp_path: Path
) -> None:
    key = drop(tab, empty, CORPUS["300 empty sheets before the data"], tmp_path)
    expect(tab.page.get_by_role("button", name="S299", exact=True)).to_be_visible()
    expect(tab.like(key).get_by_role("button", name="Add", exact=True)).to_have_count(1)
    tab.must_be_sound()
    must_answer(app)
