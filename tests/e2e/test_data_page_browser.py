"""The page Data in a real browser: several files at once, a question, a flat file, a newer file for an older one."""

from collections.abc import Callable
from pathlib import Path

import pytest
import small_client
from driving import Tab
from playwright.sync_api import expect

from mmm_core import fingerprint
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.replacing import list_former
from mmm_core.workflows.scoping import scope
from mmm_core.workflows.sources import list_sources, reading_of
from mmm_core.workflows.taking_in import take_in

pytestmark = pytest.mark.browser
UNDECIDABLE = b"date,campaign,spend\n" + b"".join(
    b"%02d/%02d/2023,tv,%d.50\n" % (day, month, day) for month in (1, 3, 4) for day in (2, 5, 9)
)


def key_of(content: bytes) -> str:
    return f"new-{fingerprint.short(fingerprint.of_bytes(content))}"


def write(folder: Path, **files: bytes) -> list[Path]:
    paths = []
    for name, content in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_bytes(content)
    return paths


@pytest.fixture
def project(storage: Storage) -> str:
    """Give a project without files."""
    return create_project(storage, ProjectSettings(name="Brings files"), author="Test").id


def test_several_files_are_taken_in_with_one_click_and_the_question_stays(
    tab: Tab, storage: Storage, project: str, tmp_path: Path
) -> None:
    files = write(
        tmp_path,
        media=small_client.media_csv(),
        kpi=small_client.kpi_csv(),
        controls=small_client.controls_csv(),
        stations=UNDECIDABLE,
        words=b"nothing of use\n",
    )
    tab.open("data", project)
    tab.upload(*files)
    expect(tab.at("add-all")).to_contain_text("Add the other 3 files")
    assert "2 of them with something to decide" in tab.text()
    tab.click("add-all")
    expect(tab.at("add-all")).to_have_count(0)
    assert [source.name for source in list_sources(storage, project)] == ["media.csv", "kpi.csv", "controls.csv"]
    expect(tab.page.get_by_test_id("stAlertContentError")).to_have_count(1)
    _answer_the_question(tab)
    tab.must_be_sound()
    source = list_sources(storage, project)[-1]
    assert (source.name, reading_of(source).date_order) == ("stations.csv", "mdy")


def _answer_the_question(tab: Tab) -> None:
    """The date that can be read both ways is asked; after the answer the file is complete."""
    key = key_of(UNDECIDABLE)
    assert "Which day is 02/01/2023?" in tab.text()
    expect(tab.at(f"{key}-add")).to_have_count(0)
    tab.page.get_by_role("button", name="1 February 2023").click()
    tab.settle()
    assert "Which day is" not in tab.text()
    tab.click(f"{key}-add")
    expect(tab.at(f"{key}-add")).to_have_count(0)


def test_a_newer_file_is_compared_first_and_leaves_the_mapping_as_it_is(
    tab: Tab, storage: Storage, tmp_path: Path
) -> None:
    project = take_in(storage, small_client.write_client(tmp_path / "client"), author="Test").id
    before = next(source for source in list_sources(storage, project) if source.kind == "media")
    content = _a_week_later()
    tab.open("data", project)
    tab.upload(*write(tmp_path, media=content))
    assert "7 figures are new, 1 changed, 7 gone" in tab.text()
    assert next(source for source in list_sources(storage, project) if source.kind == "media") == before
    changes = tab.page.get_by_test_id("stExpander").filter(has_text="What changes")
    changes.locator("summary").click()
    expect(changes.get_by_test_id("stDataFrame")).to_be_visible()
    tab.click(f"{key_of(content)}-add")
    expect(tab.at(f"{key_of(content)}-add")).to_have_count(0)
    tab.must_be_sound()
    after = next(source for source in list_sources(storage, project) if source.kind == "media")
    assert (after.id, after.fingerprint) == (before.id, fingerprint.of_bytes(content))
    scoped = scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)
    assert "unmapped_spend" not in {finding.code for finding in scoped.findings}
    assert [former.version.fingerprint for former in list_former(storage, after)] == [before.fingerprint]


def _a_week_later() -> bytes:
    """Return the media export a week later: the first week gone, one more at the end, one amount corrected."""
    rows = small_client.media_rows()
    later = rows[rows["date"] == rows["date"].max()].assign(date="2024-12-30")
    lines = small_client.media_csv().replace(b",33019.96,", b",33000.00,").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(b"2023-01-02")]
    return b"".join(kept) + later.to_csv(index=False, header=False, lineterminator="\n").encode()


def test_one_flat_file_serves_as_media_outcome_and_controls(
    tab: Tab, storage: Storage, project: str, tmp_path: Path
) -> None:
    rows = [b"date,variable,value\n"]
    for line in small_client.media_csv().splitlines()[1:]:
        date, _, campaign, spend, _ = line.split(b",")
        rows.append(b"%s,%s spend,%s\n" % (date, campaign, spend))
    rows += [b"%s,revenue,%s\n" % tuple(line.split(b",")) for line in small_client.kpi_csv().splitlines()[1:]]
    rows += [
        b"%s,price index,%s\n" % tuple(line.split(b",")[:2]) for line in small_client.controls_csv().splitlines()[1:]
    ]
    content = b"".join(rows)
    tab.open("data", project)
    tab.upload(*write(tmp_path, master=content))
    for line in ("Media spend: ", "Outcome: revenue", "Controls: "):
        assert line in tab.text()
    tab.click(f"{key_of(content)}-add")
    expect(tab.at("next-step")).to_be_visible()
    tab.must_be_sound()
    assert {source.kind for source in list_sources(storage, project)} == {"media", "kpi", "controls"}
    tab.click("next-step")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("104 complete weeks")


def test_what_was_brought_survives_a_reload_and_another_tab(
    new_tab: Callable[[], Tab], storage: Storage, project: str, tmp_path: Path
) -> None:
    tab = new_tab()
    tab.open("data", project)
    tab.upload(*write(tmp_path, media=small_client.media_csv()))
    tab.click(f"{key_of(small_client.media_csv())}-add")
    tab.page.reload()
    tab.settle()
    assert "728 rows" in tab.text()
    other = new_tab()
    other.open("data", project)
    assert "728 rows" in other.text()
    other.upload(*write(tmp_path, media=small_client.media_csv()))
    assert "in the project already" in other.text()
