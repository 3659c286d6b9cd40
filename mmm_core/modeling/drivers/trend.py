"""A trend of the baseline: a straight line that may bend at some places."""

import numpy as np

from mmm_core.modeling.choices import Trend
from mmm_core.modeling.drivers.block import Block, Floats, Timeline, shared

SLOPE_SPREAD = 0.3
"""Prior spread of what the trend adds over the whole history, in largest outcomes. Judgement: a business that grows by
half within three years lies within one and a half of them."""
BENDS_SPREAD = 0.35
"""Prior spread of the change of slope over all bends together, in largest outcomes per history, however many bends
there are: Prophet's 25 bends of Laplace(0, 0.05) add up to it, 0.05 sqrt(2 x 25) = 0.354. PyMC-Marketing's
`LinearTrend` has Laplace(0, 0.25) per bend and unit of time, without a look at their number, and bends as late as the
last period; ours are normal, so that they can be integrated out."""
BENT_SHARE = 0.8
"""Bends lie in the first four fifths of the history, as in Prophet: a later one would be told by a handful of periods
and rule every forecast."""


def trend_columns(timeline: Timeline, trend: Trend, bends: int) -> Block:
    """Make the columns of a trend; time runs from 0 to 1 over the history and goes on behind it.

    `slope` is the straight line. `bend <period>` is 0 until that period and a line of slope 1 from there on, so its
    effect is the change of slope. A forecast goes on with the last slope; how far bends yet to come would lead away
    from it is the effect of `bends ahead`, which is 0 in the history: with as many bends per time as assumed there, a
    bend being Normal(0, s), they lead away by Normal(0, s sqrt(rate h^3 / 3)) until h. One number moves all future
    periods, which is more cautious for their sum than bends one by one.

    References
    ----------
    Taylor & Letham (2018), The American Statistician 72:37, section 3.1.4, doi:10.1080/00031305.2017.1380080.
    """
    if trend == "none":
        return shared([], [], timeline=timeline, spread=0.0)
    length = max(timeline.known - 1, 1)
    time = np.arange(len(timeline.periods)) / length
    labels, columns, spread = ["trend: slope"], [time], [SLOPE_SPREAD]
    if trend == "changepoints":
        places = bend_places(timeline.known, bends)
        each = BENDS_SPREAD / np.sqrt(len(places)) if len(places) else 0.0
        labels += [f"trend: bend {timeline.periods[place].date()}" for place in places]
        columns += [np.maximum(time - place / length, 0.0) for place in places]
        spread += [float(each)] * len(places)
        if len(places):
            rate = len(places) / BENT_SHARE
            labels.append("trend: bends ahead")
            columns.append(np.sqrt(rate * (timeline.ahead / length) ** 3 / 3))
            spread.append(float(each))
    center = [float(column[: timeline.known].mean()) for column in columns]
    return shared(labels, columns, timeline=timeline, spread=spread, center=center)


def bend_places(known: int, bends: int) -> list[int]:
    """Return the positions of the bends: equally spaced, the last at four fifths of the history."""
    last = BENT_SHARE * (known - 1)
    wanted: Floats = np.linspace(0.0, last, bends + 1)[1:]
    return [int(place) for place in np.unique(np.round(wanted).astype(int)) if place > 0]
