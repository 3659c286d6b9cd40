"""Data with known truth: the sample client, the recovery tests and the benchmarks use it.

`simulate_national` makes a client of one market for tests; `simulate_retailer` makes the sample client with all its
files and planted faults; `python -m mmm_core.simulation sample_data` writes them. Chance comes from the `rng` given.
"""

from mmm_core.simulation.client import (
    GroupBrief,
    GroupTruth,
    SimulatedClient,
    respond,
    simulate_national,
)
from mmm_core.simulation.demand import Demand, simulate_controls
from mmm_core.simulation.faults import PlantedFault
from mmm_core.simulation.response import Response, geometric_adstock, logistic_saturation
from mmm_core.simulation.retailer import SimulatedRetailer, simulate_retailer

__all__ = [
    "Demand",
    "GroupBrief",
    "GroupTruth",
    "PlantedFault",
    "Response",
    "SimulatedClient",
    "SimulatedRetailer",
    "geometric_adstock",
    "logistic_saturation",
    "respond",
    "simulate_controls",
    "simulate_national",
    "simulate_retailer",
]
