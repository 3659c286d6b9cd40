"""A client with known truth: spend and controls go in, an outcome and what caused it come out."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.simulation import flighting
from mmm_core.simulation.demand import CONTROLS, Demand, simulate_controls
from mmm_core.simulation.response import Floats, Response

L_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBrief:
    """What a group is made to do: retention, saturation, and contribution per currency unit over the history."""

    alpha: float
    lam: float
    roi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTruth:
    """What one group really does.

    Attributes
    ----------
    name : str
    response : Response
        `beta` in KPI units; divided by the largest KPI it is the model's beta.
    spend, contribution : float
        Totals over the history, currency units and KPI units.
    roi : float
        Contribution per currency unit.
    """

    name: str
    response: Response
    spend: float
    contribution: float
    roi: float

    def as_dict(self) -> dict[str, object]:
        """Return the truth with its parameters."""
        totals = {"spend": self.spend, "contribution": self.contribution, "roi": self.roi}
        return {**asdict(self.response), **totals}


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedClient:
    """One market, period by period; every frame and series has the periods (first day of the week) as its index.

    Attributes
    ----------
    spend : DataFrame
        One column per group, currency units per period.
    controls : DataFrame
        `price_index`, `promotion`, `temperature`.
    kpi, baseline, noise : Series
        KPI units per period; kpi = baseline + contributions + noise.
    contributions : DataFrame
        One column per group, KPI units per period.
    groups : tuple of GroupTruth
    demand : Demand
    """

    spend: pd.DataFrame
    controls: pd.DataFrame
    kpi: pd.Series
    baseline: pd.Series
    noise: pd.Series
    contributions: pd.DataFrame
    groups: tuple[GroupTruth, ...]
    demand: Demand

    @property
    def panel_frame(self) -> pd.DataFrame:
        """What a fit sees: `period`, one column of spend per group, `kpi`, one column per control."""
        frame = pd.concat([self.spend, self.kpi.rename("kpi"), self.controls], axis=1)
        return frame.rename_axis("period").reset_index()

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the groups, in the order of the columns."""
        return tuple(group.name for group in self.groups)

    @property
    def control_names(self) -> tuple[str, ...]:
        """Names of the controls, in the order of the columns."""
        return CONTROLS

    def first(self, periods: int) -> "SimulatedClient":
        """Return the client as known after its first `periods` periods; responses stay, totals are counted again."""
        spend, caused = self.spend.iloc[:periods], self.contributions.iloc[:periods]
        return SimulatedClient(
            spend=spend,
            controls=self.controls.iloc[:periods],
            kpi=self.kpi.iloc[:periods],
            baseline=self.baseline.iloc[:periods],
            noise=self.noise.iloc[:periods],
            contributions=caused,
            groups=tuple(
                _truth_of(group.name, group.response, spend[group.name], caused[group.name]) for group in self.groups
            ),
            demand=self.demand,
        )

    def truth(self, name: str) -> GroupTruth:
        """Return the truth of one group.

        Raises
        ------
        BadInput
            If there is no such group.
        """
        for group in self.groups:
            if group.name == name:
                return group
        raise BadInput(f"There is no group '{name}'", where=f"known: {listed(self.group_names, most=12)}")


