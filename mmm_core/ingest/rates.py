"""Exchange rates per period, and amounts brought to one currency by exact arithmetic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.errors import BadInput, counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.columns import require_columns
from mmm_core.ingest.dates import read_calendar
from mmm_core.ingest.granularity import granularity, period_ends
from mmm_core.ingest.numbers import read_column
from mmm_core.ingest.readings import RatesReading
from mmm_core.ingest.table import RawTable
from mmm_core.money import MICROS_PER_UNIT, fits, spoken_amount
from mmm_core.schema import AppliedCorrection, MediaTable, ProjectData

_DECIMALS = 18
_LARGEST_RATE = Decimal(10) ** 9
_DAYS_A_DAILY_RATE_HOLDS = 7
"""Banks fix no rate on weekends and holidays; the last one holds."""
_NEVER = np.datetime64("2262-01-01", "D")
_MOST_RATES_SHOWN = 60


class Rate(NamedTuple):
    """Units of the project's currency per unit of `currency`, from the day `start` on."""

    start: date
    currency: str
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateTable:
    """Exchange rates to one currency.

    `rates`: one row per currency and period, sorted: `currency`, `start`, `end` (datetime64[D], both days inside),
    `rate` (Decimal). A rate holds within its own period (week, month, quarter); a daily one until the next, for a
    week at most; the only one of a currency from its day on.
    """

    source: str
    rates: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def rate_table(rates: Iterable[Rate], *, source: str) -> RateTable:
    """Put rates in order.

    Raises
    ------
    BadInput
        If there is none, one is not above 0 or too large, or two contradict each other.
    """
    known: dict[tuple[str, date], Decimal] = {}
    for start, currency, rate in rates:
        if not 0 < rate < _LARGEST_RATE:
            raise _unusable(f"The rate of {currency} on {start} is {rate}", source, "a positive number")
        if known.setdefault((currency, start), rate) != rate:
            raise _unusable(f"{currency} has two rates on {start}", source, "one rate per currency and period")
    if not known:
        raise _unusable("There are no exchange rates", source, "at least one row")
    ordered = sorted(known)
    frame = pd.DataFrame({"currency": [currency for currency, _ in ordered], "rate": [known[key] for key in ordered]})
    starts = np.array([start for _, start in ordered], dtype="datetime64[D]")
    frame["start"], frame["end"] = starts, _ends(starts, frame["currency"].to_numpy())
    return RateTable(source=source, rates=frame)


def read_rates(table: RawTable, reading: RatesReading) -> RateTable:
    """Read a file of exchange rates; raises `BadInput` for cells that are no date, code or rate."""
    require_columns(table, reading.date, reading.currency, reading.rate)
    starts = read_calendar(table, reading.date, order=reading.date_order).first.astype("datetime64[D]").tolist()
    codes = [text.strip().upper() for text in table.texts(reading.currency).to_pylist()]
    plain = read_column(table, reading.rate, decimal=reading.decimal).plain.to_pylist()
    for row, code, text in zip(table.row_numbers.tolist(), codes, plain, strict=True):
        if text is None or not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise _unusable(f"Row {row} has the currency {code!r} and the rate {text!r}", table.label, "both")
    rates = (Rate(*parts) for parts in zip(starts, codes, map(Decimal, plain), strict=True))
    return replace(rate_table(rates, source=table.label), findings=table.findings)


def convert(table: MediaTable, rates: RateTable | None, project_currency: str) -> MediaTable:
    """Bring the amounts of a media table to the project's currency.

    Each record is converted on its own, rounded half to even to the micro. A table that names no currency, or only the
    project's, comes back as it is. One with a record that no rate fits is not converted at all and gets the error
    `currency_without_rate`, which blocks the fit: a table converted in part would be a mix.

    Returns
    -------
    MediaTable
        With the note `currency_converted` on amounts before and after; `raw_micros` in the project's currency.

    Raises
    ------
    BadInput
        If the converted amounts are too large to be added up exactly.
    """
    codes = _codes(table.records)
    named = codes != ""
    foreign = named & (codes != project_currency)
    if not foreign.any() and not any(_foreign(one.touched, project_currency) for one in table.corrections):
        return table
    position = _positions(codes, table.records["date"], rates)
    spent = table.records["spend_micros"].to_numpy(dtype=np.int64) != 0
    lost = spent & ((foreign & (position < 0)) | ~named)
    if lost.any():
        return _without_rate(table, codes, lost, project_currency)
    corrections = tuple(_corrected_in(one, rates, project_currency, table.source) for one in table.corrections)
    known = rates.rates["rate"].to_list() if rates is not None else []
    converted = table.records["spend_micros"].to_numpy(dtype=np.int64).copy()
    due = foreign & spent
    converted[due] = multiplied(converted[due], known, position[due])
    records = table.records.assign(spend_micros=converted)
    note = (_note(table, codes, converted, position, rates, project_currency),) if foreign.any() else ()
    kept = tuple(finding for finding in table.findings if finding.code != "several_currencies")
    raw = sum(converted.tolist()) - sum(one.difference_micros for one in corrections)
    found = (*kept, *note)
    return replace(table, records=records, raw_micros=raw, findings=found, corrections=corrections)


