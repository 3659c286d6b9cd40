"""What does the model assume?"""

from dataclasses import replace

import streamlit as st

from mmm_core.errors import WorkshopError
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.workflows.specification import SpecificationRevision, current_specification, save_specification
from pages.ui.boundary import plain, show_error
from pages.ui.caching import scoped_of
from pages.ui.in_view import note_shown, number_acted_on
from pages.ui.state import author, message_once, need_project, storage


def show() -> None:
    """Render the page."""
    project = need_project()
    current = current_specification(storage(), project)
    note_shown("specification", project, current.number)
    st.title("What does the model assume?")
    st.write(plain(current.specification.sentence()))
    scoped = scoped_of(project)
    if scoped is not None and scoped.panel is not None:
        sizes = scoped.panel.data.sizes
        st.caption(
            f"Model input: {sizes['period']} {scoped.panel.period}s, {sizes['group']} groups, "
            f"{sizes['control']} controls ({', '.join(map(str, scoped.panel.data['control'].values)) or 'none'})."
        )
    _form(project, current)


def _form(project: str, current: SpecificationRevision) -> None:
    spec = current.specification
    with st.form("specification", border=True):
        left, right = st.columns(2)
        with left:
            l_max = st.slider("Spend can work for how many periods", 1, 26, spec.adstock_l_max, key="spec-l-max")
            waves = st.slider(
                "Seasonal waves per year", 0, 6, spec.yearly_seasonality, key="spec-seasonality",
                help="0 for no season. Two waves follow a year with a summer and a winter of their own.",
            )  # fmt: skip
            effect = st.number_input(
                "Expected full effect of a group, % of the largest outcome", 0.1, 100.0,
                100 * spec.effect_median, step=1.0, key="spec-effect",
                help="The middle of what is expected before the data speak. The prior is lognormal.",
            )  # fmt: skip
        with right:
            chains = st.slider("Chains", 2, 8, spec.chains, key="spec-chains", help="Independent runs to compare.")
            draws = st.number_input("Draws per chain", 200, 5000, spec.draws, step=50, key="spec-draws")
            seed = st.number_input("Seed", 0, 2**31, spec.seed, key="spec-seed", help="Same seed, same numbers.")
        with st.container(horizontal=True):
            save = st.form_submit_button("Save", key="save-specification")
            go_on = st.form_submit_button(
                "Save and go to Fit", key="next-step", type="primary", icon=":material/arrow_forward:"
            )
        if save or go_on:
            changes = {
                "adstock_l_max": int(l_max),
                "yearly_seasonality": int(waves),
                "effect_median": float(effect) / 100,
                "chains": int(chains),
                "draws": int(draws),
                "seed": int(seed),
            }
            _save(project, current, changes, go_on=go_on)


def _save(project: str, current: SpecificationRevision, changes: dict[str, object], *, go_on: bool) -> None:
    try:
        wanted = ModelSpecification.from_dict({**current.specification.as_dict(), **changes})
        base = replace(current, number=number_acted_on("specification", project))
        save_specification(storage(), project, wanted, base=base, author=author())
    except WorkshopError as error:
        show_error(error)
    else:
        message_once("Specification saved")
        if go_on:
            st.switch_page("pages/model/fit.py", query_params={"project": project})
        st.rerun()


show()
