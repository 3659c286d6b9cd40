"""`truth.json`: what really happened, and what is wrong with the files."""

import json
from dataclasses import asdict

import pandas as pd

from mmm_core.simulation.client import SimulatedClient
from mmm_core.simulation.line_items import LEVELS, PATHS
from mmm_core.simulation.retailer import CURRENCY, FIRST_WEEK, NAME, NOISE, SimulatedRetailer


def truth_json(retailer: SimulatedRetailer, *, seed: int) -> bytes:
    """Write the truth; money to the cent, parameters to six decimals."""
    client = retailer.client
    content = {
        "client": NAME,
        "origin": "simulated by mmm_core.simulation",
        "seed": seed,
        "currency": CURRENCY,
        "first_week": FIRST_WEEK,
        "complete_weeks": len(client.kpi),
        "last_day": str(retailer.last_day.date()),
        "levels": list(LEVELS),
        "kpi_total": round(float(client.kpi.sum()), 2),
        "media_share": round(float(client.contributions.to_numpy().sum() / client.kpi.sum()), 4),
        "demand": client.demand.as_dict(),
        "noise_relative": NOISE,
        "groups": {name: _group(client, name) for name in client.group_names},
        "line_items": _line_items(retailer.line_items),
        "weekly": _weekly(client),
        "lift_tests": [{key: _rounded(value) for key, value in test.items()} for test in retailer.lift_truth],
        "faults": [asdict(fault) for fault in retailer.faults],
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _group(client: SimulatedClient, name: str) -> dict[str, object]:
    truth = client.truth(name)
    return {
        "path": list(PATHS[name]),
        "alpha": truth.response.alpha,
        "lam": truth.response.lam,
        "beta": round(truth.response.beta, 2),
        "beta_scaled": round(truth.response.beta / float(client.kpi.max()), 6),
        "scale": round(truth.response.scale, 2),
        "l_max": truth.response.l_max,
        "spend": round(truth.spend, 2),
        "contribution": round(truth.contribution, 2),
        "roi": round(truth.roi, 6),
    }


def _line_items(items: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {
            "line_item_id": row["line_item_id"],
            "source": row["source"],
            "dimensions": row["dimensions"],
            "path": list(PATHS[row["group"]]),
            "spend": round(row["spend"], 2),
            "contribution": round(row["contribution"], 2),
            **({"look_alike_of": row["look_alike_of"]} if row["look_alike_of"] else {}),
        }
        for row in items.to_dict("records")
    ]


def _weekly(client: SimulatedClient) -> dict[str, object]:
    weeks = pd.DatetimeIndex(client.kpi.index).strftime("%Y-%m-%d")
    return {
        "week": list(weeks),
        "revenue": client.kpi.round(2).tolist(),
        "baseline": client.baseline.round(2).tolist(),
        "noise": client.noise.round(2).tolist(),
        "spend": {name: client.spend[name].round(2).tolist() for name in client.group_names},
        "contribution": {name: client.contributions[name].round(2).tolist() for name in client.group_names},
    }


def _rounded(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value
