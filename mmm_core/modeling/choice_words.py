"""The choices of a specification under the names that people see: labels, values, what changed, what is refused.

The page Specification, the scope document and every message take their words from here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mmm_core.errors import BadInput, cut_short
from mmm_core.modeling.choices import ControlChoice, Expectation
from mmm_core.modeling.lift_tests import CostTarget, LiftTest
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.wording import control_words, expectation_words

LABELS: dict[str, str] = {
    "adstock": "How the effect of spend carries over",
    "adstock_l_max": "Spend works for how many periods",
    "saturation": "How returns diminish",
    "geo_effects": "Effects per region",
    "media_share": "All media together are expected to bring (% of the outcome)",
    "effect_median": "Expected effect of a group",
    "effect_spread": "How far a group may lie from its share (spread of the logarithm)",
    "group_spreads": "Agreed spread of single groups",
    "expectations": "Expectations",
    "alike": "Returns alike",
    "lift_tests": "Lift tests",
    "cost_targets": "Known costs per outcome",
    "yearly_seasonality": "Seasonal waves per year",
    "weekday_pattern": "A pattern per weekday",
    "trend": "Trend of the baseline",
    "changepoints": "It may bend at how many places",
    "baseline_drift": "The level may drift slowly",
    "controls": "Controls",
    "holidays": "Public holidays of",
    "events": "Own events",
    "outliers": "Periods set aside",
    "window_first": "First modelled period",
    "window_last": "Last modelled period",
    "fixed_scale": "Keep these scales for newer data",
    "chains": "Chains",
    "draws": "Draws per chain",
    "tune": "Warm-up draws per chain",
    "target_accept": "Acceptance that the sampler aims for",
    "seed": "Seed",
    "until_settled": "Run again if the chains do not settle",
}
"""Setting to the label of its field. `effect_median` is of the first written form; tune and acceptance have none."""

PART_LABELS: dict[str, str] = {
    "roi": "Return",
    "half_life": "Half has worked after",
    "reached": "Usual spend reaches",
    "name": "Name",
    "first": "First day",
    "last": "Last day",
    "lag": "Works later by",
    "transformation": "Enters",
    "use": "In the model",
}
"""Of the columns of tables; `half_life` of a control has a label of its own, see `_CONTROL_LABELS`."""
_CONTROL_LABELS = {"half_life": "Fades by half every"}

OPTIONS: dict[str, dict[str, str]] = {
    "adstock": {
        "geometric": "Fades by a constant share per period",
        "delayed": "Builds up first, fades then",
        "weibull": "Fades at a pace that changes",
    },
    "saturation": {
        "logistic": "Diminishing from the first unit on (logistic)",
        "tanh": "The same curve by its initial slope (tanh)",
        "michaelis_menten": "Diminishing slowly, a long tail (Michaelis-Menten)",
        "hill": "S-shaped where the data say so (Hill)",
    },
    "geo_effects": {
        "pooled": "The same in all regions",
        "hierarchical": "Own ones around shared ones",
    },
    "trend": {"none": "None", "linear": "Straight", "changepoints": "Straight with bends"},
    "transformation": {"as_is": "As it is", "log": "Logarithm", "root": "Square root", "change": "Change per period"},
}
"""What can be chosen, as the fields offer it."""

_EXPECTED = {
    "roi": "two different numbers above 0 were expected",
    "half_life": "two different numbers of weeks from 0.05 to 52 were expected",
    "reached": "two different percentages from 1 to 99 were expected",
}
_UNSET = {
    "fixed_scale": "no",
    "window_first": "the first of the files",
    "window_last": "the last of the files",
    "group_spreads": "none",
}
"""What is said where nothing is set."""
_PLACE = re.compile(r"model\.(?P<setting>\w+)(?: (?P<number>\d+))?(?:\.(?P<part>.+))?")
_LONGEST = 110


def setting_rows(specification: ModelSpecification) -> tuple[tuple[str, str], ...]:
    """Return every choice of a specification in words, with the sampler's."""
    told = {name: value for name, value in specification.as_dict().items() if name != "version"}
    return tuple((_label(name), value_words(name, value)) for name, value in told.items())


