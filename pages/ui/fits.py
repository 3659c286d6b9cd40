"""The fit that a page is about, and what may be said of it."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from mmm_core.charts.palette import colours_of
from mmm_core.estimands import BASELINE
from mmm_core.ingest.outcome_unit import outcome_unit
from mmm_core.panel.panel import Panel
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.opened import Storage
from mmm_core.workflows.fitting import fit_to_show, list_fits, panel_of
from mmm_core.workflows.push_back import caveats_of
from mmm_core.workflows.scoping import Scoped
from pages.ui.caching import scoped_of
from pages.ui.escaping import plain
from pages.ui.signing.standing import standing_of_fit
from pages.ui.state import storage


def need_fit(project: str) -> tuple[Scoped, StoredFit]:
    """Return the scope and its fit, provisional for want of a full one, or say how to get one and end the page."""
    scoped = scoped_of(project)
    fit = fit_to_show(storage(), project, scoped) if scoped is not None else None
    if scoped is None or scoped.panel is None or fit is None:
        st.info(_no_fit(project), icon=":material/model_training:")
        st.page_link("pages/model/fit.py", label="Go to Fit", icon=":material/arrow_back:")
        st.stop()
    return scoped, fit


def _no_fit(project: str) -> str:
    fits = list_fits(storage(), project)
    if not fits:
        return "There is no fit yet."
    return (
        "There is no fit of the present scope: data, mapping (names of groups included) or model changed since. The "
        f"last fit was made on mapping revision {fits[0].mapping_number}; it is kept, and comes back when that does."
    )


@st.cache_resource(max_entries=12, show_spinner=False)
def _panel(panel_fingerprint: str, _fit: StoredFit, _storage: Storage) -> Panel:  # noqa: ARG001  (the key of the cache)
    return panel_of(_storage, _fit)


def fitted_panel(fit: StoredFit) -> Panel:
    """Return what a fit was made on: the periods of the specification's window."""
    return _panel(fit.panel_fingerprint, fit, storage())


def draft_mark(project: str, scoped: Scoped, fit: StoredFit) -> str:
    """Return what charts and tables of a draft carry, "" when all three have signed the scope of the fit."""
    if fit.is_provisional:
        return "Provisional, a full fit follows"
    return "" if standing_of_fit(project, scoped, fit).status == "signed" else "Draft, scope not signed"


def with_standing(table: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Return a table for a download that says in every row whether it is a draft, or provisional."""
    return table.assign(standing=_standing(mark))


def caveats_here(project: str, scoped: Scoped) -> dict[str, str]:
    """Return what is said beside groups that were kept against the analyst's advice."""
    return caveats_of(storage(), project, scoped)


def show_caveats(said: Mapping[str, str]) -> None:
    """Say beside results which groups were kept against advice; each caveat once, however many groups it is about."""
    about: dict[str, list[str]] = {}
    for group, caveat in said.items():
        about.setdefault(caveat, []).append(group)
    for caveat, groups in about.items():
        st.caption(f":material/flag: **{plain(' and '.join(groups))}**: {plain(caveat)}.")


def file_name(stem: str, mark: str) -> str:
    """Name a CSV file; that of a draft or of a provisional fit says so."""
    return f"{stem}-{_standing(mark)}.csv" if mark else f"{stem}.csv"


def _standing(mark: str) -> str:
    """Return one word for a mark: draft, provisional, signed."""
    return mark.partition(",")[0].lower() or "signed"


def unit_of(scoped: Scoped) -> str:
    """Return what the outcome counts."""
    kpi = scoped.ground.data.kpi
    return outcome_unit(kpi.name, scoped.ground.settings.currency) if kpi is not None else ""


def colours(scoped: Scoped) -> dict[str, str]:
    """Return the colour of every group, the same on every page, and a neutral one for the baseline."""
    of_path = colours_of(scoped.mapping.leaves, scoped.mapping.colours)
    return {path[-1]: of_path[path] for path in scoped.mapping.leaves} | {BASELINE: "#8a949e"}
