"""The small client with faults that people talk about, and the people who do."""

import small_client

from mmm_core.checks.threads import FindingState
from mmm_core.storage.opened import Storage
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.replacing import replace_source
from mmm_core.workflows.scoping import Scoped, scope
from mmm_core.workflows.sources import list_sources, reading_of
from mmm_core.workflows.threads import finding_states

PEOPLE = {"Mara": "marketing", "Finn": "finance", "Ada": "analytics", "Vera": "viewer"}
WARNING, WAIVABLE, NEVER = "duplicate_rows", "constant_group", "unmapped_spend"
"""Codes of a warning with a fix, of an error that analytics may waive, and of one that nobody may."""
UNMAPPED_TOML = small_client.LONG_TOML.replace('campaign = ["radio*"]', 'campaign = "nothing like it"')


def faulty_csv(*, repeated: int = 3) -> bytes:
    """Return the media export with repeated rows, and with one group that spends the same in every week."""
    head, *rows = small_client.media_csv().decode().splitlines()
    days = sorted({row.split(",")[0] for row in rows})
    kept = [row for row in rows if ",google," not in row]
    spent = [row for row in kept if float(row.split(",")[3]) > 0][:repeated]
    constant = [f"{day},google,GO_Search_Generic,100.00,1000" for day in days]
    return ("\n".join([head, *kept, *constant, *spent]) + "\n").encode()


def name_people(storage: Storage, project: str) -> None:
    """Let one person of every role take part."""
    for name, role in PEOPLE.items():
        add_participant(storage, project, name=name, role=role, author="Test")


def bring_faults(storage: Storage, project: str, *, repeated: int = 3) -> None:
    """Replace the media file by one with faults."""
    source = next(one for one in list_sources(storage, project) if one.kind == "media")
    content = faulty_csv(repeated=repeated)
    replace_source(
        storage, project, source, content, name="media.csv", sheet="", reading=reading_of(source), author="Ada"
    )


def scoped_of(storage: Storage, project: str) -> Scoped:
    """Return a project as it stands."""
    return scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)


def state_of(storage: Storage, project: str, code: str) -> FindingState:
    """Return the one finding of a code with its thread."""
    (state,) = [one for one in finding_states(storage, project, scoped_of(storage, project)) if one.code == code]
    return state
