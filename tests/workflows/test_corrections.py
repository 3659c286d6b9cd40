"""Fixes of findings: seen before they are done, kept with a reason, in the app and headless, taken back."""

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import pytest
import small_client

from mmm_core.errors import BadInput, BlockedFit, EditConflict, NotFound
from mmm_core.findings import Finding, Fix, Severity
from mmm_core.storage import threads
from mmm_core.storage.audit import list_entries
from mmm_core.storage.opened import Storage
from mmm_core.workflows.control_totals import set_tolerance
from mmm_core.workflows.corrections import apply_fix, current_corrections, preview_fix, take_back
from mmm_core.workflows.file_rows import rows_as_in_file
from mmm_core.workflows.headless import run
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.replacing import bring_back, replace_source
from mmm_core.workflows.scoping import Scoped, scope
from mmm_core.workflows.sources import list_sources, reading_of
from mmm_core.workflows.taking_in import describe_project, export_project, take_in

FILE = "media.csv"
NO_FIT = small_client.LONG_TOML.replace('path = ["Brand", "Audio", "Radio"]', 'exclude = "elsewhere"')


def finding(fix: Fix, code: str = "duplicate_rows") -> Finding:
    return Finding(code=code, severity=Severity.WARNING, message="Found.", fix=fix)


LEAVE_OUT = finding(Fix(kind="leave_out_rows", what="Leave them out", source=FILE, rows=(2, 3)))
MULTIPLY = finding(
    Fix(kind="multiply_spend", what="Multiply", source=FILE, rows=(4,), factor=1000.0), "spend_unit_slip"
)


@pytest.fixture
def project(storage: Storage, client: str) -> str:
    for name, role in (("Ada", "analytics"), ("Vera", "viewer")):
        add_participant(storage, client, name=name, role=role, author="Test")
    return client


def scoped_of(storage: Storage, project: str) -> Scoped:
    return scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)


def fix(storage: Storage, project: str, what: Finding, *, base_number: int = 0, **choices: str) -> None:
    facts = {"reason": "booked twice", "author": "Ada", **choices}
    apply_fix(storage, project, scoped_of(storage, project), what, base_number=base_number, **facts)


def raw_micros(storage: Storage, project: str) -> list[int]:
    (table,) = load_ground(storage, ground_key(storage, project)).data.media
    return table.records["spend_micros"].tolist()


def test_a_preview_says_which_rows_and_how_much_money(storage: Storage, project: str) -> None:
    scoped = scoped_of(storage, project)
    before = scoped.ground.data.media[0].records["spend_micros"].tolist()[:3]
    left_out = preview_fix(scoped, LEAVE_OUT)
    assert (left_out.rows, left_out.before_micros, left_out.after_micros) == ((2, 3), sum(before[:2]), 0)
    assert set(left_out.lines["rows"]) == {1}
    multiplied = preview_fix(scoped, MULTIPLY)
    assert (multiplied.factor, multiplied.after_micros) == ("1000", 1000 * before[2])
    assert preview_fix(scoped, MULTIPLY, factor="1/2").after_micros == before[2] // 2


def test_an_applied_fix_changes_the_ground_its_name_and_the_reconciliation(storage: Storage, project: str) -> None:
    key, before = ground_key(storage, project).fingerprint, raw_micros(storage, project)
    fix(storage, project, LEAVE_OUT)
    fix(storage, project, MULTIPLY, base_number=1, reason="in thousands")
    assert ground_key(storage, project).fingerprint != key
    assert raw_micros(storage, project) == [1000 * before[2], *before[3:]]
    steps = scoped_of(storage, project).waterfall.set_index(["step", "reason"])["micros"]
    assert steps["raw", ""] == sum(before)
    assert steps["correction", "booked twice"] == -sum(before[:2])
    assert steps["correction", "in thousands"] == 999 * before[2]
    assert "unexplained" not in steps.index.get_level_values("step")
    table = scoped_of(storage, project).reconciliation.set_index("step")
    assert (table["difference_micros"] == 0).all()
    assert table.loc["corrected", "micros"] == table.loc["line_items", "micros"]


def test_a_fix_leaves_words_in_thread_and_audit_trail(storage: Storage, project: str) -> None:
    fix(storage, project, LEAVE_OUT)
    with storage.database.reading() as session:
        (entry,) = threads.list_entries(session, project, "finding")
        audit = [line.action for line in list_entries(session, project)]
    assert (entry.key, entry.action, entry.author, entry.role) == (LEAVE_OUT.key, "fixed", "Ada", "analytics")
    assert (entry.text, entry.bound_to) == ("booked twice", LEAVE_OUT.fingerprint)
    (kept,) = current_corrections(storage, project).corrections
    assert entry.detail["correction"] == kept.id
    assert audit[:2] == ["finding.fixed", "correction.applied"]


