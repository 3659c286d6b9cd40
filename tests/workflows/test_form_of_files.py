"""Encoding, delimiter and header row as they were told: the same with and without the app, also after an export."""

import io
import zipfile

import pytest
from builders import mondays

from mmm_core.errors import BadInput
from mmm_core.ingest import readers
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.readings import KpiReading, MediaReading
from mmm_core.settings import ProjectSettings
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.reading import read_sources
from mmm_core.workflows.sources import add_source, change_reading, list_sources, reading_of, typed_table
from mmm_core.workflows.taking_in import export_project, take_in
from mmm_core.workflows.uploads import inspect_upload, kept_reasons
from mmm_core.workflows.workshop_file import read_workshop_file

TOML = """
[project]
name = "Acme"

[[media]]
file = "media.csv"
date = "date"
line_item = ["campaign"]
spend = "spend"
encoding = "windows-1250"
delimiter = "$"
header_row = 2

[kpi]
file = "kpi.csv"
date = "date"
value = "orders"
"""


@pytest.fixture
def toml(tmp_path):
    days = mondays(20)
    rows = [f"{day}${name}$2.50" for day in days for name in ("Poznań", "Toruń")]
    text = "\n".join(["2024$Old$Old", "date$campaign$spend", *rows])
    (tmp_path / "media.csv").write_bytes(text.encode("windows-1250"))
    (tmp_path / "kpi.csv").write_text("\n".join(["date,orders", *(f"{day},{n}" for n, day in enumerate(days))]))
    (tmp_path / "workshop.toml").write_text(TOML)
    return tmp_path / "workshop.toml"


def campaigns(media) -> list[str]:
    return sorted(media.line_items["campaign"])


def test_a_workshop_file_tells_the_form_and_an_export_keeps_it(storage, toml, tmp_path):
    alone = read_sources(read_workshop_file(toml), [toml.parent])
    project = take_in(storage, toml, author="Test").id
    ground = load_ground(storage, ground_key(storage, project))
    assert campaigns(alone.media[0]) == campaigns(ground.data.media[0]) == ["Poznań", "Toruń"]
    with zipfile.ZipFile(io.BytesIO(export_project(storage, project))) as archive:
        archive.extractall(tmp_path / "again")
    again = read_workshop_file(tmp_path / "again" / "workshop.toml")
    assert again.media[0].reading().form == FileForm(encoding="windows-1250", delimiter="$", header_row=2)
    assert campaigns(read_sources(again, [tmp_path / "again"]).media[0]) == ["Poznań", "Toruń"]


@pytest.mark.parametrize(
    ("line", "told"),
    [('encoding = "klingon"', "'klingon'"), ('delimiter = "::"', "'::'"), ("header_row = 0", "header")],
)
def test_a_form_that_cannot_be_is_refused(toml, line, told):
    name = line.split(" ")[0]
    text = "\n".join(line if old.startswith(name) else old for old in TOML.splitlines())
    toml.write_text(text)
    with pytest.raises(BadInput, match=told):
        read_sources(read_workshop_file(toml), [toml.parent])


def test_a_source_is_read_anew_in_another_form(storage):
    project = create_project(storage, ProjectSettings(name="Acme"), author="Test").id
    content = "date;campaign;spend\n2024-01-01;Poznań;1,5\n2024-01-08;Poznań;2,5\n".encode("windows-1250")
    roles = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend")
    source = add_source(storage, project, content, name="m.csv", sheet="", reading=roles, author="Test")
    assert campaigns(typed_table(storage, source)) == ["Poznañ"]
    told = roles.in_form(FileForm(encoding="windows-1250"))
    changed = change_reading(storage, project, source, told, author="Test")
    assert campaigns(typed_table(storage, changed)) == ["Poznań"]
    assert reading_of(list_sources(storage, project)[0]) == told


def test_an_upload_of_text_beyond_the_limit_is_refused_and_nothing_is_added(storage, monkeypatch):
    monkeypatch.setattr(readers, "MAX_UPLOAD_BYTES", 30)
    project = create_project(storage, ProjectSettings(name="Acme"), author="Test").id
    content = b"date,orders\n2024-01-01,1\n2024-01-08,2\n"
    with pytest.raises(BadInput, match="at most 0 MB were expected"):
        inspect_upload(content, name="kpi.csv")
    reading = KpiReading(date="date", value="orders")
    with pytest.raises(BadInput, match="at most 0 MB were expected"):
        add_source(storage, project, content, name="kpi.csv", sheet="", reading=reading, author="Test")
    assert list_sources(storage, project) == ()


def test_the_reasons_of_roles_are_kept_and_say_where_people_chose_otherwise():
    table = inspect_upload(b"date,campaign,spend,cost\n2024-01-01,a,1,2\n2024-01-08,b,1,2\n", name="m.csv").table
    roles = {"layout": "long", "date": "date", "line_item": ["campaign"]}
    as_proposed = kept_reasons(table, MediaReading.from_dict({**roles, "spend": "spend"}))
    otherwise = kept_reasons(table, MediaReading.from_dict({**roles, "spend": "cost", "decimal": ","}))
    assert as_proposed["spend"].startswith("'spend'")
    assert otherwise["spend"].startswith("chosen by hand; proposed was 'spend'")
    assert otherwise["decimal"] == "chosen by hand; nothing was proposed"
    assert otherwise["date"] == as_proposed["date"]
