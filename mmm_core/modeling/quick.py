"""The quick way to a posterior: the model's own density compiled once for all shapes, see `density`.

Imports numba and nutpie, not PyMC: a worker is ready in seconds.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import nutpie
import xarray as xr
from numpy.typing import NDArray
from nutpie.compiled_pyfunc import from_pyfunc
from scipy.linalg import helmert

from mmm_core.modeling.curves_compiled import (
    ADSTOCK_KINDS,
    SATURATION_KINDS,
    Floats,
    contributions_of,
    evaluate_curves,
)
from mmm_core.modeling.density import Inputs, log_density, workspace
from mmm_core.modeling.design import make_design
from mmm_core.modeling.fit import thinned
from mmm_core.modeling.fitted import label_draws, most_draws
from mmm_core.modeling.sampling import Adaptation
from mmm_core.modeling.scaled_model import NOISE, REGIONS_APART, ScaledModel, regions_apart, scaled_model
from mmm_core.modeling.shapes import EFFECT, middles, regional_names
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

_STATE = "state"
_log = logging.getLogger(__name__)
_START_NOISE, _START_APART = 0.1, 0.15
_MOST_AT_ONCE = 5_000_000
"""Values of 8 bytes in one array while states are turned into parameters."""


class QuickModel:
    """One model, ready to be drawn from.

    Parameters
    ----------
    panel : Panel
    specification : ModelSpecification

    Raises
    ------
    BadInput
        If no model can be fitted to the panel.
    """

    sampler = f"nutpie {nutpie.__version__}, linear effects integrated out"

    def __init__(self, panel: Panel, specification: ModelSpecification) -> None:
        self._panel, self._specification = panel, specification
        self._model = scaled_model(panel, specification)
        self._inputs = inputs_of(self._model, specification)
        self._periods = self._inputs.outcome.shape[1]
        self._regional = self._inputs.basis.shape[1] > 0
        self._size = len(self._middle())
        # With some hundred numbers to sample, the low-rank matrix takes several times as long as the density.
        self.adaptation: Adaptation = "diag" if self._regional else "low_rank"

    def compile(self) -> Any:
        """Return what nutpie samples; the density is evaluated once, so that it is compiled."""
        log_density(np.zeros(self._size), self._inputs, workspace(self._inputs), np.empty(self._size))
        try:
            from mmm_core.modeling.native import native_model

            return native_model(self._inputs, self._size, self._start)
        except (ImportError, AttributeError, TypeError):
            _log.warning("This nutpie takes no compiled density; Python functions are slower.", exc_info=True)
            return self.compile_python()

    def compile_python(self) -> Any:
        """Return the same as Python functions, on nutpie's public interface."""
        return from_pyfunc(
            self._size,
            lambda: _density_of(self._inputs, self._size),
            lambda *_: _as_it_is,
            [np.dtype("float64")],
            [(self._size,)],
            [_STATE],
            make_initial_point_fn=self._start,
        )

    def posterior(self, tree: xr.DataTree) -> xr.Dataset:
        """Turn states into every parameter of the model, the integrated ones drawn given the others; house names."""
        states = tree["posterior"].to_dataset()[_STATE].values
        chains, draws, size = states.shape
        groups, count = len(self._model.groups), chains * draws
        parts = self._parts(states.reshape(count, size))
        shared, others = np.empty((count, groups)), np.empty((count, self._model.others.shape[1]))
        random = np.random.default_rng([self._specification.seed, 0])
        weight = self._inputs.share_weight
        times = np.exp(parts.apart[:, None] * parts.where)
        for part in _batches(count, self._inputs.outcome.size * groups):
            curves = evaluate_curves(
                self._inputs.adstock, self._inputs.saturation, parts.shapes[part], self._inputs.spend, self._periods
            )
            shared[part] = parts.share[part] / np.einsum("ngk,g,ngk->nk", curves.sum(axis=1), weight, times[part])
            media = np.einsum("npgk,ngk->npg", curves, shared[part][:, None] * times[part])
            others[part] = self._draw_linear(media, parts.noise[part], random)
        return self._labelled(parts, shared, shared[:, None] * times, others, (chains, draws))

    def draws(self, posterior: xr.Dataset) -> xr.Dataset:
        """Compute contributions and fitted outcomes, see `Fit.draws`, of at most as many draws as memory allows."""
        kept = thinned(posterior, most_draws=most_draws(self._panel))
        count = kept.sizes["chain"] * kept.sizes["draw"]
        flat = {str(name): values.values.reshape(count, -1) for name, values in kept.data_vars.items()}
        geos = self._model.regions
        contribution = contributions_of(self._specification, flat, self._inputs.spend, self._periods)
        parts = [flat[name] for name in ("intercept_contribution", "gamma_control", "gamma_fourier") if name in flat]
        linear = np.concatenate(parts, axis=1) @ self._model.others.T
        expected = contribution.sum(axis=-1) + linear.reshape(count, self._periods, geos)
        generator = np.random.default_rng([self._specification.seed, 1])
        noise = generator.standard_normal(expected.shape) * flat["y_sigma"][:, None, :]
        scale = self._model.outcome_scale.reshape(self._periods, geos)
        contribution *= scale[..., None]
        found = {"contribution": contribution, "expected": expected * scale, "predicted": (expected + noise) * scale}
        return label_draws(found, self._panel, chains=kept.sizes["chain"])

    def _start(self, seed: int) -> Floats:
        """Return a starting state: the middles of the priors, moved at random as PyMC does."""
        middle = self._middle()
        return np.asarray(middle + np.random.default_rng(seed).uniform(-1.0, 1.0, len(middle)))

    def _middle(self) -> Floats:
        """Return the state in the middle of the priors."""
        groups, (regions, free) = len(self._model.groups), self._inputs.basis.shape
        apart = [np.full(groups, np.log(_START_APART)), np.zeros(groups * free)] if self._regional else []
        noise = np.full(regions, np.log(_START_NOISE))
        return np.concatenate([middles(self._model.shape_priors).ravel(), self._model.share_mean, *apart, noise])

    def _parts(self, states: Floats) -> "_Parts":
        """Read states (draws, size)."""
        count, groups, (regions, free) = len(self._model.shapes), len(self._model.groups), self._inputs.basis.shape
        draws, media = len(states), (count + 1) * groups
        shapes = states[:, : count * groups].reshape(draws, count, groups)
        bounded = self._inputs.bounded[:, None] > 0
        apart, where = np.zeros((draws, groups)), np.zeros((draws, regions, groups))
        if self._regional:
            apart = np.exp(states[:, media : media + groups])
            moved = states[:, media + groups : -regions].reshape(draws, groups, free)
            where = np.asarray(np.einsum("gu,nku->ngk", self._inputs.basis, moved))
        return _Parts(
            shapes=np.where(bounded, 1.0 / (1.0 + np.exp(-shapes)), np.exp(shapes)),
            share=np.exp(states[:, count * groups : media]),
            apart=apart,
            where=where,
            noise=np.exp(states[:, -regions:]),
        )

    def _draw_linear(self, media: Floats, noise: Floats, random: np.random.Generator) -> Floats:
        """Draw the coefficients of the linear columns given everything else: a normal with precision A, mean A^-1 b."""
        inputs = self._inputs
        per_noise = noise**-2.0
        precision = np.diag(inputs.precision) + np.einsum("ng,gpq->npq", per_noise, inputs.squares)
        left = inputs.outcome.T - media
        product = np.einsum("gpt,ntg,ng->np", inputs.linear, left, per_noise, optimize=True)
        factor = np.linalg.cholesky(precision)
        # With A = C C', the mean is A^-1 b and C'^-1 z has covariance A^-1: one solve for both.
        half = np.linalg.solve(factor, product[..., None]) + random.standard_normal((*product.shape, 1))
        found = np.linalg.solve(factor.transpose(0, 2, 1), half)[..., 0]
        return np.asarray(found + self._model.others_mean)

    def _labelled(
        self, found: "_Parts", shared: Floats, effect: Floats, others: Floats, shape: tuple[int, int]
    ) -> xr.Dataset:
        design, geos = make_design(self._panel, self._specification), self._model.regions
        waves = self._specification.yearly_seasonality
        region = ("geo",) if design.dims else ()
        columns = np.split(others, [geos, geos + len(design.controls)], axis=1)
        name = EFFECT[self._specification.saturation]
        media: dict[str, tuple[Floats, tuple[str, ...]]] = {
            one.name: (found.shapes[:, at], ("group",)) for at, one in enumerate(self._model.shapes)
        }
        if self._regional:
            shared_name, apart_name, region_name = regional_names(name)
            media |= {shared_name: (shared, ("group",)), apart_name: (found.apart, ("group",))}
            # Dims in the order of the graph: the library computes with them as they come.
            where = found.where.transpose(0, 2, 1)
            media |= {region_name: (where, ("group", "geo")), name: (effect, ("geo", "group"))}
        else:
            media[name] = (shared, ("group",))
        parts: dict[str, tuple[Floats, tuple[str, ...]]] = {
            "intercept_contribution": (columns[0], region),
            **media,
            "gamma_control": (columns[1], ("control",)),
            "gamma_fourier": (columns[2], ("fourier_mode",)),
            "y_sigma": (found.noise, region),
        }
        labels: dict[str, Any] = {
            "group": np.array(self._panel.groups, dtype=object),
            "control": design.controls,
            "geo": list(self._model.geos),
            "fourier_mode": [f"{wave}_{number + 1}" for wave in ("sin", "cos") for number in range(waves)],
        }
        kept = {}
        for part, (values, dims) in parts.items():
            if values.shape[1]:
                sizes = [len(labels[dim]) for dim in dims]
                kept[part] = (("chain", "draw", *dims), values.reshape(*shape, *sizes))
        used = {dim for dims, _ in kept.values() for dim in dims}
        coords = {dim: values for dim, values in labels.items() if dim in used}
        return xr.Dataset(kept, {"chain": np.arange(shape[0]), "draw": np.arange(shape[1]), **coords})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """States, read.

    Parameters of the curves (draws, P, K), shares (draws, K), how far apart regions are (draws, K), where each of them
    stands (draws, G, K), noise (draws, G).
    """

    shapes: Floats
    share: Floats
    apart: Floats
    where: Floats
    noise: Floats


