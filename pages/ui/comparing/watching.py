"""How far each candidate is, without a reload; what is blocked, and what ended badly."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.jobs.holdout import HOLDOUT
from mmm_core.jobs.task import FIT
from mmm_core.storage.jobs import Job
from mmm_core.workflows.clock import now
from mmm_core.workflows.comparing import CandidateState, OpenCandidate, candidate_state
from pages.ui.escaping import plain
from pages.ui.progress import ending_words, held_out_words, stage_words
from pages.ui.state import crew, message_once, storage

_POLL_SECONDS = 1.0


def show_progress_of_all(project: str, opened: Sequence[OpenCandidate], shown: Sequence[CandidateState]) -> None:
    """Follow the jobs; the page runs again whenever there is more to show, and when nothing runs any more."""
    before = [state.key for state in shown]

    @st.fragment(run_every=_POLL_SECONDS)
    def poll() -> None:
        states = [candidate_state(storage(), project, one) for one in opened]
        running = [job for state in states for job in state.jobs if job.is_open]
        if [state.key for state in states] != before or not running:
            st.rerun()
        for state in states:
            _show(state)
        cancelling = bool(running) and all(job.cancel_requested for job in running)
        label = "Cancelling" if cancelling else "Cancel what is running"
        if st.button(label, key="cancel-comparison", disabled=cancelling):
            for job in running:
                crew().cancel(job.id)
            message_once("Cancelling")

    with st.container(border=True, key="comparison-progress"):
        poll()
        st.caption("You may leave this page or close it: the fits go on, and the comparison is kept.")


def show_troubles(states: Sequence[CandidateState]) -> None:
    """Say which candidates cannot be fitted, which attempts ended badly, and which fits cannot be tested."""
    for state in states:
        name, why_not = plain(state.opened.name), state.opened.why_not
        if why_not:
            st.warning(f"**{name}** is not fitted. {plain(why_not)}", icon=":material/block:")
        for job in state.jobs:
            if job.state in ("failed", "interrupted", "cancelled") and not _made(state, job):
                st.warning(f"**{name}**: {_ended(job)}", icon=":material/warning:")
        if state.validation is not None and state.validation.why_not:
            st.caption(f"**{name}** cannot be tested on held-out periods: {plain(state.validation.why_not)}")


def _made(state: CandidateState, job: Job) -> bool:
    """Tell whether what a job was for is there all the same, made by another one."""
    if job.kind == FIT:
        return state.fit.fit is not None
    return state.validation is not None and state.validation.validation is not None


def _ended(job: Job) -> str:
    what = "the fit" if job.kind == FIT else "the test on held-out periods"
    return f"{what} {'was ' if job.state != 'failed' else ''}{job.state}. {ending_words(job)}".strip()


def _show(state: CandidateState) -> None:
    name = plain(state.opened.name)
    running = next((job for job in state.jobs if job.is_open), None)
    if state.opened.why_not:
        st.markdown(f":material/block: **{name}**: blocked")
    elif running is not None:
        st.markdown(f":material/progress_activity: **{name}**: {_where(state, running)}")
    elif state.fit.fit is not None:
        tested = state.validation is not None and state.validation.validation is not None
        st.markdown(f":material/check_circle: **{name}**: fitted{' and tested' if tested else ''}")
    else:
        st.markdown(f":material/radio_button_unchecked: **{name}**: not fitted")


def _where(state: CandidateState, job: Job) -> str:
    if job.started_at is None:
        waits = "waits for its turn"
        return f"fitted; the test {waits}" if job.kind == HOLDOUT else waits
    seconds = f"{(now() - job.started_at).total_seconds():.0f} s so far"
    if job.kind == HOLDOUT:
        at = held_out_words(job)
        return f"fitted; being tested on held-out periods{f', {at[:1].lower()}{at[1:]}' if at else ''}, {seconds}"
    stage = stage_words(job)
    first = " (provisional results below)" if state.fit.provisional is not None else ""
    return f"{stage[:1].lower()}{stage[1:]}, {seconds}{first}"
