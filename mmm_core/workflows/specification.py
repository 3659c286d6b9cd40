"""Save and read the model specification of a project."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from mmm_core.modeling.choice_words import setting_changes
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping
from mmm_core.taxonomy.renames import renamed_groups, renamed_places
from mmm_core.workflows.clock import now
from mmm_core.workflows.roles import refuse_viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationRevision:
    """A specification and its number; 0 is the default before anybody changed it."""

    number: int
    specification: ModelSpecification


def current_specification(storage: Storage, project_id: str) -> SpecificationRevision:
    """Return the latest specification, the default when there is none."""
    with storage.database.reading() as session:
        revision = revisions.latest_revision(session, "specification", project_id)
    if revision is None:
        return SpecificationRevision(number=0, specification=ModelSpecification())
    return SpecificationRevision(number=revision.number, specification=ModelSpecification.from_dict(revision.content))


def specification_revision(storage: Storage, project_id: str, number: int) -> SpecificationRevision:
    """Return an earlier specification; raises `NotFound`."""
    if number == 0:
        return SpecificationRevision(number=0, specification=ModelSpecification())
    with storage.database.reading() as session:
        revision = revisions.get_revision(session, "specification", project_id, number)
    return SpecificationRevision(number=number, specification=ModelSpecification.from_dict(revision.content))


def specification_changes(before: ModelSpecification, after: ModelSpecification) -> tuple[str, ...]:
    """Say in words what differs between two specifications, the sampler's settings included."""
    return tuple(setting_changes(before.as_dict(), after.as_dict()))


def save_specification(
    storage: Storage,
    project_id: str,
    specification: ModelSpecification,
    *,
    base: SpecificationRevision,
    author: str,
) -> SpecificationRevision:
    """Save a specification made on `base`.

    Raises
    ------
    BadInput
        If the author is a viewer.
    EditConflict
        If somebody else saved in between; nothing is saved.
    """
    with storage.database.transaction() as session:
        refuse_viewer(session, project_id, author)
        number = save_specification_on(session, project_id, specification, base_number=base.number, author=author)
    return SpecificationRevision(number=number, specification=specification)


def save_specification_on(
    session: Session,
    project_id: str,
    specification: ModelSpecification,
    *,
    base_number: int,
    author: str,
    message: str = "",
) -> int:
    """Save a specification on a revision, with its audit entry, and return its number; raises `EditConflict`."""
    at = now()
    revision = revisions.save_revision(
        session,
        "specification",
        project_id=project_id,
        base_number=base_number,
        content=dict(specification.as_dict()),
        author=author,
        message=message,
        now=at,
    )
    detail = {"number": revision.number}
    action = "specification.saved"
    record(session, AuditEntry(project_id=project_id, at=at, author=author, action=action, detail=detail))
    return revision.number


def carry_names(session: Session, project_id: str, before: Mapping, after: Mapping, *, author: str) -> None:
    """Let what the specification says of groups and nodes follow them to their new names and places."""
    latest = revisions.latest_revision(session, "specification", project_id)
    moved = renamed_groups(before, after) if latest is not None else {}
    if latest is None or not moved:
        return
    known = ModelSpecification.from_dict(latest.content)
    groups = {old[-1]: new[-1] for old, new in moved.items()}
    wanted = known.renamed(groups, renamed_places(before, after, moved))
    if wanted != known:
        said = ", ".join(f"{PATH_SEPARATOR.join(old)} is now {PATH_SEPARATOR.join(new)}" for old, new in moved.items())
        save_specification_on(session, project_id, wanted, base_number=latest.number, author=author, message=said)
