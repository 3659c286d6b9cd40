"""Everything in the model that is not media: season, trend, holidays, events, and the controls with their form."""

from typing import Any, get_args

import pandas as pd
import streamlit as st

from mmm_core.errors import counted
from mmm_core.modeling.choice_words import LABELS, OPTIONS, PART_LABELS
from mmm_core.modeling.choices import LONGEST_LAG, ControlChoice, Transformation, Trend
from mmm_core.modeling.drivers.calendar import supported_places
from mmm_core.modeling.drivers.controls import choice_of
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from pages.ui.specifying.draft import field, table_field

_FORM = OPTIONS["transformation"]


def choose_drivers(spec: ModelSpecification, panel: Panel | None) -> dict[str, Any]:
    """Show the fields and return what they say."""
    left, right = st.columns(2, gap="large")
    with left:
        chosen = _baseline(spec, panel)
    with right:
        chosen |= _calendar(spec)
    return chosen | _controls(spec, panel)


def _baseline(spec: ModelSpecification, panel: Panel | None) -> dict[str, Any]:
    waves = st.slider(
        LABELS["yearly_seasonality"], 0, max(6, spec.yearly_seasonality), spec.yearly_seasonality,
        key=field("seasonality"),
        help="0 for no season. Two waves follow a year with a summer and a winter of their own.",
    )  # fmt: skip
    trends = list(get_args(Trend))
    trend = st.radio(
        LABELS["trend"], trends, index=trends.index(spec.trend), format_func=OPTIONS["trend"].__getitem__,
        horizontal=True, key=field("trend"),
    )  # fmt: skip
    chosen: dict[str, Any] = {"yearly_seasonality": int(waves), "trend": trend}
    if trend == "changepoints":
        chosen["changepoints"] = int(
            st.number_input(LABELS["changepoints"], 1, 30, spec.changepoints, key=field("changepoints"))
        )
    chosen["baseline_drift"] = st.toggle(
        LABELS["baseline_drift"], spec.baseline_drift, key=field("drift"),
        help="For a baseline that moves for reasons nobody measured. It takes from what slow media could explain.",
    )  # fmt: skip
    if panel is not None and panel.period == "day":
        chosen["weekday_pattern"] = st.toggle(LABELS["weekday_pattern"], spec.weekday_pattern, key=field("weekdays"))
    return chosen


def _calendar(spec: ModelSpecification) -> dict[str, Any]:
    holidays = st.multiselect(
        LABELS["holidays"], sorted({*countries(), *spec.holidays}), default=list(spec.holidays),
        accept_new_options=True, key=field("holidays"), placeholder="DE, or DE-BY for a region",
    )  # fmt: skip
    st.caption("Own events; those with one name share one effect. Future days may be named too: forecasts use them.")
    table = pd.DataFrame([event.as_dict() for event in spec.events], columns=["name", "first", "last"]).astype(object)
    for end in ("first", "last"):
        table[end] = pd.to_datetime(table[end]).dt.date
    edited = st.data_editor(
        table,
        hide_index=True,
        num_rows="dynamic",
        key=table_field("events"),
        column_config={
            "name": st.column_config.TextColumn(PART_LABELS["name"], required=True),
            "first": st.column_config.DateColumn(PART_LABELS["first"], required=True),
            "last": st.column_config.DateColumn(PART_LABELS["last"], required=True),
        },
    )
    complete = edited.dropna()
    begun = len(edited.dropna(how="all")) - len(complete)
    if begun:
        st.caption(f":material/warning: {counted(begun, 'event')} without a name or a day does not count yet.")
    rows = zip(complete["name"], complete["first"], complete["last"], strict=True)
    events = [{"name": str(name), "first": str(first)[:10], "last": str(last)[:10]} for name, first, last in rows]
    return {"holidays": list(holidays), "events": events}


@st.cache_data(show_spinner=False)
def countries() -> list[str]:
    """Return the ISO codes of the countries whose holidays are known."""
    return list(supported_places())


def _controls(spec: ModelSpecification, panel: Panel | None) -> dict[str, Any]:
    names = [str(name) for name in panel.data["control"].values] if panel is not None else []
    if not names:
        st.caption("The files hold no controls: price, promotion, stock or weather would be brought on the Data page.")
        return {}
    forms = list(get_args(Transformation))
    rows = [
        {
            "name": one.name,
            "use": one.use,
            "transformation": _FORM[one.transformation],
            "lag": one.lag,
            "half_life": one.half_life,
        }
        for one in (choice_of(name, spec) for name in names)
    ]
    edited = st.data_editor(
        pd.DataFrame(rows),
        hide_index=True,
        key=table_field("controls"),
        disabled=["name"],
        column_config={
            "name": st.column_config.TextColumn("Control", pinned=True),
            "use": st.column_config.CheckboxColumn(PART_LABELS["use"]),
            "transformation": st.column_config.SelectboxColumn(
                PART_LABELS["transformation"], options=list(_FORM.values()), required=True
            ),
            "lag": st.column_config.NumberColumn("Works later by, periods", min_value=0, max_value=LONGEST_LAG, step=1),
            "half_life": st.column_config.NumberColumn(
                "Fades by half every, periods", min_value=0.0, max_value=52.0, format="%g", help="0: at once."
            ),
        },
    )
    chosen = [
        ControlChoice(
            name=str(row["name"]),
            use=bool(row["use"]),
            transformation=forms[list(_FORM.values()).index(row["transformation"])],
            lag=int(row["lag"] or 0),
            half_life=float(row["half_life"] or 0),
        )
        for row in edited.fillna({"lag": 0, "half_life": 0.0, "transformation": _FORM["as_is"]}).to_dict("records")
    ]
    kept = [one for one in chosen if one != choice_of(one.name, ModelSpecification())]
    elsewhere = [one for one in spec.controls if one.name not in names]
    return {"controls": [one.as_dict() for one in (*kept, *elsewhere)]}
