"""How far a running fit is."""

import streamlit as st

from mmm_core.storage.jobs import Job
from mmm_core.workflows.clock import now
from pages.ui.escaping import plain

_STAGES = {
    "": "Waiting for its turn",
    "build": "Building the model",
    "compile": "Compiling the model",
    "preview": "Drawing a provisional fit",
    "sample": "Drawing from the posterior",
    "again": "Drawing again, with more care",
    "summarise": "Summing up",
}


def stage_words(job: Job) -> str:
    """Say what a job is at."""
    return _STAGES.get(job.stage, job.stage)


def held_out_words(job: Job) -> str:
    """Say what the test of a fit on held-out periods is at; "" before it has begun."""
    told = job.progress
    if not told:
        return ""
    return (
        f"Refit {told['refit']} of {told['refits']}"
        if told.get("refit")
        else f"Forecast {told['fold']} of {told['folds']}"
    )


def ending_words(job: Job) -> str:
    """Say why a job ended as it did."""
    return plain(" ".join(str(job.message.get(part, "")) for part in ("found", "where", "expected", "remedy")).strip())


def show_progress(job: Job) -> None:
    """Show stage, draws per chain, divergences, elapsed time and time to go."""
    progress = job.progress
    chains = progress.get("chains") or ()
    elapsed = (now() - job.started_at).total_seconds() if job.started_at else None
    to_go = progress.get("eta_seconds")
    parts = [stage_words(job)]
    if elapsed is not None:
        parts.append(f"{elapsed:.0f} s so far")
    if to_go:
        parts.append(f"about {to_go:.0f} s to go")
    st.markdown(f"**{', '.join(parts)}**")
    if progress.get("note"):
        st.caption(plain(f"{progress['note']}."))
    if not chains:
        st.progress(0.0)
        return
    for number, (chain, column) in enumerate(zip(chains, st.columns(len(chains)), strict=True), start=1):
        label = f"Chain {number}: {chain['draws']} of {chain['total']}{', warming up' if chain['tuning'] else ''}"
        column.progress(min(1.0, chain["draws"] / max(1, chain["total"])), text=label)
    divergences = sum(chain["divergences"] for chain in chains)
    st.caption(f"{divergences} divergences so far" if divergences else "No divergences so far")
