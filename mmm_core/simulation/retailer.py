"""Veldoro, a furniture retailer that does not exist: every file of a client, with its truth and its faults."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from mmm_core.simulation import faults as planted
from mmm_core.simulation import flighting
from mmm_core.simulation.bookings import Cents, booked_cents
from mmm_core.simulation.client import GroupBrief, SimulatedClient, respond
from mmm_core.simulation.demand import Demand, simulate_controls
from mmm_core.simulation.exports import (
    ad_platforms_export,
    agency_plan_export,
    ledger_export,
    offline_export,
    revenue_export,
)
from mmm_core.simulation.faults import PlantedFault
from mmm_core.simulation.lift_tests import run_lift_tests
from mmm_core.simulation.line_items import AD_PLATFORMS, PATHS, LineItem, retailer_line_items
from mmm_core.simulation.response import Floats

NAME, CURRENCY = "Veldoro", "EUR"
FIRST_WEEK, WEEKS, LAST_DAY = "2024-01-01", 130, "2026-06-24"
"""The last day is a Wednesday: the 130th week has three days."""
NOISE = 0.013
DEMAND = Demand(level=1_640_000.0, trend=0.015)

LEVELS_EUR = {
    "TV": 82_000, "Radio": 34_000, "Out of home": 30_000, "Online video": 36_000, "Brand social": 31_000,
    "Performance social": 43_000, "Paid search": 46_000, "Print": 23_000, "Direct mail": 24_000,
}  # fmt: skip
"""Mean spend per week."""
BRIEFS = {
    "TV": GroupBrief(alpha=0.6, lam=2.4, roi=1.7),
    "Radio": GroupBrief(alpha=0.35, lam=2.6, roi=1.2),
    "Out of home": GroupBrief(alpha=0.5, lam=1.8, roi=1.0),
    "Online video": GroupBrief(alpha=0.45, lam=2.2, roi=2.0),
    "Brand social": GroupBrief(alpha=0.4, lam=2.0, roi=1.5),
    "Performance social": GroupBrief(alpha=0.15, lam=2.6, roi=2.8),
    "Paid search": GroupBrief(alpha=0.05, lam=1.6, roi=3.8),
    "Print": GroupBrief(alpha=0.25, lam=2.2, roi=0.6),
    "Direct mail": GroupBrief(alpha=0.3, lam=1.6, roi=2.3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedRetailer:
    """Files as tables, the truth behind them, and what is wrong with them.

    Attributes
    ----------
    client : SimulatedClient
        The truth per complete week; its spend is what was really spent, credit note left aside.
    ad_platforms, agency_plan, offline, revenue, controls, ledger, lift_tests : DataFrame
        As in the files of the same name.
    line_items : DataFrame
        One row per line item as the files spell it: `line_item_id`, `source`, `dimensions` (dict), `group`, `spend`
        (EUR) and `contribution` (EUR; the group's, split by share of the spend after carry-over: an allocation, not
        an effect of its own), `look_alike_of` (a line_item_id or "").
    lift_truth : list of dict
    last_day : Timestamp
        Last day of the daily files.
    faults : tuple of PlantedFault
    """

    client: SimulatedClient
    ad_platforms: pd.DataFrame
    agency_plan: pd.DataFrame
    offline: pd.DataFrame
    revenue: pd.DataFrame
    controls: pd.DataFrame
    ledger: pd.DataFrame
    lift_tests: pd.DataFrame
    line_items: pd.DataFrame
    lift_truth: list[dict[str, object]]
    last_day: pd.Timestamp
    faults: tuple[PlantedFault, ...]


def simulate_retailer(rng: np.random.Generator, *, faults: bool) -> SimulatedRetailer:
    """Simulate the retailer of the sample data.

    Parameters
    ----------
    rng : Generator
        The only source of chance; each part draws from a child of its own.
    faults : bool
        Whether the files hold the planted faults. Without them the last week is complete and brand and performance
        social run apart.

    Returns
    -------
    SimulatedRetailer
    """
    spend_rng, split_rng, market_rng, export_rng, revenue_rng, lift_rng = rng.spawn(6)
    weeks = pd.date_range(FIRST_WEEK, periods=WEEKS, freq="7D", name="period")
    days = pd.date_range(FIRST_WEEK, periods=WEEKS * 7, freq="D")
    last_day = pd.Timestamp(LAST_DAY) if faults else days[-1]
    items: Sequence[LineItem] = retailer_line_items()
    daily, weekly = booked_cents(split_rng, items, _wanted_spend(spend_rng, weeks, in_step=faults))
    market = _market(market_rng, items, weekly, weeks)
    look_alike_of: dict[str, str] = {}
    if faults:
        daily[:, days > last_day] = 0
        items, daily, look_alike_of = planted.split_look_alikes(items, daily, days)
        weekly = _weekly_again(items, daily, weekly)
    client = market.first(WEEKS - 1 if faults else WEEKS)
    revenue = revenue_export(revenue_rng, market.kpi, days)
    lift_tests, lift_truth = run_lift_tests(lift_rng, client)
    clean = SimulatedRetailer(
        client=client,
        ad_platforms=ad_platforms_export(export_rng, items, daily, days),
        agency_plan=agency_plan_export(items, weekly, weeks),
        offline=offline_export(export_rng, items, weekly, weeks),
        revenue=revenue[revenue["date"] <= last_day],
        controls=market.controls.rename_axis("date").reset_index(),
        ledger=ledger_export(items, daily, weekly, days, weeks),
        lift_tests=lift_tests,
        line_items=_line_item_truth(items, weekly, client, look_alike_of),
        lift_truth=lift_truth,
        last_day=last_day,
        faults=(),
    )
    return _spoiled(clean) if faults else clean


def _wanted_spend(rng: np.random.Generator, weeks: pd.DatetimeIndex, *, in_step: bool) -> pd.DataFrame:
    streams = dict(zip(LEVELS_EUR, rng.spawn(len(LEVELS_EUR)), strict=True))
    number = len(weeks)
    brand_social = flighting.always_on(streams["Brand social"], number, swing=0.36)
    performance = streams["Performance social"]
    patterns = {
        "TV": flighting.flights(streams["TV"], number, per_year=5, weeks=4),
        "Radio": flighting.flights(streams["Radio"], number, per_year=7, weeks=3),
        "Out of home": flighting.flights(streams["Out of home"], number, per_year=6, weeks=3),
        "Online video": flighting.bursts(streams["Online video"], number, per_year=7, weeks=3),
        "Brand social": brand_social,
        "Performance social": flighting.in_step(performance, brand_social)
        if in_step
        else flighting.always_on(performance, number, swing=0.36),
        "Paid search": flighting.seasonal(streams["Paid search"], number),
        "Print": flighting.drops(streams["Print"], number, every=3),
        "Direct mail": flighting.drops(streams["Direct mail"], number, every=5),
    }
    return pd.DataFrame({group: LEVELS_EUR[group] * patterns[group] for group in LEVELS_EUR}, index=weeks)


def _market(
    rng: np.random.Generator, items: Sequence[LineItem], weekly: Cents, weeks: pd.DatetimeIndex
) -> SimulatedClient:
    """Let the market respond to what was really booked."""
    groups = np.array([item.group for item in items])
    spend = pd.DataFrame({group: weekly[groups == group].sum(axis=0) / 100 for group in PATHS}, index=weeks)
    controls = simulate_controls(rng, weeks)
    return respond(rng, spend=spend, briefs=BRIEFS, controls=controls, demand=DEMAND, noise=NOISE)


def _weekly_again(items: Sequence[LineItem], daily: Cents, weekly: Cents) -> Cents:
    """Recount the weeks of the daily file after days were moved or cut."""
    counted: Cents = daily.reshape(len(items), -1, 7).sum(axis=2)
    is_weekly = np.array([item.source != AD_PLATFORMS for item in items])
    counted[is_weekly] = weekly[is_weekly[: len(weekly)]]
    return counted


def _line_item_truth(
    items: Sequence[LineItem], weekly: Cents, client: SimulatedClient, look_alike_of: dict[str, str]
) -> pd.DataFrame:
    rows = []
    spend: Floats = weekly[:, : len(client.kpi)] / 100
    for item, spent in zip(items, spend, strict=True):
        response = client.truth(item.group).response
        felt = response.effective(client.spend[item.group].to_numpy(dtype=np.float64))
        share = np.divide(response.effective(spent), felt, out=np.zeros_like(felt), where=felt > 0)
        rows.append(
            {
                "line_item_id": item.line_item_id,
                "source": item.source,
                "dimensions": dict(item.dimensions),
                "group": item.group,
                "spend": float(spent.sum()),
                "contribution": float((share * client.contributions[item.group].to_numpy()).sum()),
                "look_alike_of": look_alike_of.get(item.line_item_id, ""),
            }
        )
    return pd.DataFrame(rows)


def _spoiled(clean: SimulatedRetailer) -> SimulatedRetailer:
    """Plant the faults that are in rows, and write down where all of them are."""
    export = planted.with_wrong_money(clean.ad_platforms)
    export = planted.with_repeated_rows(planted.with_refund(export))
    missing = clean.offline["Woche"] == pd.Timestamp(planted.MISSING_WEEK)
    found = (
        *planted.places(export),
        planted.missing_week(clean.offline[missing]),
        planted.step_fault(clean.client.spend),
        planted.truncation(clean.last_day),
    )
    return replace(
        clean,
        ad_platforms=export,
        offline=clean.offline[~missing].reset_index(drop=True),
        ledger=planted.with_credit_note(clean.ledger),
        faults=found,
    )
