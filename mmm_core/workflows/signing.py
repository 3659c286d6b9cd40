"""Sign a scope: three roles stand behind three things; any later change voids every signature and says what it was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from mmm_core.documents.scope_content import ScopeContent
from mmm_core.documents.scope_document import Standing
from mmm_core.errors import BadInput, EditConflict, listed
from mmm_core.storage import signatures as stored
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.participants import Participant
from mmm_core.storage.signatures import StoredSignature
from mmm_core.taxonomy.names import comparable
from mmm_core.workflows.clock import now
from mmm_core.workflows.participants import list_participants
from mmm_core.workflows.roles import find_participant
from mmm_core.workflows.saying import checked_text
from mmm_core.workflows.scope_of import ScopeNow, changes_since, scope_now, state_key
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.signed_scopes import SIGNING_ROLES, signature_entries, signed_scopes, standing_entries
from mmm_core.workflows.statements import Statement, statement_of

CardState = Literal["signed", "void", "ready", "needs"]
_LONGEST_TEXT = 1_000
_MOST_READINGS = 5
"""How often the scope is read anew because somebody saved in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature as people see it.

    Attributes
    ----------
    statement, text : str
        What was signed in words, and what the signer added.
    valid : bool
        Whether the scope is still the one that was signed.
    withdrawn_at : datetime or None
    changes : tuple of str
        What changed since, in words; empty when it is valid.
    """

    participant: str
    role: str
    at: datetime
    statement: str
    text: str
    scope_fingerprint: str
    valid: bool
    withdrawn_at: datetime | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCard:
    """Where one role stands.

    Attributes
    ----------
    state : str
        "signed"; "void": signed, then the scope changed; "ready" to be signed; "needs" something first.
    people : tuple of str
        Who may sign.
    signature : Signature or None
        The one that counts, or the last one that did.
    """

    role: str
    state: CardState
    people: tuple[str, ...]
    statement: Statement
    signature: Signature | None

    @property
    def may_be_signed(self) -> bool:
        """Whether nothing stands in the way of a signature of this role."""
        return self.state != "signed" and not self.statement.needs


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Where the sign-off of a scope stands.

    Attributes
    ----------
    scope : ScopeNow
        What is to be signed, read at one moment.
    cards : tuple of RoleCard
        One per signing role.
    history : tuple of Signature
        Every signature ever given, the newest first; void and withdrawn ones stay.
    changes : tuple of str
        What changed since the newest signature that is void now.
    last_signed : ScopeContent or None
        The last other scope that all three signed.
    """

    status: Standing
    scope: ScopeNow
    cards: tuple[RoleCard, ...]
    history: tuple[Signature, ...]
    changes: tuple[str, ...]
    last_signed: ScopeContent | None

    @property
    def fingerprint(self) -> str:
        """Name of the scope in view; a signature is bound to it."""
        return self.scope.fingerprint

    @property
    def signatures(self) -> dict[str, Signature]:
        """The signature of each role that has one, valid or void."""
        return {card.role: card.signature for card in self.cards if card.signature is not None}

    @property
    def open(self) -> tuple[str, ...]:
        """What still stands in the way, in words."""
        return tuple(need for card in self.cards if card.state != "signed" for need in card.statement.needs)

    def other_role_of(self, name: str, role: str) -> str:
        """Return the role in which somebody has signed this scope already, where it is not this one; else ""."""
        given = (one.role for one in self.history if one.valid and comparable(one.participant) == comparable(name))
        return next((one for one in given if one != role), "")

    def card(self, role: str) -> RoleCard | None:
        """Return the card of a role, None when it does not sign."""
        return next((card for card in self.cards if card.role == role), None)


