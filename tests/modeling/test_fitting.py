from dataclasses import replace

import numpy as np
import pytest
from resolvability_clients import in_step
from simulated import national_fit, national_panel, needs_pymc, regional_fit, regional_panel

from mmm_core.errors import CancelledFit, FailedFit
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.progress import STAGES, Progress
from mmm_core.modeling.specification import ModelSpecification

pytestmark = needs_pymc
SHORT = ModelSpecification(chains=2, draws=50, tune=100, until_settled=False)
FULL = ModelSpecification(draws=600, tune=400)
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
    other = fit_model(national_panel(), replace(SHORT, seed=2))

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

    with pytest.raises(CancelledFit, match="before stage 'build'"):
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
    from mmm_core.modeling import fitted

    monkeypatch.setattr(fitted, "MOST_VALUES", national_panel().data["spend"].size * 40)
    fit = fit_model(national_panel(), SHORT)

    assert fit.draws.sizes["chain"] * fit.draws.sizes["draw"] == 34
    assert fit.posterior.sizes["draw"] == 50
    assert not any(values.isnull().any() for values in fit.draws.data_vars.values())


def test_a_provisional_fit_comes_first_and_says_that_it_is_one() -> None:
    seen: list[Fit] = []
    full = fit_model(national_panel(), FULL, preview=seen.append)

    (provisional,) = seen
    assert (provisional.provisional, full.provisional) == (True, False)
    assert provisional.specification == FULL.provisional()
    assert provisional.fingerprint != full.fingerprint
    assert provisional.draws.sizes["draw"] < full.draws.sizes["draw"]
    shares = [_shares(fit) for fit in (provisional, full)]
    np.testing.assert_allclose(shares[0], shares[1], atol=0.02)


def test_a_run_as_short_as_a_provisional_one_has_none() -> None:
    seen: list[Fit] = []
    fit_model(national_panel(), SHORT, preview=seen.append)

    assert SHORT.provisional() is None
    assert seen == []


def test_a_run_that_has_settled_is_not_repeated() -> None:
    fit = national_fit()

    assert len(fit.attempts) == 1
    assert fit.attempts[0].doubts == ()


def test_a_run_that_has_not_settled_is_repeated_with_more_care_and_both_are_told() -> None:
    asked = replace(SHORT, until_settled=True)
    seen: list[Progress] = []
    fit = fit_model(national_panel(), asked, report=seen.append)

    first, second = fit.attempts
    assert "the effective sample size is" in " ".join(first.doubts)
    assert (first.adaptation, second.adaptation) == ("low_rank", "diag")
    assert (second.draws, second.tune) == (2 * first.draws, 2 * first.tune)
    assert fit.specification == asked
    assert [progress.note for progress in seen if progress.stage == "again"][-1].startswith("The first run did not")


def test_the_better_of_two_runs_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmm_core.modeling import fitting

    judged = iter([0, 7])
    judge = fitting.attempt_of
    monkeypatch.setattr(
        fitting, "attempt_of", lambda *facts, **more: replace(judge(*facts, **more), divergences=next(judged))
    )
    fit = fit_model(national_panel(), replace(SHORT, until_settled=True))

    assert [attempt.divergences for attempt in fit.attempts] == [0, 7]
    assert fit.posterior.sizes["draw"] == SHORT.draws


def test_groups_in_step_settle_in_the_end() -> None:
    """Eight groups of which two pairs run in step: a bent posterior, on which a shorter first run fails."""
    fit = fit_model(in_step(), ModelSpecification(draws=400, tune=400))

    assert fit.attempts[0].doubts
    assert not fit.attempts[-1].doubts


def _shares(fit: Fit) -> np.ndarray:
    total = fit.draws["contribution"].sum(("period", "geo"), dtype=np.float64).mean(("chain", "draw"))
    return (total / total.sum()).values
