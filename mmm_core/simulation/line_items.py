"""What the retailer buys: every line item with its file, its dimensions, its group and the quarters it runs in."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from mmm_core import fingerprint

AD_PLATFORMS, AGENCY_PLAN, OFFLINE = "ad_platforms.csv", "agency_plan.xlsx", "offline.csv"
BLOCK_WEEKS = 13
"""Campaigns run in quarters of 13 weeks."""

LEVELS = ("Objective", "Channel", "Group")
PATHS: dict[str, tuple[str, str, str]] = {
    "TV": ("Brand", "Broadcast", "TV"),
    "Radio": ("Brand", "Broadcast", "Radio"),
    "Out of home": ("Brand", "Outdoor", "Out of home"),
    "Online video": ("Brand", "Video", "Online video"),
    "Brand social": ("Brand", "Social", "Brand social"),
    "Performance social": ("Performance", "Social", "Performance social"),
    "Paid search": ("Performance", "Search", "Paid search"),
    "Print": ("Performance", "Press", "Print"),
    "Direct mail": ("Performance", "Mail", "Direct mail"),
}

_COUNTRIES = ("DE", "AT")
_RANGES = ("Sofas", "Beds", "Kitchen", "Garden", "Lighting", "Rugs", "Storage", "Textiles", "Outdoor", "Nursery")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One line item as its file names it.

    Attributes
    ----------
    source : str
        File name.
    dimensions : tuple of (column, value)
        What identifies it, in the order of the file.
    group : str
        Where it truly belongs.
    weight : float
        Its size relative to the others of the group.
    quarter : int or None
        Quarter of the year that it runs in (1 to 4), None for any.
    blocks : int
        In how many 13-week blocks it runs; 0 means always.
    """

    source: str
    dimensions: tuple[tuple[str, str], ...]
    group: str
    weight: float = 1.0
    quarter: int | None = None
    blocks: int = 0

    @property
    def line_item_id(self) -> str:
        """First 16 hex digits of the fingerprint of the dimensions as written."""
        return fingerprint.of_content(dict(self.dimensions))[:16]

    @property
    def medium(self) -> str:
        """What the finance ledger calls the payee: ad platform, agency channel or offline medium."""
        first = self.dimensions[0][1]
        return first.split(" / ")[0] if self.source == AGENCY_PLAN else first

    def active_blocks(self, rng: np.random.Generator, number: int) -> np.ndarray:
        """Draw in which of `number` blocks it runs, as booleans."""
        eligible = [block for block in range(number) if self.quarter in (None, block % 4 + 1)]
        runs = len(eligible) if self.blocks == 0 else min(self.blocks, len(eligible))
        active = np.zeros(number, dtype=bool)
        active[rng.choice(eligible, size=runs, replace=False)] = True
        return active


def retailer_line_items() -> tuple[LineItem, ...]:
    """List the retailer's line items, about 400, file by file."""
    return (
        *_online_video(),
        *_brand_social(),
        *_performance_social(),
        *_paid_search(),
        *_agency_plan(),
        *_offline(),
    )


def _digital(platform: str, campaign: str, ad_set: str) -> tuple[tuple[str, str], ...]:
    return (("Platform", platform), ("Campaign", campaign), ("Ad set", ad_set))


def _ads(
    group: str, platform: str, names: Iterator[str] | list[str], ad_sets: tuple[str, ...], **more: float
) -> Iterator[LineItem]:
    """Cross campaigns with ad sets; a name that holds `_Q3_` runs in the third quarter only."""
    for campaign, ad_set in product(names, ad_sets):
        quarter = next((q for q in range(1, 5) if f"_Q{q}_" in campaign), None)
        yield LineItem(
            source=AD_PLATFORMS,
            dimensions=_digital(platform, campaign, ad_set),
            group=group,
            quarter=quarter,
            weight=more.get("weight", 1.0),
            blocks=int(more.get("blocks", 0)),
        )


def _crossed(pattern: str, parts: tuple[object, ...]) -> list[str]:
    return [pattern.format(part, country) for part, country in product(parts, _COUNTRIES)]


def _online_video() -> Iterator[LineItem]:
    themes = ("Autumn", "Spring", "Sale", "Living", "Outdoor")
    names = _crossed("YT_{}_Bumper_{}", themes) + _crossed("YT_{}_Instream_{}", themes)
    yield from _ads("Online video", "Google Ads", names[:10], ("Affinity", "In-market", "Custom intent"), blocks=2)
    yield from _ads("Online video", "Google Ads", names[10:], ("Affinity", "In-market", "Custom intent"), blocks=1)
    yield from _ads("Online video", "Google Ads", ["YT_Always_on_Instream_DE"], ("Affinity", "Placements"), weight=2.5)


