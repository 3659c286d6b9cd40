"""Decisions of the past: budgets kept, bounds kept, and the truth of a simulated client."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from simulated import needs_pymc, panel_of
from trusting import backtest

from mmm_core.jobs.messages import plain
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.simulation.client import SimulatedClient, simulate_national
from mmm_core.validation.backtest import Backtest, _split, score_decisions
from mmm_core.validation.folds import FoldPlan, plan_folds
from mmm_core.validation.holdout import run_holdout
from mmm_core.validation.holdout_record import Holdout

QUICK = ModelSpecification(yearly_seasonality=1, chains=2, draws=300, tune=300, until_settled=False)
FACTORS = np.linspace(0.8, 1.2, 41)


@cache
def client() -> SimulatedClient:
    return simulate_national(np.random.default_rng(20), periods=120, groups=4)


@cache
def panel() -> Panel:
    return panel_of(client())


@cache
def plan() -> FoldPlan:
    return plan_folds(120, most=2)


@cache
def made() -> tuple[Fit, Holdout]:
    return fit_model(panel(), QUICK), run_holdout(panel(), QUICK, plan())


def scored(holdout: Holdout) -> Backtest:
    return score_decisions(panel(), made()[0], holdout, plan())


def test_the_budget_goes_where_it_brings_more_and_its_sum_stays() -> None:
    spend = np.array([100.0, 300.0])
    brought = np.stack([2.0 * spend[0] * FACTORS, 1.0 * spend[1] * FACTORS], axis=1)
    chosen = _split(brought, spend, FACTORS)
    assert chosen == pytest.approx([1.2, 1 - 20 / 300])
    assert (chosen * spend).sum() == pytest.approx(400.0)


def test_where_returns_diminish_the_last_unit_brings_the_same_in_both() -> None:
    spend = np.array([100.0, 100.0])
    brought = np.stack([np.log(FACTORS * 1.0), 1.1 * np.log(FACTORS)], axis=1)
    chosen = _split(brought, spend, FACTORS)
    assert chosen.sum() == pytest.approx(2.0)
    assert 1.1 / chosen[1] == pytest.approx(1 / chosen[0], rel=0.02)


def test_a_group_without_spend_stays_without() -> None:
    brought = np.stack([FACTORS, np.zeros(41), 2 * FACTORS], axis=1)
    assert _split(brought, np.array([50.0, 0.0, 50.0]), FACTORS) == pytest.approx([0.8, 1.0, 1.2])


def test_nothing_to_split_is_left_as_it_is() -> None:
    assert _split(np.zeros((41, 2)), np.zeros(2), FACTORS).tolist() == [1.0, 1.0]
    assert _split(np.stack([FACTORS], axis=1), np.array([70.0]), FACTORS) == pytest.approx([1.0])


def test_a_backtest_survives_json() -> None:
    assert Backtest.from_dict(json.loads(json.dumps(plain(backtest().as_dict())))) == backtest()


class TestWithFits:
    """Real fits of a client whose truth is known."""

    pytestmark = needs_pymc

    def test_advice_keeps_the_budget_and_the_bound(self) -> None:
        found = scored(made()[1])
        for decision in found.decisions:
            before, after = (sum(move[at] for move in decision.moves) for at in (1, 2))
            assert after == pytest.approx(before)
            assert all(0.8 - 1e-9 <= to / spend <= 1.2 + 1e-9 for _, spend, to in decision.moves if spend)

    def test_the_true_gain_lies_about_where_the_backtest_says(self) -> None:
        """The same change in the simulated market, where it can be known; the range is widened by half on each side."""
        fit, holdout = made()
        found = score_decisions(panel(), fit, holdout, plan())
        for fold, result, decision in zip(plan().folds, holdout.folds, found.decisions, strict=True):
            gained = 0.0
            for group in client().groups:
                done = client().spend[group.name].to_numpy(dtype=float)
                advised = done.copy()
                advised[fold.known : fold.known + fold.horizon] *= result.advice[group.name]
                gained += float((group.response.contribution(advised) - group.response.contribution(done)).sum())
            slack = 0.5 * (decision.gain_q95 - decision.gain_q05)
            assert decision.gain_q05 - slack <= gained <= decision.gain_q95 + slack

    def test_advice_to_change_nothing_gains_nothing(self) -> None:
        holdout = made()[1]
        still = tuple(replace(fold, advice=dict.fromkeys(fold.advice, 1.0)) for fold in holdout.folds)
        found = scored(replace(holdout, folds=still))
        assert (found.gain, found.ahead) == (0.0, 0.0)

    def test_the_sum_is_that_of_the_decisions(self) -> None:
        found = scored(made()[1])
        assert found.gain == pytest.approx(sum(decision.gain for decision in found.decisions))
        assert found.gain_q05 < found.gain < found.gain_q95
