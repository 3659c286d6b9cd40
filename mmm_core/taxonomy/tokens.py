"""Words inside the names of line items: `DE_FB_BrandVideo_2024Q1` holds de, fb, brand, video, 2024, q1."""

import re
from functools import lru_cache

from mmm_core.taxonomy.names import comparable

_UPPER = "".join(chr(code) for code in range(0x41, 0x530) if chr(code).isupper())
_CAPITAL, _SMALL, _LETTER = f"[{_UPPER}]", rf"[^\W\d_{_UPPER}]", r"[^\W\d_]"
_RUN = re.compile(r"[^\W_]+")
_TOKEN = re.compile(
    rf"\d{{1,3}}{_LETTER}{{1,2}}(?![^\W_])"  # a number with its unit: 30s, 7d
    rf"|(?:{_CAPITAL}{{1,2}}|{_SMALL}{{1,2}})\d{{1,2}}(?!\d)"  # a numbered thing: Q1, kw12, v2
    rf"|{_CAPITAL}+(?!{_SMALL})|{_CAPITAL}?{_SMALL}+|\d+|{_LETTER}+"
)
_ONE_WORD = frozenset(
    ("adwords", "dailymotion", "dv360", "ebay", "iheart", "iphone", "ipad", "linkedin", "paypal", "pmax",
     "sa360", "snapchat", "soundcloud", "tiktok", "whatsapp", "youtube")
)  # fmt: skip
"""Names that carry a capital or a number inside and are one word all the same."""


def words_of(name: str) -> tuple[str, ...]:
    """Split a name at separators, at capitals inside a word and between words and numbers; in order, folded.

    >>> words_of("Set 1 / Set 2")
    ('set', '1', 'set', '2')
    """
    return tuple(word for run in _RUN.findall(name) for word in _words_of_run(run))


def tokens_of(name: str) -> tuple[str, ...]:
    """Return the different words of a name.

    >>> tokens_of("DE_FB_Brand-Video_2024Q1"), tokens_of("TikTok / SummerSale 30s / Sale")
    (('de', 'fb', 'brand', 'video', '2024', 'q1'), ('tiktok', 'summer', 'sale', '30s'))
    """
    return tuple(dict.fromkeys(words_of(name)))


@lru_cache(maxsize=100_000)
def _words_of_run(run: str) -> tuple[str, ...]:
    """Split what stands between two separators; the same few thousand runs make up all names."""
    folded = comparable(run)
    parts = [folded] if folded in _ONE_WORD else [comparable(part) for part in _TOKEN.findall(run)]
    return tuple(filter(None, parts))
