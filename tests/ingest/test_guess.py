import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.guess import guess_controls, guess_kind, guess_kpi, guess_media
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.table import RawTable


def table(header: str, *lines: str) -> RawTable:
    return read_table("\n".join([header, *lines]).encode(), name="media.csv")


LONG = (
    "_synced,date,campaign_id,campaign_name,status,currency,region,impressions,clicks,cost_micros,cost_per_click",
    "2024-05-01 10:00:00,2024-01-01,1,Brand,ACTIVE,EUR,North,100,5,1500000,0.3",
    "2024-05-01 10:00:00,2024-01-01,2,Shop,ACTIVE,EUR,South,200,6,2500000,0.4",
    "2024-05-01 10:00:00,2024-01-08,1,Brand,ACTIVE,EUR,South,300,7,500000,0.1",
)


def test_roles_of_a_platform_export():
    guess = guess_media(table(*LONG))
    reading = guess.reading
    assert (reading.layout, reading.date, reading.geo) == ("long", "date", "region")
    assert reading.line_item == ("campaign_name",)
    assert (reading.spend, reading.spend_unit, reading.exposure) == ("cost_micros", "micros", "impressions")
    assert "clicks" in guess.reasons["exposure"]
    assert "millionths" in guess.reasons["spend_unit"]


def test_an_id_stays_when_two_campaigns_share_a_name():
    lines = [line.replace("Shop", "Brand") for line in LONG]
    assert guess_media(table(*lines)).reading.line_item == ("campaign_id", "campaign_name")


@pytest.mark.parametrize(
    ("header", "date", "item", "spend", "exposure"),
    [
        ("Datum;Kampagne;Kosten;Impressionen", "Datum", "Kampagne", "Kosten", "Impressionen"),
        ("Jour;Campagne;Dépenses;Impressions", "Jour", "Campagne", "Dépenses", "Impressions"),
        ("Fecha;Campaña;Gasto;Impresiones", "Fecha", "Campaña", "Gasto", "Impresiones"),
        ("Data;Campagna;Spesa;Clic", "Data", "Campagna", "Spesa", "Clic"),
        ("Dag;Campagne;Kosten;Vertoningen", "Dag", "Campagne", "Kosten", "Vertoningen"),
        ("Day;Campaign name;Amount spent (EUR);Reach", "Day", "Campaign name", "Amount spent (EUR)", "Reach"),
    ],
)
def test_names_in_six_languages(header, date, item, spend, exposure):
    reading = guess_media(table(header, "01.02.2024;A;1,5;10", "01.02.2024;B;2,5;20", "15.02.2024;A;2;30")).reading
    assert (reading.date, reading.line_item, reading.spend, reading.exposure) == (date, (item,), spend, exposure)


def test_a_wide_file_with_endings():
    wide = table(
        "DATE,revenue,tv_S,search_S,search_clicks_P,facebook_I,facebook_S,newsletter",
        "2024-01-01,9,1,2,3,4,5,6",
        "2024-01-08,9,1,2,3,4,5,6",
    )
    reading = guess_media(wide).reading
    assert reading.layout == "wide"
    assert reading.spend == {"tv": "tv_S", "search": "search_S", "facebook": "facebook_S"}
    assert reading.exposure == {"search": "search_clicks_P", "facebook": "facebook_I"}
    assert guess_kpi(wide).reading.value == "revenue"
    assert guess_controls(wide).reading.columns == ("newsletter",)


def test_spend_on_campaigns_that_are_called_after_their_aim_is_spend():
    header = "Week,Meta Conversion Spend,Summer Sale Cost,Google Brand Spend,Conversion cost,Cost per sale"
    reading = guess_media(table(header, "2024-01-01,1,2,3,4,5", "2024-01-08,1,2,3,4,5")).reading
    assert reading.spend == {
        "Meta Conversion": "Meta Conversion Spend",
        "Summer Sale": "Summer Sale Cost",
        "Google Brand": "Google Brand Spend",
    }


def test_a_campaign_stays_media_in_a_plan_that_names_no_spend_whatever_its_aim():
    reading = guess_media(
        table("Week,Meta Conversion Campaign,Google Brand,Conversions", "2024-01-01,1,2,3", "2024-01-08,1,2,3")
    ).reading
    assert list(reading.spend) == ["Meta Conversion Campaign", "Google Brand"]


@pytest.mark.parametrize("column", ["spend_google_sale", "Spend Meta conversions", "adspend app orders"])
def test_a_spend_column_is_not_lost_for_the_aim_that_stands_last_in_its_name(column):
    reading = guess_media(table(f"date,spend_meta_brand,{column}", "2024-01-01,1,2", "2024-01-08,3,4")).reading
    assert set(reading.spend.values()) == {"spend_meta_brand", column}


@pytest.mark.parametrize("column", ["spend per sale", "Cost / conversion", "cost_per_order", "purchase value", "sales"])
def test_a_price_per_sale_is_no_spend(column):
    reading = guess_media(table(f"date,spend_meta,spend_tv,{column}", "2024-01-01,1,5,2", "2024-01-08,3,5,4")).reading
    assert set(reading.spend.values()) == {"spend_meta", "spend_tv"}


def test_a_wide_plan_without_the_word_spend_takes_every_column_of_numbers():
    reading = guess_media(
        table("Week,TV / RTL 30s,TV / Pro7 20s,Radio", "2024-01-01,1,2,3", "2024-01-08,1,2,3")
    ).reading
    assert reading.spend == {name: name for name in ("TV / RTL 30s", "TV / Pro7 20s", "Radio")}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("date,campaign,spend", "media"),
        ("week,tv,radio", "media"),
        ("date,revenue,", "kpi"),
        ("date,value,", "kpi"),
        ("date,price,temperature", "controls"),
    ],
)
def test_the_kind_of_a_file_shows_in_its_columns(header, kind):
    third = "" if header.endswith(",") else "3"
    second = "a" if "campaign" in header else "2"
    assert guess_kind(table(header, f"2024-01-01,{second},{third}", f"2024-01-08,{second},{third}")) == kind


def test_a_competitors_sales_are_a_control_and_not_the_outcome():
    both = table("date,competitor_sales,sales", "2024-01-01,1,2", "2024-01-08,2,3")
    assert guess_kpi(both).reading.value == "sales"
    assert guess_controls(both).reading.columns == ("competitor_sales",)


def test_a_file_without_dates_is_refused():
    with pytest.raises(BadInput, match=r"No column holds dates .*'campaign', 'spend'"):
        guess_media(table("campaign,spend", "a,1", "b,2"))
