"""Bring a stored project to the screen: its ground, and what each step of the journey needs."""

from dataclasses import asdict, dataclass
from typing import Literal

from mmm_core import fingerprint
from mmm_core.findings import Severity
from mmm_core.schema import ControlsTable, KpiTable, MediaTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.reading import unique_label
from mmm_core.workflows.scoping import Ground, Scoped, lay_ground
from mmm_core.workflows.sources import list_sources, raw_table, reading_of, type_table

Mark = Literal["done", "needs you", "blocked", "not started"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundKey:
    """What a ground is made from; same fingerprint, same ground."""

    settings: ProjectSettings
    sources: tuple[Source, ...]

    @property
    def fingerprint(self) -> str:
        """Name of the ground: settings, bytes and readings of the sources, version of the code."""
        return fingerprint.of_content(
            {
                "code": fingerprint.CODE_SCHEMA,
                "settings": asdict(self.settings),
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
    media: list[MediaTable] = []
    kpi: KpiTable | None = None
    controls: list[ControlsTable] = []
    for source in key.sources:
        raw = raw_table(storage, source)
        table = type_table(unique_label(raw, labels) if source.kind == "media" else raw, reading_of(source))
        if isinstance(table, MediaTable):
            media.append(table)
        elif isinstance(table, KpiTable):
            kpi = table
        else:
            controls.append(table)
    return lay_ground(ProjectData(media=tuple(media), kpi=kpi, controls=tuple(controls)), key.settings)


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
    data: Mark = "done" if {"media", "kpi"} <= kinds else "needs you"
    if scoped is None:
        blocked: Mark = "blocked" if sources else "not started"
        return {"data": data, "mapping": blocked, "checks": blocked, "fit": blocked, "results": blocked}
    unmapped = any(finding.code == "unmapped_spend" for finding in scoped.findings)
    warned = any(finding.severity is Severity.WARNING for finding in scoped.findings)
    mapping: Mark = "needs you" if unmapped or not scoped.mapping.leaves else "done"
    checks: Mark = "blocked" if scoped.blocking else "needs you" if warned else "done"
    fit: Mark = "done" if has_fit else "blocked" if scoped.blocking else "not started"
    return {"data": data, "mapping": mapping, "checks": checks, "fit": fit, "results": "done" if has_fit else "blocked"}
