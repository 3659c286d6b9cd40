"""What priors say of all media together as groups are cut finer: `python -m benchmarks.priors` (ADR 0013).

Three priors on the same panels, the sample client's and simulated ones, cut into 3, 10 and 30 groups: PyMC-Marketing's
default, a lognormal of its own for every group's effect, and the prior in shares of the outcome. The panels' spend,
outcome and periods stay; only the cut changes.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmm_core.modeling.curves import lag_weights, saturate
from mmm_core.modeling.prior_predictive import draw_prior
from mmm_core.modeling.scaled_model import ScaledModel, scaled_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.assemble import assemble
from mmm_core.panel.panel import Panel, panel_from_arrays
from mmm_core.simulation import simulate_national
from mmm_core.workflows.reading import read_mapping, read_sources
from mmm_core.workflows.scoping import Scoped, lay_ground, scope
from mmm_core.workflows.workshop_file import read_workshop_file

Floats = NDArray[np.float64]
_CUTS = (3, 10, 30)
_DRAWS = 4000
_SEEDS = range(5)
_SAMPLE = Path(__file__).parents[1] / "sample_data" / "workshop.toml"


def main() -> None:
    """Print the medians and 90 % ranges of the share of the outcome that all groups together bring."""
    print("| panel | groups | half-normal effects | lognormal effects | in shares |\n|---|---|---|---|---|")
    for name, panels in (("sample client", _sample_panels), ("simulated, 156 weeks", _simulated_panels)):
        for groups in _CUTS:
            found = [[prior(panel) for panel in panels(groups)] for prior in (_half_normal, _lognormal, _in_shares)]
            cells = " | ".join(_told(np.concatenate(one)) for one in found)
            print(f"| {name} | {groups} | {cells} |", flush=True)


def _told(total: Floats) -> str:
    low, middle, high = 100 * np.quantile(total, (0.05, 0.5, 0.95))
    return f"{middle:.0f} % ({low:.0f} to {high:.0f})"


def _half_normal(panel: Panel) -> Floats:
    """PyMC-Marketing's default: effects half-normal with scale 2."""
    return _total(panel, lambda rng, size: np.abs(2 * rng.standard_normal(size)))


def _lognormal(panel: Panel) -> Floats:
    """Effects lognormal, median 6 % of the largest outcome, spread 0.9."""
    return _total(panel, lambda rng, size: 0.06 * np.exp(0.9 * rng.standard_normal(size)))


def _in_shares(panel: Panel) -> Floats:
    return draw_prior(panel, ModelSpecification(), draws=_DRAWS).share.sum(axis=1)


def _total(panel: Panel, draw: Callable[[np.random.Generator, tuple[int, int]], Floats]) -> Floats:
    """Draw the share of the outcome that groups bring whose effects have a prior of their own, (draws,)."""
    model, rng = scaled_model(panel, ModelSpecification()), np.random.default_rng(1)
    effect, total = draw(rng, (_DRAWS, len(model.groups))), np.zeros(_DRAWS)
    for group in range(len(model.groups)):
        total += effect[:, group] * _weighted_curve(model, group, rng)
    return total


def _weighted_curve(model: ScaledModel, group: int, rng: np.random.Generator) -> Floats:
    alpha, steepness = rng.beta(1, 3, _DRAWS), rng.gamma(3, 1, _DRAWS)
    felt = lag_weights("geometric", alpha[None], model.lagged.shape[2]) @ model.lagged[group].T
    return np.asarray(saturate("logistic", steepness[None, :, None], felt) @ model.share_weight)


def _sample_panels(groups: int) -> list[Panel]:
    """Cut the sample client's line items: its nine groups merged with their neighbours, or each into parts."""
    content = read_workshop_file(_SAMPLE)
    ground = lay_ground(read_sources(content, [_SAMPLE.parent]), content.settings())
    scoped = scope(ground, read_mapping(content, [_SAMPLE.parent], ground.items)[0])
    if ground.kpi is None or ground.window is None:
        raise RuntimeError("the sample client has an outcome")
    place = _cut(scoped, groups)
    names = [f"group {at:02d}" for at in range(groups)]
    panel = assemble(ground.cube, names, place, ground.kpi, ground.controls, ground.window, ground.settings, "revenue")
    return [panel]


def _cut(scoped: Scoped, groups: int) -> NDArray[np.int64]:
    leaf = scoped.resolution.table["leaf"].to_numpy()
    spend = scoped.ground.items["spend_micros"].to_numpy()
    found = sorted(set(leaf[leaf >= 0]), key=lambda one: -spend[leaf == one].sum())
    place = np.full(len(leaf), -1)
    if groups < len(found):
        for at, one in enumerate(found):
            place[leaf == one] = at * groups // len(found)
        return place
    first = 0
    for at, one in enumerate(found):
        parts = groups // len(found) + (at < groups % len(found))
        items = np.flatnonzero(leaf == one)
        place[items[np.argsort(-spend[items])]] = first + np.arange(len(items)) % parts
        first += parts
    return place


def _simulated_panels(groups: int) -> list[Panel]:
    """Cut the three groups of simulated clients at random, anew every week."""
    panels = []
    for seed in _SEEDS:
        rng = np.random.default_rng([seed, groups])
        client = simulate_national(np.random.default_rng(seed), periods=156, groups=3)
        whole = client.spend.to_numpy()
        parts = [groups // 3 + (at < groups % 3) for at in range(3)]
        cut = [whole[:, [at]] * rng.dirichlet(np.ones(count), len(whole)) for at, count in enumerate(parts)]
        panels.append(_panel(np.concatenate(cut, axis=1), client.kpi.to_numpy()))
    return panels


def _panel(spend: Floats, kpi: Floats) -> Panel:
    periods = np.datetime64("2022-01-03") + 7 * np.arange(len(spend))
    facts: dict[str, object] = {
        "period": "week",
        "kpi_name": "revenue",
        "currency": "EUR",
        "periods": [str(day) for day in periods],
        "geo": ["national"],
        "group": [f"group {at:02d}" for at in range(spend.shape[1])],
        "control": [],
    }
    arrays = {
        "spend": spend[:, None, :],
        "exposure": np.full((len(spend), 1, spend.shape[1]), np.nan),
        "kpi": kpi[:, None],
        "controls": np.empty((len(spend), 1, 0)),
    }
    return panel_from_arrays(arrays, facts)


if __name__ == "__main__":
    main()
