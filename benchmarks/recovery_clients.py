"""Clients whose truth is known, of every kind that `benchmarks.recovery` and `benchmarks.stability` ask about."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from mmm_core.modeling import curves
from mmm_core.modeling.choices import ControlChoice
from mmm_core.modeling.drivers.controls import carry_on, delayed
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.modeling.shapes import ADSTOCKS, SATURATIONS, ShapeParameter
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel, panel_from_arrays
from mmm_core.simulation.client import SimulatedClient, simulate_national
from mmm_core.simulation.response import Floats

PERIODS = 130
_TEST_WEEKS, _TEST_CHANGE, _TEST_ERROR = 8, 0.5, 0.15
_Z_90 = 1.6448536269514722
_HALF_YEAR, _TRIPLED_AMONG = 26, 3
_NEWSLETTER = "organic: newsletter"
_REGIONS, _REGIONS_APART, _REGIONAL_NOISE = ("North", "East", "South", "West"), 0.3, 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClient:
    """A client, the model that is to be fitted to it, and what each group brought over the window, KPI units.

    `by_region` says the same per region, where a case asks about regions.
    """

    panel: Panel
    specification: ModelSpecification
    truth: dict[str, float]
    by_region: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Clients of one kind.

    Attributes
    ----------
    name : str
    about : str
        What is special, in a sentence.
    make : callable
        Seed to client.
    share : float
        How many clients, of those of the first case.
    """

    name: str
    about: str
    make: Callable[[int], KnownClient]
    share: float = 0.3


def as_the_app_starts(seed: int) -> KnownClient:
    """Return a client of four to eight groups, to be fitted with the defaults."""
    return _plain(_client(seed), seed)


def as_the_priors_expect(seed: int) -> KnownClient:
    """Return a client whose groups bring what the priors expect: shares drawn from them, and curves too."""
    rng, client = np.random.default_rng([seed, 1]), _client(seed)
    specification = ModelSpecification(seed=seed)
    spend = client.spend.sum().to_numpy(dtype=np.float64)
    spread = specification.effect_spread
    middle = np.log(specification.media_share * spend / spend.sum()) - 0.5 * spread**2
    shares = np.exp(middle + spread * rng.standard_normal(len(spend)))
    while shares.sum() > 0.9:  # nothing would be left for the baseline
        shares = np.exp(middle + spread * rng.standard_normal(len(spend)))
    return _with_curves(rng, client, specification, wanted=shares)


def with_adstock(adstock: str) -> Callable[[int], KnownClient]:
    """Return a maker of clients whose carry-over has this form, with shapes drawn from the model's priors."""
    return lambda seed: _with_shapes(seed, ModelSpecification(adstock=adstock, seed=seed))  # type: ignore[arg-type]


def with_saturation(saturation: str) -> Callable[[int], KnownClient]:
    """Return a maker of clients whose saturation has this form, with shapes drawn from the model's priors."""
    return lambda seed: _with_shapes(seed, ModelSpecification(saturation=saturation, seed=seed))  # type: ignore[arg-type]


def with_lift_test(seed: int) -> KnownClient:
    """Return a client that tested its largest group: half as much spend again for eight weeks."""
    client = _client(seed)
    plain = _plain(client, seed)
    largest = max(client.groups, key=lambda group: group.spend)
    spend = client.spend[largest.name].to_numpy(dtype=np.float64)
    first = int(np.convolve(spend, np.ones(_TEST_WEEKS), "valid").argmax())
    more = spend.copy()
    more[first : first + _TEST_WEEKS] *= 1 + _TEST_CHANGE
    lift = float((largest.response.contribution(more) - largest.response.contribution(spend)).sum())
    error = _TEST_ERROR * lift
    measured = lift + error * float(np.random.default_rng([seed, 2]).standard_normal())
    weeks = pd.DatetimeIndex(client.spend.index)
    usual = float(spend[first : first + _TEST_WEEKS].sum())
    test = LiftTest(
        group=largest.name,
        first=f"{weeks[first]:%Y-%m-%d}",
        last=f"{weeks[first + _TEST_WEEKS - 1] + pd.Timedelta(days=6):%Y-%m-%d}",
        spend_change=_TEST_CHANGE * usual,
        usual_spend=usual,
        lift=measured,
        low=measured - _Z_90 * error,
        high=measured + _Z_90 * error,
    )
    return replace(plain, specification=replace(plain.specification, lift_tests=(test,)))


