"""A mapping kept in a spreadsheet: which line items a row stands for, and which columns mean what."""

import pandas as pd
import pytest
from builders import media

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping_table import choices_from_table

LEVELS = ("Objective", "Channel", "Group")


def items(*names, dimensions=("platform", "campaign")):
    return catalogue([media([(name, "2024-01-01", 1) for name in names], dimensions=dimensions)])


def targets(catalogued, rows, *, levels=LEVELS):
    table = pd.DataFrame(rows).astype(str)
    read = choices_from_table(table, list(range(2, len(table) + 2)), catalogued, levels, source="mapping.csv")
    by_name = {catalogued.loc[item, "name"]: target.path or target.exclude for item, target in read.choices.items()}
    return by_name, read.rows_without_line_item


def test_a_row_stands_for_the_line_item_that_is_exactly_it():
    """An empty cell is a value first: exports have campaigns without a name."""
    found, _ = targets(
        items(("meta", ""), ("meta", "brand")),
        [{"platform": "meta", "campaign": "", "path": "A > B > Rest"},
         {"platform": "meta", "campaign": "brand", "path": "A > B > Brand"}],
    )  # fmt: skip
    assert found == {"meta / ": ("A", "B", "Rest"), "meta / brand": ("A", "B", "Brand")}


def test_an_empty_cell_fits_everything_where_no_line_item_has_it_empty():
    found, _ = targets(
        items(("meta", "a"), ("meta", "b")), [{"platform": "meta", "campaign": "", "path": "A > B > Social"}]
    )
    assert set(found.values()) == {("A", "B", "Social")}
    assert len(found) == 2


def test_names_are_compared_as_people_read_them_when_nothing_fits_to_the_letter():
    found, without = targets(
        items(("meta", "Brand"), ("meta", "Video"), ("meta", "video")),
        [
            {"platform": "META ", "campaign": "brand", "path": "A > B > Brand"},
            {"platform": "meta", "campaign": "Video", "path": "A > B > One"},
            {"platform": "meta", "campaign": "video", "path": "A > B > Two"},
            {"platform": "tiktok", "campaign": "brand", "path": "A > B > Brand"},
        ],
    )
    groups = {name: path[-1] for name, path in found.items()}
    assert groups == {"meta / Brand": "Brand", "meta / Video": "One", "meta / video": "Two"}
    assert without == (5,)


@pytest.mark.parametrize("dimension", ["channel", "Channel"])
def test_a_level_may_be_called_like_a_dimension(dimension):
    catalogued = items(("meta", "brand"), dimensions=(dimension, "campaign"))
    row = {"campaign": "brand", "Objective": "Awareness", "Channel": "Social", "Group": "Brand social"}
    assert targets(catalogued, [row])[0] == {"meta / brand": ("Awareness", "Social", "Brand social")}


def test_columns_that_differ_in_case_only_keep_their_own_meaning():
    catalogued = items(("meta", "brand"), ("google", "brand"), dimensions=("channel", "campaign"))
    rows = [
        {"channel": name, "campaign": "brand", "Objective": "O", "Channel": name.upper(), "Group": f"{name} brand"}
        for name in ("meta", "google")
    ]
    assert targets(catalogued, rows)[0] == {
        "meta / brand": ("O", "META", "meta brand"),
        "google / brand": ("O", "GOOGLE", "google brand"),
    }


def test_line_item_is_the_whole_name_beside_a_wide_file():
    catalogued = catalogue(
        [
            media([("TV", "2024-01-01", 1)], source="plan.xlsx", dimensions=("line_item",)),
            media([(("meta", "brand"), "2024-01-01", 1)], source="ads.csv", dimensions=("platform", "campaign")),
        ]
    )
    rows = [
        {"line_item": "TV", "path": "A > Broadcast > TV"},
        {"line_item": "meta / brand", "path": "A > Social > Brand"},
    ]
    found, without = targets(catalogued, rows)
    assert found == {"TV": ("A", "Broadcast", "TV"), "meta / brand": ("A", "Social", "Brand")}
    assert without == ()


def test_blanks_around_the_names_of_a_path_do_not_count():
    found, _ = targets(items(("meta", "brand")), [{"campaign": "brand", "path": " A >  B > Brand "}])
    assert found == {"meta / brand": ("A", "B", "Brand")}


def test_a_dimension_called_like_a_fact_is_found_by_its_own_name():
    catalogued = items(("meta", "brand"), dimensions=("source", "campaign"))
    found, _ = targets(catalogued, [{"source": "meta", "path": "A > B > Brand"}])
    assert found == {"meta / brand": ("A", "B", "Brand")}


def test_two_targets_for_one_line_item_are_refused_with_both_rows():
    with pytest.raises(BadInput, match=r"two targets \(mapping\.csv, rows 2 and 3\)"):
        targets(items(("meta", "brand")), [{"campaign": "brand", "path": f"A > B > {name}"} for name in ("One", "Two")])


def test_a_table_without_targets_names_the_missing_levels():
    with pytest.raises(BadInput, match=r"no column for level Channel, Group"):
        targets(items(("meta", "brand")), [{"campaign": "brand", "Objective": "A"}])


def test_a_table_without_names_is_refused():
    with pytest.raises(BadInput, match="names no line items"):
        targets(items(("meta", "brand")), [{"Objective": "A", "path": "A > B > C"}])
