"""The scope document of a workshop file: what a run from the command line writes beside its tables."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from mmm_core import fingerprint
from mmm_core.checks.threads import FindingState
from mmm_core.documents.scope_content import ScopeContent
from mmm_core.documents.scope_html import scope_html
from mmm_core.documents.scope_workbook import scope_workbook
from mmm_core.documents.settled import SettledObjection
from mmm_core.workflows.agenda import AgendaRevision
from mmm_core.workflows.modelled import modelled_fingerprint
from mmm_core.workflows.reading import find_file
from mmm_core.workflows.scope_document import unsigned_document
from mmm_core.workflows.scope_of import ScopeNow, data_content, mapping_fingerprint
from mmm_core.workflows.scope_states import ended
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.workshop_file import WorkshopFile

STANDING = "draft"
"""Nobody signs a run from the command line; every output that holds results says so."""

_NOTE = (
    "Nobody yet: signatures are given in the app. Open this workshop file there, look at it together, "
    "and sign it in three roles."
)


def write_scope_document(
    content: WorkshopFile,
    folders: Sequence[Path],
    scoped: Scoped,
    states: Iterable[FindingState],
    folder: Path,
    *,
    objections: Iterable[SettledObjection] = (),
) -> None:
    """Write `scope.html` and `scope.xlsx` into a folder."""
    scope = scope_of_file(content, folders, scoped, states, objections=objections)
    document = unsigned_document(scoped, scope, note=_NOTE)
    (folder / "scope.html").write_text(scope_html(document), encoding="utf-8")
    (folder / "scope.xlsx").write_bytes(scope_workbook(document))


def scope_of_file(
    content: WorkshopFile,
    folders: Sequence[Path],
    scoped: Scoped,
    states: Iterable[FindingState],
    *,
    objections: Iterable[SettledObjection] = (),
) -> ScopeNow:
    """Read what would be signed from a workshop file.

    The same files, mapping, model and settlements have the same fingerprint in the app.
    """
    findings, raised, specification = ended(states), tuple(objections), content.specification()
    agenda, settings, corrections = content.agenda.agenda(), content.settings(), content.corrections()
    sources = [
        {
            "kind": section.kind,
            "name": section.called,
            "sheet": section.sheet or "",
            "fingerprint": fingerprint.of_bytes(find_file(folders, section.file).read_bytes()),
            "reading": section.reading().as_dict(),
        }
        for section in content.sources()
    ]
    parts = ScopeContent(
        data=data_content(settings, sources, corrections),
        mapping=mapping_fingerprint(scoped.mapping),
        mapping_number=0,
        specification=specification.structure(),
        findings=tuple(one.as_content() for one in findings),
        push_back=tuple(one.as_content() for one in raised),
        agenda=agenda.as_dict(),
        panel_fingerprint=modelled_fingerprint(scoped, specification),
    )
    return ScopeNow(
        content=parts,
        findings=findings,
        objections=raised,
        agenda=AgendaRevision(agenda=agenda),
        specification=specification,
        settings=settings,
        corrections=corrections,
    )
