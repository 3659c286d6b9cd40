"""Whether the sampler can be trusted, in words first."""

import streamlit as st

from mmm_core.estimands import doubts
from mmm_core.storage.fits import StoredFit


def warn_of_doubts(fit: StoredFit) -> bool:
    """Warn when the chains do not agree; tell whether there was reason to."""
    said = doubts(fit.summary["diagnostics"])
    if said:
        st.warning(
            f"The chains have not settled completely: {'; '.join(said)}. Read the figures as provisional; more draws "
            "or a clearer grouping help.",
            icon=":material/warning:",
        )
    return bool(said)


def show_diagnostics(fit: StoredFit) -> None:
    """Say whether the chains agree; the figures stand one click below."""
    found = fit.summary["diagnostics"]
    if not warn_of_doubts(fit):
        st.success("The chains agree: the sampler found one answer.", icon=":material/check:")
    seconds = found["seconds"]
    with st.expander("Figures of the sampler"):
        st.dataframe(
            {
                "Measure": [
                    "Largest r-hat (below 1.01 is good)",
                    "Smallest effective sample size, bulk (400 or more)",
                    "Smallest effective sample size, tail (400 or more)",
                    "Divergences (0 is good)",
                    "R2, in sample: proves nothing by itself",
                    "Mean absolute error, in sample",
                    "Sampler",
                    "Seconds",
                ],
                "Value": [
                    f"{found['r_hat_max']:.3f}",
                    f"{found['ess_bulk_min']:.0f}",
                    f"{found['ess_tail_min']:.0f}",
                    str(found["divergences"]),
                    f"{found['r2']:.3f}",
                    f"{100 * found['mape']:.1f} %",
                    str(found["sampler"]),
                    ", ".join(f"{stage} {value:.0f}" for stage, value in seconds.items()),
                ],
            },
            hide_index=True,
            key="diagnostics",
        )
