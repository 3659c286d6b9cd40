"""A comparison as tables: what the page offers for download, and what the command line writes."""

from collections.abc import Collection, Iterator
from dataclasses import asdict

import pandas as pd

from mmm_core.errors import listed
from mmm_core.validation.comparison import CandidateFigures, PartFigures, Spread
from mmm_core.validation.contrast import SideBySide

LETTERS = "ABCDEF"
"""One per candidate, in their order; the first is what the others are held against."""
_MOST_GROUPS = 6
_OUTER = ("q05", "q50", "q95")
_SHOWN = ("mean", *_OUTER)


def lettered(found: SideBySide) -> Iterator[tuple[str, CandidateFigures]]:
    """Return every candidate with its letter."""
    return zip(LETTERS, found.candidates, strict=False)


def candidate_table(found: SideBySide) -> pd.DataFrame:
    """Return one row per candidate: its forecast on held-out periods, its ranges, what speaks against its chains."""
    return pd.DataFrame([{"letter": letter, "candidate": one.name, **_line(one)} for letter, one in lettered(found)])


def group_table(found: SideBySide) -> pd.DataFrame:
    """Return one row per candidate and group, over the window of its fit: as fitted, and as foretold before it."""
    return pd.DataFrame(
        [
            {
                "letter": letter,
                "candidate": one.name,
                "group": group.group,
                "spend": group.spend,
                "share_of_spend": group.share_of_spend,
                "share_of_contribution": group.share_of_contribution,
                **{f"share_of_contribution_{name}": getattr(group.share, name) for name in _OUTER},
                **_roi(group.roi),
                "foretold_roi_q05": group.predicted.low if group.predicted else None,
                "foretold_roi_q50": group.predicted.median if group.predicted else None,
                "foretold_roi_q95": group.predicted.high if group.predicted else None,
                "told_apart": group.told_apart,
                "foretold_told_apart": group.predicted_apart,
            }
            for letter, one in lettered(found)
            for group in one.groups
        ]
    )


def part_table(found: SideBySide) -> pd.DataFrame:
    """Return one row per common part and candidate, over the periods that all fits have in common."""
    return pd.DataFrame([row for shared in found.parts for row in _views(found, shared)])


def with_standings(table: pd.DataFrame, found: SideBySide, signed: Collection[str] = ()) -> pd.DataFrame:
    """Return one of the tables with what is true of the candidate of each row: provisional, signed or draft.

    Parameters
    ----------
    table : DataFrame
    found : SideBySide
    signed : collection of str, optional
        Letters of the candidates that were fitted on a scope that all three signed.
    """
    standings = {
        letter: "provisional" if one.provisional else "signed" if letter in signed else "draft"
        for letter, one in lettered(found)
    }
    return table.assign(standing=[standings[letter] for letter in table.get("letter", ())])


def _line(one: CandidateFigures) -> dict[str, object]:
    seen = one.foresight
    return {
        "provisional": one.provisional,
        "groups": len(one.groups),
        "r2": one.r2,
        "mape": one.mape,
        "holdout_periods": seen.periods if seen else None,
        "holdout_mape": seen.mape if seen else None,
        "naive_mape": seen.rival_mape if seen else None,
        "holdout_crps_by_outcome": one.crps,
        "skill_against_naive": seen.skill if seen else None,
        "holdout_in_90_percent_range": seen.hits[-1] if seen else None,
        "relative_half_width": one.relative_width,
        "spend_told_apart": one.apart,
        "spend_told_apart_foretold": one.predicted_apart,
        "doubts": "; ".join(one.doubts),
    }


def _views(found: SideBySide, shared: PartFigures) -> Iterator[dict[str, object]]:
    for (letter, one), view in zip(lettered(found), shared.views, strict=True):
        yield {
            "part": shared.part.name,
            "letter": letter,
            "candidate": one.name,
            "groups": listed(view.groups, most=_MOST_GROUPS),
            "spend": shared.spend,
            **{f"contribution_{name}": getattr(view.contribution, name) for name in _SHOWN},
            **_roi(view.roi),
        }


def _roi(spread: Spread | None) -> dict[str, float]:
    return {f"roi_{name}": value for name, value in asdict(spread or _UNKNOWN).items()}


_UNKNOWN = Spread(**dict.fromkeys(Spread.__slots__, float("nan")))