def with_trend(seed: int) -> KnownClient:
    """Return a client whose baseline grows by a fifth over the window."""
    client = simulate_national(np.random.default_rng(seed), periods=PERIODS, groups=4 + seed % 5, trend=0.2)
    return _plain(client, seed, ModelSpecification(trend="linear", seed=seed))


def with_newsletter_and_late_prices(seed: int) -> KnownClient:
    """Return a client with a newsletter that works on, and prices that are felt two weeks later."""
    rng, client = np.random.default_rng([seed, 3]), _client(seed)
    sent = np.round(rng.gamma(2.0, 20_000.0, PERIODS) * (rng.uniform(size=PERIODS) < 0.6))
    felt = np.log1p(carry_on(sent[:, None], 1.0))[:, 0]
    price = client.controls["price_index"].to_numpy(dtype=np.float64)
    demand = client.demand
    newsletter = 0.06 * demand.level * felt / felt.max()
    later = demand.level * demand.price * (delayed(price[:, None], 2)[:, 0] - price)
    controls = client.controls.assign(**{_NEWSLETTER: sent})
    specification = ModelSpecification(controls=(ControlChoice(name="price_index", lag=2),), seed=seed)
    panel = _panel(client, client.kpi.to_numpy(dtype=np.float64) + newsletter + later, controls)
    return KnownClient(panel=panel, specification=specification, truth=_truth(client))


def with_an_effect_that_tripled(seed: int) -> KnownClient:
    """Return a client in which one of the three largest groups brings three times as much in the last half-year.

    That group is the first of `truth`.
    """
    client = _client(seed)
    largest = sorted(client.groups, key=lambda group: -group.spend)[seed % _TRIPLED_AMONG].name
    more = np.zeros(PERIODS)
    more[-_HALF_YEAR:] = 2 * client.contributions[largest].to_numpy(dtype=np.float64)[-_HALF_YEAR:]
    truth = _truth(client)
    panel = _panel(client, client.kpi.to_numpy(dtype=np.float64) + more, client.controls)
    return KnownClient(
        panel=panel,
        specification=ModelSpecification(seed=seed),
        truth={largest: truth[largest] + float(more.sum()), **{name: truth[name] for name in truth if name != largest}},
    )


def with_a_wave_too_few(seed: int) -> KnownClient:
    """Return a client whose season has two waves, to be fitted with one."""
    return _plain(_client(seed), seed, ModelSpecification(yearly_seasonality=1, seed=seed))


def with_effects_per_region(seed: int) -> KnownClient:
    """Return a client of four regions that differ in size and timing, and in what spend brings by about a third."""
    rng, client = np.random.default_rng([seed, 5]), _client(seed)
    spends, outcomes, by_region = [], [], {}
    for name in _REGIONS:
        size = rng.uniform(0.05, 0.3)
        spend = client.spend.to_numpy(dtype=np.float64) * size * rng.lognormal(0, 0.4, client.spend.shape)
        brought = [
            times * replace(group.response, beta=size * group.response.beta, scale=own.max()).contribution(own)
            for times, group, own in zip(
                rng.lognormal(0, _REGIONS_APART, len(client.groups)), client.groups, spend.T, strict=True
            )
        ]
        noise = rng.normal(0, _REGIONAL_NOISE * size * client.kpi.mean(), PERIODS)
        spends.append(spend)
        outcomes.append(size * client.baseline.to_numpy(dtype=np.float64) + sum(brought, noise))
        by_region[name] = {group.name: float(own.sum()) for group, own in zip(client.groups, brought, strict=True)}
    panel = _laid_out(client, np.stack(spends, axis=1), np.stack(outcomes, axis=1), client.controls, list(_REGIONS))
    truth = {name: sum(own[name] for own in by_region.values()) for name in client.group_names}
    specification = ModelSpecification(geo_effects="hierarchical", seed=seed)
    return KnownClient(panel=panel, specification=specification, truth=truth, by_region=by_region)


CASES = (
    Case(
        name="as the app starts",
        about="130 weeks, 4 to 8 groups, returns of 0.8 to 3.5, defaults",
        make=as_the_app_starts,
        share=1.0,
    ),
    Case(
        name="as the priors expect",
        about="the same, but what each group brings and its curves are drawn from the model's own priors",
        make=as_the_priors_expect,
    ),
    Case(name="delayed carry-over", about="spend works most some weeks later", make=with_adstock("delayed")),
    Case(name="Weibull carry-over", about="spend fades at a changing pace", make=with_adstock("weibull")),
    Case(name="tanh saturation", about="another form of the curve", make=with_saturation("tanh")),
    Case(
        name="Michaelis-Menten saturation", about="another form of the curve", make=with_saturation("michaelis_menten")
    ),
    Case(name="Hill saturation", about="an S, with a slow start", make=with_saturation("hill")),
    Case(
        name="lift test",
        about="the largest group was tested for eight weeks, with a standard error of 15 % of the lift",
        make=with_lift_test,
    ),
    Case(name="trend", about="the baseline grows by a fifth, and the model has a linear trend", make=with_trend),
    Case(
        name="organic media and a late control",
        about="a newsletter that works on, prices that are felt two weeks later",
        make=with_newsletter_and_late_prices,
    ),
    Case(
        name="regions with effects of their own",
        about="four regions whose effects are apart by about 30 %; counted per region",
        make=with_effects_per_region,
    ),
)


