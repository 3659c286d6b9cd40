"""What holds for all tests: no deadline per example, since no test asserts a time.

Properties are tried on the same examples each time, so that a commit that passed passes again.
`HYPOTHESIS_PROFILE=search` tries new ones.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Read when numba is imported; one folder for this process and for its children.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "numba"))

settings.register_profile("workshop", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=60)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "workshop"))


@pytest.fixture(scope="session")
def compiled_code(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the environment in which child processes of all tests keep compiled code: everything is compiled once.

    Processes that run tests side by side share it, as those of an installation do.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "compiled"
    return {"PYTENSOR_FLAGS": f"base_compiledir={folder}", "NUMBA_CACHE_DIR": os.environ["NUMBA_CACHE_DIR"]}
