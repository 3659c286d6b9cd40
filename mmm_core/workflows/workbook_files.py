"""The mapping workbook as a file, for the command line: written for the client, and taken back filled in."""

from collections.abc import Callable
from pathlib import Path

from mmm_core.errors import BadInput, counted, listed
from mmm_core.settings import Installation
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.proposal import Review
from mmm_core.taxonomy.three_way import SAME
from mmm_core.workflows.mapping_workbook import export_workbook, take_workbook
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import ProjectCard, list_projects
from mmm_core.workflows.proposals import proposal

Say = Callable[[str], None]
_KINDS = {"line_item": "line item", "node": "owner or description"}


def write_workbook_file(installation: Installation, project: str, out: Path, *, say: Say) -> None:
    """Write the latest mapping of a project as a workbook to fill in.

    Parameters
    ----------
    project : str
        Its id, or its name.

    Raises
    ------
    BadInput
        If there is no such project or several, or the file is there already or cannot be written.
    """
    storage = open_storage(installation)
    try:
        card = _project(storage, project)
        if out.exists():
            raise BadInput(
                f"'{out}' is there already",
                where="--out",
                expected="a new file was expected, since the old one may be filled in",
                remedy="Name another file, or move that one away",
            )
        content = export_workbook(storage, card.id)
    finally:
        close_storage(installation)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        raise BadInput(
            f"The workbook cannot be written to {out}", where=str(error.strerror or error), remedy="Name another file"
        ) from error
    say(f"mapping of {card.settings.name}: {out}")


def take_workbook_file(installation: Installation, project: str, file: Path, *, author: str, say: Say) -> None:
    """Keep what a filled workbook changes as a proposal, and say what waits; the mapping itself stays as it is.

    Raises
    ------
    BadInput
        If there is no such project or several, or the workbook cannot be used, as `take_workbook` says.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadInput(
            f"'{file}' cannot be read", where=str(error.strerror or error), remedy="Name the filled workbook"
        ) from error
    storage = open_storage(installation)
    try:
        card = _project(storage, project)
        ground = load_ground(storage, ground_key(storage, card.id))
        kept = take_workbook(storage, card.id, content, name=file.name, author=author, ground=ground)
        review = proposal(storage, card.id, kept).review(ground.items, ground.names)
    finally:
        close_storage(installation)
    for line in _told(review):
        say(line)
    say(f"these changes wait on the page Mapping of {card.settings.name}; nothing was changed yet")


def _told(review: Review) -> list[str]:
    """Count the changes per kind, and name the new groups."""
    changes = [change for change in review.changes if change.verdict != SAME]
    lines = [
        f"{counted(sum(change.kind == kind for change in changes), _KINDS.get(kind, kind))} to change"
        for kind in dict.fromkeys(change.kind for change in changes)
    ]
    new = [change.mine for change in changes if change.kind == "group" and change.verdict == "added"]
    if new:
        lines.append(f"new: {listed(new)}")
    if review.clashes:
        lines.append(
            f"{review.clashes:,} of it {'clash' if review.clashes > 1 else 'clashes'} with what was saved since"
        )
    return lines


def _project(storage: Storage, named: str) -> ProjectCard:
    """Find a project by its id or its name."""
    cards = list_projects(storage)
    found = [card for card in cards if card.id == named] or [
        card for card in cards if comparable(card.settings.name) == comparable(named)
    ]
    if len(found) == 1:
        return found[0]
    several = listed([card.id for card in found])
    raise BadInput(
        f"{len(found)} projects are called '{named}'" if found else f"There is no project '{named}'",
        where=several or f"known: {listed(sorted(card.settings.name for card in cards))}",
        expected="the id or the name of one project was expected",
        remedy="Give the id; it stands in the address of the project's pages" if found else "Correct the name",
    )
