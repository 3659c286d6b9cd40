"""Fits side by side: sums come from draws, noise is called noise, forecasts are compared on the same weeks."""

from dataclasses import replace

import numpy as np
import pytest
from trusting import foreseen, holdout

from mmm_core.documents.comparison_words import answer_by_letter
from mmm_core.feasibility.resolution import GroupResolution, Interval, PairResolution
from mmm_core.taxonomy.shared_parts import Part
from mmm_core.validation.comparison import ComparedFit, describe_candidate, describe_parts, spread_of
from mmm_core.validation.contrast import chance_of_better, contrast, put_side_by_side, shared_periods, width_noise

RNG = np.random.default_rng(5)
VIDEO, IMAGE = RNG.normal(300, 60, 4000), RNG.normal(0, 1, 4000)
IMAGE = 500 - VIDEO + 10 * IMAGE  # what one has more the other has less
SEARCH = RNG.normal(200, 20, 4000)
PARTS = (
    Part(name="All groups", groups=(("Video", "Image", "Search"), ("Social", "Search")), is_smallest=False),
    Part(name="Video and Image", groups=(("Video", "Image"), ("Social",))),
    Part(name="Search", groups=(("Search",), ("Search",))),
)


def compared(
    name="A", groups=("Video", "Image", "Search"), draws=(VIDEO, IMAGE, SEARCH), spend=(100, 100, 50), **changes
):
    totals = np.column_stack(draws)
    plain = {
        "name": name,
        "groups": tuple(groups),
        "spend": np.array(spend, dtype=float),
        "totals": totals,
        "shared_spend": np.array(spend, dtype=float),
        "shared_totals": totals,
        "effective": 1000.0,
        "r2": 0.9,
        "mape": 0.02,
    }
    return ComparedFit(**plain | changes)


APART = compared()
MERGED = compared("B", ("Social", "Search"), (VIDEO + IMAGE + RNG.normal(0, 3, 4000), SEARCH), (200, 50))


def test_a_part_over_several_groups_is_a_sum_of_draws_and_never_of_quantiles():
    parts = {one.part.name: one for one in describe_parts([APART, MERGED], PARTS)}
    first = parts["Video and Image"].views[0]
    assert first.contribution == spread_of(VIDEO + IMAGE)
    assert first.roi == spread_of((VIDEO + IMAGE) / 200)
    summed = spread_of(VIDEO).width + spread_of(IMAGE).width
    assert first.contribution.width < summed / 4, "what one has more the other has less"
    assert parts["All groups"].spend == 250


def test_the_mean_times_the_spend_is_the_contribution_however_skewed_the_draws():
    skewed = np.exp(np.random.default_rng(7).normal(5, 1, 4000))
    (part,) = describe_parts([compared("A", ("Video",), (skewed,), (100,))], [Part(name="Video", groups=(("Video",),))])
    (view,) = part.views
    assert view.roi is not None
    assert view.roi.mean * part.spend == pytest.approx(view.contribution.mean)
    assert view.contribution.mean == pytest.approx(skewed.mean())
    assert view.contribution.mean > 1.3 * view.contribution.q50


def test_a_part_is_described_over_the_periods_that_all_have_in_common():
    shorter = compared(
        shared_spend=np.array([50.0, 50.0, 25.0]), shared_totals=np.column_stack([VIDEO, IMAGE, SEARCH]) / 2
    )
    part = describe_parts([shorter, MERGED], PARTS)[1]
    assert part.views[0].contribution.q50 == pytest.approx(np.median(VIDEO + IMAGE) / 2)
    assert describe_candidate(shorter).groups[0].roi == spread_of(VIDEO / 100), "its own table keeps its own window"


def test_a_part_of_groups_that_a_fit_does_not_have_is_left_out():
    strange = (*PARTS, Part(name="TV", groups=(("TV",), ("TV",))))
    assert [one.part.name for one in describe_parts([APART, MERGED], strange)] == [part.name for part in PARTS]


def test_groups_that_trade_for_each_other_are_not_told_apart_and_their_spend_does_not_count():
    figures = describe_candidate(APART)
    assert [group.told_apart for group in figures.groups] == [False, False, True]
    assert figures.apart == pytest.approx(0.2)
    assert describe_candidate(MERGED).apart == pytest.approx(1.0)
    assert figures.predicted_apart is None, "nothing was foretold"


