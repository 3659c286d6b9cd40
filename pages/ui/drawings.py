"""Put a frozen drawing on the page."""

import streamlit as st

from mmm_core.charts.frozen import Drawing


def show_drawing(drawing: Drawing, *, live: bool = False, key: str | None = None, mark: str = "") -> None:
    """Show a chart over the full width; its description, read aloud by screen readers, holds the figures.

    Parameters
    ----------
    mark : str
        Stands above the chart and in every picture that is saved of it, such as "Draft, not signed".
    """
    spec = drawing.spec(live=live)
    if mark:
        spec["title"] = {"text": mark, "anchor": "end", "fontSize": 11, "fontWeight": "normal", "offset": 4}
    st.vega_lite_chart(spec, width="stretch", key=key)
