"""What a file is taken for, and how the newer kinds and layouts are proposed."""

from pathlib import Path

import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.guess import (
    guess,
    guess_control_totals,
    guess_controls,
    guess_kind,
    guess_kpi,
    guess_lift_tests,
    guess_media,
    guess_organic,
    guess_rates,
)
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.table import RawTable

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


def table(*lines: str, name: str = "file.csv") -> RawTable:
    return read_table("\n".join(lines).encode(), name=name)


def sample(name: str) -> RawTable:
    return read_table((SAMPLES / name).read_bytes(), name=name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ad_platforms.csv", "media"),
        ("agency_plan.xlsx", "media"),
        ("offline.csv", "media"),
        ("revenue.csv", "kpi"),
        ("controls.csv", "controls"),
        ("ledger.csv", "control_totals"),
        ("lift_tests.csv", "lift_tests"),
    ],
)
def test_the_files_of_the_sample_client_are_told_apart(name, kind):
    assert guess_kind(sample(name)) == kind


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("date,newsletter,sends", "2024-01-01,A,100", "2024-01-08,B,200"), "organic"),
        (("date,newsletter_sends", "2024-01-01,100", "2024-01-08,200"), "organic"),
        (("week,organic_impressions,email_opens", "2024-01-01,100,5", "2024-01-08,200,6"), "organic"),
        (("date,newsletter,tv_spend", "2024-01-01,100,5", "2024-01-08,200,6"), "media"),
        (("date,GA4 purchases", "2024-01-01,10", "2024-01-02,12"), "tracked"),
        (("date,currency,rate", "2024-01-01,USD,0.9", "2024-02-01,USD,0.91"), "rates"),
        (("Monat;Währung;Kurs", "2024-01;USD;0,9", "2024-02;USD;0,91"), "rates"),
        (("Rechnungsdatum;Lieferant;Betrag", "05.01.2024;Google;1.000,50", "25.01.2024;Meta;2"), "control_totals"),
        (("Month,Vendor,Invoiced amount", "2024-01,Google,1", "2024-02,Google,2"), "control_totals"),
        (("variable,date,value", "tv_spend,2024-01-01,1", "sales,2024-01-01,2"), "media"),
        (("variable,date,value", "sales,2024-01-01,2", "price,2024-01-01,2"), "kpi"),
        (("variable,date,value", "promo,2024-01-01,2", "price,2024-01-01,2"), "controls"),
        (("Channel,Jan 2024,Feb 2024", "TV,1,2", "Radio,1,2"), "media"),
        (("Newsletter,2024-01-01,2024-01-08", "Welcome,1,2", "Offer,1,2"), "organic"),
    ],
)
def test_the_kind_shows_in_names_and_shape(lines, kind):
    assert guess_kind(table(*lines)) == kind


def test_a_ledger_is_known_by_the_name_of_its_file():
    lines = ("month,vendor,amount", "2024-01,Google,1", "2024-02,Google,2")
    assert guess_kind(table(*lines, name="ledger_2024.csv")) == "control_totals"
    assert guess_kind(table(*lines, name="file.csv")) == "media"


def test_invoices_that_name_campaigns_and_what_was_spent_on_each_are_media():
    lines = ("date,platform,campaign,spend", "2024-01-01,Antenne,Spring,1", "2024-01-08,FFH,Brand,2")
    assert guess_kind(table(*lines, name="radio_invoices.csv")) == "media"
    lines = ("date,platform,campaign,invoiced spend", "2024-01-01,Antenne,Spring,1", "2024-01-08,FFH,Brand,2")
    assert guess_kind(table(*lines, name="radio.csv")) == "control_totals"


def test_roles_of_the_sample_ledger():
    proposal = guess_control_totals(sample("ledger.csv"))
    reading = proposal.reading
    assert (reading.date, reading.node, reading.amount, reading.currency_code) == (
        "month",
        "medium",
        "booked_eur",
        "EUR",
    )
    assert {"date", "node", "amount", "currency_code"} <= proposal.reasons.keys()