def test_what_was_foretold_stands_beside_what_was_fitted():
    interval = Interval(low=1.0, median=3.0, high=5.0)
    foretold = tuple(
        GroupResolution(
            group=name, spend=1.0, contribution=interval, share=interval, roi=interval, contraction=0.5, rough=False
        )
        for name in APART.groups
    )
    pair = PairResolution(first="Video", second="Search", correlation=-0.9, together=interval, told_apart=False)
    figures = describe_candidate(replace(APART, predicted=foretold, predicted_pairs=(pair,)))
    assert [group.predicted_apart for group in figures.groups] == [False, True, False]
    assert figures.predicted_apart == pytest.approx(0.4)
    assert figures.groups[0].predicted == interval


def test_shares_of_contribution_are_taken_draw_by_draw():
    share = describe_candidate(APART).groups[2].share
    assert share == spread_of(SEARCH / (VIDEO + IMAGE + SEARCH))


def test_the_share_to_show_is_that_of_the_mean_contributions():
    skewed = np.exp(np.random.default_rng(7).normal(5, 1, 4000))
    shares = [
        group.share_of_contribution for group in describe_candidate(compared(draws=(VIDEO, skewed, SEARCH))).groups
    ]
    means = np.array([VIDEO.mean(), skewed.mean(), SEARCH.mean()])
    assert shares == pytest.approx(means / means.sum())
    assert sum(shares) == pytest.approx(1)


def test_a_group_without_spend_has_no_return_and_spoils_nothing():
    figures = describe_candidate(compared(spend=(100, 0, 50)))
    assert figures.groups[1].roi is None
    assert np.isfinite(figures.relative_width)
    alone = compared("C", ("Social",), (VIDEO,), (100,))
    assert describe_candidate(alone).apart == 1.0, "one group is in nobody's way"


def _contrast(before, after, parts=PARTS):
    return contrast(before, after, describe_parts([before, after], parts), (0, 1))


def test_a_merge_is_told_with_its_joint_range_and_a_real_narrowing_with_its_name():
    wide = compared("A", draws=(VIDEO, 500 - VIDEO + RNG.normal(0, 60, 4000), SEARCH))
    (recut,) = _contrast(wide, MERGED).recut
    assert (recut.cut, recut.before, recut.after, recut.change) == (
        "merged",
        ("Video", "Image"),
        ("Social",),
        "narrower",
    )
    assert not recut.apart
    (back,) = _contrast(MERGED, wide, [replace(part, groups=part.groups[::-1]) for part in PARTS]).recut
    assert (back.cut, back.change) == ("split", "wider")


SAME = [Part(name=name, groups=((name,), (name,))) for name in APART.groups]


def _stretched(factor: float, shift: float = 0.0):
    """Return the candidate with every range stretched about its own middle, and one of them moved."""
    draws = [np.median(one) + (one - np.median(one)) * factor for one in (VIDEO, IMAGE, SEARCH)]
    return compared("B", draws=(draws[0], draws[1], draws[2] + shift))


@pytest.mark.parametrize(("times", "change"), [(0.6, "same"), (-0.6, "same"), (1.6, "wider"), (-1.6, "narrower")])
def test_ranges_change_where_they_differ_by_more_than_the_samplers_own_error(times: float, change: str):
    found = _contrast(APART, _stretched(1 + times * width_noise(1000, 1000)), SAME)
    assert found.recut == ()
    assert found.widths is not None
    assert found.widths.change == change


def test_ranges_are_compared_by_the_figure_of_the_answer():
    halved = compared("B", draws=(VIDEO / 2, IMAGE / 2, SEARCH / 2))
    found = _contrast(APART, halved, SAME).widths
    assert found is not None
    assert (found.before, found.after) == tuple(describe_candidate(one).relative_width for one in (APART, halved))
    assert found.change == "same", "half of the return within half of the range is known as well"
    assert _contrast(APART, compared("B", spend=(0, 0, 0)), SAME).widths is None


