"""What the reports of ad platforms look like, as data: columns that give a report away, and their roles.

Names are normalised by `normal`. A role lists its columns in order of preference; a level of line items lists names
before ids, and an id only counts where no name stands beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mmm_core.ingest.vocabulary import CURRENCY_CODES, GOOGLE_ADS_EXPORTS, META_EXPORTS, words

__all__ = ["PRESETS", "Preset", "find_preset", "normal"]

Names = tuple[str, ...]
_CODES = {code.casefold() for code in CURRENCY_CODES}
_PREFIXES = {"metrics", "segments"}
_SEVERAL_PLATFORMS = (
    "platform",
    "plattform",  # codespell:ignore
    "channel",
    "kanal",
    "publisher",
    "medium",
    "quelle",
    "source",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One report.

    `report` completes "recognised as a ..."; each entry of `signature` is one column, or several of which one is there;
    `absent` names columns that other reports have; `levels` are the line items' names from the top down, `unit` is
    "micros" where the platform counts spend in millionths. `remark` says what the client should know about a choice.
    """

    report: str
    signature: tuple[str | Names, ...]
    date: Names
    levels: tuple[Names, ...]
    spend: Names
    exposure: Names = ("impressions",)
    clicks: Names = ("clicks",)
    currency: Names = ()
    unit: str = "unit"
    absent: Names = ()
    remark: str = ""

    @property
    def named(self) -> str:
        """Return the report with its article."""
        return f"{'an' if self.report[0] in 'AEIOU' else 'a'} {self.report}"


def normal(column: str) -> str:
    """Write a column's name as presets do: folded words joined by "_", without the currency and the API's prefix.

    >>> normal("Amount spent (EUR)"), normal("metrics.costMicros"), normal("STAT_TIME_HOUR")
    ('amount_spent', 'cost_micros', 'stat_time_hour')
    """
    parts = [word for word in words(column) if word not in _CODES or "in" in words(column)]
    return "_".join(parts[1:] if len(parts) > 1 and parts[0] in _PREFIXES else parts)


def find_preset(columns: Names) -> Preset | None:
    """Return the first report whose signature the columns fit."""
    present = {normal(column) for column in columns}
    for preset in PRESETS:
        wanted = ((entry,) if isinstance(entry, str) else entry for entry in preset.signature)
        if all(present & set(choices) for choices in wanted) and not present & set(preset.absent):
            return preset
    return None


_CAMPAIGN = ("campaign_name", "campaign", "campaign_id")
_AD_GROUP = ("ad_group_name", "adgroup_name", "ad_group", "adgroup", "ad_group_id", "adgroup_id")
_AD_SET = ("adset_name", "ad_set_name", "adset", "ad_set", "adset_id", "ad_set_id")
_AD = ("ad_name", "ad_id")
_DATE = ("date", "day", "date_day")

