"""The little colour arithmetic that the palette needs: OKLCH to sRGB, relative luminance, contrast.

References
----------
Ottosson, "A perceptual color space for image processing" (2020), for OKLab; WCAG 2.2, "relative luminance" and
"contrast ratio".
"""

import math

Rgb = tuple[float, float, float]

_DARKEST_LIGHTNESS, _LIGHTEST_LIGHTNESS = 0.0, 1.0
_STEPS = 30


def linear_rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    """Return linear sRGB of an OKLCH colour (hue in degrees); parts outside 0 to 1 are outside the gamut."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def luminance(rgb: Rgb) -> float:
    """Return the relative luminance (0 to 1) of linear sRGB."""
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def from_hex(colour: str) -> Rgb:
    """Read "#rrggbb" as linear sRGB."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def to_hex(rgb: Rgb) -> str:
    """Write linear sRGB as "#rrggbb"; parts outside the gamut are cut off."""
    parts = [min(max(part, 0.0), 1.0) for part in rgb]
    encoded = [12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in parts]
    return "#" + "".join(f"{round(part * 255):02x}" for part in encoded)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    low, high = sorted(luminance(from_hex(colour)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def of_luminance(target: float, *, chroma: float, hue: float) -> Rgb:
    """Return the colour of this hue and luminance, with as much of the chroma as the gamut holds."""
    while True:
        rgb = _at_luminance(target, chroma, hue)
        if chroma < 0.01 or all(-1e-3 <= part <= 1 + 1e-3 for part in rgb):
            return rgb
        chroma *= 0.93


def _at_luminance(target: float, chroma: float, hue: float) -> Rgb:
    low, high = _DARKEST_LIGHTNESS, _LIGHTEST_LIGHTNESS
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if luminance(linear_rgb(middle, chroma, hue)) < target:
            low = middle
        else:
            high = middle
    return linear_rgb((low + high) / 2, chroma, hue)
