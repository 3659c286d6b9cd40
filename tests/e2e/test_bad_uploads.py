"""Files that cannot be used, dropped on the real uploader: a message is seen and nothing is added."""

from pathlib import Path

import pytest
import small_client
from driving import Tab
from playwright.sync_api import expect

from mmm_core import fingerprint
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.sources import list_sources

pytestmark = pytest.mark.browser

BAD = {
    "picture.csv": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4,
    "words.csv": small_client.media_csv().replace(b",19946.59,", b",much,"),
    "empty.csv": b"",
    "two_rows.csv": small_client.kpi_csv() + b"2023-01-03,5000.00\n",
}


def test_unusable_files_get_a_message_and_change_nothing(tab: Tab, storage: Storage, tmp_path: Path) -> None:
    project = create_project(storage, ProjectSettings(name="Refuses"), author="Test").id
    tab.open("")
    for name, content in BAD.items():
        path = tmp_path / name
        path.write_bytes(content)
        tab.open("data", project)
        tab.upload(path)
        expect(tab.page.get_by_test_id("stAlertContentError")).to_have_count(1)
        assert tab.at(f"new-{fingerprint.short(fingerprint.of_bytes(content))}-add").count() == 0, name
        tab.must_be_sound()
    assert list_sources(storage, project) == ()
    tab.open("data", project)
    assert tab.at("next-step").count() == 0
