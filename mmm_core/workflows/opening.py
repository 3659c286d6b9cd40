"""Bring a stored project to the screen: its ground, and what each step of the journey needs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from mmm_core import fingerprint
from mmm_core.documents.scope_document import Standing
from mmm_core.findings import Severity
from mmm_core.ingest.corrections import Correction, corrected_data
from mmm_core.ingest.rates import in_one_currency
from mmm_core.schema import ProjectData
from mmm_core.settings import USUAL_TOLERANCE, ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.corrections import current_corrections
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.reading import unique_label
from mmm_core.workflows.scoping import Ground, Scoped, lay_ground
from mmm_core.workflows.sources import Table, list_sources, raw_table, reading_of, type_table, typed_table

Mark = Literal["done", "needs you", "blocked", "not started"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundKey:
    """What a ground is made from; same fingerprint, same ground."""

    settings: ProjectSettings
    sources: tuple[Source, ...]
    corrections: tuple[Correction, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Name of the ground: settings, bytes and readings of the sources, corrections, version of the code."""
        usual = ("client", *(["tolerance"] if self.settings.tolerance == USUAL_TOLERANCE else []))
        settings = {name: value for name, value in asdict(self.settings).items() if name not in usual}
        corrections = [correction.as_dict() for correction in self.corrections]
        return fingerprint.of_content(
            {
                "code": fingerprint.CODE_SCHEMA,
                "settings": settings,
                "sources": [[s.kind, s.name, s.sheet, s.fingerprint, s.reading] for s in self.sources],
                **({"corrections": corrections} if corrections else {}),
            }
        )


def ground_key(storage: Storage, project_id: str) -> GroundKey:
    """Return what the ground of a project is made from; cheap, no file is read."""
    settings = get_project(storage, project_id).settings
    corrections = current_corrections(storage, project_id).corrections
    return GroundKey(settings=settings, sources=list_sources(storage, project_id), corrections=corrections)


def load_ground(storage: Storage, key: GroundKey) -> Ground:
    """Read the sources and prepare everything that does not depend on the mapping; raises `BadInput`."""
    labels: set[str] = set()
    tables: dict[SourceKind, list[Any]] = {}
    fingerprints: dict[str, str] = {}
    for source in key.sources:
        table = _table(storage, source, labels)
        tables.setdefault(source.kind, []).append(table)
        if source.kind == "media":
            fingerprints[table.source] = source.fingerprint
    data = corrected_data(_project_data(tables), key.corrections, fingerprints)
    data = in_one_currency(data, tables.get("rates", ()), key.settings.currency)
    return lay_ground(data, key.settings)


def _table(storage: Storage, source: Source, labels: set[str]) -> Table:
    """Read a source; media that carry the label of an earlier one get one of their own."""
    if source.kind == "media" and source.name in labels:
        return type_table(unique_label(raw_table(storage, source), labels), reading_of(source))
    labels.update([source.name] if source.kind == "media" else [])
    return typed_table(storage, source)


def _project_data(tables: Mapping[SourceKind, list[Any]]) -> ProjectData:
    """Sort the tables of a project by kind; a project has one outcome."""
    return ProjectData(
        media=tuple(tables.get("media", ())),
        kpi=next(iter(tables.get("kpi", ())), None),
        tracked=tuple(tables.get("tracked", ())),
        controls=tuple(tables.get("controls", ())),
        organic=tuple(tables.get("organic", ())),
        control_totals=tuple(tables.get("control_totals", ())),
        lift_tests=tuple(tables.get("lift_tests", ())),
    )


def journey(  # noqa: PLR0913  (one per thing that a step waits for)
    sources: tuple[Source, ...],
    scoped: Scoped | None,
    *,
    has_fit: bool,
    waiting: tuple[int, int] | None = None,
    unanswered: int = 0,
    held_up: bool = False,
    tested: bool = False,
    compared: bool = False,
    standing: Standing = "draft",
) -> dict[str, Mark]:
    """Say where a project stands, per step.

    Parameters
    ----------
    scoped : Scoped, optional
        None while there is no media that can be read.
    has_fit : bool
        Whether a fit of the present scope is there.
    waiting : tuple of two int, optional
        Errors and warnings that nobody settled; without it all that are found count.
    unanswered : int
        Objections that wait for an answer or for its settlement.
    held_up : bool
        Whether one of them blocks the fit.
    tested : bool
        Whether the fit was tested on periods that it had not seen.
    compared : bool
        Whether the figures of two candidates stand side by side.
    standing : str
        Whether the scope is signed.
    """
    kinds = {source.kind for source in sources}
    unreadable = scoped is None and "media" in kinds
    data: Mark = "done" if {"media", "kpi"} <= kinds and not unreadable else "needs you"
    if scoped is None:
        blocked: Mark = "blocked" if sources else "not started"
        scoping = ("structure", "mapping", "checks", "push_back", "sign_off")
        steps = (*scoping, "specification", "fit", "compare", "validation", "results")
        return {"data": data} | dict.fromkeys(steps, blocked)
    unmapped = any(finding.code == "unmapped_spend" for finding in scoped.findings)
    severities = [finding.severity for finding in scoped.findings]
    errors, warnings = waiting or (severities.count(Severity.ERROR), severities.count(Severity.WARNING))
    mapping: Mark = "needs you" if unmapped or not scoped.mapping.leaves else "done"
    checks: Mark = "blocked" if errors else "needs you" if warnings else "done"
    unfitted: Mark = "blocked" if errors or held_up else "not started"
    push_back: Mark = "blocked" if scoped.panel is None or held_up else "needs you" if unanswered else "done"
    unsigned: Mark = "blocked" if errors or scoped.panel is None else "not started"
    return {
        "data": data,
        "structure": "done" if scoped.ground.window is not None else "needs you",
        "mapping": mapping,
        "checks": checks,
        "push_back": push_back,
        "sign_off": {"signed": "done", "partly signed": "needs you", "draft": unsigned}[standing],
        "specification": "done" if scoped.panel is not None else "blocked",
        "fit": "done" if has_fit else unfitted,
        "compare": "done" if compared else unfitted,
        "validation": "done" if has_fit and tested else "needs you" if has_fit else "blocked",
        "results": "done" if has_fit else "blocked",
    }
