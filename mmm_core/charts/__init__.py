"""DataFrame to chart: authored in Altair once, frozen, then only the data is swapped.

Every chart function returns a `frozen.Drawing`; a page shows it with
`st.vega_lite_chart(drawing.spec(), width="stretch")`. Text and axes take their colours from Streamlit's theme, data
colours come from `palette` and read on light and dark. Nothing here knows Streamlit.
"""
