"""Ranges of contributions hold the truth of simulated clients about as often as they promise.

`MMM_WORKSHOP_CLIENTS=40` makes the long run; `-s` prints its table.
"""

import os

import numpy as np
from simulated import needs_pymc, panel_of

from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.simulation.client import simulate_national
from mmm_core.validation.calibration import Coverage, Recovered, coverage, recover
from mmm_core.validation.scores import chance_of_so_few

CLIENTS = int(os.environ.get("MMM_WORKSHOP_CLIENTS", "6"))


def row(share: float, *, held: bool) -> Recovered:
    return Recovered(group="TV", share_of_spend=share, truth=1.0 if held else 9.0, low=0.5, high=2.0)


def test_ranges_are_counted_by_the_size_of_the_group() -> None:
    rows = [
        row(0.09, held=True),
        row(0.1, held=False),
        row(0.24, held=True),
        row(0.25, held=True),
        row(0.3, held=False),
    ]
    assert coverage(rows) == (
        Coverage(size="large", held=1, of=2),
        Coverage(size="middle", held=1, of=2),
        Coverage(size="small", held=1, of=1),
        Coverage(size="all", held=3, of=5),
    )


class TestWithFits:
    pytestmark = needs_pymc

    def test_ninety_percent_ranges_hold_the_truth_about_nine_times_in_ten(self) -> None:
        rows: list[Recovered] = []
        for seed in range(100, 100 + CLIENTS):
            client = simulate_national(np.random.default_rng(seed), periods=130, groups=4 + seed % 5)
            fit = fit_model(panel_of(client), ModelSpecification(seed=seed))
            truth = {group.name: group.contribution for group in client.groups}
            rows.extend(recover(panel_of(client), fit, truth))
        found = coverage(rows)
        print(*(f"{part.size}: {part.held} of {part.of} ({part.share:.0%})" for part in found), sep="\n")  # noqa: T201
        assert all(chance_of_so_few(part.held, part.of, 0.9) > 0.01 for part in found), found
