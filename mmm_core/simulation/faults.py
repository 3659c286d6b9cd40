"""What is wrong with the retailer's files on purpose, and exactly where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.simulation.bookings import Cents
from mmm_core.simulation.line_items import LineItem

DAY, PLATFORM, CAMPAIGN, AD_SET = "Day", "Platform", "Campaign", "Ad set"
SPEND, IMPRESSIONS, CLICKS = "Amount spent (EUR)", "Impressions", "Clicks"

THOUSANDS_PLATFORM, THOUSANDS_FIRST, THOUSANDS_LAST = "Pinterest", "2025-04-01", "2025-06-30"
SLIP_CAMPAIGN, SLIP_FIRST, SLIP_LAST, SLIP_RATE = "TT_Perf_Catalogue_AT", "2025-09-15", "2025-10-05", 24.9
REFUND_DAY, REFUND_CAMPAIGN, REFUND_AD_SET, REFUND = "2025-02-19", "FB_Perf_Retargeting_DE", "Cart 7 days", -2400.00
REPEATED_PLATFORM, REPEATED_FIRST, REPEATED_LAST = "TikTok", "2024-11-11", "2024-11-13"
MISSING_WEEK = "2025-03-10"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """One campaign or ad set that is written in another way from `first` to `last`."""

    column: str
    campaign: str
    written: str
    instead_of: str
    first: str
    last: str
    how: str
    found_by: str = "look_alike_names"


LOOK_ALIKES = (
    LookAlike(
        column=CAMPAIGN,
        campaign="FB_Brand_Video_Q3_DE",
        written="fb_brand_video_q3_de",
        instead_of="FB_Brand_Video_Q3_DE",
        first="2025-08-04",
        last="2025-09-28",
        how="lower case instead of mixed case",
    ),
    LookAlike(
        column=AD_SET,
        campaign="FB_Perf_Catalogue_DE",
        written="Broad  25-54",
        instead_of="Broad 25-54",
        first="2025-11-03",
        last="2025-12-28",
        how="two spaces instead of one",
    ),
    LookAlike(
        column=CAMPAIGN,
        campaign="IG_Brand_Story_Q1_AT",
        written="IG_Brand_St\u043ery_Q1_AT",
        instead_of="IG_Brand_Story_Q1_AT",
        first="2026-02-02",
        last="2026-03-29",
        how="the Cyrillic letter U+043E instead of the Latin o",
        found_by="mixed_script_names",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedFault:
    """One fault: what, in which file, in which rows (header = row 1) and dates, and the codes of what finds it."""

    code: str
    file: str
    what: str
    found_by: tuple[str, ...]
    first_day: str = ""
    last_day: str = ""
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


def split_look_alikes(
    items: Sequence[LineItem], daily: Cents, days: pd.DatetimeIndex
) -> tuple[tuple[LineItem, ...], Cents, dict[str, str]]:
    """Move the days under another spelling to line items of their own.

    Returns
    -------
    items : tuple of LineItem
        The given ones, then one per look-alike.
    daily : int64 array (items, days)
        Cents; column totals are unchanged.
    look_alike_of : dict of line_item_id to line_item_id
    """
    more, moved, look_alike_of, kept = [], [], {}, daily.copy()
    for alike in LOOK_ALIKES:
        during = (days >= pd.Timestamp(alike.first)) & (days <= pd.Timestamp(alike.last))
        for position, item in enumerate(items):
            named = dict(item.dimensions)
            if named.get(CAMPAIGN) != alike.campaign or named[alike.column] != alike.instead_of:
                continue
            twin = replace(item, dimensions=tuple({**named, alike.column: alike.written}.items()))
            more.append(twin)
            moved.append(np.where(during, kept[position], 0))
            kept[position] -= moved[-1]
            look_alike_of[twin.line_item_id] = item.line_item_id
    return (*items, *more), np.vstack([kept, *moved]), look_alike_of


def with_wrong_money(export: pd.DataFrame) -> pd.DataFrame:
    """Write one platform's quarter in thousands and one campaign's weeks in Czech crowns."""
    spoiled = export.copy()
    at = _thousands(spoiled)
    spoiled.loc[at, SPEND] = (spoiled.loc[at, SPEND] / 1000).round(5)
    at = _slip(spoiled)
    spoiled.loc[at, SPEND] = (spoiled.loc[at, SPEND] * SLIP_RATE).round(2)
    return spoiled


def with_refund(export: pd.DataFrame) -> pd.DataFrame:
    """Add a credit note as a row of its own, after the regular rows of its day."""
    note = {DAY: REFUND_DAY, PLATFORM: "Meta", CAMPAIGN: REFUND_CAMPAIGN, AD_SET: REFUND_AD_SET}
    return _inserted(export, pd.DataFrame([{**note, IMPRESSIONS: 0, CLICKS: 0, SPEND: REFUND}]), after=REFUND_DAY)


def with_repeated_rows(export: pd.DataFrame) -> pd.DataFrame:
    """Export one platform's three days twice, the second time after the last of them."""
    again = export[export[DAY].between(REPEATED_FIRST, REPEATED_LAST) & (export[PLATFORM] == REPEATED_PLATFORM)]
    return _inserted(export, again, after=REPEATED_LAST)


