"""With every driver switched on: the quick density is the library's, effects are found, the future is foreseen."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from simulated import make_panel, needs_pymc

from mmm_core.modeling.choices import ControlChoice, Event
from mmm_core.modeling.design import make_design
from mmm_core.modeling.drivers.block import Timeline
from mmm_core.modeling.drivers.calendar import holiday_columns
from mmm_core.modeling.engine import ScenarioEngine
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.labels import to_library
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.validation.folds import Fold, cut_panel
from mmm_core.validation.forecasting import forecast

pytestmark = needs_pymc
KNOWN, AHEAD, GROUPS = 130, 26, 3
MEAN = 500_000.0
SALES = (("2023-05-08", "2023-05-14"), ("2024-05-06", "2024-05-12"), ("2025-05-05", "2025-05-11"))
ODD = "2024-03-04"
CHRISTMAS = "holiday: Christmas Day, Second Day of Christmas"
EFFECTS = {CHRISTMAS: -0.2, "event: Sale": 0.15, f"outlier: {ODD}": 0.3, "trend: slope": 0.25}
"""In shares of the mean outcome: of a full week, and over the known window."""
LAGGED = -0.05
"""Of one standard deviation of the price of three weeks ago."""
SAMPLER = {"chains": 2, "draws": 300, "tune": 300, "until_settled": False}
EVERYTHING = ModelSpecification(
    trend="changepoints",
    changepoints=3,
    baseline_drift=True,
    controls=(ControlChoice(name="price", lag=3), ControlChoice(name="weather", half_life=1.5, transformation="root")),
    holidays=("DE",),
    events=tuple(Event(name="Sale", first=first, last=last) for first, last in SALES),
    outliers=(ODD,),
)
TOLD = ModelSpecification(
    trend="linear",
    controls=(ControlChoice(name="price", lag=3), ControlChoice(name="weather", use=False)),
    holidays=EVERYTHING.holidays,
    events=EVERYTHING.events,
    outliers=EVERYTHING.outliers,
    **SAMPLER,  # type: ignore[arg-type]
)


@dataclass(frozen=True, kw_only=True)
class World:
    """A client over the known window and what follows it."""

    seen: Panel
    price_spread: float

    @property
    def known(self) -> Panel:
        data = self.seen.data.isel(period=slice(0, KNOWN))
        return Panel(data=data, period="week", kpi_name="revenue", currency="EUR")


@cache
def world() -> World:
    rng, periods = np.random.default_rng(21), KNOWN + AHEAD
    spend = rng.gamma(2, 9_000, (periods, 1, GROUPS)) * (rng.random((periods, 1, GROUPS)) < 0.7)
    days = pd.date_range("2023-01-02", periods=periods, freq="7D")
    angle = 2 * np.pi * days.day_of_year.to_numpy() / 365.25
    price = np.resize(rng.normal(20, 3, 52), periods)  # the same every year
    effects = np.array([0.2, 0.12, 0.08]) * np.tanh(2 * spend[:, 0] / spend.max(axis=(0, 1)))
    holidays = holiday_columns(Timeline(periods=days, known=KNOWN, period="week"), ("DE",))
    christmas = holidays.values[:, 0, holidays.labels.index(CHRISTMAS)] * 7 / 2
    sale = np.isin(days.strftime("%Y-%m-%d"), [first for first, _ in SALES])
    course = 1 + effects.sum(axis=1) + 0.05 * np.sin(angle) + EFFECTS["trend: slope"] * np.arange(periods) / (KNOWN - 1)
    course += EFFECTS[CHRISTMAS] * christmas + EFFECTS["event: Sale"] * sale + rng.normal(0, 0.02, periods)
    course += EFFECTS[f"outlier: {ODD}"] * (days == ODD)
    course += LAGGED * (np.concatenate([np.repeat(price[:1], 3), price[:-3]]) - price.mean()) / price.std()
    controls = np.column_stack([price, rng.gamma(4, 3, periods)])[:, None]
    seen = make_panel(spend, MEAN * course[:, None], controls, control=["price", "weather"])
    return World(seen=seen, price_spread=float(price[:KNOWN].std()))


@cache
def fit(specification: ModelSpecification = TOLD) -> Fit:
    return fit_model(world().known, specification)


def regional() -> Panel:
    """Two regions with drivers in common and apart."""
    rng = np.random.default_rng(4)
    spend = rng.gamma(2, 9_000, (KNOWN, 2, 2))
    controls = rng.gamma(4, 3, (KNOWN, 2, 2))
    return make_panel(spend, rng.normal(500_000, 30_000, (KNOWN, 2)), controls, control=["price", "weather"])


@pytest.mark.parametrize("make", [lambda: world().known, regional], ids=["national", "regional"])
def test_the_density_is_the_librarys_with_every_driver(make) -> None:
    """Given the media, the joint density of the library is a normal in all linear effects: ours, at its middle."""
    from mmm_core.modeling.build import build_model
    from mmm_core.modeling.curves_compiled import evaluate_curves
    from mmm_core.modeling.density import log_density, workspace
    from mmm_core.modeling.quick import QuickModel

    quick, model = QuickModel(make(), EVERYTHING), build_model(make(), EVERYTHING).model
    inputs, joint, start = quick._inputs, model.compile_logp(), model.initial_point()
    rng, groups, regions = np.random.default_rng(1), len(inputs.spend), len(inputs.outcome)
    differences, moves = [], []
    for _ in range(3):
        state = rng.normal(-1, 0.4, (len(quick._model.shapes) + 1) * groups + regions)
        parts = quick._parts(state[None])
        curves = evaluate_curves(inputs.adstock, inputs.saturation, parts.shapes, inputs.spend, inputs.outcome.shape[1])
        effect = parts.share / np.einsum("npgk,g->nk", curves, inputs.share_weight)
        left = inputs.outcome - (curves[0] @ effect[0]).T
        weight = parts.noise[0] ** -2.0
        precision = np.diag(inputs.precision) + np.tensordot(weight, inputs.squares, 1)
        middle = np.linalg.solve(precision, np.einsum("gqt,gt,g->q", inputs.linear, left, weight))

        def theirs(others: np.ndarray, parts=parts, effect: np.ndarray = effect) -> float:
            point = quick._labelled(parts, effect, effect, others[None] + quick._model.others_mean, (1, 1))
            return float(joint({name: _on(name, point, np.shape(value)) for name, value in start.items()}))

        ours = log_density(state, inputs, workspace(inputs), np.empty(len(state)))
        differences.append(ours - theirs(middle) + 0.5 * np.linalg.slogdet(precision)[1])
        move = rng.normal(0, 0.05, len(middle))
        moves.append(theirs(middle + move) - theirs(middle) + 0.5 * move @ precision @ move)

    assert len(middle) == regions + len(make_design(make(), EVERYTHING).controls) + 4
    np.testing.assert_allclose(moves, 0, atol=1e-5)
    np.testing.assert_allclose(np.subtract(differences, differences[0]), 0, atol=1e-5)


def _on(name: str, point: xr.Dataset, shape: tuple[int, ...]) -> np.ndarray:
    """Return a parameter on the library's unbounded scale."""
    plain = name.removesuffix("_logodds__").removesuffix("_log__")
    value = np.reshape(point[plain].values, shape)
    if name.endswith("_logodds__"):
        return np.log(value / (1 - value))
    return np.log(value) if name.endswith("_log__") else value


