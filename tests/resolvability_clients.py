"""The clients on which predicted posteriors are held against sampled ones: easy ones and awkward ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from simulated import make_panel, panel_of

from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.simulation import flighting
from mmm_core.simulation.client import GroupBrief, SimulatedClient, respond, simulate_national
from mmm_core.simulation.demand import Demand, simulate_controls

POSTERIORS = Path(__file__).parent / "recovery" / "posteriors"
_SAMPLE = Path(__file__).parents[1] / "sample_data"


def plain(seed: int, periods: int, groups: int, **how: float) -> Panel:
    """A client whose groups take turns in their patterns of spend."""
    return panel_of(simulate_national(np.random.default_rng(seed), periods=periods, groups=groups, **how))


def without_controls() -> Panel:
    """The client's price and promotion move the outcome, and nobody recorded them."""
    panel = plain(25, 130, 7)
    return Panel(
        data=panel.data.isel(control=slice(0, 0)), period="week", kpi_name=panel.kpi_name, currency=panel.currency
    )


def in_step() -> Panel:
    """Eight groups, of which two pairs run in step; the first pair alike, the second unlike in carry-over."""
    rng = np.random.default_rng(31)
    weeks = pd.date_range("2023-01-02", periods=156, freq="7D", name="period")
    leader, second = flighting.bursts(rng, 156), flighting.seasonal(rng, 156)
    patterns = {
        "brand_social": leader,
        "performance_social": flighting.in_step(rng, leader),
        "radio": second,
        "out_of_home": flighting.in_step(rng, second, noise=0.12),
        "tv": flighting.flights(rng, 156),
        "search": flighting.always_on(rng, 156),
        "mail": flighting.drops(rng, 156),
        "print": flighting.flights(rng, 156, per_year=7, weeks=2),
    }
    alphas = (0.3, 0.3, 0.1, 0.6, 0.5, 0.1, 0.3, 0.2)
    return panel_of(_respond(rng, weeks, patterns, alphas, noise=0.025))


def degrees_of_step() -> Panel:
    """Four pairs, of which each runs less in step than the one before, and a group of its own."""
    rng = np.random.default_rng(35)
    weeks = pd.date_range("2023-01-02", periods=156, freq="7D", name="period")
    leads = (flighting.bursts, flighting.always_on, flighting.drops, flighting.seasonal)
    patterns: dict[str, np.ndarray] = {}
    for number, (lead, apart) in enumerate(zip(leads, (0.03, 0.07, 0.2, 0.4), strict=True)):
        patterns[f"leader_{number}"] = lead(rng, 156)
        patterns[f"follower_{number}"] = flighting.in_step(rng, patterns[f"leader_{number}"], noise=apart)
    patterns["tv"] = flighting.flights(rng, 156)
    return panel_of(_respond(rng, weeks, patterns, (0.2, 0.2, 0.3, 0.3, 0.4, 0.1, 0.2, 0.5, 0.5), noise=0.02))


def two_years_in_step() -> Panel:
    """Three pairs in step in a noisy, short history."""
    rng = np.random.default_rng(36)
    weeks = pd.date_range("2023-01-02", periods=104, freq="7D", name="period")
    patterns: dict[str, np.ndarray] = {}
    for number, lead in enumerate((flighting.flights, flighting.bursts, flighting.always_on)):
        patterns[f"leader_{number}"] = lead(rng, 104)
        patterns[f"follower_{number}"] = flighting.in_step(rng, patterns[f"leader_{number}"], noise=0.1)
    return panel_of(_respond(rng, weeks, patterns, (0.4, 0.4, 0.1, 0.3, 0.2, 0.2), noise=0.03))


def sparse() -> Panel:
    """Six groups that are on air for few weeks."""
    rng = np.random.default_rng(32)
    weeks = pd.date_range("2023-01-02", periods=120, freq="7D", name="period")
    patterns = {f"flight_{at}": flighting.flights(rng, 120, per_year=1 + at % 3, weeks=2 + at % 2) for at in range(5)}
    patterns["search"] = flighting.always_on(rng, 120)
    return panel_of(_respond(rng, weeks, patterns, (0.5, 0.2, 0.4, 0.1, 0.6, 0.1), noise=0.02))


