"""The retailer's files as tables: what each system would export from the same bookings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmm_core.simulation.bookings import Cents
from mmm_core.simulation.faults import AD_SET, CAMPAIGN, CLICKS, DAY, IMPRESSIONS, PLATFORM, SPEND
from mmm_core.simulation.line_items import AD_PLATFORMS, AGENCY_PLAN, OFFLINE, LineItem

WEEK_COLUMN = "Week commencing"
_SHOPPING_DAYS = np.array([0.95, 0.9, 0.92, 1.0, 1.15, 1.3, 0.78])
_EUR_PER_THOUSAND = {"Online video": 9.0, "Brand social": 5.0, "Performance social": 8.0, "Paid search": 55.0}
_CLICK_RATE = {"Online video": 0.002, "Brand social": 0.006, "Performance social": 0.014, "Paid search": 0.07}


def ad_platforms_export(
    rng: np.random.Generator, items: Sequence[LineItem], daily: Cents, days: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return one row per line item and day with spend, sorted by day and names; `Day` is ISO text."""
    dear = rng.lognormal(0.0, 0.2, len(items))
    at, day = np.nonzero(daily)
    groups = np.array([item.group for item in items])[at]
    spend = daily[at, day] / 100
    price = np.array([_EUR_PER_THOUSAND[group] for group in groups]) * dear[at]
    shown = np.rint(1000 * spend / price * rng.lognormal(0.0, 0.08, len(at))).astype(np.int64)
    rate = np.array([_CLICK_RATE[group] for group in groups]) * rng.lognormal(0.0, 0.15, len(at))
    names = [dict(item.dimensions) for item in items]
    frame = pd.DataFrame(
        {
            DAY: days.strftime("%Y-%m-%d").to_numpy()[day],
            **{column: [names[item][column] for item in at] for column in (PLATFORM, CAMPAIGN, AD_SET)},
            IMPRESSIONS: shown,
            CLICKS: np.rint(shown * rate).astype(np.int64),
            SPEND: spend,
        }
    )
    return frame.sort_values([DAY, PLATFORM, CAMPAIGN, AD_SET], ignore_index=True)


def agency_plan_export(items: Sequence[LineItem], weekly: Cents, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the agency's wide table: `WEEK_COLUMN`, then one column of EUR per line item ("TV / Nova 30s")."""
    columns = {
        item.dimensions[0][1]: weekly[position] / 100
        for position, item in enumerate(items)
        if item.source == AGENCY_PLAN
    }
    return pd.DataFrame({WEEK_COLUMN: weeks, **columns})


def offline_export(
    rng: np.random.Generator, items: Sequence[LineItem], weekly: Cents, weeks: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return one row per line item and week with spend: Medium, Titel, Woche, Kosten (EUR), Auflage (copies)."""
    rows = []
    for position, item in enumerate(items):
        if item.source != OFFLINE:
            continue
        eur_per_copy = rng.uniform(0.05, 0.12) if item.group == "Print" else rng.uniform(0.2, 0.6)
        for week in np.flatnonzero(weekly[position]):
            spend = int(weekly[position, week]) / 100
            copies = int(np.rint(spend / eur_per_copy / 100)) * 100
            rows.append((*(value for _, value in item.dimensions), weeks[int(week)], spend, copies))
    frame = pd.DataFrame(rows, columns=["Medium", "Titel", "Woche", "Kosten (EUR)", "Auflage"])
    return frame.sort_values(["Woche", "Medium", "Titel"], ignore_index=True)


def revenue_export(rng: np.random.Generator, weekly: pd.Series, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Split weekly revenue over the days, exact to the cent: `date`, `revenue` (EUR)."""
    cents = np.rint(weekly.to_numpy(dtype=np.float64) * 100).astype(np.int64)
    pattern = _SHOPPING_DAYS * rng.lognormal(0.0, 0.05, (len(cents), 7))
    split = np.floor(cents[:, None] * pattern / pattern.sum(axis=1, keepdims=True)).astype(np.int64)
    split[:, -1] += cents - split.sum(axis=1)
    return pd.DataFrame({"date": days, "revenue": split.ravel() / 100})


def ledger_export(
    items: Sequence[LineItem], daily: Cents, weekly: Cents, days: pd.DatetimeIndex, weeks: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return what finance booked: `month` (2024-01), `medium`, `booked_eur`; weeks are booked where they begin."""
    parts = []
    for position, item in enumerate(items):
        is_daily = item.source == AD_PLATFORMS
        dates, cents = (days, daily[position]) if is_daily else (weeks, weekly[position])
        parts.append(pd.DataFrame({"month": dates.strftime("%Y-%m"), "medium": item.medium, "cents": cents}))
    totals = pd.concat(parts).groupby(["month", "medium"])["cents"].sum()
    booked = totals[totals != 0].reset_index()
    booked["booked_eur"] = booked["cents"] / 100
    return booked[["month", "medium", "booked_eur"]]