def _brand_social() -> Iterator[LineItem]:
    quarters = (1, 2, 3, 4)
    audiences = ("Broad 25-54", "Interest home", "Lookalike 1 %")
    group = "Brand social"
    yield from _ads(group, "Meta", _crossed("FB_Brand_Video_Q{}_{}", quarters), audiences)
    yield from _ads(group, "Meta", _crossed("IG_Brand_Story_Q{}_{}", quarters), audiences, weight=0.8)
    yield from _ads(
        group, "TikTok", _crossed("TT_Brand_Spark_Q{}_{}", quarters), ("Broad 18-34", "Creators"), weight=0.6, blocks=1
    )
    yield from _ads(
        group, "Pinterest", _crossed("PIN_Brand_Idea_{}_{}", ("Home",)), ("Keywords", "Actalikes"), weight=0.25
    )
    yield from _ads(group, "Meta", ["FB_Brand_Always_on_DE"], ("Reels", "Feed"), weight=2.0)


def _performance_social() -> Iterator[LineItem]:
    group = "Performance social"
    audiences = ("Broad 25-54", "Lookalike 1 %")
    yield from _ads(group, "Meta", _crossed("FB_Perf_Catalogue_{1}", ("",)), audiences, weight=3.0)
    yield from _ads(
        group, "Meta", _crossed("FB_Perf_Retargeting_{1}", ("",)), ("Cart 7 days", "Visitors 30 days"), weight=2.0
    )
    yield from _ads(group, "Meta", _crossed("FB_Perf_Sale_{}_{}", _RANGES), (*audiences, "Video viewers"), blocks=1)
    yield from _ads(group, "Meta", _crossed("IG_Perf_Shop_{}_{}", _RANGES), audiences, weight=0.8, blocks=1)
    yield from _ads(
        group, "TikTok", _crossed("TT_Perf_Shop_{}_{}", _RANGES[:4]), ("Broad 18-34",), weight=0.6, blocks=1
    )
    yield from _ads(group, "TikTok", ["TT_Perf_Catalogue_AT"], ("Broad 18-34",), weight=0.12)
    yield from _ads(group, "Pinterest", _crossed("PIN_Perf_Shopping_{}_{}", ("Home",)), ("Keywords",), weight=0.5)


def _paid_search() -> Iterator[LineItem]:
    group = "Paid search"
    matches = ("Exact", "Phrase", "Broad match")
    yield from _ads(group, "Google Ads", _crossed("GG_Search_Brand_{1}", ("",)), ("Exact",), weight=3.0)
    yield from _ads(group, "Google Ads", _crossed("GG_Search_Generic_{1}", ("",)), matches[:2], weight=3.0)
    yield from _ads(group, "Google Ads", _crossed("GG_Search_{}_{}", _RANGES), matches, blocks=1)
    yield from _ads(group, "Microsoft Ads", _crossed("MS_Search_{}_{}", _RANGES), ("Exact",), weight=0.4, blocks=1)
    yield from _ads(group, "Microsoft Ads", _crossed("MS_Search_Generic_{1}", ("",)), ("Phrase",), weight=0.5)


def _agency_plan() -> Iterator[LineItem]:
    stations = ("Kanal Eins", "Kanal Zwo", "Heimat TV", "Nova", "Filmkanal", "Sport 24", "News Live")
    waves = ("Stadt FM", "Welle Nord", "Radio Sued", "Rock 101", "Klassik Klub", "Jung FM")
    formats = ("City light", "Mega light", "Large board", "Station video", "Tram wrap", "Mall screen")
    columns = {
        "TV": [f"{name} {length}" for name, length in product(stations, ("30s", "20s"))],
        "Radio": [f"{name} {length}" for name, length in product(waves, ("30s", "15s"))],
        "Out of home": [f"{name} {city}" for name, city in product(formats, ("Nord", "Sued"))],
    }
    for group, names in columns.items():
        for position, name in enumerate(names):
            weight = 1.0 / (1 + position // 2) + (0.3 if position % 2 == 0 else 0.0)
            yield LineItem(
                source=AGENCY_PLAN, dimensions=(("line_item", f"{group} / {name}"),), group=group, weight=weight
            )


def _offline() -> Iterator[LineItem]:
    titles = {
        "Zeitung": ("Nordblatt", "Seekurier am Morgen", "Hauptstadtbote", "Rheinpost Wochenende", "Alpenzeitung"),
        "Zeitschrift": (
            "Schöner Raum",
            "Haus & Hof",
            "Gartenglück",
            "Landküche",
            "Familie heute",
            "Wohnwelt 60",
            "Bauen",
        ),
        "Mailing": ("Stammkunden", "Neukunden", "Reaktivierung", "Gutschein", "Geburtstag", "Neueröffnung"),
        "Prospekt": ("Wochenprospekt Nord", "Wochenprospekt Süd", "Wochenprospekt West", "Küchenheft", "Gartenheft"),
    }
    for medium, names in titles.items():
        group = "Print" if medium in ("Zeitung", "Zeitschrift") else "Direct mail"
        for position, title in enumerate(names):
            blocks = 0 if title.startswith("Wochenprospekt") or position < 3 else 5
            yield LineItem(
                source=OFFLINE,
                dimensions=(("Medium", medium), ("Titel", title)),
                group=group,
                weight=1.0 / (1 + 0.3 * position),
                blocks=blocks,
            )
