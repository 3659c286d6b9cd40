"""Where a lift test lies in a panel: its periods, its regions, what the files spent there; refused where it cannot be.

The rules of refusal: a test is refused when the model could not read it or would be led astray without a word. That the
measured lift has the other sign than the spend change is no reason: noise does that to small effects, and leaving such
tests out would make the others look better than they are. When the whole interval lies on the other side it is one: the
model knows no effect below zero, would shrink the group to nothing, and a sign was most likely mistyped.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.errors import BadInput, listed
from mmm_core.modeling.calibrating.limits import CALIBRATION_LIMITS
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.panel.panel import Panel
from mmm_core.schema import WHOLE_MARKET
from mmm_core.taxonomy.names import comparable

Floats = NDArray[np.float64]
_DAYS = {"week": 7, "day": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A lift test in a panel.

    Attributes
    ----------
    group : int
        Position of the group.
    geos : int array (regions,)
        Positions of the regions in which the group spends, of those that the test is about.
    periods : float
        Length of the test in periods of the panel; a part where it does not begin or end with one.
    spent : float64 array (regions,)
        What the files hold for the days of the test, currency; of a period in part, its share.
    usual : float
        Spend of the test without the change, currency: as people say, else what the files hold.
    shares : float64 array (regions,)
        Shares of the regions in usual spend and change; they add up to 1.
    """

    group: int
    geos: NDArray[np.intp]
    periods: float
    spent: Floats
    usual: float
    shares: Floats


def refuse_unsuited(panel: Panel, test: LiftTest) -> None:
    """Refuse a test that the model cannot read from this panel.

    Raises
    ------
    BadInput
        If the group or a region is unknown or never spends, the days lie outside the panel's window, no spend is
        changed, more is taken away than was spent, there is no interval, or all of it contradicts the change.
    """
    place(panel, test)


def place(panel: Panel, test: LiftTest) -> Placed:
    """Find a test in a panel; raises as `refuse_unsuited`."""
    group = find_group(panel, test.group, test.label)
    inside = covered(panel, test.first, test.last, test.label)
    _refuse_empty(test)
    geos = _geos(panel, test, group)
    spend: Floats = panel.data["spend"].values[:, geos, group]
    spent: Floats = inside @ spend
    usual = float(spent.sum()) if test.usual_spend is None else test.usual_spend
    _refuse_more_than_usual(panel, test, usual)
    basis = spent if spent.sum() > 0 else spend.sum(axis=0)
    active = basis > 0
    return Placed(
        group=group,
        geos=geos[active],
        periods=float(inside.sum()),
        spent=spent[active],
        usual=usual,
        shares=basis[active] / basis.sum(),
    )


def find_group(panel: Panel, name: str, label: str) -> int:
    """Return the position of a group; raises `BadInput` that names those that read alike."""
    if name in panel.groups:
        return panel.groups.index(name)
    raise BadInput(
        f"There is no group '{name}' in the model",
        where=label,
        expected=f"the groups are {listed(panel.groups)}",
        remedy=_meant(name, panel.groups) or "Name one of the groups",
    )


def covered(panel: Panel, first: str, last: str, label: str) -> Floats:
    """Return the share of each period's days that lies between two days, both inside.

    Raises
    ------
    BadInput
        If a day lies outside the panel's window.
    """
    length = np.timedelta64(_DAYS[panel.period], "D")
    starts = panel.data["period"].values.astype("datetime64[D]")
    begin, end = np.datetime64(first, "D"), np.datetime64(last, "D") + 1
    if begin < starts[0] or end > starts[-1] + length:
        raise BadInput(
            f"The days {first} to {last} do not lie inside the modelling window",
            where=label,
            expected=f"the window is {starts[0]} to {starts[-1] + length - 1}",
            remedy="Leave it out, or bring files that cover these days",
        )
    shared = np.minimum(end, starts + length) - np.maximum(begin, starts)
    result: Floats = np.maximum(shared / length, 0.0)
    return result


