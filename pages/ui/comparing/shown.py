"""The figures side by side: what all candidates share, one line each, and their groups."""

from collections.abc import Collection, Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from mmm_core.charts.side_by_side import side_by_side_chart
from mmm_core.documents.comparison_tables import (
    LETTERS,
    candidate_table,
    group_table,
    lettered,
    part_table,
    with_standings,
)
from mmm_core.documents.comparison_words import OF_THE_FIRST, contrast_sentence, from_to, how_sure, is_seen
from mmm_core.feasibility.words import plus_minus
from mmm_core.validation.comparison import CandidateFigures, GroupFigures, PartFigures
from mmm_core.validation.contrast import Contrast, SideBySide
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.fits import file_name
from pages.ui.numbers import with_range

_MOST_ROWS = 36
_APART = {None: "", True: "\N{CHECK MARK} yes", False: "\N{MULTIPLICATION X} no"}


def show_contrasts(found: SideBySide) -> None:
    """Say who stands for which letter, and what each candidate changes against the first."""
    said = [OF_THE_FIRST, *(contrast_sentence(contrast) for contrast in found.contrasts)]
    for (letter, figures), sentence in zip(lettered(found), said, strict=True):
        st.markdown(f"- **{letter}, {plain(figures.name)}**: {plain(sentence)}")


def show_chart(found: SideBySide, unit: str, mark: str) -> None:
    """Draw what every candidate says of what they share."""
    rows = part_table(found)
    if rows.empty:
        st.caption("The candidates share no part of the spend that could be held against each other.")
        return
    drawn, left_out = rows, ""
    if len(rows) > _MOST_ROWS:
        differ = [view.part.name for view in found.parts if _is_recut(view) or not view.part.is_smallest]
        drawn = rows[rows["part"].isin(differ)]
        left_out = "What all cut the same way is in the table In common. "
    drawn = drawn.rename(columns=lambda name: name.removeprefix("roi_")).dropna(subset=["mean"])
    show_drawing(side_by_side_chart(drawn, unit=unit), key="side-by-side", mark=mark)
    st.caption(
        f"{left_out}The dot is the mean: times the spend it is the contribution. Every range comes from the draws of a "
        "fit, added up over the groups below. Fewer groups are mostly known better: a merge assumes that what it "
        "merges works alike."
    )


def show_lines(found: SideBySide, mark: str, signed: Collection[str]) -> None:
    """Show one column per candidate."""
    columns = {f"{letter}: {one.name}": _line(one) for letter, one in lettered(found)}
    table = pd.DataFrame(columns)
    table = table[(table != "").any(axis="columns")]  # nothing of held-out periods before there is any
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
        "Range of the ROI: half of the 90 % range by its median, in the middle of the groups. Told apart: share of the "
        "spend in groups that no other group hides. Foretold is what was said before any fit. Errors are mean absolute "
        "errors by the actual; the plain forecast is the better of last year's figures and last year's average."
    )
    _download("candidates", with_standings(candidate_table(found), found, signed), mark)


def show_groups(found: SideBySide, mark: str, signed: Collection[str]) -> None:
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
    _download("groups", with_standings(group_table(found), found, signed), mark)


def show_parts(found: SideBySide, unit: str, mark: str, signed: Collection[str]) -> None:
    """Show what they share as a table."""
    table = part_table(found)
    if table.empty:
        st.caption("They share nothing that could be held against each other.")
        return
    rows, roi = table.to_dict("records"), f"{unit.partition(':')[0]}, mean"
    st.dataframe(
        pd.DataFrame(
            {
                "Part": table["part"],
                "Candidate": table["letter"],
                "Cut into": table["groups"],
                "Spend": table["spend"],
                "Contribution, mean": [_range_of(row, "contribution") for row in rows],
                roi: [_range_of(row, "roi") if pd.notna(row["roi_mean"]) else "no spend" for row in rows],
            }
        ),
        hide_index=True,
        height="content",
        key="comparison-parts",
        column_config={
            "Part": st.column_config.TextColumn(width="medium"),
            "Spend": st.column_config.NumberColumn(format="%,.0f"),
            roi: st.column_config.TextColumn(help=unit),
        },
    )
    _download("parts", with_standings(table, found, signed), mark)


def _range_of(row: Mapping[Hashable, Any], what: str) -> str:
    return with_range(row[f"{what}_mean"], row[f"{what}_q05"], row[f"{what}_q95"])


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
    return f"{moved.name}, {from_to(moved)}" if is_seen(moved) else f"{moved.name}, hardly"


def _group(group: GroupFigures) -> dict[str, object]:
    range_of_share, roi = f"{_percent(group.share.q05)} to {_percent(group.share.q95)}", group.roi
    return {
        "Group": group.group,
        "Share of spend": _percent(group.share_of_spend),
        "Share of contribution": f"{_percent(group.share_of_contribution)} ({range_of_share})",
        "ROI, mean": with_range(roi.mean, roi.q05, roi.q95) if roi is not None else "no spend",
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
    written = csv_text(table)
    name = file_name(f"comparison-{what}", mark)
    st.download_button("Download this table", written, name, "text/csv", key=f"get-comparison-{what}")
