"""The demo client: the files of `sample_data/`, as a project like any other."""

from pathlib import Path

from mmm_core.errors import NotFound
from mmm_core.storage.opened import Storage
from mmm_core.workflows.projects import ProjectCard
from mmm_core.workflows.taking_in import take_in
from mmm_core.workflows.workshop_file import read_workshop_file

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "sample_data"


def demo_name(*, folder: Path = SAMPLE_FOLDER) -> str:
    """Return the name of the sample client."""
    return read_workshop_file(folder / "workshop.toml").project.name


def create_demo(storage: Storage, *, author: str, folder: Path = SAMPLE_FOLDER) -> ProjectCard:
    """Make a project from the sample client.

    Raises
    ------
    NotFound
        If the installation has no `sample_data` folder.
    """
    if not (folder / "workshop.toml").is_file():
        raise NotFound(
            "The sample client is not part of this installation",
            where=str(folder),
            remedy="Run the app from the project's folder",
        )
    return take_in(storage, folder / "workshop.toml", author=author)
