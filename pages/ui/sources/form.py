"""How a file is written: encoding, delimiter and header row, found out and correctable."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from mmm_core.ingest.encoding import ENCODINGS
from mmm_core.ingest.file_form import FORM_ROLES, FileForm, checked_form
from mmm_core.ingest.table import RawTable
from mmm_core.storage.sources import Source
from pages.ui.sources.waiting import Waiting
from pages.ui.sources.words import DELIMITERS

_FOUND_OUT = "As detected"
_SIGNS = {"tab": "\t", "unit separator": "\x1f"}
"""Signs that cannot be typed, by what to write instead."""


def chosen_form(start: FileForm, key: str) -> FileForm:
    """Return what is chosen at present, before the inputs are shown: the file is read in that form first.

    Raises
    ------
    BadInput
        If what was typed is no delimiter.
    """
    begun = start.as_dict()
    chosen = {role: st.session_state.get(_key(key, role), begun.get(role)) for role in FORM_ROLES}
    chosen["delimiter"] = _SIGNS.get(str(chosen["delimiter"]).strip().casefold(), chosen["delimiter"])
    return FileForm(**{role: checked_form(role, value) for role, value in chosen.items() if value not in (None, "")})


def show_form(table: RawTable | None, start: FileForm, key: str, *, is_text: bool = True) -> None:
    """Show the inputs, those of text files only where the file is one; `table` is None while it cannot be read."""
    if table is not None:
        is_text = bool(table.delimiter)
        if not (is_text or table.sheet):
            return
    label = "Encoding, delimiter, header row" if is_text else "Header row"
    with st.popover(label, icon=":material/text_fields:", key=f"{key}-form"):
        if table is not None:
            st.caption(_as_read(table))
        cells = st.columns(3)
        if is_text:
            _encoding_and_delimiter(cells, start, key)
        with cells[2]:
            st.number_input(
                "Row with the column names",
                min_value=1,
                value=start.header_row,
                step=1,
                placeholder=_FOUND_OUT,
                help="As a spreadsheet counts. The data begin below it.",
                key=_key(key, "header_row"),
            )


def _encoding_and_delimiter(cells: Sequence[Any], start: FileForm, key: str) -> None:
    encodings: list[str | None] = [None, *ENCODINGS]
    with cells[0]:
        st.selectbox(
            "Encoding",
            encodings,
            index=encodings.index(start.encoding),
            format_func=lambda code: _FOUND_OUT if code is None else ENCODINGS.get(code, code),
            key=_key(key, "encoding"),
        )
    with cells[1]:
        words = {sign: word for word, sign in _SIGNS.items()}
        st.text_input(
            "Between the cells",
            value=words.get(start.delimiter or "", start.delimiter or ""),
            placeholder=_FOUND_OUT,
            help='One sign that is no letter and no figure, such as ; or ^. Write "tab" for a tab.',
            key=_key(key, "delimiter"),
        )


def start_of_newer(file: Waiting, sheet: str | None, sources: Sequence[Source]) -> FileForm:
    """Begin with what was said about the source that a file was brought for, or about one of its name."""
    own = [source for source in sources if source.id == file.replaces]
    own += [
        source for source in sources if (source.name.casefold(), source.sheet) == (file.name.casefold(), sheet or "")
    ]
    return FileForm.of(own[0].reading) if own else FileForm()


def in_new_names(roles: Mapping[str, Any], old: Sequence[str], new: Sequence[str]) -> dict[str, Any]:
    """Return roles with the columns called as they are read now: in another encoding they have other names."""
    if len(old) != len(new):
        return dict(roles)
    names = dict(zip(old, new, strict=True))

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [names.get(name, name) for name in value]
        if isinstance(value, dict):
            return {item: names.get(name, name) for item, name in value.items()}
        return names.get(value, value) if isinstance(value, str) else value

    return {role: value if role in FORM_ROLES else renamed(value) for role, value in roles.items()}


def _key(key: str, role: str) -> str:
    return f"{key}-{role.replace('_', '-')}"


def _as_read(table: RawTable) -> str:
    """Say how the file was read."""
    parts = []
    if table.delimiter:
        parts = [ENCODINGS.get(table.encoding, table.encoding), DELIMITERS.get(table.delimiter, table.delimiter)]
        parts[1] = f"{parts[1][:1].lower()}{parts[1][1:]} between the cells"
    parts += [f"names of the columns in row {table.header_row:,}"] if table.header_row else []
    return f"Read as: {', '.join(parts)}."
