"""One role at a time: candidate columns, the best first."""

import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.ingest import vocabulary
from mmm_core.ingest.currencies import code_of_mark
from mmm_core.ingest.number_grammar import read_number
from mmm_core.ingest.profile import ColumnProfile
from mmm_core.ingest.table import RawTable

_MOST_PER_ROW = 0.9
_ENOUGH_ROWS = 20
_MOST_CURRENCIES = 50
_SIGNS_SAMPLED = 200
_VIDEO, _SALE = frozenset({"video"}), frozenset({"sale", "sales"})


def find_date(profiles: dict[str, ColumnProfile]) -> str | None:
    """Return the column whose cells are dates, preferring names that say so, then days to weeks or months beside them.

    Load timestamps are passed over.
    """
    best, best_score = None, 0.0
    for name, column in profiles.items():
        told = set(column.words)
        named = bool(told & vocabulary.DATE)
        share = max(column.dates, column.serials if named else 0.0)
        if share < 0.5 or column.filled < 0.5:
            continue
        score = share + 0.5 * column.days + 2.0 * named - 4.0 * bool(told & vocabulary.NOT_DATE) + 8.0
        if score > best_score:
            best, best_score = name, score
    return best


def find_geo(profiles: dict[str, ColumnProfile]) -> str | None:
    """Return the first column that names regions and has more than one."""
    for name, column in profiles.items():
        if set(column.words) & vocabulary.GEO and column.distinct > 1 and not column.is_numeric and column.dates < 0.5:
            return name
    return None


def spend_columns(profiles: dict[str, ColumnProfile], date: str | None) -> list[str]:
    """Return the columns that speak of money spent, the plainest name first, otherwise in the file's order."""
    scored = []
    for position, (name, column) in enumerate(profiles.items()):
        told = set(column.words)
        named = told & vocabulary.SPEND or (
            len(column.words) > 1 and column.words[-1] == "s" and not column.words[-2].isdigit()
        )
        limit = "budget" in told and told & vocabulary.CEILING
        if not named or limit or told & vocabulary.NOT_SPEND - _bought(column) or name == date:
            continue
        if not column.is_numeric or column.is_identifier:
            continue
        strong = bool(told - vocabulary.WEAK_SPEND & told & vocabulary.SPEND) or column.words[-1] == "s"
        extra = len(told - vocabulary.SPEND - vocabulary.UNIT_WORDS - vocabulary.MICROS)
        scored.append((not strong, extra, position, name))
    if any(not weak for weak, *_ in scored):
        scored = [entry for entry in scored if not entry[0]]
    return [name for *_, name in sorted(scored)]


def _bought(column: ColumnProfile) -> frozenset[str]:
    """Return the words that name what was bought, not what is measured: "FB_Video_spend", "Summer Sale cost".

    "Conversion cost" may be a cost per conversion, "conversion spend" cannot.
    """
    told = [word for word in column.words if word not in vocabulary.UNIT_WORDS | vocabulary.MICROS]
    if {*told[:1], *told[-1:]} & vocabulary.PAID_OUT:
        return vocabulary.AIMS
    if not told or told[-1] not in vocabulary.SPEND:
        return frozenset()
    named = set(told) - vocabulary.SPEND - vocabulary.NOT_SPEND
    return _VIDEO | (_SALE if named and told[-1] not in vocabulary.WEAK_SPEND else frozenset())


def find_exposure(profiles: dict[str, ColumnProfile], *, taken: set[str]) -> list[str]:
    """Return the columns of delivered units: impressions before contacts, views, reach and clicks."""
    scored = []
    for position, (name, column) in enumerate(profiles.items()):
        ranks = [vocabulary.EXPOSURE[word] for word in column.words if word in vocabulary.EXPOSURE]
        if not ranks or name in taken or not column.is_numeric or set(column.words) & vocabulary.NOT_EXPOSURE:
            continue
        scored.append((min(ranks), len(column.words), position, name))
    return [name for *_, name in sorted(scored)]


def rank_kpi(profiles: dict[str, ColumnProfile], date: str | None) -> list[str]:
    """Return the columns that speak of an outcome, revenue first."""
    scored = []
    for position, (name, column) in enumerate(profiles.items()):
        ranks = [vocabulary.KPI[word] for word in column.words if word in vocabulary.KPI]
        if (
            not ranks
            or name == date
            or not column.is_numeric
            or column.is_identifier
            or set(column.words) & vocabulary.NOT_KPI
        ):
            continue
        scored.append((min(ranks), len(column.words), position, name))
    return [name for *_, name in sorted(scored)]


