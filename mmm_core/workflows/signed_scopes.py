"""Which scopes were signed, by whom, and whether a fit belongs to one that all three signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mmm_core.documents.scope_content import ScopeContent
from mmm_core.documents.scope_document import Standing
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage import revisions
from mmm_core.storage import signatures as stored
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.opened import Storage
from mmm_core.storage.signatures import StoredSignature
from mmm_core.taxonomy.names import comparable
from mmm_core.workflows.mapping import mapping_revision
from mmm_core.workflows.modelled import modelled_fingerprint
from mmm_core.workflows.scope_of import mapping_fingerprint, scope_now
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import current_specification

SIGNING_ROLES = ("marketing", "finance", "analytics")
"""Every one of them has to sign; a viewer looks on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedScope:
    """A scope that all three roles signed; `at` is when the last of them did."""

    content: ScopeContent
    at: datetime

    @property
    def fingerprint(self) -> str:
        """Name of the scope."""
        return self.content.fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class FitStanding:
    """Whether a fit may be called signed.

    Attributes
    ----------
    status : str
        "signed" when its panel and its specification are those of a scope that all three signed.
    changed_since : bool
        Whether the scope has changed since it was signed; False for a draft, and where the scope was not given.
    """

    status: Literal["signed", "draft"]
    signed_at: datetime | None = None
    changed_since: bool = False

    @property
    def sentence(self) -> str:
        """The standing in words."""
        if self.status == "draft" or self.signed_at is None:
            return "Draft: no scope with these data, groups and model is signed by all three."
        since = "; the scope has changed since" if self.changed_since else ""
        return f"Made on the scope that all three signed on {self.signed_at:%d %b %Y}{since}."


def signature_entries(storage: Storage, project_id: str) -> tuple[StoredSignature, ...]:
    """Return every signature and withdrawal, the oldest first."""
    with storage.database.reading() as session:
        return stored.list_signatures(session, project_id)


def standing_entries(entries: Iterable[StoredSignature]) -> tuple[StoredSignature, ...]:
    """Return the signatures that their givers have not withdrawn, the oldest first; each is bound to its scope."""
    last: dict[tuple[str, str, str], StoredSignature] = {}
    for entry in entries:
        key = (comparable(entry.participant), entry.role, entry.scope_fingerprint)
        last.pop(key, None)
        last[key] = entry
    return tuple(entry for entry in last.values() if entry.action == "signed")


def signed_scopes(entries: Iterable[StoredSignature]) -> tuple[SignedScope, ...]:
    """Return the scopes that all three roles signed, the one that was completed last at the end."""
    by_scope: dict[str, dict[str, StoredSignature]] = {}
    for entry in standing_entries(entries):
        by_scope.setdefault(entry.scope_fingerprint, {}).setdefault(entry.role, entry)
    complete = [
        SignedScope(
            content=ScopeContent.from_dict(next(iter(own.values())).content),
            at=max(entry.at for entry in own.values()),
        )
        for own in by_scope.values()
        if set(SIGNING_ROLES) <= set(own)
    ]
    return tuple(sorted(complete, key=lambda scope: scope.at))


def project_standing(storage: Storage, project_id: str, scoped: Scoped | None) -> Standing:
    """Say whether the scope is signed; quick as long as nobody has signed what is in view."""
    entries = standing_entries(signature_entries(storage, project_id))
    if scoped is None or not entries:
        return "draft"
    panel = modelled_fingerprint(scoped, current_specification(storage, project_id).specification)
    if not any(entry.content["panel_fingerprint"] == panel for entry in entries):
        return "draft"
    here = scope_now(storage, project_id, scoped).fingerprint
    roles = {entry.role for entry in entries if entry.scope_fingerprint == here}
    return "signed" if set(SIGNING_ROLES) <= roles else "partly signed" if roles else "draft"


def fit_standing(storage: Storage, project_id: str, fit: StoredFit, scoped: Scoped | None = None) -> FitStanding:
    """Tell whether a fit was made on a scope that all three signed.

    Parameters
    ----------
    scoped : Scoped, optional
        The scope as it stands; with it the answer also says whether it has changed since.
    """
    signed = [
        scope
        for scope in signed_scopes(signature_entries(storage, project_id))
        if scope.content.panel_fingerprint == fit.panel_fingerprint
        and dict(scope.content.specification) == _structure_of(storage, project_id, fit)
        and _same_tree(storage, project_id, fit, scope.content)
    ]
    if not signed:
        return FitStanding(status="draft")
    newest, changed = signed[-1], False
    if scoped is not None:
        here = scope_now(storage, project_id, scoped).fingerprint
        newest = next((scope for scope in signed if scope.fingerprint == here), newest)
        changed = newest.fingerprint != here
    return FitStanding(status="signed", signed_at=newest.at, changed_since=changed)


def _same_tree(storage: Storage, project_id: str, fit: StoredFit, content: ScopeContent) -> bool:
    """Tell whether what is expected of branches meant the same groups; without such expectations the tree is no matter.

    The panel names groups and not where they stand.
    """
    if not {"expectations", "alike"} & set(content.specification):
        return True
    fitted = mapping_revision(storage, project_id, fit.mapping_number).mapping
    return mapping_fingerprint(fitted) == content.mapping


def _structure_of(storage: Storage, project_id: str, fit: StoredFit) -> dict[str, int | float | bool]:
    """Return the structure of the model that was fitted; revision 0 is the default before anybody changed it."""
    if fit.specification_number == 0:
        return ModelSpecification().structure()
    with storage.database.reading() as session:
        revision = revisions.get_revision(session, "specification", project_id, fit.specification_number)
    return ModelSpecification.from_dict(revision.content).structure()
