"""How well the data can tell each group's effect apart, before any fit.

The posterior of the model that would be fitted is drawn in a tenth of a second: `scaled_model` lays out its arrays,
`estimate` finds its mode, `compressed` makes its density cheap, `drawing` draws from it and `resolution` describes the
draws. What was measured against full fits is in docs/decisions/0007-resolvability.md.
"""

import time
from dataclasses import dataclass, field, replace

import numpy as np

from mmm_core import fingerprint
from mmm_core.errors import BadInput, listed
from mmm_core.feasibility.compressed import compress
from mmm_core.feasibility.drawing import Draws, draw_posterior
from mmm_core.feasibility.estimate import Estimate, default_start, find_estimate
from mmm_core.feasibility.resolution import (
    TOLD_APART,
    GroupResolution,
    Interval,
    PairResolution,
    describe_groups,
    describe_pairs,
)
from mmm_core.feasibility.threads import one_thread
from mmm_core.modeling.scaled_model import Floats, ScaledModel, scaled_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.wording import ADSTOCK, SATURATION
from mmm_core.panel.panel import Panel

__all__ = [
    "TOLD_APART",
    "GroupResolution",
    "Interval",
    "PairResolution",
    "Resolvability",
    "State",
    "resolvability",
    "resolve_model",
]

SEED = 4
_EXACT = {"adstock": ("geometric",), "saturation": ("logistic", "tanh"), "geo_effects": ("pooled",)}
"""What is judged as it is; hyperbolic tangent is the logistic curve with twice the parameter, and so are their priors.

Any other curve is judged by the first of these, which says as much about who can be told from whom: that is decided by
when spend moved, and by what is expected of a group in half-lives and shares reached, which holds for every curve.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a next computation starts from, and what-ifs read: not for show."""

    model: ScaledModel
    estimate: Estimate
    draws: Draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolvability:
    """Predicted posterior of a grouping.

    Attributes
    ----------
    groups : tuple of GroupResolution
        In the order of the panel.
    pairs : tuple of PairResolution
        Every pair.
    fingerprint : str
        Names panel and structure of the model.
    correlation : float64 array (K, K)
        Of the contributions.
    seconds : float
        What it took.
    judged_with : str
        A sentence where the model was judged by a simpler one than it is, else empty.
    """

    groups: tuple[GroupResolution, ...]
    pairs: tuple[PairResolution, ...]
    fingerprint: str
    correlation: Floats
    seconds: float
    state: State = field(repr=False, compare=False)
    judged_with: str = ""

    def group(self, name: str) -> GroupResolution:
        """Return one group by name.

        Raises
        ------
        BadInput
            If there is no such group.
        """
        return self.groups[self.place(name)]

    def pair(self, first: str, second: str) -> PairResolution:
        """Return a pair by its names, in either order.

        Raises
        ------
        BadInput
            If there is no such pair.
        """
        low, high = sorted((self.place(first), self.place(second)))
        if low == high:
            raise BadInput(f"'{first}' makes no pair with itself", expected="two groups")
        return self.pairs[low * (2 * len(self.groups) - low - 1) // 2 + high - low - 1]

    def place(self, name: str) -> int:
        """Return the position of a group.

        Raises
        ------
        BadInput
            If there is no such group.
        """
        names = [group.group for group in self.groups]
        if name not in names:
            raise BadInput(f"There is no group '{name}'", expected=f"known are {listed(names, most=12)}")
        return names.index(name)


def resolvability(
    panel: Panel, specification: ModelSpecification, *, warm: Resolvability | None = None
) -> Resolvability:
    """Predict what the full model would know.

    Parameters
    ----------
    warm : Resolvability, optional
        Of a similar grouping; the search for the estimate starts there. Groups are matched by name.

    Raises
    ------
    BadInput
        If no model can be fitted to the panel.

    References
    ----------
    Jin et al. 2017 for the model; MacKay 2003, ch. 27 and Neal 2011 for estimate and draws.
    """
    found = resolve_model(
        scaled_model(panel, _simplified(specification, panel.groups)),
        fingerprint.of_content({"panel": panel.fingerprint, **specification.structure()}),
        warm=warm,
    )
    return replace(found, judged_with=_judged_with(specification, panel.groups))


def resolve_model(model: ScaledModel, named: str, *, warm: Resolvability | None = None) -> Resolvability:
    """Predict from the arrays; `named` is the fingerprint of what they stand for."""
    started = time.perf_counter()
    with one_thread():
        estimate = find_estimate(model, _start(model, warm))
        draws = draw_posterior(compress(model, estimate), estimate, seed=SEED)
        groups = describe_groups(model, draws)
    correlation: Floats = np.atleast_2d(np.corrcoef(draws.contribution, rowvar=False))
    return Resolvability(
        groups=groups,
        pairs=describe_pairs(model.groups, draws.contribution, correlation),
        fingerprint=named,
        correlation=correlation,
        seconds=time.perf_counter() - started,
        state=State(model=model, estimate=estimate, draws=draws),
    )


def _simplified(specification: ModelSpecification, groups: tuple[str, ...]) -> ModelSpecification:
    """Return the model that is judged; a test or cost of a group of another grouping says nothing of this one."""
    tests = tuple(test for test in specification.lift_tests if test.group in groups)
    costs = tuple(target for target in specification.cost_targets if target.group in groups)
    plain = replace(specification, adstock="geometric", saturation="logistic", geo_effects="pooled")
    return replace(plain, lift_tests=tests, cost_targets=costs)


def _judged_with(specification: ModelSpecification, groups: tuple[str, ...]) -> str:
    """Say what is simpler in the model that was judged than in the one that will be fitted."""
    simpler = {name for name, exact in _EXACT.items() if getattr(specification, name) not in exact}
    said = [
        ("adstock", f"carry-over {ADSTOCK['geometric']}", ADSTOCK[specification.adstock]),
        ("saturation", SATURATION["logistic"], SATURATION[specification.saturation]),
        ("geo_effects", "effects shared by all regions", "effects of each region's own"),
    ]
    told = [f"{used} in place of {wanted}" for name, used, wanted in said if name in simpler]
    unused = sorted({test.group for test in specification.lift_tests} - set(groups))
    told += [f"no lift test of {listed(unused)}, which this grouping does not have"] if unused else []
    return f"What the data can tell apart was judged with {', and with '.join(told)}." if told else ""


def _start(model: ScaledModel, warm: Resolvability | None) -> Floats:
    start = default_start(model)
    if warm is None:
        return start
    known, theta = warm.state.model, warm.state.estimate.theta
    groups, before = len(model.groups), len(known.groups)
    for at, name in enumerate(model.groups):
        if name in known.groups:
            start[at : 3 * groups : groups] = theta[known.groups.index(name) : 3 * before : before]
    for at, name in enumerate(model.other_names):
        if name in known.other_names:
            start[3 * groups + at] = theta[3 * before + known.other_names.index(name)]
    return start
