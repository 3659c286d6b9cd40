"""The fit that a page is about, and what may be said of it."""

import streamlit as st

from mmm_core.charts.palette import colours_of
from mmm_core.estimands import BASELINE
from mmm_core.ingest.outcome_unit import outcome_unit
from mmm_core.storage.fits import StoredFit
from mmm_core.workflows.fitting import fit_of_scope, list_fits
from mmm_core.workflows.scoping import Scoped
from pages.ui.caching import scoped_of
from pages.ui.state import storage


def need_fit(project: str) -> tuple[Scoped, StoredFit]:
    """Return the scope and its fit, or say how to get one and end the page."""
    scoped = scoped_of(project)
    fit = fit_of_scope(storage(), project, scoped) if scoped is not None else None
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


def unit_of(scoped: Scoped) -> str:
    """Return what the outcome counts."""
    kpi = scoped.ground.data.kpi
    return outcome_unit(kpi.name, scoped.ground.settings.currency) if kpi is not None else ""


def colours(scoped: Scoped) -> dict[str, str]:
    """Return the colour of every group, the same on every page, and a neutral one for the baseline."""
    of_path = colours_of(scoped.mapping.leaves, scoped.mapping.colours)
    return {path[-1]: of_path[path] for path in scoped.mapping.leaves} | {BASELINE: "#8a949e"}
