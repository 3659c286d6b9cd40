"""Letters of different scripts that look the same: a Cyrillic В in a Latin word makes another word that nobody sees."""

import re
import unicodedata

_LOOKS_LIKE = {
    "CYRILLIC": (
        "A-A VE-B IE-E KA-K EM-M EN-H O-O ER-P ES-C TE-T U-Y HA-X DZE-S JE-J SHHA-H QA-Q WE-W STRAIGHT_U-Y PALOCHKA-I "
        "KOMI_DE-D BYELORUSSIAN-UKRAINIAN_I-I"
    ),
    "GREEK": "ALPHA-A BETA-B EPSILON-E ZETA-Z ETA-H IOTA-I KAPPA-K MU-M NU-N OMICRON-O RHO-P TAU-T UPSILON-Y CHI-X",
}
"""Letters by the name Unicode gives them, beside the Latin capital that they look like."""
_SMALL_LOOKS_LIKE = {"NU": "v", "ETA": "n", "UPSILON": "u"}
"""Small letters that look like another Latin letter than their capital."""
_SMALL_TWINS = "aceijopsxy"
_WORD = re.compile(r"[^\W\d_]+")


def _table() -> dict[int, str]:
    """Find the letters by name; what this version of Unicode does not name is left out."""
    table: dict[int, str] = {}
    for script, letters in _LOOKS_LIKE.items():
        for pair in letters.split():
            name, latin = pair.replace("_", " ").rsplit("-", maxsplit=1)
            for case, look in (("CAPITAL", latin), ("SMALL", _SMALL_LOOKS_LIKE.get(name, latin.lower()))):
                try:
                    table[ord(unicodedata.lookup(f"{script} {case} LETTER {name}"))] = look
                except KeyError:
                    continue
    return table


_LATIN = _table()


def looks(name: str) -> str:
    """Write a name with Latin letters wherever a letter looks like one.

    >>> looks("FB_Вrand") == "FB_Brand"
    True
    """
    return name if name.isascii() else unicodedata.normalize("NFKC", name).translate(_LATIN)


def mixed_scripts(name: str) -> tuple[str, ...]:
    """List the words of a name that mix scripts, or only look Latin in a name that is Latin otherwise.

    Such a word reads like another one and is none: rules and searches for the other pass it by.

    >>> mixed_scripts("FB_Вrand_DE"), mixed_scripts("Москва 2024"), mixed_scripts("FB_Brand_DE")
    (('Вrand',), (), ())
    """
    if name.isascii():
        return ()
    words = _WORD.findall(unicodedata.normalize("NFKC", name))
    scripts = [_scripts(word) for word in words]
    latin = any("LATIN" in found for found in scripts)
    return tuple(
        word
        for word, found in zip(words, scripts, strict=True)
        if len(found) > 1 or (latin and len(word) > 1 and found and "LATIN" not in found and _is_twin(word))
    )


def _is_twin(word: str) -> bool:
    """Tell whether a word cannot be told from a Latin one: a small Cyrillic letter seldom looks like its capital."""
    return all(look in _SMALL_TWINS or look.isupper() for look in looks(word)) and looks(word).isascii()


def _scripts(word: str) -> set[str]:
    """Return the scripts of a word among those that look alike; others mix legitimately (Japanese)."""
    return {name for sign in word if (name := unicodedata.name(sign, "").split(" ")[0]) in ("LATIN", *_LOOKS_LIKE)}
