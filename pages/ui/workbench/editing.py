"""Save edits on the revision that the user had in view. All of this runs in callbacks of widgets.

A callback runs before the page is drawn anew and gets, as arguments, what was on the screen when the widget was drawn:
the number of the revision in view and stable ids. So no sort, filter, rerun or second tab moves an edit elsewhere.
"""

from collections.abc import Callable
from typing import Any

from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.mapping import MappingRevision, mapping_revision, redo_mapping, restore_mapping, undo_mapping
from mmm_core.workflows.proposals import KeptEdit, edit_or_keep
from pages.ui.boundary import noting_problems
from pages.ui.state import author, message_once, storage
from pages.ui.workbench.picking import saved

Edit = Callable[[Mapping], Mapping]


def commit(project: str, number: int, edit: Edit, message: str) -> bool:
    """Apply an edit to revision `number`, which the user had in view; True when it is saved or kept.

    Where somebody else saved in between, the edit is kept as a proposal that waits on the page.
    """
    with noting_problems():
        base = mapping_revision(storage(), project, number)
        result = edit_or_keep(storage(), project, edit, base=base, author=author(), message=message)
        if isinstance(result, KeptEdit):
            message_once("Somebody saved meanwhile; your edit waits at the top of the page")
        else:
            saved(project, result.number)
            message_once(message)
        return True
    return False


def bring_back(project: str, number: int, earlier: int) -> None:
    """Make an earlier revision the latest."""
    _on_latest(project, number, restore_mapping, earlier, said=f"Revision {earlier} is back as a new revision")


def take_back(project: str, number: int) -> None:
    """Undo the last edit that is not undone yet."""
    _on_latest(project, number, undo_mapping, said="Undone")


def do_again(project: str, number: int) -> None:
    """Redo the last edit that was undone."""
    _on_latest(project, number, redo_mapping, said="Done again")


def _on_latest(project: str, number: int, act: Callable[..., MappingRevision], *what: Any, said: str) -> None:
    with noting_problems():
        base = mapping_revision(storage(), project, number)
        saved(project, act(storage(), project, *what, base=base, author=author()).number)
        message_once(said)
