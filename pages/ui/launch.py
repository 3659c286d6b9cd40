"""Start Streamlit on `app.py`: `python -m pages.ui.launch [options of streamlit run]`, from the project's folder.

Until `st.navigation` has run once in a process, Streamlit takes any folder called `pages` for its older kind of
multipage app, and greets the first visitor who comes by a link to a page with "Page not found". So it runs here first.
"""

import sys

import streamlit as st
from streamlit.web import cli


def main() -> None:
    """Run the app until it is stopped."""
    st.navigation([st.Page(lambda: None, title="MMM Workshop", url_path="start")], position="hidden")
    sys.argv = ["streamlit", "run", "app.py", *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
