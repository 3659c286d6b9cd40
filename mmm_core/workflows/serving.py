"""Start the app, with or without the demo client fitted first."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mmm_core.errors import FailedFit, NotFound
from mmm_core.jobs.crew import Crew, start_crew, stop_crews
from mmm_core.jobs.messages import error_of
from mmm_core.settings import Installation
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.workflows.clock import now
from mmm_core.workflows.demo import create_demo, demo_name
from mmm_core.workflows.fitting import start_fit
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import ProjectCard, list_projects
from mmm_core.workflows.scoping import scope
from mmm_core.workflows.specification import current_specification

APP_FOLDER = Path(__file__).resolve().parents[2]
_AUTHOR = "Demo"
_POLL_SECONDS = 1.0

Say = Callable[[str], None]


def serve(*, port: int | None = None) -> int:
    """Run the app until it is stopped; return Streamlit's exit status.

    Raises
    ------
    NotFound
        If the installation has no `app.py`.
    """
    if not (APP_FOLDER / "app.py").is_file():
        raise NotFound("app.py is not part of this installation", where=str(APP_FOLDER), remedy="Run from a checkout")
    installation = Installation.from_environment()
    environment = {**os.environ, "MMM_WORKSHOP_DATA": str(installation.data_dir)}
    command = [sys.executable, "-m", "pages.ui.launch", *(["--server.port", str(port)] if port else [])]
    try:
        return subprocess.run(command, cwd=APP_FOLDER, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


def prepare_demo(installation: Installation, *, say: Say) -> ProjectCard:
    """Make sure that there is a demo project with a fit of its present scope; a second call finds both.

    Raises
    ------
    FailedFit
        If the fit did not end well.
    """
    crew = start_crew(installation)
    try:
        card = _demo_project(crew, say)
        _fit(crew, card.id, say)
    finally:
        stop_crews()
    return card


def _demo_project(crew: Crew, say: Say) -> ProjectCard:
    there = [card for card in list_projects(crew.storage) if card.settings.name == demo_name()]
    if there:
        return there[-1]
    say("taking the demo client's files in")
    return create_demo(crew.storage, author=_AUTHOR)


def _fit(crew: Crew, project_id: str, say: Say) -> None:
    ground = load_ground(crew.storage, ground_key(crew.storage, project_id))
    revision = current_mapping(crew.storage, project_id)
    asked = start_fit(
        crew,
        project_id,
        scope(ground, revision.mapping),
        current_specification(crew.storage, project_id),
        mapping_number=revision.number,
        author=_AUTHOR,
    )
    if isinstance(asked, StoredFit):
        say("the demo client is fitted already")
        return
    job = _wait(crew, asked, say)
    if job.state != "done":
        raise FailedFit(
            f"The demo fit ended as {job.state}: {error_of(job.message) if job.message else 'no reason was given'}",
            remedy="Look into the folder logs of the data folder, then run make demo again",
        )


def _wait(crew: Crew, job: Job, say: Say) -> Job:
    """Follow a job to its end, a line per stage and every ten seconds."""
    last, said_at = "", 0.0
    while job.is_open:
        if job.stage != last or time.monotonic() - said_at > 10:
            last, said_at = job.stage, time.monotonic()
            since = f", {(now() - job.started_at).total_seconds():.0f} s" if job.started_at else ""
            say(f"fitting the demo client: {job.stage or 'loading the libraries'}{since}")
        time.sleep(_POLL_SECONDS)
        job = crew.job(job.id)
    return job
