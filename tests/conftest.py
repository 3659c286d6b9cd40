"""What holds for all tests: no deadline per example, since no test asserts a time.

Properties are tried on the same examples each time, so that a commit that passed passes again.
`HYPOTHESIS_PROFILE=search` tries new ones.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("workshop", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=60)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "workshop"))


@pytest.fixture(scope="session")
def compiled_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which the child processes of all tests keep compiled code: each shape is compiled once."""
    return tmp_path_factory.mktemp("compiled")
