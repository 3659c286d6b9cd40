"""The command line does the whole job without a browser and says the same as the app."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import small_client
from simulated import needs_pymc

from mmm_core import cli
from mmm_core.settings import Installation
from mmm_core.storage.opened import close_storage, open_storage
from mmm_core.workflows import headless
from mmm_core.workflows.taking_in import export_project, take_in

SCOPE_FILES = {
    "line_items.csv",
    "subtotals.csv",
    "panel.csv",
    "reconciliation.csv",
    "findings.json",
    "resolvability.csv",
    "push_back.json",
    "scope.html",
    "scope.xlsx",
}
FIT_FILES = {"fit/summary.csv", "fit/diagnostics.json", "scenarios.csv"}
STEPS = ["raw", "corrected", "line_items", "mapped", "unmapped", "excluded", "model_input"]
SUMMARY = [
    "group",
    "spend",
    "contribution_mean",
    "contribution_q05",
    "contribution_q95",
    "share_of_spend",
    "share_of_contribution",
    "roi_mean",
    "roi_q05",
    "roi_q95",
    "standing",
]
_COLUMNS = [campaign for shares in small_client.CAMPAIGNS.values() for campaign in shares]
WIDE = f"""
[[media]]
file = "wide.csv"
layout = "wide"
date = "date"
spend = {{ {", ".join(f'"{name}" = "{name}"' for name in _COLUMNS)} }}
"""
WIDE_RULES = """
[[rule]]
match = { line_item = "*brand*" }
path = ["Brand", "Social", "Brand social"]

[[rule]]
match = { line_item = "go_*" }
path = ["Sales", "Search", "Search"]

