"""Which group a cell of a filled workbook names: one that is there, or a new one and where it belongs."""

from collections.abc import Collection
from difflib import get_close_matches

from mmm_core.errors import counted, listed
from mmm_core.taxonomy import workbook_form as form
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path

_SLIP = 0.85
"""Names this alike (0 to 1, as `difflib` counts) are taken for a slip of the pen and asked about."""


class Places:
    """Finds the group that a cell names: its path to the letter, else as people read it, else its name alone.

    Parameters
    ----------
    mapping : Mapping
        Its groups are known, archived ones too.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._exact: dict[str, Path] = {}
        self._alike: dict[str, Path] = {}
        self._named: dict[str, Path] = {}
        for path in (*mapping.leaves, *mapping.archived):
            self.add(path)

    def add(self, path: Path) -> None:
        """Make a group known."""
        self._exact.setdefault(form.path_text(path).strip(), path)
        self._alike.setdefault(form.reading_form(form.path_text(path)), path)
        self._named.setdefault(form.reading_form(path[-1]), path)

    def find(self, text: str) -> Path | None:
        """Return the path of the group, None when there is none."""
        read = form.reading_form(text)
        return self._exact.get(text) or self._alike.get(read) or self._named.get(read)

    def new(self, text: str, stood: Collection[Path], levels: tuple[str, ...]) -> Path | str:
        """Return the path of a group that is not there yet, or a sentence why its place is not clear.

        A whole path is taken as it stands. A name alone, or the last names of a path, are completed from the tree:
        beside the groups that its line items stood in, else wherever there is only one place.

        Parameters
        ----------
        text : str
            What was typed.
        stood : collection of paths
            Groups that the line items of these cells stood in.
        levels : tuple of str
            Names of the levels, the group's last.
        """
        names = _names(text, len(levels))
        if len(names) == len(levels) and all(names):
            return names
        whole = (
            f"there is no group '{text[:80]}'; a new one is written with all {counted(len(levels), 'level')}, as"
            f" {PATH_SEPARATOR.join(levels)}"
        )
        if len(names) > len(levels) or not all(names):
            return f"{whole}."
        if alike := get_close_matches(form.reading_form(names[-1]), list(self._named), n=1, cutoff=_SLIP):
            meant = PATH_SEPARATOR.join(self._named[alike[0]])
            return f"there is no group '{text[:80]}'; for '{meant}' choose it from the list, else write the whole path."
        above = self._above(names[:-1], stood)
        if len(above) == 1:
            return (*above[0], names[-1])
        could = listed([PATH_SEPARATOR.join(path) for path in above], most=3)
        return f"{whole}; it could stand under {could}." if above else f"{whole}."

    def _above(self, names: Path, stood: Collection[Path]) -> list[Path]:
        """Return the nodes under which a group with these names above it may stand."""
        known = dict.fromkeys(path[:-1] for path in self._exact.values())
        if not names:
            return list(dict.fromkeys(path[:-1] for path in stood)) or list(known)
        wanted = [form.reading_form(name) for name in names]
        return [path for path in known if [form.reading_form(name) for name in path[-len(names) :]] == wanted]


def _names(text: str, levels: int) -> Path:
    """Split what was typed at " > ", or at ">" when only that gives a name per level."""
    parts = text.split(PATH_SEPARATOR)
    if len(parts) != levels:
        parts = text.split(PATH_SEPARATOR.strip())
    return tuple(part.strip() for part in parts)
