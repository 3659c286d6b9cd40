"""Whether the sampler can be trusted, in words first."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmm_core.estimands import doubts
from mmm_core.storage.fits import StoredFit
from mmm_core.workflows.fitting import full_fit_of
from pages.ui.escaping import plain
from pages.ui.state import storage

_POLL_SECONDS = 2.0


def warn_of_doubts(fit: StoredFit) -> bool:
    """Warn when the chains do not agree or the fit is provisional; tell whether there was reason to."""
    if fit.is_provisional:
        _wait_for_full(fit)
        return True
    said = doubts(fit.summary["diagnostics"])
    if said:
        st.warning(
            f"The chains have not settled completely{_after(fit)}: {'; '.join(said)}. Read the figures with care; a "
            "clearer grouping or more draws help.",
            icon=":material/warning:",
        )
    return bool(said)


def show_diagnostics(fit: StoredFit) -> None:
    """Say whether the chains agree; the figures stand one click below."""
    found = fit.summary["diagnostics"]
    if not warn_of_doubts(fit):
        st.success(f"The chains agree{_after(fit)}: the sampler found one answer.", icon=":material/check:")
    if found.get("remark"):
        st.info(plain(f"{found['remark']}."), icon=":material/info:")
    with st.expander("Figures of the sampler"):
        st.dataframe(_figures(found), hide_index=True, key="diagnostics")
        if found.get("attempts"):
            st.dataframe(_runs(found["attempts"]), hide_index=True, key="attempts")


def _wait_for_full(fit: StoredFit) -> None:
    """Label a provisional fit, and run the page again when the full one is there."""

    @st.fragment(run_every=_POLL_SECONDS)
    def poll() -> None:
        if full_fit_of(storage(), fit) is not None:
            st.rerun()
        st.warning(
            "Provisional: a short run, good for a first look. The full fit takes its place by itself as soon as it is "
            "there; until then shares can move by some percentage points.",
            icon=":material/hourglass_top:",
        )

    poll()


def _after(fit: StoredFit) -> str:
    return ", after a second and more careful run" if len(fit.summary["diagnostics"].get("attempts", ())) > 1 else ""


def _figures(found: Mapping[str, Any]) -> dict[str, list[str]]:
    seconds = ", ".join(f"{stage} {value:.0f}" for stage, value in found["seconds"].items())
    rows = {
        "Largest r-hat (below 1.01 is good)": f"{found['r_hat_max']:.3f}",
        "Smallest effective sample size, bulk (400 or more)": f"{found['ess_bulk_min']:.0f}",
        "Smallest effective sample size, tail (400 or more)": f"{found['ess_tail_min']:.0f}",
        "Divergences (0 is good)": str(found["divergences"]),
        "R2, in sample: proves nothing by itself": f"{found['r2']:.3f}",
        "Mean absolute error, in sample": f"{100 * found['mape']:.1f} %",
        "Sampler": str(found["sampler"]),
        "Seconds": seconds,
    }
    return {"Measure": list(rows), "Value": list(rows.values())}


def _runs(attempts: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "Run": str(number),
            "Draws": f"{run['chains']} x ({run['tune']} + {run['draws']})",
            "Aim": f"{run['target_accept']:g}, {run['adaptation'].replace('_', ' ')}",
            "r-hat": f"{run['r_hat_max']:.3f}",
            "Effective": f"{min(run['ess_bulk_min'], run['ess_tail_min']):.0f}",
            "Divergences": str(run["divergences"]),
            "Seconds": f"{run['seconds']:.0f}",
        }
        for number, run in enumerate(attempts, start=1)
    ]
