"""What refits say beside a fit: overlap, patterns, checks, and priors drawn anew."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from simulated import make_panel, needs_pymc, panel_of
from trusting import checks, group, holdout, measures, refit, stability

from mmm_core.jobs.messages import plain
from mmm_core.modeling.choices import Expectation
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.written_form import BOUNDS
from mmm_core.panel.panel import Panel
from mmm_core.simulation.client import simulate_national
from mmm_core.validation.agreement import agreement, overlap
from mmm_core.validation.folds import Fold, FoldPlan, plan_folds
from mmm_core.validation.holdout_record import HoldoutProgress
from mmm_core.validation.limits import LIMITS
from mmm_core.validation.patterns import Pattern, changing, find_patterns, keeping
from mmm_core.validation.priors_resampled import MOST_CARRY_OVER, MOST_MEDIA, MOST_SPREAD, resampled
from mmm_core.validation.stability import plan_refits
from mmm_core.validation.stability_record import Refit, Stability, all_refits
from mmm_core.validation.trust import trust_in
from mmm_core.validation.validate import Validation, validate

QUICK = ModelSpecification(adstock_l_max=8, yearly_seasonality=2, chains=2, draws=150, tune=200, until_settled=False)


def by_kind(patterns: tuple[Pattern, ...], kind: str) -> list[Pattern]:
    return [one for one in patterns if one.kind == kind]


class TestOverlap:
    def test_it_is_measured_by_the_narrower_range_and_from_both_sides(self) -> None:
        one, other = (1.0, 2.0, 3.0), (2.5, 2.6, 3.5)
        assert overlap(one, other) == overlap(other, one) == pytest.approx(0.5)

    def test_ranges_without_a_width_overlap_where_they_meet(self) -> None:
        assert overlap((2.0, 2.0, 2.0), (1.0, 1.5, 2.0)) == 1.0
        assert overlap((2.1, 2.1, 2.1), (1.0, 1.5, 2.0)) == 0.0

    def test_large_groups_weigh_more(self) -> None:
        groups = (group("TV", spend=300.0), group("Search", spend=100.0))
        found = agreement(measures(groups=groups), [refit(Search=(5.0, 6.0, 7.0))])
        assert found.overlap == pytest.approx(0.75)
        assert {name: own.overlap for name, own in found.by_group.items()} == {"TV": 1.0, "Search": 0.0}

    def test_a_group_counts_in_the_refits_that_know_it(self) -> None:
        young = replace(refit(), roi={"TV": (1.8, 2.0, 2.2), "Search": (1.8, 2.0, 2.2)})
        known = agreement(measures(), [young, refit(Radio=(2.0, 2.1, 2.4))]).by_group["Radio"]
        assert (known.overlap, known.of) == (pytest.approx(0.5), 1)
        assert "Radio" not in agreement(measures(), [young]).by_group


class TestChecks:
    def test_refits_that_agree_are_fine(self) -> None:
        found = checks(held_out=holdout())
        assert found["stability"].status == found["priors"].status == "fine"
        assert "6 refits that know up to 32 weeks fewer" in found["stability"].sentence
        assert "4 refits with other priors" in found["priors"].sentence

    @pytest.mark.parametrize(("number", "named"), [(1, False), (2, True), (4, True)])
    def test_a_group_that_is_off_in_several_refits_is_named_with_how_many_however_well_others_agree(
        self, number: int, named: bool
    ) -> None:
        away = [refit(Search=(4.0, 5.0, 6.0)) for _ in range(number)]
        check = checks(held_out=holdout(), refitted=stability(*away))["priors"]
        assert (check.status == "fine") != named
        assert (f"Search is off in {number} of 4 refits with other priors" in check.sentence) == named
        assert f"Search {100 - 25 * number} %, off in {number} of 4" in check.figure
        assert ("Search" in check.remedy) == named

    def test_off_is_where_less_of_the_ranges_overlaps_than_the_limit_says(self) -> None:
        def status(share: float) -> str:
            away = 0.4 * (1 - share)  # the fit's 50 % range is 0.4 wide
            said = (1.8 + away, 2.0 + away, 2.2 + away)
            return checks(held_out=holdout(), refitted=stability(refit(TV=said), refit(TV=said)))["priors"].status

        assert (status(LIMITS.off.value + 0.01), status(LIMITS.off.value - 0.01)) == ("fine", "attention")

    def test_several_groups_are_named_those_with_the_most_spend_first(self) -> None:
        found = measures(groups=(group("TV", spend=50.0), group("Search", spend=90.0), group("Radio")))
        away = refit(TV=(4.0, 5.0, 6.0), Search=(4.0, 5.0, 6.0))
        check = checks(found, holdout(), stability(away, away, refit(Search=(4.0, 5.0, 6.0))))["priors"]
        said = "Search is off in 3 of 4 refits with other priors that one could have chosen as well, TV in 2 of 4: "
        assert check.sentence == f"{said}what they return hangs on what was assumed."

    def test_a_return_that_hangs_on_the_last_weeks_is_named(self) -> None:
        folds = tuple(replace(fold, roi=fold.roi | {"Radio": (4.0, 5.0, 6.0)}) for fold in holdout().folds)
        shaken = stability(*(refit("weeks", Radio=(4.0, 5.0, 6.0)) for _ in range(2)))
        found = checks(held_out=replace(holdout(), folds=folds), refitted=shaken)
        assert found["stability"].status == "attention"
        assert "Radio is off in 6 of 6 refits that know up to 32 weeks fewer: its return hangs on the last weeks" in (
            found["stability"].sentence
        )
        assert found["priors"].status == "fine"

    @pytest.mark.parametrize(("inside", "status"), [(1.0, "fine"), (0.5, "fine"), (0.48, "attention"), (0.2, "error")])
    def test_the_line_is_where_the_limit_says(self, inside: float, status: str) -> None:
        away = 0.4 * (1 - inside)  # the fit's 50 % range is 0.4 wide
        said = (1.8 + away, 2.0 + away, 2.2 + away)
        refitted = stability(*(refit(TV=said, Search=said, Radio=said) for _ in range(4)))
        assert checks(held_out=holdout(), refitted=refitted)["priors"].status == status

    def test_groups_that_only_the_prior_tells_do_not_count_as_stable(self) -> None:
        blind = measures(groups=tuple(group(name, contraction=0.1) for name in ("TV", "Search", "Radio")))
        found = checks(blind, holdout())
        for code in ("stability", "priors"):
            assert found[code].status == "attention"
            assert found[code].sentence == (
                "Nothing that could change. TV, Search, Radio are told by what was assumed, so agreement says nothing."
            )

    @pytest.mark.parametrize(("spend", "status"), [(90.0, "fine"), (250.0, "attention")])
    def test_a_group_that_only_the_prior_tells_is_named_and_no_part_of_the_praise(
        self, spend: float, status: str
    ) -> None:
        groups = (group("TV"), group("Search"), group("Radio", contraction=0.1, spend=spend))
        found = checks(measures(groups=groups), holdout())
        for code in ("stability", "priors"):
            assert found[code].status == status, "agreement is worth something for less than half of the spend"
            assert found[code].sentence.startswith("Returns of TV, Search hold in ")
            assert found[code].sentence.endswith("Radio is told by what was assumed, so agreement says nothing.")
            assert "Radio" not in found[code].figure

    def test_a_group_that_the_data_moved_far_counts_even_where_its_range_is_wide(self) -> None:
        groups = (group("TV"), group("Search"), group("Radio", contraction=0.1, shift=1.5))
        assert agreement(measures(groups=groups), [refit()]).untold == ()

    def test_what_was_not_refitted_is_open_and_gives_no_points(self) -> None:
        none = Stability(refits=(), seconds=0.0)
        found = checks(held_out=holdout(), refitted=none)
        assert (found["stability"].status, found["priors"].status) == ("fine", "open")
        assert {found["stability"].status for found in [checks()]} == {"open"}


class TestPatterns:
    FOUND = measures(
        groups=(group("TV", roi_mean=2.5), group("Search", roi_mean=2.0), group("Radio", roi_mean=0.9, spend=10.0)),
        pairs=(("TV", "Search", 0.95), ("TV", "Radio", 0.99), ("Search", "Radio", 0.97)),
    )
    SAME = refit(TV=(2.3, 2.5, 2.7), Radio=(0.7, 0.9, 1.2))

    def test_what_all_refits_say_is_told_in_words(self) -> None:
        patterns = find_patterns(self.FOUND, [self.SAME] * 6)
        assert keeping(patterns) == [
            "TV brings the most in all 6 refits.",
            "TV, Search return more than is spent in all 6 refits.",
            "Radio returns less than is spent in all 6 refits.",
            "TV returns more than Search, Radio in all 6 refits.",
            "Search returns more than Radio in all 6 refits.",
        ]
        assert changing(patterns) == []

    def test_what_one_refit_says_otherwise_is_told_with_its_number(self) -> None:
        other = refit(TV=(1.7, 1.9, 2.1), Radio=(0.9, 1.1, 1.3))
        said = changing(find_patterns(self.FOUND, [self.SAME] * 5 + [other]))
        assert said == [
            "TV brings the most in 5 of 6 refits.",
            "Radio returns less than is spent in 5 of 6 refits.",
            "The fit is sure that TV returns more than Search; 1 of 6 refits say otherwise.",
        ]

    def test_orders_that_the_fit_is_not_sure_of_are_only_counted(self) -> None:
        unsure = replace(self.FOUND, pairs=(("TV", "Search", 0.7), *self.FOUND.pairs[1:]))
        said = changing(find_patterns(unsure, [self.SAME] * 5 + [refit(TV=(1.9, 1.99, 2.2), Radio=(0.7, 0.9, 1.2))]))
        assert "1 of 3 pairs of groups change places; the fit was sure of none of these." in said

    def test_no_side_is_told_where_the_outcome_is_not_money(self) -> None:
        assert by_kind(find_patterns(replace(self.FOUND, in_money=False), [self.SAME] * 6), "side") == []

    def test_what_only_the_prior_tells_is_no_pattern(self) -> None:
        blind = tuple(
            replace(one, contraction=0.1) if one.group in ("TV", "Radio") else one for one in self.FOUND.groups
        )
        patterns = find_patterns(replace(self.FOUND, groups=blind), [self.SAME] * 6)
        assert [(one.kind, one.groups) for one in patterns] == [
            ("side", ("Search",)),
            ("order", ("TV", "Search")),
            ("order", ("Search", "Radio")),
        ]

    def test_everything_is_told_by_means_as_the_results_are(self) -> None:
        skewed = replace(self.SAME, mean={"TV": 2.6, "Search": 2.2, "Radio": 1.1})
        (radio,) = [one for one in by_kind(find_patterns(self.FOUND, [skewed] * 3), "side") if one.groups == ("Radio",)]
        assert (self.SAME.middle_of("Radio"), skewed.middle_of("Radio")) == (0.9, 1.1)
        assert (radio.above, radio.hold) == (False, 0)

    def test_two_refits_make_no_pattern(self) -> None:
        assert find_patterns(self.FOUND, [self.SAME] * 2) == ()

    def test_a_group_that_began_late_is_told_by_the_refits_that_know_it(self) -> None:
        young = replace(self.SAME, roi={name: roi for name, roi in self.SAME.roi.items() if name != "Radio"})
        patterns = find_patterns(self.FOUND, [young] * 2 + [self.SAME] * 4)
        assert "Search returns more than Radio in all 4 refits." in keeping(patterns)

    def test_a_leading_group_that_began_late_is_not_held_against_by_refits_that_cannot_know_it(self) -> None:
        own = max(self.FOUND.groups, key=lambda group: group.roi_mean * group.spend).group
        young = replace(self.SAME, roi={name: roi for name, roi in self.SAME.roi.items() if name != own})
        (largest,) = [one for one in find_patterns(self.FOUND, [young] * 2 + [self.SAME] * 4) if one.kind == "largest"]
        assert (largest.groups, largest.hold, largest.of) == ((own,), 4, 4)


class TestResampledPriors:
    FULL = ModelSpecification(
        group_spreads=(("TV", 0.5),), expectations=(Expectation(place=("Radio",), roi=(1.0, 4.0)),)
    )

    def test_the_same_specification_gives_the_same_four_variants(self) -> None:
        assert resampled(self.FULL) == resampled(self.FULL)
        assert len({json.dumps(variant.changed) for variant in resampled(self.FULL)}) == 4

    def test_every_prior_stays_within_its_bounds_and_goes_to_both_sides(self) -> None:
        changed = [variant.changed for variant in resampled(self.FULL)]
        media = np.array([one["media_share"] for one in changed]) / self.FULL.media_share
        spread = np.array([one["effect_spread"] for one in changed]) / self.FULL.effect_spread
        for factors, most in ((media, MOST_MEDIA), (spread, MOST_SPREAD)):
            assert 1 / most <= factors.min() < 1 < factors.max() <= most
        lengths = np.array([one["adstock_l_max"] for one in changed]) / self.FULL.adstock_l_max
        assert 1 - MOST_CARRY_OVER <= lengths.min() < 1 < lengths.max() <= 1 + MOST_CARRY_OVER
        assert sorted(one["yearly_seasonality"] for one in changed) == [2, 2, 3, 3], "fewer waves are another model"

    def test_what_people_expect_keeps_its_middle_and_changes_its_width(self) -> None:
        for variant in resampled(self.FULL):
            low, high = variant.specification.expectation_of("Radio").roi
            surer = variant.changed["effect_spread"] / self.FULL.effect_spread
            assert low * high == pytest.approx(4.0)
            assert np.log(high / low) == pytest.approx(surer * np.log(4.0))
            assert variant.specification.spread_of("TV") == pytest.approx(0.5 * surer)

    def test_nothing_else_of_the_model_changes(self) -> None:
        for variant in resampled(self.FULL):
            kept = {"group_spreads", "expectations", *variant.changed}
            own, base = variant.specification.as_dict(), self.FULL.as_dict()
            assert {name: value for name, value in own.items() if name not in kept} == {
                name: value for name, value in base.items() if name not in kept
            }

    @pytest.mark.parametrize("end", [0, 1])
    def test_a_model_at_the_bounds_of_its_settings_can_be_varied(self, end: int) -> None:
        names = ("media_share", "effect_spread", "adstock_l_max", "yearly_seasonality")
        extreme = ModelSpecification(**{name: BOUNDS[name][end] for name in names})
        for variant in resampled(extreme):
            assert all(BOUNDS[name][0] <= variant.changed[name] <= BOUNDS[name][1] for name in names)


def a_panel(weeks: int) -> Panel:
    return make_panel(np.ones((weeks, 1, 1)), np.arange(float(weeks))[:, None])


class TestPlan:
    @pytest.mark.parametrize(("weeks", "known"), [(104, [91, 78]), (78, [65, 52]), (77, [64]), (64, [])])
    def test_thirteen_and_twenty_six_weeks_are_dropped_where_a_year_is_left(self, weeks: int, known: list[int]) -> None:
        planned = plan_refits(a_panel(weeks), QUICK, FoldPlan(folds=(), season=52))
        assert [fold.known for fold in planned.shorter] == known
        assert len(planned.variants) == 4
        assert len(planned) == len(known) + 4

    def test_what_a_fold_knows_already_is_not_fitted_twice(self) -> None:
        plan = FoldPlan(folds=(Fold(number=1, known=91, horizon=13),), season=52)
        assert [fold.known for fold in plan_refits(a_panel(104), QUICK, plan).shorter] == [78]

    def test_folds_are_refits_too_and_are_told_from_the_most_weeks_to_the_fewest(self) -> None:
        found = all_refits(holdout(), stability())
        assert [one.changed.get("periods") for one in found] == [8, 16, 24, 26, 26, 32, None, None, None, None]


class TestWithFits:
    pytestmark = needs_pymc

    @staticmethod
    @cache
    def made() -> tuple[Validation, tuple[HoldoutProgress, ...]]:
        client = panel_of(simulate_national(np.random.default_rng(7), periods=104, groups=3, noise=0.02))
        heard: list[HoldoutProgress] = []
        found = validate(client, fit_model(client, QUICK), plan_folds(104, most=2), report=heard.append)
        return found, tuple(heard)

    def test_a_client_with_known_truth_is_steady(self) -> None:
        found, _ = self.made()
        assert found.stability is not None
        assert [one.kind for one in found.stability.refits] == ["weeks"] * 2 + ["priors"] * 4
        trust = trust_in(found.measures, found)
        status = {check.code: check.status for check in trust.checks}
        assert status["stability"] in ("fine", "attention")
        assert status["priors"] == "fine"
        agreed = agreement(found.measures, [one for one in found.stability.refits if one.kind == "priors"])
        assert agreed.overlap > LIMITS.stable_attention.value

    def test_the_progress_of_folds_and_refits_is_told_as_one(self) -> None:
        _, heard = self.made()
        assert [told.share for told in heard] == sorted(told.share for told in heard)
        assert {(told.fold, told.refit) for told in heard} == {(1, 0), (2, 0), *((2, at) for at in range(1, 7))}
        assert {(told.folds, told.refits) for told in heard} == {(2, 6)}

    def test_a_group_whose_effect_tripled_in_the_last_half_year_is_told(self) -> None:
        client = simulate_national(np.random.default_rng(8), periods=104, groups=3, noise=0.02)
        kpi = client.kpi.to_numpy(dtype=float).copy()
        kpi[-26:] += 2 * client.contributions["group_01"].to_numpy(dtype=float)[-26:]
        data = panel_of(client).data
        panel = make_panel(data["spend"].values, kpi[:, None], data["controls"].values)
        found = validate(panel, fit_model(panel, QUICK), plan_folds(104, most=1))
        check = next(one for one in trust_in(found.measures, found).checks if one.code == "stability")
        assert check.status != "fine"
        assert "group 0 is off in 3 of 3 refits" in check.sentence

    def test_a_season_with_a_wave_too_few_is_told_by_the_refits_that_have_one_more(self) -> None:
        client = panel_of(simulate_national(np.random.default_rng(7), periods=104, groups=3, noise=0.02))
        poor = replace(QUICK, yearly_seasonality=1)
        found = validate(client, fit_model(client, poor), plan_folds(104, most=1))
        check = next(one for one in trust_in(found.measures, found).checks if one.code == "priors")
        assert check.status != "fine"
        assert "off in 2 of 4 refits with other priors" in check.sentence

    def test_a_validation_survives_json(self) -> None:
        found, _ = self.made()
        assert Validation.from_dict(json.loads(json.dumps(plain(found.as_dict())))) == found

    def test_a_record_of_before_there_were_refits_is_understood(self) -> None:
        found, _ = self.made()
        old = {name: part for name, part in plain(found.as_dict()).items() if name != "stability"}
        kept = Validation.from_dict(old)
        trust = trust_in(kept.measures, kept)
        assert kept.stability is None
        assert next(check.status for check in trust.checks if check.code == "priors") == "open"

    def test_a_record_of_before_there_were_means_is_understood_by_its_medians(self) -> None:
        found, _ = self.made()
        old = plain(found.as_dict())
        for part in (*old["holdout"]["folds"], *old["stability"]["refits"], *old["measures"]["groups"]):
            for name in ("mean", "roi_mean"):
                part.pop(name, None)
        kept = Validation.from_dict(old)
        assert [one.roi_mean for one in kept.measures.groups] == [one.roi_q50 for one in kept.measures.groups]
        first = all_refits(kept.holdout, kept.stability)[0]
        assert {name: first.middle_of(name) for name in first.roi} == {name: q[1] for name, q in first.roi.items()}
        assert trust_in(kept.measures, kept).health.points > 0

    def test_refits_keep_the_mean_beside_the_quartiles(self) -> None:
        found, _ = self.made()
        for one in all_refits(found.holdout, found.stability):
            assert set(one.mean) == set(one.roi)
            for name, (low, _, high) in one.roi.items():
                assert low < one.middle_of(name) < high


def test_a_record_of_refits_survives_json() -> None:
    kept = replace(stability(), refits=(*stability().refits, replace(refit(), r_hat_max=float("nan"))))
    back = Stability.from_dict(json.loads(json.dumps(plain(kept.as_dict()))))
    assert back.refits[:-1] == kept.refits[:-1]
    assert isinstance(back.refits[-1], Refit)
    assert np.isnan(back.refits[-1].r_hat_max)
