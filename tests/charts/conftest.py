"""Tables that look like a client's: nine groups, 130 weeks, the same every time."""

import numpy as np
import pandas as pd
import pytest

GROUPS = (
    "Linear TV",
    "Performance social",
    "Search generic",
    "Search brand",
    "Online video and CTV",
    "Out of home",
    "Radio",
    "Retail media",
    "Affiliates",
)


@pytest.fixture
def weeks():
    return pd.date_range("2023-01-02", periods=130, freq="W-MON")


@pytest.fixture
def subtotals(weeks):
    spend = np.random.default_rng(1).gamma(2.0, 10_000.0, (len(GROUPS), len(weeks)))
    return pd.DataFrame(
        {"node": np.repeat(GROUPS, len(weeks)), "period": np.tile(weeks, len(GROUPS)), "spend": spend.ravel()}
    )


@pytest.fixture
def parts(subtotals):
    return subtotals.rename(columns={"node": "part", "spend": "value"}).replace({"part": {"Radio": "baseline"}})


@pytest.fixture
def intervals():
    mean = np.linspace(0.4, 4.0, len(GROUPS))
    factors = {"mean": 1.0, "q05": 0.5, "q25": 0.8, "q75": 1.25, "q95": 2.0}
    return pd.DataFrame(
        {"group": GROUPS, **{name: mean * factor for name, factor in factors.items()}, "colour": "#777"}
    )


@pytest.fixture
def in_the_fit(intervals):
    """The group that refits have marks for comes first: tests keep the first half."""
    return intervals.sort_values("group", key=lambda groups: groups != "Radio", kind="stable", ignore_index=True)


@pytest.fixture
def fitted(weeks):
    expected = 1e6 + 1e5 * np.sin(np.arange(len(weeks)) / 8)
    return pd.DataFrame(
        {"period": weeks, "actual": expected + 2e4, "q05": expected - 5e4, "q50": expected, "q95": expected + 5e4}
    )


@pytest.fixture
def history(fitted):
    return fitted[["period", "actual"]]


@pytest.fixture
def future(weeks):
    periods = pd.date_range(weeks[-1], periods=14, freq="W-MON")[1:]
    steps = {"q025": -2.0, "q10": -1.3, "q25": -0.7, "q50": 0.0, "q75": 0.7, "q90": 1.3, "q975": 2.0, "base_q50": -0.5}
    return pd.DataFrame({"period": periods, **{name: 1e6 + 5e4 * step for name, step in steps.items()}})


@pytest.fixture
def steps():
    cents = (100_000_001, -2_000_000, 98_000_001, -6_000_001, -4_000_000, 88_000_000)
    return pd.DataFrame(
        {
            "step": ["raw", "correction", "line_items", "unmapped", "excluded", "model_input"],
            "reason": ["", "booked twice", "", "", "not media", ""],
            "micros": [amount * 10_000 for amount in cents],
        }
    )


@pytest.fixture
def draws():
    return pd.DataFrame({"difference": np.random.default_rng(2).normal(1e5, 2e5, 1000)})


@pytest.fixture
def ranges():
    return pd.DataFrame(
        {
            "group": ["Radio", "Linear TV", "Affiliates"],
            "trained_min": [1_000.0, 0.0, 0.0],
            "trained_max": [5_000.0, 90_000.0, 0.0],
            "base": [3_000.0, 40_000.0, 0.0],
            "planned": [6_000.0, 45_000.0, 2_000.0],
        }
    )


@pytest.fixture
def known():
    return pd.DataFrame(
        {
            "group": ["Radio", "Linear TV", "Affiliates"],
            "q05": [0.4, 1.6, 0.9],
            "q50": [1.2, 1.8, 1.1],
            "q95": [3.0, 2.0, 1.4],
            "colour": ["#123456", "#654321", "#abcdef"],
            "verdict": ["! test it first", "\N{CHECK MARK} keep", "\N{CHECK MARK} keep"],
        }
    )


@pytest.fixture
def candidates():
    mean = np.array([2.0, 1.8, 0.9, 1.1])
    factors = {"mean": 1.0, "q05": 0.5, "q25": 0.8, "q75": 1.25, "q95": 2.0}
    return pd.DataFrame(
        {
            "part": ["Video and Image", "Video and Image", "Radio", "Radio"],
            "letter": ["A", "B", "A", "B"],
            "candidate": ["As it is now", "Merged", "As it is now", "Merged"],
            "groups": ["Video, Image", "Social", "Radio", "Radio"],
            **{name: mean * factor for name, factor in factors.items()},
        }
    )


@pytest.fixture
def changed():
    return pd.DataFrame(
        {
            "name": ["Radio + TV", "Radio + TV", "Search", "Search"],
            "when": ["now", "then", "now", "then"],
            "q05": [0.4, 0.8, 1.0, 1.1],
            "q50": [1.2, 1.2, 1.5, 1.5],
            "q95": [3.0, 1.9, 2.1, 2.0],
        }
    )


@pytest.fixture
def two_groups(weeks):
    wave = 100 + 50 * np.sin(np.arange(len(weeks)))
    apart = np.zeros(len(weeks), dtype=bool)
    apart[[0, 3, -1]] = True
    return pd.DataFrame({"period": weeks, "first": wave, "second": 3 * wave[::-1], "apart": apart})


@pytest.fixture
def held_out(weeks):
    middle = np.random.default_rng(4).normal(900_000, 40_000, 16)
    widths = {"q05": -1.6, "q10": -1.3, "q25": -0.7, "q50": 0.0, "q75": 0.7, "q90": 1.3, "q95": 1.6}
    return pd.DataFrame(
        {
            "period": weeks[-16:],
            "fold": np.repeat([1, 2], 8),
            "ahead": np.tile(np.arange(1, 9), 2),
            "actual": middle + 9_000,
            **{name: middle + 10_000 * width for name, width in widths.items()},
            "plain": middle - 50_000,
        }
    )


@pytest.fixture
def errors_ahead():
    return pd.DataFrame({"ahead": np.arange(1, 9), "model": np.linspace(0.02, 0.05, 8), "plain": np.full(8, 0.11)})


@pytest.fixture
def points(weeks):
    return pd.DataFrame({"at": weeks[:4], "points": [40, 65, 80, 78]})
