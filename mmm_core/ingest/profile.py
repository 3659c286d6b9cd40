"""What a column's name and a sample of its cells suggest."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.ingest.date_grammar import looks_like_date, read_date, read_span
from mmm_core.ingest.number_grammar import EMPTY, looks_like_number
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import words

_MOST_SAMPLED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """Shares (0 to 1) are of the filled cells in a sample; `distinct` counts over all rows, the empty text included.

    `dates` are days, weeks, months or ranges, `days` the days among them; `percents` are numbers in percent, which are
    not among `numbers`.
    """

    name: str
    words: tuple[str, ...]
    filled: float
    numbers: float
    dates: float
    days: float
    serials: float
    percents: float
    nonzero: float
    distinct: int

    @property
    def is_numeric(self) -> bool:
        """Most filled cells are numbers; a few faulty ones do not change a column's role."""
        return self.filled > 0 and self.numbers >= 0.8

    @property
    def is_percent(self) -> bool:
        """Most filled cells are percentages."""
        return self.percents >= 0.8

    @property
    def is_identifier(self) -> bool:
        """Numbers that name something."""
        return bool({"id", "ids", "key", "number", "nr"} & set(self.words)) or any(
            word.endswith("id") for word in self.words[-1:]
        )


def profile(table: RawTable) -> dict[str, ColumnProfile]:
    """Profile every column, in the file's order."""
    return {name: _profiled(name, table.texts(name)) for name in table.columns}


def _profiled(name: str, texts: pa.Array) -> ColumnProfile:
    rows = len(texts)
    step = max(1, rows // _MOST_SAMPLED)
    sample = [text.strip() for text in texts.take(pa.array(range(0, rows, step))).to_pylist()]
    filled = [text for text in sample if text not in EMPTY]
    dates = [text for text in filled if looks_like_date(text)]
    numbers = [text for text in filled if looks_like_number(text)]
    count = max(1, len(filled))
    return ColumnProfile(
        name=name,
        words=words(name),
        filled=len(filled) / max(1, len(sample)),
        numbers=sum(not text.endswith("%") for text in numbers) / count,
        dates=len(dates) / count,
        days=sum(_is_day(text) for text in dates) / count,
        serials=sum(read_date(text, None) is not None for text in filled) / count,
        percents=sum(text.endswith("%") for text in numbers) / count,
        nonzero=sum(text.strip("0.,") != "" for text in filled) / count,
        distinct=int(pc.count_distinct(texts).as_py()),
    )


def _is_day(text: str) -> bool:
    span = read_span(text, "dmy") or read_span(text, "mdy")
    return span is not None and span.unit == "day"
