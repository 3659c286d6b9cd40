"""Small look-alikes of platform reports: recognised by their columns, read with the right roles, and why."""

import pytest

from mmm_core.ingest.guess import guess_kind, guess_media
from mmm_core.ingest.presets import PRESETS, find_preset, normal
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_media

REPORTS = {
    "a Google Ads report from the API": (
        "customer_id,date,_fivetran_synced,ad_network_type,device,id,status,clicks,conversions,cost_micros,impressions",
        "1,2024-01-01,2024-02-01 10:00:00,SEARCH,MOBILE,11,ENABLED,5,1,1500000,100",
        "1,2024-01-01,2024-02-01 10:00:00,SEARCH,DESKTOP,12,ENABLED,6,1,2500000,200",
        {"line_item": ("id",), "spend": "cost_micros", "spend_unit": "micros", "exposure": "impressions"},
        4_000_000,
    ),
    "a Google Ads report": (
        "Day,Campaign,Campaign status,Ad group,Currency code,Cost,Impr.,Clicks,Conversions,Cost / conv.",
        "2024-01-01,Brand,Enabled,Exact,EUR,1.50,100,5,1,1.5",
        "2024-01-01,Shop,Enabled,Broad,EUR,2.50,200,6,0,0",
        {"line_item": ("Campaign", "Ad group"), "spend": "Cost", "exposure": "Impr.", "currency": "Currency code"},
        4_000_000,
    ),
    "a Meta report": (
        "Campaign name,Ad set name,Day,Amount spent (EUR),Impressions,Reach,Link clicks,Results,Cost per results",
        "Brand,Prospecting,2024-01-01,1.50,100,90,5,1,1.5",
        "Brand,Retargeting,2024-01-01,2.50,200,90,6,1,2.5",
        {
            "line_item": ("Campaign name", "Ad set name"),
            "spend": "Amount spent (EUR)",
            "clicks": "Link clicks",
            "currency_code": "EUR",
        },
        4_000_000,
    ),
    "a Meta report from the API": (
        "ad_id,date,account_id,impressions,inline_link_clicks,spend",
        "6215293456071,2024-01-01,17,100,5,1.5",
        "6215304566671,2024-01-01,17,200,6,2.5",
        {"line_item": ("ad_id",), "spend": "spend", "exposure": "impressions", "clicks": "inline_link_clicks"},
        4_000_000,
    ),
    "a TikTok hourly report": (
        "CAMPAIGN_ID,STAT_TIME_HOUR,CPC,IMPRESSIONS,CONVERSION,COST_PER_CONVERSION,CLICKS,REACH,SPEND",
        "1,2024-01-01 5:00:00,0.3,100,1,1.5,5,90,1.5",
        "2,2024-01-01 6:00:00,0.3,200,1,2.5,6,90,2.5",
        {"date": "STAT_TIME_HOUR", "line_item": ("CAMPAIGN_ID",), "spend": "SPEND", "clicks": "CLICKS"},
        4_000_000,
    ),
    "a LinkedIn report": (
        "campaign_id,day,clicks,conversion_value_in_local_currency,cost_in_local_currency,cost_in_usd,impressions",
        "148633856,2024-01-01 00:00:00,5,99,1.5,1.65,100",
        "148633857,2024-01-01 00:00:00,6,99,2.5,2.75,200",
        {"line_item": ("campaign_id",), "spend": "cost_in_local_currency", "exposure": "impressions"},
        4_000_000,
    ),
    "a Microsoft Advertising report": (
        (
            "date,account_id,campaign_id,currency_code,device_type,network,bid_match_type,budget_name,clicks,impressions,"
            "spend,conversions,revenue"
        ),
        "2024-01-01,7,11,USD,Phone,Bing,Exact,general,5,100,1.5,1,9",
        "2024-01-01,7,12,USD,Computer,Partner,Broad,other,6,200,2.5,1,9",
        {"line_item": ("campaign_id",), "spend": "spend", "currency": "currency_code", "clicks": "clicks"},
        4_000_000,
    ),
    "a Display & Video 360 report": (
        (
            "Date,Advertiser,Advertiser Currency,Insertion Order,Insertion Order ID,Line Item,Line Item ID,Impressions,"
            "Clicks,Revenue (Adv Currency),Media Cost (Advertiser Currency)"
        ),
        "2024-01-01,Acme,EUR,Brand,1,Video,11,100,5,1.8,1.5",
        "2024-01-01,Acme,EUR,Brand,1,Display,12,200,6,2.9,2.5",
        {
            "line_item": ("Insertion Order", "Line Item"),
            "spend": "Media Cost (Advertiser Currency)",
            "currency": "Advertiser Currency",
        },
        4_000_000,
    ),
    "an Amazon Ads report": (
        (
            "campaign_id,date,campaign_bidding_strategy,campaign_budget_amount,campaign_budget_currency_code,clicks,cost,"
            "impressions,sales_7_d"
        ),
        "2187,2024-01-01,optimizeForSales,2000.0,USD,5,1.5,100,9",
        "2188,2024-01-01,optimizeForSales,3000.0,USD,6,2.5,200,9",
        {"line_item": ("campaign_id",), "spend": "cost", "currency": "campaign_budget_currency_code"},
        4_000_000,
    ),
    "a Pinterest report": (
        (
            "date,campaign_id,campaign_name,campaign_status,impression_1,impression_2,clickthrough_1,clickthrough_2,"
            "spend_in_micro_dollar,total_conversions_value_in_micro_dollar"
        ),
        "2024-01-01,11,Summer,ACTIVE,100,20,5,1,1500000,9000000",
        "2024-01-01,12,Winter,ACTIVE,200,30,6,2,2500000,9000000",
        {
            "line_item": ("campaign_name",),
            "spend_unit": "micros",
            "exposure": "impression_1",
            "clicks": "clickthrough_1",
        },
        4_000_000,
    ),
    "a Snapchat report": (
        "ad_id,date,impressions,spend,swipes,conversion_purchases_value",
        "a225b31a,2024-01-01 11:00:00.000,100,1500000,5,0.01",
        "bd69a443,2024-01-01 12:00:00.000,200,2500000,6,0.02",
        {"line_item": ("ad_id",), "spend": "spend", "spend_unit": "micros", "clicks": "swipes"},
        4_000_000,
    ),
    "a Fivetran ad_reporting table": (
        (
            "source_relation,date_day,platform,account_id,account_name,campaign_id,campaign_name,ad_group_id,ad_group_name,"
            "clicks,impressions,spend,conversions,conversions_value"
        ),
        "raw.a,2024-01-01,google_ads,1,Acme DE,11,Brand,111,Exact,5,100,1.5,1,9",
        "raw.b,2024-01-01,facebook_ads,2,Acme AT,21,Brand,211,Exact,6,200,2.5,1,9",
        {
            "date": "date_day",
            "line_item": ("platform", "account_name", "campaign_name", "ad_group_name"),
            "spend": "spend",
            "clicks": "clicks",
        },
        4_000_000,
    ),
}


