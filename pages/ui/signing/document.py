"""The scope document on screen: a tab per question, the first table open, the others one click away."""

import pandas as pd
import streamlit as st

from mmm_core.documents.scope_document import Column, ScopeDocument, Section, Table
from mmm_core.documents.scope_html import scope_html
from mmm_core.documents.scope_workbook import scope_workbook
from mmm_core.errors import counted
from mmm_core.money import MICROS_PER_UNIT
from pages.ui.escaping import plain

_TABS = ("Signatures", "Changes", "Groups", "Money", "Findings", "Push-back", "Model", "Agenda", "Files")
_FORMATS = {"money": "%,.2f", "count": "%,d", "share": "percent"}
_TALL = 430


def show_document(document: ScopeDocument) -> None:
    """Show every section, each in a tab of its own."""
    for tab, section in zip(st.tabs(list(_TABS), key="scope-tabs"), document.sections, strict=True):
        with tab:
            _section(section, document.currency)


def offer_downloads(document: ScopeDocument) -> None:
    """Offer the document as a workbook and as a page for paper; a draft says so in its name."""
    name = f"scope-{document.short_fingerprint}{'-draft' if document.is_draft else ''}"
    with st.container(horizontal=True):
        st.download_button(
            "Download as Excel",
            lambda: scope_workbook(document),
            f"{name}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key="get-scope-xlsx",
            icon=":material/table:",
        )
        st.download_button(
            "Download for print",
            lambda: scope_html(document),
            f"{name}.html",
            "text/html",
            key="get-scope-html",
            icon=":material/print:",
            help="One HTML file for A4; open it in a browser and print it.",
        )


def _section(section: Section, currency: str) -> None:
    st.markdown(f"**{plain(section.title)}** {plain(section.sentence)}")
    for note in section.notes:
        st.caption(plain(note))
    for place, table in enumerate(section.tables):
        if place == 0:
            _table(table, currency)
        else:
            with st.expander(f"{table.name} ({len(table.rows):,})" if table.rows else table.name):
                _table(table, currency)


def _table(table: Table, currency: str) -> None:
    if not table.rows:
        st.caption(plain(table.empty))
        return
    rows = table.on_paper
    if rows:
        st.dataframe(
            _with_totals(_frame(table), table),
            hide_index=True,
            height="content" if len(rows) <= 12 else _TALL,
            key=f"scope-{table.name}",
            column_config={str(place): _config(one, currency) for place, one in enumerate(table.columns)},
        )
    if table.only_in_workbook:
        more = "more, all" if rows else "rows, all"
        st.caption(f"{counted(table.only_in_workbook, '').strip()} {more} of them in the workbook.")


def _frame(table: Table) -> pd.DataFrame:
    """Return what is shown, by place: a level of the client's tree may have the title of another column."""
    return pd.DataFrame(
        {
            str(place): [
                row[place] / MICROS_PER_UNIT if one.kind == "money" and row[place] is not None else row[place]
                for row in table.on_paper
            ]
            for place, one in enumerate(table.columns)
        }
    )


def _config(column: Column, currency: str):
    """Say how a column is called and written."""
    if column.kind == "text":
        return st.column_config.TextColumn(column.title, width="large" if column.wide else None)
    title = f"{column.title}, {currency}" if column.kind == "money" else column.title
    return st.column_config.NumberColumn(title, format=_FORMATS[column.kind])


def _with_totals(frame: pd.DataFrame, table: Table):
    """Set sums apart from what they add up."""
    if not table.totals:
        return frame
    bold = [["font-weight: 600" if place in table.totals else ""] * len(frame.columns) for place in range(len(frame))]
    return frame.style.apply(lambda _: pd.DataFrame(bold, index=frame.index, columns=frame.columns), axis=None)
