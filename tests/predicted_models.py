"""Models of the clients on which predictions are tested, with nothing or everything told beforehand."""

from dataclasses import replace

import numpy as np
import pandas as pd
from resolvability_clients import CLIENTS

from mmm_core.feasibility.estimate import Estimate, default_start, find_estimate
from mmm_core.modeling.choices import Alike, Expectation
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.modeling.scaled_model import ScaledModel, scaled_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

DEFAULT = ModelSpecification()
PANELS = ("four groups, two years", "no controls", "three regions", "daily")


def told_beforehand(panel: Panel) -> ModelSpecification:
    """Everything that people can say of groups: returns, shapes, likeness, and tests of two of them."""
    first, second, third, *_ = panel.groups
    ended = pd.to_datetime(panel.data["period"].values)[40]
    spend, outcome = panel.data["spend"].sum("geo"), float(panel.data["kpi"].sum())

    def test(group: str, change: float) -> LiftTest:
        usual = float(spend.sel(group=group)[34:41].sum())
        lift = change * 0.5 * usual * 0.3 * outcome / float(spend.sum())
        first_day = ended - pd.Timedelta(days=6 * 7 if panel.period == "week" else 6)
        last_day = ended + pd.Timedelta(days=6 if panel.period == "week" else 0)
        return LiftTest(
            group=group,
            first=str(first_day.date()),
            last=str(last_day.date()),
            spend_change=change * usual,
            usual_spend=usual,
            lift=lift,
            low=lift - abs(lift),
            high=lift + abs(lift),
        )

    half_life = (0.5, 1.5) if panel.period == "week" else (0.1, 0.4)  # 8 periods of carry-over can have it
    return replace(
        DEFAULT,
        expectations=(
            Expectation(place=(first,), roi=(0.5, 2.0), reached=(0.2, 0.5)),
            Expectation(place=(second,), half_life=half_life, reached=(0.6, 0.9)),
        ),
        alike=(Alike(place=("Both",), groups=(first, third), likeness=0.7),),
        group_spreads=((third, 0.4),),
        lift_tests=(test(first, -0.8), test(second, 0.5), test(second, -0.5)),
    )


def model_of(name: str) -> ScaledModel:
    """The model of a client as it is, or with all that can be told beforehand."""
    client, _, told = name.partition(": ")
    panel = CLIENTS[client]()
    return scaled_model(panel, told_beforehand(panel) if told else DEFAULT)


def agreement(model: ScaledModel, theta: np.ndarray) -> float:
    """The log likelihood of the lift tests, group by group as it is defined."""
    groups, tests = len(model.groups), model.tests
    carry_over, steepness = 1 / (1 + np.exp(-theta[:groups])), np.exp(theta[groups : 2 * groups])
    total = 0.0
    for at, before, after, lift, error in zip(
        tests.group, tests.before, tests.after, tests.lift, tests.error, strict=True
    ):
        weight = carry_over[at] ** np.arange(model.lagged.shape[2])
        felt = model.lagged[at] @ (weight / weight.sum())
        reached = np.tanh(steepness[at] * felt / 2) @ model.share_weight
        effect = np.exp(theta[2 * groups + at]) / reached
        found = effect * (np.tanh(steepness[at] * after / 2) - np.tanh(steepness[at] * before / 2))
        total -= 0.5 * ((lift - found) / error) ** 2
    return float(total)


def states_near(model: ScaledModel, count: int, *, spread: float = 0.5) -> tuple[Estimate, np.ndarray]:
    """An estimate, and states around it with a row for the noise, (P + 1, count)."""
    estimate = find_estimate(model, default_start(model))
    moves = np.random.default_rng(0).normal(0, spread, (count, len(estimate.theta)))
    moves[:, 3 * len(model.groups) :] *= 0.1
    noise = np.linspace(-0.2, 0.2, count)[:, None]
    return estimate, np.concatenate([estimate.theta + moves, noise], axis=1).T


def media_of(model: ScaledModel, states: np.ndarray) -> np.ndarray:
    """Leave the linear columns out of states, as the compressed density does."""
    return np.concatenate([states[: 3 * len(model.groups)], states[-1:]]).astype(np.float32)
