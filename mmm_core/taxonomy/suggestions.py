"""Suggest a group for what waits, from similar names that have one already."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted, listed
from mmm_core.taxonomy.calibration import calibrate
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.evidence import Evidence, Features, features_of
from mmm_core.taxonomy.facets import Tokens
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.taxonomy.names import ReadNames, comparable
from mmm_core.taxonomy.resolution import UNMAPPED, Resolution

NAME_COLUMN, PATH_COLUMN = "name", "path"
_MOST_SHOWN = 3
_LEAST_SHARED = 0.4
_FINER_THAN_GROUPS = 2


def suggest(
    items: pd.DataFrame,
    resolution: Resolution,
    mapping: Mapping,
    *,
    earlier: Sequence[pd.DataFrame] = (),
    names: ReadNames | None = None,
    index: Tokens | None = None,
) -> pd.DataFrame:
    """Suggest a group for each line item that waits for one.

    Tokens and dimension values of the line items that are in a group speak for it or against it (naive Bayes). How far
    to trust a score is measured on the mapped line items themselves, see `calibration`.

    Parameters
    ----------
    earlier : sequence of DataFrame, optional
        Examples of earlier projects: `name` and `path` (a tuple, or its names joined by " > "). A group of the same
        name in today's tree is meant; one that the tree does not know is suggested if its path has as many levels.
    names, index : optional
        Save reading the catalogue's names again.

    Returns
    -------
    DataFrame
        Index line_item_id; path (tuple), confidence (0 to 1: share of such suggestions that would be right), reason,
        spend_micros; the largest spend first. Line items whose names nothing is known of are left out.

    Raises
    ------
    BadInput
        If a frame of earlier examples lacks a column.
    """
    names = names or ReadNames(items)
    index = index or Tokens(items, names)
    known_names, known_paths = _earlier(earlier, mapping)
    leaf = resolution.table["leaf"].to_numpy(dtype=np.int64)
    waiting = np.flatnonzero((resolution.table["status"] == UNMAPPED).to_numpy(dtype=bool))
    mapped = np.flatnonzero(leaf >= 0)
    if not len(waiting) or not (len(mapped) or known_names):
        return _frame(items, waiting[:0], [], np.zeros(0), [])
    paths = tuple(dict.fromkeys((*resolution.leaves, *known_paths)))
    place = {path: at for at, path in enumerate(paths)}
    group = np.concatenate([leaf[mapped], np.array([place[path] for path in known_paths], dtype=np.int64)])
    features = features_of(items, known_names, names, index)
    examples = features.of(np.concatenate([mapped, len(items) + np.arange(len(known_names))]))
    evidence = Evidence(examples.counts(group, len(paths)), np.bincount(group, minlength=len(paths)).astype(np.float64))
    asked = features.of(waiting)
    verdicts = evidence.judge(asked)
    family = np.concatenate([_families(items, names, len(paths))[mapped], -1 - np.arange(len(known_names))])
    confidence = calibrate(examples, group, len(paths), family).of(verdicts.score)
    found = np.flatnonzero(verdicts.group >= 0)
    reasons = _reasons(asked, examples, evidence, group, verdicts.group, paths, own=len(mapped))
    return _frame(
        items,
        waiting[found],
        [paths[at] for at in verdicts.group[found]],
        confidence[found],
        [reasons[at] for at in found],
    )


def _frame(
    items: pd.DataFrame, rows: np.ndarray, paths: list[Path], confidence: np.ndarray, reasons: list[str]
) -> pd.DataFrame:
    index = items.index[rows]
    frame = pd.DataFrame(
        {
            "path": pd.Series(paths, index=index, dtype=object),
            "confidence": confidence.astype(np.float64),
            "reason": pd.Series(reasons, index=index, dtype=object),
            "spend_micros": items["spend_micros"].to_numpy(dtype=np.int64)[rows],
        },
        index=index,
    )
    return frame.sort_values("spend_micros", ascending=False, kind="stable")


def _earlier(frames: Iterable[pd.DataFrame], mapping: Mapping) -> tuple[list[str], list[Path]]:
    """Read names and paths of earlier projects; a group goes by its name in today's tree."""
    here = {comparable(path[-1]): path for path in mapping.leaves}
    asleep = {comparable(path[-1]) for path in mapping.archived}
    names: list[str] = []
    paths: list[Path] = []
    for frame in frames:
        missing = [column for column in (NAME_COLUMN, PATH_COLUMN) if column not in frame.columns]
        if missing:
            raise BadInput(
                f"Examples of an earlier project have no column {listed(missing)}",
                where=f"columns {listed(list(frame.columns), most=12)}",
                expected=f"columns {NAME_COLUMN} and {PATH_COLUMN} were expected",
                remedy="Add them",
            )
        for name, path in zip(frame[NAME_COLUMN], frame[PATH_COLUMN], strict=True):
            whole = tuple(path.split(PATH_SEPARATOR)) if isinstance(path, str) else tuple(path)
            if not whole or comparable(whole[-1]) in asleep:
                continue
            known = here.setdefault(comparable(whole[-1]), whole) if len(whole) == len(mapping.levels) else None
            known = known or here.get(comparable(whole[-1]))
            if known is not None:
                names.append(str(name))
                paths.append(known)
    return names, paths


