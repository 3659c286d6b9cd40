"""What does the model assume?"""

import streamlit as st

from mmm_core.errors import WorkshopError, listed
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.wording import sentences
from mmm_core.panel.panel import Panel
from mmm_core.workflows.modelled import modelled, paths_of
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import plain
from pages.ui.caching import scoped_of
from pages.ui.fits import unit_of
from pages.ui.specifying.before import show_before
from pages.ui.specifying.carried import show_carried
from pages.ui.specifying.data import choose_data
from pages.ui.specifying.draft import drafted, go_on, note_fields, open_base, show_saving
from pages.ui.specifying.drivers import choose_drivers
from pages.ui.specifying.expecting import choose_expectations
from pages.ui.specifying.media import choose_media
from pages.ui.specifying.suggesting import show_suggestions
from pages.ui.specifying.testing import show_tests
from pages.ui.state import need_project


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("What does the model assume?")
    scoped = scoped_of(project)
    panel = scoped.panel if scoped is not None else None
    base = open_base(project)
    spec = base.specification
    told = st.empty()
    _unknown(spec, scoped)
    suggestions = st.container()
    names = ["Media", "Expectations", "Other drivers", "Experiments", "Data and sampler"]
    media, expected, drivers, tests, data = st.tabs(names, key="spec-tabs")
    unit = unit_of(scoped) if scoped is not None else ""
    draft = drafted(
        base,
        (media, lambda: choose_media(spec, panel)),
        (expected, lambda: choose_expectations(spec, scoped, unit=unit)),
        (drivers, lambda: choose_drivers(spec, panel)),
        (data, lambda: choose_data(spec, panel)),
    )
    with suggestions:  # after the fields, which say whether something is not saved
        show_suggestions(project, base, scoped)
        show_carried(project, scoped)
    with tests:
        show_tests(project, base, scoped, _modelled(spec, scoped))
    with told.container():
        _sentences(draft or spec)
    show_saving(project, base, draft)
    show_before(scoped, draft)
    go_on(project, base, draft)
    note_fields()


def _modelled(spec: ModelSpecification, scoped: Scoped | None) -> Panel | None:
    """Return the periods that are modelled, which tests must suit."""
    try:
        model = modelled(scoped, spec) if scoped is not None else None
    except WorkshopError:  # shown where the window is chosen
        return None
    return model.panel if model is not None else None


def _sentences(spec: ModelSpecification) -> None:
    first, *rest = sentences(spec)
    st.write(plain(first))
    with st.expander("The whole model in words"):
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in rest))


def _unknown(spec: ModelSpecification, scoped: Scoped | None) -> None:
    """Tell what the specification says of groups that are gone."""
    gone = spec.names_nothing(paths_of(scoped)) if scoped is not None and scoped.panel is not None else ()
    if gone:
        st.warning(
            f"The specification speaks of {plain(listed(gone))}, which the tree does not have (any more). Expectations "
            "of it count for nothing; a lift test of it stops the fit. Rename the group back, or remove what is said.",
            icon=":material/warning:",
        )


show()
