"""How far cells reach is told from the XML alone, whoever wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.ingest.cell_reach import Reach, reach, reach_of_filled


def letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


addresses = st.lists(st.tuples(st.integers(1, 16_384), st.integers(1, 1_048_576)), min_size=1, max_size=20)


@given(addresses, st.integers(1, 40))
def test_both_ways_find_the_same_wherever_the_text_is_cut(cells, size):
    text = "".join(f'<c r="{letters(column)}{row}" s="1"><v>1</v></c>' for column, row in cells).encode()
    chunks = [text[start : start + size] for start in range(0, len(text), size)]
    expected = Reach(max(row for _, row in cells), max(column for column, _ in cells))
    assert reach(chunks) == expected
    assert reach_of_filled(chunks) == expected


@pytest.mark.parametrize("tag", [b'<x:c r="B7">', b'<c s="1" r="B7">', b"<c r='B7'>", b'<c\tr="B7">', b'<c  r = "B7">'])
def test_unusual_tags_are_left_to_the_slow_way(tag):
    assert reach([tag + b"<v>1</v>"]) is None
    assert reach_of_filled([tag + b"<v>1</v>"]) == Reach(7, 2)


def test_empty_cells_count_only_for_the_fast_way():
    text = b'<c r="A1"><v>1</v></c><c r="XFD9" s="1"/>'
    assert (reach([text]), reach_of_filled([text])) == (Reach(9, 16_384), Reach(1, 1))
    assert reach([b'<sheetData><cols/><row r="1"/></sheetData>']) == Reach(0, 0)
    assert Reach(3, 4).cells == 12
