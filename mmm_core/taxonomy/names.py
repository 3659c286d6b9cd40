"""How names are compared: as people read them, not byte by byte."""

import fnmatch
import re
import unicodedata


def comparable(name: str) -> str:
    """Fold case and width, drop invisible characters, squeeze white space; the shown name stays as it was."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(visible.split())


def glob_pattern(glob: str) -> re.Pattern[str]:
    """Compile a glob (`*`, `?`, `[...]`) that must match the whole comparable name."""
    return re.compile(fnmatch.translate(comparable(glob)))
