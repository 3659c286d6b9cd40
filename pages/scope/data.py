"""What did you bring?"""

import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.findings import Severity
from mmm_core.settings import ProjectSettings
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.scoping import Ground
from mmm_core.workflows.sources import list_sources
from pages.ui.boundary import plain, show_error
from pages.ui.caching import ground_of
from pages.ui.journey import next_step
from pages.ui.sources.querying import show_query
from pages.ui.sources.rates import show_rates
from pages.ui.sources.source_card import show_source
from pages.ui.sources.uploads import show_uploads
from pages.ui.sources.words import FATES, KINDS, MEANINGS
from pages.ui.state import need_project, storage

_NEEDS: dict[SourceKind, str] = {"media": "needed", "kpi": "needed", "controls": "makes it better"}
_WITHOUT_RATE = "currency_without_rate"


def show() -> None:
    """Render the page."""
    project = need_project()
    settings = get_project(storage(), project).settings
    sources = list_sources(storage(), project)
    st.title("What did you bring?")
    st.write(_answer(sources))
    if sources and settings.period == "week":
        st.caption(
            f"Days become weeks that begin on {settings.week_start.title()}: spend, exposure and outcome are added up, "
            "controls averaged. The time step is set on the page Project."
        )
    ground = _ground(project, sources)
    waits = show_uploads(project, sources, settings)
    with st.container(horizontal=True):
        if sources:
            show_rates(project, settings, _missing_rates(ground))
        show_query(project)
    if not sources and not waits:
        _what_belongs_here()
    _sources(sources, settings)
    if not waits:
        _way_on({source.kind for source in sources})


def _way_on(kinds: set[SourceKind]) -> None:
    """Offer the next step; while there is no outcome say so, and that line items can be grouped without it."""
    if {"media", "kpi"} <= kinds:
        next_step("See what this data can carry", "pages/scope/structure.py")
    elif "media" in kinds:
        st.info(
            "The outcome is still missing: revenue, orders or new customers per date. The line items can be grouped "
            "meanwhile.",
            icon=":material/query_stats:",
        )
        next_step("Group the line items", "pages/scope/mapping.py")


def _ground(project: str, sources: tuple[Source, ...]) -> Ground | None:
    """Bring all files together, or say why they do not fit together."""
    if not sources:
        return None
    try:
        ground = ground_of(project)
    except WorkshopError as error:
        show_error(error)
        return None
    if ground is not None:
        for finding in ground.findings:
            if finding.code == _WITHOUT_RATE and finding.severity is Severity.ERROR:
                st.warning(f"{plain(finding.message)} {plain(finding.remedy)}", icon=":material/currency_exchange:")
    return ground


def _missing_rates(ground: Ground | None) -> list[str]:
    """Name the currencies for which a rate is missing."""
    found = ground.findings if ground is not None else ()
    codes = {str(code) for finding in found if finding.code == _WITHOUT_RATE for code in finding.evidence["currencies"]}
    return sorted(code for code in codes if len(code) == 3)


def _answer(sources: tuple[Source, ...]) -> str:
    if not sources:
        return "Nothing yet. Bring files as they are; what each column means is found out, shown, and yours to correct."
    counts = {kind: sum(source.kind == kind for source in sources) for kind in KINDS}
    kpi = "the outcome" if counts["kpi"] else "**no outcome yet**"
    said = [
        f"{counted(counts['media'], 'file')} with media",
        kpi,
        f"{counted(counts['controls'], 'file')} with controls" if counts["controls"] else "no controls",
    ]
    others = ("tracked", "organic", "control_totals", "lift_tests", "rates")
    said += [f"{counted(counts[kind], 'file')} with {KINDS[kind].lower()}" for kind in others if counts[kind]]
    return f"{', '.join(said[:-1])}, and {said[-1]}."


def _what_belongs_here() -> None:
    """Say what to bring, and what each is good for."""
    for (kind, need), cell in zip(_NEEDS.items(), st.columns(3), strict=True):
        with cell.container(border=True, height="stretch"):
            st.markdown(f"**{KINDS[kind]}**  :gray[{need}]")
            st.caption(MEANINGS[kind])
    st.caption(
        "Also welcome: what web analytics tracked, organic media, control totals of finance, lift tests, exchange "
        "rates. One file may hold several of these; say so when it is here. To look around first, try the demo client "
        "on the page Project."
    )


def _sources(sources: tuple[Source, ...], settings: ProjectSettings) -> None:
    for kind, label in KINDS.items():
        own = [source for source in sources if source.kind == kind]
        if own:
            st.subheader(label)
            if kind in FATES:
                st.caption(FATES[kind])
        for source in own:
            show_source(source, settings)


show()
