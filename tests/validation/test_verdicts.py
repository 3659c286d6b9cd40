"""What may be said of a model, from figures made up for the purpose."""

import json
from dataclasses import replace

import pytest
from trusting import checks, foreseen, group, holdout, measures, refit, stability

from mmm_core.validation.foresight import sum_up
from mmm_core.validation.health import MOST_WITHOUT_SKILL, WEIGHTS, health_of
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.stability_record import Stability
from mmm_core.validation.verdicts import Verdict, judge


def verdicts(
    found: FitMeasures | None = None, held_out: Holdout | None = None, refitted: Stability | None = None
) -> dict[str, Verdict]:
    found = found or measures()
    by_code = checks(found, held_out, refitted)
    return {verdict.code: verdict for verdict in judge(found, held_out, tuple(by_code.values()), stability=refitted)}


def first_fold_says(**roi: tuple[float, float, float]) -> Holdout:
    first, *others = holdout().folds
    return replace(holdout(), folds=(replace(first, roi=first.roi | roi), *others))


def points(found: FitMeasures | None = None, held_out: Holdout | None = None) -> int:
    return health_of(tuple(checks(found, held_out).values())).points


def test_a_model_that_foresaw_well_can_forecast() -> None:
    found = verdicts(held_out=holdout())["forecast"]
    assert found.answer == "yes"
    assert "4 of 4 stretches" in found.why
    assert "8 weeks" in found.question
    assert found.better == ""


def test_without_held_out_weeks_nothing_is_known_of_forecasts_however_close_the_fit_runs() -> None:
    found = verdicts(measures(r2=0.999, mape=0.001))
    assert found["forecast"].answer == found["reach"].answer == "not known yet"
    assert "held-out weeks" in found["forecast"].better


def test_a_model_no_better_than_last_years_average_cannot_forecast_even_if_it_beats_last_years_figures() -> None:
    found = verdicts(held_out=holdout(crps=3.6, season_crps=6.0, average_crps=3.5))
    assert found["forecast"].answer == "no"
    assert "no better forecast than last year's average" in found["forecast"].why
    assert found["reach"].answer == "no"


def test_a_small_but_clear_gain_calls_for_caution_and_a_small_unclear_one_is_none() -> None:
    clear = holdout(crps=3.0, season_crps=9.0, average_crps=3.1)
    assert checks(held_out=clear)["skill"].status == "attention"
    assert verdicts(held_out=clear)["forecast"].answer == "with caution"
    ups_and_downs = tuple(
        replace(period, crps=3.0, season_crps=9.0, average_crps=3.1 + (4 if at % 2 else -4))
        for at, period in enumerate(holdout().periods)
    )
    assert checks(held_out=replace(holdout(), periods=ups_and_downs))["skill"].status == "error"


def test_ranges_that_promise_too_much_forbid_forecasts() -> None:
    narrow = holdout(q05=99.9, q10=99.92, q25=99.95, q75=100.05, q90=100.08, q95=100.1)
    found = verdicts(held_out=narrow)["forecast"]
    assert found.answer == "no"
    assert "promise too much" in found.why


def test_the_range_that_a_verdict_stands_on_is_the_one_that_is_told() -> None:
    narrow_inside = checks(held_out=holdout(q25=99.99, q75=100.01))["coverage_unseen"]
    assert narrow_inside.status == "error"
    assert "of 32 held-out weeks lie in the range that should hold 16: its ranges promise too much" in (
        narrow_inside.sentence
    )


def test_ranges_that_are_too_wide_are_only_worth_a_look() -> None:
    wide = holdout(q05=0.0, q10=10.0, q25=50.0, q75=150.0, q90=190.0, q95=200.0)
    assert checks(held_out=wide)["coverage_unseen"].status == "attention"
    assert verdicts(held_out=wide)["forecast"].answer == "with caution"


def test_misses_on_one_side_call_for_caution() -> None:
    found = checks(held_out=holdout(below=0.8))["one_sided"]
    assert found.status == "attention"
    assert "above the middle of the forecast in 32 of 32 weeks" in found.sentence
    assert verdicts(held_out=holdout(below=0.8))["forecast"].answer == "with caution"


def test_chains_that_did_not_meet_forbid_everything() -> None:
    found = verdicts(measures(r_hat_max=1.4), holdout())
    assert {verdict.answer for verdict in found.values()} == {"no"}
    assert points(measures(r_hat_max=1.4), holdout()) == 0


@pytest.mark.parametrize(
    ("chance", "answer"), [(0.9, "yes"), (0.89, "with caution"), (0.1, "yes"), (0.11, "with caution")]
)
def test_groups_are_ranked_when_half_of_the_pairs_are_in_order(chance: float, answer: str) -> None:
    pairs = (("TV", "Search", chance), ("TV", "Radio", 0.95), ("Search", "Radio", 0.5), ("TV", "Print", 0.5))
    assert verdicts(measures(pairs=pairs), holdout())["rank"].answer == answer


def test_a_pair_in_order_by_the_prior_alone_does_not_count() -> None:
    groups = (*tuple(group(name, contraction=0.1, spend=5.0) for name in ("TV", "Search")), group("Radio", spend=900.0))
    found = verdicts(measures(groups=groups, pairs=(("TV", "Search", 0.99),)), holdout())["rank"]
    assert found.answer == "no"


def test_what_the_prior_tells_for_most_of_the_spend_is_no_ranking() -> None:
    groups = (*tuple(group(name, contraction=0.1) for name in ("TV", "Search")), group("Radio"))
    found = verdicts(measures(groups=groups), holdout())["rank"]
    assert found.answer == "no"
    assert "barely moved TV, Search" in found.why


