"""Which periods are modelled, which of them are set aside, on what scale, and how the sampler runs."""

from datetime import date
from typing import Any

import numpy as np
import streamlit as st

from mmm_core.modeling.choice_words import LABELS
from mmm_core.modeling.scales import fix_scale
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from pages.ui.escaping import plain
from pages.ui.specifying.draft import field


def choose_data(spec: ModelSpecification, panel: Panel | None) -> dict[str, Any]:
    """Show the fields and return what they say."""
    left, right = st.columns(2, gap="large")
    with left:
        chosen = _periods(spec, panel) if panel is not None else {}
        if panel is not None:
            chosen |= _scale(spec, panel.between(chosen["window_first"], chosen["window_last"]))
    with right:
        return chosen | _sampler(spec)


def _periods(spec: ModelSpecification, panel: Panel) -> dict[str, Any]:
    days = [str(day) for day in np.datetime_as_string(panel.data["period"].values, unit="D")]
    first, last = spec.window_first or days[0], spec.window_last or days[-1]
    options = sorted({*days, first, last})
    start, end = st.select_slider(
        f"Modelled {panel.period}s", options, (first, last), key=field("window"), format_func=_day,
        help="What lies outside stays in the files and in every reconciliation, and out of the model.",
    )  # fmt: skip
    outliers = st.multiselect(
        LABELS["outliers"].replace("Period", panel.period.capitalize()), sorted({*days, *spec.outliers}),
        default=list(spec.outliers), format_func=_day, key=field("outliers"),
        help="Explained by nothing but themselves. A strike, an outage, a broken count: the spend of the period keeps "
        "its carry-over, its outcome teaches nothing, and forecasts know nothing of it.",
    )  # fmt: skip
    return {
        "window_first": "" if start == days[0] else start,
        "window_last": "" if end == days[-1] else end,
        "outliers": list(outliers),
    }


def _scale(spec: ModelSpecification, panel: Panel) -> dict[str, Any]:
    keep = st.toggle(
        LABELS["fixed_scale"], spec.fixed_scale is not None, key=field("scale"),
        help="Outcome and spend are scaled by their largest values. Kept, a new record does not move what is expected.",
    )  # fmt: skip
    if not keep:
        return {"fixed_scale": {}}
    if spec.fixed_scale is not None:
        st.caption(f"Kept from {plain(spec.fixed_scale.source)}.")
        return {}
    ends = [_day(str(panel.data["period"].values[at])[:10]) for at in (0, -1)]
    return {"fixed_scale": fix_scale(panel, source=f"the data from {ends[0]} to {ends[1]}").as_dict()}


def _sampler(spec: ModelSpecification) -> dict[str, Any]:
    chains = st.slider(
        LABELS["chains"], 2, max(8, spec.chains), spec.chains, key=field("chains"), help="Runs to compare."
    )
    draws = st.number_input(LABELS["draws"], 50, 20_000, spec.draws, step=50, key=field("draws"))
    seed = st.number_input(LABELS["seed"], 0, 2**32 - 1, spec.seed, key=field("seed"), help="Same seed, same numbers.")
    settled = st.toggle(LABELS["until_settled"], spec.until_settled, key=field("until-settled"))
    return {"chains": int(chains), "draws": int(draws), "seed": int(seed), "until_settled": settled}


def _day(day: str) -> str:
    return f"{date.fromisoformat(day):%d %b %Y}"
