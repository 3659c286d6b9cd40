"""What changes when a newer file takes the place of a source: shown before anything is replaced."""

import json

import pandas as pd
import streamlit as st

from mmm_core.errors import BadInput, WorkshopError, listed
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.source_difference import SourceDifference, difference
from mmm_core.ingest.table import RawTable
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source
from mmm_core.workflows.sources import type_table, typed_table
from pages.ui.boundary import show_error
from pages.ui.escaping import plain
from pages.ui.sources.reading import facts_of_source
from pages.ui.sources.waiting import Waiting
from pages.ui.sources.words import label_of, summary
from pages.ui.state import storage

_COMPARED = ("media", "kpi", "tracked", "controls", "organic")
_MEASURES = {"spend_micros": "Spend", "exposure": "Exposure", "clicks": "Clicks", "value": "Sum"}
_PER_ITEM, _PER_DATE = "Per line item", "Per date"
_FEW, _MOST = 12, 200


def show_difference(
    source: Source, file: Waiting, table: RawTable, reading: Reading, settings: ProjectSettings, key: str
) -> None:
    """Show rows and money that are new, changed and gone."""
    before = facts_of_source(source)
    if isinstance(before, WorkshopError):
        st.caption(f"{label_of(source)} cannot be read as it stands, so there is nothing to compare with.")
        return
    st.markdown(f":material/history: {label_of(source)} until now: {summary(before, settings.currency)}")
    if source.kind not in _COMPARED:
        return
    how = json.dumps([source.reading, reading.as_dict()], sort_keys=True)
    old = (source.artefact_key, source.name, source.sheet, source.kind)
    found = _difference(*old, file.fingerprint, how, settings.currency, source, table, reading, storage())
    if isinstance(found, WorkshopError):
        show_error(found)
        return
    st.markdown(f":material/difference: {plain(found.sentence[:1].upper() + found.sentence[1:])}")
    for names, word in ((found.new_line_items, "New"), (found.gone_line_items, "Gone")):
        if names:
            st.caption(f"{word}: {plain(listed(names, most=8))}")
    if not found.is_empty:
        with st.expander("What changes", icon=":material/table_rows:", type="compact", key=f"{key}-changes"):
            per = st.segmented_control(
                "Added up",
                [_PER_ITEM, _PER_DATE],
                default=_PER_ITEM,
                key=f"{key}-added-up",
                label_visibility="collapsed",
            )
            shown = _per_date(found) if per == _PER_DATE else _per_line_item(found)
            st.dataframe(
                shown,
                hide_index=True,
                height="content" if len(shown) <= _FEW else "auto",
                key=f"{key}-difference",
                column_config={
                    "Date": st.column_config.DateColumn(),
                    **{f"Spend {side}": st.column_config.NumberColumn(format="%,.2f") for side in ("before", "after")},
                },
            )


def _per_line_item(found: SourceDifference) -> pd.DataFrame:
    """Lay out what changes per line item, the largest change first."""
    table, first = found.per_line_item, found.measures[0]
    change = (table[f"{first}_after"].fillna(0) - table[f"{first}_before"].fillna(0)).abs()
    table = table.loc[change.sort_values(ascending=False, kind="stable").index].head(_MOST)
    return _with_figures(pd.DataFrame({"Name": table["name"], "Is": table["status"]}), table, found, "dates")


def _per_date(found: SourceDifference) -> pd.DataFrame:
    """Lay out what changes per date, in their order."""
    table = found.per_period
    return _with_figures(pd.DataFrame({"Date": table["date"]}), table, found, "figures")


def _with_figures(shown: pd.DataFrame, table: pd.DataFrame, found: SourceDifference, counts: str) -> pd.DataFrame:
    """Add the figures of both files, and how many of them are new, changed and gone."""
    for measure in found.measures:
        unit = MICROS_PER_UNIT if measure == "spend_micros" else 1
        for side in ("before", "after"):
            shown[f"{_MEASURES[measure]} {side}"] = table[f"{measure}_{side}"] / unit
    for status in ("new", "changed", "gone"):
        shown[f"{status.capitalize()} {counts}"] = table[status]
    return shown.dropna(axis="columns", how="all")


@st.cache_resource(max_entries=8, show_spinner="Comparing with the file that is there")
def _difference(
    key: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    sheet: str,  # noqa: ARG001
    kind: str,  # noqa: ARG001
    content: str,  # noqa: ARG001
    how: str,  # noqa: ARG001
    currency: str,
    _source: Source,
    _table: RawTable,
    _reading: Reading,
    _storage: Storage,
) -> SourceDifference | WorkshopError:
    try:
        return difference(typed_table(_storage, _source), type_table(_table, _reading), currency=currency)
    except BadInput as error:
        return error
