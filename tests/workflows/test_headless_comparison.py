"""Several workshop files side by side without a browser: the tables and sentences of the page, or a clear refusal."""

import json
from pathlib import Path

import pandas as pd
import pytest
import small_client
from simulated import needs_pymc

from mmm_core import cli
from mmm_core.documents.comparison_words import answer_by_letter, contrast_sentence
from mmm_core.errors import FailedFit
from mmm_core.estimands import summary_table
from mmm_core.validation.measures import measure_fit
from mmm_core.workflows import headless_comparison
from mmm_core.workflows.comparison_figures import figures_of
from mmm_core.workflows.delivery import COMPARISON_RESULTS

APART, TOGETHER = small_client.TWIN_TOML, small_client.LONG_TOML
UNMAPPED = TOGETHER.replace('campaign = ["radio*"]', 'campaign = ["nothing like it"]')
FITTED = {"candidates.csv", "groups.csv", "parts.csv"}


def write(folder: Path, **tomls: str) -> list[str]:
    """Write the client with a workshop file per candidate; its Video and Image nearly run in step."""
    small_client.write_client(folder).unlink()
    (folder / "media.csv").write_bytes(small_client.wobbling_csv())
    for name, content in tomls.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return [str(folder / f"{name}.toml") for name in tomls]


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def told(folder: Path) -> dict:
    return json.loads((folder / "comparison.json").read_text(encoding="utf-8"))


