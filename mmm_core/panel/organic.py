"""Organic media at the model's door: exposure without spend becomes controls that are called so."""

from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import Series
from mmm_core.schema import WHOLE_MARKET, OrganicTable

_PREFIX = "organic: "
_STEADY = 1e-12
MOST_APART = 8
"""Line items of one file that become a series each; a file with more is added up. Judgement: as many controls again as
a usual model has, beyond that their effects can hardly be told apart."""


def is_organic(control: str) -> bool:
    """Tell whether a control of a panel is a series of organic media."""
    return control.startswith(_PREFIX)


def plain_name(control: str) -> str:
    """Return how people call a series of organic media."""
    return control.removeprefix(_PREFIX)


def organic_series(tables: Sequence[OrganicTable], calendar: Calendar, *, keep_geo: bool) -> tuple[Series, ...]:
    """Add exposure up per period, one `Series` per file and in it one column per line item or one for all of them.

    A column is named "organic: <line item>", or "organic: <file>" where a file has more than eight line items. Names
    that two files share get the file's name in front. Periods without a figure are missing here and count as 0 in the
    model, see `mmm_core.checks.organic`. The number of figures per period is `Series.days`.
    """
    named = [_names(table) for table in tables]
    every = [name for names in named for name in names.values()]
    result = []
    for table, names in zip(tables, named, strict=True):
        shared = {name for name in names.values() if every.count(name) > list(names.values()).count(name)}
        final = {item: f"{_stem(table)} {name}" if name in shared else name for item, name in names.items()}
        result.append(_series(table, final, calendar, keep_geo=keep_geo))
    return tuple(result)


def laid_out(series: Series, numbers: np.ndarray, geos: list[str]) -> dict[str, np.ndarray]:
    """Return the exposure of each series per period and geo, 0 where there is no figure."""
    names = [str(name) for name in series.values.columns]
    return {name: series.laid_out(name, numbers, geos).fillna(0.0).to_numpy(dtype=np.float64) for name in names}


def on_window(series: Sequence[Series], numbers: np.ndarray, geos: list[str]) -> tuple[Series, ...]:
    """Return organic media as controls that cover every period and geo, without the series that never change."""
    found = []
    for one in series:
        moving = {name: values for name, values in laid_out(one, numbers, geos).items() if changes(values)}
        index = pd.MultiIndex.from_product([numbers, geos], names=["number", "geo"])
        values = pd.DataFrame({name: values.ravel() for name, values in moving.items()}, index=index)
        found.append(Series(values=values, days=one.days, typical_days=one.typical_days))
    return tuple(found)


def changes(values: np.ndarray) -> bool:
    """Tell whether exposure (periods, geos) changes over time anywhere; only then can it explain anything."""
    return bool(np.ptp(values, axis=0).max(initial=0.0) > _STEADY * np.abs(values).max(initial=0.0))


def _series(table: OrganicTable, names: dict[str, str], calendar: Calendar, *, keep_geo: bool) -> Series:
    records = table.records[table.records["exposure"].notna()]
    number = pd.Series(calendar.number(records["date"]), index=records.index, name="number")
    geo = records["geo"].astype(str) if keep_geo else pd.Series(WHOLE_MARKET, index=records.index)
    column = records["line_item_id"].astype(str).map(names).rename("series")
    grouped = records["exposure"].groupby([number, geo.rename("geo"), column])
    wide = grouped.sum().unstack("series").reindex(columns=list(dict.fromkeys(names.values())))
    wide.columns = pd.Index([f"{_PREFIX}{name}" for name in wide.columns])
    days = records["exposure"].groupby([number, geo.rename("geo")]).size()
    return Series(values=wide.astype(np.float64), days=days, typical_days=1)


def _names(table: OrganicTable) -> dict[str, str]:
    """Return the name of the series of every line item."""
    ids = [str(item) for item in table.line_items.index]
    if len(ids) > MOST_APART:
        return dict.fromkeys(ids, _stem(table))
    words = [" ".join(str(part).strip() for part in row if str(part).strip()) for row in table.line_items.to_numpy()]
    names = [word or _stem(table) for word in words]
    # Two line items of one name would be added up without a word.
    return {item: name if names.count(name) == 1 else f"{name} ({item})" for item, name in zip(ids, names, strict=True)}


def _stem(table: OrganicTable) -> str:
    """Return a file's name as people say it: without folder and ending, with the sheet where there is one."""
    file, _, sheet = table.source.partition(" / ")
    stem = PurePosixPath(file).stem or file
    return f"{stem} {sheet}".strip()
