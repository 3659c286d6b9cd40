"""Odds in plain words, always with the figure, the horizon and the condition."""

from mmm_core.errors import BadInput

_LIKELY = ((0.95, "almost certain"), (0.80, "very likely"), (0.65, "likely"))
_UNLIKELY = ((0.05, "almost ruled out"), (0.20, "very unlikely"), (0.35, "unlikely"))


def odds_word(probability: float) -> str:
    """Return the word for a probability; a figure on a border belongs to the stronger word.

    >>> odds_word(0.95), odds_word(0.5), odds_word(0.2), odds_word(0.05)
    ('almost certain', 'open', 'very unlikely', 'almost ruled out')
    """
    for least, word in _LIKELY:
        if probability >= least:
            return word
    for most, word in _UNLIKELY:
        if probability <= most:
            return word
    return "open"


def odds_figure(probability: float) -> str:
    """Return the odds as a count, never as a certainty.

    >>> odds_figure(0.71), odds_figure(0.96), odds_figure(0.999), odds_figure(0.0)
    ('about 7 in 10', 'about 96 in 100', 'more than 99 in 100', 'less than 1 in 100')
    """
    if probability > 0.99:
        return "more than 99 in 100"
    if probability < 0.01:
        return "less than 1 in 100"
    if 0.1 <= probability <= 0.9:
        return f"about {min(9, max(1, round(10 * probability)))} in 10"
    return f"about {min(99, max(1, round(100 * probability)))} in 100"


def odds_in_words(probability: float, event: str, *, horizon: str, in_range: bool = True) -> str:
    """Say how likely an event is.

    Parameters
    ----------
    probability : float
        0 to 1.
    event : str
        Completes "that ...": "revenue is higher than under the base plan".
    horizon : str
        Completes "in ...": "the next 13 weeks".
    in_range : bool, default True
        Whether the plan stays in the range of spend seen so far; if not, the sentence says so.

    Returns
    -------
    str
        A sentence without a full stop.

    Raises
    ------
    BadInput
        If the probability is not between 0 and 1.

    Examples
    --------
    >>> odds_in_words(0.71, "revenue reaches 4.2M", horizon="the 13 weeks")
    'Likely: about 7 in 10 that revenue reaches 4.2M in the 13 weeks, if spend stays in the range seen so far'
    """
    if not 0 <= probability <= 1:
        raise BadInput(f"The probability is {probability!r}", expected="it must lie between 0 and 1")
    condition = (
        "if spend stays in the range seen so far"
        if in_range
        else "though this plan leaves the range of spend seen so far, where the model can only extrapolate"
    )
    return f"{odds_word(probability).capitalize()}: {odds_figure(probability)} that {event} in {horizon}, {condition}"
