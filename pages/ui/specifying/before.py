"""What the choices say before the data speak: outcomes, returns and curves drawn from the priors, at once."""

import json
from statistics import NormalDist

import numpy as np
import pandas as pd
import streamlit as st

from mmm_core.charts.curves import carry_over_chart, response_chart
from mmm_core.charts.history import fit_against_actuals
from mmm_core.charts.intervals import roi_chart
from mmm_core.errors import BadInput, WorkshopError
from mmm_core.modeling.choice_words import in_labels
from mmm_core.modeling.design import make_design
from mmm_core.modeling.prior_predictive import PriorPredictive, draw_prior
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.workflows.modelled import Modelled, modelled
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import show_error
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.fits import colours, unit_of

_QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
_FEW_INSIDE = 0.8
"""Share of the periods in a 90 % range below which the range is the fault: 1 in 10 is expected to lie outside."""


def show_before(scoped: Scoped | None, draft: ModelSpecification | None) -> None:
    """Show what is believed under a specification."""
    if scoped is None or draft is None or scoped.panel is None:
        return
    st.subheader("Before the data speak")
    try:
        model = modelled(scoped, draft)
        if model is None:
            return
        key = (model.panel.fingerprint, json.dumps(model.specification.structure(), sort_keys=True))
        found = _drawn(key, model)
    except WorkshopError as error:
        show_error(in_labels(error, draft.as_dict()) if isinstance(error, BadInput) else error)
        return
    unit, currency = unit_of(scoped), scoped.ground.settings.currency
    st.write(_answer(found, model))
    for sentence in make_design(model.panel, model.specification).left_out:
        st.caption(f":material/info: {plain(sentence)}")
    outcomes, returns, curves = st.tabs(["Outcome", "Returns", "Curves of a group"], key="before-tabs")
    with outcomes:
        show_drawing(fit_against_actuals(_outcomes(found), unit=unit, period=model.panel.period), key="prior-outcome")
        st.caption("The band holds 9 in 10 of what the model thinks possible before it has seen one actual figure.")
    with returns:
        table = _returns(found).assign(colour=[colours(scoped)[group] for group in found.groups])
        show_drawing(roi_chart(table, unit=unit, currency=currency), key="prior-returns")
        st.caption("What the model expects of each group beforehand: from its share of spend, or from what you said.")
    with curves:
        _curves(found, scoped, model)


@st.cache_resource(max_entries=48, show_spinner=False)
def _drawn(key: tuple[str, str], _model: Modelled) -> PriorPredictive:  # noqa: ARG001  (the key of the cache)
    return draw_prior(_model.panel, _model.specification)


def _answer(found: PriorPredictive, model: Modelled) -> str:
    low, mean, high = (100 * share for share in found.media_share)
    inside, period = round(found.inside * len(found.actual)), model.panel.period
    said = (
        f"Media bring {mean:.0f} % of {plain(model.panel.kpi_name)} ({low:.0f} to {high:.0f} %), as far as the model "
        f"expects. {inside} of {len(found.actual)} {period}s lie where it thinks them possible."
    )
    if inside < _FEW_INSIDE * len(found.actual):
        said += " The data will surprise it: look at what the baseline may do, and at the expectations."
    return said


def _outcomes(found: PriorPredictive) -> pd.DataFrame:
    table = pd.DataFrame({"period": found.periods, "actual": found.actual})
    for name, share in _QUANTILES.items():
        table[name] = np.quantile(found.outcome, share, axis=0)
    return table


def _returns(found: PriorPredictive) -> pd.DataFrame:
    """Return the quantiles of each group's lognormal return."""
    mean = found.roi_middle * np.exp(found.roi_spread**2 / 2)
    ends = {
        name: found.roi_middle * np.exp(found.roi_spread * NormalDist().inv_cdf(share))
        for name, share in _QUANTILES.items()
    }
    return pd.DataFrame({"group": found.groups, "mean": mean, **ends})


def _curves(found: PriorPredictive, scoped: Scoped, model: Modelled) -> None:
    group = st.selectbox("Group", found.groups, format_func=str, key="before-curve-group")
    at, period = found.groups.index(group), model.panel.period
    colour, currency = colours(scoped)[group], scoped.ground.settings.currency
    left, right = st.columns(2, gap="large")
    with left:
        st.caption(f"Of the effect of {plain(group)}, so much comes in the {period} of the spend and in later ones.")
        lags = np.arange(found.carry_over.shape[-1])
        chart = carry_over_chart(_curve(lags, found.carry_over[:, at]), colour=colour, period=period)
        show_drawing(chart, key="prior-carry-over")
    with right:
        several = model.panel.data.sizes["geo"] > 1
        place = f" in {plain(found.largest_region[at])}, where most is spent" if several else ""
        st.caption(f"Of its full effect, so much is reached by spending this every {period}{place}.")
        chart = response_chart(
            _curve(found.spend[at], found.reached[:, at]),
            colour=colour,
            unit=f"{currency} per {period}",
            usual=float(found.usual_spend[at]),
        )
        show_drawing(chart, key="prior-response")


def _curve(at: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"at": at, **{name: np.quantile(values, share, axis=0) for name, share in _QUANTILES.items()}})
