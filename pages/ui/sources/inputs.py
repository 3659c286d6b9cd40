"""The inputs that choose columns and variables of a file."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from mmm_core.ingest.table import RawTable

MOST_VARIABLES = 1_000
"""More different values than this are no names of variables."""


def one_of(label: str, options: Sequence[str], start: str | None, key: str, *, why: str | None = None) -> str | None:
    """Choose one name that the role needs; None until it is chosen."""
    index = options.index(start) if start in options else None
    return st.selectbox(
        label, options, index=index, placeholder="Choose", help=why, key=key, format_func=lambda name: name
    )


def perhaps_one_of(
    label: str, options: Sequence[str], start: str | None, key: str, *, why: str | None = None
) -> str | None:
    """Choose one name or none."""
    choices: list[str | None] = [None, *options]
    return st.selectbox(
        label,
        choices,
        index=choices.index(start) if start in choices else 0,
        format_func=lambda name: "None" if name is None else name,
        help=why,
        key=key,
    )


def several_of(
    label: str, options: Sequence[str], start: Sequence[str], key: str, *, why: str | None = None
) -> list[str]:
    """Choose any number of names."""
    default = [name for name in start if name in options]
    return st.multiselect(label, options, default=default, help=why, key=key, placeholder="Choose")


def choice(label: str, options: Mapping[Any, str], start: Any, key: str, *, why: str | None = None) -> Any:
    """Choose one of a few ways of writing."""
    known = list(options)
    index = known.index(start) if start in known else 0
    return st.selectbox(label, known, index=index, format_func=options.get, help=why, key=key)


def variables_in(table: RawTable, column: str | None) -> tuple[str, ...]:
    """Return the names that a column of variables holds, in the order of the file."""
    if column is None or column not in table.columns:
        return ()
    found = [text for text in table.texts(column).unique().to_pylist() if text]
    return tuple(found[:MOST_VARIABLES])
