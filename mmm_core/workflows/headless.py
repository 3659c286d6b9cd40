"""The headless twin: a `workshop.toml` goes in, a folder of tables comes out."""

import json
import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from mmm_core.checks.control_totals import control_totals_text
from mmm_core.checks.reconciliation import reconciliation_text
from mmm_core.checks.subtotals import subtotals_text
from mmm_core.checks.threads import FindingState
from mmm_core.errors import BlockedFit, listed
from mmm_core.feasibility.answers import ObjectionState, caveats
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.money import amount_text
from mmm_core.panel.panel import Panel
from mmm_core.planning.scenario import Scenario, base_plan, scenario_plan
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR
from mmm_core.workflows.delivery import deliver, refuse_unwritable
from mmm_core.workflows.fitting import blocked_by, refuse_blocking
from mmm_core.workflows.modelled import Modelled
from mmm_core.workflows.progress_lines import Say, fit_lines
from mmm_core.workflows.push_back import feasibility_of, groups_of
from mmm_core.workflows.push_back_tables import resolvability_table, with_caveats
from mmm_core.workflows.scope_files import STANDING, write_scope_document
from mmm_core.workflows.scope_states import objections_ended
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import write_csv
from mmm_core.workflows.validation_file import write_validation
from mmm_core.workflows.workshop_scope import read_workshop_scope


def run(toml: Path, out: Path, *, say: Say, data: Path | None = None, validate: bool = False) -> None:
    """Do the whole job without a browser.

    Everything is written to a folder beside `out` first and moved when complete, so bad input writes nothing.

    Parameters
    ----------
    toml : Path
        The workshop file.
    data : Path, optional
        Folder of the files that it names; what is not there is looked for beside the workshop file.
    out : Path
        Folder for the results; made when missing.
    say : callable
        Takes one line of progress.
    validate : bool, default False
        Whether to test the fit on held-out periods and in refits, about three times the work of the fit.

    Raises
    ------
    BadInput
        If the file, a source or the folder cannot be used; nothing is written.
    BlockedFit
        If findings block the fit; everything up to the fit is written.
    """
    started = time.perf_counter()
    read = read_workshop_scope(toml, data=data, say=say)
    scoped, specification, model, states = read.scoped, read.specification, read.model, read.states
    scenarios = [section.scenario() for section in read.content.scenario]
    refuse_unwritable(out, inputs=read.inputs)
    if model is not None:
        for scenario in scenarios:
            scenario_plan(model.panel, scenario)  # refuses unknown groups before an hour of sampling, not after
    seconds = {"scope": time.perf_counter() - started}
    with tempfile.TemporaryDirectory(prefix="mmm-workshop-") as held:
        folder = Path(held)
        write_scope(scoped, folder, states)
        write_push_back(scoped, specification, read.raised, folder)
        objections = objections_ended(read.raised)
        write_scope_document(read.content, read.folders, scoped, states, folder, objections=objections)
        if model is not None and not read.blocking and not read.held_up:
            said = caveats(read.raised, groups_of(scoped))
            _fit(model, scenarios, folder, seconds, say, said, validate)
        deliver(folder, out)
    if read.blocking:
        raise BlockedFit(
            blocked_by(read.blocking),
            remedy=f"Settle them, then run again; all are in {out / 'findings.json'}",
        )
    refuse_blocking(read.held_up)
    say(f"done in {time.perf_counter() - started:.0f} s: {out}")


