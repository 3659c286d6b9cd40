"""Names of months in the languages of European clients, from the Unicode locale data that Babel carries."""

import unicodedata
from functools import cache

from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs")
_ALSO_WRITTEN = {"mrz": 3, "fév": 2, "febr": 2, "sett": 9, "jui": 7}
"""What spreadsheets and platforms write beside the locale data."""


@cache
def month_numbers() -> dict[str, int]:
    """Return folded name or abbreviation -> 1 to 12, with and without accents; no two languages disagree."""
    names: dict[str, int] = dict(_ALSO_WRITTEN)
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names[name.casefold().rstrip(".")] = number
    return {_without_accents(name): number for name, number in names.items()} | names


def month_number(name: str) -> int | None:
    """Return the number of a month, or None when the name is none.

    >>> month_number("März"), month_number("sept."), month_number("grudnia"), month_number("soon")
    (3, 9, 12, None)
    """
    return month_numbers().get(name.casefold().rstrip("."))


def _without_accents(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
