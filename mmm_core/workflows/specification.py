"""Save and read the model specification of a project."""

from dataclasses import dataclass

from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.workflows.clock import now


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


def save_specification(
    storage: Storage,
    project_id: str,
    specification: ModelSpecification,
    *,
    base: SpecificationRevision,
    author: str,
) -> SpecificationRevision:
    """Save a specification made on `base`; raises `EditConflict` when somebody else saved in between."""
    at = now()
    with storage.database.transaction() as session:
        revision = revisions.save_revision(
            session,
            "specification",
            project_id=project_id,
            base_number=base.number,
            content=dict(specification.as_dict()),
            author=author,
            now=at,
        )
        detail = {"number": revision.number}
        record(
            session,
            AuditEntry(project_id=project_id, at=at, author=author, action="specification.saved", detail=detail),
        )
    return SpecificationRevision(number=revision.number, specification=specification)
