"""Shading of tables: readable text on every tint of both themes, the largest figure the fullest."""

import numpy as np
import pytest

from mmm_core.charts.colour_space import contrast
from mmm_core.charts.heat import heat, ink, tints
from mmm_core.charts.palette import DARK_BACKGROUND, LIGHT_BACKGROUND


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("side", ["more", "less"])
def test_text_on_every_tint_has_the_contrast_of_wcag_aa(side, dark):
    assert min(contrast(tint, ink(dark=dark)) for tint in tints(side, dark=dark)) >= 4.5
    assert tints(side, dark=dark)[0] == (DARK_BACKGROUND if dark else LIGHT_BACKGROUND)


def test_cells_compare_within_their_column_or_row():
    values = np.array([[1.0, 100.0], [2.0, 50.0]])
    full = tints("more", dark=False)[-1]
    assert (heat(values, along="column", dark=False) == full).tolist() == [[False, True], [True, False]]
    assert (heat(values, along="row", dark=False) == full).tolist() == [[False, True], [False, True]]


def test_less_has_another_hue_and_nothing_has_none():
    colours = heat(np.array([[-3.0, np.nan, 0.0, 3.0]]), along="row", dark=True)[0]
    assert colours.tolist() == [tints("less", dark=True)[-1], "", "", tints("more", dark=True)[-1]]


def test_a_table_without_rows_has_no_colours():
    assert heat(np.empty((0, 3)), along="column", dark=False).shape == (0, 3)