def sign_off_state(storage: Storage, project_id: str, scoped: Scoped) -> SignOff:
    """Read where the sign-off stands: statement, needs and signature per role, and what changed since."""
    scope, entries = scope_now(storage, project_id, scoped), signature_entries(storage, project_id)
    people = list_participants(storage, project_id)
    words = _Words(storage=storage, project_id=project_id, scoped=scoped, now=scope.content, known={})
    history = tuple(reversed(_history(entries, words)))
    cards = tuple(
        _card(role, history, people, statement_of(storage, project_id, scoped, scope, role)) for role in SIGNING_ROLES
    )
    signed = sum(card.state == "signed" for card in cards)
    void = [one for one in history if not one.valid and one.withdrawn_at is None]
    last = [one.content for one in signed_scopes(entries) if one.fingerprint != scope.fingerprint]
    return SignOff(
        status="signed" if signed == len(cards) else "partly signed" if signed else "draft",
        scope=scope,
        cards=cards,
        history=history,
        changes=void[0].changes if void and signed < len(cards) else (),
        last_signed=last[-1] if last else None,
    )


def sign(storage: Storage, project_id: str, scoped: Scoped, *, author: str, in_view: str, text: str = "") -> Signature:
    """Sign the scope in the author's role.

    Parameters
    ----------
    in_view : str
        Fingerprint of the scope that the author has before their eyes.
    text : str
        What the signer wants to add; may be empty.

    Raises
    ------
    BadInput
        If the author takes no part, has no role that signs or has signed this scope in another one, something must be
        settled first, or the role has signed.
    EditConflict
        If the scope changed since it was in view; nothing is signed.
    """
    text = checked_text(text, most=_LONGEST_TEXT)
    for _ in range(_MOST_READINGS):
        read_from = state_key(storage, project_id, scoped)
        state = sign_off_state(storage, project_id, scoped)
        with storage.database.transaction() as session:  # nobody else writes from here on
            if state_key(storage, project_id, scoped) == read_from:
                person = _signer(find_participant(session, project_id, author), author)
                entry = _entry(state, _open_card(state, person, in_view), person, text)
                _add(session, entry)
                return _signature(entry, valid=True)
    raise EditConflict(
        "Others kept changing the project while the scope was read",
        expected="nothing was signed",
        remedy="Look at it as it is now, then sign",
    )


def _entry(state: SignOff, card: RoleCard, person: Participant, text: str) -> StoredSignature:
    return StoredSignature(
        project_id=person.project_id,
        participant=person.name,
        role=person.role,
        action="signed",
        scope_fingerprint=state.fingerprint,
        text=text,
        content={**state.scope.content.as_dict(), "statement": card.statement.text},
        at=now(),
    )


def _add(session: Session, entry: StoredSignature) -> None:
    stored.add_signature(session, entry)
    detail = {"role": entry.role, "scope": entry.scope_fingerprint, "statement": entry.content["statement"]}
    audit = AuditEntry(
        project_id=entry.project_id, at=entry.at, author=entry.participant, action="scope.signed", detail=detail
    )
    record(session, audit)


def withdraw(storage: Storage, project_id: str, role: str, *, author: str) -> None:
    """Take the author's newest signature in a role back; it stays in the history as withdrawn.

    Raises
    ------
    BadInput
        If the author has given no signature in this role, or has withdrawn it.
    """
    with storage.database.transaction() as session:
        entries = standing_entries(stored.list_signatures(session, project_id))
        own = [one for one in entries if one.role == role and comparable(one.participant) == comparable(author)]
        if not own:
            raise BadInput(
                f"{author} has no signature for {role} to withdraw",
                expected="a signature is withdrawn by whoever gave it",
                remedy="Ask whoever signed, or say who you are in the sidebar",
            )
        at, last = now(), own[-1]
        gone = StoredSignature(
            project_id=project_id,
            participant=last.participant,
            role=role,
            action="withdrawn",
            scope_fingerprint=last.scope_fingerprint,
            at=at,
        )
        stored.add_signature(session, gone)
        detail = {"role": role, "scope": last.scope_fingerprint}
        entry = AuditEntry(
            project_id=project_id, at=at, author=author, action="scope.signature_withdrawn", detail=detail
        )
        record(session, entry)


def _signer(person: Participant | None, author: str) -> Participant:
    if person is None or person.role not in SIGNING_ROLES:
        raise BadInput(
            f"'{author}' takes part as a {person.role}" if person else f"'{author}' does not take part in this project",
            expected=f"a scope is signed by participants of {listed(SIGNING_ROLES)}",
            remedy="Say who you are in the sidebar, or give this person the role on the Project page",
        )
    return person


