"""Where the sign-off stands, kept by a name of everything that it is read from."""

import streamlit as st

from mmm_core.documents.scope_document import ScopeDocument, Standing
from mmm_core.errors import WorkshopError
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.opened import Storage
from mmm_core.workflows.scope_document import current_document
from mmm_core.workflows.scope_of import state_key
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.signed_scopes import FitStanding, fit_standing, project_standing
from mmm_core.workflows.signing import SignOff, sign_off_state
from pages.ui.caching import scoped_of
from pages.ui.state import storage


def sign_off_of(project: str, scoped: Scoped) -> SignOff:
    """Return where the sign-off of the scope in view stands."""
    return _sign_off(state_key(storage(), project, scoped), project, scoped, storage())


def document_of(project: str, scoped: Scoped, state: SignOff) -> ScopeDocument:
    """Return the scope document of a sign-off."""
    return _document(state_key(storage(), project, scoped), project, scoped, state, storage())


def standing_of(project: str) -> Standing:
    """Return whether the scope is signed; a project whose files cannot be read is a draft."""
    try:
        scoped = scoped_of(project)
    except WorkshopError:
        return "draft"
    if scoped is None:
        return "draft"
    return _standing(state_key(storage(), project, scoped), project, scoped, storage())


def standing_of_fit(project: str, scoped: Scoped, fit: StoredFit) -> FitStanding:
    """Return whether a fit was made on a scope that all three signed."""
    return _of_fit(state_key(storage(), project, scoped), fit.fingerprint, project, fit, scoped, storage())


@st.cache_resource(max_entries=8, show_spinner=False)
def _sign_off(key: str, project: str, _scoped: Scoped, _storage: Storage) -> SignOff:  # noqa: ARG001  (the key names what is read)
    return sign_off_state(_storage, project, _scoped)


@st.cache_resource(max_entries=4, show_spinner=False)
def _document(key: str, project: str, _scoped: Scoped, _state: SignOff, _storage: Storage) -> ScopeDocument:  # noqa: ARG001
    return current_document(_storage, project, _scoped, _state)


@st.cache_resource(max_entries=16, show_spinner=False)
def _standing(key: str, project: str, _scoped: Scoped, _storage: Storage) -> Standing:  # noqa: ARG001
    return project_standing(_storage, project, _scoped)


@st.cache_resource(max_entries=16, show_spinner=False)
def _of_fit(key: str, fit: str, project: str, _fit: StoredFit, _scoped: Scoped, _storage: Storage) -> FitStanding:  # noqa: ARG001
    return fit_standing(_storage, project, _fit, _scoped)
