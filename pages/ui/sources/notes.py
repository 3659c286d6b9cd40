"""What was noticed while reading a file."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.errors import listed
from mmm_core.findings import Finding, Severity
from mmm_core.workflows.facts import Facts
from pages.ui.escaping import plain

_MARKS = {Severity.ERROR: ":material/error:", Severity.WARNING: ":material/warning:", Severity.NOTE: ":material/info:"}
_MOST = 4


def show_notes(findings: Sequence[Finding]) -> None:
    """List them, the weightiest first; many notes are folded away."""
    order = list(_MARKS)
    notes = sorted(findings, key=lambda finding: order.index(finding.severity))
    for finding in notes[:_MOST]:
        st.caption(f"{_MARKS[finding.severity]} {_words(finding)}")
    if rest := notes[_MOST:]:
        with st.popover(f"{len(rest)} more", type="tertiary"):
            for finding in rest:
                st.caption(f"{_MARKS[finding.severity]} {_words(finding)}")


def say_what_is_assumed(facts: Facts, currency: str) -> None:
    """Say which currency amounts count as where the file is silent about it."""
    if facts.micros and not facts.currencies:
        st.caption(f"{_MARKS[Severity.NOTE]} The file names no currency; its amounts count as {currency}.")


def say_what_is_unused(columns: Sequence[str]) -> None:
    """Name the columns of figures that nothing is read from: money in them would be missed."""
    if columns:
        st.caption(f":material/visibility_off: Not used: {plain(listed(columns, most=8))}")


def _words(finding: Finding) -> str:
    remedy = f" {plain(finding.remedy)}" if finding.severity is Severity.ERROR else ""
    return f"{plain(finding.message)}{remedy}"
