"""One colour per node of the client's tree, and the few colours with a meaning of their own.

Every colour has a contrast of 3 or more on both backgrounds (WCAG 2.2, 1.4.11), which leaves a narrow band of
luminance. Within it the eight hues were searched so that they stay apart for red-, green- and blue-blind eyes
(Machado et al. 2009); a chart never relies on colour alone all the same.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from mmm_core.charts.colour_space import of_luminance, to_hex

LIGHT_BACKGROUND = "#ffffff"
DARK_BACKGROUND = "#12171d"

INK = "gray"
"""The theme's grey: Streamlit replaces the name in a colour channel, so that text and points read on both themes."""

ACCENT = "#3a86d4"
NEUTRAL = "#7f8a96"
FINE = "#2f9260"
ATTENTION = "#c07a14"
ERROR = "#d64a40"

HUES = ("#2794fb", "#9a5505", "#f3625f", "#814ec6", "#8d8b25", "#d071bb", "#31724d", "#538b91")
"""Colours of the first eight top nodes: blue, brown, coral, violet, olive, pink, green, teal."""

_HUE_AND_CHROMA = ((252, 0.18), (60, 0.12), (24, 0.18), (300, 0.18), (108, 0.12), (336, 0.15), (156, 0.09), (204, 0.06))
_DARKEST, _LIGHTEST = 0.134, 0.292
_LUMINANCE_SHARES = (0.0, 1.0, 0.45, 0.15, 0.8, 0.6, 0.3)
_CHROMA_SHARES = (0.95, 0.55, 0.75, 0.4)
_HUE_TURNS = (0.0, 10.0, -10.0)

Path = tuple[str, ...]


def colours_of(paths: Sequence[Path], chosen: Mapping[Path, str] | None = None) -> dict[Path, str]:
    """Give every node its colour: one hue per top node, tints of it for all nodes below; what people chose counts more.

    A colour depends only on what came before, so a node appended at the end changes nobody's colour.

    Parameters
    ----------
    paths : sequence of tuples of str
        Nodes from the top down, for instance ("Online", "Social"); the nodes above need not be listed.
    chosen : mapping of path to "#rrggbb", optional
        Colours that people gave to nodes.

    Returns
    -------
    dict
        "#rrggbb" per path, for the listed nodes and all nodes above them; no two nodes share one, but by choice.
    """
    colours: dict[Path, str] = {}
    tints: dict[str, Iterator[str]] = {}
    taken: set[str] = set()
    for path in paths:
        for depth in range(1, len(path) + 1):
            node = path[:depth]
            if node in colours:
                continue
            source = tints.setdefault(node[0], _tints(len(tints)))
            colours[node] = next(tint for tint in source if tint not in taken)
            taken.add(colours[node])
    return colours | {path: colour for path, colour in (chosen or {}).items() if path in colours}


def _tints(position: int) -> Iterator[str]:
    """Yield the hue of the top node, then its tints, without an end."""
    if position < len(HUES):
        yield HUES[position]
    hue, chroma = _HUE_AND_CHROMA[position % len(HUES)]
    for turn in itertools.count():
        share = _LUMINANCE_SHARES[turn % len(_LUMINANCE_SHARES)]
        drift = 0.7 * (turn // (len(_LUMINANCE_SHARES) * len(_CHROMA_SHARES) * len(_HUE_TURNS)))
        yield to_hex(
            of_luminance(
                _DARKEST + share * (_LIGHTEST - _DARKEST),
                chroma=chroma * _CHROMA_SHARES[turn % len(_CHROMA_SHARES)],
                hue=hue + _HUE_TURNS[turn % len(_HUE_TURNS)] + drift,
            )
        )
