"""Draw from the compressed posterior: 96 short chains side by side, started from the Gaussian of the estimate.

Hamiltonian Monte Carlo (Neal 2011, "MCMC using Hamiltonian dynamics") with Metropolis acceptance, so the density is the
model's own, not the Gaussian's; that only gives the start and the first scale of the steps. The scale is learned anew
from the chains after each of the first phases. Two ridges, along which a Gaussian is wrong by a factor of two, are
taken out beforehand: the linear columns are integrated out (`compressed`), and shares of the outcome are drawn in
coordinates in which groups in step trade share for share along a straight line (`bent`).
"""

from dataclasses import dataclass

import numpy as np

from mmm_core.feasibility.bent import Bent, bend_at
from mmm_core.feasibility.compressed import CompressedDensity
from mmm_core.feasibility.estimate import Estimate
from mmm_core.feasibility.polynomials import Singles
from mmm_core.modeling.scaled_model import Floats

CHAINS = 96
_PHASES = ((3, 8), (3, 8), (8, 8))
"""Trajectories and leapfrog steps of each phase; only the last is kept. Chosen by error of widths per millisecond."""
_POOL = 8
_TEMPERS = (1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.06, 0.03, 0.0)
_FIRST_STEP, _LEAST_STEP, _LARGEST_STEP = 0.2, 0.05, 0.6
_WANTED_ACCEPTANCE, _LEARNING = 0.8, 0.6
_TRUST_IN_FORMER_SCALE = 100
"""As many draws does the former scale weigh as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Draws of the posterior.

    Attributes
    ----------
    theta : float64 array (draws, P)
    noise : float64 array (draws,)
        Noise, relative to that of the estimate.
    effect : float64 array (draws, K)
        Scaled effects at full saturation.
    contribution : float64 array (draws, K)
        KPI units over the window.
    chains : int
        Draw `d` comes from chain `d % chains`.
    acceptance : float
        Mean acceptance of the kept trajectories, 0 to 1.
    """

    theta: Floats
    noise: Floats
    effect: Floats
    contribution: Floats
    chains: int
    acceptance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Where the chains are centred and how far they spread: states = centre + root @ whitened."""

    centre: Floats
    covariance: Floats
    root: Floats

    def states(self, whitened: Singles) -> Singles:
        centre, root = self.centre.astype(np.float32)[:, None], self.root.astype(np.float32)
        result: Singles = centre + root @ whitened
        return result

    def whitened(self, states: Singles) -> Singles:
        result: Singles = np.linalg.solve(self.root, states - self.centre[:, None]).astype(np.float32)
        return result

    def learned(self, states: Singles) -> "_Scale":
        count = states.shape[1]
        found = np.cov(states, dtype=np.float64)
        mixed = (count * found + _TRUST_IN_FORMER_SCALE * self.covariance) / (count + _TRUST_IN_FORMER_SCALE)
        centre = states.mean(axis=1, dtype=np.float64)
        return _scale(centre, mixed)


def draw_posterior(density: CompressedDensity, estimate: Estimate, *, seed: int) -> Draws:
    """Draw; the same density, estimate and seed give the same draws."""
    rng = np.random.default_rng(seed)
    bent, scale = _bend(density, estimate)
    step = _FIRST_STEP
    # A trajectory that runs away overflows and is refused.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        kept = [_start(bent, scale, rng)]
        for number, (trajectories, steps) in enumerate(_PHASES):
            scale = scale.learned(np.concatenate(kept, axis=1)) if number else scale
            kept, accepted, step = _phase(bent, scale, kept[-1], rng, trajectories=trajectories, steps=steps, step=step)
    kept = [bent.straight(part) for part in kept]
    drawn = np.concatenate(kept, axis=1)
    return Draws(
        theta=np.concatenate([drawn[:-1].T.astype(np.float64), density.other_coefficients(drawn, rng)], axis=1),
        noise=np.exp(drawn[-1].astype(np.float64)),
        effect=np.concatenate([density.effects(part) for part in kept]),
        contribution=density.contribution(drawn),
        chains=CHAINS,
        acceptance=accepted,
    )


def _bend(density: CompressedDensity, estimate: Estimate) -> tuple[Bent, _Scale]:
    """Choose the knees at the estimate, and bring its Gaussian to the bent coordinates."""
    groups = len(density.model.groups)
    shares, size = slice(2 * groups, 3 * groups), 3 * groups
    covariance = np.zeros((size + 1, size + 1))
    covariance[:size, :size] = estimate.covariance[:size, :size]
    covariance[size, size] = 0.5 / max(len(density.model.outcome) - estimate.effective, 1.0)
    bent, place, slope = bend_at(density, np.exp(estimate.theta[shares]))
    centre = np.append(estimate.theta[:size], 0.0)
    centre[shares] = place
    stretch = np.ones(size + 1)
    stretch[shares] = 1 / slope
    return bent, _scale(centre, covariance * np.outer(stretch, stretch))


def _scale(centre: Floats, covariance: Floats) -> _Scale:
    root = np.linalg.cholesky(covariance).astype(np.float64)
    return _Scale(centre=centre, covariance=covariance, root=root)


def _start(density: Bent, scale: _Scale, rng: np.random.Generator) -> Singles:
    """Draw from the Gaussian and keep what the density likes, as choosy as leaves enough different states."""
    whitened = rng.standard_normal((len(scale.centre), _POOL * CHAINS)).astype(np.float32)
    pool = scale.states(whitened)
    parts = [density.log_density(pool[:, at : at + CHAINS]) for at in range(0, pool.shape[1], CHAINS)]
    ratio = np.concatenate(parts) + 0.5 * (whitened**2).sum(axis=0)
    ratio = np.where(np.isfinite(ratio), ratio, -np.inf)
    for temper in _TEMPERS:
        weight = np.exp(temper * (ratio - ratio.max())) if temper else np.isfinite(ratio).astype(np.float64)
        weight /= weight.sum()
        if 1 / (weight**2).sum() >= CHAINS:
            break
    places = (np.arange(CHAINS) + rng.uniform()) / CHAINS
    chosen = np.searchsorted(np.cumsum(weight), places).clip(max=len(weight) - 1)
    return pool[:, chosen]


def _phase(
    density: Bent,
    scale: _Scale,
    states: Singles,
    rng: np.random.Generator,
    *,
    trajectories: int,
    steps: int,
    step: float,
) -> tuple[list[Singles], float, float]:
    """Run trajectories; return the states after each, the mean acceptance and the step in use at the end."""
    here, back = scale.whitened(states), np.ascontiguousarray(scale.root.T, dtype=np.float32)
    level, gradient = density.with_gradient(scale.states(here))
    pull = back @ gradient
    kept, accepted = [], []
    for _ in range(trajectories):
        momentum = rng.standard_normal(here.shape, dtype=np.float32)
        energy = level - 0.5 * (momentum**2).sum(axis=0)
        length = (step * rng.uniform(0.7, 1.3, CHAINS)).astype(np.float32)
        there, level_there, pull_there = here, level, pull
        momentum += 0.5 * length * pull
        for at in range(steps):
            there = there + length * momentum
            level_there, gradient = density.with_gradient(scale.states(there))
            pull_there = back @ gradient
            momentum += (length if at < steps - 1 else 0.5 * length) * pull_there
        gain = level_there - 0.5 * (momentum**2).sum(axis=0) - energy
        gain = np.where(np.isfinite(gain), gain, -np.inf)
        taken = np.log(rng.uniform(size=CHAINS)) < gain
        here, pull = np.where(taken, there, here), np.where(taken, pull_there, pull)
        level = np.where(taken, level_there, level)
        accepted.append(float(np.exp(np.minimum(gain, 0)).mean()))
        step = float(
            np.clip(step * np.exp(_LEARNING * (accepted[-1] - _WANTED_ACCEPTANCE)), _LEAST_STEP, _LARGEST_STEP)
        )
        kept.append(scale.states(here))
    return kept, float(np.mean(accepted)), step
