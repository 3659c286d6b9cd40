"""Set the tolerance within which control totals are met."""

from dataclasses import replace

from mmm_core.storage.opened import Storage
from mmm_core.workflows.projects import ProjectCard, change_settings, get_project
from mmm_core.workflows.saying import speaker


def set_tolerance(storage: Storage, project_id: str, tolerance: float, *, seen: float, author: str) -> ProjectCard:
    """Set by which share of a control total a subtotal may miss it; kept in the audit trail with the settings.

    Parameters
    ----------
    tolerance : float
        0 to 0.5.
    seen : float
        The tolerance that the author had before their eyes.

    Raises
    ------
    BadInput
        If it is no such share, or the author only looks on or takes no part in the project.
    EditConflict
        If somebody else has changed it since.
    """
    with storage.database.reading() as session:
        speaker(session, project_id, author, about="control totals")
    settings = get_project(storage, project_id).settings
    base = replace(settings, tolerance=seen)
    return change_settings(
        storage, project_id, base=base, settings=replace(settings, tolerance=tolerance), author=author
    )
