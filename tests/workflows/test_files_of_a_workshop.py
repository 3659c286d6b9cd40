"""Files that a workshop file names: read once or twice, found or not, and what choices make of their line items."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from builders import kpi, media, mondays
from small_client import LONG_TOML, write_client

from mmm_core.errors import BadInput
from mmm_core.ingest.table import RawTable, TotalsRow
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.workflows.headless import line_items_table, run
from mmm_core.workflows.reading import read_mapping, read_sources, unique_label
from mmm_core.workflows.scoping import lay_ground, scope
from mmm_core.workflows.workshop_file import read_workshop_file


def said(tmp_path, toml):
    (tmp_path / "workshop.toml").write_text(toml, encoding="utf-8")
    return read_workshop_file(tmp_path / "workshop.toml")


def test_a_file_that_is_read_twice_keeps_what_is_known_of_its_numbers():
    """Without it, figures that a workbook stores would be read anew, as text that somebody wrote."""
    table = RawTable(
        source="plan.xlsx",
        sheet="Plan",
        columns=("date", "tv"),
        cells=pa.table({"date": ["2024-01-01"], "tv": ["1.234"]}),
        row_numbers=np.array([2]),
        delimiter=";",
        native=pa.table({"date": [False], "tv": [True]}),
        totals=(TotalsRow(row=3, label="Total", cells={}),),
    )
    labels: set[str] = set()
    first, second = unique_label(table, labels), unique_label(table, labels)
    assert (first.source, second.source) == ("plan.xlsx", "plan.xlsx (2)")
    assert replace(second, source=first.source).native is table.native
    assert (second.delimiter, second.totals) == (table.delimiter, table.totals)


def test_a_name_that_no_file_can_have_gets_a_message(tmp_path):
    content = read_workshop_file(write_client(tmp_path, LONG_TOML.replace("media.csv", "me\\u0000dia.csv")))
    with pytest.raises(BadInput, match="cannot be read"):
        read_sources(content, [tmp_path])


CHOICE = LONG_TOML + '\n[[choice]]\nline_item = { platform = "%s" }\npath = ["Brand", "Audio", "Radio"]\n'


def two_files():
    """Return a platform with campaigns in one file, and the same platform without campaigns in another."""
    return catalogue(
        [
            media([(("meta", "brand"), "2024-01-01", 5)], source="a.csv", dimensions=("platform", "campaign")),
            media([("meta", "2024-01-01", 7)], source="b.csv", dimensions=("platform",)),
        ]
    )


def test_a_choice_takes_the_line_item_that_has_its_values_and_no_others(tmp_path):
    items = two_files()
    mapping, findings = read_mapping(said(tmp_path, CHOICE % "meta"), [tmp_path], items)
    assert [items.loc[item, "name"] for item in mapping.choices] == ["meta"]
    assert findings == ()


def test_a_choice_for_an_empty_cell_leaves_the_line_item_without_that_dimension_alone(tmp_path):
    """Two line items read "meta": in one file the campaign is empty, the other file has no campaigns."""
    both = (("meta", ""), "2024-01-01", 5), (("meta", "brand"), "2024-01-01", 6)
    items = catalogue(
        [
            media(list(both), source="a.csv", dimensions=("platform", "campaign")),
            media([("meta", "2024-01-01", 7)], source="b.csv", dimensions=("platform",)),
        ]
    )
    empty = CHOICE.replace('"%s"', '"meta", campaign = ""')
    for toml, spend in ((empty, 5), (CHOICE % "meta", 7)):
        mapping, _ = read_mapping(said(tmp_path, toml), [tmp_path], items)
        assert [items.loc[item, "spend_micros"] / 1e6 for item in mapping.choices] == [spend]
    mapping, _ = read_mapping(said(tmp_path, empty), [tmp_path], items[items["spend_micros"] == 7_000_000])
    assert len(mapping.choices) == 1, "without a line item of an empty cell, empty means that it does not apply"


def test_a_choice_that_fits_no_line_item_is_noted(tmp_path):
    _, findings = read_mapping(said(tmp_path, CHOICE % "tiktok"), [tmp_path], two_files())
    assert [finding.code for finding in findings] == ["choice_without_line_item"]


def test_a_choice_is_for_dimensions_not_for_facts(tmp_path):
    toml = (CHOICE % "meta").replace("platform = ", "spend_micros = ")
    with pytest.raises(BadInput, match=r"choice\[1\] asks for 'spend_micros'"):
        read_mapping(said(tmp_path, toml), [tmp_path], two_files())


@pytest.mark.parametrize("dimension", ["group", "status", "path", "name", "source", "line_item_id"])
def test_line_items_csv_keeps_a_dimension_that_is_called_like_one_of_its_facts(dimension):
    dates = mondays(30)
    rows = [("spring", date, number + 1.0) for number, date in enumerate(dates)]
    data = ProjectData(media=(media(rows, dimensions=(dimension,)),), kpi=kpi(dates, np.arange(30) + 1.0))
    ground = lay_ground(data, ProjectSettings(name="x"))
    table = line_items_table(scope(ground, read_mapping_of_all(dimension)))
    assert table[f"{dimension}_"].tolist() == ["spring"]
    assert table["group"].tolist() == ["All"]


def read_mapping_of_all(dimension):
    from mmm_core.taxonomy.mapping import Mapping, Rule, Target

    return Mapping(levels=("Group",), rules=(Rule(match={dimension: ("spring",)}, target=Target(path=("All",))),))


def test_a_folder_that_is_a_file_ends_a_run_before_anything_is_written(tmp_path):
    toml = write_client(tmp_path / "client")
    (tmp_path / "out").write_text("a letter", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be written to"):
        run(toml, tmp_path / "out", say=lambda _: None)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a letter"
