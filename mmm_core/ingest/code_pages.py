"""In which code page a text of single bytes was written, told by the letters of its words and their neighbours.

Each candidate is tried on the words that have bytes beyond ASCII. What counts is how usual the letters that come out
are beside their neighbours in one of the languages that the code page was made for; a sign in the middle of a word, or
a capital after a small letter, speaks against it.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from mmm_core.ingest.accented_words import WORDS

CODE_PAGES: dict[str, tuple[float, str]] = {
    "windows-1252": (0.0, "de fr es pt it nl sv da is fi"),
    "windows-1250": (-0.7, "pl cs sk hu ro hr sl de"),
    "windows-1251": (-0.7, "ru uk bg sr"),
    "windows-1253": (-0.7, "el"),
    "windows-1254": (-0.9, "tr de fr"),
    "windows-1257": (-0.9, "lt lv et"),
    "iso-8859-2": (-1.0, "pl cs sk hu ro hr sl de"),
    "iso-8859-7": (-1.2, "el"),
    "iso-8859-5": (-1.2, "ru uk bg sr"),
    "iso-8859-15": (-1.2, "de fr es pt it nl sv da is fi"),
    "koi8-u": (-1.2, "ru uk bg"),
    "mac-roman": (-1.5, "de fr es pt it nl sv da fi"),
    "cp850": (-1.5, "de fr es pt it nl sv da fi"),
    "cp852": (-1.5, "pl cs sk hu ro hr sl"),
    "cp866": (-1.5, "ru bg"),
}
"""Code page -> how much rarer it is than the first (natural logarithm), and the languages it is used for."""
_WORD = re.compile(rb"[A-Za-z\x80-\xff']*[\x80-\xff][A-Za-z\x80-\xff']*")
_MOST_MATCHES, _MOST_WORDS = 200_000, 400
_EDGE = " "
_USUAL_SIGNS = frozenset("€£§°®™©«»„“”‘’–—…•·½¼²³ªº¿¡×µ\u00a0")
_OPENING = frozenset("€£«„“‘¿¡µ\u00a0")
_SIGN, _SIGN_IN_WORD, _UNKNOWN_LETTER, _NEVER = -4.5, -9.0, -10.0, -14.0
_CAPITAL_WITHIN, _TWO_SCRIPTS, _BESIDE_FIGURE = -4.0, -6.0, -4.0
_FIRST_OTHER_SCRIPT = "\N{GREEK CAPITAL LETTER HETA}"
_SMOOTHING = 0.1
"""Weight of how frequent a letter is at all, beside how often it stands next to its neighbour."""
PLAUSIBLE = -5.2
"""Mean logarithm per letter below which what comes out is no word of a known language."""
CLEAR = 2.5
"""By how much the best reading has to beat the next other one before nobody is asked."""
_OF_SEVERAL_BYTES = ("gb18030", "shift_jis", "big5", "euc_kr")
_MOST_OTHERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePageGuess:
    """The best code page, and whether people should look.

    `others` are code pages under which some words read otherwise, the likeliest first; `words` are up to a few of the
    bytes that show the difference.
    """

    encoding: str
    is_clear: bool
    others: tuple[str, ...]
    words: tuple[bytes, ...]


def guess_code_page(content: bytes) -> CodePageGuess | None:
    """Find the code page of a text that is not UTF-8; None when none of them can decode it."""
    words = list(_words(content))
    scores = {name: score for name in CODE_PAGES if (score := _score(words, name)) is not None}
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = next((name for name in ranked if decodes(content, name)), None)
    if best is None:
        return None
    unlike = _unlike(words, best, ranked[ranked.index(best) + 1 :])
    near = tuple(name for name in unlike if scores[best] - scores[name] < CLEAR)
    plain = scores[best] - CODE_PAGES[best][0] > PLAUSIBLE * sum(byte > 0x7F for word in words for byte in word)
    if not plain:
        near = (*(name for name in _OF_SEVERAL_BYTES if _all_letters(words, name)), *(near or unlike))
    others = (near or tuple(unlike))[:_MOST_OTHERS]
    telling = [word for word in words if any(word.decode(other, "replace") != word.decode(best) for other in others)]
    has_letters = any(sign.isalpha() and not sign.isascii() for word in words for sign in word.decode(best))
    return CodePageGuess(
        encoding=best,
        is_clear=not has_letters or (plain and not near),
        others=others,
        words=tuple(word.strip(b" 0123456789") for word in (telling or words)[:_MOST_OTHERS]),
    )


def _unlike(words: list[bytes], best: str, others: list[str]) -> list[str]:
    """Return the code pages under which words read otherwise, the first of those that read alike."""
    seen = {tuple(word.decode(best) for word in words)}
    kept = []
    for name in others:
        read = tuple(word.decode(name) for word in words)
        kept += [name] if read not in seen else []
        seen.add(read)
    return kept


def _all_letters(words: list[bytes], encoding: str) -> bool:
    """Tell whether words of several bytes per letter come out as nothing but letters."""
    return all(decodes(word, encoding) and word.decode(encoding).strip(" 0123456789'").isalpha() for word in words)


def decodes(content: bytes, encoding: str) -> bool:
    """Tell whether every byte stands for something in a code page."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _words(content: bytes) -> Iterator[bytes]:
    """Give the distinct words with bytes beyond ASCII and what stands on either side, the most frequent first."""
    found = Counter(
        _side(content[max(0, match.start() - 1) : match.start()])
        + match.group()
        + _side(content[match.end() : match.end() + 1])
        for match in islice(_WORD.finditer(content), _MOST_MATCHES)
    )
    yield from (word for word, _ in found.most_common(_MOST_WORDS))


