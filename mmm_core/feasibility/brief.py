"""The structure brief: what this data can carry and what the client should bring, in plain words, as data."""

from dataclasses import dataclass

from mmm_core.errors import counted, listed
from mmm_core.feasibility.carrying import Carried, carried_groups, weeks_needed
from mmm_core.feasibility.facts import Grounded, History, MediaFacts, Outcome, history, media, outcome
from mmm_core.feasibility.limits import LIMITS, Limits
from mmm_core.fingerprint import of_content
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.recognition import owner_of

Figures = dict[str, float | int | str]
SECTIONS = ("history", "outcome", "media", "groups", "granularity", "bring")
"""Keys of the sections, in the order in which they are read."""
_NO_OUTCOME = "The outcome per period, from the system that finance trusts"
_NO_MEDIA = "Spend per line item and period, as the platforms export it"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefSection:
    """One section: sentences computed from the data, the figures in them, and what the client should bring."""

    key: str
    title: str
    sentences: tuple[str, ...]
    figures: Figures
    asks: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Name of what the section says; another one means that its figures have changed."""
        return of_content([self.sentences, self.asks])


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All sections in the order of `SECTIONS`; `carried` is None while the common history is not known."""

    sections: tuple[BriefSection, ...]
    carried: Carried | None

    def section(self, key: str) -> BriefSection:
        """Return one section; raises `KeyError`."""
        return next(section for section in self.sections if section.key == key)


def brief(ground: Grounded, mapping: Mapping | None = None, *, limits: Limits = LIMITS) -> Brief:
    """Compute the brief from what the files say; `mapping` adds how its present groups compare."""
    past, result, spend = history(ground), outcome(ground), media(ground, limits)
    drivers = (*ground.controls, *getattr(ground, "organic", ()))
    controls = sum(len(series.values.columns) for series in drivers)
    groups = len(mapping.leaves) if mapping is not None else 0
    carried = carried_groups(past, controls, spend, limits) if past is not None else None
    sections = (
        _history_section(past, ground.settings, limits),
        _outcome_section(result, ground.settings.period, limits),
        _media_section(spend, ground.settings, limits),
        _groups_section(past, carried, controls, groups),
        _granularity_section(past, ground.settings),
        _bring_section(ground, past, spend, mapping, limits),
    )
    return Brief(sections=sections, carried=carried)


def _history_section(past: History | None, settings: ProjectSettings, limits: Limits) -> BriefSection:
    title, wanted = "Length of history", round(limits.wanted_years * settings.periods_per_year)
    if past is None:
        sentence = "The common history is not known yet: it needs media and an outcome."
        return BriefSection(key="history", title=title, sentences=(sentence,), figures={}, asks=())
    period = settings.period
    sentences = [
        (
            f"All files together cover {counted(past.periods, f'complete {period}')}, from {past.first} to {past.last}"
            f" ({past.years:.1f} years)."
        )
    ]
    asks: tuple[str, ...] = ()
    if past.periods < limits.least_periods:
        sentences.append(f"Below {limits.least_periods} {period}s nothing can be modelled.")
    if past.periods < wanted:
        sentences.append(
            f"That is less than two years ({wanted} {period}s): a season cannot be told from a single event."
        )
        asks = (_longer(past, settings, limits),)
    elif past.years < limits.good_years:
        sentences.append("Seasons can be estimated; a third year would allow to check them.")
    else:
        sentences.append("Seasons can be estimated and checked.")
    figures: Figures = {"periods": past.periods, "first": past.first, "last": past.last, "years": round(past.years, 2)}
    return BriefSection(key="history", title=title, sentences=tuple(sentences), figures=figures, asks=asks)


def _longer(past: History, settings: ProjectSettings, limits: Limits) -> str:
    """Ask for what is missing to two years; in the same words wherever it is asked for."""
    lacking = round(limits.wanted_years * settings.periods_per_year) - past.periods
    return f"{counted(lacking, f'more {settings.period}')} of history, for media, outcome and controls alike"


def _outcome_section(result: Outcome | None, period: str, limits: Limits) -> BriefSection:
    title = "The outcome"
    if result is None:
        return BriefSection(
            key="outcome", title=title, sentences=("There is no outcome yet.",), figures={}, asks=(_NO_OUTCOME,)
        )
    sentences = [
        f"'{result.name}' averages {_amount(result.mean)} per {period} and varies by {result.variation:.0%} of that.",
        (
            f"What trend{' and season leave' if result.season is not None else ' leaves'} unexplained is"
            f" {result.noise:.1%} of the mean: the yardstick for every effect. A group that brings less than"
            f" {_amount(result.noise * abs(result.mean))} per {period} is hard to see in any single {period}."
        ),
    ]
    if result.season is None:
        sentences.append("The history is too short to measure its season.")
    else:
        verdict = "strong" if result.season >= limits.strong_season else "moderate or weak"
        sentences.append(f"Its yearly season is {verdict} (strength {result.season:.2f} of 1).")
    asks: tuple[str, ...] = ()
    if result.zeros:
        sentences.append(f"It is 0 in {counted(result.zeros, period)}.")
        asks = (f"Whether the {counted(result.zeros, period)} with 0 are true, or values that are missing",)
    if result.missing:
        asks = (*asks, f"The outcome of {counted(result.missing, period)} without a value")
    figures: Figures = {
        "mean": result.mean,
        "variation": round(result.variation, 4),
        "noise": round(result.noise, 4),
        "zeros": result.zeros,
        "missing": result.missing,
    }
    if result.season is not None:
        figures["season"] = round(result.season, 3)
    return BriefSection(key="outcome", title=title, sentences=tuple(sentences), figures=figures, asks=asks)


