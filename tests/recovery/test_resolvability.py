"""Predicted posteriors against sampled ones; `python -m benchmarks.posteriors` samples them anew."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from resolvability_clients import CLIENTS, file_of, specification_of

from benchmarks.posteriors import public_panels
from mmm_core.feasibility.resolvability import TOLD_APART, Resolvability, resolvability
from mmm_core.panel.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One client: what was predicted, what was sampled."""

    panel: Panel
    found: Resolvability
    sampled: dict

    @property
    def width_ratios(self) -> np.ndarray:
        """Predicted to sampled width per group."""
        return self.predicted_widths / self.sampled_widths

    @property
    def predicted_widths(self) -> np.ndarray:
        return np.array([group.contribution.width for group in self.found.groups])

    @property
    def sampled_widths(self) -> np.ndarray:
        quantiles = np.array(self.sampled["contribution"])
        return quantiles[:, -1] - quantiles[:, 0]

    def sums(self) -> list[tuple[str, float, float, bool]]:
        """Per pair: width of the sum to the narrower of the two, sampled and predicted, and the verdict."""
        groups, sampled, predicted = self.sampled["groups"], self.sampled_widths, self.predicted_widths
        result = []
        for first, second, low, _, high in self.sampled["pairs"]:
            pair = self.found.pair(groups[first], groups[second])
            narrower = min(sampled[first], sampled[second]), min(predicted[first], predicted[second])
            name = f"{pair.first} and {pair.second}"
            result.append((name, (high - low) / narrower[0], pair.together.width / narrower[1], pair.told_apart))
        return result


@cache
def compared(client: str) -> Comparison:
    panel = CLIENTS[client]() if client in CLIENTS else public_panels()[client]
    return Comparison(
        panel=panel,
        found=resolvability(panel, specification_of(client)),
        sampled=json.loads(file_of(client).read_text(encoding="utf-8")),
    )


def all_ratios() -> np.ndarray:
    return np.concatenate([compared(client).width_ratios for client in CLIENTS])


def within(ratios: np.ndarray, factor: float) -> float:
    return float(np.mean(np.abs(np.log(ratios)) <= np.log(factor)))


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    ranks = [np.argsort(np.argsort(values)) for values in (first, second)]
    return float(np.corrcoef(*ranks)[0, 1])


@pytest.mark.parametrize("client", CLIENTS)
def test_the_sampled_posterior_is_of_the_client_as_it_is_and_has_converged(client: str) -> None:
    one = compared(client)

    assert one.sampled["panel"] == one.panel.fingerprint
    assert one.sampled["groups"] == list(one.panel.groups)
    structure = specification_of(client).structure()
    assert {name: one.sampled["specification"][name] for name in structure} == structure
    assert one.sampled["doubts"] == []
    assert one.sampled["diagnostics"]["r_hat_max"] < 1.01


def test_90_percent_of_the_widths_are_within_a_factor_of_1_5_and_70_percent_within_1_25() -> None:
    ratios = all_ratios()

    assert len(ratios) >= 80
    assert within(ratios, 1.5) >= 0.9
    assert within(ratios, 1.25) >= 0.7


def test_widths_are_neither_too_narrow_nor_too_wide_on_the_whole() -> None:
    assert abs(np.log(all_ratios()).mean()) < np.log(1.1)


@pytest.mark.parametrize("client", [name for name in CLIENTS if name not in {"daily", "four groups, two years"}])
def test_widths_rank_as_the_sampled_ones_do(client: str) -> None:
    """Of three or four groups a rank correlation says nothing; they are in the pool below."""
    one = compared(client)

    assert rank_correlation(one.predicted_widths, one.sampled_widths) >= 0.9


def test_widths_of_all_clients_together_rank_as_the_sampled_ones_do() -> None:
    clients = [compared(client) for client in CLIENTS]
    outcome = [float(one.panel.data["kpi"].sum()) for one in clients]
    predicted = np.concatenate([one.predicted_widths / total for one, total in zip(clients, outcome, strict=True)])
    sampled = np.concatenate([one.sampled_widths / total for one, total in zip(clients, outcome, strict=True)])

    assert rank_correlation(predicted, sampled) >= 0.97


@pytest.mark.parametrize("client", CLIENTS)
def test_medians_lie_well_within_the_sampled_intervals(client: str) -> None:
    one = compared(client)
    quantiles = np.array(one.sampled["contribution"])
    medians = np.array([group.contribution.median for group in one.found.groups])

    assert np.abs((medians - quantiles[:, 2]) / one.sampled_widths).max() < 0.3


@pytest.mark.parametrize("client", CLIENTS)
def test_correlations_are_those_of_the_sampled_posterior(client: str) -> None:
    one = compared(client)
    above = np.triu_indices(len(one.panel.groups), 1)

    off = np.abs(one.found.correlation - np.array(one.sampled["correlation"]))[above]

    assert off.max() < 0.3
    assert off.mean() < 0.1


def test_pairs_cannot_be_told_apart_where_the_sampled_posterior_says_so() -> None:
    """Told by the width of the sum; within a tenth of the line either answer will do."""
    wrong, apart, not_apart = [], 0, 0
    for client in CLIENTS:
        for name, sampled, predicted, told_apart in compared(client).sums():
            if abs(sampled / TOLD_APART - 1) > 0.1:
                apart, not_apart = apart + (sampled > TOLD_APART), not_apart + (sampled < TOLD_APART)
                if told_apart != (sampled > TOLD_APART):
                    wrong.append((client, name, sampled, predicted))

    assert wrong == []
    assert apart >= 100
    assert not_apart >= 6


def test_the_pair_that_runs_in_step_in_the_sample_client_cannot_be_told_apart() -> None:
    found = compared("sample client").found

    assert [(pair.first, pair.second) for pair in found.pairs if not pair.told_apart] == [
        ("Brand social", "Performance social")
    ]


@pytest.mark.skipif(not public_panels(), reason="MMM_WORKSHOP_PUBLIC_DATA names no folder with the public data")
def test_widths_of_public_data_are_within_a_factor_of_1_25() -> None:
    for name, panel in public_panels().items():
        one = compared(name)
        assert one.sampled["panel"] == panel.fingerprint
        assert within(one.width_ratios, 1.25) == 1