def _side(byte: bytes) -> bytes:
    """Return what matters about the byte beside a word: whether it is a figure."""
    return byte if byte.isdigit() else _EDGE.encode()


def _score(words: list[bytes], encoding: str) -> float | None:
    """Add up how usual each letter beyond ASCII is in the best of the code page's languages; None if undecodable."""
    rarity, languages = CODE_PAGES[encoding]
    total = rarity
    for word in words:
        try:
            text = word.decode(encoding)
        except UnicodeDecodeError:
            return None
        total += max(_of_word(text, language) for language in languages.split())
    return total


def _of_word(text: str, language: str) -> float:
    pairs, letters, size = _frequencies(language)
    total = 0.0
    for before, sign, after in zip(text, text[1:], text[2:], strict=False):
        if sign.isascii():
            continue
        if sign in _USUAL_SIGNS or not sign.isalpha():
            total += _of_sign(before, sign, after)
        else:
            small = sign.lower()[:1]  # the small form of the Turkish capital I with a dot has two signs
            near = (pairs[before.lower() + small] + pairs[small + after.lower()]) / 2
            if before == after == _EDGE:
                near = pairs[_EDGE + small + _EDGE]
            weight = near + _SMOOTHING * letters[small]
            total += math.log(weight / size) if weight else _UNKNOWN_LETTER
            total += _CAPITAL_WITHIN if sign.isupper() and before.islower() else 0.0
            beside_latin = any(other.isascii() and other.isalpha() for other in (before, after))
            total += _TWO_SCRIPTS if sign >= _FIRST_OTHER_SCRIPT and beside_latin else 0.0
            total += _BESIDE_FIGURE if before.isdigit() or after.isdigit() else 0.0
    return total


def _of_sign(before: str, sign: str, after: str) -> float:
    if not (sign.isprintable() or sign == "\u00a0"):
        return _NEVER
    within = after.isalpha() and (before.isalpha() or sign not in _OPENING)
    return _SIGN if sign in _USUAL_SIGNS and not within else _SIGN_IN_WORD


@cache
def _frequencies(language: str) -> tuple[Counter[str], Counter[str], int]:
    """Count the pairs of neighbours, words of one letter among them, and the letters of a language's words."""
    words = WORDS[language].lower().split()
    pairs: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for word in words:
        padded = f"{_EDGE}{word}{_EDGE}"
        pairs.update(padded[at : at + 2] for at in range(len(padded) - 1))
        pairs.update([padded] if len(word) == 1 else [])
        letters.update(word)
    return pairs, letters, letters.total()
