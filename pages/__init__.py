"""Thin Streamlit pages: read state, call a workflow, render. Nested folders, see docs/decisions/0001."""
