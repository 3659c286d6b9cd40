"""From "compare" to two posteriors side by side, with a warm crew on the national case of 156 weeks x 10 groups."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measure import Measure, at_most
from mmm_core.ingest.readings import KpiReading, MediaReading
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.holdout import HOLDOUT
from mmm_core.settings import Installation, ProjectSettings
from mmm_core.simulation import simulate_national
from mmm_core.storage.jobs import Job, list_jobs
from mmm_core.storage.opened import Storage, close_storage
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.tree import merge_groups
from mmm_core.workflows.candidates import Candidate
from mmm_core.workflows.comparing import CandidateState, OpenCandidate, ask_for_fits, candidate_state, open_candidates
from mmm_core.workflows.comparison_figures import side_by_side
from mmm_core.workflows.comparisons import comparison_choices
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.scoping import scope
from mmm_core.workflows.sources import add_source
from mmm_core.workflows.specification import current_specification, save_specification

_PERIODS, _GROUPS = 156, 10
_GOAL = "own: two provisional fits (3 s), one after the other"
_PATIENCE_SECONDS = 600.0


def measures() -> Iterator[Measure]:
    """Time two groupings that nobody has fitted, and then the same once more."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        crew = Crew(Installation(data_dir=data, database_url=f"sqlite:///{data / 'workshop.sqlite'}"))
        crew.start()
        try:
            yield from _compared(crew)
        finally:
            crew.stop()
            close_storage(Installation(data_dir=data, database_url=f"sqlite:///{data / 'workshop.sqlite'}"))


def _compared(crew: Crew) -> Iterator[Measure]:
    storage = crew.storage
    project = _project(storage)
    _warm(crew, project)
    opened = _opened(storage, project, [Candidate(mapping_number=number, specification_number=1) for number in (1, 2)])
    started = time.perf_counter()
    ask_for_fits(crew, project, _states(storage, project, opened), author="bench")
    shown = _until(storage, project, opened, lambda state: state.to_show is not None)
    side_by_side(storage, shown)
    yield at_most("compare -> both groupings side by side, provisional", time.perf_counter() - started, "s", 6.0, _GOAL)
    full = _until(storage, project, opened, lambda state: state.fit.fit is not None)
    yield at_most(
        "compare -> both groupings, full fits",
        time.perf_counter() - started,
        "s",
        18.0,
        "own: both, provisional (3 s) and full (6 s)",
    )
    started = time.perf_counter()
    side_by_side(storage, full)
    yield at_most("figures of two candidates from their draws", time.perf_counter() - started, "s", 1.0, "own")
    before = _jobs(storage, project)
    started = time.perf_counter()
    ask_for_fits(crew, project, _states(storage, project, opened), author="bench")
    again = time.perf_counter() - started
    yield at_most("comparing the same again", again, "s", 0.5, "own: identical work is never done twice")
    yield at_most("fits that this queued", _jobs(storage, project) - before, "jobs", 0, "the same")
    yield from _asked_meanwhile(crew, project)


def _asked_meanwhile(crew: Crew, project: str) -> Iterator[Measure]:
    """Ask for another grouping while a fit is tested on held-out periods: a regrouping does not wait for a batch."""
    storage = crew.storage
    opened = _opened(storage, project, [Candidate(mapping_number=2, specification_number=0)])
    while not any(job.kind == HOLDOUT and job.state == "running" for job in _listed(storage, project)):
        time.sleep(0.01)
    started = time.perf_counter()
    ask_for_fits(crew, project, _states(storage, project, opened), author="bench")
    _until(storage, project, opened, lambda state: state.to_show is not None)
    taken = time.perf_counter() - started
    yield at_most("regroup during a test on held-out periods -> provisional", taken, "s", 3.0, "issue 5: provisional")


def _warm(crew: Crew, project: str) -> None:
    """Let every worker make a fit of another specification, and its holdout, and wait until all are at rest."""
    storage = crew.storage
    candidates = [Candidate(mapping_number=number, specification_number=2) for number in (1, 2)]
    opened = _opened(storage, project, candidates)
    ask_for_fits(crew, project, _states(storage, project, opened), author="bench")
    _until(storage, project, opened, lambda state: state.fit.fit is not None and not state.is_open)


def _opened(storage: Storage, project: str, candidates: list[Candidate]) -> tuple[OpenCandidate, ...]:
    ground = load_ground(storage, ground_key(storage, project))
    choices = comparison_choices(storage, project, candidates)
    return open_candidates(storage, project, candidates, choices, lambda mapping: scope(ground, mapping))


def _states(storage: Storage, project: str, opened: Sequence[OpenCandidate]) -> list[CandidateState]:
    return [candidate_state(storage, project, one) for one in opened]


def _until(
    storage: Storage, project: str, opened: Sequence[OpenCandidate], holds: Callable[[CandidateState], bool]
) -> list[CandidateState]:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        states = _states(storage, project, opened)
        if all(map(holds, states)):
            return states
        ended = [job for state in states for job in state.jobs if job.state in ("failed", "cancelled", "interrupted")]
        if ended or time.monotonic() > until:
            raise RuntimeError(f"The fits did not come: {[job.message for job in ended]}")
        time.sleep(0.05)


def _jobs(storage: Storage, project: str) -> int:
    return len(_listed(storage, project))


def _listed(storage: Storage, project: str) -> tuple[Job, ...]:
    with storage.database.reading() as session:
        return list_jobs(session, project)


def _project(storage: Storage) -> str:
    """Take the national case in: revision 1 keeps ten groups, revision 2 merges two of them."""
    client = simulate_national(np.random.default_rng(11), periods=_PERIODS, groups=_GROUPS)
    identity = create_project(storage, ProjectSettings(name="Comparison"), author="bench").id
    dates = client.spend.index.strftime("%Y-%m-%d")
    media = client.spend.assign(date=dates).melt("date", var_name="campaign", value_name="spend")
    media = media.assign(spend=media["spend"].map("{:.2f}".format))
    outcome = pd.DataFrame({"date": dates, "revenue": client.kpi.to_numpy()})
    read = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend")
    for name, table, reading in (
        ("media.csv", media, read),
        ("kpi.csv", outcome, KpiReading(date="date", value="revenue")),
    ):
        add_source(
            storage,
            identity,
            table.to_csv(index=False).encode(),
            name=name,
            sheet="",
            reading=reading,
            author="bench",
        )
    leaves = tuple(("Media", name) for name in client.group_names)
    rules = tuple(Rule(match={"campaign": (leaf[-1],)}, target=Target(path=leaf)) for leaf in leaves)
    mapping = Mapping(levels=("Top", "Group"), leaves=leaves, rules=rules)
    first = edit_mapping(
        storage,
        identity,
        lambda _: mapping,
        base=current_mapping(storage, identity),
        author="bench",
        message="Ten groups",
    )
    edit_mapping(
        storage,
        identity,
        lambda known: merge_groups(known, leaves[:2], leaves[0]),
        base=first,
        author="bench",
        message="Merged two",
    )
    for spread in (0.8, 0.7):
        known = current_specification(storage, identity)
        changed = replace(known.specification, effect_spread=spread)
        save_specification(storage, identity, changed, base=known, author="bench")
    return identity
