"""The picture beside a finding: figures that read as amounts, what is marked said in words."""

import numpy as np
import pandas as pd
import pytest

from mmm_core.charts.evidence import evidence_chart
from mmm_core.errors import BadInput


def points(values) -> pd.DataFrame:
    periods = pd.date_range("2025-01-06", periods=len(values), freq="W-MON")
    return pd.DataFrame({"period": periods, "value": values, "marked": False})


def test_what_is_marked_stands_in_the_description_with_the_reach() -> None:
    table = points([10.0, 12.0, 900.0, np.nan, 11.0])
    table.loc[2, "marked"] = True
    drawing = evidence_chart(table, unit="EUR per click")
    assert drawing.alt == "EUR per click, 2025-01-06 to 2025-02-03: from 10 to 900. Marked: 2025-01-20."
    assert drawing.data["points"]["marked"].tolist() == [False, False, True, False, False]


def test_prices_below_one_are_written_as_amounts_and_not_in_thousandths() -> None:
    spec = str(evidence_chart(points([0.16, 0.007]), unit="EUR per unit").spec())
    assert "abs(datum.value) >= 1" in spec
    assert ".3~r" in spec


def test_a_picture_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="picture of a finding"):
        evidence_chart(points([]), unit="EUR")