def find_clicks(profiles: dict[str, ColumnProfile], *, taken: set[str]) -> list[str]:
    """Return the columns that count clicks, the plainest name first."""
    scored = []
    for position, (name, column) in enumerate(profiles.items()):
        told = set(column.words)
        if told & vocabulary.CLICKS and not told & vocabulary.NOT_CLICKS and name not in taken and column.is_numeric:
            scored.append((len(column.words), position, name))
    return [name for *_, name in sorted(scored)]


def find_currency(table: RawTable, profiles: dict[str, ColumnProfile]) -> str | None:
    """Return the column that is called after currencies and holds their codes."""
    for name, column in profiles.items():
        if not set(column.words) & vocabulary.CURRENCY or column.is_numeric or column.distinct > _MOST_CURRENCIES:
            continue
        codes = {text.strip().upper() for text in table.texts(name).dictionary_encode().dictionary.to_pylist()} - {""}
        if codes and codes <= vocabulary.CURRENCY_CODES:
            return name
    return None


def currency_sign(table: RawTable, column: str) -> str:
    """Return the code that the signs in a column's cells stand for, "" when there is none, or several."""
    sample = table.texts(column).slice(0, _SIGNS_SAMPLED).to_pylist()
    read = [number for text in sample if (number := read_number(text, ".") or read_number(text, ","))]
    codes = {code_of_mark(number.currency) for number in read if number.currency}
    return codes.pop() if len(codes) == 1 else ""


def find_dimensions(table: RawTable, profiles: dict[str, ColumnProfile], *, taken: set[str | None]) -> tuple[str, ...]:
    """Return the columns that name what was bought, in the file's order.

    A column that never changes is left out unless it names the campaign; of two that always change together, the more
    telling one is kept; ids that the names tell already are left out, and so is what only splits the figures (devices),
    unless nothing else is there.
    """
    rows = table.cells.num_rows
    every = [name for name, column in profiles.items() if name not in taken and _names_something(column, rows)]
    named = [name for name in every if not set(profiles[name].words) & vocabulary.BREAKDOWN] or every
    if not named:
        named = [
            name
            for name, column in profiles.items()
            if name not in taken
            and not column.is_numeric
            and column.dates < 0.5
            and 1 < column.distinct <= 0.5 * rows
            and not set(column.words) & vocabulary.NOT_DIMENSION
        ]
    varied = [name for name in named if profiles[name].distinct > 1 or set(profiles[name].words) & vocabulary.CAMPAIGN]
    kept: list[str] = []
    for name in sorted(varied or named[:1], key=lambda name: _telling(profiles[name])):
        if not any(_tell_the_same(table, profiles, name, other) for other in kept):
            kept.append(name)
    return without_told_ids(table, profiles, tuple(name for name in table.columns if name in kept))


def without_told_ids(
    table: RawTable, profiles: dict[str, ColumnProfile], dimensions: tuple[str, ...]
) -> tuple[str, ...]:
    """Leave out the ids that the other columns tell already: a campaign's id beside its name, unless names repeat."""
    ids = [name for name in dimensions if is_id(profiles[name])]
    kept = [name for name in dimensions if name not in ids]
    if not kept:
        return dimensions
    for name in ids:
        if _combinations(table, [*kept, name]) > _combinations(table, kept):
            kept.append(name)
    return tuple(name for name in dimensions if name in kept)


def is_id(column: ColumnProfile) -> bool:
    """Tell whether a column names things by numbers or keys."""
    return column.is_identifier or column.is_numeric


def _combinations(table: RawTable, names: list[str]) -> int:
    joined = pc.binary_join_element_wise(*(table.texts(name) for name in names), pa.scalar("\x1f"))
    return int(pc.count_distinct(joined).as_py())


def _names_something(column: ColumnProfile, rows: int) -> bool:
    told = set(column.words)
    if column.dates >= 0.5 or column.filled == 0 or told & vocabulary.NOT_DIMENSION:
        return False
    if column.is_numeric and not column.is_identifier:
        return False
    named = bool(told & vocabulary.DIMENSION) or column.words == ("id",)
    return named and (rows < _ENOUGH_ROWS or column.distinct <= _MOST_PER_ROW * rows)


def _telling(column: ColumnProfile) -> tuple[bool, bool]:
    """Sort names of campaigns before other names, and words before numbers."""
    return column.is_numeric or column.is_identifier, not set(column.words) & vocabulary.CAMPAIGN


def _tell_the_same(table: RawTable, profiles: dict[str, ColumnProfile], one: str, other: str) -> bool:
    """Tell whether two columns change together: as many pairs as values. Constants count only among campaigns."""
    count = profiles[one].distinct
    if count != profiles[other].distinct:
        return False
    pairs = pc.count_distinct(pc.binary_join_element_wise(table.texts(one), table.texts(other), pa.scalar("\x1f")))
    return bool(pairs.as_py() == count)