def test_roles_of_invoices_with_a_range_and_a_source():
    lines = (
        "from,to,cost centre,document,invoice amount",
        "2024-01-01,2024-01-31,TV,R1,5",
        "2024-02-01,2024-02-29,OOH,R2,6",
    )
    reading = guess_control_totals(table(*lines)).reading
    assert (reading.date, reading.end, reading.node, reading.label) == ("from", "to", "cost centre", "document")


def test_roles_of_the_sample_lift_tests():
    reading = guess_lift_tests(sample("lift_tests.csv")).reading
    assert reading.as_dict() | {"decimal": None} == {
        "group": "group",
        "start": "start",
        "end": "end",
        "usual_spend": "usual_spend_eur",
        "spend_change": "spend_change_eur",
        "lift": "lift_eur",
        "lift_low": "lift_low_eur",
        "lift_high": "lift_high_eur",
        "geo": None,
        "decimal": None,
        "date_order": None,
    }


def test_lift_tests_without_a_lift_are_refused():
    with pytest.raises(BadInput, match="The file names no lift"):
        guess_lift_tests(table("group,start,end,spend_change", "TV,2024-01-01,2024-01-31,5"))


def test_roles_of_exchange_rates():
    reading = guess_rates(table("date,currency,rate", "2024-01-01,USD,0.9", "2024-02-01,GBP,1.1")).reading
    assert (reading.date, reading.currency, reading.rate) == ("date", "currency", "rate")


def test_organic_media_long_wide_and_by_period():
    long = guess_organic(table("date,newsletter,sends", "2024-01-01,A,100", "2024-01-01,B,200")).reading
    assert (long.layout, long.line_item, long.exposure) == ("long", ("newsletter",), "sends")
    wide = guess_organic(table("date,newsletter_sends,organic_posts", "2024-01-01,1,2", "2024-01-08,3,4")).reading
    assert (wide.layout, list(wide.exposure)) == ("wide", ["newsletter_sends", "organic_posts"])
    periods = guess_organic(table("newsletter,2024-01-01,2024-01-08", "Welcome,1,2", "Offer,3,4")).reading
    assert (periods.layout, periods.line_item, periods.exposure) == ("periods", ("newsletter",), None)


FLAT = (
    "variable,period,value",
    "tv_spend,2024-01-01,1",
    "tv_grp,2024-01-01,2",
    "radio_spend,2024-01-01,1",
    "revenue,2024-01-01,3",
    "price,2024-01-01,4",
)


def test_roles_of_a_flat_file():
    proposal = guess_media(table(*FLAT))
    reading = proposal.reading
    assert (reading.layout, reading.date, reading.variable, reading.figures) == ("flat", "period", "variable", "value")
    assert reading.spend == {"tv": "tv_spend", "radio": "radio_spend"}
    assert reading.exposure == {"tv": "tv_grp"}
    assert "'tv_spend' is called 'tv'" in proposal.reasons["spend"]
    assert guess_kpi(table(*FLAT)).reading.value == "revenue"
    assert guess_controls(table(*FLAT)).reading.columns == ("price",)


def test_roles_of_a_master_flat_file_with_dimensions():
    lines = (
        "Period,Geography,Campaign,Outlet,VariableName,VariableValue",
        *(f"2024-01-{day},National,{item},{name},1" for day in ("01", "08") for item in ("A,TV", "B,Radio")
          for name in ("Spend", "Impressions")),
        *(f"2024-01-{day},National,,,Sales,9" for day in ("01", "08")),
    )  # fmt: skip
    reading = guess_media(table(*lines)).reading
    assert (reading.spend, reading.exposure, reading.line_item) == ("Spend", "Impressions", ("Campaign", "Outlet"))


def test_roles_of_a_file_by_periods_with_a_metric():
    lines = ("Channel,Metric,Jan 2024,Feb 2024,Total", "TV,Spend,1,2,3", "TV,GRP,4,5,9", "Radio,Spend,6,7,13")
    proposal = guess_media(table(*lines))
    reading = proposal.reading
    assert (reading.layout, reading.variable, reading.spend, reading.exposure) == ("periods", "Metric", "Spend", "GRP")
    assert reading.line_item == ("Channel",)
    assert "2 columns are named by dates" in proposal.reasons["layout"]


