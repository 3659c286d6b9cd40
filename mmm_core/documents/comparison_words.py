"""What a comparison says in words: what a candidate changes, and no more than the data tell."""

import math
from collections.abc import Sequence
from dataclasses import replace

from mmm_core.documents.comparison_tables import lettered
from mmm_core.errors import listed
from mmm_core.feasibility.words import plus_minus, two_digits
from mmm_core.planning.odds import odds_figure, odds_word
from mmm_core.validation.comparison import CandidateFigures, Spread
from mmm_core.validation.contrast import Contrast, Foreseen, Moved, Recut, SideBySide, Widths, differs, width_noise

_MOST_RECUT = 3
_VERBS = {"merged": "Merging", "split": "Splitting", "recut": "Cutting"}
_WORTH_TELLING = 0.01
OF_THE_FIRST = "what the others are held against"


def contrast_sentence(found: Contrast) -> str:
    """Say what a candidate changes against another one: joint ranges, a group that moved, the forecast."""
    said = [_recut(one) for one in found.recut[:_MOST_RECUT]]
    if len(found.recut) > _MOST_RECUT:
        said.append(f"{len(found.recut) - _MOST_RECUT} more parts are cut differently")
    if not found.recut:
        said.append(_widths(found.widths))
    if found.moved is not None:
        said.append(_moved(found.moved))
    said.append(_foreseen(found.foreseen))
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


def answer_by_letter(found: SideBySide) -> str:
    """Answer with the letters of the candidates, whose names may be sentences; they stand beside what follows."""
    return overview_sentence(tuple(replace(one, name=letter) for letter, one in lettered(found)))


def overview_sentence(candidates: tuple[CandidateFigures, ...]) -> str:
    """Answer which candidate is known better, as far as that can be said of all of them together."""
    known = sorted((one for one in candidates if math.isfinite(one.relative_width)), key=lambda one: one.relative_width)
    if not known:
        return "None of them spends anything."
    best = known[0]
    level = [one for one in known if _about_as_well(one, best)]
    rest = [one for one in known if one not in level]
    if not rest:
        return f"All about equally: {_known(known)} in the middle of their groups{_told_apart(known)}."
    others = listed([f"{_known([one])} under {one.name}" for one in rest], most=3)
    alike = [one.name for one in candidates if one in level]
    names = " and ".join(alike) if len(alike) < 3 else listed(alike)
    who = f"{names}: its groups are" if len(level) == 1 else f"{names} about equally: their groups are"
    said = f"{who} known to {_known(level)} in the middle, against {others}"
    apart = max(candidates, key=lambda one: one.apart)
    if apart not in level and apart.apart - best.apart > _WORTH_TELLING:
        return f"{said}; but {apart.name} has more spend in groups that can be told apart."
    return f"{said}{_told_apart(level)}."


def _told_apart(level: Sequence[CandidateFigures]) -> str:
    """Say which of those that are known about equally well has more spend that can be told apart, if one has."""
    most, least = max(level, key=lambda one: one.apart), min(level, key=lambda one: one.apart)
    if most.apart - least.apart <= _WORTH_TELLING:
        return ""
    shares = f"{100 * most.apart:.0f} % against {100 * least.apart:.0f} %"
    return f"; but {most.name} has more spend in groups that can be told apart, {shares}"


def as_range(spread: Spread) -> str:
    """Write the 90 % range: "1.2 to 3.4"."""
    return f"{two_digits(spread.q05)} to {two_digits(spread.q95)}"


def how_sure(spread: Spread | None) -> str:
    """Write how sure a figure is: "±30 %"; "no spend" where there is none."""
    return "no spend" if spread is None else plus_minus(spread.interval)


def _recut(one: Recut) -> str:
    into = f" into {_together(one.after)}" if one.cut != "merged" else ""
    before, after = as_range(one.joint_before), as_range(one.joint_after)
    what = f"{_VERBS[one.cut]} {_together(one.before)}{into}"
    moved = ""
    if one.apart:
        means = f"{two_digits(one.joint_before.mean)} to {two_digits(one.joint_after.mean)}"
        moved = f", and moves its mean from {means}: the two do not agree on what they bring together"
    if one.change == "same":
        return f"{what} leaves the width of their joint range about as it is ({after}, before {before}){moved}"
    verb = "narrows" if one.change == "narrower" else "widens"
    return f"{what} {verb} their joint range from {before} to {after}{moved}"


def _together(names: tuple[str, ...]) -> str:
    return " and ".join(names) if len(names) < 3 else listed(names, most=3)


def _widths(found: Widths | None) -> str:
    """Say it with the figures of the answer: "about as well" beside another "±25 %" would seem to deny it."""
    if found is None:
        return "the groups are cut the same way"
    after, before = _within(found.after), _within(found.before)
    figures = f"{after} in the middle" if after == before else f"{after} against {before} in the middle"
    differ = "differ by no more than the sampler's own error" if found.change == "same" else f"are {found.change}"
    return f"the groups are cut the same way, with ranges that {differ}: {figures}"


def _moved(moved: Moved) -> str:
    if not moved.far:
        return "no other group moves by more than the sampler's own error"
    if not is_seen(moved):
        return "the groups that both have hardly move"
    return f"of the groups that both have, {moved.name} moves most, {from_to(moved)}"


def is_seen(moved: Moved) -> bool:
    """Tell whether a move is beyond the sampler's error, and large enough to show in the figures that people read."""
    return moved.far and two_digits(moved.before.mean) != two_digits(moved.after.mean)


def from_to(moved: Moved) -> str:
    """Write a move: "from 1.2 to 1.5"."""
    return f"from {two_digits(moved.before.mean)} to {two_digits(moved.after.mean)}"


def _foreseen(seen: Foreseen | None) -> str:
    if seen is None:
        return "held-out periods do not compare them yet"
    decimals = 1 if f"{100 * seen.after:.1f}" != f"{100 * seen.before:.1f}" else 2
    errors = f"holdout error {100 * seen.after:.{decimals}f} % against {100 * seen.before:.{decimals}f} %"
    if odds_word(seen.better) == "open":
        return f"{errors}: the data do not tell which is better"
    odds, which = (seen.better, "this one") if seen.better > 0.5 else (1 - seen.better, "the first")
    return f"{errors}: {odds_word(odds)}, {odds_figure(odds)}, that {which} foresees better"


def _about_as_well(one: CandidateFigures, best: CandidateFigures) -> bool:
    return not differs(one.relative_width, best.relative_width, width_noise(best.effective, one.effective))


def _known(level: Sequence[CandidateFigures]) -> str:
    """Write how well the groups are known; of several candidates from the best to the least: "±20 to 22 %"."""
    widths = [one.relative_width for one in level]
    best, least = f"{100 * min(widths):.0f}", f"{100 * max(widths):.0f}"
    return _within(widths[0]) if best == least else f"±{best} to {least} %"


def _within(width: float) -> str:
    return f"±{100 * width:.0f} %"
