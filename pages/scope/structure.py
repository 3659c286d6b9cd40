"""How many groups can this much history carry?"""

from collections.abc import Sequence

import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.feasibility.brief import BriefSection
from mmm_core.workflows.structure import StructureBrief, current_brief, save_brief_text
from pages.ui.boundary import plain, show_error
from pages.ui.caching import ground_of
from pages.ui.journey import next_step
from pages.ui.state import author, message_once, need_project, storage

_BESIDE = "bring"
"""The section that stands beside the others and collects what all of them ask for."""


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("How many groups can this much history carry?")
    ground = ground_of(project)
    if ground is None:
        st.info("There is no media file yet, so there is nothing to judge.", icon=":material/upload_file:")
        st.page_link("pages/scope/data.py", label="Bring the data", icon=":material/arrow_back:")
        return
    found = current_brief(storage(), project, ground)
    st.write(_answer(found))
    said, asked = st.columns([2, 1], gap="medium")
    with said:
        for section in found.brief.sections:
            if section.key != _BESIDE:
                _section(project, section, found)
    with asked:
        everything = [ask for section in reversed(found.brief.sections) for ask in section.asks]
        _section(project, found.brief.section(_BESIDE), found, list(dict.fromkeys(everything)))
    st.download_button(
        "Download the brief",
        _as_text(found),
        "structure-brief.md",
        "text/markdown",
        key="get-brief",
        icon=":material/download:",
    )
    next_step("Group the line items", "pages/scope/mapping.py")


def _answer(found: StructureBrief) -> str:
    if found.brief.carried is None:
        return "This is known as soon as media and an outcome are there; what is known already stands below."
    return plain(found.brief.section("groups").sentences[0])


def _section(project: str, section: BriefSection, found: StructureBrief, asks: Sequence[str] = ()) -> None:
    """Show what a section says, in the analyst's words where there are any, with what should be brought."""
    with st.container(border=True, gap="xsmall", key=f"brief-{section.key}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(section.title)}**")
            _edit(project, section, found)
        written = found.texts.get(section.key)
        if written is None and section.key == _BESIDE:
            st.write(f"{counted(len(asks), 'thing')} would make the model better." if asks else "Nothing is missing.")
        elif written is None:
            st.write(plain(" ".join(section.sentences)))
        else:
            st.write(plain(written.text))
            st.caption(f"In the words of {plain(written.author)}.")
            if written.outdated:
                st.warning("The figures have changed since this was written. They now say:", icon=":material/update:")
                st.write(plain(" ".join(section.sentences)))
        for ask in asks:
            st.markdown(f"- {plain(ask)}")


def _edit(project: str, section: BriefSection, found: StructureBrief) -> None:
    """Let the analyst put it in other words; an empty text brings the computed one back."""
    written = found.texts.get(section.key)
    with st.popover(
        "", icon=":material/edit:", type="tertiary", help="Put it in your own words", key=f"edit-{section.key}"
    ):
        text = st.text_area(
            "In your own words",
            value=written.text if written else " ".join(section.sentences),
            height=220,
            key=f"text-{section.key}-{found.number}",
            help="Kept under your name; marked when the figures change. Empty it to see the computed text again.",
        )
        if st.button("Save", key=f"save-{section.key}", type="primary"):
            _save(project, section, "" if text == " ".join(section.sentences) else text, found)


def _save(project: str, section: BriefSection, text: str, found: StructureBrief) -> None:
    try:
        save_brief_text(storage(), project, section.key, text, base=found, author=author())
    except WorkshopError as error:
        show_error(error)
        return
    message_once("Saved")
    st.rerun()


def _as_text(found: StructureBrief) -> str:
    """Write the brief as Markdown, the analyst's words in place of the computed ones where there are any."""
    parts = ["# How many groups can this much history carry?"]
    for section in found.brief.sections:
        written = found.texts.get(section.key)
        body = written.text if written else " ".join(section.sentences)
        asks = "\n".join(f"- [ ] {ask}" for ask in section.asks)
        parts.append("\n\n".join(filter(None, (f"## {section.title}", body, asks))))
    return "\n\n".join(parts) + "\n"


show()