[[rule]]
match = { line_item = "radio*" }
path = ["Brand", "Audio", "Radio"]
"""
WIDE_SCOPE = small_client.PROJECT + WIDE + small_client.OUTCOME + WIDE_RULES
NO_MODEL = small_client.PROJECT + small_client.LONG + small_client.OUTCOME
UNMAPPED = NO_MODEL + small_client.RULES.replace("radio*", "nothing like it") + small_client.model_section()


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype={"amount": "string", "difference": "string"})


def run_cli(*arguments: str) -> int:
    return cli.main(["run", *arguments])


@pytest.fixture(scope="module")
def long_run(tmp_path_factory: pytest.TempPathFactory, compiled_code: dict[str, str]) -> tuple[Path, str]:
    """Run the command once as people do; give the results and what it said on stderr."""
    folder = tmp_path_factory.mktemp("long")
    toml = small_client.write_client(folder)
    ended = subprocess.run(
        [sys.executable, "-m", "mmm_core.cli", "run", str(toml), "--out", str(folder / "out"), "--validate"],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
        env={**os.environ, **compiled_code},
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "", "progress belongs on stderr"
    return folder / "out", ended.stderr


@pytest.mark.fit
def test_every_file_is_written_and_progress_goes_to_stderr(long_run: tuple[Path, str]) -> None:
    out, said = long_run
    assert written(out) >= SCOPE_FILES | FIT_FILES
    for stage in ("build", "compile", "sample", "summarise"):
        assert re.search(rf"^{stage}: ", said, re.MULTILINE), stage
    assert "Traceback" not in said
    assert "Warning" not in said


@pytest.mark.fit
def test_the_tables_have_the_columns_that_were_promised(long_run: tuple[Path, str]) -> None:
    out, _ = long_run
    assert list(table(out, "subtotals.csv")) == ["level", "node_path", "period", "spend", "exposure"]
    groups, controls = list(small_client.GROUPS), ["price_index", "promotion"]
    assert list(table(out, "panel.csv")) == ["period", "geo", *groups, "revenue", *controls]
    assert list(table(out, "reconciliation.csv")) == ["source", "step", "rows", "amount", "difference"]
    assert list(table(out, "fit/summary.csv")) == SUMMARY
    assert list(table(out, "scenarios.csv")) == ["scenario", "period", "q05", "q25", "q50", "q75", "q95", "standing"]
    found = json.loads((out / "fit/diagnostics.json").read_text(encoding="utf-8"))
    assert set(found) == {
        "r_hat_max", "ess_bulk_min", "ess_tail_min", "divergences", "sampler", "seconds", "r2", "nrmse", "mape",
        "standing", "attempts", "provisional", "remark",
    }  # fmt: skip
    assert {"build", "compile", "sample", "summarise"} <= set(found["seconds"])
    for finding in json.loads((out / "findings.json").read_text(encoding="utf-8")):
        assert {"code", "severity", "message", "where", "remedy"} <= set(finding)


@pytest.mark.fit
def test_every_result_of_a_run_that_nobody_signed_says_that_it_is_a_draft(long_run: tuple[Path, str]) -> None:
    out, _ = long_run
    for name in ("fit/summary.csv", "scenarios.csv"):
        assert set(table(out, name)["standing"]) == {"draft"}, name
    assert json.loads((out / "fit/diagnostics.json").read_text(encoding="utf-8"))["standing"] == "draft"
    assert "Draft, not signed" in (out / "scope.html").read_text(encoding="utf-8")


@pytest.mark.fit
def test_every_cent_of_the_files_is_in_the_model(long_run: tuple[Path, str]) -> None:
    out, _ = long_run
    rows = table(out, "reconciliation.csv")
    assert rows["step"].tolist() == STEPS
    assert set(rows["difference"]) == {"0.00"}
    amount = rows.set_index("step")["amount"]
    total = small_client.total_cents() / 100
    assert amount["raw"] == amount["model_input"] == f"{total:.2f}"
    subtotals = table(out, "subtotals.csv")
    for level in ("Objective", "Channel", "Group"):
        assert subtotals.loc[subtotals["level"] == level, "spend"].sum() == pytest.approx(total, abs=0.005)
    panel = table(out, "panel.csv")
    assert panel[list(small_client.GROUPS)].to_numpy().sum() == pytest.approx(total, abs=0.005)
    assert table(out, "line_items.csv")["spend"].sum() == pytest.approx(total, abs=0.005)


@pytest.mark.fit
def test_the_summary_has_ordered_intervals_and_shares_that_add_up(long_run: tuple[Path, str]) -> None:
    summary = table(long_run[0], "fit/summary.csv")
    assert set(summary["group"]) == set(small_client.GROUPS)
    assert (summary["contribution_q05"] < summary["contribution_mean"]).all()
    assert (summary["contribution_mean"] < summary["contribution_q95"]).all()
    assert summary["share_of_spend"].sum() == pytest.approx(1)
    assert summary["share_of_contribution"].sum() == pytest.approx(1, abs=1e-6)
    assert summary["roi_mean"].to_numpy() == pytest.approx((summary["contribution_mean"] / summary["spend"]).to_numpy())


@pytest.mark.fit
def test_each_scenario_has_its_periods_a_total_and_a_difference(long_run: tuple[Path, str]) -> None:
    rows = table(long_run[0], "scenarios.csv")
    for name, periods in (("More social", 13), ("As before", 4)):
        own = rows[rows["scenario"] == name]
        assert own["period"].tolist()[-2:] == ["total", "difference"]
        dates = pd.to_datetime(own["period"].iloc[:-2])
        assert len(dates) == periods
        assert dates.iloc[0] == pd.Timestamp("2024-12-30"), "the week after the last one of the files"
        quantiles = own[["q05", "q25", "q50", "q75", "q95"]].to_numpy()
        assert (quantiles[:, 1:] >= quantiles[:, :-1]).all()
    same = rows[(rows["scenario"] == "As before") & (rows["period"] == "difference")]
    assert (same[["q05", "q50", "q95"]].to_numpy() == 0).all()


@pytest.mark.fit
def test_a_run_that_is_to_validate_writes_verdicts_checks_held_out_weeks_and_refits(long_run: tuple[Path, str]) -> None:
    out, said = long_run
    found = json.loads((out / "fit/validation.json").read_text(encoding="utf-8"))
    assert found["standing"] == "draft"
    assert [verdict["code"] for verdict in found["verdicts"]] == ["forecast", "rank", "reach"]
    assert {verdict["answer"] for verdict in found["verdicts"]} <= {"yes", "with caution", "no"}
    assert {check["status"] for check in found["checks"]} <= {"fine", "attention", "error", "note"}
    assert [score["ahead"] for score in found["holdout"]["by_ahead"]] == list(range(1, 9))
    assert len(found["holdout"]["held_out"]) == 32
    assert [refit["kind"] for refit in found["stability"]["refits"]] == ["weeks"] * 6 + ["priors"] * 4
    assert set(found["stability"]["overlap"]["priors"]) == {"all", *small_client.GROUPS}
    assert found["stability"]["keeps_showing_up"]
    assert "Can it forecast the next 8 weeks?" in said
    assert "testing: forecast 4 of 4" in said
    assert "testing: refit 6 of 6" in said


class TestWide:
    """A wide plan with the same money and the same groups."""

    pytestmark = needs_pymc

    def test_a_wide_file_gives_the_same_model_input(self, long_run: tuple[Path, str], tmp_path: Path) -> None:
        toml = WIDE_SCOPE + small_client.model_section(draws=50, tune=50)
        said: list[str] = []
        headless.run(small_client.write_client(tmp_path, toml), tmp_path / "out", say=said.append)
        out = tmp_path / "out"
        assert written(out) >= SCOPE_FILES | {"fit/summary.csv", "fit/diagnostics.json"}
        assert "scenarios.csv" not in written(out), "none was asked for"
        assert "fit/validation.json" not in written(out), "it was not asked for"
        pd.testing.assert_frame_equal(table(out, "panel.csv"), table(long_run[0], "panel.csv"))
        assert list(table(out, "fit/summary.csv")) == SUMMARY
        items = table(out, "line_items.csv")
        assert set(items["line_item"]) == set(_COLUMNS)
        assert set(table(out, "reconciliation.csv")["difference"]) == {"0.00"}


def test_unmapped_spend_ends_with_3_and_the_findings_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = small_client.write_client(tmp_path, UNMAPPED)
    assert run_cli(str(toml), "--out", str(tmp_path / "out")) == 3
    findings = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    blocking = [finding for finding in findings if finding["severity"] == "error"]
    assert [finding["code"] for finding in blocking] == ["unmapped_spend"]
    assert blocking[0]["remedy"]
    assert not written(tmp_path / "out") & FIT_FILES
    said = capsys.readouterr()
    assert "2 line items" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('value = "revenue"\n', "", "'kpi.value' is missing"),
        ('layout = "long"', 'layuot = "long"', "'media[1].layuot' is not a known key"),
        ('layout = "long"', 'layout = "tall"', "'media[1].layout' is 'tall'"),
        ('line_item = ["platform", "campaign"]', "line_item = 3", "'media[1].line_item' is 3"),
        ('columns = ["price_index", "promotion"]', "columns = []", "'controls[1].columns'"),
        ('currency = "EUR"', 'currency = "euro"', "'project.currency' is 'euro'"),
        ("chains = 2", 'chains = "two"', "'chains' is 'two'"),
        ("chains = 2", "chians = 2", "'chians'"),
        ("periods = 13", "periods = 1000", "'scenario[1].periods' is 1000"),
        ('change = { "Brand social" = 1.2 }', 'change = { "TV" = 1.2 }', "'TV'"),
        ('path = ["Brand", "Audio", "Radio"]', 'path = ["Radio"]', "Radio"),
        ('file = "kpi.csv"', 'file = "sales.csv"', "'sales.csv'"),
        ('spend = "spend"', 'spend = "cost"', "'cost'"),
        ("[project]", "[project", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_broken_workshop_file_names_the_key_ends_with_2_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, names: str
) -> None:
    assert old in small_client.LONG_TOML
    toml = small_client.write_client(tmp_path, small_client.LONG_TOML.replace(old, new, 1))
    before = written(tmp_path)
    assert run_cli(str(toml), "--out", str(tmp_path / "out")) == 2
    said = capsys.readouterr()
    assert names in said.err
    assert said.out == ""
    assert written(tmp_path) == before
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("media.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "media.csv"),
        ("media.csv", b"", "empty"),
        ("media.csv", small_client.media_csv().replace(b",19946.59,", b",much,"), "much"),
        ("media.csv", small_client.media_csv().replace(b"2023-01-02", b"someday"), "someday"),
        ("kpi.csv", small_client.kpi_csv() + b"2023-01-03,5000.00\n", "2 rows"),
        ("kpi.csv", small_client.kpi_csv().replace(b"2023-01-09", b"2023-01-02"), "2023-01-02"),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_2_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, content: bytes, says: str
) -> None:
    toml = small_client.write_client(tmp_path)
    (tmp_path / file).write_bytes(content)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept.txt").write_text("from before")
    assert run_cli(str(toml), "--out", str(tmp_path / "out")) == 2
    assert says in capsys.readouterr().err
    assert written(tmp_path / "out") == {"kept.txt"}


@pytest.fixture
def no_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop before the fit: these tests compare what comes before it."""
    monkeypatch.setattr(headless, "_fit", lambda *_: None)


