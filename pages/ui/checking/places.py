"""Where a finding was made, in words."""

from collections.abc import Sequence
from datetime import date, datetime

from mmm_core.errors import counted
from mmm_core.findings import Finding

_MOST_RANGES = 3


def rows_in_words(rows: Sequence[int]) -> str:
    """Write rows of a file as ranges.

    >>> rows_in_words([4]), rows_in_words([22492, 22493, 22494, 9])
    ('row 4', 'rows 9 and 22,492 to 22,494')
    """
    ranges: list[list[int]] = []
    for row in sorted(set(rows)):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    most = len(ranges) if len(ranges) <= _MOST_RANGES + 1 else _MOST_RANGES
    shown = [f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in ranges[:most]]
    shown += [f"{len(ranges) - most:,} more places"] if len(ranges) > most else []
    return f"{'row' if len(set(rows)) == 1 else 'rows'} {_joined(shown)}"


def day_in_words(label: str) -> str:
    """Write an ISO day as people say it; other labels stay as they are.

    >>> day_in_words("2025-03-10"), day_in_words("2024 Q1")
    ('10 Mar 2025', '2024 Q1')
    """
    try:
        day = date.fromisoformat(label)
    except ValueError:
        return label
    return f"{day.day} {day:%b %Y}"


def moment_in_words(at: datetime | None) -> str:
    """Write when something was said."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC" if at is not None else "no date given"


def place_in_words(finding: Finding, period: str = "week") -> str:
    """Say where a finding was made: file, sheet, rows, columns, groups, periods.

    Parameters
    ----------
    period : str
        What the project counts in, "week" or "day".
    """
    place = finding.where
    rows = finding.fix.rows if finding.fix is not None and finding.fix.rows else place.rows
    parts = [
        " / ".join(filter(None, [place.source, place.sheet])),
        rows_in_words(rows) if rows else "",
        _named("column", place.columns),
        _named("group", place.groups),
        _periods(place.periods, period),
    ]
    return ", ".join(filter(None, parts))


def short_place(finding: Finding) -> str:
    """Say it in a word or two: the file, or the groups."""
    return finding.where.source or _named("group", finding.where.groups) or _named("column", finding.where.columns)


def _periods(labels: Sequence[str], period: str) -> str:
    """Say when: periods by their days, months and quarters as they are called."""
    days = all(day_in_words(label) != label for label in labels)
    of = "week of " if period == "week" and days else ""
    if len(labels) <= 2:
        return " and ".join(f"{of}{day_in_words(label)}" for label in labels)
    number = counted(len(labels), period if days else "time")
    return f"{number} from {day_in_words(min(labels))} to {day_in_words(max(labels))}"


def _named(noun: str, names: Sequence[str]) -> str:
    quoted = [f"'{name}'" for name in names[:_MOST_RANGES]]
    more = len(names) - len(quoted)
    quoted += [f"{more} more"] if more else []
    return f"{noun}{'s' if len(names) > 1 else ''} {_joined(quoted)}" if names else ""


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
