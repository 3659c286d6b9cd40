"""Evaluate, keep and remove scenarios."""

from dataclasses import dataclass

from mmm_core.errors import BadInput
from mmm_core.jobs.crew import Crew
from mmm_core.planning.result import ScenarioResult
from mmm_core.planning.scenario import Scenario
from mmm_core.storage import scenarios
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.scenarios import StoredScenario
from mmm_core.workflows.clock import now

BASE_PLAN = "Base plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A scenario beside the base plan, under the same draws."""

    scenario: ScenarioResult
    base: ScenarioResult


def evaluate_scenario(crew: Crew, fit_fingerprint: str, scenario: Scenario) -> Comparison:
    """Evaluate a scenario and the base plan.

    Raises
    ------
    BadInput
        If the scenario names an unknown group.
    FailedWorker
        If the scenario engine does not answer.
    """
    base = Scenario(name=BASE_PLAN, periods=scenario.periods)
    answer = crew.evaluate(fit_fingerprint, [scenario.as_dict(), base.as_dict()])
    results = [ScenarioResult.from_dict(result) for result in answer["results"]]
    return Comparison(scenario=results[0], base=results[1])


def list_scenarios(storage: Storage, project_id: str) -> tuple[StoredScenario, ...]:
    """Return the kept scenarios, the oldest first."""
    with storage.database.reading() as session:
        return scenarios.list_scenarios(session, project_id)


def save_new_scenario(
    storage: Storage, project_id: str, scenario: Scenario, *, fit_fingerprint: str, author: str
) -> StoredScenario:
    """Keep a scenario under its name.

    Raises
    ------
    BadInput
        If it has no name, or another scenario of the project has the same.
    """
    name = " ".join(scenario.name.split())
    if not name:
        raise BadInput("The scenario has no name", remedy="Give it a name that others recognise")
    at = now()
    with storage.database.transaction() as session:
        if any(kept.name.casefold() == name.casefold() for kept in scenarios.list_scenarios(session, project_id)):
            raise BadInput(f"There is a scenario '{name}' already", remedy="Choose another name")
        kept = scenarios.create_scenario(
            session,
            project_id=project_id,
            name=name,
            content=scenario.as_dict() | {"name": name},
            fit_fingerprint=fit_fingerprint,
            author=author,
            now=at,
        )
        detail = {"name": name, "fit": fit_fingerprint}
        record(session, AuditEntry(project_id=project_id, at=at, author=author, action="scenario.kept", detail=detail))
    return kept


def remove_scenario(storage: Storage, project_id: str, scenario_id: str, *, author: str) -> None:
    """Remove a kept scenario; raises `NotFound`."""
    with storage.database.transaction() as session:
        name = scenarios.get_scenario(session, project_id, scenario_id).name
        scenarios.remove_scenario(session, project_id, scenario_id)
        entry = AuditEntry(
            project_id=project_id, at=now(), author=author, action="scenario.removed", detail={"name": name}
        )
        record(session, entry)
