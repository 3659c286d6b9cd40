"""How long the app's frame and pages take to import, beside Streamlit's own import."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measure, at_most

_ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    "pages.ui.journey",
    "pages.ui.caching",
    "pages.ui.state",
    "pages.ui.fits",
    "pages.ui.workbench.line_items",
    "mmm_core.planning",
)
"""What the frame and the pages import; kept in step with the files by `tests/architecture`."""


def measures() -> Iterator[Measure]:
    """Compare the import of everything that a page needs with the import of Streamlit and pandas alone."""
    bare = min(_seconds("import streamlit, pandas, sqlalchemy, altair, xarray") for _ in range(3))
    ours = min(_seconds(f"import {', '.join(PAGES)}") for _ in range(3))
    yield at_most("import of what app.py and its pages import", ours, "s", 3.0, "architecture: no PyMC at app start")
    yield at_most(
        "the same, to importing Streamlit, pandas, SQLAlchemy, Altair, xarray",
        ours / bare,
        "ratio",
        1.5,
        "own: our part is small beside the libraries",
    )


def _seconds(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=_ROOT)
    return time.perf_counter() - started
