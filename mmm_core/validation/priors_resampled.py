"""The same model as somebody else would have specified it: priors drawn anew within bounds.

What is varied and how far, all judgement. Every bound is about as far as two analysts who mean the same model differ:

- what media are expected to bring together: two thirds to one and a half of what was assumed (0.27 to 0.6 for 0.4);
- how sure that is, the spread of a group's effect: three quarters to four thirds. What people expect of a group keeps
  its middle and becomes as much surer or less sure;
- over how many periods spend works: half to one and a half of what was assumed;
- the yearly waves: as many or one more. Fewer are no other prior but another model: what a missing wave would have
  explained is given to groups, and sound answers are off.

Curves, controls, lift tests and the sampler stay as they are.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from mmm_core.modeling.choices import Expectation
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.written_form import BOUNDS
from mmm_core.validation.scores import Floats

VARIANTS = 4
MOST_MEDIA = 1.5
MOST_SPREAD = 4 / 3
MOST_CARRY_OVER = 0.5
_SEED = 26
"""Fixed, so that every fit of a project meets the same variants and differences are the fit's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorVariant:
    """A specification with other priors, and what was changed, under the names of its fields."""

    specification: ModelSpecification
    changed: dict[str, float]


def resampled(specification: ModelSpecification, *, count: int = VARIANTS) -> tuple[PriorVariant, ...]:
    """Draw variants of the priors; the same specification gives the same ones.

    Each prior takes one value from every one of `count` equal parts of its bounds, in an order of its own (a Latin
    hypercube), so that four variants reach far to both sides.

    References
    ----------
    McKay, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755.
    """
    random = np.random.default_rng(_SEED)
    parts = np.stack([random.permutation(count) for _ in range(4)], axis=1)
    # From -1 to 1, the lower and the upper bound.
    places = 2 * (parts + random.uniform(size=parts.shape)) / count - 1
    return tuple(_variant(specification, place) for place in places)


def _variant(specification: ModelSpecification, place: Floats) -> PriorVariant:
    media, spread, carry_over, waves = place.tolist()
    surer = MOST_SPREAD**spread
    if any(one.half_life for one in specification.expectations):
        carry_over = abs(carry_over)  # a shorter one may not have the half-life that is expected
    changed: dict[str, float] = {
        "media_share": _within("media_share", specification.media_share * MOST_MEDIA**media),
        "effect_spread": _within("effect_spread", specification.effect_spread * surer),
        "adstock_l_max": _whole("adstock_l_max", specification.adstock_l_max * (1 + MOST_CARRY_OVER * carry_over)),
        "yearly_seasonality": _whole("yearly_seasonality", specification.yearly_seasonality + (waves > 0)),
    }
    varied = replace(
        specification,
        **changed,  # type: ignore[arg-type]  # whole numbers where the field is one
        group_spreads=tuple(
            (group, _within("effect_spread", own * surer)) for group, own in specification.group_spreads
        ),
        expectations=tuple(_as_sure(one, surer) for one in specification.expectations),
    )
    return PriorVariant(specification=varied, changed=changed)


def _as_sure(expected: Expectation, factor: float) -> Expectation:
    """Widen or narrow what people expect to be returned, about the same middle."""
    if not expected.roi:
        return expected
    low, high = (math.log(end) for end in expected.roi)
    middle, half = (low + high) / 2, (high - low) / 2 * factor
    return replace(expected, roi=(math.exp(middle - half), math.exp(middle + half)))


def _within(name: str, value: float) -> float:
    low, high = BOUNDS[name]
    return min(max(value, low), high)


def _whole(name: str, value: float) -> int:
    return round(_within(name, value))
