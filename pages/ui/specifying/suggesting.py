"""What the data say that the specification lacks: each with its reason, taken over by a click or not at all."""

import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.feasibility.suggesting import Suggestion, suggest_drivers
from mmm_core.feasibility.suggestion import Way
from mmm_core.workflows.modelled import Modelled, modelled
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import SpecificationRevision, save_specification
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.specifying.draft import is_changed, start_over
from pages.ui.specifying.drivers import countries
from pages.ui.state import author, message_once, storage

_COUNTRY_OF = {
    "AUD": "AU", "CAD": "CA", "CHF": "CH", "CZK": "CZ", "DKK": "DK", "GBP": "GB", "HUF": "HU", "JPY": "JP",
    "NOK": "NO", "NZD": "NZ", "PLN": "PL", "SEK": "SE", "USD": "US",
}  # fmt: skip
"""Currencies that one country stands for."""


def show_suggestions(project: str, base: SpecificationRevision, scoped: Scoped | None) -> None:
    """Offer what the data speak for; nothing is changed by looking."""
    if scoped is None or scoped.panel is None:
        return
    with st.expander("What the data say of the model", icon=":material/lightbulb:"):
        guess = _COUNTRY_OF.get(scoped.ground.settings.currency)
        place = st.selectbox(
            "Look for public holidays of", countries(), index=countries().index(guess) if guess else None,
            key="suggest-country", placeholder="A country, to see whether its holidays show",
        )  # fmt: skip
        try:
            model = modelled(scoped, base.specification)
            found = _suggested(_key(model, place), model, place) if model is not None else ()
        except WorkshopError as error:
            st.caption(f"Nothing can be said yet: {plain(str(error))}")
            return
        if not found:
            st.write("Nothing that the data speak for clearly. What people know and the data do not is theirs to add.")
            return
        locked = is_changed()
        st.caption(
            f"{counted(len(found), 'change')} that a quick regression speaks for, the clearest first. It knows nothing "
            "of causes: take over what you can explain." + (" Save or drop your other changes first." if locked else "")
        )
        _explain(found)
        for at, one in enumerate(found):
            _show(project, base, one, key=f"take-over-{base.number}-{at}", locked=locked)


def _show(project: str, base: SpecificationRevision, one: Suggestion, *, key: str, locked: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(one.reason), width="stretch")
        for at, way in enumerate(one.ways or (None,)):
            st.button(
                way.name if way is not None else "Take it over", key=f"{key}-{at}" if way is not None else key,
                disabled=locked, on_click=_take_over, args=(project, base, one, way), help=one.threshold,
            )  # fmt: skip


def _explain(found: tuple[Suggestion, ...]) -> None:
    """Say once what the ways do between which people are to choose."""
    told = {way.name: way.does for one in found for way in one.ways}
    if told:
        st.caption("\n".join(f"- **{plain(name)}** {plain(does)}" for name, does in told.items()))


def _take_over(project: str, base: SpecificationRevision, one: Suggestion, way: Way | None = None) -> None:
    with noting_problems():
        save_specification(storage(), project, one.applied(base.specification, way), base=base, author=author())
        start_over()
        message_once("Taken over and saved")


def _key(model: Modelled | None, place: str | None) -> tuple[str, str, str]:
    if model is None:
        return "", "", ""
    return model.panel.fingerprint, str(model.specification.structure()), place or ""


@st.cache_data(max_entries=24, show_spinner="Looking at the data")
def _suggested(key: tuple[str, str, str], _model: Modelled, place: str | None) -> tuple[Suggestion, ...]:  # noqa: ARG001
    return suggest_drivers(_model.panel, _model.specification, places=(place,) if place else ())
