"""How the findings and objections of a scope ended, in the form that the scope keeps."""

from collections.abc import Iterable

from mmm_core import fingerprint
from mmm_core.checks.threads import Entry, FindingState
from mmm_core.documents.settled import SettledFinding, SettledObjection
from mmm_core.feasibility.answers import Answer, ObjectionState
from mmm_core.findings import Place
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import PATH_SEPARATOR
from mmm_core.taxonomy.recognition import OBJECTION, recognition_status
from mmm_core.workflows.push_back import objection_states
from mmm_core.workflows.recognition import recognitions
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.threads import finding_states


def settled_findings(storage: Storage, project_id: str, scoped: Scoped) -> tuple[SettledFinding, ...]:
    """Return every finding of the scope and every one that was talked about, each with where it stands."""
    return ended(finding_states(storage, project_id, scoped))


def settled_objections(
    storage: Storage, project_id: str, scoped: Scoped, specification: ModelSpecification
) -> tuple[SettledObjection, ...]:
    """Return the analyst's objections and those of people to groups, each with where it stands."""
    raised = objection_states(storage, project_id, scoped, specification)
    return (*objections_ended(raised), *_of_people(storage, project_id, scoped))


def objections_ended(states: Iterable[ObjectionState]) -> tuple[SettledObjection, ...]:
    """Return objections with their threads in the form that the scope keeps."""
    return tuple(_objection(state) for state in states)


def place_words(place: Place) -> str:
    """Say where a finding was made: source, sheet, columns, groups, and the first rows."""
    parts = []
    for name, value in place.as_dict().items():
        if name != "line_items":
            values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
            more = f" and {len(values) - 8} more" if len(values) > 8 else ""
            parts.append(f"{name} {', '.join(values[:8])}{more}")
    return "; ".join(parts)


def ended(states: Iterable[FindingState]) -> tuple[SettledFinding, ...]:
    """Return findings with their threads in the form that the scope keeps."""
    return tuple(_finding(state) for state in states)


def _finding(state: FindingState) -> SettledFinding:
    finding = state.finding
    return SettledFinding(
        key=state.key,
        code=state.code,
        severity=str(state.severity),
        message=state.message,
        status=state.status,
        place=place_words(finding.where) if finding is not None else "",
        remedy=finding.remedy if finding is not None else "",
        fingerprint=finding.fingerprint if finding is not None else "",
        reason=state.reason,
        by=state.by,
        said=tuple(map(_entry_words, state.entries)),
    )


def _entry_words(entry: Entry | Answer) -> str:
    """Write one entry of a thread on a line."""
    when = f"{entry.at:%Y-%m-%d} " if entry.at is not None else ""
    role = f" ({entry.role})" if entry.role else ""
    return f"{when}{entry.author}{role}, {entry.action}{': ' if entry.text else ''}{entry.text}"


def _objection(state: ObjectionState) -> SettledObjection:
    objection, answer = state.objection, state.answer
    return SettledObjection(
        key=state.key,
        rule=objection.rule,
        groups=objection.groups,
        sentence=objection.sentence,
        status="open" if state.status == "changed" else state.status,
        verdict=str(objection.verdict),
        fingerprint=objection.fingerprint,
        answer=state.answer_words,
        by=answer.author if answer is not None else "",
        caveat=state.caveat,
        said=tuple(map(_entry_words, state.entries)),
    )


def _of_people(storage: Storage, project_id: str, scoped: Scoped) -> Iterable[SettledObjection]:
    """Return the groups that participants object to: they do not recognise their business in them."""
    said = recognitions(storage, project_id)
    status = recognition_status(scoped.mapping, scoped.resolution, scoped.ground.items, said)
    for row in status[status["status"] == OBJECTION].to_dict("records"):
        path = PATH_SEPARATOR.join(row["path"])
        yield SettledObjection(
            key=fingerprint.short(fingerprint.of_content(["recognition", path, row["by"]])),
            rule="recognition",
            groups=(str(row["path"][-1]),),
            sentence=f"{row['by']} objects to '{row['path'][-1]}': {row['comment']}",
            status="open",
            fingerprint=fingerprint.of_content([path, row["by"], row["comment"]]),
            by=str(row["by"]),
            of_person=True,
        )
