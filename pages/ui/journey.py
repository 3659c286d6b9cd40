"""The journey: one step per page, with a mark that says where the project stands."""

from dataclasses import dataclass

import streamlit as st

from mmm_core.documents.scope_document import STANDING_WORDS, Standing
from mmm_core.errors import NotFound
from mmm_core.workflows.opening import Mark
from mmm_core.workflows.projects import get_project
from pages.ui.boundary import plain
from pages.ui.caching import marks_of
from pages.ui.people import choose_yourself
from pages.ui.signing.standing import standing_of
from pages.ui.state import project_id, show_message, storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page of the journey. `mark` names its entry in `mmm_core.workflows.opening.journey`."""

    section: str
    title: str
    file: str
    address: str
    mark: str = ""


STEPS = (
    Step(section="Scope", title="Project", file="pages/scope/project.py", address="project"),
    Step(section="Scope", title="Data", file="pages/scope/data.py", address="data", mark="data"),
    Step(section="Scope", title="Structure", file="pages/scope/structure.py", address="structure", mark="structure"),
    Step(section="Scope", title="Mapping", file="pages/scope/mapping.py", address="mapping", mark="mapping"),
    Step(section="Scope", title="Checks", file="pages/scope/checks.py", address="checks", mark="checks"),
    Step(section="Scope", title="Push-back", file="pages/scope/push_back.py", address="push-back", mark="push_back"),
    Step(section="Scope", title="Sign-off", file="pages/scope/sign_off.py", address="sign-off", mark="sign_off"),
    Step(
        section="Model",
        title="Specification",
        file="pages/model/specification.py",
        address="specification",
        mark="specification",
    ),
    Step(section="Model", title="Fit", file="pages/model/fit.py", address="fit", mark="fit"),
    Step(section="Model", title="Compare", file="pages/model/compare.py", address="compare", mark="compare"),
    Step(
        section="Model", title="Validation", file="pages/model/validation.py", address="validation", mark="validation"
    ),
    Step(section="Model", title="Results", file="pages/model/results.py", address="results", mark="results"),
    Step(section="Decide", title="Scenarios", file="pages/decide/scenarios.py", address="scenarios", mark="results"),
)

_ICONS: dict[Mark, str] = {
    "done": ":material/check_circle:",
    "needs you": ":material/pending:",
    "blocked": ":material/block:",
    "not started": ":material/radio_button_unchecked:",
}


def show_journey() -> None:
    """Fill the sidebar: project, journey with marks, who you are, and whether the scope is signed."""
    identity = project_id()
    show_message()
    with st.sidebar:
        name, standing, marks = _standing(identity)
        if identity is None or not name:
            st.subheader("MMM Workshop")
            st.page_link(STEPS[0].file, label="Project", icon=":material/folder_open:")
            return
        st.subheader(plain(name))
        st.caption(STANDING_WORDS[standing])
        section = ""
        for step in STEPS:
            if step.section != section:
                section = step.section
                st.caption(f"**{section}**")
            mark = marks.get(step.mark, "done")
            st.page_link(
                step.file,
                label=step.title,
                icon=_ICONS[mark],
                help=mark.capitalize(),
                query_params={"project": identity},
            )
        choose_yourself(identity)


def _standing(identity: str | None) -> tuple[str, Standing, dict[str, Mark]]:
    """Return the project's name, whether it is signed, and its marks; "" when it is gone: the page says so, once."""
    if identity is None:
        return "", "draft", {}
    try:
        name, standing = get_project(storage(), identity).settings.name, standing_of(identity)
        return name, standing, marks_of(identity, standing)
    except NotFound:
        return "", "draft", {}


def next_step(label: str, file: str) -> None:
    """Offer the one primary way on at the end of a page."""
    st.divider()
    if st.button(label, type="primary", key="next-step", icon=":material/arrow_forward:"):
        st.switch_page(file, query_params={"project": project_id() or ""})