def regional() -> Panel:
    """Three regions that differ in size, timing and noise; five groups, one of them never active in a region."""
    rng = np.random.default_rng(33)
    periods, size = 104, np.array([1.0, 0.6, 0.3])
    patterns = (flighting.flights, flighting.always_on, flighting.drops, flighting.seasonal, flighting.bursts)
    spend = np.stack(
        [np.stack([40_000 * share * pattern(rng, periods) for pattern in patterns], axis=1) for share in size], axis=1
    )
    spend[:, 2, 0] = 0.0
    scaled = spend / np.maximum(spend.max(axis=0), 1.0)
    effects, steep, alphas = (0.10, 0.06, 0.05, 0.08, 0.04), (2.0, 1.5, 3.0, 2.5, 2.0), (0.5, 0.1, 0.3, 0.2, 0.4)
    media = np.zeros((periods, 3))
    for group in range(5):
        weight = alphas[group] ** np.arange(8.0)
        felt = np.stack([np.convolve(scaled[:, geo, group], weight / weight.sum())[:periods] for geo in range(3)], 1)
        media += effects[group] * np.tanh(steep[group] * felt / 2)
    control = rng.normal(0, 1, (periods, 3, 1))
    season = 0.05 * np.sin(2 * np.pi * np.arange(periods) / 52.18)[:, None]
    noise = rng.normal(0, 1, (periods, 3)) * np.array([0.012, 0.02, 0.03])
    outcome = 0.5 + media + 0.03 * control[:, :, 0] + season + noise
    return make_panel(spend, 1_000_000 * size * outcome, control)


def daily() -> Panel:
    """Three groups day by day, with a pattern over the week."""
    rng = np.random.default_rng(34)
    periods = 400
    spend = np.stack([4_000 * flighting.always_on(rng, periods, swing=0.5) for _ in range(3)], axis=1)
    spend[:, 0] *= rng.uniform(size=periods) < 0.3
    scaled = spend / spend.max(axis=0)
    media = sum(e * np.tanh(1.2 * scaled[:, k]) for k, e in enumerate((0.12, 0.06, 0.09)))
    weekday = 0.06 * np.sin(2 * np.pi * np.arange(periods) / 7)
    kpi = 80_000 * (0.6 + media + weekday + rng.normal(0, 0.03, periods))
    return make_panel(spend[:, None, :], kpi[:, None], period="day")


def sample_client() -> Panel:
    """The panel of the sample client, as the headless run scopes it."""
    from mmm_core.workflows.reading import read_mapping, read_sources
    from mmm_core.workflows.scoping import lay_ground, scope
    from mmm_core.workflows.workshop_file import read_workshop_file

    content = read_workshop_file(_SAMPLE / "workshop.toml")
    ground = lay_ground(read_sources(content, [_SAMPLE]), content.settings())
    mapping, _ = read_mapping(content, [_SAMPLE], ground.items)
    panel = scope(ground, mapping).panel
    assert panel is not None
    return panel


CLIENTS: dict[str, Callable[[], Panel]] = {
    "four groups, two years": lambda: plain(20, 104, 4),
    "six groups, three years": lambda: plain(21, 156, 6),
    "eight groups, noisy": lambda: plain(22, 156, 8, noise=0.05),
    "twelve groups, three years": lambda: plain(23, 156, 12),
    "short history": lambda: plain(24, 60, 5),
    "no controls": without_controls,
    "weak media": lambda: plain(26, 120, 6, media_share=0.08),
    "ten groups, two years": lambda: plain(27, 104, 10, noise=0.03),
    "pairs in step": in_step,
    "degrees of step": degrees_of_step,
    "two years in step": two_years_in_step,
    "sparse flights": sparse,
    "three regions": regional,
    "daily": daily,
    "sample client": sample_client,
}


def specification_of(client: str) -> ModelSpecification:
    """The defaults, or what the sample client's workshop file says."""
    if client != "sample client":
        return ModelSpecification()
    from mmm_core.workflows.workshop_file import read_workshop_file

    return read_workshop_file(_SAMPLE / "workshop.toml").specification()


def file_of(client: str) -> Path:
    """Where the sampled posterior of a client is kept."""
    return POSTERIORS / f"{client.replace(',', '').replace(' ', '_')}.json"


def _respond(
    rng: np.random.Generator,
    weeks: pd.DatetimeIndex,
    patterns: dict[str, np.ndarray],
    alphas: tuple[float, ...],
    *,
    noise: float,
) -> SimulatedClient:
    spend = pd.DataFrame({name: np.round(rng.uniform(15_000, 60_000) * flow, 2) for name, flow in patterns.items()})
    spend.index = weeks
    briefs = {
        name: GroupBrief(alpha=alpha, lam=rng.uniform(1.5, 3.5), roi=rng.uniform(0.8, 3.5))
        for name, alpha in zip(patterns, alphas, strict=True)
    }
    level = sum(briefs[name].roi * float(spend[name].mean()) for name in patterns) * 0.7 / 0.3
    controls = simulate_controls(rng, weeks)
    return respond(
        rng, spend=spend, briefs=briefs, controls=controls, demand=Demand(level=level, trend=0.0), noise=noise
    )
