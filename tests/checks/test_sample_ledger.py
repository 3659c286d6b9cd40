"""The sample client's ledger shows the planted faults and nothing else; repaired, the files meet it to the cent."""

import dataclasses
import json
from functools import cache

import numpy as np
import pandas as pd
from sample_client import FOLDER

from mmm_core.checks.control_totals import DIFFERS, MEETS
from mmm_core.ingest.corrections import Correction, corrected_data
from mmm_core.schema import MediaTable, ProjectData
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.reading import read_mapping, read_sources
from mmm_core.workflows.scoping import Scoped, lay_ground, scope
from mmm_core.workflows.workshop_file import WorkshopFile, read_workshop_file

PLATFORMS = "ad_platforms.csv"


@cache
def loaded() -> tuple[WorkshopFile, ProjectData]:
    content = read_workshop_file(FOLDER / "workshop.toml")
    return content, read_sources(content, [FOLDER])


@cache
def faults() -> dict[str, dict]:
    return {fault["code"]: fault for fault in json.loads((FOLDER / "truth.json").read_text())["faults"]}


def scoped_of(data: ProjectData, *, tolerance: float = 0.01) -> Scoped:
    content, _ = loaded()
    ground = lay_ground(data, dataclasses.replace(content.settings(), tolerance=tolerance))
    mapping, _ = read_mapping(content, [FOLDER], ground.items)
    return scope(ground, mapping)


def repaired(data: ProjectData) -> ProjectData:
    """Correct what corrections can, and put the missing week back."""
    thousands, slip, twice = (faults()[code] for code in ("spend_in_thousands", "currency_slip", "duplicate_rows"))
    fixes = (
        Correction(id="1", kind="leave_out_rows", source=PLATFORMS, rows=tuple(twice["rows"]), reason="twice"),
        Correction(
            id="2",
            kind="multiply_spend",
            source=PLATFORMS,
            rows=tuple(thousands["rows"]),
            factor="1000",
            reason="thousands",
        ),
        Correction(
            id="3", kind="multiply_spend", source=PLATFORMS, rows=tuple(slip["rows"]), factor="1/24.9", reason="crowns"
        ),
    )
    fixed = corrected_data(data, fixes, {PLATFORMS: ""})
    return dataclasses.replace(
        fixed, media=tuple(_complete(table) if table.source == "offline.csv" else table for table in fixed.media)
    )


def _complete(table: MediaTable) -> MediaTable:
    fault = faults()["missing_week"]
    missing = pd.DataFrame(fault["details"]["rows_taken_out"], columns=["Medium", "Titel", "spend", "exposure"])
    names = table.line_items.reset_index().merge(missing, on=["Medium", "Titel"])
    assert len(names) == len(missing)
    rows = pd.DataFrame(
        {
            "row": np.arange(10_000, 10_000 + len(names)),
            "line_item_id": pd.Categorical(
                names["line_item_id"], categories=table.records["line_item_id"].cat.categories
            ),
            "date": pd.Timestamp(fault["first_day"]),
            "geo": pd.Categorical(["national"] * len(names), categories=table.records["geo"].cat.categories),
            "spend_micros": (names["spend"] * 1e6).round().astype("int64"),
            "exposure": names["exposure"].astype(float),
        }
    )
    return dataclasses.replace(table, records=pd.concat([table.records, rows], ignore_index=True))


def test_the_ledger_shows_the_months_of_the_planted_faults_and_nothing_else() -> None:
    table = scoped_of(loaded()[1]).control_totals.table
    differs = table[table["verdict"] == DIFFERS]
    assert set(zip(differs["node"], differs["time"], strict=True)) == {
        ("TikTok", "2024-11"),  # duplicate_rows
        *(("Pinterest", month) for month in ("2025-04", "2025-05", "2025-06")),  # spend_in_thousands
        *(("TikTok", month) for month in ("2025-09", "2025-10")),  # currency_slip
        *((medium, "2025-03") for medium in ("Mailing", "Prospekt", "Zeitschrift", "Zeitung")),  # missing_week
    }
    assert len(table) == 334
    assert set(table["verdict"]) == {DIFFERS, MEETS}


def test_the_repaired_files_meet_the_ledger_to_the_cent() -> None:
    table = scoped_of(repaired(loaded()[1]), tolerance=0.0).control_totals.table
    assert set(table["verdict"]) == {MEETS}
    assert int(table["difference_micros"].abs().max()) < 10_000, "less than a cent"
    assert (table["edge_micros"] == 0).all()


def test_every_name_of_the_ledger_is_found_before_anything_is_grouped() -> None:
    ground = scoped_of(loaded()[1]).ground
    comparison = scope(ground, Mapping()).control_totals
    assert comparison.unknown.empty
    assert set(comparison.table.loc[comparison.table["node"] == "TV", "found"]) == {"line items of TV"}
