"""What the lift tests of a model say about many states at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.feasibility.polynomials import Singles
from mmm_core.modeling.scaled_model import ScaledModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Log likelihood of the tests (states,) and its derivatives by the logarithms of effect and steepness, (K, states).

    The steepness counts as far as it bends the response; what it does to an effect of given share is left out.
    """

    density: Singles
    by_effect: Singles
    by_steepness: Singles


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Lift tests: `effect of the group * (saturation(after) - saturation(before))` was measured with a normal error.

    `belongs` (K, N) is 1 where a test is of a group; `before`, `after`, `lift`, `error` (N, 1) are scaled.
    """

    group: NDArray[np.intp]
    belongs: Singles
    before: Singles
    after: Singles
    lift: Singles
    error: Singles

    def agree(self, log_steepness: Singles, log_effect: Singles) -> Agreement:
        """Hold states, (K, states) each, to the tests."""
        steepness, effect = np.exp(log_steepness[self.group]), np.exp(log_effect[self.group])
        low, high = (np.tanh(0.5 * steepness * spend) for spend in (self.before, self.after))
        bend = 0.5 * steepness * (self.after * (1 - high * high) - self.before * (1 - low * low))
        expected = effect * (high - low)
        missing = (self.lift - expected) / self.error
        pull = missing / self.error
        return Agreement(
            density=-0.5 * (missing * missing).sum(axis=0),
            by_effect=self.belongs @ (pull * expected),
            by_steepness=self.belongs @ (pull * effect * bend),
        )


def tested(model: ScaledModel) -> Tested:
    """Lay out the tests of a model."""
    tests = model.tests
    before, after, lift, error = (
        part.astype(np.float32)[:, None] for part in (tests.before, tests.after, tests.lift, tests.error)
    )
    belongs = (np.arange(len(model.groups))[:, None] == tests.group).astype(np.float32)
    return Tested(group=tests.group, belongs=belongs, before=before, after=after, lift=lift, error=error)
