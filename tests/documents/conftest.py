"""A document with names as clients write them, and as somebody who means harm would."""

from datetime import UTC, datetime

import pytest

from mmm_core.documents.scope_document import Column, ScopeDocument, Section, Table, column_totals

HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=cmd|' /C calc'!A0",
    '=HYPERLINK("http://a.b","x")',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "_x0041_",
    "a\x0bb",
    "Café 日本 🎬",
)


@pytest.fixture
def hostile() -> tuple[str, ...]:
    """Give names that a spreadsheet or a browser could take for something else."""
    return HOSTILE


@pytest.fixture
def document() -> ScopeDocument:
    """Give a document with those names in every place that a client fills."""
    columns = (
        Column(title="=Group", wide=True),
        Column(title="Spend", kind="money"),
        Column(title="Rows", kind="count"),
    )
    rows = tuple((name, 10_000 * (place + 1), place) for place, name in enumerate(HOSTILE))
    totals = column_totals(rows, columns)
    money = Table(
        name="Groups", columns=columns, rows=(*rows, totals), totals=frozenset({len(rows)}), most_on_paper=None
    )
    shares = Table(name="Shares", columns=(Column(title="Share", kind="share"),), rows=((0.125,), (None,)))
    long = Table(name="Line items", columns=(Column(title="Name"),), rows=(("a",), ("b",)), most_on_paper=0)
    empty = Table(name="Corrections", columns=(Column(title="File"),), rows=(), empty="No row was corrected.")
    return ScopeDocument(
        project=HOSTILE[6],
        client=HOSTILE[0],
        currency="EUR",
        standing="draft",
        fingerprint="ab" * 32,
        mapping_number=7,
        written_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        sections=(
            Section(title="Groups?", sentence=HOSTILE[5], notes=(HOSTILE[7],), tables=(money, shares), new_page=True),
            Section(title="Lines?", sentence="Two.", tables=(long, empty)),
        ),
    )
