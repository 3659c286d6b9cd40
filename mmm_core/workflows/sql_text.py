"""One SELECT and nothing else: a look at the text of a query before any database sees it.

The barrier that counts is the read-only transaction in `querying`; this one gives a clear message before.
"""

import re

from mmm_core.errors import BadInput

LONGEST_QUERY = 20_000

_PARTS = re.compile(
    r"""
    (?P<comment>--[^\r\n]*|/\*.*?\*/)
  | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*')
  | (?P<text>'(?:[^']|'')*')
  | (?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$)
  | (?P<name>"(?:[^"]|"")*")
  | (?P<word>[^\W\d][\w$]*)
  | (?P<end>;)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_WRITING = re.compile(
    r"insert|update|delete|merge|truncate|drop|alter|create|grant|revoke|copy|pragma|attach|detach|"
    r"vacuum|reindex|into|call|execute|prepare|listen|notify|reset|begin|commit|rollback|savepoint"
)


def checked_select(text: str) -> str:
    """Return the query without white space and semicolon at its ends.

    Raises
    ------
    BadInput
        If it is empty or too long, holds a second statement, begins with another word than SELECT or WITH, or holds a
        word that writes, outside of quotes and comments.
    """
    query = text.strip()
    if not query or len(query) > LONGEST_QUERY:
        raise BadInput(
            "The query is empty" if not query else f"The query has {len(query):,} characters",
            expected=f"one SELECT of at most {LONGEST_QUERY:,} characters was expected",
            remedy="Write a query such as SELECT week, revenue FROM sales",
        )
    parts = [(found.lastgroup or "", found.group()) for found in _PARTS.finditer(query)]
    told = [(kind, part) for kind, part in parts if kind != "comment" and part.strip()]
    while told and told[-1][0] == "end":
        told.pop()
    if any(kind == "end" for kind, _ in told):
        raise BadInput(
            "The query holds more than one statement",
            expected="one SELECT was expected",
            remedy="Run one query per source, without a semicolon in between",
        )
    words = [part.casefold() for kind, part in told if kind == "word"]
    if not told or told[0][0] not in ("word", "other") or (words[:1] or [""])[0] not in ("select", "with"):
        raise BadInput(
            f"The query begins with '{_beginning(query)}'",
            expected="one SELECT was expected, since a query may only read",
            remedy="Begin with SELECT or WITH",
        )
    if writing := next((word for word in words if _WRITING.fullmatch(word)), None):
        raise BadInput(
            f"The query holds the word {writing.upper()}",
            expected="a query that only reads was expected",
            remedy=f'Remove it; a column of that name is written in double quotes: "{writing}"',
        )
    return query.rstrip("; \t\r\n")


def _beginning(query: str) -> str:
    return query.split(maxsplit=1)[0][:30]