def write_scope(scoped: Scoped, folder: Path, states: Sequence[FindingState]) -> None:
    """Write line items, subtotals, reconciliation, findings; control totals and the panel where there are any."""
    write_csv(line_items_table(scoped), folder / "line_items.csv")
    write_csv(subtotals_text(scoped.subtotals), folder / "subtotals.csv")
    write_csv(reconciliation_text(scoped.reconciliation), folder / "reconciliation.csv")
    if not scoped.control_totals.table.empty:
        write_csv(control_totals_text(scoped.control_totals.table), folder / "control_totals.csv")
    findings = [_with_verdict(state) for state in states if state.finding is not None]
    (folder / "findings.json").write_text(json.dumps(findings, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if scoped.panel is not None:
        write_csv(panel_table(scoped.panel), folder / "panel.csv")


def _with_verdict(state: FindingState) -> dict[str, object]:
    """Return a finding for `findings.json`: with what `[[settled]]` names it by, and what somebody decided about it."""
    found = state.finding.as_dict() if state.finding is not None else {}
    if state.finding is not None:
        about = {"about": state.finding.about} if state.finding.about else {}
        found |= {**about, "found": state.finding.fingerprint}
    if state.verdict is None:
        return found
    verdict = {"reason": state.reason, "by": state.by, "role": state.verdict.role}
    return {**found, "status": state.status, **verdict}


def write_push_back(
    scoped: Scoped, specification: ModelSpecification, raised: Sequence[ObjectionState], folder: Path
) -> None:
    """Write how well the data tell the groups apart, and the objections with their answers."""
    found = resolvability_table(feasibility_of(scoped, specification), raised)
    if not found.empty:
        write_csv(found, folder / "resolvability.csv")
    told = [{**state.objection.as_dict(), "status": state.status, "answer": state.answer_words} for state in raised]
    (folder / "push_back.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def line_items_table(scoped: Scoped) -> pd.DataFrame:
    """List every line item with where it goes and what decided it; a dimension called as a fact gets an underscore."""
    items, decided = scoped.ground.items, scoped.resolution.table
    leaves = [PATH_SEPARATOR.join(path) for path in scoped.mapping.leaves] + [""]
    groups = [*scoped.mapping.groups, ""]
    dimensions = items[list(dimensions_of(items))].astype("string").fillna("")
    before: dict[str, object] = {
        "line_item_id": items.index,
        "name": items["name"].to_numpy(),
        "source": items["source"].to_numpy(),
    }
    after: dict[str, object] = {
        "status": decided["status"].to_numpy(),
        "group": [groups[leaf] for leaf in decided["leaf"]],
        "path": [leaves[leaf] for leaf in decided["leaf"]],
        "decided_by": decided["decided_by"].to_numpy(),
        "reason": decided["reason"].to_numpy(),
        "rows": items["rows"].to_numpy(),
        "spend": [amount_text(value) for value in items["spend_micros"]],
        "exposure": items["exposure"].to_numpy(),
        "first_date": pd.to_datetime(items["first_date"]).dt.strftime("%Y-%m-%d").to_numpy(),
        "last_date": pd.to_datetime(items["last_date"]).dt.strftime("%Y-%m-%d").to_numpy(),
    }
    own: dict[str, object] = {}
    for name in dimensions_of(items):
        own[f"{name}_" if name in before or name in after else name] = dimensions[name].to_numpy()
    return pd.DataFrame({**before, **own, **after})


def panel_table(panel: Panel) -> pd.DataFrame:
    """Lay the model input out flat: period, geo, one column per group, the KPI, the controls."""
    data = panel.data
    index = pd.MultiIndex.from_product(
        [pd.to_datetime(data["period"].values).strftime("%Y-%m-%d"), data["geo"].values], names=["period", "geo"]
    )
    spend = pd.DataFrame(data["spend"].values.reshape(len(index), -1), index=index, columns=list(panel.groups))
    controls = data["controls"].values.reshape(len(index), data.sizes["control"])
    outcome = pd.DataFrame({panel.kpi_name: data["kpi"].values.ravel()}, index=index)
    return pd.concat(
        [spend, outcome, pd.DataFrame(controls, index=index, columns=list(data["control"].values))], axis=1
    ).reset_index()


def _fit(
    model: Modelled,
    scenarios: list[Scenario],
    folder: Path,
    seconds: dict[str, float],
    say: Say,
    said: Mapping[str, str],
    validated: bool,  # noqa: FBT001  (private, and one call)
) -> None:
    """Fit, summarise and evaluate scenarios. The modelling libraries are imported here, not at start."""
    from mmm_core.estimands import diagnostics, doubts, summary_table
    from mmm_core.modeling.fitting import fit_model

    panel = model.panel
    fit = fit_model(panel, model.specification, report=fit_lines(say), stop=lambda: False)
    summary = with_caveats(summary_table(panel, fit), said)
    write_csv(summary.assign(standing=STANDING), folder / "fit" / "summary.csv")
    if scenarios:
        started = time.perf_counter()
        say(f"evaluating {len(scenarios)} scenarios")
        for scenario in scenarios:
            _say_idle_changes(panel, scenario, say)
        _scenarios(panel, fit, scenarios, folder, said)
        seconds["scenarios"] = time.perf_counter() - started
    if validated:
        started = time.perf_counter()
        write_validation(panel, fit, folder / "fit" / "validation.json", say=say, standing=STANDING)
        seconds["validation"] = time.perf_counter() - started
    found = diagnostics(panel, fit)
    found["seconds"] = {**seconds, **fit.seconds}
    found["standing"] = STANDING
    text = json.dumps(_json_ready(found), indent=2, allow_nan=False)
    for doubt in doubts(found):
        say(f"the chains have not settled: {doubt}")
    (folder / "fit" / "diagnostics.json").write_text(f"{text}\n", encoding="utf-8")


def _json_ready(found: dict[str, object]) -> dict[str, object]:
    """Write "not a number" as null: JSON has no word for it, and readers in other languages stop there."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in found.items()
    }


def _scenarios(panel: Panel, fit: Fit, scenarios: list[Scenario], folder: Path, said: Mapping[str, str]) -> None:
    from mmm_core.modeling.engine import ScenarioEngine
    from mmm_core.planning import run_scenario, scenario_table

    engine = ScenarioEngine(panel, fit, longest=max(scenario.periods for scenario in scenarios))
    results = [run_scenario(engine, panel, scenario) for scenario in scenarios]
    write_csv(scenario_table(results).assign(standing=STANDING), folder / "scenarios.csv")
    plans = pd.concat([plan_table(panel, scenario) for scenario in scenarios])
    write_csv(with_caveats(plans, said), folder / "scenario_plans.csv")


def _say_idle_changes(panel: Panel, scenario: Scenario, say: Say) -> None:
    """Tell when a factor meets no spend: nothing times anything is nothing, and must not look like "no effect"."""
    spend = base_plan(panel, scenario.periods).sum(("period", "geo"))
    idle = [group for group, factor in scenario.change.items() if factor != 1 and not float(spend.sel(group=group))]
    if idle:
        say(f"scenario '{scenario.name}': {listed(idle)} had no spend in the periods that the base plan repeats,")
        say("so scaling it changes nothing")


def plan_table(panel: Panel, scenario: Scenario) -> pd.DataFrame:
    """List what a scenario spends, beside the base plan: scenario, period, geo, group, spend, base_spend."""
    plan, base = scenario_plan(panel, scenario), base_plan(panel, scenario.periods)
    table = pd.DataFrame({"spend": plan.to_series(), "base_spend": base.to_series()}).reset_index()
    table["period"] = table["period"].dt.strftime("%Y-%m-%d")
    table.insert(0, "scenario", scenario.name)
    return table
