"""What the same client's other projects know: names of line items and the groups that they were put into."""

from collections.abc import Iterator

import pandas as pd

from mmm_core.errors import WorkshopError
from mmm_core.fingerprint import of_content
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.resolution import MAPPED, resolve
from mmm_core.workflows.mapping import current_mapping, mapping_notes
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import ProjectCard, get_project, list_projects


def projects_of_client(storage: Storage, project_id: str) -> tuple[ProjectCard, ...]:
    """Return the other projects of the same client, the newest first; none while the project names no client."""
    client = comparable(get_project(storage, project_id).settings.client)
    if not client:
        return ()
    others = (card for card in list_projects(storage) if card.id != project_id)
    return tuple(card for card in others if comparable(card.settings.client) == client)


def earlier_name(storage: Storage, project_id: str) -> str:
    """Name what `earlier_examples` would give, without reading any file; "" when there is nothing."""
    known = []
    for card in projects_of_client(storage, project_id):
        notes = mapping_notes(storage, card.id)
        if notes:
            known.append([card.id, notes[0].number, ground_key(storage, card.id).fingerprint])
    return of_content(known) if known else ""


def earlier_examples(storage: Storage, project_id: str) -> tuple[pd.DataFrame, ...]:
    """Return the mapped line items of the client's other projects.

    Returns
    -------
    tuple of DataFrame
        One per project that has any: `name` (str) and `path` (tuple of str). Projects whose files cannot be read are
        left out: they are an offer, not part of this project's numbers.
    """
    return tuple(_examples(storage, project_id))


def _examples(storage: Storage, project_id: str) -> Iterator[pd.DataFrame]:
    for card in projects_of_client(storage, project_id):
        mapping = current_mapping(storage, card.id).mapping
        if not mapping.leaves:
            continue
        try:
            ground = load_ground(storage, ground_key(storage, card.id))
            resolution = resolve(ground.items, mapping, ground.names)
        except WorkshopError:
            continue
        inside = resolution.table["status"] == MAPPED
        if inside.any():
            paths = [mapping.leaves[leaf] for leaf in resolution.table.loc[inside, "leaf"]]
            names = ground.items.loc[inside.to_numpy(), "name"].astype(str).tolist()
            yield pd.DataFrame({"name": names, "path": pd.Series(paths, dtype=object)})
