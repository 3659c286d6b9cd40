"""Put spend per group, KPI and controls side by side on the modelling window."""

from collections.abc import Sequence

import numpy as np

from mmm_core.errors import BadInput, listed
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube, regroup, regroup_exposure
from mmm_core.panel.outcome import Series
from mmm_core.panel.panel import Panel, panel_from_arrays
from mmm_core.panel.window import Window
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings

RESERVED = ("period", "geo")
"""Columns of `panel.csv` beside the groups, the KPI and the controls."""


def geo_axis(data: ProjectData) -> bool:
    """Tell whether the model has regions: the KPI names them and so does all media.

    Raises
    ------
    BadInput
        If the KPI and only some media sources name regions; spreading the rest would be allocation, not measurement.
    """
    if data.kpi is None or not data.kpi.has_geo or not any(table.has_geo for table in data.media):
        return False
    without = [table.source for table in data.media if not table.has_geo]
    if without:
        raise BadInput(
            f"The KPI has regions, but media of {listed(without)} has none",
            expected="either all media or none with regions was expected",
            remedy="Name the region column of these files, or read the KPI without its region column",
        )
    return True


def assemble(
    cube: Cube,
    groups: Sequence[str],
    group_of_item: np.ndarray,
    kpi: Series,
    controls: Sequence[Series],
    window: Window,
    settings: ProjectSettings,
    kpi_name: str,
) -> Panel:
    """Build the panel.

    Parameters
    ----------
    groups : sequence of str
        The media variables, in order.
    group_of_item : int64 array (items,)
        Position in `groups` per line item of the cube, -1 for none.

    Raises
    ------
    BadInput
        If names clash or media names a region that the KPI does not have.
    """
    names = [str(name) for series in controls for name in series.values.columns]
    refuse_name_clash(groups, names, kpi_name)
    geos = kpi.geos()
    micros = regroup(cube, group_of_item, len(groups))
    exposure = regroup_exposure(cube, group_of_item, len(groups))
    columns = [series.laid_out(name, window.numbers, geos) for series in controls for name in series.values.columns]
    arrays = {
        "spend": _on_window(micros, cube, window, geos) / MICROS_PER_UNIT,
        "exposure": _on_window(exposure, cube, window, geos),
        "kpi": kpi.laid_out("value", window.numbers, geos).to_numpy(dtype=np.float64),
        "controls": np.stack(columns, axis=-1) if columns else np.empty((len(window), len(geos), 0)),
    }
    facts: dict[str, object] = {
        "period": settings.period,
        "kpi_name": kpi_name,
        "currency": settings.currency,
        "periods": list(Calendar.of(settings).labels(window.numbers)),
        "geo": geos,
        "group": list(groups),
        "control": names,
    }
    return panel_from_arrays(arrays, facts)


def refuse_name_clash(groups: Sequence[str], controls: Sequence[str], kpi_name: str) -> None:
    """Refuse two columns of the model input with one name.

    Raises
    ------
    BadInput
        If a group, a control, the KPI, "period" or "geo" share a name.
    """
    names = [*RESERVED, kpi_name, *controls, *groups]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(
            f"The name {listed(twice)} stands for two columns of the model input",
            expected="groups, controls and the KPI need different names, and not 'period' or 'geo'",
            remedy="Rename the group or the column",
        )


def _on_window(values: np.ndarray, cube: Cube, window: Window, geos: list[str]) -> np.ndarray:
    unknown = sorted(set(cube.geos) - set(geos))
    if unknown:
        raise BadInput(
            f"Media names regions that the KPI does not have: {listed(unknown)}",
            where=f"the KPI has {listed(geos)}",
            expected="the same names in all files were expected",
            remedy="Correct the names, or read the files without their region column",
        )
    start = window.first - cube.first_period
    inside = values[start : start + len(window)]
    result = np.zeros((len(window), len(geos), values.shape[2]), dtype=np.float64)
    result[:, [geos.index(geo) for geo in cube.geos], :] = inside
    return result