_CONNECTORS = (
    Preset(
        report="Fivetran ad_reporting table",
        signature=("date_day", "platform", "spend"),
        date=("date_day",),
        levels=(
            ("platform",),
            ("account_name", "account_id"),
            _CAMPAIGN,
            _AD_GROUP,
            _AD,
            ("keyword_text", "keyword_id"),
            ("search_query",),
        ),
        spend=("spend",),
    ),
    Preset(
        report="Pinterest report",
        signature=("spend_in_micro_dollar",),
        date=_DATE,
        levels=(_CAMPAIGN, _AD_GROUP, ("pin_promotion_name", "pin_promotion_id")),
        spend=("spend_in_micro_dollar",),
        exposure=("impression_1", "impressions", "impression"),
        clicks=("clickthrough_1", "clicks"),
        unit="micros",
        remark="columns that end in 1 are paid delivery, those in 2 are earned",
    ),
    Preset(
        report="Google Ads report from the API",
        signature=("cost_micros",),
        date=_DATE,
        levels=(("campaign_name", "campaign", "campaign_id", "id"), _AD_GROUP, _AD),
        spend=("cost_micros",),
        currency=("currency_code", "customer_currency_code"),
        unit="micros",
        absent=_SEVERAL_PLATFORMS,
    ),
    Preset(
        report="TikTok hourly report",
        signature=("stat_time_hour", ("spend", "cost")),
        date=("stat_time_hour",),
        levels=(_CAMPAIGN, _AD_GROUP, _AD),
        spend=("spend", "cost"),
        currency=("currency",),
    ),
    Preset(
        report="TikTok daily report",
        signature=("stat_time_day", ("spend", "cost")),
        date=("stat_time_day",),
        levels=(_CAMPAIGN, _AD_GROUP, _AD),
        spend=("spend", "cost"),
        currency=("currency",),
    ),
    Preset(
        report="LinkedIn report",
        signature=("cost_in_local_currency",),
        date=_DATE,
        levels=(("campaign_group_name", "campaign_group_id"), _CAMPAIGN, ("creative_name", "creative_id")),
        spend=("cost_in_local_currency", "cost_in_usd"),
        currency=("currency",),
        remark="'cost_in_usd' is the same money in US dollars",
    ),
    Preset(
        report="Snapchat report",
        signature=("swipes", "spend"),
        date=_DATE,
        levels=(_CAMPAIGN, ("ad_squad_name", "ad_squad_id"), _AD),
        spend=("spend",),
        clicks=("swipes",),
        unit="micros",
        remark="Snapchat's interface counts spend in millionths",
    ),
    Preset(
        report="Microsoft Advertising report",
        signature=(
            "spend",
            "impressions",
            ("bid_match_type", "delivered_match_type", "top_vs_other", "ad_distribution", "gregorian_date"),
        ),
        date=("date", "gregorian_date", "time_period", "day"),
        levels=(_CAMPAIGN, _AD_GROUP, _AD),
        spend=("spend",),
        currency=("currency_code", "currency"),
    ),
    Preset(
        report="Amazon Ads report",
        signature=(
            ("cost", "spend"),
            ("campaign_budget_currency_code", "campaign_bidding_strategy", "portfolio_name", "7_day_total_sales"),
        ),
        date=("date", "day", "start_date"),
        levels=(("portfolio_name",), _CAMPAIGN, _AD_GROUP, ("advertised_asin", "ad_id")),
        spend=("cost", "spend"),
        currency=("currency", "campaign_budget_currency_code"),
        absent=_SEVERAL_PLATFORMS,
    ),
    Preset(
        report="Display & Video 360 report",
        signature=(
            ("insertion_order", "insertion_order_id"),
            (
                "total_media_cost_advertiser_currency",
                "media_cost_advertiser_currency",
                "revenue_adv_currency",
                "revenue_advertiser_currency",
                "media_cost",
            ),
        ),
        date=("date", "day", "week"),
        levels=(_CAMPAIGN, ("insertion_order", "insertion_order_id"), ("line_item", "line_item_id")),
        spend=(
            "total_media_cost_advertiser_currency",
            "media_cost_advertiser_currency",
            "media_cost",
            "revenue_adv_currency",
            "revenue_advertiser_currency",
        ),
        currency=("advertiser_currency",),
        remark="'Revenue' is what the advertiser is billed, not the client's revenue",
    ),
    Preset(
        report="Meta report from the API",
        signature=("spend", "impressions", ("inline_link_clicks", "adset_name", "adset_id")),
        date=(*_DATE, "date_start"),
        levels=(_CAMPAIGN, _AD_SET, _AD),
        spend=("spend",),
        clicks=("inline_link_clicks", "clicks"),
        currency=("account_currency", "currency"),
        absent=_SEVERAL_PLATFORMS,
    ),
    Preset(
        report="LinkedIn report",
        signature=(("total_spent", "total_spent_in_account_currency"), ("campaign_group_name", "start_date_in_utc")),
        date=("start_date_in_utc", "start_date", "date"),
        levels=(("campaign_group_name",), _CAMPAIGN, ("ad_name", "creative_name")),
        spend=("total_spent", "total_spent_in_account_currency"),
        currency=("currency",),
    ),
    Preset(
        report="TikTok report",
        signature=(("by_day", "date", "by_hour"), "ad_group_name", "cost", ("clicks_destination", "clicks_all")),
        date=("by_day", "date", "by_hour"),
        levels=(_CAMPAIGN, _AD_GROUP, _AD),
        spend=("cost",),
        clicks=("clicks_destination", "clicks_all"),
        currency=("currency",),
    ),
)


def _lines(text: str) -> Iterator[list[Names]]:
    for line in text.strip().splitlines():
        yield [tuple(cell.split()) for cell in line.split("|")]


def _google(day: Names, campaign: Names, ad_group: Names, currency: Names, *figures: Names) -> Preset:
    cost, impressions, clicks = figures
    return Preset(
        report="Google Ads report",
        signature=(campaign, cost, currency, (*impressions, *clicks)),
        date=day,
        levels=(campaign, ad_group),
        spend=cost,
        exposure=impressions,
        clicks=clicks,
        currency=currency,
        absent=_SEVERAL_PLATFORMS,
    )


def _meta(day: Names, campaign: Names, ad_set: Names, ad: Names, *figures: Names) -> Preset:
    spent, impressions, clicks = figures
    return Preset(
        report="Meta report",
        signature=(spent, (*campaign, *ad_set, *ad)),
        date=day,
        levels=(campaign, ad_set, ad),
        spend=spent,
        exposure=impressions,
        clicks=clicks,
        absent=_SEVERAL_PLATFORMS,
    )


PRESETS: tuple[Preset, ...] = (
    *_CONNECTORS,
    *(_google(*columns) for columns in _lines(GOOGLE_ADS_EXPORTS)),
    *(_meta(*columns) for columns in _lines(META_EXPORTS)),
)
"""All reports; the first that fits counts."""
