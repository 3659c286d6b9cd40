"""`workshop.toml`: the sample client for the headless run, line items mapped by rules."""

import json

from mmm_core.simulation.exports import WEEK_COLUMN
from mmm_core.simulation.faults import AD_SET, CAMPAIGN, DAY, IMPRESSIONS, PLATFORM, SPEND
from mmm_core.simulation.line_items import AD_PLATFORMS, AGENCY_PLAN, LEVELS, OFFLINE, PATHS
from mmm_core.simulation.retailer import CURRENCY, NAME, SimulatedRetailer
from mmm_core.simulation.workbook import SHEET

RULES: tuple[tuple[dict[str, str], str], ...] = (
    ({CAMPAIGN: "YT_*"}, "Online video"),
    ({CAMPAIGN: "*search*"}, "Paid search"),
    ({CAMPAIGN: "*brand*"}, "Brand social"),
    ({CAMPAIGN: "*perf*"}, "Performance social"),
    ({"line_item": "TV / *"}, "TV"),
    ({"line_item": "Radio / *"}, "Radio"),
    ({"line_item": "Out of home / *"}, "Out of home"),
    ({"Medium": "Zeit*"}, "Print"),
    ({"Medium": "Mailing"}, "Direct mail"),
    ({"Medium": "Prospekt"}, "Direct mail"),
)
"""Brand search stands above brand social: the first rule that matches wins."""

_SCENARIOS = (
    ("More performance social", {"Performance social": 1.2}),
    ("TV to search", {"TV": 0.8, "Paid search": 1.2}),
)


def workshop_toml(retailer: SimulatedRetailer) -> bytes:
    """Write the configuration that reads and maps every file of the sample client."""
    parts = [
        f"# {NAME}, the sample client: mmm-workshop run sample_data/workshop.toml --out DIR",
        _table("[project]", name=NAME, currency=CURRENCY, period="week", week_start="monday"),
        _ad_platforms(),
        _agency_plan(retailer),
        _offline(),
        _table("[kpi]", file="revenue.csv", date="date", value="revenue"),
        _table("[[controls]]", file="controls.csv", date="date", columns=["price_index", "promotion", "temperature"]),
        _table("[[control_totals]]", file="ledger.csv", date="month", amount="booked_eur", node="medium"),
        _table(
            "[[lift_tests]]",
            file="lift_tests.csv",
            group="group",
            start="start",
            end="end",
            usual_spend="usual_spend_eur",
            spend_change="spend_change_eur",
            lift="lift_eur",
            lift_low="lift_low_eur",
            lift_high="lift_high_eur",
        ),
        _table("[taxonomy]", levels=list(LEVELS)),
        *(_table("[[rule]]", match=match, path=list(PATHS[group])) for match, group in RULES),
        _table("[model]", yearly_seasonality=2, chains=4, draws=1500, target_accept=0.99, seed=1),
        *(_table("[[scenario]]", name=name, periods=13, change=change) for name, change in _SCENARIOS),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _ad_platforms() -> str:
    return _table(
        "[[media]]",
        file=AD_PLATFORMS,
        layout="long",
        date=DAY,
        line_item=[PLATFORM, CAMPAIGN, AD_SET],
        spend=SPEND,
        exposure=IMPRESSIONS,
        decimal=".",
        date_order="ymd",
    )


def _agency_plan(retailer: SimulatedRetailer) -> str:
    names = [str(column) for column in retailer.agency_plan.columns if column != WEEK_COLUMN]
    source = _table("[[media]]", file=AGENCY_PLAN, sheet=SHEET, layout="wide", date=WEEK_COLUMN)
    return "\n".join([source, "[media.spend]", *(f"{_value(name)} = {_value(name)}" for name in names)])


def _offline() -> str:
    return _table(
        "[[media]]",
        file=OFFLINE,
        layout="long",
        date="Woche",
        line_item=["Medium", "Titel"],
        spend="Kosten (EUR)",
        exposure="Auflage",
        decimal=",",
        date_order="dmy",
    )


def _table(head: str, **entries: object) -> str:
    return "\n".join([head, *(f"{key} = {_value(value)}" for key, value in entries.items())])


def _value(value: object) -> str:
    """Write a value as TOML; text as JSON writes it, which TOML reads alike."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").isalnum()
    return key if bare else json.dumps(key, ensure_ascii=False)
