"""`README.md` of the sample folder: origin, columns, faults; figures come from the data."""

from mmm_core.errors import listed
from mmm_core.simulation.faults import PlantedFault
from mmm_core.simulation.line_items import AD_PLATFORMS, AGENCY_PLAN, OFFLINE, PATHS
from mmm_core.simulation.retailer import FIRST_WEEK, NAME, SimulatedRetailer
from mmm_core.simulation.workbook import HEADER_ROWS, SHEET

_FILES = """## Files

Money is in EUR, net. A week begins on Monday and is named by it.

### {ad_platforms}: what the ad platforms bill, per day

UTF-8 with byte order mark, commas, decimal points. One row per line item and day with spend; {ad_rows:,} rows.

| column | meaning |
|---|---|
| Day | date, yyyy-mm-dd |
| Platform, Campaign, Ad set | identify the line item |
| Impressions | number of impressions |
| Clicks | number of clicks |
| Amount spent (EUR) | spend, EUR |

### {agency_plan}: the agency's weekly plan

Sheet "{sheet}": a preamble, headers in rows {top} and {below} (channel merged over station and format), one row per
week, a totals row "Total". `Week commencing` is a date; the {plan_columns} other columns hold spend in EUR, blank
when off air. The sheet "Notes" holds no data.

### {offline}: print and direct mail, per week

UTF-8, semicolons, decimal commas, thousands dots.

| column | meaning |
|---|---|
| Medium, Titel | medium and title; identify the line item |
| Woche | Monday of the week, dd.mm.yyyy |
| Kosten (EUR) | spend, EUR |
| Auflage | copies printed or sent |

### revenue.csv: the outcome, per day

`date` (yyyy-mm-dd), `revenue` (EUR). Every day is there from {first_day} to {last_day}.

### controls.csv: other drivers, per week

`date` (Monday), `price_index` (100 = long-run mean), `promotion` (share of the range on promotion, 0 to 1),
`temperature` (weekly mean, degrees Celsius).

### ledger.csv: what finance booked, per month

`month` (yyyy-mm), `medium` (ad platform, agency channel or offline medium), `booked_eur` (EUR). Days of
{ad_platforms} are booked in their month, weeks of the other files in the month of their Monday. This is the true
money, the refund included: repair the faults, and the files meet it to the cent.

### lift_tests.csv: two experiments

`group`, `start`, `end` (first and last day), `usual_spend_eur` (over the test, without the change),
`spend_change_eur` (over the test), `lift_eur` (measured change of revenue, carry-over included), `lift_low_eur`,
`lift_high_eur` (90 % interval). Test regions had the changed spend, scaled up to the whole market; the other files
hold the usual spend. The lift is the true one plus an error of at most 1.2 standard errors.

### truth.json: what really happened

Per group: path in the tree, `alpha` (geometric adstock, normalised, l_max 8), `lam` (logistic saturation of spend
divided by `scale`, its largest week), `beta` (EUR per week; `beta_scaled` is divided by the largest weekly revenue),
spend, contribution and ROI over the {weeks} complete weeks. The spend leaves the refund aside.
Per line item, as the files spell it: spend and contribution; the latter is the group's, split week by week by share
of the spend after carry-over: an allocation, not an effect of its own.
`weekly`: revenue = baseline + contributions + noise. The baseline has a trend of {trend:.1%} over the whole time.
`faults`: every planted fault with file, rows (the header is row 1), dates, and the codes of the findings that name it
(`docs/findings.md`).

### workshop.toml

Reads the media, revenue, controls and the ledger, and maps every line item by rules:
`mmm-workshop run sample_data/workshop.toml --out DIR`.
"""


def readme(retailer: SimulatedRetailer, *, seed: int) -> str:
    """Describe the sample folder."""
    client = retailer.client
    share = client.contributions.to_numpy().sum() / client.kpi.sum()
    head = (
        f"# Sample client: {NAME}\n\n"
        f"{NAME} is a furniture retailer that does not exist. All figures are simulated (seed {seed}); rewrite the\n"
        "folder, byte for byte, with `python -m mmm_core.simulation sample_data`. Names of stations, titles and the\n"
        "agency are made up.\n\n"
        f"{len(client.kpi)} complete weeks, {len(retailer.line_items)} line items in {len(client.groups)} groups; "
        f"media cause {share:.0%} of revenue.\n"
    )
    files = _FILES.format(
        ad_platforms=AD_PLATFORMS,
        agency_plan=AGENCY_PLAN,
        offline=OFFLINE,
        ad_rows=len(retailer.ad_platforms),
        plan_columns=len(retailer.agency_plan.columns) - 1,
        sheet=SHEET,
        top=HEADER_ROWS[0],
        below=HEADER_ROWS[1],
        weeks=len(client.kpi),
        trend=client.demand.trend,
        first_day=FIRST_WEEK,
        last_day=f"{retailer.last_day:%Y-%m-%d}",
    )
    return "\n".join([head, files, _truth_table(retailer), _fault_table(retailer.faults)])


def _truth_table(retailer: SimulatedRetailer) -> str:
    lines = ["## Groups and their truth", "", "| group | spend, EUR | ROI | share of revenue |", "|---|--:|--:|--:|"]
    revenue = float(retailer.client.kpi.sum())
    for group in retailer.client.groups:
        path = " > ".join(PATHS[group.name])
        lines.append(f"| {path} | {group.spend:,.0f} | {group.roi:.2f} | {group.contribution / revenue:.1%} |")
    return "\n".join([*lines, ""])


def _fault_table(faults: tuple[PlantedFault, ...]) -> str:
    lines = ["## Planted faults", "", "| fault | file | place | what | found by |", "|---|---|---|---|---|"]
    for fault in faults:
        found = ", ".join(f"`{code}`" for code in fault.found_by)
        lines.append(f"| {fault.code} | {fault.file} | {_place(fault)} | {fault.what} | {found} |")
    return "\n".join([*lines, ""])


def _place(fault: PlantedFault) -> str:
    parts = []
    if fault.rows:
        parts.append(("row " if len(fault.rows) == 1 else "rows ") + listed(fault.rows, most=3))
    if fault.first_day:
        parts.append(fault.first_day if fault.first_day == fault.last_day else f"{fault.first_day} to {fault.last_day}")
    if fault.groups:
        parts.append(" and ".join(fault.groups))
    return "; ".join(parts)
