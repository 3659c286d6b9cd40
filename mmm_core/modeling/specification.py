"""What is fitted: the choices of a model, each with a default that was measured.

The outcome of a period is intercept + yearly seasonality + other drivers + the contributions of the groups + noise, on
data scaled by the largest outcome and the largest spend of each group. A contribution is `effect *
saturation(adstock(spend))`.

Priors:

- What a group brings over the window, as a share of the outcome: lognormal with the spread `effect_spread` of its
  logarithm. Its mean is the group's share of the spend times `media_share`: all groups together are expected to bring
  `media_share` of the outcome, however they are cut, and a unit of spend the same everywhere. A range of return that
  people expect takes the place of that. The half-normal default of PyMC-Marketing lets weak groups run off to zero in
  log space, grows with the number of groups, and does not converge in the time of a meeting (ADR 0013).
- The shape of carry-over and saturation: see `mmm_core.modeling.shapes`.
- On the scale of the model: intercept Normal(0.5, 0.5), waves Normal(0, 0.2) on standardised inputs, other drivers as
  in `mmm_core.modeling.drivers`, noise HalfNormal(0.3).

In a panel with regions effects and shapes are shared by the regions unless `geo_effects` says otherwise, each region
scaled by its own largest outcome and spend; intercept and noise are its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from mmm_core.errors import BadInput, listed
from mmm_core.modeling.choices import (
    Adstock,
    Alike,
    ControlChoice,
    Event,
    Expectation,
    FixedScale,
    GeoEffects,
    PlainValue,
    Saturation,
    Trend,
)
from mmm_core.modeling.lift_tests import CostTarget, LiftTest, known_before
from mmm_core.modeling.written_form import BOUNDS, VERSION, check_choice, of_this_version, read_choice, refuse_twice

Place = tuple[str, ...]
"""Path of a node in the client's tree, from the top."""

