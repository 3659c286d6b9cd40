"""What the single charts put before the reader."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.charts.difference import difference_dots
from mmm_core.charts.fan import fan_chart
from mmm_core.charts.foreseen import ahead_chart, foreseen_chart
from mmm_core.charts.history import fit_against_actuals
from mmm_core.charts.in_step import in_step_chart
from mmm_core.charts.intervals import contribution_chart, roi_chart
from mmm_core.charts.layout import HEIGHT, LABEL_GAP, spread
from mmm_core.charts.palette import ERROR, NEUTRAL
from mmm_core.charts.plan_range import plan_range_chart
from mmm_core.charts.reconciliation import waterfall_chart
from mmm_core.charts.resolution import change_chart, resolution_chart
from mmm_core.charts.side_by_side import side_by_side_chart
from mmm_core.charts.stacked import contribution_over_time, spend_chart
from mmm_core.charts.steadiness import steadiness_chart
from mmm_core.charts.wording import two_digits

positions = st.lists(st.floats(0, 100), min_size=1, max_size=14)


def test_stacked_parts_add_up_to_the_total_of_the_period(subtotals):
    parts = spend_chart(subtotals, colours={}, currency="EUR").data["parts"]
    top = parts.groupby("period")["upper"].max()
    pd.testing.assert_series_equal(top, subtotals.groupby("period")["spend"].sum(), check_names=False)


def test_a_period_without_spend_counts_as_zero(subtotals):
    gap = (subtotals["node"] == "Radio") & (subtotals["period"] == subtotals["period"].iloc[3])
    parts = spend_chart(subtotals[~gap], colours={}, currency="EUR").data["parts"]
    assert len(parts) == len(subtotals)
    assert (parts["value"] == 0).sum() == 1


def test_a_refund_hangs_below_zero():
    table = pd.DataFrame(
        {"node": ["TV", "Radio"], "period": pd.Timestamp("2025-01-06"), "spend": [100.0, -30.0]},
    )
    parts = spend_chart(table, colours={}, currency="EUR").data["parts"].set_index("part")
    assert parts.loc["Radio", ["lower", "upper"]].tolist() == [0, -30]
    assert parts.loc["TV", ["lower", "upper"]].tolist() == [0, 100]


def test_a_node_keeps_the_colour_of_the_mapping(subtotals):
    parts = spend_chart(subtotals, colours={"Radio": "#123456"}, currency="EUR").data["parts"]
    assert set(parts.loc[parts["part"] == "Radio", "colour"]) == {"#123456"}
    assert set(parts.loc[parts["part"] != "Radio", "colour"]) == {NEUTRAL}


def test_the_baseline_lies_at_the_bottom_whatever_its_size(parts):
    small = parts.assign(value=parts["value"].where(parts["part"] != "baseline", 1.0))
    drawn = contribution_over_time(small, colours={}, unit="EUR").data["parts"]
    assert (drawn.loc[drawn["part"] == "baseline", "lower"] == 0).all()


@given(positions)
def test_labels_never_overlap_and_keep_their_order(wanted):
    placed = spread(np.array(wanted), span=100.0)
    gaps = np.diff(np.sort(placed))
    assert (gaps >= LABEL_GAP * 100 / HEIGHT - 1e-9).all()
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[order]) > 0).all()


def test_labels_with_room_stay_where_they_belong():
    np.testing.assert_allclose(spread(np.array([10.0, 90.0, 50.0]), span=100.0), [10, 90, 50])


def test_a_waterfall_that_adds_up_says_so_to_the_cent(steps):
    table = waterfall_chart(steps, currency="EUR").data["steps"].set_index("step")
    labels = table["label"]
    assert labels["In your files"] == "1,000,000.01 EUR"
    assert labels["Corrected: booked twice"] == "\N{MINUS SIGN}20,000.00 EUR"
    assert labels["Waiting for a group"] == "\N{MINUS SIGN}60,000.01 EUR · ! needs you"
    assert labels["In the model"] == "880,000.00 EUR · \N{CHECK MARK} adds up"
    assert not [name for name in labels.index if name.startswith("Not explained")]


def test_each_bar_of_a_waterfall_begins_where_the_one_before_ended(steps):
    table = waterfall_chart(steps, currency="EUR").data["steps"]
    floating = ~table["step"].isin(["In your files", "As line items", "In the model"])
    assert (table["start"][floating].to_numpy() == table["end"].shift()[floating].to_numpy()).all()
    assert (table["start"][~floating] == 0).all()
    assert table["end"].iloc[-2] == table["end"].iloc[-1]


def test_one_missing_cent_gets_its_own_red_bar(steps):
    lost = pd.DataFrame({"step": ["unexplained"], "reason": [""], "micros": [-10_000]})
    end = steps.iloc[-1:].assign(micros=steps["micros"].iloc[-1] - 10_000)
    table = waterfall_chart(pd.concat([steps.iloc[:-1], lost, end]), currency="EUR").data["steps"].set_index("step")
    assert table.loc["Not explained", "label"].startswith("\N{MINUS SIGN}0.01 EUR")
    assert table.loc["Not explained", "colour"] == ERROR
    assert "adds up" not in table.loc["In the model", "label"]


def test_of_many_corrections_the_largest_and_the_rest_are_drawn(steps):
    many = pd.DataFrame(
        {"step": "correction", "reason": [f"reason {n}" for n in range(9)], "micros": [n * 10**6 for n in range(1, 10)]}
    )
    table = waterfall_chart(pd.concat([steps.iloc[:1], many, steps.iloc[2:]]), currency="EUR").data["steps"]
    drawn = [name for name in table["step"] if name.startswith("Corrected")]
    assert drawn == [*(f"Corrected: reason {n}" for n in (8, 7, 6, 5)), "Corrected: 5 more"]
    assert table["amount"][table["step"] == "Corrected: 5 more"].tolist() == ["+15.00 EUR"]


def test_groups_are_sorted_by_their_mean(intervals):
    assert contribution_chart(intervals, unit="EUR").data["groups"]["mean"].is_monotonic_decreasing


def test_where_revenue_equals_spend_is_drawn_only_where_the_outcome_is_money(intervals):
    assert "returned" in roi_chart(intervals, unit="EUR", currency="EUR").data
    assert "returned" not in roi_chart(intervals, unit="orders", currency="EUR").data


def test_the_alt_text_names_value_and_interval_in_one_breath(intervals):
    assert "Affiliates 4.0 (2.0 to 8.0)" in roi_chart(intervals, unit="EUR", currency="EUR").alt


def test_actuals_in_the_band_are_counted(fitted):
    fitted.loc[:4, "actual"] = 0.0
    assert "125 of 130 actuals lie in the 90 % band" in fit_against_actuals(fitted, unit="EUR").alt


def test_the_fan_shows_the_last_year_in_order_of_time(history, future):
    drawn = fan_chart(history.sample(frac=1, random_state=1), future, unit="EUR").data["history"]
    assert drawn["period"].tolist() == history["period"].tail(52).tolist()


def test_a_hundred_dots_keep_losses_and_gains_apart(draws):
    drawing = difference_dots(draws, unit="EUR")
    dots = drawing.data["dots"]
    assert len(dots) == 100
    assert ((dots["difference"] <= 0) == (dots["place"] < 0)).all()
    assert not dots.duplicated(["place", "level"]).any()
    losses = int((dots["difference"] <= 0).sum())
    assert f"{losses} not above it" in drawing.alt
    assert abs(losses - 100 * (draws["difference"] < 0).mean()) <= 1


@pytest.mark.parametrize("value", [0.0, -5.0, 1e6])
def test_a_certain_difference_is_drawn_as_one_tower(value):
    dots = difference_dots(pd.DataFrame({"difference": [value] * 10}), unit="EUR").data["dots"]
    assert len(set(dots["place"])) == 1
    assert np.isfinite(dots["level"]).all()


def test_a_plan_beyond_the_trained_range_is_marked_with_a_word(ranges):
    drawing = plan_range_chart(ranges, currency="EUR")
    verdict = drawing.data["groups"].set_index("group")["verdict"]
    assert verdict.to_dict() == {
        "Radio": "! above the range seen",
        "Linear TV": "in range",
        "Affiliates": "! never spent before",
    }
    assert drawing.alt.endswith("outside the range seen: Radio, Affiliates.")


def test_a_plan_at_the_edge_of_the_trained_range_is_in_range(ranges):
    at_edge = ranges.assign(planned=ranges["trained_max"])
    assert set(plan_range_chart(at_edge, currency="EUR").data["groups"]["verdict"]) == {"in range"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(1_234_567, "1,200,000"), (2.14, "2.1"), (0.0342, "0.034"), (-12.6, "-13"), (0, "0"), (98.7, "99")],
)
def test_an_uncertain_value_shows_two_significant_digits(value, text):
    assert two_digits(value) == text


def test_nodes_as_categories_and_missing_spend_draw_like_plain_ones(subtotals):
    holey = subtotals.assign(node=subtotals["node"].astype("category"))
    holey.loc[0, "spend"] = np.nan
    drawn = spend_chart(holey, colours={}, currency="EUR").data["parts"]
    assert drawn["value"].sum() == pytest.approx(subtotals["spend"].sum() - subtotals.loc[0, "spend"])
    assert set(drawn["part"]) == set(subtotals["node"])


def test_what_would_be_known_is_drawn_in_the_order_of_the_tree_with_its_advice(known):
    drawing = resolution_chart(known, unit="EUR per EUR")
    assert list(drawing.data["groups"]["group"]) == ["Radio", "Linear TV", "Affiliates"]
    assert "Radio 1.2 (0.40 to 3.0), ! test it first" in drawing.alt


def test_a_change_of_one_group_needs_no_name_in_every_row(changed):
    both = change_chart(changed, unit="EUR per EUR", then="Merged").data["rows"]
    one = change_chart(changed.iloc[:2], unit="EUR per EUR", then="Merged").data["rows"]
    assert list(both["label"])[:2] == ["Radio + TV, as it is", "Radio + TV, merged"]
    assert list(one["label"]) == ["As it is", "Merged"]
    assert "Radio + TV, merged 1.2 (0.80 to 1.9)" in change_chart(changed, unit="x", then="Merged").alt


def test_two_groups_are_drawn_as_shares_of_their_own_largest_spend(two_groups):
    drawing = in_step_chart(two_groups, first="A", second="B", colours=("#111111", "#222222"), currency="EUR")
    assert drawing.data["lines"].groupby("name")["share"].max().tolist() == [1.0, 1.0]
    assert len(drawing.data["apart"]) == 3
    assert drawing.alt.endswith(f"they part in 3 of {len(two_groups)} weeks.")


def test_every_forecast_of_a_holdout_has_a_rule_where_it_was_made(held_out):
    drawing = foreseen_chart(held_out.sample(frac=1, random_state=1), unit="EUR", plain_name="last year's figures")
    assert len(drawing.data["origins"]) == 2
    assert (drawing.data["origins"]["at"] < held_out.loc[held_out["ahead"] == 1, "period"].to_numpy()).all()
    assert "foreseen at 2 points: 16 of 16 actuals lie in the 90 % band" in drawing.alt


def test_errors_by_horizon_name_the_plain_forecast(errors_ahead):
    drawing = ahead_chart(errors_ahead, plain_name="last year's average")
    assert drawing.data["labels"]["text"].tolist() == ["model", "last year's average"]
    assert "the model 2.0 to 5.0 %, last year's average 11.0 to 11.0 %" in drawing.alt


def test_refits_stand_beside_the_fit_largest_first_and_only_of_its_groups():
    fit = pd.DataFrame({"group": ["A", "B"], "q05": 0.5, "q25": 0.8, "mean": [1.0, 2.0], "q75": 2.5, "q95": 3.0})
    refits = pd.DataFrame(
        {"group": ["A", "A", "C"], "kind": ["weeks", "priors", "weeks"], "what": "x", "mean": [0.9, 1.4, 9.0]}
    )
    drawing = steadiness_chart(fit.assign(colour="#777777"), refits, unit="EUR per EUR spent")
    assert drawing.data["groups"]["group"].tolist() == ["B", "A"]
    marks = drawing.data["marks"]
    assert marks["group"].tolist() == ["A", "A"]
    assert marks.set_index("kind")["lane"].is_unique, "the kinds lie apart"
    assert drawing.alt == "ROI per group, EUR per EUR spent, means: A 1.0 in the fit, 0.90 to 1.4 in refits."


def test_every_part_is_named_once_and_every_candidate_by_its_letter(candidates):
    drawn = side_by_side_chart(candidates, unit="EUR per EUR")
    rows = [name.split("\x1f") for name in drawn.data["rows"]["row"]]
    assert [(part if head else "", letter) for part, letter, head in rows] == [
        ("Video and Image", "A"),
        ("", "B"),
        ("Radio", "A"),
        ("", "B"),
    ]
    assert "Video and Image, Merged: 1.8 (0.90 to 3.6)" in drawn.alt


def test_the_dot_of_a_candidate_is_its_mean_and_the_axis_says_so(candidates):
    drawn = json.dumps(json.loads(side_by_side_chart(candidates, unit="EUR per EUR").frozen))
    assert "(dot: mean, thick line: 50 %, thin line: 90 %)" in drawn
    assert '"field": "mean"' in drawn
    assert "q50" not in drawn
