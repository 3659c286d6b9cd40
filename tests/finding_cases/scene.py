"""A client in a few lines: every scene begins with two line items, in a group each, and an outcome without a fault."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from builders import kpi, media, mondays

from mmm_core.findings import Finding, Severity
from mmm_core.schema import MediaTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping as Tree
from mmm_core.taxonomy.mapping import Target
from mmm_core.workflows.scoping import Scoped, lay_ground, scope

WEEKS = 110
_rng = np.random.default_rng(3)
A, B = _rng.uniform(100, 900, WEEKS).round(2), _rng.uniform(100, 900, WEEKS).round(2)
PRICE = 0.01 * _rng.lognormal(0, 0.05, WEEKS)
"""What a unit of exposure costs in each week."""
VALUES = _rng.uniform(900, 1100, WEEKS)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A client: data, the tree that is laid over it (a group per line item where none is given), settings."""

    data: ProjectData
    tree: Callable[[Tree], Tree] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)

    @cached_property
    def scoped(self) -> Scoped:
        """The client seen through its tree."""
        ground = lay_ground(self.data, ProjectSettings(name="Test", **self.settings))
        tree = Tree(levels=("Group",))
        for number, (item, name) in enumerate(ground.items["name"].items(), start=1):
            tree = tree.assign([item], Target(path=(f"{number}. {name}",)))
        return scope(ground, self.tree(tree) if self.tree else tree)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One code with three clients; `at` says whether it is found in the one at the border.

    `variant` tells several ways to the same code apart; `beside` are codes that the firing client has as well, since
    they follow from the same fault.
    """

    code: str
    severity: Severity
    fires: Scene
    silent: Scene
    border: Scene
    at: bool
    variant: str = ""
    beside: frozenset[str] = frozenset()

    def found(self, scene: Scene) -> list[Finding]:
        """Return its findings in a scene, of this code and severity."""
        return [f for f in scene.scoped.findings if (f.code, f.severity) == (self.code, self.severity)]


def series(
    table: Mapping[str, Sequence[float]], *, price: Sequence[float] | None = None, **facts: object
) -> MediaTable:
    """One weekly file: line item -> spend, with exposure at these prices where they are given."""
    rows = []
    for name, values in table.items():
        dates = mondays(len(values))
        for week, (date, value) in enumerate(zip(dates, values, strict=True)):
            rows.append((name, date, float(value), *(() if price is None else (float(value) / float(price[week]),))))
    return media(rows, **facts)


def client(*files: MediaTable, **others: object) -> Scene:
    """Return a scene with these media files (two clean line items where none are given) and the usual outcome."""
    return _client(*files, **others) if files or others else CLEAN


def _client(*files: MediaTable, **others: object) -> Scene:
    names = {field.name for field in dataclasses.fields(ProjectData)}
    data = {name: value for name, value in others.items() if name in names}
    tree = others.get("tree")
    settings = {name: value for name, value in others.items() if name not in names | {"tree"}}
    project = ProjectData(**{"media": files or (clean(),), "kpi": kpi(mondays(WEEKS), VALUES), **data})
    return Scene(data=project, tree=tree, settings=settings)  # type: ignore[arg-type]


def clean(**more: Sequence[float]) -> MediaTable:
    """Two line items without a fault, and more of them."""
    return series({"a": A, "b": B, **more})


def days(first: str, count: int) -> list[str]:
    """Return consecutive days."""
    start = np.datetime64(first)
    return np.arange(start, start + count, dtype="datetime64[D]").astype(str).tolist()


def daily(name: str, dates: Sequence[str], *, seed: int = 5, **facts: object) -> MediaTable:
    """A daily file of one line item."""
    values = np.random.default_rng(seed).uniform(10, 90, len(dates)).round(2)
    return media([(name, date, float(value)) for date, value in zip(dates, values, strict=True)], **facts)


def with_rows(*rows: tuple, price: Sequence[float] | None = None) -> MediaTable:
    """The two clean line items, then these rows (name, date, spend or more)."""
    exposure = [None] * WEEKS if price is None else price
    base = [
        (name, date, float(value), None if cost is None else float(value / cost))
        for name, values in (("a", A), ("b", B))
        for date, value, cost in zip(mondays(WEEKS), values, exposure, strict=True)
    ]
    return media([*base, *rows])


def changed(values: np.ndarray, places: Mapping[int, float]) -> np.ndarray:
    """Return the values with some of them replaced."""
    result = np.array(values, dtype=float)
    for place, value in places.items():
        result[place] = value
    return result


CLEAN = _client()