def _media_section(spend: MediaFacts | None, settings: ProjectSettings, limits: Limits) -> BriefSection:
    title = "The media"
    if spend is None:
        return BriefSection(
            key="media",
            title=title,
            sentences=("There is no media yet.",),
            figures={},
            asks=(_NO_MEDIA,),
        )
    enough = round(limits.active_year_share * settings.periods_per_year)
    sentences = (
        (
            f"{counted(spend.line_items, 'line item')} with spend in the history; {spend.with_history:,} of them were"
            f" active in at least {enough} {settings.period}s and hold {spend.spend_with_history:.0%} of the spend."
        ),
        (
            f"The spend of {counted(spend.moving, 'line item')} moves enough to leave a trace (by"
            f" {limits.moving_cv:.0%} of its mean or more); one that never moves cannot be told from the level."
        ),
    )
    figures: Figures = {
        "line_items": spend.line_items,
        "with_history": spend.with_history,
        "spend_with_history": round(spend.spend_with_history, 4),
        "moving": spend.moving,
    }
    return BriefSection(key="media", title=title, sentences=sentences, figures=figures)


_BOUNDS = {
    "history": "the length of history",
    "spend": "the spread of spend (a smaller group would drown in the noise)",
    "line items": "the number of line items that move",
}


def _bounds(carried: Carried) -> str:
    if carried.low_bound == carried.high_bound:
        bounded = "This is" if carried.low == carried.high else "Both figures are"
        return f"{bounded} bounded by {_BOUNDS[carried.low_bound]}."
    low, high = _BOUNDS[carried.low_bound], _BOUNDS[carried.high_bound]
    return f"The cautious figure is bounded by {low}, the hopeful one by {high}."


def _groups_section(past: History | None, carried: Carried | None, controls: int, groups: int) -> BriefSection:
    title = "How many groups this can carry"
    if past is None or carried is None:
        sentence = "This is known as soon as media and an outcome are there."
        return BriefSection(key="groups", title=title, sentences=(sentence,), figures={})
    sentences = [
        _how_many(carried),
        (
            f"Each group costs three parameters (carry-over, saturation, effect); level, trend, season, noise and"
            f" {counted(controls, 'control')} use up part of the {past.weeks:.0f} weeks first."
        ),
        _bounds(carried),
    ]
    asks: tuple[str, ...] = ()
    if groups:
        needed = weeks_needed(groups, controls)
        sentences.append(
            f"The tree has {counted(groups, 'group')} now; cautiously counted they would want {needed:,} weeks."
        )
        if groups > carried.high:
            asks = (f"Which of the {groups} groups can be one lever: at most about {carried.high} can be told apart",)
    figures: Figures = {
        "low": carried.low,
        "high": carried.high,
        "low_bound": carried.low_bound,
        "high_bound": carried.high_bound,
        "groups": groups,
        "controls": controls,
    }
    return BriefSection(key="groups", title=title, sentences=tuple(sentences), figures=figures, asks=asks)


def _how_many(carried: Carried) -> str:
    if carried.low == carried.high:
        return f"About {counted(carried.low, 'group')}. A rule of thumb, not a verdict."
    return (
        f"About {carried.low} to {carried.high} groups: {carried.low} if all must come from the data, {carried.high} if"
        " what is known beforehand about carry-over and saturation helps. A rule of thumb, not a verdict."
    )


def _granularity_section(past: History | None, settings: ProjectSettings) -> BriefSection:
    title, geos = "Granularity", past.geos if past is not None else 1
    if settings.period == "week":
        sentences = ["The model works by week: carry-over of days is averaged, noise of single days as well."]
    else:
        sentences = [
            (
                "The model works by day: seven times the rows, but neighbouring days say nearly the same, so the"
                " groups it carries are counted by week all the same."
            )
        ]
    asks: tuple[str, ...] = ()
    if geos > 1:
        sentences.append(f"It has {geos} regions. They help as far as spend was spread differently over them.")
    else:
        sentences.append("It has one market. Regions would help if spend differs between them.")
        asks = ("Outcome and media by region, if both are known that way",)
    figures: Figures = {"period": settings.period, "geos": geos}
    return BriefSection(key="granularity", title=title, sentences=tuple(sentences), figures=figures, asks=asks)


def _bring_section(
    ground: Grounded, past: History | None, spend: MediaFacts | None, mapping: Mapping | None, limits: Limits
) -> BriefSection:
    asks = []
    if ground.kpi is None:
        asks.append(_NO_OUTCOME)
    if spend is None:
        asks.append(_NO_MEDIA)
    if not ground.controls:
        asks.append("What else drives the outcome: prices, promotions, distribution, competitors, weather")
    if past is not None and past.periods < round(limits.wanted_years * ground.settings.periods_per_year):
        asks.append(_longer(past, ground.settings, limits))
    without = [path[-1] for path in mapping.leaves if not owner_of(mapping, path)] if mapping is not None else []
    if without:
        asks.append(f"An owner for {counted(len(without), 'group')}: {listed(without)}")
    if not getattr(ground.data, "control_totals", ()):
        asks.append("Control totals: what finance booked per channel and year, to check the files against")
    if not getattr(ground.data, "lift_tests", ()):
        asks.append("Results of lift tests, if any were run; they settle what history cannot")
    sentence = "Nothing is missing." if not asks else f"{counted(len(asks), 'thing')} would make the model better."
    return BriefSection(
        key="bring", title="What to bring", sentences=(sentence,), figures={"asks": len(asks)}, asks=tuple(asks)
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
