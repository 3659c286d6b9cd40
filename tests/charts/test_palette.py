"""Every node has its own colour, keeps it, and can be seen."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.charts import palette
from mmm_core.charts.colour_space import contrast, from_hex, luminance
from mmm_core.charts.palette import DARK_BACKGROUND, HUES, LIGHT_BACKGROUND, colours_of

BACKGROUNDS = (LIGHT_BACKGROUND, DARK_BACKGROUND)
MEANINGS = ("ACCENT", "NEUTRAL", "FINE", "ATTENTION", "ERROR")
TREE = [(f"top {top}", f"leaf {leaf}") for top in range(10) for leaf in range(12)]
# Machado, Oliveira and Fernandes (2009), table 1, severity 1.0, on linear RGB.
COLOUR_BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
paths = st.lists(st.lists(st.sampled_from("abcdefghijkl"), min_size=1, max_size=3).map(tuple), max_size=30)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_colour_of_a_large_tree_reads_on_both_backgrounds(background):
    assert min(contrast(colour, background) for colour in colours_of(TREE).values()) >= 3


@pytest.mark.parametrize(("name", "background"), list(itertools.product(MEANINGS, BACKGROUNDS)))
def test_every_colour_with_a_meaning_reads_on_both_backgrounds(name, background):
    assert contrast(getattr(palette, name), background) >= 3


@pytest.mark.parametrize("eyes", COLOUR_BLIND)
def test_the_hues_stay_apart_for_colour_blind_eyes(eyes):
    seen = [_oklab(_through(from_hex(colour), COLOUR_BLIND[eyes])) for colour in HUES]
    nearest = min(
        sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5 for pair in itertools.combinations(seen, 2)
    )
    assert nearest > 0.06  # about three times the difference that can just be seen


@given(paths)
def test_no_two_nodes_share_a_colour(nodes):
    colours = colours_of(nodes)
    assert len(set(colours.values())) == len(colours)
    assert set(nodes) <= set(colours)


@given(paths, paths)
def test_nodes_added_at_the_end_change_no_colour(first, later):
    assert colours_of([*first, *later]).items() >= colours_of(first).items()


def test_children_are_tints_of_their_parents_hue():
    colours = colours_of([("Online", "Social"), ("Brand", "TV")])
    for path, colour in colours.items():
        parent = colours[path[:1]]
        assert _hue_gap(colour, parent) < 25
    assert _hue_gap(colours["Online",], colours["Brand",]) > 60


def test_luminance_of_white_is_one():
    assert luminance(from_hex("#ffffff")) == pytest.approx(1)


def _through(rgb, matrix):
    return tuple(min(max(sum(a * b for a, b in zip(row, rgb, strict=True)), 0), 1) for row in matrix)


def _oklab(rgb):
    red, green, blue = rgb
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _hue_gap(first, second):
    hues = [math.degrees(math.atan2(b, a)) for _, a, b in (_oklab(from_hex(first)), _oklab(from_hex(second)))]
    gap = abs(hues[0] - hues[1]) % 360
    return min(gap, 360 - gap)
