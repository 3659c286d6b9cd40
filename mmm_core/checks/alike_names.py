"""Line items that differ only in how they are spelled: found once per upload, judged under each mapping."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mmm_core.checks.pictures import MOST_NAMED, listed_items, named
from mmm_core.errors import counted
from mmm_core.findings import Finding, Fix, Place, Severity
from mmm_core.money import spoken_amount
from mmm_core.taxonomy.alike import ordered_keys
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import MAPPED, Resolution
from mmm_core.taxonomy.scripts import mixed_scripts

_MOST = 50
"""Findings of one kind; the clusters with the least money beyond it are named together."""


_SAME_WORDS = "The same words in the same order, whatever case, signs, accents and script they are written in."


@dataclass(frozen=True, kw_only=True)
class AlikeNames:
    """Line items that are spelled in several ways, in one and the same manner.

    Attributes
    ----------
    dimension : str
        Column in which they differ ("name" where in several).
    values : tuple of str
        The spellings, the one to keep first: without letters of another script, then by spend.
    mixed : tuple of str
        Words that mix scripts.
    parts : tuple of pairs of int64 arrays
        Rows of the catalogue whose other words are the same: those with the spelling to keep, and the others.
    """

    dimension: str
    values: tuple[str, ...]
    mixed: tuple[str, ...]
    parts: tuple[tuple[np.ndarray, np.ndarray], ...]

    @cached_property
    def kept(self) -> np.ndarray:
        """Rows of the catalogue with a spelling to keep."""
        return np.concatenate([kept for kept, _ in self.parts])

    @cached_property
    def twins(self) -> np.ndarray:
        """Rows of the catalogue with another spelling."""
        return np.concatenate([twins for _, twins in self.parts])

    @cached_property
    def _rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of all parts, one part after the other, and where each begins."""
        rows = [np.concatenate(part) for part in self.parts]
        return np.concatenate(rows), np.cumsum([0, *map(len, rows[:-1])])

    def apart(self, leaf: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """Return the parts that are not in one group; `leaf` is the group of each row of the catalogue."""
        rows, starts = self._rows
        several = np.minimum.reduceat(leaf[rows], starts) != np.maximum.reduceat(leaf[rows], starts)
        return tuple(self.parts[at] for at in np.flatnonzero(several))

    @property
    def words(self) -> str:
        """What the spellings have in common; the same however many of them there are."""
        return min(ordered_keys(self.values))


def alike_names(items: pd.DataFrame, names: ReadNames) -> tuple[AlikeNames, ...]:
    """Bring line items with spend together whose names differ in case, signs, accents or script only.

    Returns
    -------
    tuple of AlikeNames
        The largest spend of twins first. Names with mixed scripts that are like no other come last, without twins.
    """
    if items.empty:
        return ()
    columns = [name for name in dimensions_of(items) if names.column(name)[1]]
    spend = items["spend_micros"].to_numpy(dtype=np.int64)
    clusters = _clusters(items, names, columns, spend)
    found = sorted((_alike(items, names, columns, cluster, spend) for cluster in clusters), key=lambda a: a.values)
    merged = _merged(found, spend)
    seen = {word for alike in merged for word in alike.mixed}
    ordered = sorted(merged, key=lambda alike: (-int(np.abs(spend[alike.twins]).sum()), alike.dimension, alike.values))
    return (*ordered, *_lonely(names, columns, seen, spend))


def alike_findings(
    found: Sequence[AlikeNames], items: pd.DataFrame, resolution: Resolution, currency: str
) -> Iterator[Finding]:
    """Say which spellings there are, and whether the grouping holds them together.

    Twins in one group are a note: nothing depends on them now. Apart, or with letters that nobody can see, a warning.
    """
    leaf = resolution.table["leaf"].to_numpy(dtype=np.int64)
    mapped = (resolution.table["status"] == MAPPED).to_numpy(dtype=bool)
    leaf = np.where(mapped, leaf, -1)
    for alike in found[:_MOST]:
        yield _finding(alike, items, leaf, resolution, currency)
    if len(found) > _MOST:
        yield _others(found[_MOST:], items, currency)


def _clusters(items: pd.DataFrame, names: ReadNames, columns: list[str], spend: np.ndarray) -> Iterator[np.ndarray]:
    """Group line items with spend whose words are the same in every dimension."""
    key, exact = np.zeros(len(items), dtype=np.int64), np.zeros(len(items), dtype=np.int64)
    for column in columns:
        codes, _ = names.column(column)
        words, _ = pd.factorize(np.array(ordered_keys(names.written(column)), dtype=object))
        key, _ = pd.factorize(key * (len(words) + 1) + np.append(words, -1)[codes] + 1)
        exact, _ = pd.factorize(exact * (len(words) + 1) + codes + 1)
    at = np.flatnonzero(spend != 0)
    order = at[np.argsort(key[at], kind="stable")]
    borders = np.flatnonzero(key[order][1:] != key[order][:-1]) + 1
    for cluster in np.split(order, borders):
        if len(np.unique(exact[cluster])) > 1:
            yield cluster


def _alike(
    items: pd.DataFrame, names: ReadNames, columns: list[str], cluster: np.ndarray, spend: np.ndarray
) -> AlikeNames:
    differing = [column for column in columns if len(np.unique(names.column(column)[0][cluster])) > 1]
    dimension = differing[0] if len(differing) == 1 else "name"
    written = items[dimension].astype(object).to_numpy()[cluster].astype(str)
    mixed = {value: mixed_scripts(value) for value in written}
    order = np.lexsort((written, -np.abs(spend[cluster]), [bool(mixed[value]) for value in written]))
    kept = written[order[0]]
    return AlikeNames(
        dimension=dimension,
        values=tuple(dict.fromkeys(written[order].tolist())),
        mixed=tuple(dict.fromkeys(word for value in written for word in mixed[value])),
        parts=((cluster[written == kept], cluster[written != kept]),),
    )


def _merged(found: list[AlikeNames], spend: np.ndarray) -> list[AlikeNames]:
    """Bring clusters together whose spellings of one dimension are the same words: a campaign and its ad sets."""
    together: dict[tuple[str, str, bool], list[AlikeNames]] = {}
    for alike in found:
        together.setdefault((alike.dimension, alike.words, bool(alike.mixed)), []).append(alike)
    return [_as_one(own, spend) for own in together.values()]


def _as_one(own: list[AlikeNames], spend: np.ndarray) -> AlikeNames:
    by_spend = sorted(own, key=lambda alike: -int(np.abs(spend[alike.kept]).sum()))
    return AlikeNames(
        dimension=own[0].dimension,
        values=tuple(dict.fromkeys(value for alike in by_spend for value in alike.values)),
        mixed=tuple(dict.fromkeys(word for alike in own for word in alike.mixed)),
        parts=tuple(part for alike in own for part in alike.parts),
    )


def _lonely(names: ReadNames, columns: list[str], seen: set[str], spend: np.ndarray) -> Iterator[AlikeNames]:
    """Find names that mix scripts and are like no other name; those of the same words are one."""
    nobody = np.zeros(0, dtype=np.int64)
    for column in columns:
        codes, _ = names.column(column)
        found: dict[str, list[AlikeNames]] = {}
        for code, value in enumerate(names.written(column)):
            mixed = mixed_scripts(str(value))
            if mixed and not set(mixed) <= seen:
                parts = ((np.flatnonzero(codes == code), nobody),)
                lonely = AlikeNames(dimension=column, values=(str(value),), mixed=mixed, parts=parts)
                found.setdefault(lonely.words, []).append(lonely)
        yield from (_as_one(own, spend) for own in found.values())


def _finding(
    alike: AlikeNames, items: pd.DataFrame, leaf: np.ndarray, resolution: Resolution, currency: str
) -> Finding:
    own = alike.twins if len(alike.twins) else alike.kept
    apart = alike.apart(leaf)
    together = not apart
    micros = items["spend_micros"].to_numpy(dtype=np.int64)
    amount = spoken_amount(int(micros[own].sum()))
    column = alike.dimension.rstrip("_") if alike.dimension != "name" else "line item"
    homes = [resolution.leaves[at][-1] if at >= 0 else "" for at in np.unique(leaf[alike.kept])]
    return Finding(
        code="mixed_script_names" if alike.mixed else "look_alike_names",
        severity=Severity.NOTE if together and not alike.mixed else Severity.WARNING,
        message=f"{column[:1].upper()}{column[1:]} {_spelled(alike)} ({counted(len(own), 'line item')}, {amount} "
        f"{currency}). {_consequence(homes, together=together, mixed=bool(alike.mixed), alone=not len(alike.twins))}",
        where=Place(
            source=str(items["source"].iloc[own[0]]),
            columns=(alike.dimension.rstrip("_"),) if alike.dimension != "name" else (),
            line_items=tuple(map(str, items.index[own][:MOST_NAMED])),
        ),
        evidence={
            "values": list(alike.values),
            "mixed": list(alike.mixed),
            "line_items": len(own),
            "items": listed_items(items["name"].astype(object).to_numpy()[own], micros[own]),
        },
        remedy="Ask whether they are one and the same; if so, keep them in one group and have the name corrected."
        if len(alike.twins)
        else "Have the name corrected; rules and searches for the word as it looks pass it by.",
        threshold=_SAME_WORDS,
        about=f"{alike.dimension}{'' if len(alike.twins) else ', alone'}: {alike.words}",
        fix=_fix(alike, items, leaf, apart),
    )


def _fix(
    alike: AlikeNames, items: pd.DataFrame, leaf: np.ndarray, apart: tuple[tuple[np.ndarray, np.ndarray], ...]
) -> Fix | None:
    """Offer to put twins beside the spelling to keep, where that stands in one group."""
    if not apart:
        return None
    kept, twins = (np.concatenate(rows) for rows in zip(*apart, strict=True))
    if (leaf[kept] != leaf[kept[0]]).any() or leaf[kept[0]] < 0:
        return None
    return Fix(
        kind="place_together",
        what=f"Put {counted(len(twins), 'line item')} beside '{alike.values[0]}'",
        source=str(items["source"].iloc[twins[0]]),
        line_items=tuple(map(str, items.index[[kept[0], *twins]])),
    )


def _spelled(alike: AlikeNames) -> str:
    if not len(alike.twins):
        holds = "holds" if len(alike.values) == 1 else "hold"
        return f"{named(list(alike.values))} {holds} letters of two scripts in {named(list(alike.mixed))}"
    script = " but for letters of another script" if alike.mixed else ""
    return f"{named(list(alike.values[1:]))} reads like '{alike.values[0]}'{script}"


def _consequence(homes: Sequence[str], *, together: bool, mixed: bool, alone: bool) -> str:
    if alone:
        return "Nobody sees the difference, but searches and rules do."
    if not together:
        return "The two are not in one group, so one thing may count as two."
    seen = " Nobody sees the difference, but searches and rules do." if mixed else ""
    if homes == [""]:
        return f"Neither has a group yet.{seen}"
    where = f"in group '{homes[0]}' together" if len(homes) == 1 else "together wherever they occur"
    return f"They are {where}, so the model sees one thing.{seen}"


def _others(rest: Sequence[AlikeNames], items: pd.DataFrame, currency: str) -> Finding:
    own = np.concatenate([alike.twins if len(alike.twins) else alike.kept for alike in rest])
    amount = spoken_amount(int(items["spend_micros"].to_numpy(dtype=np.int64)[own].sum()))
    return Finding(
        code="look_alike_names",
        severity=Severity.NOTE,
        message=f"{counted(len(rest), 'more name')} with less spend are spelled in several ways as well "
        f"({counted(len(own), 'line item')}, {amount} {currency}).",
        where=Place(line_items=tuple(map(str, items.index[own][:MOST_NAMED]))),
        evidence={"names": [alike.values[0] for alike in rest[:MOST_NAMED]], "line_items": len(own)},
        remedy="Look through them on the page Mapping, under names that look alike.",
        threshold=_SAME_WORDS,
        about="others",
    )
