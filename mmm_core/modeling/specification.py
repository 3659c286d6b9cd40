"""What is fitted: the choices of a model, each with a default that was measured.

The outcome of a period is intercept + yearly seasonality + controls + the contributions of the groups + noise, on data
scaled by the largest outcome and the largest spend of each group. A contribution is `beta *
saturation(adstock(spend))`.

Priors, on that scale:

- `beta`, the share of the largest outcome that a group brings at full saturation: lognormal with median
  `effect_median` and spread `effect_spread` of its logarithm. The half-normal default of PyMC-Marketing lets weak
  groups run off to zero in log space and does not converge in the time of a meeting; a lognormal does.
- `lambda`, the steepness of the saturation: Gamma(3, 1). `alpha`, the carry-over per period: Beta(1, 3).
- intercept: Normal(0.5, 0.5). Controls and seasonality, on standardised inputs: Normal(0, 0.2).
  Noise: HalfNormal(0.3).

In a panel with regions the groups' `beta`, `lambda` and `alpha` and the control and seasonality effects are shared by
the regions, each region scaled by its own largest outcome and spend; intercept and noise are its own.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from mmm_core.errors import BadInput, listed

_BOUNDS: dict[str, tuple[float, float]] = {
    "adstock_l_max": (1, 365),
    "yearly_seasonality": (0, 20),
    "effect_median": (1e-4, 10.0),
    "effect_spread": (0.05, 3.0),
    "chains": (2, 16),
    "draws": (50, 20_000),
    "tune": (50, 20_000),
    "target_accept": (0.5, 0.999),
    "seed": (0, 2**32 - 1),
}
_GROUP_SPREADS = "group_spreads"
_SAMPLER = ("chains", "draws", "tune", "target_accept", "seed", "until_settled")
_CAREFUL_ACCEPT = 0.95
_90_PERCENT = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpecification:
    """Choices of one model.

    Attributes
    ----------
    adstock_l_max : int
        Periods over which spend can still work, the period itself included (geometric adstock).
    yearly_seasonality : int
        Number of yearly waves (Fourier order); 0 for none.
    weekday_pattern : bool
        Whether a daily panel gets an effect per weekday; a weekly panel never does.
    effect_median, effect_spread : float
        Prior of a group's effect: median as a share of the largest outcome, and spread of its logarithm.
    group_spreads : tuple of (group, spread)
        Groups of which more is known beforehand: a spread of their own in place of `effect_spread`, sorted by name.
    chains, draws, tune : int
        Markov chains, kept draws per chain, discarded warm-up draws per chain.
    target_accept : float
        Acceptance that the sampler aims for; higher is slower and safer.
    seed : int
        Same panel, specification and seed give the same draws from the same compiled code; code compiled anew may round
        otherwise, and then the draws differ within the sampler's own error.
    until_settled : bool
        Whether a run whose chains have not settled is followed by a longer and more careful one.
    """

    adstock_l_max: int = 8
    yearly_seasonality: int = 2
    weekday_pattern: bool = True
    effect_median: float = 0.06
    effect_spread: float = 0.9
    group_spreads: tuple[tuple[str, float], ...] = ()
    chains: int = 4
    draws: int = 750
    tune: int = 500
    target_accept: float = 0.95
    seed: int = 1
    until_settled: bool = True

    def __post_init__(self) -> None:
        """Refuse values that no model can have."""
        for field in fields(self):
            if field.name != _GROUP_SPREADS:
                _require(field.name, getattr(self, field.name), whole=field.type is int, flag=field.type is bool)
        for group, spread in self.group_spreads:
            _require("effect_spread", spread, whole=False, flag=False, where=f"{_GROUP_SPREADS}.{group}")
        object.__setattr__(self, _GROUP_SPREADS, tuple(sorted(self.group_spreads)))

    def spread_of(self, group: str) -> float:
        """Return the spread of the prior of a group's effect."""
        return dict(self.group_spreads).get(group, self.effect_spread)

    def provisional(self) -> "ModelSpecification | None":
        """Return the same model with a short run, None where the full run is hardly longer."""
        short = replace(self, chains=2, draws=300, tune=300, target_accept=0.9, until_settled=False)
        longer = self.chains * (self.tune + self.draws) / (short.chains * (short.tune + short.draws))
        return short if longer > 2 else None

    def more_careful(self) -> "ModelSpecification":
        """Return the same model with a run twice as long, for chains that have not settled."""
        accept = max(self.target_accept, _CAREFUL_ACCEPT)
        highest = int(_BOUNDS["draws"][1])
        draws, tune = (min(2 * count, highest) for count in (self.draws, self.tune))
        return replace(self, draws=draws, tune=tune, target_accept=accept, until_settled=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the choices as plain values; spreads of single groups only where there are any."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        spreads = dict(plain.pop(_GROUP_SPREADS))
        return {**plain, _GROUP_SPREADS: spreads} if spreads else plain

    @classmethod
    def from_dict(cls, choices: Mapping[str, object]) -> "ModelSpecification":
        """Read choices; a missing key keeps its default.

        Raises
        ------
        BadInput
            If a key is unknown or a value is out of bounds; the message names the key.
        """
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(choices) - set(known))
        if unknown:
            raise BadInput(
                f"The model has no setting {listed([repr(name) for name in unknown])}",
                where="model",
                expected=f"known are {', '.join(known)}",
                remedy="Correct the name or remove the line",
            )
        spreads = choices.get(_GROUP_SPREADS, {})
        if not isinstance(spreads, Mapping):
            raise BadInput(
                f"'{_GROUP_SPREADS}' is {spreads!r}",
                where=f"model.{_GROUP_SPREADS}",
                expected="a spread per group was expected",
                remedy='Write them as: group_spreads = { "Radio" = 0.45 }',
            )
        plain: dict[str, Any] = {**choices, _GROUP_SPREADS: tuple((str(name), own) for name, own in spreads.items())}
        return cls(**plain)

    def structure(self) -> dict[str, Any]:
        """Return the choices that shape the model, without those of the sampler."""
        return {name: value for name, value in self.as_dict().items() if name not in _SAMPLER}

    def sentence(self) -> str:
        """Describe the model in plain words."""
        low, high = (self.effect_median * math.exp(sign * _90_PERCENT * self.effect_spread) for sign in (-1, 1))
        season = f"{self.yearly_seasonality} waves per year" if self.yearly_seasonality else "left out"
        return (
            f"Spend works for up to {self.adstock_l_max} periods, fading by a constant share per period, with returns "
            f"that diminish; seasonality: {season}; controls are brought to a common scale. Before the data speak, "
            f"each group is expected to bring between {_percent(low)} and {_percent(high)} of the largest outcome at "
            f"most{self._agreed()}. "
            f"{self.chains} chains of {self.tune} + {self.draws} draws, seed {self.seed}"
            f"{'; a longer, more careful run follows where they do not settle' if self.until_settled else ''}."
        )

    def _agreed(self) -> str:
        names = [name for name, _ in self.group_spreads]
        return f"; a tighter expectation was agreed on for {listed(names)}" if names else ""


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"


def _require(name: str, value: object, *, whole: bool, flag: bool, where: str = "") -> None:
    where = f"model.{where or name}"
    if flag:
        if not isinstance(value, bool):
            raise BadInput(f"'{name}' is {value!r}", where=where, expected="it must be true or false")
        return
    low, high = _BOUNDS[name]
    kind = "a whole number" if whole else "a number"
    right_type = isinstance(value, int) if whole else isinstance(value, int | float)
    if not right_type or isinstance(value, bool) or not low <= value <= high:  # type: ignore[operator]
        raise BadInput(
            f"'{name}' is {value!r}",
            where=where,
            expected=f"it must be {kind} from {low:g} to {high:g}",
            remedy="Change it, or leave it out for the default",
        )
