"""A panel as the two frames that PyMC-Marketing's own examples start from."""

import pandas as pd

from mmm_core.panel.panel import Panel


def plain_inputs(panel: Panel) -> tuple[pd.DataFrame, pd.Series]:
    """Return date, one column per group and control; and the outcome."""
    data = panel.data.isel(geo=0)
    inputs = pd.DataFrame(data["spend"].values, columns=list(panel.groups))
    inputs.insert(0, "date", pd.to_datetime(data["period"].values))
    for name in data["control"].values:
        inputs[str(name)] = data["controls"].sel(control=name).values
    return inputs, pd.Series(data["kpi"].values, name="y")
