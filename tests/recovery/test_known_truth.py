import numpy as np
from simulated import client, national_fit, national_panel, needs_pymc

from mmm_core.estimands import contribution_over_time, summary_table
from mmm_core.estimands.contributions import BASELINE

pytestmark = needs_pymc
SEEDS = (0, 1, 2)


def test_most_90_percent_intervals_hold_the_true_contribution() -> None:
    covered = []
    for seed in SEEDS:
        table = summary_table(national_panel(seed), national_fit(seed)).set_index("group")
        for truth in client(seed).groups:
            row = table.loc[truth.name]
            covered.append(row["contribution_q05"] <= truth.contribution <= row["contribution_q95"])
            # The interval of the ROI is the same one, per unit of spend.
            assert row["roi_q95"] == row["contribution_q95"] / truth.spend or np.isclose(
                row["roi_q95"], row["contribution_q95"] / truth.spend
            )

    assert np.mean(covered) >= 0.75


def test_intervals_say_something_narrower_than_the_prior() -> None:
    for seed in SEEDS:
        table = summary_table(national_panel(seed), national_fit(seed))
        width = np.log(table["contribution_q95"] / table["contribution_q05"])

        # The prior's 90 % interval of an effect spans exp(2 * 1.645 * 0.9), about a factor of 19.
        assert width.median() < 0.75 * 2 * 1.645 * 0.9


def test_the_true_baseline_is_found_within_a_tenth() -> None:
    for seed in SEEDS:
        table = contribution_over_time(national_fit(seed))
        found = table.loc[table["group"] == BASELINE, "mean"].sum()

        assert abs(found / client(seed).baseline.sum() - 1) < 0.1
