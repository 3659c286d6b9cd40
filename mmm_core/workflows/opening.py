"""Bring a stored project to the screen: its ground, and what each step of the journey needs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from mmm_core import fingerprint
from mmm_core.findings import Severity
from mmm_core.ingest.rates import in_one_currency
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source, SourceKind
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

    @property
    def fingerprint(self) -> str:
        """Name of the ground: settings, bytes and readings of the sources, version of the code."""
        settings = {name: value for name, value in asdict(self.settings).items() if name != "client"}
        return fingerprint.of_content(
            {
                "code": fingerprint.CODE_SCHEMA,
                "settings": settings,
                "sources": [[s.kind, s.name, s.sheet, s.fingerprint, s.reading] for s in self.sources],
            }
        )


def ground_key(storage: Storage, project_id: str) -> GroundKey:
    """Return what the ground of a project is made from; cheap, no file is read."""
    settings = get_project(storage, project_id).settings
    return GroundKey(settings=settings, sources=list_sources(storage, project_id))


def load_ground(storage: Storage, key: GroundKey) -> Ground:
    """Read the sources and prepare everything that does not depend on the mapping; raises `BadInput`."""
    labels: set[str] = set()
    tables: dict[SourceKind, list[Any]] = {}
    for source in key.sources:
        tables.setdefault(source.kind, []).append(_table(storage, source, labels))
    data = in_one_currency(_project_data(tables), tables.get("rates", ()), key.settings.currency)
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
        controls=tuple(tables.get("controls", ())),
        organic=tuple(tables.get("organic", ())),
        control_totals=tuple(tables.get("control_totals", ())),
        lift_tests=tuple(tables.get("lift_tests", ())),
    )


def journey(sources: tuple[Source, ...], scoped: Scoped | None, *, has_fit: bool) -> dict[str, Mark]:
    """Say where a project stands, per step.

    Parameters
    ----------
    scoped : Scoped, optional
        None while there is no media that can be read.
    has_fit : bool
        Whether a fit of the present scope is there.
    """
    kinds = {source.kind for source in sources}
    unreadable = scoped is None and "media" in kinds
    data: Mark = "done" if {"media", "kpi"} <= kinds and not unreadable else "needs you"
    if scoped is None:
        blocked: Mark = "blocked" if sources else "not started"
        steps = ("structure", "mapping", "checks", "specification", "fit", "results")
        return {"data": data} | dict.fromkeys(steps, blocked)
    unmapped = any(finding.code == "unmapped_spend" for finding in scoped.findings)
    warned = any(finding.severity is Severity.WARNING for finding in scoped.findings)
    mapping: Mark = "needs you" if unmapped or not scoped.mapping.leaves else "done"
    checks: Mark = "blocked" if scoped.blocking else "needs you" if warned else "done"
    fit: Mark = "done" if has_fit else "blocked" if scoped.blocking else "not started"
    return {
        "data": data,
        "structure": "done" if scoped.ground.window is not None else "needs you",
        "mapping": mapping,
        "checks": checks,
        "specification": "done" if scoped.panel is not None else "blocked",
        "fit": fit,
        "results": "done" if has_fit else "blocked",
    }