def _inserted(export: pd.DataFrame, rows: pd.DataFrame, *, after: str) -> pd.DataFrame:
    at = int((export[DAY] <= after).sum())
    return pd.concat([export.iloc[:at], rows[export.columns], export.iloc[at:]], ignore_index=True)


def _thousands(export: pd.DataFrame) -> "pd.Series[bool]":
    return (export[PLATFORM] == THOUSANDS_PLATFORM) & export[DAY].between(THOUSANDS_FIRST, THOUSANDS_LAST)


def _slip(export: pd.DataFrame) -> "pd.Series[bool]":
    return (export[CAMPAIGN] == SLIP_CAMPAIGN) & export[DAY].between(SLIP_FIRST, SLIP_LAST)


def rows_of(at: "pd.Series[bool]") -> tuple[int, ...]:
    """Return the rows as a spreadsheet counts them."""
    return tuple(int(position) + 2 for position in at.to_numpy().nonzero()[0])


def places(export: pd.DataFrame) -> tuple[PlantedFault, ...]:
    """Find the planted faults of the ad platforms' export.

    Raises
    ------
    BadInput
        If a fault that should be there is in no row: the retailer was changed and the plan of faults was not.
    """
    found = (
        _repeated_rows(export),
        _thousands_fault(export),
        _slip_fault(export),
        _refund_fault(export),
        *(_look_alike_fault(export, alike) for alike in LOOK_ALIKES),
    )
    for fault in found:
        if not fault.rows:
            raise BadInput(f"Planted fault '{fault.code}' is in no row", where=f"{fault.file}, {fault.what}")
    return found


def _repeated_rows(export: pd.DataFrame) -> PlantedFault:
    return PlantedFault(
        code="duplicate_rows",
        file="ad_platforms.csv",
        what=f"Rows of {REPEATED_PLATFORM} stand twice, exactly alike; the rows given are the second ones",
        found_by=("duplicate_rows", "control_total_differs"),
        first_day=REPEATED_FIRST,
        last_day=REPEATED_LAST,
        rows=rows_of(export.duplicated()),
    )


def _thousands_fault(export: pd.DataFrame) -> PlantedFault:
    return PlantedFault(
        code="spend_in_thousands",
        file="ad_platforms.csv",
        what=f"Spend of {THOUSANDS_PLATFORM} is in thousand EUR; impressions and clicks are right",
        found_by=("spend_unit_slip", "control_total_differs"),
        first_day=THOUSANDS_FIRST,
        last_day=THOUSANDS_LAST,
        rows=rows_of(_thousands(export)),
        columns=(SPEND,),
        details={"multiply_by": 1000},
    )


