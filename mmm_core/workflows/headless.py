"""The headless twin: a `workshop.toml` goes in, a folder of tables comes out."""

import json
import math
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from mmm_core.checks.control_totals import control_totals_text
from mmm_core.checks.reconciliation import reconciliation_text
from mmm_core.checks.subtotals import subtotals_text
from mmm_core.checks.threads import FindingState, open_errors, states_of
from mmm_core.errors import BadInput, BlockedFit, counted, listed
from mmm_core.feasibility.answers import ObjectionState, caveats
from mmm_core.findings import by_weight
from mmm_core.modeling.design import make_design
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.progress import Progress
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.money import amount_text
from mmm_core.panel.panel import Panel
from mmm_core.planning.scenario import Scenario, base_plan, scenario_plan
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR
from mmm_core.workflows.delivery import deliver, refuse_unwritable
from mmm_core.workflows.fitting import blocked_by, refuse_blocking
from mmm_core.workflows.modelled import Modelled, modelled, paths_of
from mmm_core.workflows.push_back import feasibility_of, groups_of, states_of_scope, what_objections_block
from mmm_core.workflows.push_back_tables import resolvability_table, with_caveats
from mmm_core.workflows.reading import find_file, read_mapping, read_sources
from mmm_core.workflows.scope_files import STANDING, write_scope_document
from mmm_core.workflows.scope_states import objections_ended
from mmm_core.workflows.scoping import Scoped, lay_ground, scope
from mmm_core.workflows.spreadsheets import write_csv
from mmm_core.workflows.validation_file import write_validation
from mmm_core.workflows.workshop_file import WorkshopFile, read_workshop_file

Say = Callable[[str], None]


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
    content = read_workshop_file(toml)
    specification, scenarios = content.specification(), [section.scenario() for section in content.scenario]
    if data is not None and not data.is_dir():
        raise BadInput(f"'{data}' is no folder", where="--data", remedy="Name the folder of the source files")
    folders = [*([data] if data else []), toml.parent]
    scoped = _scope(content, folders, say)
    refuse_unwritable(out, inputs=[toml, *(find_file(folders, name) for name in content.files())])
    model = modelled(scoped, specification)
    _say_idle_choices(scoped, specification, model, say)
    if model is not None:
        for scenario in scenarios:
            scenario_plan(model.panel, scenario)  # refuses unknown groups before an hour of sampling, not after
    states = states_of(scoped.findings, [section.entry() for section in content.settled])
    blocking = open_errors(states)
    _say_settled(states, say)
    raised = states_of_scope(scoped, specification, [section.entry() for section in content.push_back])
    _say_objections(raised, say)
    held_up, said = what_objections_block(raised), caveats(raised, groups_of(scoped))
    seconds = {"scope": time.perf_counter() - started}
    with tempfile.TemporaryDirectory(prefix="mmm-workshop-") as held:
        folder = Path(held)
        write_scope(scoped, folder, states)
        write_push_back(scoped, specification, raised, folder)
        write_scope_document(content, folders, scoped, states, folder, objections=objections_ended(raised))
        if model is not None and not blocking and not held_up:
            _fit(model, scenarios, folder, seconds, say, said, validate)
        deliver(folder, out)
    if blocking:
        raise BlockedFit(
            blocked_by(blocking),
            remedy=f"Settle them, then run again; all are in {out / 'findings.json'}",
        )
    refuse_blocking(held_up)
    say(f"done in {time.perf_counter() - started:.0f} s: {out}")


def _say_idle_choices(scoped: Scoped, specification: ModelSpecification, model: Modelled | None, say: Say) -> None:
    """Tell what of the specification counts for nothing."""
    if model is None:
        return
    for name in specification.names_nothing(paths_of(scoped)):
        say(f"the specification speaks of {name}, which the tree does not have: that counts for nothing")
    for sentence in make_design(model.panel, model.specification).left_out:
        say(sentence)


def _scope(content: WorkshopFile, folders: list[Path], say: Say) -> Scoped:
    say("reading files")
    data = read_sources(content, folders)
    ground = lay_ground(data, content.settings())
    mapping, findings = read_mapping(content, folders, ground.items)
    scoped = scope(ground, mapping)
    say(f"{len(ground.items)} line items, {len(mapping.groups)} groups, {len(scoped.findings)} findings")
    return replace(scoped, findings=by_weight([*scoped.findings, *findings]))


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


def _say_objections(raised: Sequence[ObjectionState], say: Say) -> None:
    """Tell what the analyst objects to and nobody has settled."""
    for state in raised:
        if state.is_open:
            say(f"{state.objection.verdict}: {state.objection.sentence}")


def write_push_back(
    scoped: Scoped, specification: ModelSpecification, raised: Sequence[ObjectionState], folder: Path
) -> None:
    """Write how well the data tell the groups apart, and the objections with their answers."""
    found = resolvability_table(feasibility_of(scoped, specification), raised)
    if not found.empty:
        write_csv(found, folder / "resolvability.csv")
    told = [{**state.objection.as_dict(), "status": state.status, "answer": state.answer_words} for state in raised]
    (folder / "push_back.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _say_settled(states: Sequence[FindingState], say: Say) -> None:
    """Tell which settlements hold, and which do not fit what is found."""
    for state in states:
        if state.status in ("accepted", "waived"):
            say(f"{state.status} by {state.by}: {state.message} ({state.reason})")
        elif state.status == "changed":
            say(f"open again, it changed since {state.by} settled it: {state.message}")
    gone = [state.code for state in states if state.status == "gone"]
    if gone:
        say(f"{counted(len(gone), 'settled finding')} not found any more: {listed(gone)}")


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
    fit = fit_model(panel, model.specification, report=_ticker(say), stop=lambda: False)
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


def _ticker(say: Say, *, every_seconds: float = 2.0) -> Callable[[Progress], None]:
    """Turn progress into lines, one per stage and then at most one per `every_seconds`."""
    stage, said_at = "", 0.0

    def tick(progress: Progress) -> None:
        nonlocal stage, said_at
        if progress.stage == stage and progress.elapsed_seconds - said_at < every_seconds:
            return
        stage, said_at = progress.stage, progress.elapsed_seconds
        drawn = ", ".join(f"{chain.draws}/{chain.total}" for chain in progress.chains)
        divergences = sum(chain.divergences for chain in progress.chains)
        eta = f", about {progress.eta_seconds:.0f} s to go" if progress.eta_seconds else ""
        say(
            f"{progress.stage}: {progress.elapsed_seconds:.0f} s"
            + (f", draws {drawn}, {divergences} divergences{eta}" if drawn else eta)
        )

    return tick