def table(*lines: str) -> RawTable:
    return read_table("\n".join(lines).encode(), name="report.csv")


@pytest.mark.parametrize("report", REPORTS)
def test_a_platforms_report_is_recognised_and_read(report):
    header, first, second, roles, micros = REPORTS[report]
    raw = table(header, first, second)
    guess = guess_media(raw)
    assert guess.reasons["layout"].startswith(f"recognised as {report}: ")
    assert {role: getattr(guess.reading, role) for role in roles} == roles
    assert set(roles) <= guess.reasons.keys()
    assert guess_kind(raw) == "media"
    assert read_media(raw, guess.reading).raw_micros == micros


@pytest.mark.parametrize(
    ("header", "report"),
    [
        (
            "Tag,Kampagne,Anzeigengruppe,Währungscode,Kosten,Impressionen,Klicks",  # codespell:ignore
            "a Google Ads report",
        ),
        ("Jour,Campagne,Code de devise,Coût,Impr.,Clics", "a Google Ads report"),
        ("Día,Campaña,Código de moneda,Coste,Impr.,Clics", "a Google Ads report"),
        ("Dzień,Kampania,Kod waluty,Koszt,Wyświetlenia,Kliknięcia", "a Google Ads report"),
        ("Tag,Kampagnenname,Anzeigengruppenname,Ausgegebener Betrag (EUR),Impressionen", "a Meta report"),
        ("Jour,Nom de la campagne,Montant dépensé (EUR),Impressions", "a Meta report"),
        ("Giorno,Nome della campagna,Importo speso (EUR),Impression", "a Meta report"),  # codespell:ignore
    ],
)
def test_reports_are_recognised_in_the_language_of_the_export(header, report):
    preset = find_preset(tuple(header.split(",")))
    assert preset is not None
    assert preset.named == report


@pytest.mark.parametrize(
    "header",
    [
        "Day,Platform,Campaign name,Ad set name,Amount spent (EUR),Impressions",
        "Date,Channel,Campaign,Currency code,Cost,Clicks",
        "date,campaign,spend,impressions",
    ],
)
def test_a_file_with_several_platforms_is_no_report_of_one(header):
    assert find_preset(tuple(header.split(","))) is None


def test_a_whole_amount_with_decimals_counts_no_millionths():
    header, first, second, *_ = REPORTS["a Snapchat report"]
    guess = guess_media(table(header, first.replace("1500000", "1.5"), second.replace("2500000", "2.5")))
    assert guess.reading.spend_unit == "unit"
    assert "has decimals" in guess.reasons["spend_unit"]


def test_an_id_stays_beside_names_that_repeat():
    header, first, second, *_ = REPORTS["a Pinterest report"]
    guess = guess_media(table(header, first, second.replace("Winter", "Summer")))
    assert guess.reading.line_item == ("campaign_id", "campaign_name")


def test_dollars_are_taken_where_the_local_currency_is_empty():
    header, first, second, *_ = REPORTS["a LinkedIn report"]
    guess = guess_media(table(header, first.replace(",1.5,", ",0,"), second.replace(",2.5,", ",0,")))
    assert (guess.reading.spend, guess.reading.currency_code) == ("cost_in_usd", "USD")


def test_signatures_and_roles_are_written_as_they_are_compared():
    for preset in PRESETS:
        names = {
            *(name for entry in preset.signature for name in ((entry,) if isinstance(entry, str) else entry)),
            *preset.date,
            *(name for level in preset.levels for name in level),
            *(*preset.spend, *preset.exposure, *preset.clicks, *preset.currency),
        }
        assert {name for name in names if normal(name) != name} == set()
