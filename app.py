"""The frame of the app: page config, journey, who you are, error boundary."""

from pathlib import Path

import streamlit as st

from pages.ui.boundary import boundary
from pages.ui.journey import STEPS, show_journey
from pages.ui.state import crew, keep_project_in_address

st.set_page_config(page_title="MMM Workshop", page_icon="pages/ui/icon.png", layout="wide")
st.html(Path(__file__).parent / "pages" / "ui" / "style.css")

pages = {
    step.file: st.Page(step.file, title=step.title, url_path=step.address, default=step is STEPS[0]) for step in STEPS
}
page = st.navigation(list(pages.values()), position="hidden")
crew()
keep_project_in_address()
with boundary():
    show_journey()
with boundary():
    page.run()
