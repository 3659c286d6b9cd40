"""The push-back on the command line: what is written, and what was said in the workshop file."""

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import small_client

from mmm_core.errors import BadInput, BlockedFit
from mmm_core.workflows.headless import run
from mmm_core.workflows.push_back_tables import with_caveats

SAID = """
[[push_back]]
action = "keep"
kind = "pair"
groups = ["Video", "Image"]
text = "two teams steer them"
author = "Mona"
role = "marketing"
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Run the twins, which block their own fit, with an answer in the file."""
    toml = small_client.write_client(tmp_path / "client", small_client.TWIN_TOML + SAID)
    with pytest.raises(BlockedFit, match="Video"):
        run(toml, tmp_path / "out", say=lambda _: None)
    return tmp_path / "out"


def test_objections_are_written_with_their_answers(out: Path) -> None:
    told = json.loads((out / "push_back.json").read_text(encoding="utf-8"))
    pair = next(one for one in told if one["kind"] == "pair")
    assert (pair["verdict"], pair["status"]) == ("roll up", "answered")
    assert pair["answer"] == "kept with a caveat: two teams steer them"
    assert {reason["rule"] for reason in pair["reasons"]} >= {"in_step"}


def test_what_would_be_known_is_written_with_its_caveat(out: Path) -> None:
    table = pd.read_csv(out / "resolvability.csv").set_index("group")
    assert list(table.index) == ["Video", "Image", "Search", "Radio"]
    assert (table["roi_q05"] < table["roi_q50"]).all()
    assert (table["roi_q50"] < table["roi_q95"]).all()
    assert table.loc["Video", "verdict"] == "roll up"
    wanted = "kept apart against advice: read Video and Image together (two teams steer them)"
    assert table.loc[["Video", "Image"], "caveat"].tolist() == [wanted] * 2
    assert table.loc[["Search", "Radio"], "caveat"].isna().all()


def test_the_scope_document_holds_objection_answer_and_caveat(out: Path) -> None:
    page = (out / "scope.html").read_text(encoding="utf-8")
    assert "Video and Image ran in step" in page
    assert "two teams steer them" in page
    cells = {
        str(cell.value)
        for sheet in openpyxl.load_workbook(out / "scope.xlsx").worksheets
        for row in sheet.iter_rows()
        for cell in row
    }
    assert any("read Video and Image together" in cell for cell in cells)


def test_an_answer_of_the_wrong_role_is_refused(tmp_path: Path) -> None:
    said = SAID.replace('role = "marketing"', 'role = "analytics"')
    toml = small_client.write_client(tmp_path / "client", small_client.TWIN_TOML + said)
    with pytest.raises(BadInput, match=r"'push_back\[1\].role' is 'analytics', and the action is 'keep'"):
        run(toml, tmp_path / "out", say=lambda _: None)
    assert not (tmp_path / "out").exists()


def test_caveats_stand_in_a_column_of_their_own_only_where_there_are_any() -> None:
    table = pd.DataFrame({"group": ["A", "B"], "roi": [1.0, 2.0]})
    assert list(with_caveats(table, {}).columns) == ["group", "roi"]
    assert with_caveats(table, {"B": "read with care"})["caveat"].tolist() == ["", "read with care"]