def spending_geos(panel: Panel, group: int) -> NDArray[np.intp]:
    """Return the positions of the regions in which a group ever spends."""
    return np.flatnonzero(panel.data["spend"].values[:, :, group].max(axis=0) > 0)


def _geos(panel: Panel, test: LiftTest, group: int) -> NDArray[np.intp]:
    names = [str(name) for name in panel.data["geo"].values]
    spending = spending_geos(panel, group)
    if not len(spending):
        raise BadInput(f"The group '{test.group}' never spends in the modelling window", where=test.label)
    wanted = tuple(geo for geo in test.geos if geo != WHOLE_MARKET)
    if not wanted:
        return spending
    _refuse_unknown_geos(names, wanted, test)
    idle = [geo for geo in wanted if names.index(geo) not in spending]
    if idle:
        raise BadInput(
            f"The group '{test.group}' never spends in {listed(idle)}",
            where=test.label,
            expected="the model learns a response only where there is spend",
            remedy="Name only the regions whose spend was changed",
        )
    return np.array([names.index(geo) for geo in wanted], dtype=np.intp)


def _refuse_unknown_geos(names: list[str], wanted: Sequence[str], test: LiftTest) -> None:
    unknown = [geo for geo in wanted if geo not in names]
    if not unknown:
        return
    if len(names) == 1:
        raise BadInput(
            f"The test was made in {listed(wanted)}, and the model has no regions",
            where=test.label,
            expected="a test of the whole market was expected",
            remedy="Scale spend change and lift up to the whole market and name no region, or bring files with regions",
        )
    raise BadInput(
        f"There is no region {listed([repr(geo) for geo in unknown])} in the model",
        where=test.label,
        expected=f"the regions are {listed(names)}",
        remedy=_meant(unknown[0], names) or "Name regions of the files",
    )


def _refuse_empty(test: LiftTest) -> None:
    """Refuse a test that changes nothing, has no error, or cannot be true under any positive effect."""
    if test.spend_change == 0:
        raise BadInput(
            "The test changes no spend",
            where=test.label,
            expected="a change other than 0 was expected",
            remedy="Enter by how much spend was changed over the whole test, less spend as a negative figure",
        )
    if test.low is None or test.high is None:
        raise BadInput(
            "The lift has no interval",
            where=test.label,
            expected="without an error nobody knows how much the test may count",
            remedy="Enter the interval that the experiment reported, and its level",
        )
    if max(test.low / test.spend_change, test.high / test.spend_change) < 0:
        more, up = ("more" if test.spend_change > 0 else "less"), ("more" if test.lift > 0 else "less")
        raise BadInput(
            f"{more.capitalize()} spend brought {up} outcome, and so does the whole interval, "
            f"{test.low:,.0f} to {test.high:,.0f}",
            where=test.label,
            expected="the model knows no group that lowers the outcome",
            remedy="Check the signs: less spend and a fall of the outcome are both negative; else leave the test out",
        )


def _refuse_more_than_usual(panel: Panel, test: LiftTest, usual: float) -> None:
    if usual + test.spend_change >= -CALIBRATION_LIMITS.rounding * max(usual, 1.0):
        return
    told = "the usual spend was" if test.usual_spend is not None else "the files hold for these days"
    raise BadInput(
        f"The test takes {-test.spend_change:,.0f} {panel.currency} away, and {told} {usual:,.0f}",
        where=test.label,
        expected="spend cannot fall below 0",
        remedy="Correct the figures"
        if test.usual_spend is not None
        else "Enter the usual spend: the files seem to hold what was spent during the test",
    )


def _meant(name: str, known: Sequence[str]) -> str:
    """Ask for what was probably meant; "" where nothing reads alike."""
    limits, folded = CALIBRATION_LIMITS, {comparable(one): one for one in reversed(known)}
    near = difflib.get_close_matches(comparable(name), folded, n=limits.near_names, cutoff=limits.near_likeness)
    return f"Did you mean {' or '.join(repr(folded[one]) for one in near)}?" if near else ""