def test_a_correction_taken_back_leaves_the_file_as_it_was(storage: Storage, project: str) -> None:
    key, before = ground_key(storage, project).fingerprint, raw_micros(storage, project)
    fix(storage, project, LEAVE_OUT)
    standing = current_corrections(storage, project)
    take_back(storage, project, standing.corrections[0].id, base_number=standing.number, author="Ada")
    assert raw_micros(storage, project) == before
    assert ground_key(storage, project).fingerprint == key
    assert current_corrections(storage, project).number == 2
    with pytest.raises(NotFound, match="does not stand any more"):
        take_back(storage, project, standing.corrections[0].id, base_number=2, author="Ada")


def test_two_who_correct_at_once_do_not_overwrite_each_other(storage: Storage, project: str) -> None:
    fix(storage, project, LEAVE_OUT)
    with pytest.raises(EditConflict, match="Ada saved correction revision 1"):
        fix(storage, project, MULTIPLY, base_number=0)
    assert len(current_corrections(storage, project).corrections) == 1


@pytest.mark.parametrize("author", ["Vera", "Nobody"])
def test_viewers_and_strangers_correct_nothing(storage: Storage, project: str, author: str) -> None:
    with pytest.raises(BadInput, match=r"looks on as a viewer|does not take part"):
        fix(storage, project, LEAVE_OUT, author=author)
    with pytest.raises(BadInput, match=r"looks on as a viewer|does not take part"):
        set_tolerance(storage, project, 0.02, seen=0.01, author=author)
    assert current_corrections(storage, project).corrections == ()


@pytest.mark.parametrize(
    ("what", "choices", "message"),
    [
        (LEAVE_OUT, {"reason": " "}, "There is no reason"),
        (MULTIPLY, {"factor": "-1"}, "'-1' is no factor"),
        (finding(Fix(kind="leave_out_rows", what="x", source="gone.csv", rows=(2,))), {}, "not in this project"),
        (finding(Fix(kind="leave_out_rows", what="x", source=FILE, rows=(99_999,))), {}, "holds none of the 1 row"),
        (dataclasses.replace(LEAVE_OUT, fix=None), {}, "has no fix"),
    ],
)
def test_what_cannot_be_done_is_refused_with_words(storage, project, what, choices, message) -> None:
    with pytest.raises(BadInput, match=message):
        fix(storage, project, what, **choices)


def test_a_newer_file_is_not_corrected_silently(storage: Storage, project: str) -> None:
    fix(storage, project, LEAVE_OUT)
    source = next(one for one in list_sources(storage, project) if one.kind == "media")
    newer = small_client.media_csv() + b"2024-12-30,radio,Radio late,5.00,0\n"
    replaced = replace_source(
        storage, project, source, newer, name=FILE, sheet="", reading=reading_of(source), author="Ada"
    )
    ground = load_ground(storage, ground_key(storage, project))
    (found,) = [one for one in ground.findings if one.code == "correction_of_former_file"]
    assert found.severity is Severity.WARNING
    assert ground.data.media[0].records["row"].min() == 2
    fix(storage, project, LEAVE_OUT, base_number=1)
    ground = load_ground(storage, ground_key(storage, project))
    assert "correction_of_former_file" not in {one.code for one in ground.findings}, "made again for the new file"
    assert ground.data.media[0].records["row"].min() == 4
    bring_back(storage, replaced, 1, author="Ada")
    assert "correction_of_former_file" in {
        one.code for one in load_ground(storage, ground_key(storage, project)).findings
    }


def test_line_items_are_left_out_or_join_another_by_a_revision_of_the_mapping(storage: Storage, project: str) -> None:
    scoped = scoped_of(storage, project)
    radio, social = (
        scoped.ground.items.index[scoped.ground.items["campaign"].str.startswith(start)].tolist()
        for start in ("Radio", "FB")
    )
    join = finding(Fix(kind="place_together", what="Put together", line_items=(social[0], *radio)), "look_alike_names")
    preview = preview_fix(scoped, join)
    assert set(preview.lines["group_after"]) == {"Brand > Social > Brand social"}
    assert preview.before_micros == preview.after_micros
    fix(storage, project, join, base_number=1)
    assert current_mapping(storage, project).message == "Put together: booked twice"
    scoped = scoped_of(storage, project)
    assert set(scoped.resolution.table.loc[radio, "leaf"]) == {scoped.resolution.table.loc[social[0], "leaf"]}
    drop = finding(Fix(kind="exclude_line_items", what="Leave out", line_items=tuple(radio)), "budget_beside_actual")
    fix(storage, project, drop, base_number=2, reason="budget rows")
    table = scoped_of(storage, project).resolution.table.loc[radio]
    assert set(table["status"]) == {"excluded"}
    assert set(table["reason"]) == {"budget rows"}
    assert current_corrections(storage, project).corrections == ()


