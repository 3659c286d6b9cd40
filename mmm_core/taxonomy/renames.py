"""Which group of an earlier mapping is which group of a later one, when it was renamed, moved or merged in between."""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf

from mmm_core.taxonomy.mapping import Mapping, Path
from mmm_core.taxonomy.names import comparable

Step = tuple[Path, Path]
"""Where something led before, and where it leads after."""


def renamed_groups(before: Mapping, after: Mapping, held: Iterable[Step] = ()) -> dict[Path, Path]:
    """Pair groups that are gone with groups that are new, where one is the other under another name or place.

    A pair has the same name at another place, or most of what led to the one leads to the other: rules, choices and
    the line items in `held`. Several groups that became one are no pair: that is a merge.

    Parameters
    ----------
    held : iterable of (path before, path after), optional
        Where each line item that is in a group under both mappings was and is.

    Returns
    -------
    dict
        Path before -> path after, of groups in use or archived.
    """
    gone, new = _gone(before, after), _gone(after, before)
    places = {comparable(path[-1]): path for path in new}
    pairs = {path: places[comparable(path[-1])] for path in gone if comparable(path[-1]) in places}
    gone = [path for path in gone if path not in pairs]
    new = [path for path in new if path not in pairs.values()]
    if not gone or not new:
        return pairs
    steps = Counter([*_led(before, after), *held])
    heirs = {path: heir for path in gone if (heir := _most(steps, path, leaving=True)) in new}
    parents = Counter(heirs.values())
    pairs |= {path: heir for path, heir in heirs.items() if parents[heir] == 1 and _most(steps, heir) == path}
    return pairs | _empty_pair(steps, gone, new)


def renamed_places(before: Mapping, after: Mapping, moved: MappingOf[Path, Path]) -> dict[Path, Path]:
    """Lead every way of naming a group or a node that is gone to what it is called now.

    A node above the groups follows them where none of its name is left and all that lay below it went to one place. A
    group is also known by its name alone, unless a node at the top of the tree has that name.

    Parameters
    ----------
    moved : mapping
        Path before -> path after, see `renamed_groups`.
    """
    old, new = _nodes(before), _nodes(after)
    ends: dict[Path, set[Path]] = {}
    for was, now in moved.items():
        for depth in range(1, min(len(was), len(now))):
            ends.setdefault(was[:depth], set()).add(now[:depth])
    places = {node: goal for node, goals in ends.items() if node not in new and len(goals) == 1 for goal in goals}
    names = {was[-1:]: now[-1:] for was, now in moved.items() if was[-1:] not in old}
    return {**names, **places, **moved}


def _nodes(mapping: Mapping) -> set[Path]:
    return {path[:depth] for path in mapping.leaves for depth in range(1, len(path) + 1)}


def merged_groups(before: Mapping, after: Mapping, held: Iterable[Step] = ()) -> dict[Path, Path]:
    """Tell for groups that are gone which other one most of what led to them leads to now."""
    gone = _gone(before, after)
    steps = Counter([*_led(before, after), *held]) if gone else Counter[Step]()
    return {path: heir for path in gone if (heir := _most(steps, path, leaving=True)) is not None}


def _gone(before: Mapping, after: Mapping) -> list[Path]:
    """List the groups of the one that the other does not have."""
    known = {*after.leaves, *after.archived}
    return [path for path in dict.fromkeys((*before.leaves, *before.archived)) if path not in known]


def _led(before: Mapping, after: Mapping) -> Iterator[Step]:
    """Yield where each choice and each rule led before and leads after."""
    for item, target in before.choices.items():
        now = after.choices.get(item)
        if target.path and now is not None and now.path:
            yield target.path, now.path
    later = {str(sorted(rule.match.items())): rule.target.path for rule in after.rules}
    for rule in before.rules:
        led = later.get(str(sorted(rule.match.items())), ())
        if rule.target.path and led:
            yield rule.target.path, led


def _most(steps: Counter[Step], path: Path, *, leaving: bool = False) -> Path | None:
    """Return where most of what left `path` went, or where most of what came to it was; None without a majority."""
    ends = Counter[Path]()
    for (old, now), count in steps.items():
        if path == (old if leaving else now):
            ends[now if leaving else old] += count
    if not ends:
        return None
    end, count = ends.most_common(1)[0]
    return end if 2 * count > ends.total() else None


def _empty_pair(steps: Counter[Step], gone: list[Path], new: list[Path]) -> dict[Path, Path]:
    """Pair the only group that is gone with the only one that is new beside it, when nothing led to either."""
    used = {path for pair in steps for path in pair}
    if len(gone) == 1 and len(new) == 1 and gone[0][:-1] == new[0][:-1] and not used & {gone[0], new[0]}:
        return {gone[0]: new[0]}
    return {}