def test_one_group_cannot_be_ranked() -> None:
    assert verdicts(measures(groups=(group(),), pairs=()), holdout())["rank"].answer == "no"


def test_answers_that_hang_on_what_was_assumed_weaken_the_ranking() -> None:
    refitted = stability(*(refit(Radio=(4.0, 5.0, 6.0)) for _ in range(4)))
    found = verdicts(held_out=holdout(), refitted=refitted)["rank"]
    assert found.answer == "with caution"
    assert "hangs on what was assumed" in found.why


def test_a_group_that_is_off_in_two_of_four_refits_is_named_by_the_verdict_whichever_refits_they_are() -> None:
    away = (4.0, 5.0, 6.0)
    priors = stability(*(refit(Radio=away) for _ in range(2)))
    found = verdicts(held_out=holdout(), refitted=priors)["rank"]
    assert found.answer == "with caution"
    assert "Radio is off in 2 of 4 refits with other priors" in found.why
    both = stability(*(refit(Radio=away) for _ in range(2)), *(refit("weeks", Search=away) for _ in range(2)))
    found = verdicts(held_out=first_fold_says(Search=away), refitted=both)["rank"]
    assert "Search is off in 3 of 6 refits that know up to 32 weeks fewer" in found.why
    assert "Radio is off in 2 of 4 refits with other priors" in found.why


def test_what_only_the_prior_tells_is_said_once_by_the_verdict() -> None:
    groups = (group("TV"), group("Search", contraction=0.1), group("Radio"))
    away = (4.0, 5.0, 6.0)
    refitted = stability(*(refit(kind, TV=away) for kind in ("weeks", "priors") for _ in range(2)))
    found = verdicts(measures(groups=groups), first_fold_says(TV=away), refitted)["rank"]
    assert "TV is off in 3 of 6" in found.why
    assert found.why.count("Search is told by what was assumed, so agreement says nothing.") == 1


def test_a_name_with_a_full_stop_stays_whole_in_the_verdict() -> None:
    groups = (group("TV"), group("St. Pauli Print", contraction=0.1), group("Dr. Radio"))
    away = (4.0, 5.0, 6.0)
    off = {"Dr. Radio": away}
    refitted = stability(*(refit(kind, **off) for kind in ("weeks", "priors") for _ in range(2)))
    found = verdicts(measures(groups=groups), first_fold_says(**off), refitted)["rank"]
    assert found.why.count("Dr. Radio is off in ") == 2
    assert found.why.count("St. Pauli Print is told by what was assumed") == found.why.count("Pauli") == 1


def test_a_pair_that_turns_round_in_a_refit_is_not_in_order() -> None:
    turned = stability(refit(TV=(1.7, 1.9, 2.1)))
    found = verdicts(held_out=holdout(), refitted=turned)["rank"]
    assert found.answer == "no"
    assert "0 of 3 pairs of groups; 2 more are clear but turn round in a refit" in found.why
    half = verdicts(held_out=holdout(), refitted=stability(refit(Radio=(1.9, 2.1, 2.3))))["rank"]
    assert half.answer == "with caution"
    assert "1 of 3 pairs of groups; TV returns more than Search; 1 more" in half.why


@pytest.mark.parametrize(("beyond", "weeks", "answer"), [(0.1, 8, "with caution"), (0.1, 7, "no"), (0.09, 8, "no")])
def test_advice_beyond_the_range_must_have_been_tested_there(beyond: float, weeks: int, answer: str) -> None:
    periods = tuple(
        replace(period, beyond=beyond if at < weeks else 0.0) for at, period in enumerate(holdout().periods)
    )
    assert verdicts(held_out=replace(holdout(), periods=periods))["reach"].answer == answer


def test_advice_beyond_the_range_needs_curves_that_the_data_bend() -> None:
    straight = measures(groups=tuple(group(name, bend_contraction=0.1) for name in ("TV", "Search", "Radio")))
    found = verdicts(straight, holdout(beyond=0.5))["reach"]
    assert found.answer == "no"
    assert "100 % of spend the bend of the curve is assumed" in found.why


def test_the_rival_is_the_better_of_the_two_plain_forecasts() -> None:
    assert sum_up(holdout(season_crps=2.0)).rival == "season"
    assert sum_up(holdout(average_crps=2.0)).rival == "average"


def test_errors_are_told_by_how_far_ahead_they_look() -> None:
    found = sum_up(holdout()).by_ahead
    assert [score.ahead for score in found] == list(range(1, 9))
    assert {score.of for score in found} == {4}
    assert found[0].mape < found[6].mape


def test_points_add_up_to_100_and_half_of_them_need_held_out_weeks() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert points(held_out=holdout()) == 100
    untested = health_of(tuple(checks().values()))
    assert (untested.points, untested.untested) == (50, 50)


def test_attention_gives_half_of_the_points_and_halves_are_not_rounded_up() -> None:
    assert points(measures(divergences=2), holdout()) == 95
    assert points(measures(baseline_negative=0.5), holdout()) == 97


def test_without_skill_a_model_has_few_points_whatever_else_is_fine() -> None:
    assert points(held_out=holdout(crps=5.0)) == MOST_WITHOUT_SKILL


def test_a_holdout_survives_json() -> None:
    kept = replace(holdout(), folds=tuple(replace(fold, left_out=("Radio",)) for fold in holdout().folds))
    assert Holdout.from_dict(json.loads(json.dumps(kept.as_dict()))) == kept
    assert foreseen().period == "2025-01-06"
