import numpy as np
import pytest
from simulated import national_fit, national_panel, needs_pymc, regional_fit, regional_panel

from mmm_core.errors import CancelledFit, FailedFit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.progress import STAGES, Progress
from mmm_core.modeling.specification import ModelSpecification

pytestmark = needs_pymc
SHORT = ModelSpecification(chains=2, draws=50, tune=100)
ENDLESS = ModelSpecification(chains=2, draws=20_000, tune=20_000)


def test_the_draws_have_the_panels_labels_and_no_gaps() -> None:
    fit, panel = national_fit(), national_panel()

    for dim in ("period", "geo", "group"):
        np.testing.assert_array_equal(fit.draws[dim], panel.data[dim])
    assert fit.draws["contribution"].dims == ("chain", "draw", "period", "geo", "group")
    assert fit.draws["predicted"].dims == fit.draws["expected"].dims == ("chain", "draw", "period", "geo")
    assert not any(values.isnull().any() for values in fit.draws.data_vars.values())
    assert fit.groups == panel.groups


def test_stages_come_in_order_and_chains_report_draws() -> None:
    seen: list[Progress] = []
    fit = fit_model(national_panel(), SHORT, report=seen.append)

    stages = list(dict.fromkeys(progress.stage for progress in seen))
    assert stages == list(STAGES)
    assert list(fit.seconds) == list(STAGES)
    last = [progress for progress in seen if progress.chains][-1]
    assert [(chain.draws, chain.total) for chain in last.chains] == [(150, 150)] * 2
    assert last.eta_seconds == 0


def test_the_same_seed_gives_the_same_fit_and_another_seed_another() -> None:
    one, two = (fit_model(national_panel(), SHORT) for _ in range(2))
    other = fit_model(national_panel(), ModelSpecification(chains=2, draws=50, tune=100, seed=2))

    assert one.posterior.identical(two.posterior)
    assert one.draws.identical(two.draws)
    assert one.fingerprint == two.fingerprint != other.fingerprint
    assert not one.posterior.equals(other.posterior)


def test_a_stop_while_sampling_cancels_the_fit() -> None:
    seen: list[Progress] = []

    with pytest.raises(CancelledFit, match="while sampling"):
        fit_model(national_panel(), ENDLESS, report=seen.append, stop=lambda: bool(seen and seen[-1].chains))

    assert sum(chain.draws for chain in seen[-1].chains) < 80_000


def test_a_stop_before_the_start_cancels_at_once() -> None:
    seen: list[Progress] = []

    with pytest.raises(CancelledFit, match="before stage 'import'"):
        fit_model(national_panel(), SHORT, report=seen.append, stop=lambda: True)

    assert seen == []


def test_a_broken_sampler_says_where_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmm_core.modeling import sampling

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("all chains are stuck")

    monkeypatch.setattr(sampling.nutpie, "sample", broken)

    with pytest.raises(FailedFit, match=r"all chains are stuck \(stage 'sample'\)\. Try again"):
        fit_model(national_panel(), SHORT)


def test_a_regional_fit_keeps_regions_apart() -> None:
    fit, panel = regional_fit(), regional_panel()
    contribution = fit.draws["contribution"].sum("period").mean(("chain", "draw"))

    assert fit.draws["contribution"].sizes["geo"] == 2
    assert (contribution.sel(geo="region 0") > contribution.sel(geo="region 1")).all()
    mean = fit.draws["expected"].mean(("chain", "draw", "period"))
    np.testing.assert_allclose(mean, panel.data["kpi"].mean("period"), rtol=0.02)


def test_a_large_panel_keeps_fewer_draws_and_all_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmm_core.modeling import predicting

    monkeypatch.setattr(predicting, "MOST_VALUES", national_panel().data["spend"].size * 40)
    fit = fit_model(national_panel(), SHORT)

    assert fit.draws.sizes["chain"] * fit.draws.sizes["draw"] == 34
    assert fit.posterior.sizes["draw"] == 50
    assert not any(values.isnull().any() for values in fit.draws.data_vars.values())
