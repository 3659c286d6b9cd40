"""Owners say "this is my lever", participants object; each word is bound to the group as it stood."""

from mmm_core.errors import BadInput
from mmm_core.storage import recognitions as stored
from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.participants import Participant
from mmm_core.storage.recognitions import StoredRecognition
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.recognition import (
    OBJECTS,
    RECOGNISES,
    Recognition,
    group_fingerprint,
    objected_by,
    owner_of,
)
from mmm_core.workflows.clock import now
from mmm_core.workflows.roles import find_participant
from mmm_core.workflows.scoping import Scoped

_LONGEST_COMMENT = 2_000


def recognise(
    storage: Storage,
    project_id: str,
    scoped: Scoped,
    path: Path,
    *,
    author: str,
    verdict: str,
    comment: str = "",
) -> Recognition:
    """Keep what a participant says of a group: "recognised" (its owner only) or "objects" (anybody, with a comment).

    Parameters
    ----------
    scoped : Scoped
        The scope that the participant has before their eyes; the word is bound to what the group holds in it.

    Raises
    ------
    BadInput
        If the author takes no part in the project, is not the owner, objects without a reason, or the tree has no such
        group.
    """
    comment = comment.strip()
    _require_words(verdict, comment)
    at, here = now(), group_fingerprint(scoped.resolution, path, scoped.ground.items)
    with storage.database.transaction() as session:
        person = find_participant(session, project_id, author)
        latest = revisions.latest_revision(session, "mapping", project_id)
        mapping = Mapping.from_dict(latest.content) if latest is not None else Mapping()
        _require_group(mapping, scoped, path)
        person = _allowed(person, mapping, path, author, verdict)
        said = StoredRecognition(
            project_id=project_id,
            path=path,
            participant=person.name,
            verdict=verdict,
            comment=comment,
            group_fingerprint=here,
            at=at,
        )
        stored.add_recognition(session, said)
        detail = {"path": list(path), "participant": person.name, "verdict": verdict, "comment": comment}
        record(session, AuditEntry(project_id=project_id, at=at, author=author, action="group.judged", detail=detail))
    return _recognition(said)


def withdraw_objection(storage: Storage, project_id: str, scoped: Scoped, path: Path, *, author: str) -> None:
    """Take the author's own objection to a group back, wherever the group stood then; for an owner this is no tick.

    Raises
    ------
    BadInput
        If the author has no objection to this group.
    """
    at, items = now(), scoped.ground.items
    with storage.database.transaction() as session:
        everything = tuple(map(_recognition, stored.list_recognitions(session, project_id)))
        own = [one.participant for one in everything if comparable(one.participant) == comparable(author)]
        if path not in objected_by(author, scoped.mapping, scoped.resolution, items, everything):
            raise BadInput(
                f"{author} does not object to '{path[-1]}'",
                expected="an objection of their own was expected",
                remedy="Ask whoever objected to take it back",
            )
        # Bound to no content, so that it never counts as the tick of an owner.
        said = StoredRecognition(
            project_id=project_id,
            path=path,
            participant=own[-1],
            verdict=RECOGNISES,
            comment="",
            group_fingerprint="",
            at=at,
        )
        stored.add_recognition(session, said)
        detail = {"path": list(path), "participant": own[-1], "verdict": "withdrawn"}
        record(session, AuditEntry(project_id=project_id, at=at, author=author, action="group.judged", detail=detail))


def settle_for_former(
    storage: Storage, project_id: str, scoped: Scoped, path: Path, participant: str, *, author: str, reason: str
) -> None:
    """Settle the objection of somebody who has left the project, who cannot take it back any more.

    Raises
    ------
    BadInput
        If the author is not of analytics, gives no reason, or whoever objected still takes part or does not object.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput("The settlement has no reason", remedy="Say why the objection does not stand any more")
    _require_words(OBJECTS, reason)
    at, items = now(), scoped.ground.items
    with storage.database.transaction() as session:
        person = find_participant(session, project_id, author)
        if person is None or person.role != "analytics":
            raise BadInput(
                f"'{author}' is not of analytics",
                expected="objections of people who left are settled by analytics",
                remedy="Ask somebody of that role",
            )
        if find_participant(session, project_id, participant) is not None:
            raise BadInput(
                f"{participant} takes part in this project",
                expected="whoever objected takes the objection back",
                remedy=f"Ask {participant}",
            )
        everything = tuple(map(_recognition, stored.list_recognitions(session, project_id)))
        if path not in objected_by(participant, scoped.mapping, scoped.resolution, items, everything):
            raise BadInput(f"{participant} does not object to '{path[-1]}'", remedy="Reload the page")
        said = StoredRecognition(
            project_id=project_id,
            path=path,
            participant=participant,
            verdict=RECOGNISES,
            comment=f"Settled by {person.name}: {reason}",
            group_fingerprint="",
            at=at,
        )
        stored.add_recognition(session, said)
        detail = {"path": list(path), "participant": participant, "verdict": "settled", "comment": reason}
        record(session, AuditEntry(project_id=project_id, at=at, author=author, action="group.judged", detail=detail))


def recognitions(storage: Storage, project_id: str) -> tuple[Recognition, ...]:
    """Return everything that was said of the groups of a project, the oldest first."""
    with storage.database.reading() as session:
        return tuple(map(_recognition, stored.list_recognitions(session, project_id)))


def _require_words(verdict: str, comment: str) -> None:
    if verdict not in (RECOGNISES, OBJECTS):
        raise BadInput(f"'{verdict[:40]}' is no verdict", expected=f"'{RECOGNISES}' or '{OBJECTS}' was expected")
    if verdict == OBJECTS and not comment:
        raise BadInput(
            "The objection has no comment",
            expected="a reason was expected, so that the others can answer it",
            remedy="Say what is wrong with the group",
        )
    if len(comment) > _LONGEST_COMMENT or "\0" in comment:
        raise BadInput(
            f"The comment has {len(comment):,} characters",
            expected=f"at most {_LONGEST_COMMENT:,} characters of text were expected",
            remedy="Shorten it",
        )


def _require_group(mapping: Mapping, scoped: Scoped, path: Path) -> None:
    if path not in mapping.leaves or path not in scoped.resolution.leaves:
        raise BadInput(
            f"The tree has no group '{PATH_SEPARATOR.join(path)}'",
            expected="a group in use was expected",
            remedy="Look at the tree again; somebody may have renamed or archived it",
        )


def _allowed(person: Participant | None, mapping: Mapping, path: Path, author: str, verdict: str) -> Participant:
    if person is None:
        raise BadInput(
            f"'{author}' does not take part in this project",
            expected="only participants recognise groups or object to them",
            remedy="Add this name on the Project page",
        )
    owner = owner_of(mapping, path)
    if verdict == RECOGNISES and comparable(owner) != comparable(person.name):
        raise BadInput(
            f"{person.name} is not the owner of '{path[-1]}'",
            where=f"its owner is {owner}" if owner else "it has no owner",
            expected="only the owner says that a group is their lever",
            remedy="Make this person the owner first, or object with a comment",
        )
    return person


def _recognition(said: StoredRecognition) -> Recognition:
    return Recognition(
        path=said.path,
        participant=said.participant,
        verdict=said.verdict,
        comment=said.comment,
        group_fingerprint=said.group_fingerprint,
        at=said.at,
    )