def test_variables_down_and_weeks_across_give_media_outcome_and_controls():
    lines = ("Kennzahl;KW 1/2024;KW 2/2024", "Umsatz;9;8", "TV Kosten;1;2", "Radio Kosten;3;4", "Preis;5;5")
    assert guess_media(table(*lines)).reading.spend == {"TV": "TV Kosten", "Radio": "Radio Kosten"}
    assert guess_kpi(table(*lines)).reading.value == "Umsatz"
    assert guess_controls(table(*lines)).reading.columns == ("Preis",)


def test_a_wide_files_names_without_their_ending_are_said():
    proposal = guess_media(table("date,tv_S,radio_S", "2024-01-01,1,2", "2024-01-08,1,2"))
    assert proposal.reading.spend == {"tv": "tv_S", "radio": "radio_S"}
    assert "'tv_S' is called 'tv', 'radio_S' is called 'radio'" in proposal.reasons["spend"]
    plain = guess_media(table("date,TV,Radio", "2024-01-01,1,2", "2024-01-08,1,2"))
    assert "is called" not in plain.reasons["spend"]


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("Data;Campanha;Custo;Impressões;Cliques", ("Data", "Campanha", "Custo", "Impressões", "Cliques")),
        ("Dzień;Kampania;Koszt;Wyświetlenia;Kliknięcia", ("Dzień", "Kampania", "Koszt", "Wyświetlenia", "Kliknięcia")),
        (
            "Datum;Kampanj;Kostnad;Visningar;Klick",  # codespell:ignore
            ("Datum", "Kampanj", "Kostnad", "Visningar", "Klick"),  # codespell:ignore
        ),
        ("Dato;Kampagne;Udgift;Visninger;Klik", ("Dato", "Kampagne", "Udgift", "Visninger", "Klik")),
        (
            "Datum;Kampagne;Kosten;Impressionen;Klicks",  # codespell:ignore
            ("Datum", "Kampagne", "Kosten", "Impressionen", "Klicks"),  # codespell:ignore
        ),
        ("Fecha;Campaña;Gasto;Impresiones;Clics", ("Fecha", "Campaña", "Gasto", "Impresiones", "Clics")),
    ],
)
def test_names_in_more_languages_with_clicks(header, roles):
    reading = guess_media(table(header, "01.02.2024;A;1,5;10;1", "15.02.2024;B;2,5;20;2")).reading
    assert (reading.date, *reading.line_item, reading.spend, reading.exposure, reading.clicks) == roles


@pytest.mark.parametrize(
    ("header", "cell", "role", "value"),
    [
        ("date,campaign,spend,currency", "1,EUR", "currency", "currency"),
        ("Datum,Kampagne,Kosten,Währung", "1,EUR", "currency", "Währung"),
        ("date,campaign,Cost (USD),x", "1,y", "currency_code", "USD"),
        ("date,campaign,cost,x", "€1,y", "currency_code", "EUR"),
        ("date,campaign,cost,x", "1,y", "currency_code", None),
        ("date,campaign,cost,currency", "1,euros", "currency", None),
    ],
)
def test_the_currency_is_told_by_a_column_the_header_or_signs(header, cell, role, value):
    proposal = guess_media(table(header, f"2024-01-01,a,{cell}", f"2024-01-02,b,{cell}"))
    assert getattr(proposal.reading, role) == value
    assert (role in proposal.reasons) == (value is not None)


@pytest.mark.parametrize(
    ("column", "chosen"),
    [("campaign_budget_amount", "cost"), ("cost_per_conversion", "cost"), ("conversion_cost", "cost")],
)
def test_limits_and_rates_are_no_spend(column, chosen):
    lines = (f"date,campaign,{column},cost", "2024-01-01,a,1,2", "2024-01-02,b,1,3")
    assert guess_media(table(*lines)).reading.spend == chosen