def setting_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Say which choices of a specification differ; of a list, what came, what went and what is another now.

    Parameters
    ----------
    before, after : mapping
        As `ModelSpecification.as_dict` gives them.
    """
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new or name == "version":
            continue
        if isinstance(old or new, list):
            yield from _list_changes(name, old or [], new or [])
        else:
            yield f"{_label(name)}: {value_words(name, old)} -> {value_words(name, new)}"


def value_words(name: str, value: Any) -> str:
    """Write the value of a setting as its field shows it."""
    if name in _UNSET and not value:
        return _UNSET[name]
    if isinstance(value, Mapping):
        return _mapping_words(name, value)
    if isinstance(value, list):
        return "; ".join(_entry_words(name, one) for one in value)
    if name == "media_share" and value is not None:
        return f"{100 * value:g}"
    plain = {True: "yes", False: "no"} if isinstance(value, bool) else {None: "not set"}
    return plain.get(value) or OPTIONS.get(name, {}).get(value, str(value))


def _mapping_words(name: str, value: Mapping[str, Any]) -> str:
    """Say that scales are kept, and from when; spreads are told one by one."""
    if name == "fixed_scale":
        return f"yes, from {value['source']}" if value.get("source") else "yes"
    return ", ".join(f"{key} {one:g}" for key, one in value.items())


def in_labels(error: BadInput, chosen: Mapping[str, Any]) -> BadInput:
    """Return the refusal of a specification with the labels of the page in place of the names of settings.

    Parameters
    ----------
    error : BadInput
        As `ModelSpecification.from_dict` raises it: `where` is "model.adstock_l_max" or "model.events 2.name".
    chosen : mapping
        The plain values that were refused.
    """
    found, said = error.found, []
    for place in map(_PLACE.fullmatch, error.where.split(", ")):
        if place is None:
            return error
        setting, number, part = place["setting"], place["number"], place["part"]
        labels = PART_LABELS | (_CONTROL_LABELS if setting == "controls" else {})
        label = labels.get(part, part) if part else _label(setting)
        named = found.replace(f"'{part or setting}' is", f"'{label}' is", 1)
        if part or number or named == found:  # the label is not said yet
            said.append(_label(setting))
        if number:
            said.append(_name_of(chosen[setting][int(number) - 1]).strip() or f"row {number}")
        found = named
    return BadInput(found, where=", ".join(said), expected=error.expected, remedy=error.remedy)


def refuse_range(part: str, ends: tuple[float, ...], *, text: str, where: str) -> None:
    """Refuse an expected range that cannot be, in the words and units of the table that it was typed into.

    Parameters
    ----------
    part : {"roi", "half_life", "reached"}
    ends : tuple of float
        In the units of the specification.
    text : str
        As it was typed.
    where : str
        The node.

    Raises
    ------
    BadInput
        If it cannot be.
    """
    choices: dict[str, Any] = {part: ends}
    try:
        Expectation(place=(where,), **choices)
    except BadInput as error:
        raise BadInput(
            f"{PART_LABELS[part]} {text}",
            where=where,
            expected=_EXPECTED[part],
            remedy="Write the lower end first, for instance 1 to 3",
        ) from error


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))


def _list_changes(name: str, before: list[Any], after: list[Any]) -> Iterator[str]:
    """Say what came and what went; an entry of the same name that says something else is told once."""
    label = _label(name)
    old, new = ({_name_of(one): one for one in side} for side in (before, after))
    again = {key for key in old if key in new} if name in _BY_NAME else set()
    yield from (
        f"{label}: {_short(name, one)} removed" for one in before if one not in after and _name_of(one) not in again
    )
    for one in after:
        if one not in before:
            verb = "changed" if _name_of(one) in again else "added"
            yield f"{label}: {_short(name, one)} {verb}"
    if before != after and sorted(map(str, before)) == sorted(map(str, after)):
        yield f"{label}: another order"


def _name_of(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    place = entry.get("place")
    return " / ".join(place) if place else str(entry.get("name") or entry.get("group") or "")


def _short(name: str, entry: Any) -> str:
    return cut_short(_entry_words(name, entry), _LONGEST)


def _entry_words(name: str, entry: Any) -> str:
    """Write one entry of a list."""
    return _ENTRIES[name](entry) if name in _ENTRIES else str(entry)


def _event(entry: Mapping[str, Any]) -> str:
    days = entry["first"] if entry["first"] == entry["last"] else f"{entry['first']} to {entry['last']}"
    return f"{entry['name']} ({days})"


def _control(entry: Mapping[str, Any]) -> str:
    choice = ControlChoice.from_dict(entry, where="controls")
    return f"{choice.name} ({control_words(choice) if choice.use else 'not in the model'})"


def _expectation(entry: Mapping[str, Any]) -> str:
    said = Expectation.from_dict(entry, where="expectations")
    return f"{_name_of(entry)} ({', '.join(expectation_words(said))})"


_ENTRIES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "events": _event,
    "controls": _control,
    "expectations": _expectation,
    "alike": _name_of,
    "lift_tests": lambda entry: LiftTest.from_dict(entry).label,
    "cost_targets": lambda entry: CostTarget.from_dict(entry).label,
}
_BY_NAME = ("controls", "expectations", "alike")
"""Lists in which a name occurs once."""
