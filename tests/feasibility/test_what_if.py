from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest
from resolvability_clients import CLIENTS
from simulated import national_panel

from mmm_core.errors import BadInput
from mmm_core.feasibility.compressed import CompressedDensity, compress
from mmm_core.feasibility.drawing import Draws, draw_posterior
from mmm_core.feasibility.lift_trial import lift_of
from mmm_core.feasibility.resolvability import GroupResolution, Resolvability, resolvability, resolve_model
from mmm_core.feasibility.what_if import (
    LiftTestPlan,
    merge_bias,
    merged_panel,
    try_lift_test,
    try_merge,
    try_other_timing,
    try_tighter_prior,
    with_prior_doubled,
)
from mmm_core.modeling.choices import Alike
from mmm_core.modeling.scaled_model import ScaledModel
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

DEFAULT = ModelSpecification()
TWINS = ("brand_social", "performance_social")


@cache
def panel_of(name: str) -> Panel:
    return CLIENTS[name]()


@cache
def found_of(name: str) -> Resolvability:
    return resolvability(panel_of(name), DEFAULT)


def log_width(group: GroupResolution) -> float:
    return float(np.log(group.contribution.high / group.contribution.low))


class TestMerging:
    def test_a_trial_is_the_resolvability_of_the_merged_panel(self) -> None:
        panel, found = panel_of("pairs in step"), found_of("pairs in step")

        trial = try_merge(panel, DEFAULT, TWINS, "social", warm=found)

        merged = resolvability(merged_panel(panel, TWINS, "social"), DEFAULT)
        assert trial.found.fingerprint == merged.fingerprint
        for one, other in zip(trial.found.groups, merged.groups, strict=True):
            assert one.group == other.group
            assert one.contribution.median == pytest.approx(other.contribution.median, abs=other.contribution.width / 8)
            assert one.contribution.width == pytest.approx(other.contribution.width, rel=0.3)

    def test_it_stands_beside_its_parts_and_their_sum(self) -> None:
        found = found_of("pairs in step")

        trial = try_merge(panel_of("pairs in step"), DEFAULT, TWINS, "social", warm=found)

        assert [group.group for group in trial.before] == list(TWINS)
        assert trial.together == found.pair(*TWINS).together
        assert trial.merged.group == "social"
        assert trial.merged.spend == pytest.approx(sum(group.spend for group in trial.before))
        # Twins: the merge is known as well as their sum, and both far better than the parts.
        assert trial.width_ratio == pytest.approx(1, abs=0.25)
        assert trial.merged.contribution.width < 0.6 * min(group.contribution.width for group in trial.before)

    def test_the_merged_group_takes_the_place_of_the_first_and_no_money_is_lost(self) -> None:
        panel = panel_of("three regions")

        merged = merged_panel(panel, ["group 3", "group 1"], "both")

        assert merged.groups == ("group 0", "both", "group 2", "group 4")
        spend = panel.data["spend"]
        np.testing.assert_allclose(
            merged.data["spend"].sel(group="both"), spend.sel(group="group 1") + spend.sel(group="group 3")
        )
        assert float(merged.data["spend"].sum()) == pytest.approx(float(spend.sum()))
        for name in ("spend", "exposure", "kpi", "controls"):
            assert merged.data[name].dims == panel.data[name].dims
        assert resolvability(merged, DEFAULT).groups[1].group == "both"

    def test_exposure_is_the_sum_of_what_is_known(self) -> None:
        panel = national_panel()
        data = panel.data.copy(deep=True)
        data["exposure"].values[:, :, 0] = 7.0
        partly = Panel(data=data, period="week", kpi_name="revenue", currency="EUR")

        merged = merged_panel(partly, panel.groups[:2], "both")
        unknown = merged_panel(partly, panel.groups[2:], "rest")

        assert (merged.data["exposure"].sel(group="both") == 7.0).all()
        assert unknown.data["exposure"].sel(group="rest").isnull().all()

    def test_all_groups_can_become_one(self) -> None:
        panel = national_panel()

        assert merged_panel(panel, panel.groups, "all").groups == ("all",)

    @pytest.mark.parametrize(
        ("groups", "name"), [(["group_01"], "new"), (["group_01", "TV"], "new"), (["group_01", "group_02"], "group_03")]
    )
    def test_a_merge_of_less_than_two_known_groups_or_to_a_taken_name_is_refused(
        self, groups: list[str], name: str
    ) -> None:
        with pytest.raises(
            BadInput, match=f"'group_01'.* cannot be merged to '{name}'; two groups or more of group_01"
        ):
            merged_panel(national_panel(), groups, name)

    def test_the_bias_of_merging_twins_is_small_and_of_unlike_groups_large(self) -> None:
        twins = merge_bias(try_merge(panel_of("pairs in step"), DEFAULT, TWINS, "x", warm=found_of("pairs in step")))
        unlike = ("group_01", "group_02")
        strangers = merge_bias(
            try_merge(
                panel_of("twelve groups, three years"),
                DEFAULT,
                unlike,
                "x",
                warm=found_of("twelve groups, three years"),
            ),
            simulations=32,
        )

        assert abs(twins.merged.of_width) < 0.3
        assert abs(strangers.merged.of_width) > 0.7
        assert strangers.merged.shift.high < 0
        assert strangers.siblings[0].unlike == ("ROI",)

    def test_the_bias_names_every_group_that_stays(self) -> None:
        trial = try_merge(panel_of("pairs in step"), DEFAULT, TWINS, "social", warm=found_of("pairs in step"))

        bias = merge_bias(trial, simulations=4)

        assert bias.simulations == 4
        assert bias.merged.group == "social"
        assert [shift.group for shift in bias.remaining] == ["radio", "out_of_home", "tv", "search", "mail", "print"]
        assert [(pair.first, pair.second) for pair in bias.siblings] == [TWINS]
        assert bias == merge_bias(trial, simulations=4)

    def test_a_difference_in_carry_over_is_told_where_the_data_say_so(self) -> None:
        trial = try_merge(
            panel_of("three regions"), DEFAULT, ("group 0", "group 1"), "x", warm=found_of("three regions")
        )

        # True carry-over: 0.5 and 0.1.
        assert "carry-over" in merge_bias(trial, simulations=2).siblings[0].unlike


