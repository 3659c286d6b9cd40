"""A scenario: the recent spend goes on, with some groups scaled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from mmm_core.errors import BadInput, listed
from mmm_core.modeling.design import future_periods
from mmm_core.modeling.engine import LONGEST_HORIZON
from mmm_core.panel.panel import Panel

_LARGEST_FACTOR = 1e9
"""Far beyond any plan, and small enough that its spend stays a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What spend may look like in the periods after the panel.

    Attributes
    ----------
    name : str
    periods : int
        Horizon in periods, 1 to 104.
    change : dict of group to factor
        1.2 is 20 % more than the base plan in every period, 0 is a stop; groups that are not named stay as they are.
    """

    name: str
    periods: int = 13
    change: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be a plan."""
        whole = isinstance(self.periods, int) and not isinstance(self.periods, bool)
        if not whole or not 1 <= self.periods <= LONGEST_HORIZON:
            raise BadInput(
                f"'periods' is {self.periods!r}",
                where=f"scenario '{self.name}'",
                expected=f"it must be a whole number from 1 to {LONGEST_HORIZON}",
            )
        for group, factor in self.change.items():
            number = isinstance(factor, int | float) and not isinstance(factor, bool)
            if not number or not 0 <= factor <= _LARGEST_FACTOR:
                raise BadInput(
                    f"The change of '{group}' is {factor!r}",
                    where=f"scenario '{self.name}'",
                    expected="it must be a factor of 0 or more, such as 1.2 for 20 % more, "
                    f"and {_LARGEST_FACTOR:,.0f} at most",
                )

    def as_dict(self) -> dict[str, object]:
        """Return plain values."""
        return {"name": self.name, "periods": self.periods, "change": dict(self.change)}

    @classmethod
    def from_dict(cls, content: Mapping[str, object]) -> "Scenario":
        """Read plain values.

        Raises
        ------
        BadInput
            If a key is missing or unknown or a value cannot be used; the message names it.
        """
        unknown = sorted(set(content) - {"name", "periods", "change"})
        if unknown or "name" not in content or not isinstance(content.get("change", {}), Mapping):
            raise BadInput(
                f"The scenario has the keys {listed(sorted(content))}",
                where="scenario",
                expected="it must have 'name' and may have 'periods' and 'change', a table of group to factor",
            )
        return cls(**content)  # type: ignore[arg-type]


def base_plan(panel: Panel, periods: int) -> xr.DataArray:
    """Repeat the spend of the last `periods` periods: the most recent run rate.

    A panel shorter than the horizon is repeated as often as it takes, its last period last.

    Returns
    -------
    xr.DataArray
        Spend (period, geo, group) in currency units per period, for the periods right after the panel.
    """
    spend = panel.data["spend"].transpose("period", "geo", "group")
    length = spend.sizes["period"]
    rows = (length + np.arange(-periods, 0)) % length
    return spend.isel(period=rows).assign_coords(period=future_periods(panel, periods)).rename("plan")


def scenario_plan(panel: Panel, scenario: Scenario) -> xr.DataArray:
    """Return the spend of a scenario: the base plan with the changed groups scaled.

    Raises
    ------
    BadInput
        If a group is unknown; the message names the known ones.
    """
    unknown = [group for group in scenario.change if group not in panel.groups]
    if unknown:
        raise BadInput(
            f"The scenario changes {listed([repr(name) for name in unknown])}, which is not a group",
            where=f"scenario '{scenario.name}'",
            expected=f"known groups are {', '.join(panel.groups)}",
            remedy="Correct the name",
        )
    factors = [scenario.change.get(group, 1.0) for group in panel.groups]
    return base_plan(panel, scenario.periods) * xr.DataArray(factors, {"group": list(panel.groups)}, ("group",))


def beyond_range(panel: Panel, plan: xr.DataArray) -> dict[str, float]:
    """Find groups whose planned spend leaves the range that the model has seen.

    Returns
    -------
    dict
        Group to the highest planned spend of a period as a multiple of the highest ever seen in the same geo, where
        that is above 1; infinite where the geo never had spend.
    """
    seen = panel.data["spend"].max("period")
    planned = plan.max("period")
    ratio = (planned / seen.where(seen > 0, np.inf)).where((seen > 0) | (planned <= 0), np.inf).max("geo")
    return {str(name): float(ratio.sel(group=name)) for name in panel.groups if float(ratio.sel(group=name)) > 1 + 1e-9}