def warm_up_density() -> None:
    """Compile the density, or read it from disk, before anybody asks for a fit."""
    size, groups, periods = 4, 1, 2
    inputs = Inputs(
        adstock=ADSTOCK_KINDS["geometric"],
        saturation=SATURATION_KINDS["logistic"],
        noise=NOISE,
        apart=REGIONS_APART,
        spend=np.ones((groups, 1, periods)),
        outcome=np.ones((1, periods)),
        linear=np.ones((1, 1, periods)),
        squares=np.full((1, 1, 1), float(periods)),
        precision=np.ones(1),
        share_weight=np.ones(1),
        share_mean=np.zeros(groups),
        share_precision=np.eye(groups),
        bounded=np.array([1.0, 0.0]),
        shape_priors=np.ones((2, groups, 2)),
        tests=np.empty((0, 6)),
        basis=np.empty((1, 0)),
    )
    log_density(np.zeros(size), inputs, workspace(inputs), np.empty(size))
    evaluate_curves(inputs.adstock, inputs.saturation, np.full((1, 2, groups), 0.5), inputs.spend, periods)
    with suppress(ImportError, AttributeError):  # `QuickModel.compile` has another way, and says so
        from mmm_core.modeling import native  # noqa: F401


def _batches(draws: int, values: int) -> list[slice]:
    """Cut the draws into parts whose arrays of `values` per draw stay small."""
    step = max(1, _MOST_AT_ONCE // values)
    return [slice(first, first + step) for first in range(0, draws, step)]


def _density_of(inputs: Inputs, size: int) -> Any:
    """Make the function of one chain, with memory of its own."""
    work = workspace(inputs)

    def density(state: NDArray[np.float64]) -> tuple[float, Floats]:
        gradient = np.empty(size)
        return log_density(state, inputs, work, gradient), gradient

    return density


def _as_it_is(state: Floats) -> dict[str, Floats]:
    return {_STATE: state}


def inputs_of(model: ScaledModel, specification: ModelSpecification) -> Inputs:
    """Lay the arrays out as the density reads them, region by region."""
    regions, groups = model.regions, len(model.groups)
    periods = len(model.outcome) // regions
    spend = model.lagged[:, :, 0].reshape(groups, periods, regions).transpose(0, 2, 1)
    before = np.zeros((groups, regions, specification.adstock_l_max - 1))
    linear = model.others.reshape(periods, regions, -1).transpose(1, 2, 0)
    outcome = model.outcome - model.others @ model.others_mean
    tests = model.tests
    return Inputs(
        adstock=ADSTOCK_KINDS[specification.adstock],
        saturation=SATURATION_KINDS[specification.saturation],
        noise=NOISE,
        apart=REGIONS_APART,
        spend=np.ascontiguousarray(np.concatenate([before, spend], axis=2)),
        outcome=np.ascontiguousarray(outcome.reshape(periods, regions).T),
        linear=np.ascontiguousarray(linear),
        squares=np.ascontiguousarray(linear @ linear.transpose(0, 2, 1)),
        precision=model.others_spread**-2.0,
        share_weight=np.ascontiguousarray(model.share_weight[:regions]),
        share_mean=model.share_mean,
        share_precision=np.ascontiguousarray(model.share_precision),
        bounded=np.array([float(one.family == "beta") for one in model.shapes]),
        shape_priors=np.ascontiguousarray(model.shape_priors),
        tests=np.stack(
            [tests.group, tests.region, tests.before, tests.after, tests.lift, tests.error], axis=1, dtype=np.float64
        ),
        # Orthonormal, so that free numbers that are standard normal make regions that PyMC's ZeroSumNormal would.
        basis=np.ascontiguousarray(helmert(regions).T)
        if regions_apart(model, specification)
        else np.empty((regions, 0)),
    )