class TestFitted:
    """Runs that fit."""

    pytestmark = needs_pymc

    def test_two_groupings_are_fitted_tested_and_told_as_on_the_page(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown = []
        monkeypatch.setattr(
            headless_comparison, "figures_of", lambda fitted: shown.append(figures_of(fitted)) or shown[0]
        )
        tomls, out = write(tmp_path, apart=APART, together=TOGETHER), tmp_path / "out"
        out.mkdir()
        (out / "line_items.csv").write_text("of a run before")
        assert cli.main(["compare", *tomls, "--out", str(out)]) == 0
        assert written(out) == {*COMPARISON_RESULTS, "line_items.csv"}
        (found,) = shown
        said = capsys.readouterr()
        assert said.out == ""
        assert answer_by_letter(found) in said.err
        assert f"B, together: {contrast_sentence(found.contrasts[0])}" in said.err
        assert "apart: testing: forecast 4 of 4" in said.err

        lines = pd.read_csv(out / "candidates.csv")
        assert lines["candidate"].tolist() == ["apart", "together"]
        assert lines["groups"].tolist() == [4, 3]
        assert lines["holdout_periods"].tolist() == [32, 32]
        assert set(lines["standing"]) == {"draft"}
        assert len(pd.read_csv(out / "groups.csv")) == 7
        parts = pd.read_csv(out / "parts.csv").set_index(["part", "letter"])
        assert parts.loc[("Video and Image", "A"), "groups"] == "Video, Image"
        assert parts.loc[("Video and Image", "B"), "groups"] == "Brand social"
        assert (parts["roi_q05"] < parts["roi_q50"]).all()

        content = told(out)
        assert content["answer"] == answer_by_letter(found)
        (contrast,) = content["contrasts"]
        assert contrast["sentence"].startswith("Merging Video and Image ")
        assert "holdout error" in contrast["sentence"]
        assert 0 < contrast["foreseen"]["better"] < 1
        assert contrast["foreseen"]["periods"] == 32

    def test_a_group_has_the_figures_that_results_and_validation_have_of_the_same_fit(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        results, measures = [], {}

        def look(fitted):
            for letter, one in zip("AB", fitted, strict=True):
                panel, fit = one.ready.model.panel, one.draws()
                results.append(summary_table(panel, fit).assign(letter=letter))
                measures.update({(letter, own.group): own.roi_mean for own in measure_fit(panel, fit).groups})
            return figures_of(fitted)

        monkeypatch.setattr(headless_comparison, "figures_of", look)
        tomls, out = write(tmp_path, apart=APART, together=TOGETHER), tmp_path / "out"
        assert cli.main(["compare", *tomls, "--out", str(out), "--no-holdout"]) == 0
        groups = pd.read_csv(out / "groups.csv").set_index(["letter", "group"])
        expected = pd.concat(results).set_index(["letter", "group"])
        shown = ["spend", "share_of_spend", "share_of_contribution", "roi_mean", "roi_q05", "roi_q95"]
        pd.testing.assert_frame_equal(groups[shown], expected[shown], rtol=1e-9, check_dtype=False)
        assert groups["roi_mean"].to_dict() == pytest.approx(measures)
        assert (groups["roi_mean"] != groups["roi_q50"]).all()
        parts = pd.read_csv(out / "parts.csv").set_index(["letter", "groups"])
        alone = parts.index.intersection(expected.index.rename(["letter", "groups"]))
        assert len(alone) > 2
        for column in ("contribution_mean", "roi_mean"):
            assert parts.loc[alone, column].to_dict() == pytest.approx(expected.loc[alone, column].to_dict())

    def test_one_that_is_blocked_says_why_and_the_others_go_on(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        tomls, out = write(tmp_path, apart=APART, unmapped=UNMAPPED, together=TOGETHER), tmp_path / "out"
        assert cli.main(["compare", *tomls, "--out", str(out), "--no-holdout"]) == 3
        assert "unmapped: 1 finding blocks the fit" in capsys.readouterr().err
        assert written(out) == set(COMPARISON_RESULTS)
        content = told(out)
        assert [one["letter"] for one in content["candidates"]] == ["A", "", "B"]
        assert "2 line items" in content["candidates"][1]["not_fitted"]
        assert "held-out periods do not compare them yet" in content["contrasts"][0]["sentence"]
        assert pd.read_csv(out / "candidates.csv")["holdout_periods"].isna().all()

    def test_one_whose_fit_breaks_says_why_and_the_others_are_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = headless_comparison._fitted

        def fitted(name: str, *facts: object, **named: object):
            if name == "broken":
                raise FailedFit("The sampler stopped", remedy="Merge groups that run in step")
            return made(name, *facts, **named)

        monkeypatch.setattr(headless_comparison, "_fitted", fitted)
        tomls, out = write(tmp_path, apart=APART, broken=TOGETHER, together=TOGETHER), tmp_path / "out"
        assert cli.main(["compare", *tomls, "--out", str(out), "--no-holdout"]) == 1
        assert "broken: The sampler stopped" in capsys.readouterr().err
        content = told(out)
        assert [one["letter"] for one in content["candidates"]] == ["A", "", "B"]
        assert content["candidates"][1]["not_fitted"].startswith("The sampler stopped")


def test_a_fault_is_told_with_the_name_of_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "[model]" in TOGETHER
    faulty = TOGETHER.replace("[model]", "[model]\nnonsense = 1")
    tomls = write(tmp_path, apart=APART, faulty=faulty)
    assert cli.main(["compare", *tomls, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "nonsense" in said
    assert "faulty.toml" in said


def test_without_two_that_can_be_fitted_nothing_is_fitted_and_the_reasons_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tomls, out = write(tmp_path, together=TOGETHER, unmapped=UNMAPPED), tmp_path / "out"
    assert cli.main(["compare", *tomls, "--out", str(out)]) == 3
    assert "1 of 2 candidates cannot be fitted" in capsys.readouterr().err
    assert written(out) == {"comparison.json"}
    assert told(out)["answer"] == ""
    assert told(out)["candidates"][0]["not_fitted"] == ""


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('line_item = ["platform", "campaign"]', 'line_item = ["campaign", "platform"]', "media"),
        ('currency = "EUR"', 'currency = "USD"', "currency"),
        ('week_start = "monday"', 'week_start = "sunday"', "periods"),
    ],
)
def test_files_on_other_data_are_refused_before_any_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, old: str, new: str, names: str
) -> None:
    monkeypatch.setattr(headless_comparison, "_fitted", lambda *_, **__: pytest.fail("nothing is to be fitted"))
    assert old in TOGETHER
    tomls = write(tmp_path, apart=APART, other=TOGETHER.replace(old, new, 1))
    assert cli.main(["compare", *tomls, "--out", str(tmp_path / "out")]) == 2
    assert f"other.toml does not read the same {names} as" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_same_names_in_another_folder_with_another_outcome_are_other_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (one,), (other,) = write(tmp_path / "a", workshop=APART), write(tmp_path / "b", workshop=TOGETHER)
    outcome = tmp_path / "b" / "kpi.csv"
    outcome.write_bytes(outcome.read_bytes().replace(b".", b"1.", 1))
    assert cli.main(["compare", one, other, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "does not read the same outcome as" in said
    assert "a/workshop: 7 line items" in said, "two of one name are told apart by their folders"


@pytest.mark.parametrize(
    ("pick", "says"),
    [
        ([0], "1 workshop file is named; 2 to 6 can be compared side by side"),
        ([0, 1, 0, 1, 0, 1, 0], "7 workshop files are named"),
        ([0, 1, 0], "is named twice"),
    ],
)
def test_two_to_six_different_files_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pick: list[int], says: str
) -> None:
    tomls = write(tmp_path, apart=APART, together=TOGETHER)
    assert cli.main(["compare", *(tomls[at] for at in pick), "--out", str(tmp_path / "out")]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_result_never_replaces_an_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = [toml.replace('file = "media.csv"', 'file = "groups.csv"') for toml in (APART, TOGETHER)]
    tomls = write(tmp_path, apart=changed[0], together=changed[1])
    media = (tmp_path / "media.csv").rename(tmp_path / "groups.csv").read_bytes()
    assert cli.main(["compare", *tomls, "--out", str(tmp_path)]) == 2
    assert "'groups.csv' would replace an input" in capsys.readouterr().err
    assert (tmp_path / "groups.csv").read_bytes() == media
