"""Errors as JSON, so that they reach the page from another process with their remedy."""

import math
import traceback
from typing import Any

from mmm_core.errors import FailedWorker, WorkshopError

_LAST_LINES = 12


def as_message(error: BaseException) -> dict[str, Any]:
    """Return `code`, `found`, `where`, `expected`, `remedy` and `text`; `trace` too when nobody foresaw the error."""
    if isinstance(error, WorkshopError):
        parts = {"found": error.found, "where": error.where, "expected": error.expected, "remedy": error.remedy}
        return {"code": error.code, **parts, "text": str(error)}
    unforeseen = FailedWorker(
        f"The background process met an error that it does not know: {type(error).__name__}: {error}",
        remedy="Try again; if it happens again, report it with the technical details",
    )
    lines = "".join(traceback.format_exception(error)).splitlines()
    return {**as_message(unforeseen), "trace": "\n".join(lines[-_LAST_LINES:])}


def error_of(message: dict[str, Any]) -> WorkshopError:
    """Return the error that a message was made from, of the same class."""
    kinds = {kind.code: kind for kind in _all_kinds(WorkshopError)}
    kind = kinds.get(str(message.get("code")), WorkshopError)
    parts = {name: str(message.get(name, "")) for name in ("where", "expected", "remedy")}
    return kind(str(message.get("found", "")), **parts)


def plain(value: object) -> Any:
    """Return the value as JSON has it: NumPy scalars as numbers, arrays as lists, what is not finite as None."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    return str(value)


def _all_kinds(kind: type[WorkshopError]) -> list[type[WorkshopError]]:
    return [kind, *(inner for child in kind.__subclasses__() for inner in _all_kinds(child))]
