"""Who somebody is in a project, and what a viewer may not do."""

from sqlalchemy.orm import Session

from mmm_core.errors import BadInput
from mmm_core.storage import participants
from mmm_core.storage.participants import Participant
from mmm_core.taxonomy.names import comparable


def find_participant(session: Session, project_id: str, name: str) -> Participant | None:
    """Return the participant whose name reads like this one, None when there is nobody."""
    wanted = comparable(name)
    everybody = participants.list_participants(session, project_id)
    return next((person for person in everybody if comparable(person.name) == wanted), None)


def refuse_viewer(session: Session, project_id: str, author: str) -> None:
    """Refuse an edit of somebody who takes part as a viewer; raises `BadInput`.

    Somebody who takes no part yet may edit: a project is often set up before people are named.
    """
    person = find_participant(session, project_id, author)
    if person is not None and person.role == "viewer":
        raise BadInput(
            f"{person.name} takes part as a viewer",
            expected="viewers look on",
            remedy="Ask somebody of marketing, finance or analytics, or change the role on the Project page",
        )
