"""The figures side by side: what all candidates share, one line each, and their groups."""

import pandas as pd
import streamlit as st

from mmm_core.charts.side_by_side import side_by_side_chart
from mmm_core.documents.comparison_words import contrast_sentence, how_sure
from mmm_core.errors import listed
from mmm_core.feasibility.words import plus_minus, two_digits
from mmm_core.validation.comparison import CandidateFigures, GroupFigures, PartFigures
from mmm_core.validation.contrast import Contrast
from mmm_core.workflows.comparison_figures import SideBySide
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.fits import file_name, with_standing
from pages.ui.numbers import with_range

LETTERS = "ABCDEF"
_MOST_ROWS = 36
_APART = {None: "", True: "\N{CHECK MARK} yes", False: "\N{MULTIPLICATION X} no"}


def show_contrasts(found: SideBySide) -> None:
    """Say what each candidate changes against the first."""
    for letter, figures, contrast in zip(LETTERS[1:], found.candidates[1:], found.contrasts, strict=False):
        st.markdown(f"- **{letter}, {plain(figures.name)}**: {plain(contrast_sentence(contrast))}")


def show_chart(found: SideBySide, unit: str, mark: str) -> None:
    """Draw what every candidate says of what they share."""
    rows = part_rows(found)
    if rows.empty:
        st.caption("The candidates share no part of the spend that could be held against each other.")
        return
    named = [f"{letter}: {plain(figures.name)}" for letter, figures in zip(LETTERS, found.candidates, strict=False)]
    drawn = rows
    if len(rows) > _MOST_ROWS:
        differ = [view.part.name for view in found.parts if _is_recut(view) or not view.part.is_smallest]
        drawn = rows[rows["part"].isin(differ)]
        named.append("what all cut the same way is in the table In common")
    show_drawing(side_by_side_chart(drawn.dropna(subset=["q50"]), unit=unit), key="side-by-side", mark=mark)
    st.caption(
        f"{'; '.join(named)}. Every range comes from the draws of a fit, added up over the groups below. Fewer groups "
        "are mostly known better: a merge assumes that what it merges works alike."
    )


def show_lines(found: SideBySide, mark: str) -> None:
    """Show one column per candidate."""
    columns = {f"{letter}: {one.name}": _line(one) for letter, one in zip(LETTERS, found.candidates, strict=False)}
    table = pd.DataFrame(columns)
    moves = ["", *(_move(contrast) for contrast in found.contrasts)]
    table.loc["Of the groups it shares with A, moves most"] = moves
    st.dataframe(
        table.rename_axis("").reset_index(),
        hide_index=True,
        height="content",
        key="comparison-lines",
        column_config={"": st.column_config.TextColumn(pinned=True)}
        | {name: st.column_config.TextColumn(width="medium") for name in columns},
    )
    st.caption(
        "Range of the ROI: half of the 90 % range by its middle, the median over the groups. Told apart: share of the "
        "spend in groups that no other group hides. Foretold is what was said before any fit. Errors are mean absolute "
        "errors by the actual; the plain forecast is the better of last year's figures and last year's average."
    )
    _download("candidates", line_table(found), mark)


def show_groups(found: SideBySide, mark: str) -> None:
    """Show the groups of one candidate, as foretold against as fitted."""
    letters = list(LETTERS[: len(found.candidates)])
    chosen = st.segmented_control(
        "Candidate",
        letters,
        default=letters[0],
        key="comparison-candidate",
        format_func=lambda letter: f"{letter}: {plain(found.candidates[letters.index(letter)].name)}",
        label_visibility="collapsed",
    )
    figures = found.candidates[letters.index(chosen or letters[0])]
    st.dataframe(
        pd.DataFrame([_group(group) for group in figures.groups]),
        hide_index=True,
        height="content",
        key="comparison-groups",
    )
    _download("groups", group_table(found), mark)


def show_parts(found: SideBySide, unit: str, mark: str) -> None:
    """Show what they share as a table."""
    rows = part_rows(found)
    if rows.empty:
        st.caption("They share nothing that could be held against each other.")
        return
    ranges = [
        with_range(row["q50"], row["q05"], row["q95"]) if pd.notna(row["q50"]) else "no spend"
        for row in rows.to_dict("records")
    ]
    st.dataframe(
        pd.DataFrame(
            {
                "Part": rows["part"],
                "Candidate": rows["letter"],
                "Cut into": rows["groups"],
                "Spend": rows["spend"],
                "Contribution": rows["contribution"],
                unit: ranges,
            }
        ),
        hide_index=True,
        height="content",
        key="comparison-parts",
        column_config={"Spend": st.column_config.NumberColumn(format="%,.0f")},
    )
    _download("parts", rows, mark)


