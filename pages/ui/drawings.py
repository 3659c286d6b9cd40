"""Put a frozen drawing on the page."""

import streamlit as st

from mmm_core.charts.frozen import Drawing


def show_drawing(drawing: Drawing, *, live: bool = False, key: str | None = None) -> None:
    """Show a chart over the full width; its description, read aloud by screen readers, holds the figures."""
    st.vega_lite_chart(drawing.spec(live=live), width="stretch", key=key)
