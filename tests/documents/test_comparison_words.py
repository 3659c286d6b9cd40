"""A comparison in words: as strong as the odds, and silent about noise."""

from dataclasses import replace

import pytest

from mmm_core.documents.comparison_words import answer_by_letter, contrast_sentence, overview_sentence
from mmm_core.validation.comparison import CandidateFigures, Spread
from mmm_core.validation.contrast import Contrast, Foreseen, Moved, Recut, SideBySide, Widths


def spread(low, middle, high, mean=None):
    return Spread(
        mean=middle if mean is None else mean,
        q05=low,
        q25=(low + middle) / 2,
        q50=middle,
        q75=(middle + high) / 2,
        q95=high,
    )


MERGE = Recut(
    cut="merged",
    before=("Video", "Image"),
    after=("Social",),
    joint_before=spread(1.2, 2.0, 3.4),
    joint_after=spread(1.5, 2.1, 2.9),
    change="narrower",
    apart=False,
)
SEEN = Foreseen(before=0.063, after=0.061, periods=32, better=0.55)
WIDTHS = Widths(before=0.22, after=0.25, change="same")
FOUND = Contrast(recut=(MERGE,), moved=None, widths=WIDTHS, foreseen=SEEN)


def figures(name="A", width=0.3, apart=1.0):
    return CandidateFigures(
        name=name,
        groups=(),
        r2=0.9,
        mape=0.02,
        relative_width=width,
        apart=apart,
        predicted_apart=None,
        foresight=None,
        crps=None,
        effective=1000.0,
        doubts=(),
        provisional=False,
    )


def test_a_merge_reads_as_people_would_say_it():
    assert contrast_sentence(FOUND) == (
        "Merging Video and Image narrows their joint range from 1.2 to 3.4 to 1.5 to 2.9; "
        "holdout error 6.1 % against 6.3 %: the data do not tell which is better."
    )


@pytest.mark.parametrize(
    ("better", "words"),
    [
        (0.97, "almost certain, about 97 in 100, that this one foresees better"),
        (0.8, "very likely, about 8 in 10, that this one foresees better"),
        (0.65, "likely, about 6 in 10, that this one foresees better"),
        (0.5, "the data do not tell which is better"),
        (0.3, "likely, about 7 in 10, that the first foresees better"),
        (0.02, "almost certain, about 98 in 100, that the first foresees better"),
    ],
)
def test_words_match_the_odds(better, words):
    assert words in contrast_sentence(replace(FOUND, foreseen=replace(SEEN, better=better)))


def test_a_width_within_the_noise_is_left_about_as_it_is():
    said = contrast_sentence(replace(FOUND, recut=(replace(MERGE, change="same"),)))
    assert "leaves the width of their joint range about as it is" in said
    assert "narrows" not in said


def test_a_narrower_range_that_lies_elsewhere_is_no_better_knowledge():
    moved = replace(MERGE, joint_after=spread(0.5, 0.7, 0.9, mean=0.74), apart=True)
    said = contrast_sentence(replace(FOUND, recut=(moved,)))
    assert "moves its mean from 2.0 to 0.74: the two do not agree" in said


def test_a_split_names_what_it_makes():
    split = replace(MERGE, cut="split", before=("Social",), after=("Video", "Image"), change="wider")
    assert "Splitting Social into Video and Image widens" in contrast_sentence(replace(FOUND, recut=(split,)))


def test_the_same_groups_under_another_specification_are_compared_by_their_ranges():
    narrower = Widths(before=0.3, after=0.2, change="narrower")
    said = contrast_sentence(replace(FOUND, recut=(), widths=narrower, foreseen=None))
    assert said == (
        "The groups are cut the same way, with ranges that are narrower: ±20 % against ±30 % in the middle; "
        "held-out periods do not compare them yet."
    )
    unknown = contrast_sentence(replace(FOUND, recut=(), widths=None, foreseen=None))
    assert unknown == "The groups are cut the same way; held-out periods do not compare them yet."


