"""The mapping as an Excel workbook: out to the client, and back as a proposal that is accepted row by row."""

from mmm_core.errors import BadInput, NotFound
from mmm_core.ingest.sandbox import upload_cells
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy import workbook_form as form
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.workbook_changes import wanted_mapping
from mmm_core.taxonomy.workbook_reading import FilledWorkbook, read_workbook
from mmm_core.workflows.mapping import MappingRevision, current_mapping, mapping_revision
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import list_participants
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.proposals import keep_proposal
from mmm_core.workflows.scoping import Ground

MAPPING_WORKBOOK = "mapping.xlsx"
_SHEETS = (form.LINE_ITEMS, form.GROUPS, form.READ_ME)


def export_workbook(storage: Storage, project_id: str, *, ground: Ground | None = None) -> bytes:
    """Write the latest mapping as a workbook that the client fills in.

    Parameters
    ----------
    ground : Ground, optional
        What the project's files say, when it is at hand; read otherwise.

    Raises
    ------
    BadInput
        If the files cannot be read, or hold more line items than a sheet has rows.
    """
    from mmm_core.taxonomy.workbook_writing import write_workbook  # openpyxl takes a quarter of a second to import

    ground = ground or load_ground(storage, ground_key(storage, project_id))
    latest = current_mapping(storage, project_id)
    settings = get_project(storage, project_id).settings
    stamp = form.Stamp(project_id=project_id, number=latest.number, fingerprint=latest.mapping.fingerprint)
    return write_workbook(
        ground.items,
        latest.mapping,
        resolve(ground.items, latest.mapping, ground.names),
        stamp=stamp,
        project_name=settings.name,
        currency=settings.currency,
        participants=[person.name for person in list_participants(storage, project_id)],
    )


def take_workbook(
    storage: Storage,
    project_id: str,
    content: bytes,
    *,
    name: str = MAPPING_WORKBOOK,
    author: str,
    ground: Ground | None = None,
) -> str:
    """Read a filled workbook and keep what it changes as a proposal; the mapping itself stays as it is.

    Returns
    -------
    str
        Id of the proposal, made on the revision that the workbook was written from.

    Raises
    ------
    BadInput
        If it is no such workbook, comes from another project, or changes nothing.
    UnusableWorkbook
        If rows contradict each other or cannot be placed; it names all of them.
    """
    filled = read_workbook(upload_cells(content, name=name, sheets=_SHEETS), name=name)
    base = _base(storage, project_id, filled, name)
    ground = ground or load_ground(storage, ground_key(storage, project_id))
    people = [person.name for person in list_participants(storage, project_id)]
    mine = wanted_mapping(filled, base.mapping, ground.items, participants=people, name=name)
    if mine.fingerprint == base.mapping.fingerprint:
        raise BadInput(
            "The workbook changes nothing",
            where=f"{name}, written from revision {base.number}",
            expected="a changed group, reason, owner or description was expected",
            remedy="Check that the filled file was saved, and that it is this one",
        )
    message = f"Workbook {name}"
    return keep_proposal(
        storage, project_id, mine, base_number=base.number, author=author, message=message, origin="workbook"
    )


def _base(storage: Storage, project_id: str, filled: FilledWorkbook, name: str) -> MappingRevision:
    """Return the revision that the workbook was written from."""
    stamp = filled.stamp
    if stamp.project_id != project_id:
        raise BadInput(
            "The workbook belongs to another project",
            where=f"{name}, project {stamp.project_id}",
            expected=f"project {project_id} was expected",
            remedy="Open that project, or download the workbook of this one",
        )
    try:
        base = mapping_revision(storage, project_id, stamp.number)
    except NotFound:
        base = None
    if base is None or base.mapping.fingerprint != stamp.fingerprint:
        raise BadInput(
            f"The workbook was written from a mapping revision {stamp.number} that this project does not have",
            where=name,
            expected="the stamp as it was downloaded was expected",
            remedy="Download the workbook again and copy the filled columns into it",
        )
    return base
