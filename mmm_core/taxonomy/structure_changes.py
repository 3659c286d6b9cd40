"""What changed in the structure of a mapping, in sentences: levels, groups, nodes, rules."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf

from mmm_core.errors import counted, listed
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path, Rule, Target
from mmm_core.taxonomy.nodes import Node


def structure_sentences(
    before: Mapping, after: Mapping, renamed: MappingOf[Path, Path], merged: MappingOf[Path, Path]
) -> Iterator[str]:
    """Yield one sentence per change.

    Parameters
    ----------
    renamed, merged : mapping
        Groups that are the same under another name or place, and what groups that are gone became part of; see
        `renamed_groups` and `merged_groups`.
    """
    if before.levels != after.levels:
        yield f"The levels are {listed(after.levels)}; they were {listed(before.levels)}."
    yield from _renames(before, after, renamed)
    yield from _groups(before, after, renamed, merged)
    yield from _nodes(before, after, renamed)
    yield from _rules(before, after, renamed)


def _renames(before: Mapping, after: Mapping, renamed: MappingOf[Path, Path]) -> Iterator[str]:
    """Say the rename of a node above the groups once, not once per group below it."""
    below = Counter(prefixes for old, new in renamed.items() if (prefixes := _renamed_node(old, new, after)))
    for (old, new), groups in below.items():
        where = "is part of" if new in before.node_paths else "is called"
        yield f"'{PATH_SEPARATOR.join(old)}' {where} '{PATH_SEPARATOR.join(new)}' now, with {counted(groups, 'group')}."
    for old, new in renamed.items():
        if old[-1] != new[-1]:
            yield f"Group '{old[-1]}' is called '{new[-1]}' now."
        if len(old) == len(new) and old[:-1] != new[:-1] and not _renamed_node(old, new, after):
            above, former = PATH_SEPARATOR.join(new[:-1]), PATH_SEPARATOR.join(old[:-1])
            yield f"Group '{new[-1]}' stands under '{above}' now, before under '{former}'."


def _renamed_node(old: Path, new: Path, after: Mapping) -> tuple[Path, Path] | None:
    """Return the node above a group that is called otherwise now: the path to it as it was and is."""
    same = 0
    while same < min(len(old), len(new)) and old[-1 - same] == new[-1 - same]:
        same += 1
    if len(old) != len(new) or not 0 < same < len(old):
        return None
    node, now = old[:-same], new[:-same]
    return None if node in after.node_paths else (node, now)


def _groups(
    before: Mapping, after: Mapping, renamed: MappingOf[Path, Path], merged: MappingOf[Path, Path]
) -> Iterator[str]:
    was = {renamed.get(path, path): "in use" for path in before.leaves}
    was |= {renamed.get(path, path): "archived" for path in before.archived}
    now = dict.fromkeys(after.leaves, "in use") | dict.fromkeys(after.archived, "archived")
    for path, state in now.items():
        if path not in was:
            yield f"Group '{PATH_SEPARATOR.join(path)}' is new{' and archived' if state == 'archived' else ''}."
        elif was[path] != state:
            yield f"Group '{path[-1]}' is {'archived' if state == 'archived' else 'back in use'}."
    for path in was:
        if path not in now:
            heir = merged.get(path)
            fate = f"is part of '{heir[-1]}' now" if heir else "is gone"
            yield f"Group '{PATH_SEPARATOR.join(path)}' {fate}."
    kept = [path for path in (renamed.get(leaf, leaf) for leaf in before.leaves) if path in after.leaves]
    if kept != [path for path in after.leaves if path in set(kept)]:
        yield "The groups stand in another order."


def _nodes(before: Mapping, after: Mapping, renamed: MappingOf[Path, Path]) -> Iterator[str]:
    """Compare what is said of nodes; those that are new or renamed with what was said of them under the old name."""
    former = {new[:-up]: old[:-up] for old, new in renamed.items() for up in range(1, min(len(old), len(new)))}
    former |= {new: old for old, new in renamed.items()}
    for path in dict.fromkeys((*after.node_paths, *after.archived)):
        was = before.nodes.get(path) or before.nodes.get(former.get(path, path)) or Node()
        node = after.node(path)
        if was.owner != node.owner:
            yield f"'{path[-1]}' belongs to {node.owner or 'nobody'}{f', before to {was.owner}' if was.owner else ''}."
        if was.description != node.description:
            yield f"The description of '{path[-1]}' is {'another one' if node.description else 'gone'}."
        if was.colour != node.colour:
            yield f"'{path[-1]}' has another colour."


def _rules(before: Mapping, after: Mapping, renamed: MappingOf[Path, Path]) -> Iterator[str]:
    """Say which rules are new or gone; a rule whose group was renamed is the same rule."""
    was = [Rule(match=rule.match, target=_moved(rule.target, renamed)) for rule in before.rules]
    old, new = [rule.sentence() for rule in was], [rule.sentence() for rule in after.rules]
    for texts, others, fate in ((new, old, "is new"), (old, new, "is gone")):
        left = Counter(texts) - Counter(others)
        for number, text in enumerate(texts, start=1):
            if left[text] > 0:
                left[text] -= 1
                yield f"Rule {number} {fate}: {text}."
    shared = Counter(old) & Counter(new)
    if [text for text in old if shared[text]] != [text for text in new if shared[text]]:
        yield "The rules stand in another order."


def _moved(target: Target, renamed: MappingOf[Path, Path]) -> Target:
    return Target(path=renamed.get(target.path, target.path)) if target.path else target
