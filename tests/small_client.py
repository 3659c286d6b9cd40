"""A small client on disk: two years of weeks, three groups of several campaigns each, files as clients write them."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from mmm_core.simulation.client import SimulatedClient, simulate_national

PLATFORM = {"group_01": "facebook", "group_02": "google", "group_03": "radio"}
CAMPAIGNS = {
    "facebook": {"FB_Brand_Video_DE": 50, "FB_Brand_Image_DE": 30, "FB_Brand_Story_DE": 20},
    "google": {"GO_Search_Generic": 70, "GO_Search_Shopping": 30},
    "radio": {"Radio spring": 60, "Radio autumn": 40},
}
GROUPS = ("Brand social", "Search", "Radio")
MODEL = {"chains": 2, "draws": 200, "tune": 200, "adstock_l_max": 4, "yearly_seasonality": 1}

RULES = """
[[rule]]
match = { platform = "facebook*", campaign = "*brand*" }
path = ["Brand", "Social", "Brand social"]

[[rule]]
match = { platform = "google" }
path = ["Sales", "Search", "Search"]

[[rule]]
match = { campaign = ["radio*"] }
path = ["Brand", "Audio", "Radio"]
"""

PROJECT = """
[project]
name = "Acme"
currency = "EUR"
period = "week"
week_start = "monday"
"""

LONG = """
[[media]]
file = "media.csv"
layout = "long"
date = "date"
line_item = ["platform", "campaign"]
spend = "spend"
exposure = "impressions"
"""

OUTCOME = """
[kpi]
file = "kpi.csv"
date = "date"
value = "revenue"

[[controls]]
file = "controls.csv"
date = "date"
columns = ["price_index", "promotion"]

[taxonomy]
levels = ["Objective", "Channel", "Group"]
"""

SCENARIOS = """
[[scenario]]
name = "More social"
periods = 13
change = { "Brand social" = 1.2 }

[[scenario]]
name = "As before"
periods = 4
"""


def model_section(**choices: object) -> str:
    """Write `[model]` with the cheap choices of these tests."""
    return "\n[model]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in (MODEL | choices).items())


LONG_TOML = PROJECT + LONG + OUTCOME + RULES + model_section() + SCENARIOS


@cache
def small_client() -> SimulatedClient:
    """Simulate the client; the same every time."""
    return simulate_national(np.random.default_rng(11), periods=104, groups=3)


def media_rows() -> pd.DataFrame:
    """Split each group's spend over its campaigns, to the cent: date, platform, campaign, spend, impressions."""
    spend, rows = small_client().spend, []
    for group, platform in PLATFORM.items():
        shares = CAMPAIGNS[platform]
        for date, amount in spend[group].items():
            left = cents = round(float(amount) * 100)
            for number, (campaign, share) in enumerate(shares.items(), start=1):
                part = left if number == len(shares) else cents * share // 100
                left -= part
                rows.append((f"{date:%Y-%m-%d}", platform, campaign, f"{part / 100:.2f}", part // 7))
    return pd.DataFrame(rows, columns=["date", "platform", "campaign", "spend", "impressions"])


TWINS = """
[[rule]]
match = { campaign = "*Video*" }
path = ["Brand", "Social", "Video"]

[[rule]]
match = { platform = "facebook" }
path = ["Brand", "Social", "Image"]

[[rule]]
match = { platform = "google" }
path = ["Sales", "Search", "Search"]

[[rule]]
match = { campaign = ["radio*"] }
path = ["Brand", "Audio", "Radio"]
"""
"""Rules that take apart what is bought in fixed shares: video and image run in step to the cent."""

TWIN_TOML = (PROJECT + LONG + OUTCOME + TWINS + model_section() + SCENARIOS).replace(
    '"Brand social" = 1.2', '"Video" = 1.2'
)


def wobbling_csv() -> bytes:
    """Return the media export with campaigns that follow each other not quite to the cent: r of 0.95 to 0.998."""
    rows, rng = media_rows(), np.random.default_rng(3)
    spend = rows["spend"].astype(float) * np.exp(rng.normal(0, 0.05, len(rows)))
    return _csv(rows.assign(spend=[f"{amount:.2f}" for amount in spend]))


def media_csv() -> bytes:
    """Return the media export, one row per week and campaign."""
    return _csv(media_rows())


def wide_csv() -> bytes:
    """Return the same spend as a wide plan: one column per campaign."""
    rows = media_rows()
    wide = rows.pivot_table(index="date", columns="campaign", values="spend", aggfunc="first", sort=False)
    return _csv(wide.rename_axis(columns=None).reset_index())


def kpi_csv() -> bytes:
    """Return the outcome per week."""
    kpi = small_client().kpi
    return _csv(pd.DataFrame({"date": kpi.index.strftime("%Y-%m-%d"), "revenue": kpi.to_numpy()}))


def controls_csv() -> bytes:
    """Return price and promotion per week."""
    controls = small_client().controls[["price_index", "promotion"]]
    return _csv(
        controls.round(4).assign(date=controls.index.strftime("%Y-%m-%d"))[["date", "price_index", "promotion"]]
    )


def write_client(folder: Path, toml: str = LONG_TOML) -> Path:
    """Write the files and the workshop file into a folder; returns the path of the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "media.csv").write_bytes(media_csv())
    (folder / "wide.csv").write_bytes(wide_csv())
    (folder / "kpi.csv").write_bytes(kpi_csv())
    (folder / "controls.csv").write_bytes(controls_csv())
    (folder / "workshop.toml").write_text(toml, encoding="utf-8")
    return folder / "workshop.toml"


def total_cents() -> int:
    """Return the money in the media files."""
    return int(sum(round(float(amount) * 100) for amount in media_rows()["spend"]))


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()
