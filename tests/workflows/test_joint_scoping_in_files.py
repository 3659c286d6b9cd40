"""People, owners, archived groups and the analyst's words leave with the workshop file and come back with it."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import small_client

from mmm_core.errors import BadInput
from mmm_core.ingest.readings import ControlsReading
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.nodes import Node
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant, list_participants
from mmm_core.workflows.projects import change_settings, get_project
from mmm_core.workflows.reading import read_mapping
from mmm_core.workflows.scoping import Ground
from mmm_core.workflows.sources import add_source, list_sources
from mmm_core.workflows.structure import current_brief, save_brief_text, written_texts
from mmm_core.workflows.taking_in import export_project, take_in
from mmm_core.workflows.workshop_file import read_workshop_file

RADIO, PRINT = ("Brand", "Audio", "Radio"), ("Brand", "Print", "Magazines")


def with_everything(mapping: Mapping) -> Mapping:
    nodes = {
        ("Brand",): Node(owner="Ada", colour="#1f77b4"),
        RADIO: Node(owner="Ben", description='Spots, "long" and short\nthroughout'),
        PRINT: Node(description="Until 2023"),
    }
    return replace(mapping, archived=(PRINT,), nodes=nodes)


def test_everything_that_was_agreed_survives_the_way_out_and_in(
    storage: Storage, client: str, ground: Ground, tmp_path: Path
) -> None:
    for name, role in (("Ada", "marketing"), ("Ben", "finance")):
        add_participant(storage, client, name=name, role=role, author="Test")
    base = current_mapping(storage, client)
    edit_mapping(storage, client, with_everything, base=base, author="Test", message="Everything")
    for key in ("groups", "bring"):
        shown = current_brief(storage, client, ground)
        save_brief_text(storage, client, key, f"About {key}:\n  as agreed", base=shown, author="Test")
    settings = get_project(storage, client).settings
    change_settings(storage, client, base=settings, settings=replace(settings, client="Acme group"), author="Test")
    with zipfile.ZipFile(io.BytesIO(export_project(storage, client))) as packed:
        packed.extractall(tmp_path / "out")
    back = take_in(storage, tmp_path / "out" / "workshop.toml", author="Test").id
    assert current_mapping(storage, back).mapping == current_mapping(storage, client).mapping
    people = [(person.name, person.role) for person in list_participants(storage, back)]
    assert people == [("Ada", "marketing"), ("Ben", "finance")]
    assert written_texts(storage, back) == written_texts(storage, client)
    there = load_ground(storage, ground_key(storage, back))
    assert not any(text.outdated for text in current_brief(storage, back, there).texts.values())
    assert get_project(storage, back).settings.client == "Acme group"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[[node]]\npath = ["Brand", "Audoi"]\nowner = "Ada"\n', r"node\[1\] speaks of 'Brand > Audoi'"),
        ('[[node]]\npath = ["Brand"]\nowner = "A"\n[[node]]\npath = ["Brand"]\n', r"node\[2\] .* a second time"),
        ('[[node]]\npath = ["Brand"]\ncolour = "red"\n', r"'node\[1\]\.colour' is 'red'"),
        ('[[participant]]\nname = "Ada"\nrole = "boss"\n', r"'participant\[1\]\.role' is 'boss'"),
        ('[[participant]]\nname = "Ada"\n[[participant]]\nname = "ADA"\n', r"participant\[2\]\.name' is 'ADA'"),
        ('[structure]\nweather = "x"\n', r"'structure\.weather' is not a known key"),
    ],
)
def test_what_cannot_be_meant_is_named(ground: Ground, tmp_path: Path, toml: str, message: str) -> None:
    path = small_client.write_client(tmp_path / "wrong", small_client.LONG_TOML + toml)
    with pytest.raises(BadInput, match=message):
        read_mapping(read_workshop_file(path), [path.parent], ground.items)


SOURCES = """
[[tracked]]
file = "analytics.csv"
date = "date"
value = "orders"

