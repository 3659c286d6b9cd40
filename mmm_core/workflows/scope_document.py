"""Write the scope of a project down: one document, whoever renders it."""

from datetime import datetime

from mmm_core.documents.agenda import Agenda
from mmm_core.documents.scope_content import ScopeContent
from mmm_core.documents.scope_document import Column, Row, ScopeDocument, Section, Standing, Table
from mmm_core.documents.settled import SettledFinding, SettledObjection
from mmm_core.errors import counted
from mmm_core.modeling.choice_words import setting_rows
from mmm_core.modeling.wording import sentences
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.difference import MappingDifference
from mmm_core.workflows.clock import now
from mmm_core.workflows.scope_of import ScopeNow, changes_since, mapping_change
from mmm_core.workflows.scope_tables import (
    control_totals_table,
    corrections_table,
    groups_sentence,
    groups_table,
    left_out_table,
    line_items_table,
    moved_tables,
    reconciliation_table,
)
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.signing import RoleCard, Signature, SignOff
from mmm_core.workflows.statements import control_totals_words, money_statement

_STATES = {"signed": "Signed", "void": "Void: the scope changed", "ready": "Not signed", "needs": "Not signed"}
_SEVERITIES = {"error": "Error", "warning": "Warning", "note": "Note"}


def current_document(storage: Storage, project_id: str, scoped: Scoped, state: SignOff) -> ScopeDocument:
    """Write down the scope whose sign-off is `state`, with the difference to the last one that all three signed."""
    since: tuple[str, ...] = ()
    moved = None
    if state.last_signed is not None:
        since = changes_since(storage, project_id, scoped, state.last_signed, state.scope.content)
        if state.last_signed.mapping != state.scope.content.mapping:
            moved = mapping_change(storage, project_id, scoped, state.last_signed.mapping_number)
    signatures = _signatures(state.cards, state.history)
    changed = _changed(state.last_signed, since, moved)
    return _document(scoped, state.scope, state.status, (signatures, changed))


def unsigned_document(scoped: Scoped, scope: ScopeNow, *, note: str) -> ScopeDocument:
    """Write down a scope that has no history and no signatures, such as that of a workshop file."""
    nobody = Section(title="Who stands behind this scope?", sentence=note)
    return _document(scoped, scope, "draft", (nobody,))


def _document(scoped: Scoped, scope: ScopeNow, standing: Standing, first: tuple[Section, ...]) -> ScopeDocument:
    return ScopeDocument(
        project=scope.settings.name,
        client=scope.settings.client,
        currency=scope.settings.currency,
        standing=standing,
        fingerprint=scope.fingerprint,
        mapping_number=scope.content.mapping_number,
        written_at=now(),
        sections=(
            *first,
            Section(
                title="Which groups, and what was spent on them?",
                sentence=groups_sentence(scoped),
                tables=(groups_table(scoped), line_items_table(scoped)),
                new_page=True,
            ),
            _money(scoped, scope),
            _findings(scope.findings),
            _push_back(scope.objections),
            _model(scoped, scope),
            _agenda(scope.agenda.agenda),
            _files(scope.content),
        ),
    )


def _signatures(cards: tuple[RoleCard, ...], history: tuple[Signature, ...]) -> Section:
    signed = [card for card in cards if card.state == "signed"]
    rows: list[Row] = []
    for card in cards:
        one = card.signature if card.state in ("signed", "void") else None
        statement = one.statement if one else card.statement.text
        who, when, added = (one.participant, _moment(one.at), one.text) if one else ("", "", "")
        rows.append((card.role.capitalize(), statement, _STATES[card.state], who, when, added))
    columns = (
        Column(title="Role"),
        Column(title="What they stand behind", wide=True),
        Column(title="State"),
        Column(title="Who"),
        Column(title="When"),
        Column(title="Added", wide=True),
    )
    counting = {id(card.signature) for card in cards if card.state in ("signed", "void")}
    earlier = tuple(
        (one.role.capitalize(), one.statement, _ended(one), one.participant, _moment(one.at), one.text)
        for one in history
        if id(one) not in counting
    )
    former = Table(name="Earlier signatures", columns=columns, rows=earlier)
    return Section(
        title="Who stands behind this scope?",
        sentence=f"{len(signed)} of {len(cards)} roles have signed it as it stands.",
        tables=(Table(name="Signatures", columns=columns, rows=tuple(rows)), *([former] if earlier else [])),
    )


def _ended(one: Signature) -> str:
    if one.withdrawn_at is not None:
        return f"Withdrawn {_moment(one.withdrawn_at)}"
    return "Signed" if one.valid else "Void: the scope changed"


def _changed(last: ScopeContent | None, since: tuple[str, ...], moved: MappingDifference | None) -> Section:
    title = "What changed since the last signed scope?"
    if last is None:
        return Section(title=title, sentence="No other scope of this project was signed by all three before.")
    told = Table(
        name="Changes", columns=(Column(title="What changed", wide=True),), rows=tuple((one,) for one in since)
    )
    sentence = f"{counted(len(since), 'change')} since mapping revision {last.mapping_number} was signed by all three."
    return Section(title=title, sentence=sentence, tables=(told, *moved_tables(moved)))


def _money(scoped: Scoped, scope: ScopeNow) -> Section:
    compared = control_totals_table(scoped)
    return Section(
        title="Do the numbers add up?",
        sentence=money_statement(scoped, scope).text,
        notes=(control_totals_words(scoped, scope),) if compared.rows else (),
        tables=(
            reconciliation_table(scoped),
            left_out_table(scoped),
            corrections_table(scoped, scope.corrections),
            compared,
        ),
        new_page=True,
    )


