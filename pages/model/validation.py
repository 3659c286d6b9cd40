"""Can this model be trusted?"""

import streamlit as st

from mmm_core.storage.fits import StoredFit
from mmm_core.storage.opened import Storage
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.trust import Trust
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.validating import measures_of, past_health, trust_of, validation_state
from pages.ui.fits import caveats_here, colours, draft_mark, fitted_panel, need_fit, show_caveats, unit_of
from pages.ui.journey import next_step
from pages.ui.signing.standing import standing_of_fit
from pages.ui.state import need_project, storage
from pages.ui.validation.decisions import show_decisions
from pages.ui.validation.held_out import show_health, show_held_out
from pages.ui.validation.running import offers_holdout, show_holdout_job
from pages.ui.validation.stability import show_stability
from pages.ui.validation.surface import show_checks, show_verdicts
from pages.ui.validation.wording import in_a_sentence


def show() -> None:
    """Render the page."""
    st.title("Can this model be trusted?")
    project = need_project()
    scoped, fit = need_fit(project)
    panel = fitted_panel(fit)
    mark = draft_mark(project, scoped, fit)
    state = validation_state(storage(), fit, panel)
    trust = trust_of(_measures(fit.artefact_key, fit, storage()), state)
    st.write(in_a_sentence(trust))
    st.caption(standing_of_fit(project, scoped, fit).sentence)
    show_caveats(caveats_here(project, scoped))
    running = state.validation is None and state.job is not None and state.job.is_open
    under_way = {check.remedy for check in trust.checks if check.status == "open"} if running else ()
    show_verdicts(trust.verdicts, under_way=under_way)
    show_holdout_job(fit, panel, state)
    _detail(project, scoped, trust, mark)
    if not offers_holdout(fit, state):
        next_step("See what each group brought", "pages/model/results.py")


def _detail(project: str, scoped: Scoped, trust: Trust, mark: str) -> None:
    wanting = sum(check.status in ("attention", "error") for check in trust.checks)
    period, currency = scoped.ground.settings.period, scoped.ground.settings.currency
    checks = f"Checks ({wanting} need{'s' * (wanting == 1)} you)" if wanting else "Checks"
    titles = [f"Held-out {period}s", "Stability", "Past decisions", checks, "Health"]
    if trust.holdout is None:
        titles = [checks, *(title for title in titles if title != checks)]
    tabs = dict(zip(titles, st.tabs(titles, key="validation-tabs"), strict=True))
    for title, tab in tabs.items():
        with tab:
            if title.startswith("Held-out"):
                show_held_out(trust, unit=unit_of(scoped), period=period, mark=mark)
            elif title == "Stability":
                show_stability(
                    trust, unit=unit_of(scoped), currency=currency, period=period, colours=colours(scoped), mark=mark
                )
            elif title == "Past decisions":
                show_decisions(trust, unit=unit_of(scoped), currency=currency, period=period, mark=mark)
            elif title == checks:
                show_checks(trust, mark)
            else:
                show_health(trust, past_health(storage(), project))


@st.cache_resource(max_entries=24, show_spinner="Looking at the fit")
def _measures(artefact_key: str, _fit: StoredFit, _storage: Storage) -> FitMeasures:  # noqa: ARG001  (the key of the cache)
    return measures_of(_storage, _fit)


show()
