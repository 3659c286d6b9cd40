import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.planning.odds import odds_figure, odds_in_words, odds_word

MIRROR = {
    "almost certain": "almost ruled out",
    "very likely": "very unlikely",
    "likely": "unlikely",
    "open": "open",
}


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (1.0, "almost certain"),
        (0.95, "almost certain"),
        (0.949, "very likely"),
        (0.80, "very likely"),
        (0.799, "likely"),
        (0.65, "likely"),
        (0.649, "open"),
        (0.351, "open"),
        (0.35, "unlikely"),
        (0.201, "unlikely"),
        (0.20, "very unlikely"),
        (0.051, "very unlikely"),
        (0.05, "almost ruled out"),
        (0.0, "almost ruled out"),
    ],
)
def test_words_change_at_their_borders(probability: float, word: str) -> None:
    assert odds_word(probability) == word


@given(st.integers(500, 1000))
def test_words_are_mirrored(thousandths: int) -> None:
    assert odds_word((1000 - thousandths) / 1000) == MIRROR[odds_word(thousandths / 1000)]


@given(st.floats(0, 1))
def test_a_figure_never_claims_certainty(probability: float) -> None:
    figure = odds_figure(probability)

    assert not figure.endswith("10 in 10")  # "10 in 100" is a fair figure
    assert " 0 in" not in figure
    assert "100 in 100" not in figure


@pytest.mark.parametrize(
    ("probability", "figure"),
    [
        (1.0, "more than 99 in 100"),
        (0.991, "more than 99 in 100"),
        (0.99, "about 99 in 100"),
        (0.904, "about 90 in 100"),
        (0.90, "about 9 in 10"),
        (0.71, "about 7 in 10"),
        (0.10, "about 1 in 10"),
        (0.049, "about 5 in 100"),
        (0.01, "about 1 in 100"),
        (0.009, "less than 1 in 100"),
        (0.0, "less than 1 in 100"),
    ],
)
def test_figures_round_honestly(probability: float, figure: str) -> None:
    assert odds_figure(probability) == figure


def test_the_sentence_holds_figure_event_horizon_and_condition() -> None:
    sentence = odds_in_words(0.71, "revenue reaches 4.2M", horizon="the 13 weeks")

    assert sentence == (
        "Likely: about 7 in 10 that revenue reaches 4.2M in the 13 weeks, if spend stays in the range seen so far"
    )
    assert "will" not in sentence


def test_a_plan_beyond_the_range_says_that_the_model_extrapolates() -> None:
    sentence = odds_in_words(0.5, "revenue rises", horizon="13 weeks", in_range=False)

    assert "leaves the range of spend seen so far" in sentence
    assert "if spend stays" not in sentence


@pytest.mark.parametrize("probability", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(BadInput, match="between 0 and 1"):
        odds_in_words(probability, "it rains", horizon="a week")
