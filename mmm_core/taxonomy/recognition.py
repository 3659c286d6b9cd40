"""Owners recognise groups as their levers, or object: what was said, of which content, and what is still open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from mmm_core import fingerprint
from mmm_core.errors import BadInput
from mmm_core.taxonomy.mapping import Mapping, Path
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.resolution import Resolution

RECOGNISES, OBJECTS = "recognised", "objects"
RECOGNISED, OBJECTION, CHANGED, WAITING, NO_OWNER = "recognised", "objection", "changed since", "waiting", "no owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What a participant said of a group.

    Attributes
    ----------
    path : path
        The group, where it stood then.
    verdict : str
        recognised or objects; an objection needs a comment.
    group_fingerprint : str
        Name of the line items that the group held then.
    """

    path: Path
    participant: str
    verdict: str
    comment: str = ""
    group_fingerprint: str
    at: datetime

    def __post_init__(self) -> None:
        if self.verdict not in (RECOGNISES, OBJECTS):
            raise BadInput(
                f"'{self.verdict}' is no verdict on a group",
                expected=f"'{RECOGNISES}' or '{OBJECTS}' was expected",
                remedy="Recognise the group or object to it",
            )
        if self.verdict == OBJECTS and not self.comment.strip():
            raise BadInput(
                f"The objection to '{self.path[-1]}' says nothing",
                expected="a comment was expected",
                remedy="Write what is wrong with the group",
            )


def group_fingerprint(resolution: Resolution, path: Path, items: pd.DataFrame) -> str:
    """Name a group by the line items that it holds, wherever it stands and whatever it is called."""
    leaf = resolution.table["leaf"].to_numpy(dtype=np.int64)
    inside = leaf == (resolution.leaves.index(path) if path in resolution.leaves else -2)
    return fingerprint.of_content(sorted(map(str, items.index[inside])))


def owner_of(mapping: Mapping, path: Path) -> str:
    """Return the owner of a group: its own, else that of the nearest node above; "" when nobody owns it."""
    owners = (mapping.node(path[:depth]).owner for depth in range(len(path), 0, -1))
    return next(filter(None, owners), "")


def recognition_status(
    mapping: Mapping, resolution: Resolution, items: pd.DataFrame, recognitions: Iterable[Recognition]
) -> pd.DataFrame:
    """Tell for each group in use where its recognition stands.

    The latest word of each participant counts. A group that was renamed or moved keeps what was said of it, as long as
    it holds the same line items.

    Returns
    -------
    DataFrame
        path, owner, status, comment, by (who said it), at (datetime or None); in the tree's order. Status: objection
        (somebody objects and has not taken it back), no owner, recognised (by its owner, with the line items that it
        holds now), changed since (the same, with others), waiting.
    """
    said = sorted(recognitions, key=lambda one: one.at)
    rows = []
    for path in mapping.leaves:
        now = group_fingerprint(resolution, path, items)
        latest = _latest(said, path, now, mapping)
        owner = owner_of(mapping, path)
        status, word = _status(owner, now, latest)
        by, comment, at = (word.participant, word.comment, word.at) if word else ("", "", None)
        rows.append((path, owner, status, comment, by, at))
    return pd.DataFrame(rows, columns=["path", "owner", "status", "comment", "by", "at"], dtype=object)


def objected_by(
    participant: str, mapping: Mapping, resolution: Resolution, items: pd.DataFrame, recognitions: Iterable[Recognition]
) -> tuple[Path, ...]:
    """Return the groups in use that this participant objects to and has not taken back."""
    said = sorted(recognitions, key=lambda one: one.at)
    found = []
    for path in mapping.leaves:
        latest = _latest(said, path, group_fingerprint(resolution, path, items), mapping)
        word = latest.get(comparable(participant))
        if word is not None and word.verdict == OBJECTS:
            found.append(path)
    return tuple(found)


def _latest(said: Iterable[Recognition], path: Path, now: str, mapping: Mapping) -> dict[str, Recognition]:
    """Return the last word of each participant on a group; `said` begins with the oldest."""
    return {comparable(one.participant): one for one in said if _is_of(one, path, now, mapping)}


def _is_of(one: Recognition, path: Path, now: str, mapping: Mapping) -> bool:
    """Tell whether something was said of this group, here or where it stood before."""
    if one.path == path:
        return True
    nothing = fingerprint.of_content([])
    return one.group_fingerprint == now != nothing and one.path not in mapping.leaves


def _status(owner: str, now: str, latest: dict[str, Recognition]) -> tuple[str, Recognition | None]:
    objections = [one for one in latest.values() if one.verdict == OBJECTS]
    if objections:
        return OBJECTION, max(objections, key=lambda one: one.at)
    if not owner:
        return NO_OWNER, None
    word = latest.get(comparable(owner))
    if word is None or not word.group_fingerprint:  # an objection that was taken back is bound to no content
        return WAITING, None
    return (RECOGNISED if word.group_fingerprint == now else CHANGED), word