def simulate_national(
    rng: np.random.Generator,
    *,
    periods: int = 104,
    groups: int = 4,
    media_share: float = 0.3,
    noise: float = 0.02,
    trend: float = 0.0,
    first_week: str = "2023-01-02",
) -> SimulatedClient:
    """Simulate a client of one market with weekly data.

    Parameters
    ----------
    rng : Generator
        The only source of chance: the same state gives the same client.
    periods : int, default 104
        Weeks of history, at least 16.
    groups : int, default 4
        Number of groups ("group_01", ...), at least 1; their spend patterns take turns.
    media_share : float, default 0.3
        About how much of the outcome the groups cause, between 0 and 1.
    noise : float, default 0.02
        Standard deviation of the noise, relative to the mean outcome.
    trend : float, default 0
        Growth of the baseline from the first to the last week. The model's defaults know no trend.
    first_week : str, default "2023-01-02"
        First day of the first week.

    Raises
    ------
    BadInput
        If `periods`, `groups` or `media_share` are out of range.
    """
    if periods < 16 or groups < 1 or not 0 < media_share < 1:
        raise BadInput(
            f"A client with {periods} periods, {groups} groups and media share {media_share} cannot be simulated",
            expected="at least 16 periods, 1 group and a share between 0 and 1 were expected",
        )
    weeks = pd.date_range(first_week, periods=periods, freq="7D", name="period")
    names = [f"group_{number:02d}" for number in range(1, groups + 1)]
    spend = pd.DataFrame(
        {name: _group_spend(rng, periods, at) for at, name in enumerate(names)}, index=weeks, dtype=np.float64
    )
    briefs = {name: _drawn_brief(rng) for name in names}
    caused = sum(briefs[name].roi * float(spend[name].mean()) for name in names)
    demand = Demand(level=caused * (1 - media_share) / media_share, trend=trend)
    controls = simulate_controls(rng, weeks)
    return respond(rng, spend=spend, briefs=briefs, controls=controls, demand=demand, noise=noise)


def respond(
    rng: np.random.Generator,
    *,
    spend: pd.DataFrame,
    briefs: Mapping[str, GroupBrief],
    controls: pd.DataFrame,
    demand: Demand,
    noise: float,
) -> SimulatedClient:
    """Let a market respond to spend.

    Parameters
    ----------
    rng : Generator
    spend, controls : DataFrame
        Same index of periods; `spend` has one column per group, currency units.
    briefs : mapping of group name to GroupBrief
    demand : Demand
    noise : float
        Standard deviation relative to the mean outcome.

    Returns
    -------
    SimulatedClient
        Its KPI is rounded to cents and its noise is what is left, so that the sum is exact.
    """
    weeks = spend.index
    responses = {name: _response_for(spend[name].to_numpy(dtype=np.float64), briefs[name]) for name in spend.columns}
    caused = pd.DataFrame(
        {name: responses[name].contribution(spend[name].to_numpy(dtype=np.float64)) for name in spend.columns},
        index=weeks,
    )
    baseline = pd.Series(demand.baseline(controls), index=weeks, name="baseline")
    expected = baseline + caused.sum(axis=1)
    kpi = (expected + rng.normal(0.0, noise * float(expected.mean()), len(weeks))).round(2).rename("kpi")
    groups = tuple(_truth_of(name, responses[name], spend[name], caused[name]) for name in spend.columns)
    return SimulatedClient(
        spend=spend,
        controls=controls,
        kpi=kpi,
        baseline=baseline,
        noise=(kpi - expected).rename("noise"),
        contributions=caused,
        groups=groups,
        demand=demand,
    )


def _response_for(spend: Floats, brief: GroupBrief) -> Response:
    """Choose the ceiling so that the history's contribution meets the ROI of the brief."""
    unit = Response(alpha=brief.alpha, lam=brief.lam, beta=1.0, scale=float(spend.max()), l_max=L_MAX)
    beta = brief.roi * float(spend.sum()) / float(unit.contribution(spend).sum())
    return Response(alpha=brief.alpha, lam=brief.lam, beta=beta, scale=unit.scale, l_max=L_MAX)


def _truth_of(name: str, response: Response, spend: pd.Series, caused: pd.Series) -> GroupTruth:
    total, effect = float(spend.sum()), float(caused.sum())
    return GroupTruth(name=name, response=response, spend=total, contribution=effect, roi=effect / total)


_PATTERNS: Sequence[flighting.Pattern] = (
    flighting.flights,
    flighting.always_on,
    flighting.drops,
    flighting.seasonal,
    flighting.bursts,
)


def _group_spend(rng: np.random.Generator, periods: int, at: int) -> Floats:
    level = rng.uniform(15_000, 60_000)
    result: Floats = np.round(level * _PATTERNS[at % len(_PATTERNS)](rng, periods), 2)
    return result


def _drawn_brief(rng: np.random.Generator) -> GroupBrief:
    return GroupBrief(alpha=rng.uniform(0.05, 0.6), lam=rng.uniform(1.5, 3.5), roi=rng.uniform(0.8, 3.5))
