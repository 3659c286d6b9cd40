"""The whole sample folder as bytes."""

from pathlib import Path

import numpy as np

from mmm_core.simulation.configuration import workshop_toml
from mmm_core.simulation.guide import readme
from mmm_core.simulation.line_items import AD_PLATFORMS, AGENCY_PLAN, OFFLINE
from mmm_core.simulation.retailer import simulate_retailer
from mmm_core.simulation.text_files import ad_platforms_csv, offline_csv, plain_csv
from mmm_core.simulation.truth_file import truth_json
from mmm_core.simulation.workbook import agency_plan_xlsx

SEED = 20240101


def sample_files(*, seed: int = SEED, faults: bool = True) -> dict[str, bytes]:
    """Make every file of the sample client.

    Parameters
    ----------
    seed : int
        Same seed, same bytes.
    faults : bool, default True
        Whether the files hold the planted faults.

    Returns
    -------
    dict of file name to bytes
    """
    retailer = simulate_retailer(np.random.default_rng(seed), faults=faults)
    lift_columns = [column for column in retailer.lift_tests.columns if column.endswith("_eur")]
    return {
        AD_PLATFORMS: ad_platforms_csv(retailer.ad_platforms),
        AGENCY_PLAN: agency_plan_xlsx(retailer.agency_plan),
        OFFLINE: offline_csv(retailer.offline),
        "revenue.csv": plain_csv(retailer.revenue, decimals={"revenue": 2}),
        "controls.csv": plain_csv(retailer.controls, decimals={"price_index": 2, "promotion": 2, "temperature": 1}),
        "ledger.csv": plain_csv(retailer.ledger, decimals={"booked_eur": 2}),
        "lift_tests.csv": plain_csv(retailer.lift_tests, decimals=dict.fromkeys(lift_columns, 2)),
        "truth.json": truth_json(retailer, seed=seed),
        "workshop.toml": workshop_toml(retailer),
        "README.md": readme(retailer, seed=seed).encode(),
    }


def write_sample(folder: Path, *, seed: int = SEED) -> tuple[Path, ...]:
    """Write the sample client's files into `folder`, which is made when missing; other files in it stay."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in sample_files(seed=seed).items():
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return tuple(written)