class TestPriors:
    def test_reweighted_draws_agree_with_draws_of_the_tighter_model(self) -> None:
        found = found_of("pairs in step")
        for name in (*TWINS, "search"):
            quick = try_tighter_prior(found, name, spread=0.45)

            redrawn = resolve_model(self._tighter(found, name, 0.45), "x").group(name)
            assert quick.contribution.width == pytest.approx(redrawn.contribution.width, rel=0.25)
            assert quick.contribution.median == pytest.approx(
                redrawn.contribution.median, abs=0.25 * redrawn.contribution.width
            )

    @pytest.mark.parametrize("spread", [0.7, 0.45])
    def test_a_tighter_prior_never_widens_what_is_known_of_the_logarithm(self, spread: float) -> None:
        found = found_of("twelve groups, three years")

        for group in found.groups:
            assert log_width(try_tighter_prior(found, group.group, spread=spread)) < 1.1 * log_width(group)

    def test_it_narrows_what_the_prior_tells_more_than_what_the_data_tell(self) -> None:
        found = found_of("twelve groups, three years")

        def narrowed(groups: list[GroupResolution]) -> float:
            trials = [try_tighter_prior(found, group.group, spread=0.3) for group in groups]
            return float(np.mean([log_width(then) / log_width(now) for now, then in zip(groups, trials, strict=True)]))

        by_prior = [group for group in found.groups if group.contraction < 0.5]
        by_data = [group for group in found.groups if group.contraction > 0.85]
        assert by_prior
        assert by_data
        assert narrowed(by_prior) < narrowed(by_data) - 0.05

    def test_an_expectation_of_one_group_tells_of_groups_that_are_expected_to_return_alike(self) -> None:
        alike = replace(DEFAULT, alike=(Alike(place=("social",), groups=TWINS, likeness=0.9),))
        found = resolvability(panel_of("pairs in step"), alike)

        quick = try_tighter_prior(found, TWINS[0], spread=0.6)

        redrawn = resolve_model(self._tighter(found, TWINS[0], 0.6), "x").group(TWINS[0])
        assert quick.contribution.width == pytest.approx(redrawn.contribution.width, rel=0.25)
        assert quick.contribution.median == pytest.approx(
            redrawn.contribution.median, abs=0.25 * redrawn.contribution.width
        )

    def test_the_present_spread_changes_nothing(self) -> None:
        found = found_of("four groups, two years")

        same = try_tighter_prior(found, "group_02", spread=0.9)

        assert same.contribution.width == pytest.approx(found.group("group_02").contribution.width, rel=0.02)

    @pytest.mark.parametrize("spread", [0.0, -1.0, 1.2])
    def test_a_prior_that_is_not_tighter_is_refused(self, spread: float) -> None:
        with pytest.raises(BadInput, match=r"for 'group_02' is not tighter; a number above 0, at most 0\.9"):
            try_tighter_prior(found_of("four groups, two years"), "group_02", spread=spread)

    def test_doubled_priors_are_filled_in_and_leave_well_told_groups_alone(self) -> None:
        found = with_prior_doubled(found_of("four groups, two years"))

        assert all(group.prior_doubled_width_ratio is not None for group in found.groups)
        assert found.group("group_01").prior_doubled_width_ratio == pytest.approx(1, abs=0.2)
        assert replace(found.groups[0], prior_doubled_width_ratio=None) == found_of("four groups, two years").groups[0]

    def test_a_group_that_only_the_prior_tells_widens_with_it(self) -> None:
        panel = national_panel()
        data = panel.data.copy(deep=True)
        data["spend"][{"group": 1}] = 500.0
        steady = Panel(data=data, period="week", kpi_name="revenue", currency="EUR")

        found = with_prior_doubled(resolvability(steady, replace(DEFAULT, adstock_l_max=1)))

        assert found.groups[1].prior_doubled_width_ratio > 1.4

    def _tighter(self, found: Resolvability, name: str, spread: float) -> ScaledModel:
        model = found.state.model
        spreads = model.share_spread.copy()
        spreads[found.place(name)] = spread
        return replace(model, share_spread=spreads)


