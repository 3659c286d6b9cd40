"""Names made from content: same fingerprint, same thing."""

import hashlib
import json

CODE_SCHEMA = 1
"""Raised whenever the same inputs would give another panel or another fit than before."""


def of_bytes(content: bytes) -> str:
    """Return the sha256 of the content, in hex."""
    return hashlib.sha256(content).hexdigest()


def of_content(content: object) -> str:
    """Return the sha256 of JSON-like content; the order of keys does not matter.

    Raises
    ------
    TypeError
        If a value has no JSON form; a fingerprint never depends on `repr`.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return of_bytes(text.encode())


def short(fingerprint: str) -> str:
    """Return the first 12 characters, enough to tell things apart on screen."""
    return fingerprint[:12]
