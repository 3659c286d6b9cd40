"""Which project do you work on?"""

from dataclasses import replace

import streamlit as st

from mmm_core.errors import WorkshopError
from mmm_core.settings import WEEKDAYS, ProjectSettings
from mmm_core.workflows.demo import create_demo
from mmm_core.workflows.projects import ProjectCard, change_settings, create_project, delete_project, list_projects
from mmm_core.workflows.sources import list_sources
from mmm_core.workflows.taking_in import export_project
from pages.ui.agenda import show_agenda
from pages.ui.boundary import plain, show_error
from pages.ui.journey import next_step
from pages.ui.people import show_people
from pages.ui.state import author, message_once, open_project, project_id, show_problem, storage

PERIODS = {"week": "Week", "day": "Day"}


def show() -> None:
    """Render the page."""
    st.title("Which project do you work on?")
    show_problem()
    cards = list_projects(storage())
    opened = next((card for card in cards if card.id == project_id()), None)
    st.write(_answer(cards, opened))
    with st.container(horizontal=True):
        if st.button("New project", key="new-project", icon=":material/add:"):
            _create()
        if st.button("Try the demo client", key="try-demo", icon=":material/storefront:"):
            _demo()
    for card in cards:
        _card(card, is_open=opened is not None and card.id == opened.id)
    if opened is not None:
        show_people(opened.id)
        show_agenda(opened.id)
        _take_along(opened)
        next_step("Bring the data", "pages/scope/data.py")


def _answer(cards: tuple[ProjectCard, ...], opened: ProjectCard | None) -> str:
    if opened is not None:
        return f"You are in **{plain(opened.settings.name)}**."
    if cards:
        here = "1 project is" if len(cards) == 1 else f"{len(cards)} projects are"
        return f"{here} here; open one or start another."
    return (
        "No project is here yet. A project holds one client's files, groups, fits and scenarios. "
        "The demo client is a fictitious retailer to try everything on."
    )


def _card(card: ProjectCard, *, is_open: bool) -> None:
    settings = card.settings
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(f"**{plain(settings.name)}**{'  :material/check: open' if is_open else ''}")
            rhythm = f"weeks from {settings.week_start.title()}" if settings.period == "week" else "days"
            client = f"{plain(settings.client)}, " if settings.client else ""
            st.caption(f"{client}{settings.currency}, {rhythm}, created {card.created_at:%d %b %Y}")
        if not is_open and st.button("Open", key=f"open-{card.id}"):
            open_project(card.id)
            st.rerun()
        if st.button("Settings", key=f"settings-{card.id}"):
            _change(card)
        if st.button(
            "", key=f"delete-{card.id}", icon=":material/delete:", type="tertiary", help="Delete this project"
        ):
            _delete(card)


def _take_along(card: ProjectCard) -> None:
    """Offer the project as a folder for the command line, as soon as it has media and an outcome."""
    if {"media", "kpi"} <= {source.kind for source in list_sources(storage(), card.id)}:
        st.download_button(
            "Download as a folder",
            lambda: export_project(storage(), card.id),
            "workshop.zip",
            "application/zip",
            key="export-project",
            icon=":material/download:",
            help="workshop.toml with the files that it names; mmm-workshop run gives the same numbers from it.",
        )


def _settings_form(base: ProjectSettings) -> ProjectSettings:
    name = st.text_input("Name", value=base.name, key="project-name", placeholder="For instance: Veldoro 2026")
    client = st.text_input(
        "Client",
        value=base.client,
        key="project-client",
        placeholder="For instance: Veldoro",
        help="Projects of one client learn from each other's groups. No figure depends on it.",
    )
    currency = st.text_input("Currency of the budgets", value=base.currency, key="project-currency", max_chars=3)
    period = st.segmented_control(
        "Time step of the model", list(PERIODS), default=base.period, format_func=PERIODS.get, key="project-period"
    )
    week_start = st.selectbox(
        "A week starts on",
        WEEKDAYS,
        index=WEEKDAYS.index(base.week_start),
        format_func=str.title,
        key="project-week-start",
        help="A week is named by its first day. Daily figures are added up to weeks, controls are averaged.",
    )
    st.caption(
        "A day is the day that a file names. If its times are those of another time zone, say so on the page Data, "
        "among the roles of that file."
    )
    return replace(
        base, name=name, client=client, currency=currency, period=period or base.period, week_start=week_start
    )


@st.dialog("New project")
def _create() -> None:
    settings = _settings_form(ProjectSettings(name=""))
    if st.button("Create", type="primary", key="create-project"):
        try:
            card = create_project(storage(), settings, author=author())
        except WorkshopError as error:
            show_error(error)
        else:
            open_project(card.id)
            st.rerun()


@st.dialog("Settings")
def _change(card: ProjectCard) -> None:
    settings = _settings_form(card.settings)
    st.caption("Currency and calendar decide how the files are read; fits of the old settings are kept.")
    if st.button("Save", type="primary", key="save-settings"):
        try:
            change_settings(storage(), card.id, base=card.settings, settings=settings, author=author())
        except WorkshopError as error:
            show_error(error)
        else:
            message_once("Settings saved")
            st.rerun()


@st.dialog("Delete this project?")
def _delete(card: ProjectCard) -> None:
    st.write(f"**{plain(card.settings.name)}** goes with its files, groups, fits and scenarios. This cannot be undone.")
    if st.button("Delete for good", type="primary", key="confirm-delete"):
        delete_project(storage(), card.id, author=author())
        if project_id() == card.id:
            open_project(None)
        message_once(f"{card.settings.name} is deleted")
        st.rerun()


def _demo() -> None:
    with st.spinner("Setting up the demo client"):
        card = create_demo(storage(), author=author())
    open_project(card.id)
    message_once("The demo client is ready")
    st.rerun()


show()
