"""The figures of a comparison, read from the draws of its fits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from mmm_core.estimands.quality import doubts
from mmm_core.estimands.summary import group_contribution
from mmm_core.modeling.fit import Fit, load_fit
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.shared_parts import Grouping, shared_parts
from mmm_core.validation.comparison import ComparedFit
from mmm_core.validation.contrast import SideBySide, put_side_by_side
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.scores import Floats
from mmm_core.workflows.comparing import CandidateState, Ready
from mmm_core.workflows.push_back import feasibility_of

_FEWEST_DRAWS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedCandidate:
    """A candidate with its fit, wherever that came from.

    Attributes
    ----------
    name : str
    ready : Ready
        What the fit was made from.
    draws : callable
        Reads the fit; one at a time is in memory.
    told : mapping
        As `mmm_core.estimands.diagnostics` gives it; None stands for "not a number".
    provisional : bool
    holdout : Holdout or None
    """

    name: str
    ready: Ready
    draws: Callable[[], Fit]
    told: Mapping[str, Any]
    provisional: bool = False
    holdout: Holdout | None = None


def side_by_side(storage: Storage, states: Sequence[CandidateState]) -> SideBySide:
    """Compare the candidates that have a fit, provisional ones included; about a fifth of a second for each.

    Raises
    ------
    NotFound, DamagedArtefact
        If draws are not in the store, or not as they were written.
    """
    return figures_of(
        [
            _fitted(storage, state, ready, stored)
            for state in states
            if (ready := state.opened.ready) and (stored := state.to_show)
        ]
    )


def figures_of(candidates: Sequence[FittedCandidate]) -> SideBySide:
    """Compare fits of groupings of the same line items, at what they have in common in tree and time."""
    window = _shared_window([one.ready for one in candidates])
    fits = [_compared(one, window) for one in candidates]
    found = shared_parts([_grouping(one.ready) for one in candidates]) if window is not None else ()
    return put_side_by_side(fits, found)


def _fitted(storage: Storage, state: CandidateState, ready: Ready, stored: StoredFit) -> FittedCandidate:
    kept = state.validation.validation if state.validation is not None else None
    return FittedCandidate(
        name=state.opened.name,
        ready=ready,
        draws=partial(_read, storage, stored),
        told=stored.summary["diagnostics"],
        provisional=stored.is_provisional,
        holdout=Holdout.from_dict(kept.content["holdout"]) if kept is not None else None,
    )


def _read(storage: Storage, stored: StoredFit) -> Fit:
    return load_fit(storage.artefacts.folder(stored.artefact_key))


def _shared_window(candidates: Sequence[Ready]) -> slice | None:
    """Return the periods that all fits have in common, None when there are none."""
    periods = [ready.model.panel.data["period"].values for ready in candidates]
    if not periods:
        return None
    first, last = max(own[0] for own in periods), min(own[-1] for own in periods)
    return slice(first, last) if first <= last else None


def _compared(one: FittedCandidate, window: slice | None) -> ComparedFit:
    fit, panel = one.draws(), one.ready.model.panel
    told = {name: np.nan if value is None else value for name, value in one.told.items()}
    own = panel.data["period"].values
    shared = window if window is not None else slice(own[0], own[-1])
    totals = _totals(fit, slice(own[0], own[-1]))
    whole = (shared.start, shared.stop) == (own[0], own[-1])
    spend = panel.data["spend"].sel(group=list(fit.groups)).sum("geo")
    found = feasibility_of(one.ready.scoped, one.ready.specification.specification).found
    return ComparedFit(
        name=one.name,
        groups=fit.groups,
        spend=spend.sum("period").values,
        totals=totals,
        shared_spend=spend.sel(period=shared).sum("period").values,
        shared_totals=totals if whole else _totals(fit, shared),
        effective=_effective(told, len(totals)),
        r2=float(told["r2"]),
        mape=float(told["mape"]),
        doubts=tuple(doubts(told)),
        provisional=one.provisional,
        predicted=found.groups if found is not None else (),
        predicted_pairs=found.pairs if found is not None else (),
        holdout=one.holdout,
    )


def _totals(fit: Fit, window: slice) -> Floats:
    draws = group_contribution(fit, window=window).transpose("chain", "draw", "group").values
    result: Floats = draws.reshape(-1, draws.shape[-1])
    return result


def _effective(told: dict[str, float], draws: int) -> float:
    """Return how many independent draws they are worth; few where nobody knows."""
    found = min(told["ess_bulk_min"], told["ess_tail_min"], draws)
    return max(_FEWEST_DRAWS, float(found)) if np.isfinite(found) else _FEWEST_DRAWS


def _grouping(ready: Ready) -> Grouping:
    resolution = ready.scoped.resolution
    return Grouping(paths=resolution.leaves, leaf=resolution.table["leaf"].to_numpy(dtype=np.int64))
