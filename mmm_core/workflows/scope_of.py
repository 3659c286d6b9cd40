"""The scope of a project as it stands: everything that is signed, read together."""

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import asdict, dataclass, replace

from mmm_core.documents.scope_content import ScopeContent, changes
from mmm_core.documents.settled import SettledFinding, SettledObjection
from mmm_core.errors import BadInput, NotFound, counted
from mmm_core.fingerprint import of_content
from mmm_core.ingest.corrections import Correction
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.money import spoken_amount
from mmm_core.settings import ProjectSettings
from mmm_core.storage import revisions
from mmm_core.storage.opened import Storage
from mmm_core.storage.participants import list_participants
from mmm_core.storage.recognitions import count_recognitions
from mmm_core.storage.signatures import count_signatures
from mmm_core.storage.threads import count_entries
from mmm_core.taxonomy.difference import MappingDifference, difference
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.resolution import resolve
from mmm_core.workflows.agenda import AgendaRevision, current_agenda
from mmm_core.workflows.mapping import current_mapping, mapping_revision
from mmm_core.workflows.modelled import modelled_fingerprint
from mmm_core.workflows.opening import GroundKey, ground_key
from mmm_core.workflows.scope_states import settled_findings, settled_objections
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import current_specification

_SETTINGS_OF_NO_FIGURE = ("name", "client")
_OF_A_CORRECTION = ("source", "source_fingerprint", "kind", "rows", "factor", "line_items", "reason")
_KINDS: tuple[revisions.RevisionKind, ...] = ("mapping", "specification", "agenda")
_MOST_STRUCTURE_SENTENCES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeNow:
    """A scope and what its parts were read from.

    Attributes
    ----------
    mapping_is_latest : bool
        Whether `scoped` shows the latest revision of the mapping; only that one can be signed.
    """

    content: ScopeContent
    findings: tuple[SettledFinding, ...]
    objections: tuple[SettledObjection, ...]
    agenda: AgendaRevision
    specification: ModelSpecification
    settings: ProjectSettings
    corrections: tuple[Correction, ...] = ()
    mapping_is_latest: bool = True

    @property
    def fingerprint(self) -> str:
        """Name of the scope."""
        return self.content.fingerprint


def scope_now(storage: Storage, project_id: str, scoped: Scoped) -> ScopeNow:
    """Read everything that is signed.

    Parameters
    ----------
    scoped : Scoped
        The ground seen through the mapping that people have before their eyes.
    """
    key, latest = ground_key(storage, project_id), current_mapping(storage, project_id)
    specification = current_specification(storage, project_id).specification
    agenda = current_agenda(storage, project_id)
    findings = settled_findings(storage, project_id, scoped)
    objections = settled_objections(storage, project_id, scoped, specification)
    content = ScopeContent(
        data=data_content(key.settings, _sources(key), key.corrections),
        mapping=mapping_fingerprint(scoped.mapping),
        mapping_number=latest.number,
        specification=specification.structure(),
        findings=tuple(one.as_content() for one in findings),
        push_back=tuple(one.as_content() for one in objections),
        agenda=agenda.agenda.as_dict(),
        panel_fingerprint=modelled_fingerprint(scoped, specification),
    )
    return ScopeNow(
        content=content,
        findings=findings,
        objections=objections,
        agenda=agenda,
        specification=specification,
        settings=key.settings,
        corrections=key.corrections,
        mapping_is_latest=latest.mapping.fingerprint == scoped.mapping.fingerprint,
    )


def state_key(storage: Storage, project_id: str, scoped: Scoped) -> str:
    """Name everything that a sign-off is read from, without reading it: same name, same sign-off.

    Threads, recognitions and signatures are only ever added, so their number names them.
    """
    with storage.database.reading() as session:
        added = [
            count_entries(session, project_id),
            count_recognitions(session, project_id),
            count_signatures(session, project_id),
        ]
        people = [[person.name, person.role] for person in list_participants(session, project_id)]
        numbers = [revisions.latest_number(session, kind, project_id) for kind in _KINDS]
    key = ground_key(storage, project_id)
    seen = [key.fingerprint, key.settings.client, scoped.mapping.fingerprint]
    return of_content([project_id, seen, numbers, added, people])


def changes_since(
    storage: Storage, project_id: str, scoped: Scoped, before: ScopeContent, after: ScopeContent
) -> tuple[str, ...]:
    """Say in words what changed from one scope to another; nothing when they are the same."""
    if before.fingerprint == after.fingerprint:
        return ()
    if before.mapping == after.mapping:
        return changes(before, after)
    moved = mapping_change(storage, project_id, scoped, before.mapping_number)
    return changes(before, after, mapping_words=_mapping_words(moved, scoped.ground.settings.currency))


def mapping_change(storage: Storage, project_id: str, scoped: Scoped, since: int) -> MappingDifference | None:
    """Compare the mapping in view with an earlier revision, on the line items of today.

    None when the revision is not there, or asks for columns that no file has any more.
    """
    items, names = scoped.ground.items, scoped.ground.names
    try:
        earlier = mapping_revision(storage, project_id, since).mapping
        resolved = resolve(items, earlier, names)
    except (NotFound, BadInput):
        return None
    return difference(items, (earlier, resolved), (scoped.mapping, scoped.resolution))


def mapping_fingerprint(mapping: Mapping) -> str:
    """Name a mapping by what decides a figure or a word of the document; colours do neither."""
    nodes = {path: replace(node, colour="") for path, node in mapping.nodes.items()}
    return replace(mapping, nodes=nodes).fingerprint


def _mapping_words(moved: MappingDifference | None, currency: str) -> tuple[str, ...]:
    if moved is None:
        return ()
    number = len(moved.line_items)
    said = [f"{counted(number, 'line item')} moved, {currency} {spoken_amount(moved.moved_micros)}"] if number else []
    structure = moved.structure[:_MOST_STRUCTURE_SENTENCES]
    more = len(moved.structure) - len(structure)
    return (*said, *structure, *([f"and {counted(more, 'more change')} of the tree"] if more else []))


def data_content(
    settings: ProjectSettings, sources: Iterable[MappingOf[str, object]], corrections: Iterable[Correction]
) -> dict[str, object]:
    """Return the part of the scope that comes from files: settings, sources with their readings, corrections.

    Parameters
    ----------
    sources : iterable of mappings
        kind, name, sheet, fingerprint of the bytes, reading.
    """
    return {
        "settings": {name: value for name, value in asdict(settings).items() if name not in _SETTINGS_OF_NO_FIGURE},
        "sources": [dict(one) for one in sources],
        "corrections": [
            {name: value for name, value in one.as_dict().items() if name in _OF_A_CORRECTION} for one in corrections
        ],
    }


def _sources(key: GroundKey) -> list[dict[str, object]]:
    return [
        {"kind": one.kind, "name": one.name, "sheet": one.sheet, "fingerprint": one.fingerprint, "reading": one.reading}
        for one in key.sources
    ]
