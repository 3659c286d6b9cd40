"""Author once, freeze, swap the data.

Building a layered Altair chart costs 20 ms and more, each time. Here an author function runs once per set of fixed
arguments (units, period) and its chart is validated and kept as text; a drawing only puts new records beside it.
"""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mmm_core.errors import BadInput, listed

_MOST_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A frozen specification, its records, and what they say in a sentence.

    Attributes
    ----------
    frozen : str
        Vega-Lite as JSON, without data.
    data : mapping of str to DataFrame
        Records per named dataset of the specification.
    alt : str
        The figures in a sentence, for those who do not see the chart.
    """

    frozen: str
    data: Mapping[str, pd.DataFrame]
    alt: str

    def spec(self, *, live: bool = False) -> dict[str, Any]:
        """Return a fresh Vega-Lite dict with data frames, as `st.vega_lite_chart` takes it.

        Parameters
        ----------
        live : bool, default False
            True where a slider redraws the chart: the description then stays the general one, because the browser
            swaps only the data as long as nothing else changes, and builds the chart anew otherwise.
        """
        spec: dict[str, Any] = json.loads(self.frozen)
        if not live:
            spec["description"] = self.alt
        spec["datasets"] = dict(self.data)
        return spec

    def standalone(self) -> dict[str, Any]:
        """Return a Vega-Lite dict that needs nothing else: records inside, ready for JSON."""
        inside = {
            name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in self.data.items()
        }
        return {**self.spec(), "datasets": inside}


def frozen[**P](author: Callable[P, Any]) -> Callable[P, str]:
    """Turn a function that authors an Altair chart into one that returns its frozen specification, kept per arguments.

    The arguments must be hashable and few: units and names, never data.
    """

    @functools.lru_cache(maxsize=_MOST_KEPT)
    def kept(args: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> str:
        spec: dict[str, Any] = author(*args, **dict(named)).to_dict(validate=True)
        _drop_default_config(spec)
        return json.dumps(spec, sort_keys=True)

    @functools.wraps(author)
    def freeze(*args: P.args, **named: P.kwargs) -> str:
        return kept(args, tuple(sorted(named.items())))

    return freeze


def require_columns(table: pd.DataFrame, columns: Sequence[str], *, chart: str) -> None:
    """Check that a chart can be drawn from a table.

    Raises
    ------
    BadInput
        If columns are missing or there is no row.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise BadInput(
            f"Columns are missing: {listed(missing)}",
            where=f"table for the {chart}",
            expected=f"it needs {', '.join(columns)}",
            remedy="Pass a table with these columns",
        )
    if table.empty:
        raise BadInput(
            "The table has no rows", where=f"table for the {chart}", remedy="Show the page's empty state instead"
        )


def _drop_default_config(spec: dict[str, Any]) -> None:
    """Take out Altair's default sizes: the page decides on the size."""
    config = spec.get("config", {})
    for size in ("continuousWidth", "continuousHeight"):
        config.get("view", {}).pop(size, None)
    if not config.get("view", True):
        del config["view"]
    if not config:
        spec.pop("config", None)