def in_one_currency(data: ProjectData, tables: Sequence[RateTable], project_currency: str) -> ProjectData:
    """Convert all media of a project by all its rates, see `convert`; raises `BadInput` as `rate_table` does."""
    rates = joined(tables) if tables else None
    return replace(data, media=tuple(convert(table, rates, project_currency) for table in data.media))


def joined(tables: Sequence[RateTable]) -> RateTable:
    """Make one table of several; raises `BadInput` when they contradict each other."""
    columns = ("start", "currency", "rate")
    rows = (
        Rate(start.date(), currency, rate)
        for table in tables
        for start, currency, rate in zip(*(table.rates[name].tolist() for name in columns), strict=True)
    )
    return rate_table(rows, source=listed([table.source for table in tables]))


def multiplied(micros: np.ndarray, rates: Sequence[Decimal], which: np.ndarray) -> np.ndarray:
    """Return each amount times its rate, int64, rounded half to even; exact, since no float is involved.

    Parameters
    ----------
    micros : ndarray
        int64, shape (records,).
    rates : sequence of Decimal
        Cut to 18 decimals, half to even.
    which : ndarray
        Position of each amount's rate.

    Raises
    ------
    BadInput
        If the products are too large to be added up exactly.
    """
    step = Decimal(1).scaleb(-_DECIMALS)
    with localcontext(prec=40):
        short = [rate.quantize(step, rounding=ROUND_HALF_EVEN) for rate in rates]
    size = float(np.abs(micros * np.array(short, dtype=float)[which]).sum()) / MICROS_PER_UNIT
    if not fits(size):
        raise _unusable(f"The converted amounts add up to {size:,.0f}", "", "at most 9 trillion")
    factors = pa.array(short, type=pa.decimal256(_DECIMALS + 10, _DECIMALS)).take(pa.array(which))
    exact = pc.multiply(pa.array(micros).cast(pa.decimal256(19, 0)), factors)
    whole = pc.round(exact, ndigits=0, round_mode="half_to_even").cast(pa.decimal256(76, 0))
    quarters = np.frombuffer(whole.buffers()[1], dtype=np.int64).reshape(-1, 4)
    start = whole.offset  # a decimal256 is a 256-bit integer in memory; its lowest quarter is the number
    return quarters[start : start + len(whole), 0].copy()


def _ends(starts: np.ndarray, currencies: np.ndarray) -> np.ndarray:
    """Return the last day that each rate holds."""
    unit = granularity(starts)
    _, ends = period_ends(starts, unit)
    if unit == "day":
        ends = starts + (_DAYS_A_DAILY_RATE_HOLDS - 1)
        follows = np.r_[currencies[:-1] == currencies[1:], False]
        ends = np.where(follows, np.minimum(ends, np.r_[starts[1:], _NEVER] - 1), ends)
    _, code, count = np.unique(currencies, return_inverse=True, return_counts=True)
    ends[count[code] == 1] = _NEVER
    return ends


def _corrected_in(
    correction: AppliedCorrection, rates: RateTable | None, project_currency: str, source: str
) -> AppliedCorrection:
    """Say in the project's currency what a correction did; each amount is converted as its record is."""
    touched = correction.touched
    codes = _codes(touched)
    position = _positions(codes, touched["date"], rates)
    foreign = (codes != "") & (codes != project_currency)
    due = foreign & (touched["before_micros"] != 0).to_numpy()
    lost = due & (position < 0)
    if lost.any():
        raise _unusable(
            f"{counted(int(lost.sum()), 'corrected amount')} in {listed(sorted(set(codes[lost])))} cannot be converted",
            source,
            f"a rate to {project_currency} for every amount of the file, left out or not,",
        )
    known = rates.rates["rate"].to_list() if rates is not None else []
    amounts = {}
    for name in ("before_micros", "after_micros"):
        amounts[name] = touched[name].to_numpy(dtype=np.int64).copy()
        amounts[name][due] = multiplied(amounts[name][due], known, position[due]) if due.any() else 0
    return replace(correction, touched=touched.assign(**amounts))