def test_contributions_and_expected_outcomes_are_those_of_the_librarys_graph() -> None:
    from mmm_core.modeling.predicting import fitted_draws

    few = fit().posterior.isel(draw=slice(0, 3))
    theirs = fitted_draws(world().known, TOLD, to_library(few))

    for name in ("contribution", "expected"):
        xr.testing.assert_allclose(fit().draws[name].isel(draw=slice(0, 3)), theirs[name], rtol=1e-5)


def test_planted_effects_are_found() -> None:
    """The middle 99 % of every effect holds the truth, and is narrow enough to say something."""
    effects = fit().posterior["gamma_control"]
    scale = float(world().known.data["kpi"].max()) / MEAN
    price = LAGGED * float(make_design(world().known, TOLD).scale.sel(control="control: price")) / world().price_spread

    for label, truth in {**EFFECTS, "control: price": price}.items():
        low, high = effects.sel(control=label).quantile([0.005, 0.995], ("chain", "draw")).values * scale
        assert low < truth < high, label
        assert high - low < 0.6 * abs(truth), label


def test_holidays_that_do_nothing_are_found_to_do_nothing() -> None:
    effects = fit().posterior["gamma_control"]
    others = [str(label) for label in effects["control"].values if str(label).startswith("holiday: ")]
    others.remove(CHRISTMAS)

    assert len(others) > 5
    assert (abs(effects.sel(control=others).median(("chain", "draw"))) < 0.05).all()


