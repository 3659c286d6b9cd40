"""What we will do and what to expect from it: scenarios with ranges, never verdicts."""

from mmm_core.planning.evaluation import run_scenario, scenario_result
from mmm_core.planning.odds import odds_in_words
from mmm_core.planning.result import ScenarioResult, scenario_table
from mmm_core.planning.scenario import Scenario, base_plan, scenario_plan

__all__ = [
    "Scenario",
    "ScenarioResult",
    "base_plan",
    "odds_in_words",
    "run_scenario",
    "scenario_plan",
    "scenario_result",
    "scenario_table",
]