def _findings(findings: tuple[SettledFinding, ...]) -> Section:
    order = {name: place for place, name in enumerate(_SEVERITIES)}
    ordered = sorted(findings, key=lambda one: (one.status == "gone", order.get(one.severity, len(order))))
    rows = tuple(
        (
            _SEVERITIES.get(one.severity, ""),
            one.message or one.code,
            one.place,
            "For the record" if one.status == "open" and one.severity == "note" else one.status.capitalize(),
            one.reason,
            one.by,
            "\n".join(one.said),
            one.code,
        )
        for one in ordered
    )
    columns = (
        Column(title="Weight"),
        Column(title="What was found", wide=True),
        Column(title="Where", wide=True),
        Column(title="Ended as"),
        Column(title="Reason", wide=True),
        Column(title="By"),
        Column(title="Thread", wide=True),
        Column(title="Code"),
    )
    ended = {status: sum(one.status == status for one in findings) for status in ("accepted", "waived", "gone")}
    waiting = [one.severity != "note" for one in findings if one.is_open]  # a note waits for nobody
    sentence = (
        f"{counted(len(findings), 'finding')}: {waiting.count(True)} open, {ended['accepted']} accepted, "
        f"{ended['waived']} waived, {ended['gone']} no longer found, {waiting.count(False)} for the record."
    )
    table = Table(name="Findings", columns=columns, rows=rows, empty="Nothing was found.")
    return Section(title="What was found, and how did it end?", sentence=sentence, tables=(table,), new_page=True)


def _push_back(objections: tuple[SettledObjection, ...]) -> Section:
    rows = tuple(
        (
            ", ".join(one.groups),
            one.sentence,
            one.verdict.capitalize(),
            one.status.capitalize(),
            one.answer,
            one.by,
            "\n".join(one.said),
        )
        for one in objections
    )
    columns = (
        Column(title="Groups"),
        Column(title="Objection", wide=True),
        Column(title="Verdict"),
        Column(title="Ended as"),
        Column(title="Answer", wide=True),
        Column(title="By"),
        Column(title="Thread", wide=True),
    )
    caveats = tuple((", ".join(one.groups), one.caveat) for one in objections if one.caveat)
    told = Table(
        name="Caveats",
        columns=(Column(title="Groups"), Column(title="What is said beside every later result", wide=True)),
        rows=caveats,
        empty="No group carries a caveat.",
    )
    still = sum(one.is_open for one in objections)
    return Section(
        title="What was objected to, and what was answered?",
        sentence=f"{counted(len(objections), 'objection')}, {still} of them open." if rows else "No objection.",
        tables=(Table(name="Push-back", columns=columns, rows=rows, empty="No objection was raised."), told),
    )


def _model(scoped: Scoped, scope: ScopeNow) -> Section:
    notes: tuple[str, ...] = ("There is no model input yet.",)
    if scoped.panel is not None:
        sizes, panel = scoped.panel.data.sizes, scoped.panel
        controls = ", ".join(map(str, panel.data["control"].values)) or "none"
        first, last = (str(panel.data["period"].values[place])[:10] for place in (0, -1))
        covered = f"{counted(sizes['period'], panel.period)} from {first} to {last}, {counted(sizes['group'], 'group')}"
        notes = (f"Model input: {covered}, outcome {panel.kpi_name}, controls: {controls}.",)
    columns = (Column(title="Setting"), Column(title="Value"))
    table = Table(name="Model", columns=columns, rows=setting_rows(scope.specification))
    return Section(
        title="Which model will be fitted?",
        sentence=" ".join(sentences(scope.specification)),
        notes=notes,
        tables=(table,),
    )


def _agenda(agenda: Agenda) -> Section:
    owed = tuple((one.what, one.who, one.until, "Yes" if one.received else "Not yet") for one in agenda.owed)
    said = (
        f"{counted(len(agenda.questions), 'planning question')}, {counted(len(agenda.actions), 'action')} foreseen, "
        f"{counted(len(agenda.still_owed), 'piece')} of data still owed."
    )
    asked, acted = Column(title="Planning question", wide=True), Column(title="Action foreseen", wide=True)
    debts = (Column(title="What", wide=True), Column(title="Who"), Column(title="Until"), Column(title="Received"))
    nothing = "Nothing was written down."
    return Section(
        title="What is it for, and what is still owed?",
        sentence=said,
        tables=(
            Table(name="Questions", columns=(asked,), rows=tuple((one,) for one in agenda.questions), empty=nothing),
            Table(name="Actions", columns=(acted,), rows=tuple((one,) for one in agenda.actions), empty=nothing),
            Table(name="Data owed", columns=debts, rows=owed, empty="No data are owed."),
        ),
    )


def _files(content: ScopeContent) -> Section:
    rows = tuple(
        (str(one["kind"]).replace("_", " "), one["name"], one["sheet"], one["fingerprint"])
        for one in content.data["sources"]
    )
    columns = (
        *(Column(title=title) for title in ("Kind", "File", "Sheet")),
        Column(title="Fingerprint (sha256)", wide=True),
    )
    table = Table(name="Files", columns=columns, rows=rows)
    return Section(title="Which files does it rest on?", sentence=f"{len(rows):,} files or sheets.", tables=(table,))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
