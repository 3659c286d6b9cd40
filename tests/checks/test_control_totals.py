"""Control totals against subtotals: what differs is found, what meets stays silent, what cannot be judged is said."""

from collections.abc import Sequence

import pandas as pd
import pytest
from builders import media, mondays

from mmm_core.checks.control_totals import DIFFERS, IN_PART, MEETS, NOT_COVERED
from mmm_core.findings import Finding, Severity
from mmm_core.schema import ControlTotalsTable, MediaTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.scoping import Scoped, lay_ground, scope

DAYS = pd.date_range("2025-01-01", "2025-06-30").strftime("%Y-%m-%d").tolist()


def ledger(rows: Sequence[tuple], *, source: str = "ledger.csv", currency: str = "") -> ControlTotalsTable:
    """Rows are (month or (start, end), node, amount)."""
    spans = [(row[0], row[0]) if isinstance(row[0], str) else row[0] for row in rows]
    starts = [pd.Timestamp(start) for start, _ in spans]
    ends = [
        pd.Timestamp(start) + pd.offsets.MonthEnd(0) if isinstance(row[0], str) else pd.Timestamp(end)
        for row, (start, end) in zip(rows, spans, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "row": range(2, len(rows) + 2),
            "start": starts,
            "end": ends,
            "node": [row[1] for row in rows],
            "micros": [round(row[2] * 1_000_000) for row in rows],
            "label": "",
            "currency": pd.Categorical([currency] * len(rows)),
        }
    )
    return ControlTotalsTable(source=source, rows=frame, raw_rows=len(rows), raw_micros=int(frame["micros"].sum()))


def scoped_of(
    totals: ControlTotalsTable, *files: MediaTable, tolerance: float = 0.01, paths: dict | None = None, out: str = ""
) -> Scoped:
    settings = ProjectSettings(name="Test", tolerance=tolerance)
    ground = lay_ground(ProjectData(media=files, control_totals=(totals,)), settings)
    mapping = Mapping(levels=("Goal", "Group"))
    for item, name in ground.items["name"].items():
        if name == out:
            mapping = mapping.assign([item], Target(exclude="not media"))
        elif name in (paths or {}):
            mapping = mapping.assign([item], Target(path=paths[name]))
    return scope(ground, mapping)


def daily(name: str = "TV", amount: float = 10.0, **facts: object) -> MediaTable:
    return media([(name, day, amount) for day in DAYS], **facts)


def verdicts(scoped: Scoped) -> dict[str, str]:
    table = scoped.control_totals.table
    return dict(zip(table["time"], table["verdict"], strict=True))


def found(scoped: Scoped, code: str) -> list[Finding]:
    return [finding for finding in scoped.findings if finding.code == code]


def test_a_month_that_differs_is_a_warning_with_money_share_and_months():
    scoped = scoped_of(ledger([("2025-02", "TV", 280), ("2025-03", "TV", 400), ("2025-04", "TV", 200)]), daily())
    (finding,) = found(scoped, "control_total_differs")
    assert (finding.severity, finding.about) == (Severity.WARNING, "TV")
    assert finding.where.periods == ("2025-03", "2025-04")
    assert "600.00 EUR for TV in 2 months (2025-03, 2025-04)" in finding.message
    assert "610.00 EUR (+1.7%)" in finding.message
    assert finding.evidence["months"][0] == {
        "time": "2025-03",
        "control_total": "400.00",
        "subtotal": "310.00",
        "difference": "-90.00",
    }


def test_control_totals_that_meet_stay_silent():
    scoped = scoped_of(ledger([("2025-02", "TV", 280), ("2025-03", "TV", 310)]), daily())
    assert set(verdicts(scoped).values()) == {MEETS}
    assert not [finding for finding in scoped.findings if finding.code.startswith("control_total")]


@pytest.mark.parametrize(("amount", "verdict"), [(313.131313, MEETS), (313.131315, DIFFERS)])
def test_the_boundary_is_the_tolerance_of_the_control_total(amount, verdict):
    # 1 % of 313.131313 is 3.131313, which is exactly what 310 misses it by.
    assert verdicts(scoped_of(ledger([("2025-03", "TV", amount)]), daily())) == {"2025-03": verdict}


@pytest.mark.parametrize(("amount", "verdict"), [(310.009999, MEETS), (310.01, DIFFERS)])
def test_without_tolerance_less_than_a_cent_still_meets(amount, verdict):
    assert verdicts(scoped_of(ledger([("2025-03", "TV", amount)]), daily(), tolerance=0.0)) == {"2025-03": verdict}


def test_rows_of_one_node_and_month_are_added_up():
    scoped = scoped_of(ledger([("2025-03", "TV", 110), ("2025-03", "tv", 200)]), daily())
    assert verdicts(scoped) == {"2025-03": MEETS}


def test_ranges_of_days_are_added_up_exactly():
    scoped = scoped_of(ledger([(("2025-03-10", "2025-03-12"), "TV", 30)]), daily(), tolerance=0.0)
    assert verdicts(scoped) == {"2025-03-10 to 2025-03-12": MEETS}


@pytest.mark.parametrize(
    ("node", "label"),
    [
        ("", "everything"),
        ("goal a > group b", "group Goal A > Group B"),
        ("Group B", "group Goal A > Group B"),
        ("Goal A", "Goal Goal A"),
        ("tv", "campaign TV"),
        ("plan.xlsx / 2025", "file plan.xlsx / 2025"),
    ],
)
def test_a_node_is_found_in_the_tree_first_and_among_the_line_items_next(node, label):
    file = daily(source="plan.xlsx / 2025")
    scoped = scoped_of(ledger([("2025-03", node, 310)]), file, paths={"TV": ("Goal A", "Group B")})
    table = scoped.control_totals.table
    assert (table["found"].tolist(), table["verdict"].tolist()) == ([label], [MEETS])


