"""What a newer file of a source says differently from the older one, before it replaces it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted, listed
from mmm_core.money import spoken_amount
from mmm_core.schema import ControlsTable, KpiTable, MediaTable, OrganicTable, file_rows

Comparable = MediaTable | KpiTable | ControlsTable | OrganicTable
STATUSES = ("new", "changed", "gone", "same")
_KEY = ["line_item_id", "date", "geo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDifference:
    """The difference between two files of one source.

    Attributes
    ----------
    cells : DataFrame
        What is not the same, one row per line item (or column of figures), date and geo, sorted by these:
        `line_item_id`, `name`, `date`, `geo`, `status` ("new", "changed", "gone"), and per measure `<measure>_before`,
        `<measure>_after` (0 or NaN where there is none), `rows_before`, `rows_after` (file rows that were added up).
    per_line_item, per_period : DataFrame
        The same added up: per line item with `status` ("new" and "gone" when the other file does not have it at all),
        per date; `new`, `changed`, `gone` count cells.
    counts : dict
        Cells per status, "same" included.
    new_line_items, gone_line_items : tuple of str
        Names of line items, or columns, that only one of the files has.
    measures : tuple of str
        "spend_micros" and "exposure" of media, and "clicks" where both files have them; "value" of an outcome and of
        controls.
    sentence : str
        The difference in one sentence.
    """

    cells: pd.DataFrame
    per_line_item: pd.DataFrame
    per_period: pd.DataFrame
    counts: dict[str, int]
    new_line_items: tuple[str, ...]
    gone_line_items: tuple[str, ...]
    measures: tuple[str, ...]
    sentence: str

    @property
    def is_empty(self) -> bool:
        """Whether both files say the same."""
        return self.cells.empty


def difference(before: Comparable, after: Comparable, *, currency: str = "") -> SourceDifference:
    """Compare two typed tables of one kind. Rows for the same line item, date and region are added up first.

    Raises
    ------
    BadInput
        If the tables are of different kinds.
    """
    if type(before) is not type(after):
        raise BadInput(
            f"The files are of different kinds: {_kind(before)} and {_kind(after)}",
            where=f"{before.source}, {after.source}",
            expected="two versions of one source were expected",
            remedy="Add the newer file as a source of its own",
        )
    clicks = all(isinstance(table, MediaTable) and "clicks" in table.records for table in (before, after))
    old, new = _cells(before, clicks=clicks), _cells(after, clicks=clicks)
    measures = tuple(name for name in old.columns if name != "rows")
    both = _side_by_side(old, new)
    both["status"] = _status(both, measures, (both.index.isin(old.index), both.index.isin(new.index)))
    names = _names(before) | _names(after)
    counts = {status: int((both["status"] == status).sum()) for status in STATUSES}
    cells = both.reset_index()
    cells.insert(1, "name", cells["line_item_id"].map(names))
    items = _per_line_item(cells, measures)
    gone, fresh = (tuple(items.loc[items["status"] == status, "name"]) for status in ("gone", "new"))
    return SourceDifference(
        cells=cells[cells["status"] != "same"].reset_index(drop=True),
        per_line_item=items,
        per_period=_added_up(cells, ["date"], measures),
        counts=counts,
        new_line_items=fresh,
        gone_line_items=gone,
        measures=measures,
        sentence=_sentence(cells, counts, (fresh, gone), measures[0], currency),
    )


def _kind(table: Comparable) -> str:
    return {MediaTable: "media", KpiTable: "KPI", ControlsTable: "controls", OrganicTable: "organic media"}[type(table)]


def _cells(table: Comparable, *, clicks: bool) -> pd.DataFrame:
    """Add rows up per line item, date and geo; columns of an outcome or of controls are line items of their own."""
    if isinstance(table, MediaTable | OrganicTable):
        rows = table.records.assign(rows=file_rows(table.records), geo=table.records["geo"].astype(str))
        rows["line_item_id"] = rows["line_item_id"].astype(str)
        measures = ["spend_micros", "exposure"] if isinstance(table, MediaTable) else ["exposure"]
        measures += ["clicks"] if clicks else []
    else:
        columns = [table.name] if isinstance(table, KpiTable) else list(table.names)
        values = table.rows.rename(columns={"value": table.name}) if isinstance(table, KpiTable) else table.rows
        rows = values.melt(["row", "date", "geo"], columns, var_name="line_item_id", value_name="value")
        rows["line_item_id"], rows["geo"] = rows["line_item_id"].astype(str), rows["geo"].astype(str)
        rows = rows.assign(rows=rows["value"].notna().astype(np.int64))[rows["value"].notna().to_numpy()]
        measures = ["value"]
    grouped = rows.groupby(_KEY, sort=False)
    added: dict[str, pd.Series] = {"rows": grouped["rows"].sum()}
    for name in measures:
        added[name] = grouped[name].sum() if rows[name].dtype.kind == "i" else grouped[name].sum(min_count=1)
    return pd.DataFrame(added)


def _side_by_side(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Join both sides; money and rows are 0 where a side has none (never by way of floats), other figures NaN."""
    index = old.index.union(new.index)
    sides = {}
    for name in old.columns:
        for side, frame in (("before", old), ("after", new)):
            column = frame[name]
            whole = column.dtype.kind == "i"
            sides[f"{name}_{side}"] = column.reindex(index, fill_value=0) if whole else column.reindex(index)
    return pd.DataFrame(sides, index=index)


