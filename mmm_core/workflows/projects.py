"""Create, open, change and delete projects."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from mmm_core.errors import BadInput
from mmm_core.settings import WEEKDAYS, ProjectSettings
from mmm_core.storage import holds, projects
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.workflows.clock import now

_LONGEST_NAME = 120
_LARGEST_TOLERANCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard:
    """What the list of projects shows."""

    id: str
    settings: ProjectSettings
    created_at: datetime


def create_project(storage: Storage, settings: ProjectSettings, *, author: str) -> ProjectCard:
    """Add a project.

    Raises
    ------
    BadInput
        If a setting cannot be used.
    """
    settings = checked_settings(settings)
    at = now()
    with storage.database.transaction() as session:
        project = projects.create_project(session, name=settings.name, settings=asdict(settings), now=at)
        record(
            session,
            AuditEntry(project_id=project.id, at=at, author=author, action="project.created", detail=asdict(settings)),
        )
    return _card(project)


def list_projects(storage: Storage) -> tuple[ProjectCard, ...]:
    """Return the projects, the newest first."""
    with storage.database.reading() as session:
        return tuple(_card(project) for project in projects.list_projects(session))


def get_project(storage: Storage, project_id: str) -> ProjectCard:
    """Return one project; raises `NotFound`."""
    with storage.database.reading() as session:
        return _card(projects.get_project(session, project_id))


def change_settings(
    storage: Storage, project_id: str, *, base: ProjectSettings, settings: ProjectSettings, author: str
) -> ProjectCard:
    """Change name, client, currency or calendar of a project.

    Raises
    ------
    BadInput
        If a setting cannot be used.
    EditConflict
        If somebody else has changed them since `base` was shown.
    """
    settings = checked_settings(settings)
    with storage.database.transaction() as session:
        shown = projects.get_project(session, project_id)
        unchanged = _card(shown).settings == base  # settings of an earlier version may lack a key
        seen = shown if unchanged else replace(shown, name=base.name, settings=asdict(base))
        project = projects.change_project(session, project_id, base=seen, name=settings.name, settings=asdict(settings))
        entry = AuditEntry(
            project_id=project_id, at=now(), author=author, action="project.changed", detail=asdict(settings)
        )
        record(session, entry)
    return _card(project)


def delete_project(storage: Storage, project_id: str, *, author: str) -> None:
    """Delete a project with its files and fits, for good; artefacts that another project shares stay."""
    with storage.database.transaction() as session:
        keys = projects.delete_project(session, project_id, author=author, now=now())
    with storage.database.transaction() as session:
        holds.remove_unheld(session, storage.artefacts, keys)


def checked_settings(settings: ProjectSettings) -> ProjectSettings:
    """Return the settings with white space trimmed.

    Raises
    ------
    BadInput
        If the name is empty or too long, the client's name too long, the currency no three-letter code, the week
        starts on no weekday, or the tolerance is no share from 0 to 0.5.
    """
    client = " ".join(settings.client.split())
    name, currency = " ".join(settings.name.split()), settings.currency.strip().upper()
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise BadInput(
            f"The project name has {len(name)} characters",
            expected=f"1 to {_LONGEST_NAME} were expected",
            remedy="Give the project a name that both sides recognise",
        )
    if len(client) > _LONGEST_NAME:
        raise BadInput(
            f"The client's name has {len(client)} characters",
            expected=f"at most {_LONGEST_NAME} were expected",
            remedy="Shorten it",
        )
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise BadInput(
            f"Currency '{settings.currency}' is no currency code",
            expected="three letters were expected, such as EUR",
            remedy="Enter the code of the currency that budgets are planned in",
        )
    if settings.week_start not in WEEKDAYS or settings.period not in ("week", "day"):
        raise BadInput(
            f"A {settings.period} that starts on '{settings.week_start}' is not known",
            expected="a week starting on a weekday, or a day, was expected",
        )
    if not 0 <= settings.tolerance <= _LARGEST_TOLERANCE:
        raise BadInput(
            f"A tolerance of {settings.tolerance:.4%} cannot be used",
            expected=f"0 to {_LARGEST_TOLERANCE:.0%} of the control total was expected",
            remedy="Enter the difference that nobody would ask about, such as 1 %",
        )
    return replace(settings, name=name, client=client, currency=currency)


def _card(project: projects.Project) -> ProjectCard:
    return ProjectCard(id=project.id, settings=ProjectSettings(**project.settings), created_at=project.created_at)
