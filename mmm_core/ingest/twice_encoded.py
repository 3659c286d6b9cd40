"""UTF-8 that some system took for Windows-1252 and encoded once more: "ZÃ¼rich" where "Zürich" was meant."""

import re
from itertools import islice

_RUN = re.compile("[^\x00-\x7f]+")
_WORD = re.compile("[A-Za-z\x80-\U0010ffff]*[\x80-\U0010ffff][A-Za-z\x80-\U0010ffff]*")
_MOST_RUNS, _MOST_WORDS = 20_000, 3
_BYTE_OF_SIGN = {
    ord(bytes([byte]).decode("windows-1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


def once_decoded(text: str) -> str:
    """Undo the second encoding; raises `UnicodeError` where a sign cannot come from one."""
    return text.translate(_BYTE_OF_SIGN).encode("latin-1").decode("utf-8")


def words_encoded_twice(utf8: bytes) -> dict[str, str]:
    """Return a few words as they are and as they were meant; none unless every sign beyond ASCII can be undone."""
    if utf8.isascii():
        return {}
    text = utf8.decode("utf-8", errors="ignore")
    runs = {match.group() for match in islice(_RUN.finditer(text), _MOST_RUNS)}
    if not all(map(_can_be_undone, runs)):
        return {}
    words = list(dict.fromkeys(match.group() for match in islice(_WORD.finditer(text), _MOST_RUNS)))
    return {word: once_decoded(word) for word in words[:_MOST_WORDS]}


def _can_be_undone(run: str) -> bool:
    try:
        once_decoded(run)
    except UnicodeError:
        return False
    return True
