"""What a history carries, at its boundaries, and what the client is asked for."""

import builders
import numpy as np
import pandas as pd
import pytest

from mmm_core.feasibility.brief import SECTIONS, brief
from mmm_core.feasibility.carrying import by_history, by_spend, carried_groups, weeks_needed
from mmm_core.feasibility.facts import History, MediaFacts, history, media, outcome
from mmm_core.feasibility.limits import LIMITS
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.nodes import Node
from mmm_core.workflows.scoping import Ground, lay_ground

WEEKLY = ProjectSettings(name="Test")


def ground_of(spend: dict[str, np.ndarray], settings: ProjectSettings = WEEKLY) -> Ground:
    return lay_ground(builders.weekly_project(spend), settings)


def moving(periods: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform(50, 150, periods)


def ground_with_kpi(values: np.ndarray) -> Ground:
    dates = builders.mondays(len(values))
    rows = [("a", date, 10.0 + number % 7) for number, date in enumerate(dates)]
    return lay_ground(ProjectData(media=(builders.media(rows),), kpi=builders.kpi(dates, values)), WEEKLY)


def span(weeks: float, geos: int = 1) -> History:
    return History(periods=round(weeks), first="", last="", weeks=weeks, years=weeks / 52, geos=geos)


def plenty() -> MediaFacts:
    return MediaFacts(line_items=50, with_history=50, spend_with_history=1.0, moving=50, shares=np.full(50, 0.02))


def words(ground: Ground, key: str, mapping: Mapping | None = None) -> str:
    section = brief(ground, mapping).section(key)
    return " ".join((*section.sentences, *section.asks))


@pytest.mark.parametrize("groups", [1, 4, 12])
@pytest.mark.parametrize("controls", [0, 3])
def test_the_weeks_that_groups_need_are_the_fewest_that_carry_them(groups: int, controls: int) -> None:
    weeks = weeks_needed(groups, controls)
    assert by_history(weeks, controls) == groups
    assert by_history(weeks - 1, controls) == groups - 1


def test_the_cautious_count_pays_for_every_parameter_and_the_hopeful_for_effects_only() -> None:
    carried = carried_groups(span(156), 0, plenty())
    others = LIMITS.fixed_parameters + LIMITS.seasonal_parameters
    assert carried.low == int((156 / 5 - others) // 3) == 8
    assert carried.high == 156 // 6 - others == 19
    assert (carried.low_bound, carried.high_bound) == ("history", "history")


def test_a_history_that_carries_nothing_says_zero_and_not_less() -> None:
    carried = carried_groups(span(20), 5, plenty())
    assert (carried.low, carried.high) == (0, 0)


def test_regions_widen_only_the_hopeful_side() -> None:
    one, four = carried_groups(span(104), 0, plenty()), carried_groups(span(104, geos=4), 0, plenty())
    assert four.low == one.low
    assert four.high > one.high


@pytest.mark.parametrize(
    ("shares", "least", "most"),
    [
        ([0.5, 0.5], 0.02, 2),
        ([0.98, 0.01, 0.01], 0.02, 2),
        ([0.981, 0.01, 0.009], 0.02, 1),
        ([0.02] * 50, 0.02, 50),
        ([0.01] * 100, 0.02, 50),
    ],
)
def test_spend_bounds_the_groups_that_would_not_be_tiny(shares: list[float], least: float, most: int) -> None:
    assert by_spend(np.array(shares), least) == most


def test_steady_line_items_bound_the_groups_whatever_the_history() -> None:
    facts = MediaFacts(line_items=9, with_history=9, spend_with_history=1.0, moving=2, shares=np.full(9, 1 / 9))
    carried = carried_groups(span(520), 0, facts)
    assert (carried.low, carried.low_bound) == (2, "line items")


def test_days_are_counted_as_weeks() -> None:
    dates = pd.date_range("2024-01-01", periods=728).strftime("%Y-%m-%d").tolist()
    rows = [("a", date, 10.0 + number % 7) for number, date in enumerate(dates)]
    data = ProjectData(media=(builders.media(rows),), kpi=builders.kpi(dates, moving(728)))
    past = history(lay_ground(data, ProjectSettings(name="Test", period="day")))
    assert past is not None
    assert (past.periods, past.weeks) == (728, 104)


@pytest.mark.parametrize(("weeks", "asked"), [(103, True), (104, False)])
def test_less_than_two_years_is_asked_to_be_longer(weeks: int, asked: bool) -> None:
    ground = ground_of({"a": moving(weeks)})
    assert ("1 more week of history" in words(ground, "history")) is asked
    assert ("1 more week of history" in words(ground, "bring")) is asked


@pytest.mark.parametrize(("weeks", "with_history"), [(25, 0), (26, 1)])
def test_half_a_year_of_active_weeks_is_history(weeks: int, with_history: int) -> None:
    spend = np.zeros(60)
    spend[:weeks] = 100
    facts = media(ground_of({"a": moving(60), "b": spend}))
    assert facts is not None
    assert facts.with_history == 1 + with_history


@pytest.mark.parametrize(("swing", "count"), [(0.09, 1), (0.11, 2)])
def test_spend_that_hardly_moves_leaves_no_trace(swing: float, count: int) -> None:
    steady = np.where(np.arange(60) % 2, 100 * (1 + swing), 100 * (1 - swing))
    facts = media(ground_of({"a": moving(60), "b": steady}))
    assert facts is not None
    assert facts.moving == count


def test_the_noise_is_what_trend_and_season_leave() -> None:
    time = np.arange(156)
    noise = np.random.default_rng(5).normal(0, 20, 156)
    facts = outcome(ground_with_kpi(1000 + 2 * time + 200 * np.sin(2 * np.pi * time / 52) + noise))
    assert facts is not None
    assert facts.noise * facts.mean == pytest.approx(20, rel=0.2)
    assert facts.season is not None
    assert facts.season > 0.95
    assert facts.variation > 0.1


def test_a_short_outcome_has_no_season_and_says_so() -> None:
    ground = ground_with_kpi(moving(60))
    facts = outcome(ground)
    assert facts is not None
    assert facts.season is None
    assert "too short to measure its season" in words(ground, "outcome")


def test_zeros_of_the_outcome_are_asked_about() -> None:
    values = moving(60)
    values[7] = 0
    assert "Whether the 1 week with 0 are true" in words(ground_with_kpi(values), "outcome")
    values[7] = 1
    assert "with 0" not in words(ground_with_kpi(values), "outcome")


def test_a_project_without_a_kpi_gets_a_brief_that_asks_for_one() -> None:
    data = ProjectData(media=builders.weekly_project({"a": moving(60)}).media)
    ground = lay_ground(data, WEEKLY)
    result = brief(ground)
    assert tuple(section.key for section in result.sections) == SECTIONS
    assert result.carried is None
    assert "The outcome per period" in words(ground, "bring")
    asks = [ask for section in result.sections for ask in section.asks if "outcome per period" in ask]
    assert len(set(asks)) == 1, "the page names it once"
    assert "60" not in words(ground, "history")


def test_one_count_of_groups_is_said_once() -> None:
    result = brief(ground_of({name: moving(156, seed) for seed, name in enumerate("ab")}))
    assert result.carried is not None
    assert result.carried.low == result.carried.high == 2
    assert result.section("groups").sentences[0] == "About 2 groups. A rule of thumb, not a verdict."


def test_an_empty_project_gets_a_brief_too() -> None:
    ground = lay_ground(ProjectData(media=()), WEEKLY)
    assert "Spend per line item and period" in words(ground, "bring")


def test_groups_without_an_owner_are_named_and_an_owner_above_is_enough() -> None:
    ground = ground_of({"a": moving(60)})
    tree = Mapping(
        leaves=(("Brand", "Social", "Posts"), ("Sales", "Search", "Ads"), ("Sales", "Search", "Feeds")),
        nodes={("Sales",): Node(owner="Ada")},
    )
    assert "An owner for 1 group: Posts" in words(ground, "bring", tree)


def test_a_tree_with_more_groups_than_the_data_carries_is_asked_to_shrink() -> None:
    ground = ground_of({str(number): moving(104, number) for number in range(20)})
    high = brief(ground).section("groups").figures["high"]
    at_most, too_many = (
        Mapping(levels=("Group",), leaves=tuple((f"g{number}",) for number in range(int(high) + extra)))
        for extra in (0, 1)
    )
    assert "can be told apart" not in words(ground, "groups", at_most)
    assert f"at most about {high} can be told apart" in words(ground, "groups", too_many)


def test_a_section_changes_its_fingerprint_with_its_figures_only() -> None:
    first, same, longer = (brief(ground_of({"a": moving(weeks)})) for weeks in (104, 104, 105))
    assert first.section("history").fingerprint == same.section("history").fingerprint
    assert first.section("history").fingerprint != longer.section("history").fingerprint
