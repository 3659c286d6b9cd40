"""Every figure that a fit is judged by, with its source. Where the source is judgement it says so."""

from dataclasses import dataclass

from mmm_core.modeling.convergence import FEWEST_EFFECTIVE_DRAWS, HIGHEST_R_HAT

_VEHTARI = "Vehtari et al. 2021, doi:10.1214/20-BA1221"
_OVERLAP = (
    "Judgement, below what was met on 20 simulated clients that are as the model assumes: 58 to 93 % with fewer weeks, "
    "81 to 97 % with other priors (benchmarks/stability.py)"
)
_OFF = (
    "Judgement: of 117 groups of these clients 1 was off in half of the refits with fewer weeks, none with other "
    "priors; so were groups of 18 in 20 clients in which one effect tripled in the last half-year, and of 11 in 20 "
    "whose model lacks a yearly wave (benchmarks/stability.py)"
)
_MERIDIAN = "Google's Meridian, model quality checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A figure and where it comes from."""

    value: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustLimits:
    """One frozen config. Shares and probabilities are 0 to 1."""

    r_hat: Limit = Limit(value=HIGHEST_R_HAT, source=_VEHTARI)
    effective_draws: Limit = Limit(value=FEWEST_EFFECTIVE_DRAWS, source=_VEHTARI)
    r_hat_hopeless: Limit = Limit(
        value=1.1, source="Gelman & Rubin 1992, doi:10.1214/ss/1177011136: chains apart by more have not met"
    )
    r2: Limit = Limit(value=0.0, source=f"{_MERIDIAN}: at 0 or below, the mean of the outcome explains as much")
    too_seldom: Limit = Limit(
        value=0.05,
        source="Binomial test: so few hits (or so many) would come about in fewer than 1 of 20 sound models",
    )
    far_too_seldom: Limit = Limit(value=0.005, source="Binomial test, 1 of 200")
    left_in_residuals: Limit = Limit(
        value=0.01, source="Ljung & Box 1978, doi:10.1093/biomet/65.2.297; the level of 1 % is judgement"
    )
    strong_residuals: Limit = Limit(
        value=0.4, source="Judgement: one sixth of the next period's error is known from this one's (0.4 squared)"
    )
    baseline_attention: Limit = Limit(value=0.2, source=f"{_MERIDIAN}: chance that the baseline is negative, review")
    baseline_error: Limit = Limit(value=0.8, source=f"{_MERIDIAN}: chance that the baseline is negative, fail")
    baseline_periods: Limit = Limit(value=0.05, source="Judgement: share of periods and draws with a negative baseline")
    told_by_prior: Limit = Limit(
        value=0.25, source="As in the push-back: three quarters of the range are the prior's own. Judgement"
    )
    moved_far: Limit = Limit(
        value=1.0, source="Judgement: an answer that moved by a standard deviation of the prior was moved by the data"
    )
    unmoved_spend_attention: Limit = Limit(value=0.1, source="Judgement: share of spend in groups that did not move")
    unmoved_spend_error: Limit = Limit(value=0.5, source="Judgement: half of the spend is told by the prior")
    roi_low: Limit = Limit(
        value=0.15, source="1 % quantile of Meridian's default prior for ROI, LogNormal(0.2, 0.9), revenue per spend"
    )
    roi_high: Limit = Limit(
        value=9.9, source="99 % quantile of Meridian's default prior for ROI, LogNormal(0.2, 0.9), revenue per spend"
    )
    roi_ratio: Limit = Limit(
        value=20.0, source="Judgement, where the outcome is not money: so many times the average of all groups"
    )
    media_share: Limit = Limit(
        value=0.8, source="Two deviations above Meridian's default for all paid media, Beta with mean 0.4 and sd 0.2"
    )
    skill: Limit = Limit(
        value=0.1,
        source="Skill score of Gneiting & Raftery 2007, doi:10.1198/016214506000001437; a tenth is judgement",
    )
    no_gain: Limit = Limit(
        value=0.05,
        source="Test of equal accuracy, Diebold & Mariano 1995, doi:10.1080/07350015.1995.10524599, small-sample form",
    )
    one_sided: Limit = Limit(value=0.01, source="Sign test; the level of 1 % is judgement")
    stable_attention: Limit = Limit(value=0.5, source=_OVERLAP)
    stable_error: Limit = Limit(value=0.25, source=_OVERLAP)
    off: Limit = Limit(value=0.1, source="Judgement, see the share of refits")
    off_share: Limit = Limit(value=0.5, source=_OFF)
    off_refits: Limit = Limit(value=2.0, source="Judgement: one refit alone proves nothing")
    ordered: Limit = Limit(value=0.9, source="Judgement: 9 in 10 draws say the same of two groups")
    ordered_pairs: Limit = Limit(value=0.5, source="Judgement: half of all pairs of groups")
    beyond_margin: Limit = Limit(value=0.05, source="Judgement: spend above the highest so far by a twentieth")
    beyond_spend: Limit = Limit(value=0.1, source="Judgement: groups with a tenth of the period's spend")
    beyond_periods: Limit = Limit(value=8.0, source="Judgement: as many held-out periods beyond the range as in a fold")
    bend_told: Limit = Limit(
        value=0.25, source="As for the effect: less of the saturation's range than this is told by the data"
    )


LIMITS = TrustLimits()
