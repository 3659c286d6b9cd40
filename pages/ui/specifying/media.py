"""How spend works: carry-over, diminishing returns, and what all media together are expected to bring."""

from typing import Any

import streamlit as st

from mmm_core.modeling.choice_words import LABELS, OPTIONS
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from pages.ui.specifying.draft import field


def choose_media(spec: ModelSpecification, panel: Panel | None) -> dict[str, Any]:
    """Show the fields and return what they say."""
    adstocks, saturations, ways = (list(OPTIONS[name]) for name in ("adstock", "saturation", "geo_effects"))
    left, right = st.columns(2, gap="large")
    with left:
        adstock = st.selectbox(
            LABELS["adstock"], adstocks, index=adstocks.index(spec.adstock),
            format_func=OPTIONS["adstock"].__getitem__, key=field("adstock"),
        )  # fmt: skip
        l_max = st.slider(LABELS["adstock_l_max"], 1, 26, min(spec.adstock_l_max, 26), key=field("l-max"))
        saturation = st.selectbox(
            LABELS["saturation"], saturations, index=saturations.index(spec.saturation),
            format_func=OPTIONS["saturation"].__getitem__, key=field("saturation"),
        )  # fmt: skip
    with right:
        share = st.number_input(
            LABELS["media_share"], 0.1, 1000.0, 100 * spec.media_share,
            step=5.0, key=field("media-share"),
            help="The average of what is expected before the data speak. It is shared out by spend, so cutting a group "
            "in two changes nothing.",
        )  # fmt: skip
        spread = st.number_input(
            LABELS["effect_spread"], 0.05, 3.0, spec.effect_spread, step=0.05,
            key=field("effect-spread"),
            help="0.9: in 9 of 10 cases between a quarter and 4.4 times the middle. Smaller is tighter.",
        )  # fmt: skip
        regional = panel is not None and panel.data.sizes["geo"] > 1
        geo = spec.geo_effects
        if regional or geo != "pooled":
            geo = st.radio(
                LABELS["geo_effects"], ways, index=ways.index(geo), format_func=OPTIONS["geo_effects"].__getitem__,
                key=field("geo-effects"),
            )  # fmt: skip
    chosen: dict[str, Any] = {
        "adstock": adstock,
        "saturation": saturation,
        "geo_effects": geo,
        # A field gives back 28.000000000000004 for 28: only what was changed is taken.
        "media_share": spec.media_share if share == 100 * spec.media_share else round(share / 100, 6),
        "effect_spread": round(spread, 6),
    }
    return chosen if l_max == min(spec.adstock_l_max, 26) else {**chosen, "adstock_l_max": int(l_max)}
