"""The awkward files of the tests, each read or refused within seconds."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measure, at_most
from mmm_core.errors import BadInput
from mmm_core.ingest.guess import guess
from mmm_core.ingest.sandbox import read_upload
from mmm_core.ingest.typed import read_controls, read_kpi, read_media

_READERS = {"media": read_media, "kpi": read_kpi, "controls": read_controls}
_TESTS = Path(__file__).resolve().parents[1] / "tests"


def measures() -> Iterator[Measure]:
    """Time every file once and name the slowest."""
    sys.path.insert(0, str(_TESTS))  # the corpus lives beside the tests that say what is expected of each file
    from ingest.corpus.other_files import OTHER_FILES
    from ingest.corpus.text_files import TEXT_FILES
    from ingest.corpus.workbooks import WORKBOOKS

    taken = {}
    for case in (*TEXT_FILES, *WORKBOOKS, *OTHER_FILES):
        content = case.content()
        started = time.perf_counter()
        try:
            table = read_upload(content, name=case.file)
            _READERS[case.kind](table, guess(table, case.kind).reading)
        except BadInput:
            pass
        taken[case.name] = time.perf_counter() - started
    slowest = max(taken, key=taken.__getitem__)
    name = f"slowest of {len(taken)} awkward files ({slowest})"
    yield at_most(name, taken[slowest], "s", 5.0, "issue 3: loads or is refused within 5 s")
