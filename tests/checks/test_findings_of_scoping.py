"""Every finding code of the first checks: one case that fires, one that stays silent, one at the boundary."""

import dataclasses

import numpy as np
import pytest
from builders import controls, kpi, media, mondays, weekly_project

from mmm_core.findings import Severity
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.workflows.scoping import lay_ground, scope

WEEKS = ProjectSettings(name="Test")
rng = np.random.default_rng(3)
A, B = rng.uniform(10, 90, 110).round(2), rng.uniform(10, 90, 110).round(2)
KPI = kpi(mondays(110), rng.uniform(900, 1100, 110))


def each_its_group(names="ab"):
    return Mapping(
        levels=("Group",),
        rules=tuple(Rule(match={"campaign": (name,)}, target=Target(path=(name.upper(),))) for name in names),
    )


def found(data, mapping=None, settings=WEEKS):
    scoped = scope(lay_ground(data, settings), mapping or each_its_group())
    return {(finding.code, finding.severity): finding for finding in scoped.findings}


def project(**spend):
    return dataclasses.replace(weekly_project({"a": A, "b": B} | spend), kpi=KPI)


def with_rows(*rows):
    dates = mondays(110)
    base = [
        (name, date, float(value))
        for name, series in (("a", A), ("b", B))
        for date, value in zip(dates, series, strict=True)
    ]
    return ProjectData(media=(media([*base, *rows]),), kpi=KPI)


def test_clean_data_has_no_finding():
    assert found(project()) == {}


def test_duplicate_rows_fire_on_a_row_that_repeats_another():
    finding = found(with_rows(("a", "2024-01-01", float(A[0]))))["duplicate_rows", Severity.WARNING]
    assert finding.where.rows == (222,)
    assert finding.evidence["amount"] == f"{A[0]:.2f}"


def test_duplicate_rows_stay_silent_for_other_money_and_for_empty_rows():
    other = found(with_rows(("a", "2024-01-01", 1.0), ("a", "2024-01-08", 0.0), ("a", "2024-01-08", 0.0)))
    assert ("duplicate_rows", Severity.WARNING) not in other


def test_a_missing_media_week_is_a_warning():
    rows = [("a", date, float(v)) for date, v in zip(mondays(110), A, strict=True) if date != "2024-03-04"]
    finding = found(ProjectData(media=(media(rows),), kpi=KPI), each_its_group("a"))[
        "missing_periods", Severity.WARNING
    ]
    assert finding.where.periods == ("2024-03-04",)


def test_a_missing_kpi_week_blocks():
    dates = [date for date in mondays(110) if date != "2024-03-04"]
    data = dataclasses.replace(project(), kpi=kpi(dates, np.ones(109)))
    finding = found(data)["missing_periods", Severity.ERROR]
    assert finding.where.periods == ("2024-03-04",)


def test_a_missing_control_value_blocks():
    price = np.ones(110)
    price[4] = np.nan
    data = dataclasses.replace(project(), controls=(controls(mondays(110), price=price),))
    finding = found(data)["missing_periods", Severity.ERROR]
    assert finding.where.columns == ("price",)
    assert finding.where.periods == ("2024-01-29",)


def test_a_refund_that_nets_out_is_a_warning_and_one_that_does_not_blocks():
    netted = found(with_rows(("a", "2024-01-01", -float(A[0]))))
    assert ("negative_spend", Severity.WARNING) in netted
    assert ("negative_spend", Severity.ERROR) not in netted
    assert ("negative_spend", Severity.ERROR) in found(with_rows(("a", "2024-01-01", -float(A[0]) - 0.01)))


def test_an_all_zero_group_blocks():
    assert ("all_zero_group", Severity.ERROR) in found(project(b=np.zeros(110)))
    one_cent = np.zeros(110)
    one_cent[50] = 0.01
    assert ("all_zero_group", Severity.ERROR) not in found(project(b=one_cent))


@pytest.mark.parametrize(("wobble", "fires"), [(0.0, True), (0.009, True), (0.02, False)])
def test_a_constant_group_blocks(wobble, fires):
    values = 100 + 100 * wobble * np.tile([1, -1], 55)
    assert (("constant_group", Severity.ERROR) in found(project(b=values))) is fires


@pytest.mark.parametrize(
    ("noise", "severity"),
    [(0.0, Severity.NOTE), (0.3, Severity.NOTE), (2.0, None)],
    ids=["same", "in step", "apart"],
)
def test_groups_in_step_are_named(noise, severity):
    values = (A + noise * (B - B.mean())).clip(0.01).round(2)
    codes = {key for key in found(project(b=values)) if key[0] == "collinear_groups"}
    assert codes == ({("collinear_groups", severity)} if severity else set())