def test_ranges_within_the_noise_are_told_with_their_figures_and_deny_no_figure_of_the_answer():
    said = contrast_sentence(replace(FOUND, recut=()))
    assert "differ by no more than the sampler's own error: ±25 % against ±22 % in the middle" in said
    assert "about as well" not in said
    alike = contrast_sentence(replace(FOUND, recut=(), widths=replace(WIDTHS, after=0.221)))
    assert "the sampler's own error: ±22 % in the middle;" in alike
    answer = overview_sentence((figures("A", 0.22), figures("B", 0.21), figures("C", 0.25)))
    assert (
        answer == "A and B about equally: their groups are known to ±21 to 22 % in the middle, against ±25 % under C."
    )


def test_a_group_moves_only_beyond_the_samplers_error():
    moved = Moved(name="Search", before=spread(1, 2, 3, mean=2.1), after=spread(1, 2.4, 3, mean=2.6), far=True)
    assert "Search moves most, from 2.1 to 2.6" in contrast_sentence(replace(FOUND, moved=moved))
    still = contrast_sentence(replace(FOUND, moved=replace(moved, far=False)))
    assert "no other group moves by more than the sampler's own error" in still
    assert "Search" not in still


def test_a_move_that_does_not_show_in_the_figures_is_not_told_as_one():
    moved = Moved(name="Search", before=spread(1, 1.91, 3), after=spread(1, 1.94, 3), far=True)
    said = contrast_sentence(replace(FOUND, moved=moved))
    assert "the groups that both have hardly move" in said
    assert "from 1.9 to 1.9" not in said
    skewed = replace(moved, before=spread(1, 1.7, 3, mean=1.91), after=spread(1, 1.8, 3, mean=1.94))
    assert "hardly move" in contrast_sentence(replace(FOUND, moved=skewed)), "the means are the figures to read"


def test_of_candidates_known_equally_well_the_one_that_is_told_apart_better_is_named():
    assert overview_sentence((figures("A", apart=0.79), figures("B"))) == (
        "All about equally: ±30 % in the middle of their groups; but B has more spend in groups that can be told "
        "apart, 100 % against 79 %."
    )
    assert "told apart" not in overview_sentence((figures("A", apart=0.995), figures("B")))
    third = overview_sentence((figures("A", apart=0.79), figures("B"), figures("C", width=0.9)))
    assert third.endswith("under C; but B has more spend in groups that can be told apart, 100 % against 79 %.")


def test_errors_that_read_the_same_get_another_digit():
    assert "1.31 % against 1.33 %" in contrast_sentence(
        replace(FOUND, foreseen=replace(SEEN, before=0.0133, after=0.0131))
    )


def test_the_answer_names_the_better_known_one_and_what_speaks_against_it():
    said = overview_sentence((figures("A", 0.4), figures("B", 0.2, apart=0.5)))
    assert said.startswith("B: its groups are known to ±20 % in the middle, against ±40 % under A")
    assert said.endswith("but A has more spend in groups that can be told apart.")
    assert overview_sentence((figures("A", 0.3), figures("B", 0.31))).startswith("All about equally: ±30 to 31 %")


def test_candidates_within_the_samplers_own_error_of_the_best_are_named_together():
    said = overview_sentence((figures("A", 0.2), figures("B", 0.199), figures("C", 0.4)))
    assert said.startswith(
        "A and B about equally: their groups are known to ±20 % in the middle, against ±40 % under C"
    )


def test_a_candidate_without_spend_is_left_out_of_the_answer():
    said = overview_sentence((figures("A", float("nan")), figures("B", 0.2), figures("C", 0.4)))
    assert said.startswith("B: its groups are known to ±20 % in the middle, against ±40 % under C")


def test_the_answer_speaks_of_letters_because_names_may_be_sentences():
    found = SideBySide(
        candidates=(
            figures("As it is now"),
            figures("Proposal of Ada: merge X, Y into X"),
            figures("C", width=0.9),
        ),
        parts=(),
        contrasts=(FOUND, FOUND),
    )
    assert answer_by_letter(found) == (
        "A and B about equally: their groups are known to ±30 % in the middle, against ±90 % under C."
    )
