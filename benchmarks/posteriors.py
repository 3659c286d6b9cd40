"""Sample the full posteriors that predictions are held against: `python -m benchmarks.posteriors [client ...]`.

They are kept beside the recovery test. Public data are no part of the repository: the folder that holds them is named
by `MMM_WORKSHOP_PUBLIC_DATA`, and only quantiles of their posteriors are kept.
"""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel, panel_from_arrays

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

SEED = 7
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_ROUNDS = ((1000, 1000, 0.95), (2000, 3000, 0.99))
"""Warm-up, draws and acceptance; the second round where the first did not converge."""


def robyn(file: Path) -> Panel:
    """Revenue and five groups over 208 weeks, competitor sales as control."""
    frame = pd.read_csv(file)
    names = {"tv_S": "tv", "ooh_S": "ooh", "print_S": "print", "search_S": "search", "facebook_S": "facebook"}
    return _panel(frame, "DATE", frame["revenue"], names, ["competitor_sales_B"])


def meridian(file: Path) -> Panel:
    """Revenue and four groups over 156 weeks, two controls."""
    frame = pd.read_csv(file)
    names = {f"Channel{at}_spend": f"channel {at}" for at in range(4)}
    kpi = frame["conversions"] * frame["revenue_per_conversion"]
    return _panel(frame, "time", kpi, names, ["competitor_activity_score_control", "sentiment_score_control"])


def public_panels() -> dict[str, Panel]:
    """Return the public panels whose files are there, by name; none without the folder."""
    named = os.environ.get("MMM_WORKSHOP_PUBLIC_DATA")
    if not named:
        return {}
    folder = Path(named)
    return {name: read(folder / file) for name, (file, read) in _PUBLIC.items() if (folder / file).is_file()}


_PUBLIC = {
    "robyn simulated weeks": ("robyn_simulated_weekly.csv", robyn),
    "meridian national media": ("meridian_national_media.csv", meridian),
}


def sampled(panel: Panel, specification: ModelSpecification) -> dict[str, object]:
    """Fit, again and longer if the chains have not settled, and return what a comparison needs."""
    from mmm_core.estimands import diagnostics, doubts
    from mmm_core.estimands.summary import group_contribution
    from mmm_core.modeling.fitting import fit_model

    for tune, draws, accept in _ROUNDS:
        chosen = replace(specification, tune=tune, draws=draws, target_accept=accept, seed=SEED)
        fit = fit_model(panel, chosen)
        found = diagnostics(panel, fit)
        if not doubts(found):
            break
    by_draw = group_contribution(fit).transpose("chain", "draw", "group").values
    total = by_draw.reshape(-1, by_draw.shape[2])
    return {
        "panel": panel.fingerprint,
        "specification": chosen.as_dict(),
        "groups": list(panel.groups),
        "levels": list(LEVELS),
        "contribution": np.quantile(total, LEVELS, axis=0).T.tolist(),
        "correlation": np.round(np.corrcoef(total, rowvar=False), 4).tolist(),
        "pairs": _pairs(total),
        "diagnostics": {
            **{name: found[name] for name in ("r_hat_max", "ess_bulk_min", "ess_tail_min", "divergences", "sampler")},
            "seconds": sum(fit.seconds.values()),
        },
        "doubts": doubts(found),
    }


def _pairs(total: np.ndarray) -> list[list[float]]:
    """Return first, second, and the 5, 50 and 95 % quantile of their sum."""
    count = total.shape[1]
    places = [(first, second) for first in range(count) for second in range(first + 1, count)]
    return [[i, j, *np.quantile(total[:, i] + total[:, j], (0.05, 0.5, 0.95)).tolist()] for i, j in places]


def _panel(frame: pd.DataFrame, date: str, kpi: pd.Series, names: dict[str, str], controls: list[str]) -> Panel:
    spend = frame[list(names)].to_numpy(dtype=float)[:, None, :]
    facts: dict[str, object] = {
        "period": "week",
        "kpi_name": "revenue",
        "currency": "EUR",
        "periods": [str(day)[:10] for day in pd.to_datetime(frame[date])],
        "geo": ["national"],
        "group": list(names.values()),
        "control": controls,
    }
    arrays = {
        "spend": spend,
        "exposure": np.full_like(spend, np.nan),
        "kpi": kpi.to_numpy(dtype=float)[:, None],
        "controls": frame[controls].to_numpy(dtype=float)[:, None, :],
    }
    return panel_from_arrays(arrays, facts)


def main(chosen: list[str]) -> int:
    """Sample and store."""
    from resolvability_clients import CLIENTS, file_of, specification_of

    public = public_panels()
    for name in chosen or [*CLIENTS, *public]:
        found = sampled(public[name] if name in public else CLIENTS[name](), specification_of(name))
        file_of(name).write_text(json.dumps({"client": name, **found}, indent=1) + "\n", encoding="utf-8")
        print(name, found["diagnostics"], found["doubts"], flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