def _client(seed: int) -> SimulatedClient:
    return simulate_national(np.random.default_rng(seed), periods=PERIODS, groups=4 + seed % 5)


def _plain(client: SimulatedClient, seed: int, specification: ModelSpecification | None = None) -> KnownClient:
    panel = _panel(client, client.kpi.to_numpy(dtype=np.float64), client.controls)
    return KnownClient(panel=panel, specification=specification or ModelSpecification(seed=seed), truth=_truth(client))


def _truth(client: SimulatedClient) -> dict[str, float]:
    return {group.name: group.contribution for group in client.groups}


def _with_shapes(seed: int, specification: ModelSpecification) -> KnownClient:
    client = _client(seed)
    wanted = client.contributions.sum().to_numpy(dtype=np.float64) / float(client.kpi.sum())
    return _with_curves(np.random.default_rng([seed, 4]), client, specification, wanted=wanted)


def _with_curves(
    rng: np.random.Generator, client: SimulatedClient, specification: ModelSpecification, *, wanted: Floats
) -> KnownClient:
    """Let every group bring a share of the outcome, along a curve that is drawn from the priors."""
    spend, length = client.spend.to_numpy(dtype=np.float64), specification.adstock_l_max
    scaled = np.concatenate([np.zeros((length - 1, spend.shape[1])), spend / spend.max(axis=0)])
    drawn = [_drawn(rng, ADSTOCKS[specification.adstock], spend.shape[1])]
    drawn.append(_drawn(rng, SATURATIONS[specification.saturation], spend.shape[1]))
    weights = curves.lag_weights(specification.adstock, drawn[0], length)
    felt = sum(
        (weights[:, lag] * scaled[length - 1 - lag : len(scaled) - lag] for lag in range(length)),
        np.zeros_like(spend),
    )
    curve = curves.saturate(specification.saturation, drawn[1], felt)
    # The baseline shrinks or grows with what is left, so that the shares come out as wanted.
    rest = client.baseline.to_numpy(dtype=np.float64) + client.noise.to_numpy(dtype=np.float64)
    total = float(rest.sum()) / (1 - float(wanted.sum()))
    brought = curve * (wanted * total / curve.sum(axis=0))
    panel = _panel(client, rest + brought.sum(axis=1), client.controls)
    names = list(client.group_names)
    return KnownClient(
        panel=panel,
        specification=specification,
        truth=dict(zip(names, brought.sum(axis=0).tolist(), strict=True)),
    )


def _drawn(rng: np.random.Generator, parameters: tuple[ShapeParameter, ...], groups: int) -> Floats:
    return np.array(
        [
            rng.beta(one.first, one.second, groups)
            if one.family == "beta"
            else rng.gamma(one.first, 1 / one.second, groups)
            for one in parameters
        ]
    )


def _panel(client: SimulatedClient, kpi: Floats, controls: pd.DataFrame) -> Panel:
    spend = client.spend.to_numpy(dtype=np.float64)[:, None, :]
    return _laid_out(client, spend, kpi[:, None], controls, ["national"])


def _laid_out(client: SimulatedClient, spend: Floats, kpi: Floats, controls: pd.DataFrame, geos: list[str]) -> Panel:
    """Label arrays: spend (periods, geos, groups), outcome (periods, geos); controls are the same everywhere."""
    facts: dict[str, object] = {
        "period": "week",
        "kpi_name": "revenue",
        "currency": "EUR",
        "periods": [f"{day:%Y-%m-%d}" for day in pd.DatetimeIndex(client.spend.index)],
        "geo": geos,
        "group": list(client.group_names),
        "control": list(controls.columns),
    }
    arrays = {
        "spend": spend,
        "exposure": np.full_like(spend, np.nan),
        "kpi": kpi,
        "controls": np.repeat(controls.to_numpy(dtype=np.float64)[:, None, :], len(geos), axis=1),
    }
    return panel_from_arrays(arrays, facts)
