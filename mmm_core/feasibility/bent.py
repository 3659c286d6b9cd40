"""Coordinates in which the posterior of groups in step has a straight ridge."""

from dataclasses import dataclass

import numpy as np

from mmm_core.feasibility.compressed import CompressedDensity
from mmm_core.feasibility.polynomials import Singles
from mmm_core.modeling.scaled_model import Floats

_KNEE = 0.25
"""Of the share at the estimate. Chosen by error of widths; 0.02 to 1 do about as well (measured)."""
_FLAT = np.float32(30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bent:
    """The density in coordinates in which a small share counts by its logarithm and a large one by itself.

    Groups in step trade share for share: that ridge is straight in the shares and bent in their logarithms, while the
    prior is even in the logarithms. `knee` (K, 1) is the share around which one becomes the other.
    """

    density: CompressedDensity
    knee: Singles

    @property
    def _block(self) -> slice:
        return slice(2 * len(self.knee), 3 * len(self.knee))

    def straight(self, states: Singles) -> Singles:
        """Return the states as the density knows them."""
        return self._straight(states, self._bends(states)[0])

    def log_density(self, states: Singles) -> Floats:
        """Return the log density (states,)."""
        soft, share = self._bends(states)
        level = self.density.log_density(self._straight(states, soft))
        level += np.log(share / soft).sum(axis=0)
        return level

    def with_gradient(self, states: Singles) -> tuple[Floats, Singles]:
        """Return the log density (states,) and its gradient."""
        soft, share = self._bends(states)
        slope = share / soft
        level, gradient = self.density.with_gradient(self._straight(states, soft))
        gradient[self._block] = gradient[self._block] * slope + 1 - share - slope
        return level + np.log(slope).sum(axis=0), gradient

    def _straight(self, states: Singles, soft: Singles) -> Singles:
        result = states.copy()
        result[self._block] = np.log(self.knee * soft)
        return result

    def _bends(self, states: Singles) -> tuple[Singles, Singles]:
        """Return log(1 + exp(x)) and its derivative."""
        bent = np.maximum(states[self._block], -_FLAT)
        falling = np.exp(-np.abs(bent))
        return np.maximum(bent, 0) + np.log1p(falling), np.where(bent < 0, falling, 1) / (1 + falling)


def bend_at(density: CompressedDensity, share: Floats) -> tuple[Bent, Floats, Floats]:
    """Put the knees below given shares; return where these lie and the slope of their logarithms there, both (K,)."""
    # share = knee log(1 + exp(place))
    place = np.full_like(share, np.log(np.expm1(1 / _KNEE)))
    slope = _KNEE / (1 + np.exp(-place))
    return Bent(density=density, knee=(_KNEE * share).astype(np.float32)[:, None]), place, slope
