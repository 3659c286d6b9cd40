"""Which project needs which artefact: two projects may share one, and it goes when the last of them lets go."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mmm_core.errors import NotFound
from mmm_core.fingerprint import short
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.tables import HoldRow

UNHELD_AFTER = timedelta(hours=1)
"""An artefact is put before the transaction that holds it; this is far longer than that takes."""


def hold(session: Session, store: ArtefactStore, *, project_id: str, key: str, now: datetime) -> None:
    """Note that the project needs this artefact, which must have been put before.

    Raises
    ------
    NotFound
        If it is not there: another project that shared it was deleted between the put and this transaction.
    """
    if not store.has(key):
        raise NotFound(
            "A stored file was removed while it was about to be used",
            where=f"artefact {short(key)}",
            remedy="Do the same again",
        )
    if session.get(HoldRow, (project_id, key)) is None:
        session.add(HoldRow(project_id=project_id, artefact_key=key, created_at=now))


def let_go(session: Session, *, project_id: str, key: str) -> None:
    """Note that the project needs this artefact no more; `remove_unheld` then removes it."""
    row = session.get(HoldRow, (project_id, key))
    if row is not None:
        session.delete(row)


def remove_unheld(session: Session, store: ArtefactStore, keys: Iterable[str]) -> int:
    """Remove those artefacts that no project holds and return how many they were.

    Needs a write transaction: while it lasts, nobody else can begin to hold one of them.
    """
    doomed = [key for key in keys if not session.scalar(select(exists().where(HoldRow.artefact_key == key)))]
    for key in doomed:
        store.remove(key)
    return len(doomed)


def sweep(session: Session, store: ArtefactStore, *, older_than: timedelta = UNHELD_AFTER) -> int:
    """Remove what crashes left behind: artefacts that nobody came to hold, and unfinished ones."""
    held = set(session.scalars(select(HoldRow.artefact_key)))
    left = [key for key in store.keys(older_than=older_than) if key not in held]
    return remove_unheld(session, store, left) + store.remove_unfinished()