@dataclass(frozen=True)
class WithTest:
    """A density with the likelihood of a test's result, its slope by finite differences."""

    density: CompressedDensity
    group: int
    before: float
    change: float
    periods: int
    result: float
    error: float

    @property
    def model(self) -> ScaledModel:
        return self.density.model

    def __getattr__(self, name: str) -> object:
        return getattr(self.density, name)

    def log_density(self, states: np.ndarray) -> np.ndarray:
        return self.density.log_density(states) + self._agreement(states)

    def with_gradient(self, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        level, gradient = self.density.with_gradient(states)
        for block in range(3):
            step = np.zeros((len(states), 1))
            step[block * len(self.model.groups) + self.group] = 1e-4
            slope = (self._agreement(states + step) - self._agreement(states - step)) / 2e-4
            gradient[block * len(self.model.groups) + self.group] += slope
        return level + self._agreement(states), gradient

    def _agreement(self, states: np.ndarray) -> np.ndarray:
        drawn = Draws(
            theta=np.asarray(states[:-1], dtype=np.float64).T,
            noise=np.exp(states[-1]),
            effect=self.density.effects(states.astype(np.float32)),
            contribution=self.density.contribution(states),
            chains=states.shape[1],
            acceptance=1.0,
        )
        lifts = lift_of(self.model, drawn, self.group, 0, before=self.before, change=self.change, periods=self.periods)
        lift = lifts[:, -1]
        return -0.5 * ((lift - self.result) / self.error) ** 2


def redrawn_width_ratio(found: Resolvability, plan: LiftTestPlan, *, error: float) -> float:
    """Draw with the test's likelihood added, from scratch, and compare widths."""
    at, model, estimate = found.place(plan.group), found.state.model, found.state.estimate
    density = compress(model, estimate)
    tested = WithTest(
        density=density,
        group=at,
        before=plan.spend_before,
        change=plan.spend_change,
        periods=plan.weeks * 7 // model.period_days,
        result=plan.lift.median,
        error=error,
    )
    drawn = [draw_posterior(one, estimate, seed=9).contribution[:, at] for one in (density, tested)]
    now, then = (np.subtract(*np.quantile(one, (0.95, 0.05))) for one in drawn)
    return float(then / now)


class TestLiftTests:
    @pytest.mark.parametrize(("client", "group"), [("four groups, two years", "group_02"), ("daily", "group 2")])
    def test_the_promised_width_is_that_of_draws_with_the_result_added(self, client: str, group: str) -> None:
        found = found_of(client)

        plan = try_lift_test(found, group, wanted_width_ratio=0.7)

        assert plan.feasible
        assert plan.width_ratio <= 0.7
        assert redrawn_width_ratio(found, plan, error=plan.error_expected) == pytest.approx(plan.width_ratio, rel=0.2)

    @pytest.mark.parametrize("wanted", [0.8, 0.6, 0.45])
    def test_the_error_that_is_needed_brings_about_the_wanted_width(self, wanted: float) -> None:
        found = found_of("four groups, two years")

        plan = try_lift_test(found, "group_02", wanted_width_ratio=wanted)

        assert plan.error_needed is not None
        assert redrawn_width_ratio(found, plan, error=plan.error_needed) == pytest.approx(wanted, rel=0.25)

    def test_more_is_wanted_the_smaller_the_error_and_the_longer_the_test(self) -> None:
        plans = [
            try_lift_test(found_of("four groups, two years"), "group_02", wanted_width_ratio=wanted)
            for wanted in (0.8, 0.65, 0.5)
        ]

        assert [plan.feasible for plan in plans] == [True] * 3
        assert plans[0].weeks <= plans[1].weeks <= plans[2].weeks
        assert plans[0].weeks < plans[2].weeks
        assert all(plan.error_expected <= plan.error_needed for plan in plans)

    def test_a_test_that_cannot_reach_the_width_says_why(self) -> None:
        plan = try_lift_test(found_of("pairs in step"), "radio", wanted_width_ratio=0.3)

        assert not plan.feasible
        assert plan.width_ratio > 0.3
        assert plan.why_not.startswith(f"{plan.weeks} weeks with spend stopped bring the width to ")
        assert plan.error_needed is None or plan.error_needed < plan.error_expected

    def test_a_plan_says_what_is_spent_where_and_what_it_expects(self) -> None:
        found = found_of("three regions")

        plan = try_lift_test(found, "group 1", wanted_width_ratio=0.7)

        assert plan.region in {"region 0", "region 1", "region 2"}
        assert plan.total_spend_change == pytest.approx(plan.weeks * plan.spend_change)
        assert plan.spend_change >= -plan.spend_before
        assert (plan.lift.median > 0) == (plan.spend_change > 0)
        assert plan.after.group == "group 1"
        assert plan.after.contribution.width / found.group("group 1").contribution.width == pytest.approx(
            plan.width_ratio, rel=0.02
        )

    def test_a_group_is_never_tested_where_it_never_spent(self) -> None:
        """Group 0 was never active in region 2."""
        for wanted in (0.9, 0.5):
            plan = try_lift_test(found_of("three regions"), "group 0", wanted_width_ratio=wanted)
            assert plan.region != "region 2"

    def test_stopping_for_long_measures_the_effect_of_the_usual_spend(self) -> None:
        found = found_of("four groups, two years")
        model, draws = found.state.model, found.state.draws
        scale = model.spend_scale[0, 1]

        lift = lift_of(model, draws, 1, 0, before=scale, change=-scale, periods=60)

        steepness, effect = np.exp(draws.theta[:, 4 + 1]), draws.effect[:, 1]
        each = effect * np.tanh(0.5 * steepness) * model.outcome_scale[0]
        np.testing.assert_allclose(np.diff(lift[:, 40:], axis=1), -np.repeat(each[:, None], 19, axis=1), rtol=1e-6)

    @pytest.mark.parametrize("wanted", [0.0, 1.0, 2.0])
    def test_a_width_that_no_test_brings_is_refused(self, wanted: float) -> None:
        with pytest.raises(BadInput, match="of what it is; a number above 0 and below 1"):
            try_lift_test(found_of("four groups, two years"), "group_02", wanted_width_ratio=wanted)


class TestTiming:
    def test_twins_that_take_turns_are_told_better_than_twins_in_step(self) -> None:
        trial = try_other_timing(found_of("pairs in step"), *TWINS, weeks=26)

        for turns, step in zip(trial.in_turns, trial.as_before, strict=True):
            assert turns.contribution.width < 0.8 * step.contribution.width
        assert trial.pair_in_turns.correlation > trial.pair_as_before.correlation

    def test_both_ways_spend_the_same(self) -> None:
        trial = try_other_timing(found_of("pairs in step"), *TWINS, weeks=16)

        assert trial.schedule.shape == trial.schedule_as_before.shape == (16, 2)
        np.testing.assert_allclose(trial.schedule.sum(axis=0), trial.schedule_as_before.sum(axis=0))
        on = trial.schedule > 0
        assert (on[:, 0] != on[:, 1]).all()
        # From 16 weeks on, a turn lasts four.
        assert on[:, 0].tolist() == ([True] * 4 + [False] * 4) * 2

    def test_more_weeks_as_before_repeat_last_year(self) -> None:
        panel = panel_of("pairs in step")

        trial = try_other_timing(found_of("pairs in step"), *TWINS, weeks=12)

        spend = panel.data["spend"].sel(group=list(TWINS)).values[-52:-40, 0]
        np.testing.assert_allclose(trial.schedule_as_before, spend)

    @pytest.mark.parametrize("client", ["daily", "three regions", "short history"])
    def test_days_regions_and_short_histories_can_take_turns(self, client: str) -> None:
        first, second = panel_of(client).groups[1:3]

        trial = try_other_timing(found_of(client), first, second, weeks=8)

        days = found_of(client).state.model.period_days
        assert len(trial.schedule) == 8 * 7 // days
        assert [group.group for group in trial.in_turns] == [first, second]

    def test_widths_are_of_the_same_window(self) -> None:
        found = found_of("four groups, two years")

        trial = try_other_timing(found, "group_01", "group_02", weeks=4)

        now = found.group("group_01").contribution
        assert trial.as_before[0].spend == found.group("group_01").spend
        assert trial.as_before[0].contribution.median == pytest.approx(now.median, abs=now.width / 2)

    @pytest.mark.parametrize(("second", "weeks"), [("group_01", 12), ("group_02", 3), ("group_02", 60)])
    def test_one_group_and_too_few_or_many_weeks_are_refused(self, second: str, weeks: int) -> None:
        with pytest.raises(BadInput, match=f"cannot take turns for {weeks} weeks; two groups, and 4 to 52 weeks"):
            try_other_timing(found_of("four groups, two years"), "group_01", second, weeks=weeks)