def test_unmapped_spend_blocks_the_fit():
    finding = found(project(), each_its_group("a"))["unmapped_spend", Severity.ERROR]
    assert finding.evidence["line_items"] == 1


def test_unmapped_line_items_without_spend_do_not_block():
    codes = found(project(c=np.zeros(110)))
    assert ("unmapped_line_items", Severity.NOTE) in codes
    assert ("unmapped_spend", Severity.ERROR) not in codes


def test_a_short_history_is_a_warning():
    short = {"a": A[:103], "b": B[:103]}
    assert ("short_history", Severity.WARNING) in found(weekly_project(short))
    assert ("short_history", Severity.WARNING) not in found(
        weekly_project({k: v[:104] for k, v in {"a": A, "b": B}.items()})
    )


def test_rules_groups_and_choices_without_effect_are_noted():
    mapping = each_its_group("abz").with_group(("Empty",)).assign(["gone"], Target(path=("A",)))
    codes = found(project(), mapping)
    assert {code for code, _ in codes} == {"idle_rule", "empty_group", "choice_without_line_item"}


def test_a_truncated_last_week_stays_out_of_the_model():
    days = np.arange("2024-01-01", "2026-02-05", dtype="datetime64[D]").astype(str).tolist()
    data = dataclasses.replace(project(), kpi=kpi(days, np.ones(len(days))))
    ground = lay_ground(data, WEEKS)
    assert ground.calendar.labels([ground.window.last]) == ("2026-01-26",)
    finding = next(f for f in ground.findings if f.code == "truncated_period")
    assert finding.where.periods == ("2026-02-02",)


def test_a_file_coarser_than_the_period_is_named():
    months = [("a", f"2024-{month:02d}-01", 5.0) for month in range(1, 13)]
    data = dataclasses.replace(project(), media=(*project().media, media(months, source="monthly.csv")))
    assert ("coarse_source", Severity.WARNING) in found(data)


@pytest.mark.parametrize(("start", "fires"), [("sunday", True), ("monday", False)])
def test_weeks_that_start_on_another_day_than_the_projects_are_named(start, fires):
    data = project()
    scoped = found(data, settings=dataclasses.replace(WEEKS, week_start=start))
    named = [finding for code, finding in scoped.items() if code == ("week_start_differs", Severity.WARNING)]
    assert bool(named) is fires
    if fires:
        (finding,) = named
        assert finding.evidence == {"file": "monday", "project": "sunday", "days_early": 1}
        assert "1 of its 7 days count a week early" in finding.message


def test_daily_files_and_daily_projects_have_no_start_of_the_week():
    days = np.arange("2024-01-02", "2026-02-02", dtype="datetime64[D]").astype(str).tolist()
    daily = dataclasses.replace(
        project(), media=(media([("a", day, 1.0) for day in days]),), kpi=kpi(days, rng.random(len(days)))
    )
    for settings in (WEEKS, dataclasses.replace(WEEKS, period="day", week_start="sunday")):
        assert "week_start_differs" not in {code for code, _ in found(daily, settings=settings)}


@pytest.mark.parametrize(
    ("values", "fires"), [(np.full(110, 5.0), True), (-np.arange(110.0), True), (np.arange(110.0), False)]
)
def test_a_kpi_without_anything_to_explain_blocks(values, fires):
    data = dataclasses.replace(project(), kpi=kpi(mondays(110), values))
    assert (("constant_kpi", Severity.ERROR) in found(data)) is fires


@pytest.mark.parametrize(("last", "fires"), [(1.0, True), (1.0001, False)])
def test_a_control_that_never_changes_blocks(last, fires):
    price = np.append(np.ones(109), last)
    data = dataclasses.replace(project(), controls=(controls(mondays(110), price=price),))
    assert (("constant_control", Severity.ERROR) in found(data)) is fires


@pytest.mark.parametrize(("weeks", "fires"), [(15, True), (16, False)])
def test_a_handful_of_weeks_blocks(weeks, fires):
    data = weekly_project({"a": A[:weeks], "b": B[:weeks]})
    assert (("too_few_periods", Severity.ERROR) in found(data)) is fires


@pytest.mark.parametrize(("days", "fires"), [(7 * 110, False), (7 * 110 - 2, True), (7 * 111, False)])
def test_daily_media_that_stops_inside_the_last_week_is_named(days, fires):
    dates = np.arange("2024-01-01", np.datetime64("2024-01-01") + days, dtype="datetime64[D]").astype(str)
    rows = [("a", date, float(value)) for date, value in zip(dates, np.resize(A, days), strict=True)]
    data = ProjectData(media=(media(rows),), kpi=KPI)
    assert (("media_ends_early", Severity.WARNING) in found(data, each_its_group("a"))) is fires