def test_what_only_splits_the_figures_names_no_line_item():
    lines = (
        "date,campaign,device,status,bid strategy,cost",
        "2024-01-01,a,phone,on,x,1",
        "2024-01-01,b,desktop,off,y,2",
    )
    assert guess_media(table(*lines)).reading.line_item == ("campaign",)
    alone = ("date,device,cost", "2024-01-01,phone,1", "2024-01-01,desktop,2")
    assert guess_media(table(*alone)).reading.line_item == ("device",)


@pytest.mark.parametrize("kind", ["media", "kpi", "controls"])
def test_every_role_of_a_proposal_has_a_reason(kind):
    proposal = guess(table(*FLAT), kind)
    given = {
        role for role, value in proposal.reading.as_dict().items() if value not in (None, "", [], {}, "no", "unit")
    }
    assert given <= proposal.reasons.keys()


def test_organic_media_are_found_beside_paid_delivery():
    lines = ("date,tv_S,facebook_I,newsletter", "2024-01-01,1,2,3", "2024-01-08,1,2,3")
    assert guess_organic(table(*lines)).reading.exposure == {"newsletter": "newsletter"}


def test_one_figure_per_channel_and_date_is_media():
    lines = ("date,channel,value", "2024-01-01,TV,1", "2024-01-01,Radio,2", "2024-01-08,TV,1")
    assert guess_kind(table(*lines)) == "media"
    proposal = guess_media(table(*lines))
    assert (proposal.reading.layout, proposal.reading.spend) == ("long", "value")
    assert "the one column of figures" in proposal.reasons["spend"]


def test_campaigns_with_delivery_alone_are_media_without_spend():
    lines = ("date,campaign,impressions,clicks", "2024-01-01,a,1,2", "2024-01-02,b,3,4")
    assert guess_kind(table(*lines)) == "media"
    reading = guess_media(table(*lines)).reading
    assert (reading.layout, reading.spend, reading.exposure, reading.clicks) == ("long", None, "impressions", "clicks")


def test_columns_in_a_currency_are_spend_and_the_outcome_beside_them_is_not():
    lines = ("week,TV (EUR),Radio (EUR),TV GRP,sales", "2024-W01,1,2,3,9", "2024-W02,1,2,3,9")
    assert list(guess_media(table(*lines)).reading.spend.values()) == ["TV (EUR)", "Radio (EUR)"]
    without = ("week,TV,Radio,sales", "2024-W01,1,2,9", "2024-W02,1,2,9")
    assert list(guess_media(table(*without)).reading.spend.values()) == ["TV", "Radio"]


@pytest.mark.parametrize("header", ["channel,Jan,Feb,Mrz", "channel,KW 1,KW 2,KW 3"])
def test_periods_without_their_year_are_asked_for(header):
    with pytest.raises(BadInput, match="name months or weeks without their year"):
        guess_media(table(header, "TV,1,2,3", "Radio,3,4,5"))


def test_ends_of_an_interval_need_not_name_the_lift():
    lines = ("test,start,end,spend_delta,incremental_sales,ci_low,ci_high", "a,2024-01-01,2024-01-31,9,5,2,8")
    reading = guess_lift_tests(table(*lines)).reading
    assert (reading.lift, reading.lift_low, reading.lift_high) == ("incremental_sales", "ci_low", "ci_high")


@pytest.mark.parametrize(
    ("header", "spend"),
    [
        ("date,TV,Radio,Total", ["TV", "Radio"]),
        ("date,tv_spend,radio_spend,total_spend", ["tv_spend", "radio_spend"]),
        ("Woche,TV,Radio,Summe (EUR)", ["TV", "Radio"]),
        ("date,TV total,Radio total,x total", ["TV total", "Radio total", "x total"]),
    ],
)
def test_a_column_that_sums_up_others_is_no_line_item(header, spend):
    proposal = guess_media(table(header, "2024-01-01,1,2,3", "2024-01-08,1,2,3"))
    assert list(proposal.reading.spend.values()) == spend
    assert ("left out as a total" in proposal.reasons["spend"]) == (len(spend) == 2)
