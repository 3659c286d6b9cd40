"""Whether the sampler can be trusted, in words first."""

import streamlit as st

from mmm_core.storage.fits import StoredFit

_R_HAT, _ESS = 1.01, 400
"""Vehtari et al. 2021, doi:10.1214/20-BA1221."""


def show_diagnostics(fit: StoredFit) -> None:
    """Say whether the chains agree; the figures stand one click below."""
    found = fit.summary["diagnostics"]
    doubts = doubts_of(found)
    if doubts:
        st.warning(
            f"The chains have not settled completely: {'; '.join(doubts)}. Read the figures as provisional; more draws "
            "or a clearer grouping help.",
            icon=":material/warning:",
        )
    else:
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


def doubts_of(found: dict) -> list[str]:
    """List what speaks against trusting the draws."""
    doubts = []
    if found["r_hat_max"] >= _R_HAT:
        doubts.append(f"r-hat is {found['r_hat_max']:.3f}")
    ess = min(found["ess_bulk_min"], found["ess_tail_min"])
    if ess < _ESS:
        doubts.append(f"the effective sample size is {ess:.0f} of the {_ESS} wanted")
    if found["divergences"]:
        doubts.append(f"{found['divergences']} draws diverged")
    return doubts
