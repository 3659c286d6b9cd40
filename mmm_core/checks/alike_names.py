"""Line items that differ only in how they are spelled: found once per upload, judged under each mapping."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    kept, twins : int64 arrays
        Rows of the catalogue with the first spelling, and with the others.
    """

    dimension: str
    values: tuple[str, ...]
    mixed: tuple[str, ...]
    kept: np.ndarray
    twins: np.ndarray


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
    return (*ordered, *_lonely(names, columns, seen))


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
        kept=cluster[written == kept],
        twins=cluster[written != kept],
    )


def _merged(found: list[AlikeNames], spend: np.ndarray) -> list[AlikeNames]:
    """Bring clusters together that differ in the same spellings of one dimension: a campaign and its ad sets."""
    together: dict[tuple[str, tuple[str, ...]], list[AlikeNames]] = {}
    for alike in found:
        together.setdefault((alike.dimension, tuple(sorted(alike.values))), []).append(alike)
    return [
        AlikeNames(
            dimension=own[0].dimension,
            values=max(own, key=lambda alike: int(np.abs(spend[alike.kept]).sum())).values,
            mixed=own[0].mixed,
            kept=np.concatenate([alike.kept for alike in own]),
            twins=np.concatenate([alike.twins for alike in own]),
        )
        for own in together.values()
    ]


def _lonely(names: ReadNames, columns: list[str], seen: set[str]) -> Iterator[AlikeNames]:
    """Find names that mix scripts and are like no other name."""
    for column in columns:
        codes, _ = names.column(column)
        for code, value in enumerate(names.written(column)):
            mixed = mixed_scripts(str(value))
            if mixed and not set(mixed) <= seen:
                at = np.flatnonzero(codes == code)
                yield AlikeNames(
                    dimension=column, values=(str(value),), mixed=mixed, kept=at, twins=np.zeros(0, dtype=np.int64)
                )


def _finding(
    alike: AlikeNames, items: pd.DataFrame, leaf: np.ndarray, resolution: Resolution, currency: str
) -> Finding:
    own = alike.twins if len(alike.twins) else alike.kept
    homes, of_kept = set(leaf[[*alike.kept, *alike.twins]].tolist()), set(leaf[alike.kept].tolist())
    together = len(homes) == 1
    micros = items["spend_micros"].to_numpy(dtype=np.int64)
    amount = spoken_amount(int(micros[own].sum()))
    column = alike.dimension.rstrip("_") if alike.dimension != "name" else "line item"
    fixable = not together and len(of_kept) == 1 and -1 not in of_kept and len(alike.twins) > 0
    home = f"in group '{resolution.leaves[next(iter(of_kept))][-1]}'" if of_kept and -1 not in of_kept else ""
    return Finding(
        code="mixed_script_names" if alike.mixed else "look_alike_names",
        severity=Severity.NOTE if together and not alike.mixed else Severity.WARNING,
        message=f"{column[:1].upper()}{column[1:]} {_spelled(alike)} ({counted(len(own), 'line item')}, {amount} "
        f"{currency}). {_consequence(home, together=together, mixed=bool(alike.mixed), alone=not len(alike.twins))}",
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
        about=f"{alike.dimension}: {ordered_keys([alike.values[0]])[0]}",
        fix=Fix(
            kind="place_together",
            what=f"Put {counted(len(alike.twins), 'line item')} beside '{alike.values[0]}'",
            source=str(items["source"].iloc[own[0]]),
            line_items=tuple(map(str, items.index[[alike.kept[0], *alike.twins]])),
        )
        if fixable
        else None,
    )


def _spelled(alike: AlikeNames) -> str:
    if not len(alike.twins):
        return f"'{alike.values[0]}' holds letters of two scripts in {named(list(alike.mixed))}"
    script = " but for letters of another script" if alike.mixed else ""
    return f"{named(list(alike.values[1:]))} reads like '{alike.values[0]}'{script}"


def _consequence(home: str, *, together: bool, mixed: bool, alone: bool) -> str:
    if alone:
        return "Nobody sees the difference, but searches and rules do."
    if not together:
        return "The two are not in one group, so one thing may count as two."
    seen = " Nobody sees the difference, but searches and rules do." if mixed else ""
    return (
        f"They are {home} together, so the model sees one thing.{seen}" if home else f"Neither has a group yet.{seen}"
    )


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
