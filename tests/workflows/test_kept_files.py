"""Organic media, control totals, lift tests and rates travel from the upload to the ground like all other files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_client

from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.storage.sources import SourceKind
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.scoping import Ground
from mmm_core.workflows.sources import add_source
from mmm_core.workflows.uploads import guess_roles, inspect_upload

FILES: dict[SourceKind, bytes] = {
    "tracked": b"date,ga4 orders\n2023-01-02,40\n2023-01-09,50\n",
    "organic": b"date,newsletter,opens\n2023-01-02,customers,100\n2023-01-09,customers,120\n2023-01-09,leads,7\n",
    "control_totals": b"month,channel,booked amount\n2023-01,Social,1000.00\n2023-02,Social,900.00\n",
    "lift_tests": b"group,start,end,spend change,lift\nSearch,2023-03-06,2023-04-02,5000,12000\n",
    "rates": b"date,currency,rate\n2023-01-01,USD,0.9\n",
}
ABROAD = b"date,campaign,spend,currency\n2023-01-02,US spring,100.00,USD\n2023-01-09,US spring,50.00,USD\n"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'workshop.sqlite'}")
    yield open_storage(installation)
    close_storage(installation)


def ground_of(storage: Storage, files: dict[SourceKind, bytes]) -> Ground:
    project = create_project(storage, ProjectSettings(name="Acme"), author="Test").id
    for number, (kind, content) in enumerate([("media", small_client.media_csv()), *files.items()]):
        reading, _, failure = guess_roles(inspect_upload(content, name="file.csv").table, kind)
        assert reading is not None, failure
        add_source(storage, project, content, name=f"{number}.csv", sheet="", reading=reading, author="Test")
    return load_ground(storage, ground_key(storage, project))


def test_every_kind_reaches_the_ground_and_is_named_as_kept(storage: Storage) -> None:
    ground = ground_of(storage, FILES)
    assert [table.rows["value"].tolist() for table in ground.data.tracked] == [[40, 50]]
    assert [len(table.line_items) for table in ground.data.organic] == [2]
    assert [table.raw_micros for table in ground.data.control_totals] == [1_900_000_000]
    assert [list(table.rows["group"]) for table in ground.data.lift_tests] == [["Search"]]
    assert "lift_tests_offered" in {finding.code for finding in ground.findings}


def test_files_that_are_kept_for_later_change_no_sum(storage: Storage) -> None:
    alone, kept = ground_of(storage, {}), ground_of(storage, FILES)
    assert kept.items["spend_micros"].sum() == alone.items["spend_micros"].sum()
    assert list(kept.items.index) == list(alone.items.index)


def test_rates_convert_the_media_of_another_currency(storage: Storage, tmp_path: Path) -> None:
    project = create_project(storage, ProjectSettings(name="Acme"), author="Test").id
    for kind, content in (("media", ABROAD), ("rates", FILES["rates"])):
        reading, _, _ = guess_roles(inspect_upload(content, name="file.csv").table, kind)
        assert reading is not None
        add_source(storage, project, content, name=f"{kind}.csv", sheet="", reading=reading, author="Test")
    ground = load_ground(storage, ground_key(storage, project))
    assert int(ground.items["spend_micros"].sum()) == 135_000_000
    assert "currency_without_rate" not in {finding.code for finding in ground.findings}