def test_corrections_and_tolerance_travel_with_the_project(storage: Storage, project: str, tmp_path: Path) -> None:
    fix(storage, project, LEAVE_OUT)
    fix(storage, project, MULTIPLY, base_number=1, factor="1/3", reason="wrong unit")
    set_tolerance(storage, project, 0.025, seen=0.01, author="Ada")
    folder = tmp_path / "unpacked"
    zipfile.ZipFile(io.BytesIO(export_project(storage, project))).extractall(folder)
    again = take_in(storage, folder / "workshop.toml", author="Test").id
    assert raw_micros(storage, again) == raw_micros(storage, project)
    assert get_project(storage, again).settings.tolerance == 0.025
    assert current_corrections(storage, again).corrections == current_corrections(storage, project).corrections
    assert describe_project(storage, again) == describe_project(storage, project)


def test_the_headless_run_applies_the_corrections_of_the_workshop_file(tmp_path: Path) -> None:
    section = (
        f'\n[[correction]]\nsource = "{FILE}"\nkind = "leave_out_rows"\nrows = "2-3"\nreason = "booked twice"\n'
        '\n[[control_totals]]\nfile = "ledger.csv"\ndate = "month"\namount = "booked"\n'
    )
    toml = small_client.write_client(tmp_path / "client", NO_FIT.replace("[kpi]", f"{section}\n[kpi]", 1))
    (toml.parent / "ledger.csv").write_text("month,booked\n2023-02,1.00\n", encoding="utf-8")
    out = tmp_path / "out"
    _run_up_to_the_fit(toml, out)
    steps = {line.split(",")[1]: line.split(",")[2:4] for line in (out / "reconciliation.csv").read_text().splitlines()}
    assert int(steps["raw"][0]) - int(steps["corrected"][0]) == 2
    assert steps["corrected"] == steps["line_items"]
    codes = {line["code"] for line in json.loads((out / "findings.json").read_text())}
    assert "control_total_differs" in codes
    assert (out / "control_totals.csv").read_text().splitlines()[1].endswith(",differs")


def _run_up_to_the_fit(toml: Path, out: Path) -> None:
    """Block the fit by line items that wait for a group, so that nothing is sampled."""
    text = toml.read_text().replace('match = { platform = "google" }', 'match = { platform = "nobody" }')
    toml.write_text(text)
    with pytest.raises(BlockedFit, match="wait for a group"):
        run(toml, out, say=lambda _: None)


def test_a_correction_for_other_bytes_is_said_in_the_headless_run(storage: Storage, project: str) -> None:
    fix(storage, project, LEAVE_OUT)
    (section,) = describe_project(storage, project).correction
    assert (section.rows, len(section.source_fingerprint)) == ("2-3", 64)


@pytest.mark.parametrize("tolerance", [-0.01, 0.51])
def test_a_tolerance_that_is_no_share_is_refused(storage: Storage, project: str, tolerance: float) -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        set_tolerance(storage, project, tolerance, seen=0.01, author="Ada")


def test_a_tolerance_that_somebody_else_changed_is_a_conflict(storage: Storage, project: str) -> None:
    set_tolerance(storage, project, 0.02, seen=0.01, author="Ada")
    assert get_project(storage, project).settings.tolerance == 0.02
    with pytest.raises(EditConflict, match="were changed"):
        set_tolerance(storage, project, 0.03, seen=0.01, author="Ada")


def test_rows_are_shown_as_the_file_writes_them(storage: Storage, project: str) -> None:
    shown = rows_as_in_file(storage, project, FILE, (3, 2)).cells
    first = small_client.media_csv().decode().splitlines()[1:3]
    assert shown["row"].tolist() == [3, 2]
    assert shown.drop(columns="row").agg(",".join, axis=1).tolist() == first[::-1]
    with pytest.raises(BadInput, match="not in this project"):
        rows_as_in_file(storage, project, "gone.csv", (2,))
