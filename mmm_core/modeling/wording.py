"""A specification as sentences that people who decide can read."""

from collections.abc import Iterator

from mmm_core.errors import counted, listed
from mmm_core.modeling.choices import Alike, ControlChoice, Expectation, range_text
from mmm_core.modeling.specification import ModelSpecification

ADSTOCK = {
    "geometric": "fading by a constant share per period",
    "delayed": "building up first and fading then",
    "weibull": "fading at a pace that changes over time",
}
SATURATION = {
    "logistic": "returns that diminish (logistic)",
    "tanh": "returns that diminish (hyperbolic tangent)",
    "michaelis_menten": "returns that diminish slowly (Michaelis-Menten)",
    "hill": "returns that may grow before they diminish (Hill)",
}
TREND = {
    "none": "no trend",
    "linear": "a straight trend",
    "changepoints": "a trend that may bend at {changepoints} places",
}
TRANSFORMATION = {
    "as_is": "as it is",
    "log": "as its logarithm",
    "root": "as its square root",
    "change": "as its change",
}


def sentences(specification: ModelSpecification) -> tuple[str, ...]:
    """Describe the model in plain words, a sentence per subject: media, expectations, tests, drivers, data, sampler."""
    return tuple(_sentences(specification))


def _sentences(spec: ModelSpecification) -> Iterator[str]:
    yield (
        f"Spend works for up to {counted(spec.adstock_l_max, 'period')}, {ADSTOCK[spec.adstock]}, with "
        f"{SATURATION[spec.saturation]}."
    )
    if spec.geo_effects == "hierarchical":
        yield "Every region has effects of its own around shared ones."
    more = bool(spec.cost_targets) or any(one.roi for one in spec.expectations)
    yield (
        f"Before the data speak, all groups together are expected to bring {percent(spec.media_share)} of the outcome, "
        f"each in proportion to its spend{', but where more is said of a group' if more else ''}{_agreed(spec)}."
    )
    yield from (_expected(one) for one in spec.expectations)
    yield from (_alike(one) for one in spec.alike)
    if spec.lift_tests or spec.cost_targets:
        told = [counted(len(spec.lift_tests), "lift test")] if spec.lift_tests else []
        told += [counted(len(spec.cost_targets), "known cost") + " per outcome"] if spec.cost_targets else []
        yield f"The model is held to {' and '.join(told)}."
    yield f"The baseline has {', '.join(_baseline(spec))}."
    yield from _controls(spec)
    if spec.outliers:
        yield f"Set aside, explained by nothing but themselves: {listed(spec.outliers)}."
    if spec.window_first or spec.window_last:
        yield f"Modelled is the window from {spec.window_first or 'the start'} to {spec.window_last or 'the end'}."
    if spec.fixed_scale:
        yield f"Scales are kept{f' from {spec.fixed_scale.source}' if spec.fixed_scale.source else ''}."
    yield (
        f"{spec.chains} chains of {spec.tune} + {spec.draws} draws, seed {spec.seed}"
        f"{'; a longer, more careful run follows where they do not settle' if spec.until_settled else ''}."
    )


def _agreed(spec: ModelSpecification) -> str:
    agreed = {
        word: [name for name, spread in spec.group_spreads if (spread < spec.effect_spread) == (word == "tighter")]
        for word in ("tighter", "wider")
    }
    said = [f"a {word} expectation was agreed on for {listed(names)}" for word, names in agreed.items() if names]
    return "".join(f"; {one}" for one in said)


def _expected(one: Expectation) -> str:
    return f"{' / '.join(one.place)}: expected are {', and '.join(expectation_words(one))}."


def expectation_words(one: Expectation) -> tuple[str, ...]:
    """Say what is expected, part by part."""
    told = []
    if one.roi:
        told.append(f"a return of {range_text(one.roi)} per unit of spend")
    if one.half_life:
        told.append(f"half of the effect within {range_text(one.half_life)} weeks")
    if one.reached:
        told.append(f"{percent(one.reached[0])} to {percent(one.reached[1])} of the full effect at its usual spend")
    return tuple(told)


def _alike(one: Alike) -> str:
    return f"The groups of {' / '.join(one.place)} are expected to return alike."


def _baseline(spec: ModelSpecification) -> Iterator[str]:
    season = counted(spec.yearly_seasonality, "wave") + " per year" if spec.yearly_seasonality else "no season"
    yield season
    yield TREND[spec.trend].format(changepoints=spec.changepoints)
    if spec.baseline_drift:
        yield "a level that drifts slowly"
    if spec.holidays:
        yield f"public holidays of {listed(spec.holidays)}"
    if spec.events:
        yield f"events ({listed(sorted({event.name for event in spec.events}))})"


def _controls(spec: ModelSpecification) -> Iterator[str]:
    out = [choice.name for choice in spec.controls if not choice.use]
    changed = [f"{choice.name} {control_words(choice)}" for choice in spec.controls if choice.use]
    if changed:
        yield f"Controls: {listed(changed)}; the others as they are."
    if out:
        yield f"Left out: {listed(out)}."


def control_words(choice: ControlChoice) -> str:
    """Say how a control enters the model."""
    words = [TRANSFORMATION[choice.transformation]]
    if choice.lag:
        words.append(f"{counted(choice.lag, 'period')} later")
    if choice.half_life:
        words.append(f"fading by half every {choice.half_life:g} periods")
    return ", ".join(words)


def percent(share: float) -> str:
    """Write a share with two digits.

    >>> percent(0.4), percent(0.0123)
    ('40 %', '1.2 %')
    """
    return f"{100 * share:.2g} %" if share < 0.095 else f"{100 * share:.0f} %"