def _foreign(records: pd.DataFrame, project_currency: str) -> bool:
    return bool(set(np.unique(_codes(records))) - {"", project_currency})


def _codes(records: pd.DataFrame) -> np.ndarray:
    if "currency" not in records:
        return np.full(len(records), "", dtype=object)
    return records["currency"].astype(object).to_numpy()


def _positions(codes: np.ndarray, dates: pd.Series, rates: RateTable | None) -> np.ndarray:
    """Return the row of the rate that holds for each record, -1 where none does."""
    found = np.full(len(codes), -1, dtype=np.int64)
    if rates is None:
        return found
    days = dates.to_numpy().astype("datetime64[D]")
    currencies = rates.rates["currency"].to_numpy()
    starts, ends = (rates.rates[name].to_numpy().astype("datetime64[D]") for name in ("start", "end"))
    for code in np.unique(codes):
        rows, own = np.flatnonzero(codes == code), np.flatnonzero(currencies == code)
        if len(own):
            place = np.searchsorted(starts[own], days[rows], side="right") - 1
            holds = (place >= 0) & (days[rows] <= ends[own[place]])
            found[rows[holds]] = own[place[holds]]
    return found


def _without_rate(table: MediaTable, codes: np.ndarray, lost: np.ndarray, project_currency: str) -> MediaTable:
    records, shown = table.records, np.where(codes == "", "unnamed", codes)
    places = []
    for code in sorted(set(shown[lost])):
        days = records["date"][lost & (shown == code)]
        first, last = f"{days.min():%Y-%m-%d}", f"{days.max():%Y-%m-%d}"
        places.append(f"{code} on {first}" if first == last else f"{code} from {first} to {last}")
    have = "has" if lost.sum() == 1 else "have"
    months = tuple(sorted(set(records["date"][lost].dt.strftime("%Y-%m"))))
    finding = Finding(
        code="currency_without_rate",
        severity=Severity.ERROR,
        message=f"{table.source}: {counted(int(lost.sum()), 'amount')} {have} no rate to {project_currency} "
        f"({listed(places)}); nothing in the file was converted.",
        where=Place(
            source=table.source,
            rows=tuple(int(row) for row in pd.unique(records["row"][lost])[:50]),
            periods=months[:50],
        ),
        evidence={"amounts": int(lost.sum()), "currencies": sorted(set(shown[lost]))},
        remedy=f"Add exchange rates to {project_currency} for these currencies and periods, or convert the file.",
        threshold="Every amount in another currency needs a rate for its date.",
    )
    return replace(table, findings=(*table.findings, finding))


def _note(
    table: MediaTable,
    codes: np.ndarray,
    converted: np.ndarray,
    position: np.ndarray,
    rates: RateTable | None,
    project_currency: str,
) -> Finding:
    """Say what the amounts were before and after, and which rates were used."""
    micros = table.records["spend_micros"].to_numpy(dtype=np.int64)
    parts, evidence = [], {}
    for code in sorted(set(codes[micros != 0]) - {project_currency}):
        own = codes == code
        before, after = int(micros[own].sum()), int(converted[own].sum())
        parts.append(f"{spoken_amount(before)} {code} to {spoken_amount(after)} {project_currency}")
        evidence[code] = {"before_micros": before, "after_micros": after, "records": int(own.sum())}
    used = rates.rates.iloc[np.unique(position[position >= 0])] if rates is not None else pd.DataFrame()
    shown = [f"{row.currency} {row.start:%Y-%m-%d}: {row.rate}" for row in used.head(_MOST_RATES_SHOWN).itertuples()]
    return Finding(
        code="currency_converted",
        severity=Severity.NOTE,
        message=f"{table.source}: converted {listed(parts)} by {counted(len(used), 'rate')} "
        f"of {rates.source if rates else ''}.",
        where=Place(source=table.source, columns=("currency",)),
        evidence={"currencies": evidence, "rates": shown, "rates_used": len(used)},
        remedy="Check that the rates are units of the project's currency per unit of the other one.",
    )


def _unusable(found: str, where: str, expected: str) -> BadInput:
    return BadInput(found, where=where, expected=f"{expected} was expected", remedy="Correct the exchange rates")
