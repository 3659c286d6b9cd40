"""Results reach the folder that was named, all of them, and nothing else there is touched."""

import os

import pytest

from mmm_core.errors import BadInput
from mmm_core.workflows.delivery import deliver, refuse_unwritable


def made(folder, *names):
    for name in names:
        (folder / "made" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "made" / name).write_text(f"new {name}", encoding="utf-8")
    return folder / "made"


def test_a_file_in_the_place_of_the_folder_is_refused_before_the_fit(tmp_path):
    (tmp_path / "out").write_text("a letter", encoding="utf-8")
    for out in (tmp_path / "out", tmp_path / "out" / "below"):
        with pytest.raises(BadInput, match=r"cannot be written to .* is a file"):
            refuse_unwritable(out)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a letter"


def test_a_new_folder_below_a_folder_is_accepted_and_not_made_yet(tmp_path):
    refuse_unwritable(tmp_path / "a" / "b")
    assert not (tmp_path / "a").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BadInput, match="does not allow it"):
        refuse_unwritable(tmp_path / "out")


def test_a_result_never_replaces_an_input(tmp_path):
    (tmp_path / "panel.csv").write_text("the client's own panel", encoding="utf-8")
    with pytest.raises(BadInput, match=r"'panel\.csv' would replace an input"):
        refuse_unwritable(tmp_path, inputs=[tmp_path / "panel.csv"])
    refuse_unwritable(tmp_path / "out", inputs=[tmp_path / "panel.csv"])


def test_results_of_an_earlier_run_do_not_stay_beside_the_new_ones(tmp_path):
    out = tmp_path / "out"
    deliver(made(tmp_path, "panel.csv", "fit/summary.csv", "scenarios.csv"), out)
    deliver(made(tmp_path, "panel.csv", "findings.json"), out)
    assert sorted(path.name for path in out.rglob("*")) == ["findings.json", "panel.csv"]


def test_what_else_lies_in_the_folder_stays(tmp_path):
    out = tmp_path / "out"
    (out / "fit").mkdir(parents=True)
    (out / "fit" / "notes.txt").write_text("mine", encoding="utf-8")
    deliver(made(tmp_path, "fit/summary.csv"), out)
    assert (out / "fit" / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "fit" / "summary.csv").read_text(encoding="utf-8") == "new fit/summary.csv"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "out").write_text("a letter", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be written to"):
        deliver(made(tmp_path, "panel.csv"), tmp_path / "out")