@pytest.mark.parametrize("place", ["top", "taxonomy"])
def test_a_mapping_table_gives_the_same_numbers_as_rules(tmp_path: Path, no_fit: None, place: str) -> None:
    with_rules = small_client.write_client(tmp_path / "rules")
    assert run_cli(str(with_rules), "--out", str(tmp_path / "rules" / "out")) == 0
    items = table(tmp_path / "rules" / "out", "line_items.csv")
    paths = items["path"].str.split(" > ", expand=True).set_axis(["Objective", "Channel", "Group"], axis=1)
    mapping = pd.concat([items[["platform", "campaign"]], paths], axis=1)
    line = 'mapping = "mapping.csv"\n'
    toml = NO_MODEL.replace("levels =", f"{line}levels =") if place == "taxonomy" else line + NO_MODEL
    by_table = small_client.write_client(tmp_path / "table", toml)
    mapping.to_csv(by_table.parent / "mapping.csv", index=False)
    assert run_cli(str(by_table), "--out", str(tmp_path / "table" / "out")) == 0
    one, other = (table(tmp_path / name / "out", "panel.csv") for name in ("rules", "table"))
    pd.testing.assert_frame_equal(one, other[list(one)])
    assert set(table(tmp_path / "table" / "out", "line_items.csv")["decided_by"]) == {"choice"}
    for name in ("reconciliation.csv", "subtotals.csv"):
        one, other = (
            table(tmp_path / folder / "out", name).sort_values(key).reset_index(drop=True)
            for folder in ("rules", "table")
            for key in [["source", "step"] if name == "reconciliation.csv" else ["level", "node_path", "period"]]
        )
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    "toml", [small_client.LONG_TOML, small_client.PROJECT + WIDE + small_client.OUTCOME + WIDE_RULES]
)
def test_a_project_exported_by_the_app_gives_the_same_numbers(tmp_path: Path, no_fit: None, toml: str) -> None:
    original = small_client.write_client(tmp_path / "original", toml)
    assert run_cli(str(original), "--out", str(tmp_path / "one")) == 0
    installation = Installation(data_dir=tmp_path / "app", database_url=f"sqlite:///{tmp_path / 'app' / 'w.sqlite'}")
    installation.data_dir.mkdir()
    storage = open_storage(installation)
    try:
        packed = export_project(storage, take_in(storage, original, author="Test").id)
    finally:
        close_storage(installation)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path / "exported")
    assert run_cli(str(tmp_path / "exported" / "workshop.toml"), "--out", str(tmp_path / "two")) == 0
    for name in ("panel.csv", "subtotals.csv", "reconciliation.csv", "line_items.csv", "findings.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_results_replace_those_of_an_earlier_run(tmp_path: Path, no_fit: None) -> None:
    toml = small_client.write_client(tmp_path)
    for _ in range(2):
        assert run_cli(str(toml), "--out", str(tmp_path / "out")) == 0
    assert written(tmp_path / "out") == SCOPE_FILES
