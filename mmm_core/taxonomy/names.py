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
    if name.isascii():
        return " ".join(name.lower().split())
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


def is_expression(pattern: str) -> bool:
    """Tell whether a pattern is a regular expression: it stands between slashes.

    >>> is_expression("/^fb_(brand|image)/"), is_expression("TV / *"), is_expression("//")
    (True, False, False)
    """
    text = pattern.strip()
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def is_pattern(text: str) -> bool:
    """Tell whether a text is a glob or a regular expression, and not just words.

    Brackets alone do not make one: many names hold them.

    >>> is_pattern("fb_[ab]*"), is_pattern("[DE] Brand")
    (True, False)
    """
    return is_expression(text) or any(mark in text for mark in "*?")


def expression_of(pattern: str) -> str:
    """Turn a pattern of either kind into a regular expression of RE2 for comparable names.

    What stands between slashes is searched anywhere in the name, in either case.
    """
    if not is_expression(pattern):
        return glob_expression(pattern)
    return f"(?is){''.join(map(_folded_sign, pattern.strip()[1:-1]))}"


def _folded_sign(sign: str) -> str:
    """Fold a letter beyond ASCII as names are folded; the signs of the expression's grammar are all ASCII."""
    if sign.isascii():
        return sign
    return " " if sign.isspace() else re.escape(comparable(sign))


def matches(names: pa.Array, patterns: Iterable[str]) -> np.ndarray:
    """Tell which comparable names match one of the patterns (globs, regular expressions), as a bool array.

    Raises
    ------
    BadInput
        If a glob holds a range that runs backwards, such as [z-a], or a regular expression cannot be read.
    """
    hit = np.zeros(len(names), dtype=bool)
    for pattern in patterns:
        try:
            found = _found(names, pattern)
        except pa.ArrowInvalid as error:
            regular = is_expression(pattern)
            raise BadInput(
                f"Pattern '{pattern[:80]}' cannot be read",
                where=str(error).removeprefix("Invalid regular expression: ").replace("(?is)", "")[:80],
                expected="a regular expression in the syntax of RE2 was expected between the slashes "
                "(no look-around, no back-references)"
                if regular
                else "*, ? and [abc] were expected, ranges such as [a-z] ascending",
                remedy="Correct the pattern",
            ) from error
        hit |= found.to_numpy(zero_copy_only=False)
    return hit


def _found(names: pa.Array, pattern: str) -> pa.Array:
    """Match one pattern; stars at the ends alone need no regular expression and are several times as fast without."""
    text = comparable(pattern)
    bare = text.strip("*")
    if is_expression(pattern) or any(mark in bare for mark in "*?["):
        return pc.match_substring_regex(names, expression_of(pattern))
    if not bare and text:
        return pc.is_valid(names)
    match text.startswith("*"), text.endswith("*"):
        case True, True:
            return pc.match_substring(names, bare)
        case True, False:
            return pc.ends_with(names, bare)
        case False, True:
            return pc.starts_with(names, bare)
    return pc.equal(names, bare)


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
        self._written: dict[str, np.ndarray] = {}

    def column(self, name: str) -> tuple[np.ndarray, pa.Array]:
        """Return codes per line item (-1 where the column does not apply) and the distinct names behind them."""
        if name not in self._columns:
            codes, values = pd.factorize(self._items[name])
            self._written[name] = np.array([str(value) for value in values], dtype=object)
            self._columns[name] = (codes, pa.array([comparable(value) for value in self._written[name]], pa.string()))
        return self._columns[name]

    def written(self, name: str) -> np.ndarray:
        """Return the distinct names behind the codes of `column`, as the file writes them."""
        self.column(name)
        return self._written[name]
