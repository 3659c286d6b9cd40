"""Every carry-over and saturation that is offered finds what simulated clients with such curves were given.

Shapes are drawn from the model's own priors, returns from the simulation's briefs. `MMM_WORKSHOP_CLIENTS=240` makes the
long run, clients taking turns over the pairs of choices; `-s` prints its table.
"""

import os
from functools import cache
from itertools import product
from typing import get_args

import numpy as np
import pytest
from simulated import make_panel, needs_pymc

from mmm_core.modeling import curves
from mmm_core.modeling.choices import Adstock, Saturation
from mmm_core.modeling.convergence import HIGHEST_R_HAT
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.shapes import ADSTOCKS, SATURATIONS, ShapeParameter
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.simulation.client import simulate_national
from mmm_core.validation.calibration import Recovered, coverage, recover
from mmm_core.validation.scores import chance_of_so_few

pytestmark = needs_pymc
CLIENTS = int(os.environ.get("MMM_WORKSHOP_CLIENTS", "12"))
PAIRS = list(product(get_args(Adstock), get_args(Saturation)))
PERIODS, GROUPS, L_MAX = 117, 5, 8


def simulated(seed: int, adstock: str, saturation: str) -> tuple[Panel, dict[str, float]]:
    """Return a client whose groups work with such curves, and what each of them brought."""
    rng = np.random.default_rng(seed)
    client = simulate_national(rng, periods=PERIODS, groups=GROUPS)
    spend = client.spend.to_numpy(dtype=float)
    weight = curves.lag_weights(adstock, drawn(rng, ADSTOCKS[adstock]), L_MAX)
    scaled = np.concatenate([np.zeros((L_MAX - 1, GROUPS)), spend / spend.max(axis=0)])
    felt = sum(weight[:, lag] * scaled[L_MAX - 1 - lag : len(scaled) - lag] for lag in range(L_MAX))
    curve = curves.saturate(saturation, drawn(rng, SATURATIONS[saturation]), felt)
    wanted = np.array([group.contribution for group in client.groups])
    brought = curve * wanted / curve.sum(axis=0)
    kpi = client.baseline.to_numpy() + client.noise.to_numpy() + brought.sum(axis=1)
    panel = make_panel(
        spend[:, None, :],
        kpi[:, None],
        client.controls.to_numpy(dtype=float)[:, None, :],
        group=list(client.group_names),
        control=list(client.control_names),
    )
    return panel, dict(zip(client.group_names, wanted, strict=True))


def drawn(rng: np.random.Generator, parameters: tuple[ShapeParameter, ...]) -> np.ndarray:
    """Draw the parameters of every group from their priors, (parameters, groups)."""
    return np.array(
        [
            rng.beta(one.first, one.second, GROUPS)
            if one.family == "beta"
            else rng.gamma(one.first, 1 / one.second, GROUPS)
            for one in parameters
        ]
    )


@cache
def recovered() -> dict[tuple[str, str], list[Recovered]]:
    rows: dict[tuple[str, str], list[Recovered]] = {pair: [] for pair in PAIRS}
    for number in range(CLIENTS):
        adstock, saturation = pair = PAIRS[number % len(PAIRS)]
        panel, truth = simulated(300 + number, adstock, saturation)
        specification = ModelSpecification(adstock=adstock, saturation=saturation, seed=number)
        fit = fit_model(panel, specification)
        assert fit.attempts[-1].r_hat_max < HIGHEST_R_HAT, pair
        rows[pair] += recover(panel, fit, truth)
    return rows


@pytest.mark.parametrize("choice", [*get_args(Adstock), *get_args(Saturation)])
def test_ninety_percent_ranges_hold_the_truth_about_nine_times_in_ten(choice: str) -> None:
    found = coverage([row for pair, rows in recovered().items() if choice in pair for row in rows])
    everything = found[-1]
    print(f"{choice}: {everything.held} of {everything.of} ({everything.share:.0%})")  # noqa: T201  # the long run's table

    assert chance_of_so_few(everything.held, everything.of, 0.9) > 0.01, found


def test_the_ranges_are_not_so_wide_that_they_hold_anything() -> None:
    found = coverage([row for rows in recovered().values() for row in rows])[-1]

    assert found.held < found.of
