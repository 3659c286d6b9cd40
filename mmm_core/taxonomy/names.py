"""How names are compared: as people read them, not byte by byte."""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.errors import BadInput


def comparable(name: str) -> str:
    """Fold case and width, drop invisible characters, squeeze white space; the shown name stays as it was."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(visible.split())


def glob_expression(glob: str) -> str:
    """Turn a glob (`*`, `?`, `[abc]`, `[!abc]`) for the whole comparable name into a regular expression of RE2.

    `fnmatch.translate` cannot serve: its expressions hold atomic groups, which RE2 does not know.

    >>> glob_expression("FB_*"), glob_expression("a?[!x.]")
    ('(?s)^fb_.*$', '(?s)^a.[^x.]$')
    """
    text, parts, at = comparable(glob), [], 0
    while at < len(text):
        first = at + (2 if text[at + 1 : at + 2] == "!" else 1)
        end = text.find("]", first + 1) if text[at] == "[" else -1
        if end > 0:
            inside = re.sub(r"([\\\[\]])", r"\\\1", text[at + 1 : end])
            parts.append(f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside.replace('^', r'\^', 1)}]")
            at = end
        else:
            parts.append({"*": ".*", "?": "."}.get(text[at], re.escape(text[at])))
        at += 1
    return f"(?s)^{''.join(parts)}$"


def matches(names: pa.Array, globs: Iterable[str]) -> np.ndarray:
    """Tell which comparable names match one of the globs, as a bool array.

    Raises
    ------
    BadInput
        If a glob holds a range that runs backwards, such as [z-a].
    """
    hit = np.zeros(len(names), dtype=bool)
    for glob in globs:
        try:
            found = pc.match_substring_regex(names, glob_expression(glob))
        except pa.ArrowInvalid as error:
            raise BadInput(
                f"Pattern '{glob[:80]}' cannot be read",
                where=str(error).removeprefix("Invalid regular expression: ")[:80],
                expected="*, ? and [abc] were expected, ranges such as [a-z] ascending",
                remedy="Correct the pattern",
            ) from error
        hit |= found.to_numpy(zero_copy_only=False)
    return hit


class ReadNames:
    """The comparable form of a catalogue's names, made once per column and kept between edits.

    Parameters
    ----------
    items : DataFrame
        The catalogue.
    """

    def __init__(self, items: pd.DataFrame) -> None:
        self._items = items
        self._columns: dict[str, tuple[np.ndarray, pa.Array]] = {}

    def column(self, name: str) -> tuple[np.ndarray, pa.Array]:
        """Return codes per line item (-1 where the column does not apply) and the distinct names behind them."""
        if name not in self._columns:
            codes, values = pd.factorize(self._items[name])
            self._columns[name] = (codes, pa.array([comparable(str(value)) for value in values], pa.string()))
        return self._columns[name]