def _status(both: pd.DataFrame, measures: Sequence[str], present: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    changed = np.zeros(len(both), dtype=bool)
    for measure in measures:
        one, other = both[f"{measure}_before"], both[f"{measure}_after"]
        changed |= (one.ne(other) & ~(one.isna() & other.isna())).to_numpy()
    status: np.ndarray = np.select([~present[0], ~present[1], changed], ["new", "gone", "changed"], default="same")
    return status


def _names(table: Comparable) -> dict[str, str]:
    """Return line item id -> its dimension values joined; columns are called by their own name."""
    if isinstance(table, MediaTable | OrganicTable):
        joined = table.line_items[list(table.dimensions)].astype(str).agg(" / ".join, axis=1)
        return dict(zip(joined.index.astype(str), joined, strict=True))
    columns = (table.name,) if isinstance(table, KpiTable) else table.names
    return dict(zip(columns, columns, strict=True))


def _added_up(cells: pd.DataFrame, keys: list[str], measures: Sequence[str]) -> pd.DataFrame:
    """Add cells up; keep what has a difference."""
    flags = {status: (cells["status"] == status).astype(np.int64) for status in ("new", "changed", "gone")}
    grouped = cells.assign(**flags).groupby(keys, sort=True)
    columns = ["rows_before", "rows_after", *flags]
    columns += [f"{measure}_{side}" for measure in measures for side in ("before", "after")]
    table = grouped[columns].sum().reset_index()
    return table[(table[list(flags)] > 0).any(axis=1)].reset_index(drop=True)


def _per_line_item(cells: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    table = _added_up(cells, ["line_item_id", "name"], measures)
    absent = table["rows_before"].eq(0), table["rows_after"].eq(0)
    table.insert(2, "status", np.select([*absent], ["new", "gone"], default="changed"))
    return table


def _sentence(
    cells: pd.DataFrame,
    counts: dict[str, int],
    items: tuple[tuple[str, ...], tuple[str, ...]],
    measure: str,
    currency: str,
) -> str:
    told = [status for status in ("new", "changed", "gone") if counts[status]]
    if not told:
        return "Both files say the same."
    before, after = cells[f"{measure}_before"].sum(), cells[f"{measure}_after"].sum()
    moved = f"the figures add up to {before:,.6g} before and {after:,.6g} after"
    if measure == "spend_micros":
        unit = f" {currency}" if currency else ""
        moved = f"spend goes from {spoken_amount(int(before))} to {spoken_amount(int(after))}{unit}"
    nouns = ("new line item", "gone line item")
    named = [counted(len(names), noun) for names, noun in zip(items, nouns, strict=True) if names]
    listed_items = f" ({', '.join(named)})" if named and measure != "value" else ""
    first = counts[told[0]]
    changes = [f"{counted(first, 'figure')} {'is' if first == 1 else 'are'} {told[0]}"]
    changes += [f"{counts[status]:,} {status}" for status in told[1:]]
    return f"{listed(changes)}{listed_items}; {moved}."