_GROUP_SPREADS = "group_spreads"
_SAMPLER = ("chains", "draws", "tune", "target_accept", "seed", "until_settled")
_CAREFUL_ACCEPT = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpecification:
    """Choices of one model.

    Attributes
    ----------
    adstock : {"geometric", "delayed", "weibull"}
        How spend goes on working: fading from the first period on, rising first, or fading at a changing pace.
    adstock_l_max : int
        Periods over which spend can still work, the period itself included.
    saturation : {"logistic", "tanh", "michaelis_menten", "hill"}
        How returns diminish.
    geo_effects : {"pooled", "hierarchical"}
        Whether the regions of a panel share the groups' effects or have effects of their own around shared ones.
    media_share : float
        Share of the outcome that all groups together are expected to bring, the mean of the prior.
    effect_spread : float
        Spread of the logarithm of what a group brings.
    group_spreads : tuple of (group, spread)
        Groups of which more is known beforehand: a spread of their own in place of `effect_spread`, sorted by name.
    expectations : tuple of Expectation
        What people expect of groups, or of whatever lies below a node of their tree.
    alike : tuple of Alike
        Nodes whose groups are expected to return alike.
    lift_tests : tuple of LiftTest
        Experiments that the model is held to.
    cost_targets : tuple of CostTarget
        Costs per outcome unit that the model is held to.
    yearly_seasonality : int
        Number of yearly waves (Fourier order); 0 for none.
    weekday_pattern : bool
        Whether a daily panel gets an effect per weekday; a weekly panel never does.
    trend : {"none", "linear", "changepoints"}
    changepoints : int
        Places where a trend with changepoints may bend.
    baseline_drift : bool
        Whether the intercept may drift slowly over time.
    controls : tuple of ControlChoice
        A control that is not named is used as it is.
    holidays : tuple of str
        Countries, perhaps with a region: "DE", "DE-BY".
    events : tuple of Event
    outliers : tuple of str
        First days of periods that are explained by nothing but themselves.
    window_first, window_last : str
        First days of the first and last period that is modelled; "" for what the files cover.
    fixed_scale : FixedScale or None
        Scales of an earlier fit.
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

    adstock: Adstock = "geometric"
    adstock_l_max: int = 8
    saturation: Saturation = "logistic"
    geo_effects: GeoEffects = "pooled"
    media_share: float = 0.4
    effect_spread: float = 0.9
    group_spreads: tuple[tuple[str, float], ...] = ()
    expectations: tuple[Expectation, ...] = ()
    alike: tuple[Alike, ...] = ()
    lift_tests: tuple[LiftTest, ...] = ()
    cost_targets: tuple[CostTarget, ...] = ()
    yearly_seasonality: int = 2
    weekday_pattern: bool = True
    trend: Trend = "none"
    changepoints: int = 5
    baseline_drift: bool = False
    controls: tuple[ControlChoice, ...] = ()
    holidays: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    outliers: tuple[str, ...] = ()
    window_first: str = ""
    window_last: str = ""
    fixed_scale: FixedScale | None = None
    chains: int = 4
    draws: int = 750
    tune: int = 500
    target_accept: float = 0.95
    seed: int = 1
    until_settled: bool = True

    def __post_init__(self) -> None:
        """Refuse values that no model can have."""
        for field in fields(self):
            check_choice(field.name, getattr(self, field.name), field.type)
        object.__setattr__(self, _GROUP_SPREADS, tuple(sorted(self.group_spreads)))
        if self.window_first and self.window_last and self.window_last < self.window_first:
            raise BadInput(
                f"The window ends on {self.window_last}, before it starts",
                where="model.window_last",
                expected=f"a day from {self.window_first} on",
            )
        refuse_twice("controls", [choice.name for choice in self.controls])
        refuse_twice("expectations", [" / ".join(one.place) for one in self.expectations])

    def spread_of(self, group: str) -> float:
        """Return the spread of the prior of what a group brings, where no range of its return is expected."""
        return dict(self.group_spreads).get(group, self.effect_spread)

    def for_tree(self, paths: Mapping[str, tuple[str, ...]]) -> "ModelSpecification":
        """Say of every group what is said of the nodes above it: the nearest one that says something holds.

        Parameters
        ----------
        paths : mapping
            Group to its path in the client's tree, from the top, the group itself at the end.

        Returns
        -------
        ModelSpecification
            Expectations name single groups, `alike` lists them; what names no group of the tree is left out.
        """
        if not self.expectations and not self.alike:
            return self
        expected = [_inherited(self.expectations, group, path) for group, path in paths.items()]
        alike = [replace(one, groups=_below(one.place, paths)) for one in self.alike]
        return replace(
            self,
            expectations=tuple(one for one in expected if one.roi or one.half_life or one.reached),
            alike=tuple(one for one in alike if len(one.groups) > 1),
        )

    def names_nothing(self, paths: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Return the places and groups that the specification speaks of and the tree does not have, as people say them.

        Parameters
        ----------
        paths : mapping
            As in `for_tree`.
        """
        nodes = {path[:depth] for path in paths.values() for depth in range(1, len(path) + 1)}
        nodes |= {(group,) for group in paths}
        places = [one.place for one in self.expectations] + [one.place for one in self.alike]
        told = [test.group for test in self.lift_tests] + [target.group for target in self.cost_targets]
        told += [name for name, _ in self.group_spreads]
        unknown = [" / ".join(place) for place in places if place not in nodes]
        return tuple(dict.fromkeys([*unknown, *(group for group in told if group not in paths)]))

    def renamed(self, groups: Mapping[str, str], places: Mapping[Place, Place]) -> "ModelSpecification":
        """Let what is said of groups and nodes follow them.

        Parameters
        ----------
        groups : mapping
            From old names of groups to new ones.
        places : mapping
            From old paths of nodes, groups among them, to new ones.
        """

        def moved(place: Place) -> Place:
            return places.get(place, place)

        scale = self.fixed_scale
        spend = tuple((geo, groups.get(name, name), value) for geo, name, value in scale.spend) if scale else ()
        return replace(
            self,
            group_spreads=tuple((groups.get(group, group), spread) for group, spread in self.group_spreads),
            expectations=tuple(replace(one, place=moved(one.place)) for one in self.expectations),
            alike=tuple(replace(one, place=moved(one.place)) for one in self.alike),
            lift_tests=tuple(replace(one, group=groups.get(one.group, one.group)) for one in self.lift_tests),
            cost_targets=tuple(replace(one, group=groups.get(one.group, one.group)) for one in self.cost_targets),
            fixed_scale=replace(scale, spend=spend) if scale else None,
        )

    def expectation_of(self, group: str) -> Expectation:
        """Return what is expected of a group; an empty one when nothing is."""
        return _inherited(self.expectations, group, (group,))

    def known_at(self, day: str) -> "ModelSpecification":
        """Return the model as it could have been specified on a day: without tests and costs that ended later."""
        tests, costs = known_before(self.lift_tests, day), known_before(self.cost_targets, day)
        return replace(self, lift_tests=tests, cost_targets=costs)

    def provisional(self) -> "ModelSpecification | None":
        """Return the same model with a short run, None where the full run is hardly longer."""
        short = replace(self, chains=2, draws=300, tune=300, target_accept=0.9, until_settled=False)
        longer = self.chains * (self.tune + self.draws) / (short.chains * (short.tune + short.draws))
        return short if longer > 2 else None

    def more_careful(self) -> "ModelSpecification":
        """Return the same model with a run twice as long, for chains that have not settled."""
        accept = max(self.target_accept, _CAREFUL_ACCEPT)
        highest = int(BOUNDS["draws"][1])
        draws, tune = (min(2 * count, highest) for count in (self.draws, self.tune))
        return replace(self, draws=draws, tune=tune, target_accept=accept, until_settled=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the choices as plain values; what is a list only where there is something in it."""
        plain: dict[str, Any] = {"version": VERSION}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == _GROUP_SPREADS:
                value = dict(value)
            elif isinstance(value, tuple):
                value = [part.as_dict() if hasattr(part, "as_dict") else part for part in value]
            elif isinstance(value, PlainValue):
                value = value.as_dict()
            if value not in (None, "", [], {}):
                plain[field.name] = value
        return plain

    @classmethod
    def from_dict(cls, choices: Mapping[str, object]) -> "ModelSpecification":
        """Read choices; a missing key keeps its default, and the first written form is understood.

        Raises
        ------
        BadInput
            If a key is unknown or a value is out of bounds; the message names the key.
        """
        choices = of_this_version(choices)
        known = [field.name for field in fields(cls)]
        unknown = sorted(set(choices) - set(known))
        if unknown:
            raise BadInput(
                f"The model has no setting {listed([repr(name) for name in unknown])}",
                where="model",
                expected=f"known are {', '.join(known)}",
                remedy="Correct the name or remove the line",
            )
        return cls(**{name: read_choice(name, value) for name, value in choices.items()})

    def structure(self) -> dict[str, Any]:
        """Return the choices that shape the model, without those of the sampler."""
        return {name: value for name, value in self.as_dict().items() if name not in _SAMPLER}


def _inherited(expectations: tuple[Expectation, ...], group: str, path: tuple[str, ...]) -> Expectation:
    """Collect what is said of a group, part by part, from the nearest node that says it."""
    by_place = {one.place: one for one in expectations}
    nearest = [by_place.get(path[:depth]) for depth in range(len(path), 0, -1)]
    own = by_place.get((group,)) if len(path) > 1 and (group,) != path[:1] else None
    found: dict[str, Any] = {}
    for one in (own, *nearest):
        for part in ("roi", "half_life", "reached", "source"):
            if one is not None and getattr(one, part):
                found.setdefault(part, getattr(one, part))
    return Expectation(place=(group,), **found)


def _below(place: tuple[str, ...], paths: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(group for group, path in paths.items() if path[: len(place)] == place)
