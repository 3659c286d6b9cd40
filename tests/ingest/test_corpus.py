"""Awkward files, one by one: each loads right or is refused with a clear message, and the reader lives on."""

import pytest
from ingest.corpus.case import read
from ingest.corpus.other_files import OTHER_FILES
from ingest.corpus.other_kinds import OTHER_KINDS
from ingest.corpus.text_files import TEXT_FILES
from ingest.corpus.workbooks import WORKBOOKS

from mmm_core.errors import BadInput
from mmm_core.money import amount_text

CASES = (*TEXT_FILES, *WORKBOOKS, *OTHER_FILES, *OTHER_KINDS)

pytestmark = pytest.mark.timeout(90)


def named(cases):
    return pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases])


@named([case for case in CASES if not case.refused])
def test_an_awkward_file_loads_right(case):
    typed = read(case)
    rows = typed.records if case.kind in ("media", "organic") else typed.rows
    assert len(rows) == case.rows
    assert str(rows["start" if "start" in rows else "date"].min())[:10] == case.first
    assert {finding.code for finding in typed.findings} == case.codes
    if case.spend:
        money = "spend_micros" if case.kind == "media" else "micros"
        assert amount_text(int(rows[money].sum())) == case.spend
    if case.figures:
        figures = rows["exposure" if case.kind == "organic" else "value" if case.kind == "kpi" else "lift"]
        assert tuple(figures) == case.figures
    if case.names:
        assert tuple(typed.line_items.agg(" / ".join, axis=1)) == case.names


@named([case for case in CASES if case.refused])
def test_a_file_that_cannot_be_read_for_certain_is_refused_with_its_name_and_the_reason(case):
    with pytest.raises(BadInput, match=case.refused) as refusal:
        read(case)
    assert case.file in str(refusal.value)


def test_the_corpus_is_large_and_its_files_have_names_of_their_own():
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)
