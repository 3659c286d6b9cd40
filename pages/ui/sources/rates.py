"""Exchange rates typed in: one for all time, or one per month; they become a source like any other."""

import io
from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from mmm_core.errors import BadInput, WorkshopError
from mmm_core.ingest.number_grammar import looks_like_number
from mmm_core.ingest.readings import RatesReading
from mmm_core.settings import ProjectSettings
from mmm_core.workflows.replacing import replace_source
from mmm_core.workflows.sources import add_source, list_sources
from pages.ui.boundary import show_error
from pages.ui.state import author, message_once, storage

_FOR_EVER = date(2000, 1, 1)
_READING = RatesReading(date="date", currency="currency", rate="rate", decimal=".", date_order="ymd")


def show_rates(project: str, settings: ProjectSettings, missing: Sequence[str]) -> None:
    """Offer a form for rates; it names the currencies that wait for one."""
    with st.popover("Exchange rates", icon=":material/currency_exchange:"):
        st.caption(
            f"What one unit of another currency is worth in {settings.currency}. A file with date, currency "
            "and rate as columns does as well: drop it above."
        )
        first = missing[0] if missing else ""
        code = st.text_input("Currency", value=first, max_chars=3, placeholder="USD", key=f"rate-currency-{first}")
        per = st.segmented_control(
            "Rate", ["One for all time", "One per month"], default="One for all time", key="rate-per"
        )
        rows = _monthly(code) if per == "One per month" else _constant(code, settings)
        if st.button("Add these rates", key="rate-add"):
            _add(project, code, rows)


def _constant(code: str, settings: ProjectSettings) -> pd.DataFrame:
    label = f"1 {code.strip().upper() or 'unit'} in {settings.currency}"
    rate = st.text_input(label, placeholder="0.92", key="rate-value")
    return pd.DataFrame({"date": [_FOR_EVER.isoformat()], "rate": [rate.strip()]})


def _monthly(code: str) -> pd.DataFrame:
    empty = pd.DataFrame({"date": pd.Series([""] * 3, dtype="string"), "rate": pd.Series([""] * 3, dtype="string")})
    filled = st.data_editor(
        empty,
        num_rows="dynamic",
        hide_index=True,
        key=f"rate-months-{code}",
        column_config={
            "date": st.column_config.TextColumn("Month", help="For instance 2024-01"),
            "rate": st.column_config.TextColumn("Rate"),
        },
    )
    texts = filled.fillna("").astype(str)
    return texts[(texts["date"].str.strip() != "") | (texts["rate"].str.strip() != "")]


def _keep(project: str, name: str, content: bytes) -> None:
    """Take typed rates in; those of a currency that were typed before make way, and can be brought back."""
    before = [source for source in list_sources(storage(), project) if (source.kind, source.name) == ("rates", name)]
    if before:
        replace_source(storage(), project, before[0], content, name=name, sheet="", reading=_READING, author=author())
    else:
        add_source(storage(), project, content, name=name, sheet="", reading=_READING, author=author())


def _with_point(text: str) -> str:
    """Take a comma for the decimal mark; no rate is so large that it needs one for its thousands."""
    return text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip()


def _must_be_rates(currency: str, rates: Sequence[str]) -> None:
    """Refuse what is no rate in words that fit the form."""
    bad = [text for text in rates if not looks_like_number(text)]
    if not currency or not len(rates) or bad:
        found = "No currency is named" if not currency else f"{bad[0]!r} is no rate" if bad else "No rate is given"
        raise BadInput(
            found if found != "'' is no rate" else "No rate is given",
            expected="a currency such as USD and a number such as 0.92 were expected",
            remedy="Fill in both and add them again",
        )


def _add(project: str, code: str, rows: pd.DataFrame) -> None:
    written = io.StringIO()
    currency = code.strip().upper()
    rows = rows.assign(currency=currency, rate=rows["rate"].map(_with_point))
    rows[["date", "currency", "rate"]].to_csv(written, index=False, lineterminator="\n")
    try:
        _must_be_rates(currency, rows["rate"].tolist())
        _keep(project, f"rates {currency}, typed in.csv", written.getvalue().encode())
    except WorkshopError as error:
        show_error(error)
        return
    message_once(f"The rates of {currency} are in")
    st.rerun()
