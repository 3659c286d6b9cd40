"""The panel: period x geo x group arrays at the model's door, the first place where money is a float."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr

from mmm_core import fingerprint
from mmm_core.errors import BadInput, DamagedArtefact
from mmm_core.settings import Period

_ARRAYS = "arrays.npz"
_FACTS = "panel.json"
_DIMS = {
    "spend": ("period", "geo", "group"),
    "exposure": ("period", "geo", "group"),
    "kpi": ("period", "geo"),
    "controls": ("period", "geo", "control"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What a model is fitted to.

    Attributes
    ----------
    data : xr.Dataset
        Coordinates `period` (first day, gapless, ascending), `geo`, `group`, `control`; float64 variables `spend`
        (period, geo, group) in currency units, `exposure` (same dims, NaN where the files have none), `kpi`
        (period, geo) in KPI units, `controls` (period, geo, control).
    period : {"week", "day"}
    kpi_name : str
    currency : str
    """

    data: xr.Dataset
    period: Period
    kpi_name: str
    currency: str

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, in the order of the client's tree."""
        return tuple(str(name) for name in self.data["group"].values)

    @property
    def fingerprint(self) -> str:
        """Name the panel by what is in it: same arrays and labels, same fingerprint."""
        arrays = {name: fingerprint.of_bytes(np.ascontiguousarray(self.data[name].values).tobytes()) for name in _DIMS}
        return fingerprint.of_content({"code": fingerprint.CODE_SCHEMA, "arrays": arrays, **self._facts()})

    def between(self, first: str, last: str) -> "Panel":
        """Return the periods whose first day lies from one ISO day to another; "" leaves an end as it is.

        Raises
        ------
        BadInput
            If there is none.
        """
        if not first and not last:
            return self
        days = np.datetime_as_string(self.data["period"].values, unit="D")
        inside = (days >= first) & (days <= (last or days[-1]))
        if not inside.any():
            raise BadInput(
                f"No {self.period} lies in the window from {first or days[0]} to {last or days[-1]}",
                where="model.window_first, model.window_last",
                expected=f"the files cover {days[0]} to {days[-1]}",
                remedy="Move the window",
            )
        return replace(self, data=self.data.isel(period=inside)) if not inside.all() else self

    def _facts(self) -> dict[str, object]:
        periods = np.datetime_as_string(self.data["period"].values, unit="D").tolist()
        labels = {dim: [str(name) for name in self.data[dim].values] for dim in ("geo", "group", "control")}
        return {
            "period": self.period,
            "kpi_name": self.kpi_name,
            "currency": self.currency,
            "periods": periods,
            **labels,
        }


def panel_from_arrays(arrays: Mapping[str, np.ndarray], facts: Mapping[str, object]) -> Panel:
    """Put labels on arrays.

    Parameters
    ----------
    arrays : dict of float64 arrays
        `spend`, `exposure` (periods, geos, groups), `kpi` (periods, geos), `controls` (periods, geos, controls).
    facts : dict
        `period`, `kpi_name`, `currency` and the labels `periods` (ISO dates), `geo`, `group`, `control`.
    """
    coords = {
        "period": np.array(facts["periods"], dtype="datetime64[ns]"),
        **{dim: np.array(facts[dim], dtype=object) for dim in ("geo", "group", "control")},
    }
    data = xr.Dataset(
        {name: (dims, np.asarray(arrays[name], dtype=np.float64)) for name, dims in _DIMS.items()}, coords
    )
    return Panel(
        data=data,
        period=facts["period"],  # type: ignore[arg-type]
        kpi_name=str(facts["kpi_name"]),
        currency=str(facts["currency"]),
    )


def save_panel(panel: Panel, folder: Path) -> None:
    """Write the panel as plain arrays and JSON into an existing folder."""
    np.savez(folder / _ARRAYS, **{name: panel.data[name].values for name in _DIMS})  # type: ignore[arg-type]
    facts = panel._facts() | {"fingerprint": panel.fingerprint}
    (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")


def load_panel(folder: Path) -> Panel:
    """Read a panel back.

    Raises
    ------
    DamagedArtefact
        If the content is not what was saved.
    """
    facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    with np.load(folder / _ARRAYS, allow_pickle=False) as stored:
        panel = panel_from_arrays({name: stored[name] for name in _DIMS}, facts)
    if panel.fingerprint != facts["fingerprint"]:
        raise DamagedArtefact(
            f"Panel {fingerprint.short(str(facts['fingerprint']))} does not match its fingerprint",
            where=str(folder),
            remedy="Prepare the model input again from the Checks page",
        )
    return panel
