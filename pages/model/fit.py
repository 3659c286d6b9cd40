"""Is the model fitted?"""

from collections.abc import Sequence

import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.findings import Finding
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.workflows.fitting import FitState, fit_state, start_fit
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import current_specification
from mmm_core.workflows.threads import what_blocks
from mmm_core.workflows.validating import trust_after, validation_state
from pages.ui.boundary import plain, show_error
from pages.ui.caching import revision_of, scoped_of
from pages.ui.diagnostics import show_diagnostics
from pages.ui.fits import fitted_panel
from pages.ui.journey import next_step
from pages.ui.progress import ending_words, show_progress
from pages.ui.signing.standing import standing_of, standing_of_fit
from pages.ui.state import author, crew, message_once, need_project, storage
from pages.ui.validation.running import watch_holdout
from pages.ui.validation.surface import show_verdicts
from pages.ui.validation.wording import in_a_sentence

_POLL_SECONDS = 1.0


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("Is the model fitted?")
    scoped = scoped_of(project)
    blocking = what_blocks(storage(), project, scoped) if scoped is not None else ()
    if scoped is None or scoped.panel is None or blocking:
        _blocked(scoped, blocking)
        return
    state = fit_state(storage(), project, scoped)
    st.write(_answer(project, scoped, state))
    if state.fit is not None:
        _verdict(state.fit)
        show_diagnostics(state.fit)
        st.page_link(
            "pages/model/compare.py", label="Compare it with other groupings", icon=":material/compare_arrows:"
        )
        next_step("See whether it can be trusted", "pages/model/validation.py")
    elif state.job is not None and state.job.is_open:
        _watch(project, scoped, state)
        _provisional(state)
    else:
        _provisional(state)
        if state.job is not None:
            _ended(state.job)
        _start(project, scoped)


def _answer(project: str, scoped: Scoped, state: FitState) -> str:
    if state.fit is not None:
        when = f"{state.fit.created_at:%d %b %Y at %H:%M} UTC"
        return f"Yes: {_what(scoped)}, fitted on {when}. {standing_of_fit(project, scoped, state.fit).sentence}"
    if state.job is not None and state.job.is_open:
        so_far = (
            "A provisional fit is there for a first look; the full one" if state.provisional else "Not yet: the fit"
        )
        return f"{so_far} of {_what(scoped)} is being made. You may leave this page or close it; it goes on."
    draft = "" if standing_of(project) == "signed" else " The scope is not signed: the fit will be a draft."
    return f"Not yet. {_what(scoped)} are ready; a fit takes some seconds and runs in the background.{draft}"


def _what(scoped: Scoped) -> str:
    sizes = scoped.panel.data.sizes if scoped.panel is not None else {"group": 0, "period": 0}
    step = scoped.ground.settings.period
    return f"{sizes['group']} groups over {sizes['period']} {step}s"


def _blocked(scoped: Scoped | None, blocking: Sequence[Finding]) -> None:
    if scoped is None:
        st.info("There is no data yet.", icon=":material/upload_file:")
        st.page_link("pages/scope/data.py", label="Bring the data", icon=":material/arrow_back:")
        return
    st.write(f"Not yet: {counted(len(blocking), 'finding')} must be settled first.")
    for finding in blocking:
        st.error(f"{plain(finding.message)} {plain(finding.remedy)}", icon=":material/error:")
    st.page_link("pages/scope/checks.py", label="Go to Checks", icon=":material/arrow_back:")


def _start(project: str, scoped: Scoped) -> None:
    warming = crew().status()["warming"]
    if warming:
        st.caption(f":material/hourglass_empty: Getting ready: {warming}. A fit can be asked for already.")
    trouble = crew().trouble()
    if trouble:
        st.error(plain(trouble), icon=":material/error:")
    if st.button("Fit the model", type="primary", key="start-fit", icon=":material/play_arrow:"):
        try:
            start_fit(
                crew(),
                project,
                scoped,
                current_specification(storage(), project),
                mapping_number=revision_of(project).number,
                author=author(),
            )
        except WorkshopError as error:
            show_error(error)
        else:
            st.rerun()


def _verdict(fit: StoredFit) -> None:
    """Say what the fit may be used for as soon as it is known; the test begins by itself when the fit is there."""
    panel = fitted_panel(fit)
    state = validation_state(storage(), fit, panel)
    trust = trust_after(state)
    if trust is not None:
        st.markdown(f"Can it be trusted? {in_a_sentence(trust)}")
        show_verdicts(trust.verdicts)
    elif state.job is not None and state.job.is_open:
        st.markdown(f"It is being tested on {panel.period}s that it has not seen. The verdict appears here by itself.")
        watch_holdout(fit, panel)
    else:
        why = f" {plain(state.why_not)}" if state.why_not else ""
        st.markdown(f"Whether it can be trusted is not known yet.{why}")


def _provisional(state: FitState) -> None:
    """Show what stands in for the full fit."""
    if state.provisional is None:
        return
    with st.container(border=True):
        show_diagnostics(state.provisional)
        st.page_link("pages/model/results.py", label="See the provisional results", icon=":material/arrow_forward:")


def _watch(project: str, scoped: Scoped, state: FitState) -> None:
    """Follow the job; the page runs again when the provisional fit is there, and when the job has ended."""

    @st.fragment(run_every=_POLL_SECONDS)
    def poll() -> None:
        now = fit_state(storage(), project, scoped)
        job = now.job
        if job is None or not job.is_open or now.provisional != state.provisional:
            st.rerun()
        show_progress(job)
        cancelling = job.cancel_requested
        if st.button("Cancelling" if cancelling else "Cancel", key="cancel-fit", disabled=cancelling):
            crew().cancel(job.id)
            message_once("Cancelling the fit")

    poll()


def _ended(job: Job) -> None:
    """Say how the last attempt ended and offer to take it up."""
    said = ending_words(job)
    if job.state == "failed":
        st.error(f"The last fit failed. {said}", icon=":material/error:")
        if job.message.get("trace"):
            with st.expander("Technical detail"):
                st.code(str(job.message["trace"]), language=None)
    elif job.state == "interrupted":
        st.warning(f"The last fit was interrupted. {said}", icon=":material/warning:")
        if st.button("Take it up again", key="resume-fit"):
            crew().resume(job.id)
            st.rerun()
    elif job.state == "cancelled":
        st.info("The last fit was cancelled.", icon=":material/cancel:")


show()