def _open_card(state: SignOff, person: Participant, in_view: str) -> RoleCard:
    """Return the card that the person signs; refuse what was not in view, is signed, or needs something first."""
    if state.fingerprint != in_view or not state.scope.mapping_is_latest:
        raise EditConflict(
            "The scope has changed since you had it in view",
            expected="nothing was signed",
            remedy="Look at what changed, then sign what stands there now",
        )
    other = state.other_role_of(person.name, person.role)
    if other:
        raise BadInput(
            f"{person.name} has signed this scope for {other}",
            expected="three people stand behind a scope, each in one role",
            remedy=f"Let somebody else sign for {person.role}, or withdraw the signature for {other} first",
        )
    card = next(card for card in state.cards if card.role == person.role)
    if card.state == "signed" and card.signature is not None:
        raise BadInput(
            f"{card.signature.participant} has signed for {person.role}",
            expected="one signature per role suffices",
            remedy="Nothing to do",
        )
    if card.statement.needs:
        raise BadInput(
            f"{person.role.capitalize()} cannot sign yet: {' '.join(card.statement.needs[:3])}".rstrip("."),
            expected="what the role stands behind must be settled first",
            remedy="Settle it, then sign",
        )
    return card


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Says what changed since a signed scope, once per scope."""

    storage: Storage
    project_id: str
    scoped: Scoped
    now: ScopeContent
    known: dict[str, tuple[str, ...]]

    def since(self, entry: StoredSignature) -> tuple[str, ...]:
        name = entry.scope_fingerprint
        if name not in self.known:
            before = ScopeContent.from_dict(entry.content)
            self.known[name] = changes_since(self.storage, self.project_id, self.scoped, before, self.now)
        return self.known[name]


def _history(entries: tuple[StoredSignature, ...], words: _Words) -> list[Signature]:
    """Return every signature, the oldest first, each with its withdrawal and what changed since."""
    made: list[Signature] = []
    last = {id(entry) for entry in standing_entries(entries)}
    here = words.now.fingerprint
    for place, entry in enumerate(entries):
        if entry.action == "signed":
            stands = id(entry) in last
            gone = None if stands else _withdrawn_at(entry, entries[place + 1 :])
            valid = stands and entry.scope_fingerprint == here
            since = words.since(entry) if stands and not valid else ()
            made.append(_signature(entry, valid=valid, withdrawn_at=gone, changes=since))
    return made


def _withdrawn_at(entry: StoredSignature, later: tuple[StoredSignature, ...]) -> datetime | None:
    key = (entry.participant, entry.role, entry.scope_fingerprint)
    return next(
        (
            one.at
            for one in later
            if one.action == "withdrawn" and (one.participant, one.role, one.scope_fingerprint) == key
        ),
        None,
    )


def _signature(
    entry: StoredSignature, *, valid: bool, withdrawn_at: datetime | None = None, changes: tuple[str, ...] = ()
) -> Signature:
    return Signature(
        participant=entry.participant,
        role=entry.role,
        at=entry.at,
        statement=str(entry.content.get("statement", "")),
        text=entry.text,
        scope_fingerprint=entry.scope_fingerprint,
        valid=valid,
        withdrawn_at=withdrawn_at,
        changes=changes,
    )


def _card(role: str, history: tuple[Signature, ...], people: tuple[Participant, ...], statement: Statement) -> RoleCard:
    own = [one for one in history if one.role == role]
    standing = [one for one in own if one.withdrawn_at is None]
    signature = next((one for one in standing if one.valid), own[0] if own else None)
    state: CardState = "needs" if statement.needs else "ready"
    if signature is not None and signature.valid:
        state = "signed"
    elif signature is not None and signature.withdrawn_at is None:
        state = "void"
    names = tuple(person.name for person in people if person.role == role)
    return RoleCard(role=role, state=state, people=names, statement=statement, signature=signature)
