"""Keys under which names look alike, from strict to lax."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from mmm_core.taxonomy.scripts import looks
from mmm_core.taxonomy.tokens import words_of

_UMLAUTS = re.compile(r"(?<=[aou])e")
_DIGITS = re.compile(r"\d+")
_SHORTEST_FUZZY, _LONG = 4, 8
"""Shorter words are codes (DE, AT, CPC): one letter makes another one. Longer ones may be two letters apart."""
_CHUNK = 256


def exact_keys(names: Iterable[str], *, numbers: bool) -> list[str]:
    """Return the words of each name, sorted; numbers count or are left out."""
    return [" ".join(sorted(set(_words(name, numbers=numbers)))) for name in names]


def ordered_keys(names: Iterable[str]) -> list[str]:
    """Return the words of each name in their order: names with one key differ in signs, case, accents or script only.

    >>> ordered_keys(["FB_Brand-Video Q3", "fb brand video q3"])
    ['fb brand video q3', 'fb brand video q3']
    """
    return [" ".join(_words(name, numbers=True)) for name in names]


def ngram_keys(names: Iterable[str], *, size: int, numbers: bool) -> list[str]:
    """Return the different runs of `size` letters of each name, sorted, and its numbers in order."""
    keys = []
    for name in names:
        words = _words(name, numbers=True)
        letters = "".join(_DIGITS.sub("", word).replace(".", "") for word in words)
        runs = sorted({letters[at : at + size] for at in range(max(len(letters) - size + 1, 1))})
        counted = f"|{'.'.join(_DIGITS.findall(' '.join(words)))}" if numbers else ""
        keys.append("".join(runs) + counted if letters else "")
    return keys


def typo_keys(names: Sequence[str], weights: np.ndarray, *, most_letters: int) -> list[str]:
    """Return the words of each name, sorted, each word replaced by the commonest one that it may be a slip of.

    Names differ in words, seldom in letters all over: comparing words keeps `Beds_AT` and `Beds_DE` apart, which are
    one letter pair away from each other, and is fast, since a catalogue has few different words.
    """
    found = [_words(name, numbers=True) for name in names]
    counts: Counter[str] = Counter()
    for words, weight in zip(found, weights, strict=True):
        counts.update(dict.fromkeys({_stem(word) for word in words}, int(weight)))
    meant = _slips(counts, most_letters)
    return [
        " ".join(sorted({meant.get(_stem(word), _stem(word)) + word[len(_stem(word)) :] for word in words}))
        for words in found
    ]


def similar_keys(names: Sequence[str], weights: np.ndarray, *, least: float) -> list[str]:
    """Return for each name the commonest one that it is similar to, numbers left out.

    A name joins the first (by weight) that it is similar enough to, so that chains of small steps do not join names
    that have nothing in common.
    """
    keys = exact_keys(names, numbers=False)
    weight_of: Counter[str] = Counter()
    for key, weight in zip(keys, weights, strict=True):
        weight_of[key] += int(weight)
    waiting = np.array(
        [key for key, _ in sorted(weight_of.items(), key=lambda pair: (-pair[1], pair[0])) if key], dtype=object
    )
    leader: dict[str, str] = {}
    while len(waiting):
        first = waiting[:_CHUNK]
        scores = process.cdist(first, waiting, scorer=fuzz.ratio, score_cutoff=100 * least, dtype=np.uint8, workers=-1)
        open_names = np.ones(len(waiting), dtype=bool)
        for at in range(len(first)):
            if open_names[at]:
                joined = open_names & (scores[at] > 0)
                joined[at] = True
                leader.update(dict.fromkeys(waiting[joined], first[at]))
                open_names &= ~joined
        waiting = waiting[open_names]
    return [leader.get(key, "") for key in keys]


def _words(name: str, *, numbers: bool) -> list[str]:
    """Split a name into words without accents; a short number belongs to the word before it: set1, not set and 1."""
    words: list[str] = []
    for word in words_of(looks(name)):
        plain = _plain(word)
        if not numbers:
            words += [kept] if (kept := _DIGITS.sub("", plain)) else []
        elif plain.isdigit() and words and len(plain) < 4:
            words[-1] += f".{int(plain)}"
        else:
            words.append(str(int(plain)) if plain.isdigit() else plain)
    return words


def _plain(word: str) -> str:
    """Drop accents; ä, ae and a are one."""
    if not word.isascii():
        word = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    return _UMLAUTS.sub("", word)


def _stem(word: str) -> str:
    """Return the word without the numbers that belong to it; a word that holds digits itself has no stem of its own."""
    return word.split(".", 1)[0]


def _slips(counts: Counter[str], most_letters: int) -> dict[str, str]:
    """Find for each word the commonest one that it is a slip of; who is a slip has no slips of its own."""
    words = sorted(
        (word for word in counts if len(word) >= _SHORTEST_FUZZY and word.isalpha()), key=lambda w: (len(w), w)
    )
    lengths = np.array([len(word) for word in words])
    near: dict[str, list[str]] = {}
    for length in np.unique(lengths):
        start, end = np.searchsorted(lengths, [length, length + most_letters + 1])
        left, right = words[start : np.searchsorted(lengths, length + 1)], words[start:end]
        allowed = 1 if length < _LONG else most_letters
        apart = process.cdist(left, right, scorer=OSA.distance, score_cutoff=allowed, dtype=np.uint8, workers=-1)
        for one, other in zip(*np.nonzero(apart <= allowed), strict=True):
            if left[one] != right[other]:
                near.setdefault(left[one], []).append(right[other])
                near.setdefault(right[other], []).append(left[one])
    meant: dict[str, str] = {}
    settled: set[str] = set()
    for word in sorted(near, key=lambda word: (-counts[word], word)):
        if word not in meant:
            slips = [other for other in near[word] if other not in settled]
            meant.update(dict.fromkeys(slips, word))
            settled.update(slips, [word])
    return meant
