"""What the app may import, what its children are given."""

import subprocess
import sys
from pathlib import Path

import pytest

from mmm_core.jobs.crew import crew_status, start_crew, stop_crews
from mmm_core.jobs.environment import child_environment
from mmm_core.modeling.sources import sources_mark
from mmm_core.settings import Installation


def test_importing_jobs_and_storage_does_not_import_the_model_libraries() -> None:
    heavy = "{'pymc', 'pytensor', 'pymc_marketing', 'nutpie', 'streamlit', 'dask', 'distributed'}"
    program = f"import sys, mmm_core.jobs, mmm_core.storage.opened; print(sorted({heavy} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_compiled_code_is_kept_in_the_installation(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTENSOR_FLAGS", raising=False)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    environment = child_environment(installation)
    assert environment["PYTENSOR_FLAGS"] == f"base_compiledir={installation.data_dir / 'cache' / 'pytensor'}"
    assert Path(environment["NUMBA_CACHE_DIR"]).is_relative_to(installation.data_dir)


def test_code_that_was_compiled_of_other_sources_is_kept_apart(tmp_path: Path) -> None:
    """Numba does not see that a function which another file calls has changed."""

    def marked(name: str, curve: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "curves.py").write_text(f"@compiled\ndef curve(spend): return {curve}\n")
        (folder / "words.py").write_text(f"# {name}\n")
        return sources_mark(folder)

    assert marked("before", "spend") == marked("with other words", "spend") != marked("after", "spend + 1.0")


def test_a_folder_for_compiled_code_that_is_set_already_is_kept(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTENSOR_FLAGS", "floatX=float64,base_compiledir=/shared")
    assert child_environment(installation)["PYTENSOR_FLAGS"] == "floatX=float64,base_compiledir=/shared"
    monkeypatch.setenv("PYTENSOR_FLAGS", "floatX=float64")
    assert child_environment(installation)["PYTENSOR_FLAGS"].startswith("floatX=float64,base_compiledir=")


def test_a_process_has_one_crew(installation: Installation) -> None:
    works = {"fit_work": "probe_fit", "evaluation_work": "probe_evaluation"}
    assert crew_status(installation) == {"fitter": "stopped", "evaluator": "stopped", "warming": ""}
    crew = start_crew(installation, **works)
    assert start_crew(installation, **works) is crew
    stop_crews()
    assert crew.status() == {"fitter": "stopped", "evaluator": "stopped", "warming": ""}