def _families(items: pd.DataFrame, names: ReadNames, groups: int) -> np.ndarray:
    """Give line items of one campaign one number: of the finest dimension that several share, finer than groups."""
    best, most = np.arange(len(items)), _FINER_THAN_GROUPS * groups
    for column in dimensions_of(items):
        codes, distinct = names.column(column)
        if most < len(distinct) <= len(items) / 2:
            best, most = np.where(codes >= 0, codes, len(distinct) + np.arange(len(items))), len(distinct)
    return best


def _reasons(
    asked: Features,
    examples: Features,
    evidence: Evidence,
    group: np.ndarray,
    suggested: np.ndarray,
    paths: tuple[Path, ...],
    *,
    own: int,
) -> list[str]:
    """Name the tokens that speak most for each suggestion, and how many examples of the group hold all of them."""
    word = asked.feature < len(asked.tokens)
    row, token = asked.row[word], asked.feature[word]
    goal = suggested[row]
    weight = evidence.weights[token, goal] * np.log1p(evidence.counts[token, goal])
    order = np.lexsort((-weight, row))
    row, token, weight = row[order], token[order], weight[order]
    starts = np.searchsorted(row, np.arange(asked.rows + 1))
    holders = _Holders(examples, group, own)
    reasons = []
    for at in range(asked.rows):
        span = slice(starts[at], min(starts[at] + _MOST_SHOWN, starts[at + 1]))
        shown = tuple(int(one) for one, heavy in zip(token[span], weight[span], strict=True) if heavy > 0)
        reasons.append(holders.sentence(shown, int(suggested[at]), paths) if suggested[at] >= 0 else "")
    return reasons


class _Holders:
    """Sets of examples as bits of a whole number: intersecting and counting takes a microsecond."""

    def __init__(self, examples: Features, group: np.ndarray, own: int) -> None:
        self._examples, self._group, self._own = examples, group, own
        order = np.argsort(examples.feature, kind="stable")
        self._rows = examples.row[order]
        self._starts = np.searchsorted(examples.feature[order], np.arange(examples.features + 1))
        self._bits: dict[tuple[str, int], int] = {}
        self._said: dict[tuple[tuple[int, ...], int], str] = {}
        self._own_bits = (1 << own) - 1

    def sentence(self, tokens: tuple[int, ...], group: int, paths: tuple[Path, ...]) -> str:
        """Say which examples of the group share the tokens; a token that few of them hold is left out."""
        key = (tokens, group)
        if key not in self._said:
            self._said[key] = self._say(tokens, group, paths[group][-1])
        return self._said[key]

    def _say(self, tokens: tuple[int, ...], group: int, name: str) -> str:
        inside = self._held("group", group)
        shared: list[str] = []
        for token in tokens:
            fewer = inside & self._held("token", token)
            if not shared or fewer.bit_count() > _LEAST_SHARED * inside.bit_count():
                inside = fewer
                shared.append(f"'{self._examples.tokens[token]}'")
        former = (inside & ~self._own_bits).bit_count()
        number = inside.bit_count()
        where = f", {'all' if former == number else former} in earlier projects" if former else ""
        what = f": shares {', '.join(shared)}" if shared else ", by values of its columns"
        return f"like {counted(number, 'line item')} in {name}{where}{what}"

    def _held(self, kind: str, number: int) -> int:
        key = (kind, number)
        if key not in self._bits:
            mask = np.zeros(self._examples.rows, dtype=bool)
            if kind == "group":
                mask = self._group == number
            else:
                mask[self._rows[self._starts[number] : self._starts[number + 1]]] = True
            self._bits[key] = int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")
        return self._bits[key]