[[organic]]
file = "organic.csv"
date = "date"
line_item = ["list"]
exposure = "opens"

[[control_totals]]
file = "ledger.csv"
date = "month"
amount = "booked"

[[lift_tests]]
file = "lift.csv"
group = "group"
start = "start"
end = "end"
spend_change = "change"
lift = "lift"

[[rates]]
file = "fx.csv"
date = "date"
currency = "currency"
rate = "rate"

[[rate]]
currency = "GBP"
start = 2024-01-01
rate = 1.15
"""
FILES = {
    "analytics.csv": "date,orders\n2024-01-01,40\n2024-01-08,50\n",
    "organic.csv": "date,list,opens\n2024-01-01,news,10\n2024-01-08,news,12\n",
    "ledger.csv": "month,booked\n2024-01,100\n2024-02,200\n",
    "lift.csv": "group,start,end,change,lift\nRadio,2024-01-01,2024-01-14,500,40\n",
    "fx.csv": "date,currency,rate\n2024-01-01,USD,0.9\n2024-02-01,USD,0.95\n",
}


def test_every_kind_of_source_survives_the_way_out_and_in(storage: Storage, tmp_path: Path) -> None:
    toml = small_client.write_client(tmp_path / "all", small_client.LONG_TOML + SOURCES)
    for name, text in FILES.items():
        (toml.parent / name).write_text(text, encoding="utf-8")
    first = take_in(storage, toml, author="Test").id
    with zipfile.ZipFile(io.BytesIO(export_project(storage, first))) as packed:
        packed.extractall(tmp_path / "out")
    second = take_in(storage, tmp_path / "out" / "workshop.toml", author="Test").id
    kinds = [
        [(source.kind, source.fingerprint, source.reading) for source in list_sources(storage, project)]
        for project in (first, second)
    ]
    assert sorted(kinds[0], key=str) == sorted(kinds[1], key=str)
    assert [kind for kind, _, _ in kinds[0]] == [
        *("media", "kpi", "tracked", "controls", "organic", "control_totals", "lift_tests", "rates", "rates"),
    ]


def test_files_of_any_name_are_unpacked_again(storage: Storage, tmp_path: Path) -> None:
    """Two names that differ in case are one file on Windows and on a Mac; others cannot be written at all."""
    first = take_in(storage, small_client.write_client(tmp_path / "all"), author="Test").id
    names = ("MEDIA.csv", "..", "a\0b: c?.csv", "é" * 300 + ".csv", "C:\\x\\CON|.csv", "Workshop.toml")
    for number, name in enumerate(names):
        content = small_client.controls_csv().replace(b"price_index", f"price_{number}".encode())
        reading = ControlsReading(date="date", columns=(f"price_{number}",))
        add_source(storage, first, content, name=name, sheet="", reading=reading, author="Test")
    with zipfile.ZipFile(io.BytesIO(export_project(storage, first))) as packed:
        packed.extractall(tmp_path / "out")
    unpacked = [path.name for path in (tmp_path / "out").iterdir()]
    assert len({name.casefold() for name in unpacked}) == 1 + 3 + len(names)
    assert not [name for name in unpacked if set(name) & set('<>:"|?*\0')]
    second = take_in(storage, tmp_path / "out" / "workshop.toml", author="Test").id
    bytes_of = [[source.fingerprint for source in list_sources(storage, project)] for project in (first, second)]
    assert sorted(bytes_of[0]) == sorted(bytes_of[1])


def test_roles_that_do_not_fit_together_are_named_with_their_table(tmp_path: Path) -> None:
    wrong = small_client.LONG_TOML.replace('columns = ["price_index", "promotion"]', 'columns = ["x"]\nlayout = "flat"')
    with pytest.raises(BadInput, match=r"names no 'variable', 'figures' \(workshop\.toml, 'controls\[1\]'\)"):
        read_workshop_file(small_client.write_client(tmp_path, wrong))