def _slip_fault(export: pd.DataFrame) -> PlantedFault:
    return PlantedFault(
        code="currency_slip",
        file="ad_platforms.csv",
        what=f"Spend of campaign {SLIP_CAMPAIGN} is in Czech crowns, not EUR",
        found_by=("spend_currency_slip", "control_total_differs"),
        first_day=SLIP_FIRST,
        last_day=SLIP_LAST,
        rows=rows_of(_slip(export)),
        columns=(SPEND,),
        details={"divide_by": SLIP_RATE},
    )


def _refund_fault(export: pd.DataFrame) -> PlantedFault:
    return PlantedFault(
        code="refund",
        file="ad_platforms.csv",
        what=f"A credit note of {REFUND:.2f} EUR for {REFUND_CAMPAIGN} / {REFUND_AD_SET}; the ledger books it as well",
        found_by=("negative_spend",),
        first_day=REFUND_DAY,
        last_day=REFUND_DAY,
        rows=rows_of(export[SPEND] < 0),
        columns=(SPEND,),
        details={"amount": REFUND},
    )


def _look_alike_fault(export: pd.DataFrame, alike: LookAlike) -> PlantedFault:
    at = (export[alike.column] == alike.written) & export[DAY].between(alike.first, alike.last)
    return PlantedFault(
        code="look_alike_name",
        file="ad_platforms.csv",
        what=f"{alike.column} '{alike.written}' of campaign {alike.campaign}: {alike.how}",
        found_by=(alike.found_by,),
        first_day=alike.first,
        last_day=alike.last,
        rows=rows_of(at),
        columns=(alike.column,),
        details={"written": alike.written, "instead_of": alike.instead_of},
    )


def missing_week(rows: pd.DataFrame) -> PlantedFault:
    """Describe the week that is not in the offline file; `rows` are the ones that were taken out."""
    week = pd.Timestamp(MISSING_WEEK)
    amount = rows["Kosten (EUR)"].sum()
    taken = rows[["Medium", "Titel", "Kosten (EUR)", "Auflage"]].values.tolist()
    return PlantedFault(
        code="missing_week",
        file="offline.csv",
        what=f"No rows for the week of {MISSING_WEEK}; {len(rows)} rows, {amount:.2f} EUR are missing",
        found_by=("missing_periods", "control_total_differs"),
        first_day=MISSING_WEEK,
        last_day=str((week + pd.Timedelta(days=6)).date()),
        groups=("Print", "Direct mail"),
        details={"rows_taken_out": taken},
    )


def step_fault(spend: pd.DataFrame) -> PlantedFault:
    """Describe the two groups that run in step; `spend` per complete week and group."""
    pair = ("Brand social", "Performance social")
    correlation = round(float(spend[pair[0]].corr(spend[pair[1]])), 3)
    return PlantedFault(
        code="groups_in_step",
        file="ad_platforms.csv",
        what=f"Weekly spend of {pair[0]} and {pair[1]} runs in step (correlation {correlation})",
        found_by=("collinear_groups",),
        groups=pair,
        details={"correlation": correlation},
    )


def truncation(last_day: pd.Timestamp) -> PlantedFault:
    """Describe the last week, of which the daily files hold only some days."""
    monday = last_day - pd.Timedelta(days=last_day.day_of_week)
    return PlantedFault(
        code="truncated_last_week",
        file="revenue.csv",
        what=f"The daily files end on {last_day:%A}, {last_day:%Y-%m-%d}; the weekly files hold the whole week",
        found_by=("truncated_period",),
        first_day=str(monday.date()),
        last_day=str(last_day.date()),
        details={"days_in_last_week": last_day.day_of_week + 1, "also_in": ["ad_platforms.csv"]},
    )


def with_credit_note(ledger: pd.DataFrame) -> pd.DataFrame:
    """Book the refund in the ledger: it is real money."""
    booked = ledger.copy()
    at = (booked["month"] == REFUND_DAY[:7]) & (booked["medium"] == "Meta")
    booked.loc[at, "booked_eur"] = (booked.loc[at, "booked_eur"] + REFUND).round(2)
    return booked