@pytest.mark.parametrize("times", [-1.6, -1.02, -0.97, -0.6, 0.6, 0.97, 1.02, 1.6])
def test_the_answer_calls_two_level_where_the_sentence_does_whichever_comes_first(times: float):
    noise = width_noise(1000, 1000)
    for pair in ((APART, _stretched(1 + times * noise)), (_stretched(1 + times * noise), APART)):
        found = put_side_by_side(pair, SAME)
        (widths,) = [one.widths for one in found.contrasts]
        assert widths is not None
        assert answer_by_letter(found).startswith("All about equally") == (widths.change == "same")


def test_a_group_moves_where_it_moves_by_more_than_the_samplers_own_error():
    still, clearly = (_contrast(APART, _stretched(1.0, shift), SAME).moved for shift in (0.01, 30.0))
    assert still is not None
    assert not still.far
    assert clearly is not None
    assert (clearly.name, clearly.far) == ("Search", True)


def test_few_effective_draws_make_more_noise():
    assert width_noise(100, 100) == pytest.approx(width_noise(400, 400) * 2)


def test_the_noise_of_a_width_is_what_repeated_draws_show():
    widths = [spread_of(np.random.default_rng(seed).normal(0, 1, 400)).width for seed in range(400)]
    assert width_noise(400, 400) == pytest.approx(2 * np.sqrt(2) * np.std(widths) / np.mean(widths), rel=0.12)


def test_two_middles_outside_of_each_others_range_are_told():
    elsewhere = compared("B", ("Social", "Search"), ((VIDEO + IMAGE) / 2, SEARCH), (200, 50))
    assert _contrast(APART, elsewhere).recut[0].apart
    assert not _contrast(APART, MERGED).recut[0].apart


def test_a_forecast_that_is_better_in_every_week_is_almost_certainly_better_and_an_equal_one_is_open():
    base = holdout()
    worse = replace(base, periods=tuple(replace(row, crps=row.crps * 1.3) for row in base.periods))
    assert chance_of_better(shared_periods(worse, base)) > 0.99
    assert chance_of_better(shared_periods(base, worse)) < 0.01
    assert chance_of_better(shared_periods(base, base)) == 0.5


def test_errors_and_odds_rest_on_the_same_pairs_however_the_periods_are_ordered():
    base = holdout()
    worse = replace(
        base, periods=tuple(replace(row, crps=row.crps * 1.3, mean=row.mean * 1.02) for row in base.periods)
    )
    shuffled = replace(worse, periods=worse.periods[:4:-1])
    pairs = shared_periods(base, shuffled)
    assert [(first.period, first.ahead) for first, _ in pairs] == [(row.period, row.ahead) for row in base.periods[5:]]
    assert all((first.period, first.ahead) == (second.period, second.ahead) for first, second in pairs)
    found = contrast(replace(APART, holdout=base), replace(MERGED, holdout=shuffled), (), (0, 1)).foreseen
    assert found is not None
    assert (found.periods, found.better) == (len(pairs), chance_of_better(pairs))
    ordered = contrast(
        replace(APART, holdout=base), replace(MERGED, holdout=replace(worse, periods=worse.periods[5:])), (), (0, 1)
    )
    assert found == ordered.foreseen


def test_only_weeks_that_both_foresaw_from_the_same_day_on_are_compared():
    base = holdout()
    half = replace(base, periods=base.periods[16:])
    found = contrast(replace(APART, holdout=base), replace(MERGED, holdout=half), (), (0, 1)).foreseen
    assert found is not None
    assert (found.periods, found.before) == (16, found.after)
    never = replace(base, periods=tuple(foreseen(at + 100) for at in range(8)))
    assert contrast(replace(APART, holdout=base), replace(MERGED, holdout=never), (), (0, 1)).foreseen is None
    assert _contrast(APART, MERGED).foreseen is None, "nothing was held out"


def test_the_line_of_a_candidate_holds_its_forecast_beside_the_plain_one():
    figures = describe_candidate(replace(APART, holdout=holdout()))
    assert figures.foresight is not None
    assert figures.foresight.skill > 0
    assert figures.crps == pytest.approx(figures.foresight.crps / np.mean([row.actual for row in holdout().periods]))
