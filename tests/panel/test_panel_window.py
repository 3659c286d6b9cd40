import numpy as np
import pytest
from simulated import make_panel

from mmm_core.errors import BadInput

PANEL = make_panel(np.ones((10, 1, 2)), np.arange(10.0)[:, None])


def test_a_window_keeps_the_periods_that_start_in_it() -> None:
    cut = PANEL.between("2023-01-09", "2023-01-23")

    assert cut.data["kpi"].values[:, 0].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("first", "last", "kept"), [("", "2023-01-09", 2), ("2023-02-27", "", 2), ("2023-01-03", "", 9)]
)
def test_an_open_end_keeps_what_there_is(first: str, last: str, kept: int) -> None:
    assert PANEL.between(first, last).data.sizes["period"] == kept


def test_a_window_around_everything_is_the_same_panel() -> None:
    assert PANEL.between("2020-01-01", "2030-01-01").fingerprint == PANEL.fingerprint


def test_a_window_without_a_period_is_refused() -> None:
    with pytest.raises(BadInput, match="No week lies in the window from 2030-01-01"):
        PANEL.between("2030-01-01", "")
