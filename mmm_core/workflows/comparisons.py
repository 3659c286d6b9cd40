"""What is compared side by side: groupings with their specifications, kept as revisions that everybody sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mmm_core.errors import BadInput, WorkshopError, counted, listed
from mmm_core.modeling.choice_words import LABELS, setting_changes, value_words
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage import proposals, revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.revisions import Revision
from mmm_core.taxonomy.mapping import Mapping, Path
from mmm_core.taxonomy.tree import merge_groups
from mmm_core.workflows.candidates import Candidate, Choices
from mmm_core.workflows.clock import now
from mmm_core.workflows.mapping import current_mapping, mapping_notes, mapping_revision
from mmm_core.workflows.proposals import keep_proposal
from mmm_core.workflows.roles import refuse_viewer

FEWEST, MOST = 2, 6
_MOST_DIFFERENCES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The candidates as they were chosen last; the first is what the others are held against. Number 0: none yet."""

    number: int = 0
    candidates: tuple[Candidate, ...] = ()
    author: str = ""


def current_comparison(storage: Storage, project_id: str) -> Comparison:
    """Return what is compared; nothing yet is revision 0 without candidates."""
    with storage.database.reading() as session:
        return _read(revisions.latest_revision(session, "comparison", project_id))


def comparison_choices(storage: Storage, project_id: str, compared: Iterable[Candidate] = ()) -> Choices:
    """Return what candidates can be made of; settled proposals only where they are compared already."""
    wanted = {candidate.proposal_id for candidate in compared if candidate.proposal_id}
    with storage.database.reading() as session:
        waiting = proposals.open_proposals(session, project_id)
        settled = [
            proposals.get_proposal(session, project_id, identity)
            for identity in sorted(wanted - {one.id for one in waiting})
        ]
        saved = revisions.list_revisions(session, "specification", project_id)
    return Choices(
        mappings=mapping_notes(storage, project_id),
        specifications=_against_now(saved),
        proposals=(*waiting, *settled),
    )


def _against_now(saved: Sequence[Revision]) -> dict[int, str]:
    """Return the number of every specification, the newest first, with what it has other than the newest."""
    contents = {**{one.number: one.content for one in saved}, 0: dict(ModelSpecification().as_dict())}
    now = next(iter(contents.values()))
    return {number: _told_apart(now, content) for number, content in contents.items()}


def _told_apart(now: dict[str, Any], own: dict[str, Any]) -> str:
    try:
        before, after = (ModelSpecification.from_dict(content).as_dict() for content in (now, own))
    except WorkshopError:  # one that cannot be read any more says so when it is to be fitted
        return "it cannot be read any more"
    said: list[str] = []
    # What is empty is in neither.
    names = (name for name in dict.fromkeys((*before, *after)) if name != "version")
    for name in (name for name in names if after.get(name) != before.get(name)):
        if isinstance(after.get(name) or before.get(name), list):
            said += setting_changes({name: before.get(name)}, {name: after.get(name)})
        else:
            said.append(f"{LABELS.get(name, name)}: {value_words(name, after.get(name))}")
    return listed(said, most=_MOST_DIFFERENCES)


def save_comparison(
    storage: Storage, project_id: str, candidates: Sequence[Candidate], *, base: Comparison, author: str
) -> Comparison:
    """Keep what shall be compared, chosen when `base` was in view.

    Raises
    ------
    BadInput
        If there are fewer than two or more than six candidates, one of them twice, or the author is a viewer.
    EditConflict
        If somebody else chose since; nothing is saved.
    """
    wanted = tuple(dict.fromkeys(candidates))
    if not FEWEST <= len(wanted) <= MOST:
        raise BadInput(
            f"{counted(len(wanted), 'different candidate')} {'was' if len(wanted) == 1 else 'were'} chosen",
            expected=f"{FEWEST} to {MOST} can be compared side by side",
            remedy="Add one" if len(wanted) < FEWEST else "Take some out",
        )
    at = now()
    with storage.database.transaction() as session:
        refuse_viewer(session, project_id, author)
        saved = revisions.save_revision(
            session,
            "comparison",
            project_id=project_id,
            base_number=base.number,
            content={"candidates": [candidate.as_dict() for candidate in wanted]},
            author=author,
            now=at,
        )
        if saved.number != base.number:
            detail = {"number": saved.number, "candidates": len(wanted)}
            entry = AuditEntry(project_id=project_id, at=at, author=author, action="comparison.saved", detail=detail)
            record(session, entry)
    return _read(saved)


def compare_merge(
    storage: Storage,
    project_id: str,
    groups: Sequence[Path],
    into: Path,
    *,
    base: Comparison,
    author: str,
) -> Comparison:
    """Compare what the project would be with groups merged; the merge waits as a proposal, nothing is edited.

    Parameters
    ----------
    groups : sequence of paths
        Groups of the mapping as it stands, two at least.
    into : path
        What they become.
    base : Comparison
        As it was in view; without candidates, the project as it is now is the first.

    Raises
    ------
    BadInput
        If there is nothing to merge, no room for another candidate, or the author is a viewer.
    EditConflict
        If somebody else chose since; only the proposal is kept.
    """
    with storage.database.reading() as session:
        refuse_viewer(session, project_id, author)
    _refuse_full(base)
    latest = current_mapping(storage, project_id)
    if len(groups) < FEWEST:
        raise BadInput(
            f"{counted(len(groups), 'group')} {'was' if len(groups) == 1 else 'were'} chosen",
            expected="a merge is made of two groups or more",
            remedy="Choose another group",
        )
    merged = merge_groups(latest.mapping, groups, into)
    message = f"merge {' and '.join(path[-1] for path in groups)} into {into[-1]}"
    kept = keep_proposal(storage, project_id, merged, base_number=latest.number, author=author, message=message)
    now_there = comparison_choices(storage, project_id).now
    added = replace(now_there, mapping_number=latest.number, proposal_id=kept)
    candidates = (*(base.candidates or (now_there,)), added)
    return save_comparison(storage, project_id, candidates, base=base, author=author)


def _refuse_full(base: Comparison) -> None:
    if len(base.candidates) >= MOST:
        raise BadInput(
            f"{counted(len(base.candidates), 'candidate')} are compared already",
            expected=f"at most {MOST} stand side by side",
            remedy="Take one out first",
        )


def mapping_of(storage: Storage, project_id: str, candidate: Candidate) -> Mapping:
    """Return the grouping of a candidate; raises `NotFound`."""
    if not candidate.proposal_id:
        return mapping_revision(storage, project_id, candidate.mapping_number).mapping
    with storage.database.reading() as session:
        return Mapping.from_dict(proposals.get_proposal(session, project_id, candidate.proposal_id).content)


def _read(revision: Revision | None) -> Comparison:
    if revision is None:
        return Comparison()
    found = tuple(Candidate.from_dict(plain) for plain in revision.content["candidates"])
    return Comparison(number=revision.number, candidates=found, author=revision.author)
