from dataclasses import replace
from pathlib import Path

import pytest
from simulated import national_fit, needs_pymc, regional_fit

from mmm_core.errors import DamagedArtefact
from mmm_core.modeling.fit import Fit, fit_fingerprint, load_fit, save_fit

pytestmark = needs_pymc


@pytest.mark.parametrize("make", [national_fit, regional_fit])
def test_a_loaded_fit_equals_the_saved_one(make: "type[Fit]", tmp_path: Path) -> None:
    fit = make()

    save_fit(fit, tmp_path)
    loaded = load_fit(tmp_path)

    for part in ("draws", "posterior", "sample_stats"):
        assert getattr(loaded, part).identical(getattr(fit, part))
    assert loaded.specification == fit.specification
    assert loaded.fingerprint == fit.fingerprint
    assert (loaded.seconds, loaded.sampler) == (fit.seconds, fit.sampler)
    assert not [path for path in tmp_path.iterdir() if path.suffix not in {".nc", ".json"}]


@pytest.mark.parametrize("lost", ["draws.nc", "fit.json"])
def test_a_missing_file_is_a_damaged_fit(lost: str, tmp_path: Path) -> None:
    save_fit(regional_fit(), tmp_path)
    (tmp_path / lost).unlink()

    with pytest.raises(DamagedArtefact, match="Run the fit again"):
        load_fit(tmp_path)


def test_the_fingerprint_depends_on_panel_specification_and_seed() -> None:
    specification = regional_fit().specification
    names = {
        fit_fingerprint("a", specification),
        fit_fingerprint("b", specification),
        fit_fingerprint("a", replace(specification, seed=7)),
        fit_fingerprint("a", replace(specification, adstock_l_max=7)),
    }

    assert len(names) == 4
