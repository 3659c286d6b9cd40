"""The structure brief of a project: computed anew from the data, with what the analyst wrote beside it."""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any

from mmm_core.errors import BadInput
from mmm_core.feasibility.brief import SECTIONS, Brief, brief
from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.revisions import Revision
from mmm_core.workflows.clock import now
from mmm_core.workflows.mapping import read_revision
from mmm_core.workflows.scoping import Ground

_LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalystText:
    """What somebody wrote into a section; `outdated` when the section's figures have changed since."""

    text: str
    author: str
    outdated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureBrief:
    """The brief as it reads now. `number` is the revision of the written texts, 0 before the first."""

    brief: Brief
    texts: MappingOf[str, AnalystText] = field(default_factory=dict)
    number: int = 0


def current_brief(storage: Storage, project_id: str, ground: Ground) -> StructureBrief:
    """Compute the brief for the latest mapping and put the latest texts beside it."""
    with storage.database.reading() as session:
        latest = revisions.latest_revision(session, "structure", project_id)
        mapping = read_revision(revisions.latest_revision(session, "mapping", project_id)).mapping
    return _with_texts(brief(ground, mapping), latest)


def save_brief_text(
    storage: Storage, project_id: str, key: str, text: str, *, base: StructureBrief, author: str
) -> StructureBrief:
    """Keep what the analyst wrote into one section; an empty text brings the computed one back.

    The text is bound to the figures that `base` shows.

    Raises
    ------
    BadInput
        If there is no such section, or the text is too long.
    EditConflict
        If somebody else saved a text since `base`; nothing is saved.
    """
    text = text.strip()
    if key not in SECTIONS:
        raise BadInput(f"The brief has no section '{key[:40]}'", expected=f"one of {', '.join(SECTIONS)} was expected")
    if len(text) > _LONGEST_TEXT or "\0" in text:
        raise BadInput(
            f"The text has {len(text):,} characters",
            expected=f"at most {_LONGEST_TEXT:,} characters of text were expected",
            remedy="Shorten it",
        )
    at = now()
    with storage.database.transaction() as session:
        latest = revisions.latest_revision(session, "structure", project_id)
        texts: dict[str, Any] = dict(latest.content["texts"]) if latest is not None else {}
        if text:
            texts[key] = {"text": text, "author": author, "figures": base.brief.section(key).fingerprint}
        else:
            texts.pop(key, None)
        saved = revisions.save_revision(
            session,
            "structure",
            project_id=project_id,
            base_number=base.number,
            content={"texts": texts},
            author=author,
            message=f"{'Wrote' if text else 'Cleared'} '{base.brief.section(key).title}'",
            now=at,
        )
        detail = {"number": saved.number, "section": key}
        record(
            session, AuditEntry(project_id=project_id, at=at, author=author, action="structure.saved", detail=detail)
        )
    return _with_texts(base.brief, saved)


def written_texts(storage: Storage, project_id: str) -> dict[str, str]:
    """Return what analysts wrote, by section; sections without a text are left out."""
    with storage.database.reading() as session:
        latest = revisions.latest_revision(session, "structure", project_id)
    return {key: str(said["text"]) for key, said in latest.content["texts"].items()} if latest is not None else {}


def _with_texts(computed: Brief, latest: Revision | None) -> StructureBrief:
    if latest is None:
        return StructureBrief(brief=computed)
    texts = {
        key: AnalystText(
            text=str(said["text"]),
            author=str(said["author"]),
            outdated=said["figures"] != computed.section(key).fingerprint,
        )
        for key, said in latest.content["texts"].items()
        if key in SECTIONS
    }
    return StructureBrief(brief=computed, texts=texts, number=latest.number)
