"""The awkward files of the tests, each read or refused within seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.measure import Measure, at_most
from mmm_core.errors import BadInput

_TESTS = Path(__file__).resolve().parents[1] / "tests"


def measures() -> Iterator[Measure]:
    """Time every file once and name the slowest."""
    sys.path.insert(0, str(_TESTS))  # the corpus lives beside the tests that say what is expected of each file
    from ingest.corpus.case import read
    from ingest.corpus.other_files import OTHER_FILES
    from ingest.corpus.other_kinds import OTHER_KINDS
    from ingest.corpus.text_files import TEXT_FILES
    from ingest.corpus.workbooks import WORKBOOKS

    taken = {}
    for case in (*TEXT_FILES, *WORKBOOKS, *OTHER_FILES, *OTHER_KINDS):
        made = replace(case, content=partial(bytes, case.content()))
        started = time.perf_counter()
        with suppress(BadInput):
            read(made)
        taken[case.name] = time.perf_counter() - started
    slowest = max(taken, key=taken.__getitem__)
    name = f"slowest of {len(taken)} awkward files ({slowest})"
    yield at_most(name, taken[slowest], "s", 5.0, "issue 3: loads or is refused within 5 s")