def part_rows(found: SideBySide) -> pd.DataFrame:
    """Return one row per part and candidate, in the order to be shown."""
    rows = []
    for shared in found.parts:
        for letter, figures, view in zip(LETTERS, found.candidates, shared.views, strict=False):
            total, roi = view.contribution, view.roi
            quantiles = {
                name: getattr(roi, name) if roi is not None else float("nan")
                for name in ("q05", "q25", "q50", "q75", "q95")
            }
            rows.append(
                {
                    "part": shared.part.name,
                    "letter": letter,
                    "candidate": figures.name,
                    "groups": listed(view.groups, most=6),
                    "spend": shared.spend,
                    "contribution": with_range(total.q50, total.q05, total.q95),
                    **quantiles,
                }
            )
    return pd.DataFrame(rows)


def line_table(found: SideBySide) -> pd.DataFrame:
    """Return the figures of every candidate for a download."""
    rows = []
    for letter, one in zip(LETTERS, found.candidates, strict=False):
        seen = one.foresight
        rows.append(
            {
                "candidate": f"{letter}: {one.name}",
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
        )
    return pd.DataFrame(rows)


def group_table(found: SideBySide) -> pd.DataFrame:
    """Return the figures of every group of every candidate for a download."""
    rows = []
    for letter, one in zip(LETTERS, found.candidates, strict=False):
        for group in one.groups:
            roi, foretold = group.roi, group.predicted
            rows.append(
                {
                    "candidate": f"{letter}: {one.name}",
                    "group": group.group,
                    "spend": group.spend,
                    "share_of_spend": group.share_of_spend,
                    **{f"share_of_contribution_{name}": getattr(group.share, name) for name in ("q05", "q50", "q95")},
                    **{
                        f"roi_{name}": getattr(roi, name) if roi else None
                        for name in ("q05", "q25", "q50", "q75", "q95")
                    },
                    "foretold_roi_q05": foretold.low if foretold else None,
                    "foretold_roi_q50": foretold.median if foretold else None,
                    "foretold_roi_q95": foretold.high if foretold else None,
                    "told_apart": group.told_apart,
                    "foretold_told_apart": group.predicted_apart,
                }
            )
    return pd.DataFrame(rows)


def _line(one: CandidateFigures) -> dict[str, str]:
    seen, doubts = one.foresight, "; ".join(one.doubts)
    settled = f"! {doubts}" if doubts else "\N{CHECK MARK} settled"
    return {
        "Groups": f"{len(one.groups)}",
        "Held-out error": f"{100 * seen.mape:.1f} %" if seen else "not tested",
        "The plain forecast's": f"{100 * seen.rival_mape:.1f} %" if seen else "",
        "Held-out score (CRPS) by the mean outcome": f"{100 * one.crps:.2f} %" if one.crps is not None else "",
        "Held-out actuals in the 90 % range": f"{seen.hits[-1]} of {seen.periods}" if seen else "",
        "Range of the ROI": f"\N{PLUS-MINUS SIGN}{100 * one.relative_width:.0f} %",
        "Spend told apart": _percent(one.apart),
        "Spend told apart, foretold": _percent(one.predicted_apart) if one.predicted_apart is not None else "",
        "R2 in sample": f"{one.r2:.2f}",
        "Error in sample": f"{100 * one.mape:.1f} %",
        "Chains": f"provisional; {doubts}".rstrip("; ") if one.provisional else settled,
    }


def _move(contrast: Contrast) -> str:
    moved = contrast.moved
    if moved is None:
        return "shares none"
    if not moved.far:
        return "none beyond the sampler's error"
    return f"{moved.name}, {two_digits(moved.before.q50)} to {two_digits(moved.after.q50)}"


def _group(group: GroupFigures) -> dict[str, object]:
    share, roi = group.share, group.roi
    return {
        "Group": group.group,
        "Share of spend": _percent(group.share_of_spend),
        "Share of contribution": f"{_percent(share.q50)} ({_percent(share.q05)} to {_percent(share.q95)})",
        "ROI": with_range(roi.q50, roi.q05, roi.q95) if roi is not None else "no spend",
        "Known to": how_sure(roi),
        "Foretold": plus_minus(group.predicted) if group.predicted is not None else "",
        "Told apart": _APART[group.told_apart],
        "Foretold apart": _APART[group.predicted_apart],
    }


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _is_recut(shared: PartFigures) -> bool:
    return len({view.groups for view in shared.views}) > 1


def _download(what: str, table: pd.DataFrame, mark: str) -> None:
    written = csv_text(with_standing(table, mark))
    name = file_name(f"comparison-{what}", mark)
    st.download_button("Download this table", written, name, "text/csv", key=f"get-comparison-{what}")
