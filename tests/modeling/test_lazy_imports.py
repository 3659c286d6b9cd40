import subprocess
import sys

import pytest

HEAVY = ("pymc", "pymc_marketing", "pymc_extras", "pytensor", "nutpie", "numba", "arviz", "arviz_stats")


@pytest.mark.parametrize(
    "module",
    [
        "mmm_core.modeling",
        "mmm_core.modeling.fitting",
        "mmm_core.modeling.engine",
        "mmm_core.estimands",
        "mmm_core.planning",
    ],
)
def test_importing_does_not_load_the_sampler(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
