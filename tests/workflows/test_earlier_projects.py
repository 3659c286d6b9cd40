"""What the same client's other projects know, and only theirs."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
import small_client

from mmm_core.errors import BadInput
from mmm_core.settings import ProjectSettings
from mmm_core.storage import projects, sources
from mmm_core.storage.opened import Storage
from mmm_core.workflows.clock import now
from mmm_core.workflows.earlier import earlier_examples, earlier_name, projects_of_client
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import GroundKey, ground_key
from mmm_core.workflows.projects import change_settings, create_project, get_project
from mmm_core.workflows.sources import list_sources


def named(storage: Storage, project: str, client: str) -> None:
    base = get_project(storage, project).settings
    change_settings(storage, project, base=base, settings=replace(base, client=client), author="Test")


def new(storage: Storage, client: str) -> str:
    return create_project(storage, ProjectSettings(name="New", client=client), author="Test").id


def test_line_items_and_groups_of_the_same_client_are_examples(storage: Storage, client: str) -> None:
    named(storage, client, "Acme Group")
    (examples,) = earlier_examples(storage, new(storage, " ACME  group"))
    assert len(examples) == sum(map(len, small_client.CAMPAIGNS.values()))
    paths = dict(zip(examples["name"], examples["path"], strict=True))
    assert paths["radio / Radio spring"] == ("Brand", "Audio", "Radio")


@pytest.mark.parametrize(("theirs", "ours"), [("Acme", "Beta"), ("", ""), ("Acme", ""), ("", "Acme")])
def test_other_clients_and_unnamed_ones_teach_nothing(storage: Storage, client: str, theirs: str, ours: str) -> None:
    named(storage, client, theirs)
    project = new(storage, ours)
    assert projects_of_client(storage, project) == ()
    assert earlier_examples(storage, project) == ()
    assert earlier_name(storage, project) == ""


def test_a_project_is_no_example_for_itself(storage: Storage, client: str) -> None:
    named(storage, client, "Acme")
    assert earlier_examples(storage, client) == ()


def test_a_project_whose_files_cannot_be_read_is_left_out(storage: Storage, client: str) -> None:
    named(storage, client, "Acme")
    project = new(storage, "Acme")
    media = list_sources(storage, client)[0]
    wrong = media.reading | {"date": "no such column"}
    with storage.database.transaction() as session:
        sources.change_reading(session, client, media.id, base=media.reading, reading=wrong)
    assert earlier_examples(storage, project) == ()


def test_the_name_of_the_examples_follows_the_mapping_they_come_from(storage: Storage, client: str) -> None:
    named(storage, client, "Acme")
    project = new(storage, "Acme")
    before = earlier_name(storage, project)
    assert before
    assert earlier_name(storage, project) == before
    base = current_mapping(storage, client)
    edit_mapping(storage, client, lambda m: m.with_group(("A", "B", "C")), base=base, author="Test", message="C")
    assert earlier_name(storage, project) not in ("", before)


def test_the_client_is_no_part_of_what_the_ground_is_made_from(storage: Storage, client: str) -> None:
    before = ground_key(storage, client)
    named(storage, client, "Acme")
    after = ground_key(storage, client)
    assert before.settings != after.settings
    assert before.fingerprint == after.fingerprint


def test_the_name_of_a_ground_is_that_of_the_release_before_clients() -> None:
    """Written down from the first release: what was computed for these settings is still found."""
    key = GroundKey(settings=ProjectSettings(name="Acme"), sources=())
    assert key.fingerprint == "02325c30080d80e2b191e47f10ce69479f880f781b007f0a5e91dafc199d7fa7"


def test_settings_of_the_release_before_clients_still_load_and_change(storage: Storage, tmp_path: Path) -> None:
    old = asdict(ProjectSettings(name="Old", currency="USD"))
    del old["client"]
    with storage.database.transaction() as session:
        project = projects.create_project(session, name="Old", settings=old, now=now()).id
    settings = get_project(storage, project).settings
    assert settings == ProjectSettings(name="Old", currency="USD")
    changed = change_settings(
        storage, project, base=settings, settings=replace(settings, client="  Acme  Group "), author="Test"
    )
    assert changed.settings.client == "Acme Group"


def test_a_clients_name_has_an_end(storage: Storage) -> None:
    with pytest.raises(BadInput, match="The client's name has 121 characters"):
        create_project(storage, ProjectSettings(name="New", client="x" * 121), author="Test")
