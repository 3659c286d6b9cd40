"""Who takes part in a project: add people, change what they do, let them go."""

from dataclasses import replace

from sqlalchemy.orm import Session

from mmm_core.errors import BadInput, counted, listed
from mmm_core.storage import participants, revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.participants import Participant
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.taxonomy.names import comparable
from mmm_core.workflows.clock import now
from mmm_core.workflows.mapping import save_on
from mmm_core.workflows.roles import find_participant, refuse_viewer

ROLES = ("marketing", "finance", "analytics", "viewer")
"""Marketing owns the plan, finance the risk, analytics the integrity; a viewer looks on."""

_LONGEST_NAME = 80


def list_participants(storage: Storage, project_id: str) -> tuple[Participant, ...]:
    """Return the people of a project in the order in which they came."""
    with storage.database.reading() as session:
        return participants.list_participants(session, project_id)


def add_participant(storage: Storage, project_id: str, *, name: str, role: str, author: str) -> Participant:
    """Add a person to a project.

    Raises
    ------
    BadInput
        If the name is empty, too long or reads like that of somebody who takes part already, or the role is unknown.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= _LONGEST_NAME or "\0" in name or not comparable(name):
        raise BadInput(
            f"The name of the participant has {len(name)} characters that can be read",
            expected=f"1 to {_LONGEST_NAME} were expected",
            remedy="Enter the name by which the others know this person",
        )
    _require_role(role)
    at = now()
    with storage.database.transaction() as session:
        known = find_participant(session, project_id, name)
        if known is not None:
            raise BadInput(
                f"'{known.name}' takes part already ({known.role})",
                expected="a name of its own was expected, since groups and signatures are told apart by it",
                remedy="Add a surname or a department",
            )
        added = participants.add_participant(session, project_id=project_id, name=name, role=role, now=at)
        detail = {"name": name, "role": role}
        entry = AuditEntry(project_id=project_id, at=at, author=author, action="participant.added", detail=detail)
        record(session, entry)
    return added


def change_role(storage: Storage, project_id: str, name: str, *, role: str, author: str) -> Participant:
    """Give a person another role; raises `NotFound`, and `BadInput` for an unknown role or a viewer who does it."""
    _require_role(role)
    with storage.database.transaction() as session:
        _refuse_lone_hand(session, project_id, author)
        changed = participants.change_role(session, project_id, name, role=role)
        detail = {"name": name, "role": role}
        entry = AuditEntry(project_id=project_id, at=now(), author=author, action="participant.changed", detail=detail)
        record(session, entry)
    return changed


def remove_participant(
    storage: Storage, project_id: str, name: str, *, author: str, clear_ownership: bool = False
) -> None:
    """Remove a person from a project; what they did and said stays in its history.

    Parameters
    ----------
    clear_ownership : bool
        Leave the groups that they own without an owner, as a revision of the mapping in the same transaction.

    Raises
    ------
    BadInput
        If they own groups and `clear_ownership` is False.
    NotFound
        If nobody of this name takes part.
    """
    at = now()
    with storage.database.transaction() as session:
        _refuse_lone_hand(session, project_id, author)
        owned = _disowned(session, project_id, name, author=author, clear=clear_ownership)
        participants.remove_participant(session, project_id, name)
        detail = {"name": name, "owned": [list(path) for path in owned]}
        entry = AuditEntry(project_id=project_id, at=at, author=author, action="participant.removed", detail=detail)
        record(session, entry)


def _refuse_lone_hand(session: Session, project_id: str, author: str) -> None:
    """Let viewers change who takes part only while there is nobody else to ask."""
    if any(person.role != "viewer" for person in participants.list_participants(session, project_id)):
        refuse_viewer(session, project_id, author)


def owned_by(mapping: Mapping, name: str) -> tuple[Path, ...]:
    """Return the nodes, archived ones included, that name this person as their owner."""
    wanted = comparable(name)
    return tuple(path for path, node in sorted(mapping.nodes.items()) if comparable(node.owner) == wanted)


def _disowned(session: Session, project_id: str, name: str, *, author: str, clear: bool) -> tuple[Path, ...]:
    """Take the person off the groups that they own, or refuse to; returns these groups."""
    latest = revisions.latest_revision(session, "mapping", project_id)
    if latest is None:
        return ()
    mapping = Mapping.from_dict(latest.content)
    owned = owned_by(mapping, name)
    if not owned:
        return ()
    if not clear:
        spoken = listed([f"'{PATH_SEPARATOR.join(path)}'" for path in owned])
        raise BadInput(
            f"{name} owns {counted(len(owned), 'group')} of the tree",
            where=spoken,
            expected="somebody who leaves owns nothing",
            remedy="Give the groups another owner first, or remove the person and leave them without one",
        )
    nodes = {**mapping.nodes, **{path: replace(mapping.nodes[path], owner="") for path in owned}}
    message = f"{name} left: {counted(len(owned), 'group')} without an owner"
    disowned = replace(mapping, nodes=nodes)
    save_on(session, project_id, disowned, base_number=latest.number, author=author, message=message)
    return owned


def _require_role(role: str) -> None:
    if role not in ROLES:
        raise BadInput(
            f"'{role[:40]}' is no role",
            expected=f"one of {listed(ROLES)} was expected",
            remedy="Choose one of these",
        )
