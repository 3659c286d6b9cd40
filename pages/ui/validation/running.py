"""Ask for a holdout, watch it, and say how it ended."""

import streamlit as st

from mmm_core.errors import WorkshopError
from mmm_core.panel.panel import Panel
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.workflows.clock import now
from mmm_core.workflows.validating import ValidationState, start_holdout, validation_state
from pages.ui.boundary import show_error
from pages.ui.escaping import plain
from pages.ui.progress import ending_words, held_out_words
from pages.ui.state import author, crew, message_once, storage

_POLL_SECONDS = 2.0


def offers_holdout(fit: StoredFit, state: ValidationState) -> bool:
    """Tell whether the page offers to ask for a holdout: none was made, none is on its way, and one can be."""
    open_job = state.job is not None and state.job.is_open
    return state.validation is None and state.plan is not None and not fit.is_provisional and not open_job


def show_holdout_job(fit: StoredFit, panel: Panel, state: ValidationState) -> None:
    """Offer the holdout, or show how far it is; nothing where it is there or cannot be."""
    if state.validation is not None:
        return
    if state.plan is None:
        st.info(f"{plain(state.why_not)} Add history, then test it.", icon=":material/info:")
        return
    if fit.is_provisional:
        st.info("The full fit is on its way; it can be tested as soon as it is there.", icon=":material/hourglass:")
        return
    if state.job is not None and state.job.is_open:
        watch_holdout(fit, panel)
        return
    if state.job is not None:
        _ended(state.job)
    _offer(fit, panel, state)


def _offer(fit: StoredFit, panel: Panel, state: ValidationState) -> None:
    folds, foreseen = (len(state.plan.folds), state.plan.foreseen) if state.plan is not None else (0, 0)
    st.caption(
        f"The model is fitted again at {folds} point{'s' * (folds != 1)} of the past and foresees {foreseen} "
        f"{panel.period}s that it was not shown, then with fewer weeks and other priors, in the background; it takes "
        "about as long as three fits."
    )
    label = f"Test it on {foreseen} {panel.period}s it has not seen"
    if st.button(label, type="primary", key="start-holdout", icon=":material/play_arrow:"):
        try:
            start_holdout(crew(), fit, panel, author=author())
        except WorkshopError as error:
            show_error(error)
        else:
            st.rerun()


def watch_holdout(fit: StoredFit, panel: Panel) -> None:
    """Follow the job; the page runs again when it has ended."""

    @st.fragment(run_every=_POLL_SECONDS)
    def poll() -> None:
        job = validation_state(storage(), fit, panel).job
        if job is None or not job.is_open:
            st.rerun()
        _show_progress(job)
        cancelling = job.cancel_requested
        if st.button("Cancelling" if cancelling else "Cancel", key="cancel-holdout", disabled=cancelling):
            crew().cancel(job.id)
            message_once("Cancelling the test")

    poll()


def _show_progress(job: Job) -> None:
    told = job.progress
    begins = "Waiting for its turn" if job.started_at is None else "Fitting again on what was known then"
    parts = [held_out_words(job) or begins]
    if job.started_at is not None:
        parts.append(f"{(now() - job.started_at).total_seconds():.0f} s so far")
    if told and told.get("eta_seconds"):
        parts.append(f"about {told['eta_seconds']:.0f} s to go")
    st.progress(min(1.0, float(told.get("share", 0.0))), text=", ".join(parts))
    st.caption("You may leave this page or close it; the test goes on.")


def _ended(job: Job) -> None:
    """Say how the last attempt ended."""
    said = ending_words(job)
    if job.state == "failed":
        st.error(f"The last test failed. {said}", icon=":material/error:")
    elif job.state == "interrupted":
        st.warning("The last test was interrupted; start it again.", icon=":material/warning:")
    elif job.state == "cancelled":
        st.info("The last test was cancelled.", icon=":material/cancel:")
