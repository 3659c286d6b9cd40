"""The quick way to a posterior: the model's own density compiled once for all shapes, see `density`.

Imports numba and nutpie, not PyMC: a worker is ready in seconds.
"""

import logging
from contextlib import suppress
from typing import Any

import numpy as np
import nutpie
import xarray as xr
from numpy.typing import NDArray
from nutpie.compiled_pyfunc import from_pyfunc

from mmm_core.modeling.density import Floats, Inputs, evaluate_curves, log_density, workspace
from mmm_core.modeling.design import make_design
from mmm_core.modeling.fit import thinned
from mmm_core.modeling.fitted import label_draws, most_draws
from mmm_core.modeling.scaled_model import CARRY_OVER, NOISE, STEEPNESS, ScaledModel, scaled_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

_STATE = "state"
_log = logging.getLogger(__name__)
_START_NOISE = 0.1
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
        self._inputs = _inputs(self._model, specification.adstock_l_max)
        self._periods = self._inputs.outcome.shape[1]

    def compile(self) -> Any:
        """Return what nutpie samples; the density is evaluated once, so that it is compiled."""
        size = 3 * len(self._model.groups) + self._model.regions
        log_density(np.zeros(size), self._inputs, workspace(self._inputs), np.empty(size))
        try:
            from mmm_core.modeling.native import native_model

            return native_model(self._inputs, size, self._start)
        except (ImportError, AttributeError, TypeError):
            _log.warning("This nutpie takes no compiled density; Python functions are slower.", exc_info=True)
            return self.compile_python()

    def compile_python(self) -> Any:
        """Return the same as Python functions, on nutpie's public interface."""
        size = 3 * len(self._model.groups) + self._model.regions
        return from_pyfunc(
            size,
            lambda: _density_of(self._inputs, size),
            lambda *_: _as_it_is,
            [np.dtype("float64")],
            [(size,)],
            [_STATE],
            make_initial_point_fn=self._start,
        )

    def posterior(self, tree: xr.DataTree) -> xr.Dataset:
        """Turn states into every parameter of the model, the integrated ones drawn given the others; house names."""
        states = tree["posterior"].to_dataset()[_STATE].values
        chains, draws, size = states.shape
        groups, regions = len(self._model.groups), self._model.regions
        parts = np.split(states.reshape(chains * draws, size), np.arange(1, 4) * groups, axis=1)
        carry_over, steepness = 1.0 / (1.0 + np.exp(-parts[0])), np.exp(parts[1])
        effect, noise = np.exp(parts[2]), np.exp(parts[3])
        others = np.empty((chains * draws, self._model.others.shape[1]))
        random = np.random.default_rng([self._specification.seed, 0])
        for part in _batches(chains * draws, self._inputs.outcome.size * groups):
            curves = evaluate_curves(carry_over[part], steepness[part], self._inputs.spend, self._periods)
            effect[part] /= curves.mean(axis=(1, 2))
            media = np.matmul(curves, effect[part][:, None, :, None])[..., 0]
            others[part] = self._draw_linear(media, noise[part], random)
        values = {"adstock_alpha": carry_over, "saturation_lam": steepness, "saturation_beta": effect}
        return self._labelled(values, others, noise.reshape(-1, regions), (chains, draws))

    def draws(self, posterior: xr.Dataset) -> xr.Dataset:
        """Compute contributions and fitted outcomes, see `Fit.draws`, of at most as many draws as memory allows."""
        kept = thinned(posterior, most_draws=most_draws(self._panel))
        count = kept.sizes["chain"] * kept.sizes["draw"]
        flat = {str(name): values.values.reshape(count, -1) for name, values in kept.data_vars.items()}
        geos = self._model.regions
        contribution = evaluate_curves(flat["adstock_alpha"], flat["saturation_lam"], self._inputs.spend, self._periods)
        contribution *= flat["saturation_beta"][:, None, None, :]
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
        groups, regions = len(self._model.groups), self._model.regions
        first, second = CARRY_OVER
        middle = np.concatenate(
            [
                np.full(groups, np.log(first / second)),
                np.full(groups, np.log(STEEPNESS[0] / STEEPNESS[1])),
                self._model.effect_mean + np.log(0.5),
                np.full(regions, np.log(_START_NOISE)),
            ]
        )
        return np.asarray(middle + np.random.default_rng(seed).uniform(-1.0, 1.0, len(middle)))

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

    def _labelled(self, media: dict[str, Floats], others: Floats, noise: Floats, shape: tuple[int, int]) -> xr.Dataset:
        design, geos = make_design(self._panel, self._specification), self._model.regions
        waves = self._specification.yearly_seasonality
        region = ("geo",) if design.dims else ()
        columns = np.split(others, [geos, geos + len(design.controls)], axis=1)
        parts: dict[str, tuple[Floats, tuple[str, ...]]] = {
            "intercept_contribution": (columns[0], region),
            **{name: (values, ("group",)) for name, values in media.items()},
            "gamma_control": (columns[1], ("control",)),
            "gamma_fourier": (columns[2], ("fourier_mode",)),
            "y_sigma": (noise, region),
        }
        labels: dict[str, Any] = {
            "group": np.array(self._panel.groups, dtype=object),
            "control": design.controls,
            "geo": list(self._model.geos),
            "fourier_mode": [f"{wave}_{number + 1}" for wave in ("sin", "cos") for number in range(waves)],
        }
        found = {}
        for name, (values, dims) in parts.items():
            if values.shape[1]:
                sizes = [len(labels[dim]) for dim in dims]
                found[name] = (("chain", "draw", *dims), values.reshape(*shape, *sizes))
        used = {dim for dims, _ in found.values() for dim in dims}
        coords = {dim: values for dim, values in labels.items() if dim in used}
        return xr.Dataset(found, {"chain": np.arange(shape[0]), "draw": np.arange(shape[1]), **coords})


def warm_up_density() -> None:
    """Compile the density, or read it from disk, before anybody asks for a fit."""
    size, groups, periods = 4, 1, 2
    inputs = Inputs(
        spend=np.ones((groups, 1, periods)),
        outcome=np.ones((1, periods)),
        linear=np.ones((1, 1, periods)),
        squares=np.full((1, 1, 1), float(periods)),
        precision=np.ones(1),
        effect_mean=np.zeros(groups),
        effect_spread=np.ones(groups),
        priors=np.ones(5),
    )
    log_density(np.zeros(size), inputs, workspace(inputs), np.empty(size))
    evaluate_curves(np.full((1, groups), 0.5), np.ones((1, groups)), inputs.spend, periods)
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


def _inputs(model: ScaledModel, l_max: int) -> Inputs:
    """Lay the arrays out as the density reads them, region by region."""
    regions, groups = model.regions, len(model.groups)
    periods = len(model.outcome) // regions
    spend = model.lagged[:, :, 0].reshape(groups, periods, regions).transpose(0, 2, 1)
    before = np.zeros((groups, regions, l_max - 1))
    linear = model.others.reshape(periods, regions, -1).transpose(1, 2, 0)
    outcome = model.outcome - model.others @ model.others_mean
    return Inputs(
        spend=np.ascontiguousarray(np.concatenate([before, spend], axis=2)),
        outcome=np.ascontiguousarray(outcome.reshape(periods, regions).T),
        linear=np.ascontiguousarray(linear),
        squares=np.ascontiguousarray(linear @ linear.transpose(0, 2, 1)),
        precision=model.others_spread**-2.0,
        effect_mean=model.effect_mean,
        effect_spread=model.effect_spread,
        priors=np.array([*CARRY_OVER, *STEEPNESS, NOISE]),
    )