def test_drivers_are_foreseen_behind_the_history() -> None:
    """Trend, Christmas and the lagged price go on: what comes lies in the 90 % range, and near its middle."""
    coming = world().seen.data.isel(period=slice(KNOWN, None))
    drawn = ScenarioEngine(world().known, fit(), longest=AHEAD).evaluate(coming["spend"]).isel(geo=0)
    actual = coming["kpi"].values[:, 0]
    low, middle, high = drawn.quantile([0.05, 0.5, 0.95], ("chain", "draw")).values

    assert ((low < actual) & (actual < high)).mean() >= 0.8
    assert (abs(middle - actual) / actual).mean() < 0.03
    weeks = coming["period"].dt.strftime("%Y-%m-%d").values.tolist()
    christmas = weeks.index("2025-12-22")
    assert abs(middle[christmas] / actual[christmas] - 1) < 0.06


def test_a_fold_meets_drivers_that_it_cannot_know_yet() -> None:
    """Until January 2024 there was one Christmas, one sale and no odd week; the fold is fitted and foresees."""
    fold = Fold(number=1, known=54, horizon=26)
    cut = cut_panel(world().seen, fold)
    specification = ModelSpecification.from_dict(EVERYTHING.as_dict() | SAMPLER | {"draws": 150})
    short = fit_model(cut.known, specification)
    design = make_design(cut.known, specification)

    assert "holiday: other holidays" in design.controls
    assert not [label for label in design.controls if label.startswith("outlier")]
    assert f"outlier: {ODD} is not in the history" in design.left_out
    drawn = forecast(cut.known, short, cut.seen)
    assert drawn.shape[1:] == (26, 1)
    assert np.isfinite(drawn).all()


def test_what_may_happen_behind_the_history_widens_the_range_and_tells_nothing_before() -> None:
    """The columns of what lies ahead are 0 in the history: their effects stay what they were before the data."""
    drifting = ModelSpecification.from_dict(EVERYTHING.as_dict() | SAMPLER)
    known = fit(drifting)
    ahead = known.posterior["gamma_control"].sel(control=["trend: bends ahead", "level: ahead"])
    design = make_design(world().known, drifting)
    spread = [float(design.spread[design.controls.index(str(label))]) for label in ahead["control"].values]

    np.testing.assert_allclose(ahead.std(("chain", "draw")), spread, rtol=0.12)
    empty = world().known.data["spend"].isel(period=[0] * 52) * 0
    engine = ScenarioEngine(world().known, known, longest=52)
    plan = empty.assign_coords(period=pd.date_range("2025-06-30", periods=52, freq="7D"))
    width = engine.evaluate(plan).isel(geo=0).quantile([0.05, 0.95], ("chain", "draw")).diff("quantile").values[0]
    assert width[-4:].mean() > 1.5 * width[:4].mean()
