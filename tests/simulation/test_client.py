"""The simulated client of one market."""

import numpy as np
import pytest

from mmm_core.errors import BadInput
from mmm_core.simulation import simulate_national


def test_the_same_state_of_chance_gives_the_same_client():
    one, other = (simulate_national(np.random.default_rng(3)).panel_frame for _ in range(2))

    assert one.equals(other)
    assert not one.equals(simulate_national(np.random.default_rng(4)).panel_frame)


def test_the_outcome_is_baseline_and_contributions_and_noise():
    client = simulate_national(np.random.default_rng(5), groups=6)

    together = client.baseline + client.contributions.sum(axis=1) + client.noise

    np.testing.assert_allclose(together, client.kpi, rtol=1e-12)


def test_contributions_follow_from_the_true_parameters():
    client = simulate_national(np.random.default_rng(6))

    for group in client.groups:
        caused = group.response.contribution(client.spend[group.name].to_numpy())
        np.testing.assert_allclose(caused, client.contributions[group.name])
        assert group.roi == pytest.approx(caused.sum() / client.spend[group.name].sum())
        assert group.response.scale == client.spend[group.name].max()


@pytest.mark.parametrize("groups", [1, 5, 12])
def test_a_client_has_as_many_groups_as_asked_for(groups):
    frame = simulate_national(np.random.default_rng(7), periods=60, groups=groups).panel_frame

    controls = ["price_index", "promotion", "temperature"]
    assert list(frame.columns) == ["period", *(f"group_{n:02d}" for n in range(1, groups + 1)), "kpi", *controls]
    assert len(frame) == 60
    assert not frame.isna().any(axis=None)
    assert (frame.filter(like="group_") >= 0).all(axis=None)


def test_media_cause_about_the_share_asked_for():
    client = simulate_national(np.random.default_rng(8), groups=5, media_share=0.25)

    assert client.contributions.to_numpy().sum() / client.kpi.sum() == pytest.approx(0.25, abs=0.02)


def test_the_first_periods_keep_responses_and_count_totals_again():
    client = simulate_national(np.random.default_rng(9))

    early = client.first(80)

    assert len(early.panel_frame) == 80
    for before, after in zip(client.groups, early.groups, strict=True):
        assert after.response == before.response
        assert after.contribution == pytest.approx(client.contributions[before.name].iloc[:80].sum())


@pytest.mark.parametrize("asked", [{"periods": 15}, {"groups": 0}, {"media_share": 1.0}])
def test_an_impossible_client_is_refused(asked):
    with pytest.raises(BadInput, match="cannot be simulated"):
        simulate_national(np.random.default_rng(1), **asked)


def test_an_unknown_group_is_named():
    with pytest.raises(BadInput, match="no group 'TV'"):
        simulate_national(np.random.default_rng(1)).truth("TV")