def test_the_first_part_of_a_name_stands_for_its_line_items():
    files = media([(name, "2025-03-03", 10.0) for name in ("TV / One", "TV / Two", "Radio / One")])
    table = scoped_of(ledger([("2025-03", "TV", 20)]), files, tolerance=0.0).control_totals.table
    assert table["found"].tolist() == ["line items of TV"]
    assert table["subtotal_micros"].tolist() == [20_000_000]


def test_a_group_of_the_tree_beats_a_value_of_the_files():
    files = media([("TV", "2025-03-03", 10.0), ("Spot", "2025-03-03", 5.0)])
    scoped = scoped_of(ledger([("2025-03", "TV", 5)]), files, paths={"Spot": ("A", "TV"), "TV": ("A", "Other")})
    assert scoped.control_totals.table["subtotal_micros"].tolist() == [5_000_000]


def test_what_nothing_is_called_is_a_finding():
    scoped = scoped_of(ledger([("2025-03", "Kino", 5)]), daily())
    (finding,) = found(scoped, "control_total_unknown_node")
    assert (finding.about, finding.where.rows) == ("Kino", (2,))
    assert "nothing is called so" in finding.message
    assert scoped.control_totals.table.empty


def test_what_two_things_are_called_is_a_finding_that_names_both():
    files = media([("a", "2025-03-03", 10.0), ("b", "2025-03-03", 5.0)])
    paths = {"a": ("Brand", "Social", "Brand social"), "b": ("Sales", "Social", "Sales social")}
    ground = lay_ground(ProjectData(media=(files,), control_totals=(ledger([("2025-03", "Social", 5)]),)), WEEKS)
    mapping = Mapping(levels=("Goal", "Channel", "Group"))
    for item, name in ground.items["name"].items():
        mapping = mapping.assign([item], Target(path=paths[name]))
    (finding,) = found(scope(ground, mapping), "control_total_unknown_node")
    assert finding.evidence["candidates"] == ["Brand > Social", "Sales > Social"]


WEEKS = ProjectSettings(name="Test")


def test_another_currency_is_said_and_not_compared():
    scoped = scoped_of(ledger([("2025-03", "TV", 5)], currency="USD"), daily())
    (finding,) = found(scoped, "control_total_other_currency")
    assert finding.about == "USD"
    assert scoped.control_totals.table.empty
    assert not found(
        scoped_of(ledger([("2025-03", "TV", 310)], currency="EUR"), daily()), "control_total_other_currency"
    )


def test_times_outside_the_files_are_a_note_and_no_warning():
    scoped = scoped_of(ledger([("2024-12", "TV", 300), ("2025-07", "TV", 300)]), daily())
    assert set(verdicts(scoped).values()) == {NOT_COVERED}
    (finding,) = found(scoped, "control_total_without_subtotal")
    assert finding.severity is Severity.NOTE
    assert not found(scoped, "control_total_differs")


def test_a_month_that_the_files_cover_in_part_is_judged_only_when_it_meets():
    half = media([("TV", day, 10.0) for day in DAYS if day <= "2025-06-15"])
    assert verdicts(scoped_of(ledger([("2025-06", "TV", 300)]), half)) == {"2025-06": IN_PART}
    assert verdicts(scoped_of(ledger([("2025-06", "TV", 150)]), half)) == {"2025-06": MEETS}


def test_a_missing_week_is_found_where_the_ledger_books_weeks_by_their_first_day():
    weeks = mondays(26, start="2025-01-06")
    booked = pd.Series(100.0, index=pd.to_datetime(weeks)).groupby(lambda day: day.strftime("%Y-%m")).sum()
    file = media([("Print", week, 100.0) for week in weeks if week != "2025-03-10"])
    scoped = scoped_of(ledger([(month, "Print", amount) for month, amount in booked.items()]), file)
    assert {time for time, verdict in verdicts(scoped).items() if verdict == DIFFERS} == {"2025-03"}
    assert (scoped.control_totals.table["edge_micros"] == 0).all()


def test_weeks_across_the_edge_widen_the_tolerance_where_the_ledger_books_days():
    weeks = mondays(26, start="2025-01-06")
    by_day = pd.Series(100.0 / 7, index=pd.date_range("2025-01-06", periods=182))
    booked = by_day.groupby(lambda day: day.strftime("%Y-%m")).sum()
    file = media([("Print", week, 100.0) for week in weeks])
    rows = [(month, "Print", amount) for month, amount in booked.items() if month > "2025-01"]
    scoped = scoped_of(ledger(rows), file)
    assert DIFFERS not in verdicts(scoped).values()
    assert (scoped.control_totals.table["edge_micros"] > 0).all()
    wrong = [(month, node, 4 * amount) for month, node, amount in rows]
    assert DIFFERS in verdicts(scoped_of(ledger(wrong), file)).values(), "it is wider, not without end"


def test_what_is_left_out_of_the_model_does_not_count_and_is_named():
    files = (daily(), daily("Budget TV", 5.0, source="plan.csv"))
    scoped = scoped_of(ledger([("2025-03", "", 465)]), *files, paths={"TV": ("A", "TV")}, out="Budget TV")
    (finding,) = found(scoped, "control_total_differs")
    assert "310.00 EUR" in finding.message
    assert "Another 155.00 EUR are left out of the model there." in finding.message
