"""Experiments that the retailer ran, consistent with the truth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.simulation.client import SimulatedClient
from mmm_core.simulation.response import Floats

Z_90 = 1.6448536269514722
MOST_ERRORS_OFF = 1.2
"""With only two tests, one that missed the truth by chance would mislead whoever checks against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftPlan:
    """A group whose spend is changed for some weeks; `change` is relative, `error` the standard error of the lift."""

    group: str
    first_week: str
    weeks: int
    change: float
    error: float


PLANS = (
    LiftPlan(group="Performance social", first_week="2025-05-05", weeks=6, change=0.5, error=0.16),
    LiftPlan(group="Paid search", first_week="2025-10-06", weeks=5, change=-0.4, error=0.14),
)


def run_lift_tests(rng: np.random.Generator, client: SimulatedClient) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Run the tests against the truth.

    The regions with the usual spend are the national figures; the change is scaled up to the whole market, so
    that spend and lift are comparable to the files.

    Returns
    -------
    results : DataFrame
        `group`, `start`, `end` (last day), `usual_spend_eur`, `spend_change_eur`, `lift_eur`, `lift_low_eur`,
        `lift_high_eur`: totals over the test and its carry-over; the 90 % interval. What was measured is at most
        `MOST_ERRORS_OFF` standard errors from the true lift.
    truth : list of dict
        True lift with carry-over, and the lift if the mean spend ran for ever, per test.
    """
    rows, truth = [], []
    for plan in PLANS:
        usual, lift, steady = _true_lift(client, plan)
        error = abs(lift) * plan.error
        measured = lift + error * float(np.clip(rng.normal(), -MOST_ERRORS_OFF, MOST_ERRORS_OFF))
        start = pd.Timestamp(plan.first_week)
        rows.append(
            {
                "group": plan.group,
                "start": start,
                "end": start + pd.Timedelta(days=7 * plan.weeks - 1),
                "usual_spend_eur": round(usual, 2),
                "spend_change_eur": round(usual * plan.change, 2),
                "lift_eur": round(measured, 2),
                "lift_low_eur": round(measured - Z_90 * error, 2),
                "lift_high_eur": round(measured + Z_90 * error, 2),
            }
        )
        truth.append({"group": plan.group, "start": plan.first_week, "true_lift": lift, "steady_state_lift": steady})
    return pd.DataFrame(rows), truth


def _true_lift(client: SimulatedClient, plan: LiftPlan) -> tuple[float, float, float]:
    """Return usual spend in the window, true lift carry-over included, and the lift at steady mean spend."""
    response = client.truth(plan.group).response
    spend: Floats = client.spend[plan.group].to_numpy(dtype=np.float64)
    at = int(pd.DatetimeIndex(client.spend.index).get_loc(pd.Timestamp(plan.first_week)))  # type: ignore[arg-type]
    changed = spend.copy()
    changed[at : at + plan.weeks] *= 1 + plan.change
    lift = float((response.contribution(changed) - response.contribution(spend)).sum())
    usual = float(spend[at : at + plan.weeks].sum())
    level = usual / plan.weeks
    steady = plan.weeks * (response.steady(level * (1 + plan.change)) - response.steady(level))
    return usual, lift, steady
