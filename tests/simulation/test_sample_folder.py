"""The committed sample folder: made again byte by byte, true to itself, faults where the truth says."""

import fnmatch
import io
import json
import tomllib
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from mmm_core.simulation import simulate_retailer
from mmm_core.simulation.__main__ import main
from mmm_core.simulation.folder import SEED, sample_files

FOLDER = Path(__file__).parents[2] / "sample_data"
SPEND = "Amount spent (EUR)"


@pytest.fixture(scope="module")
def made():
    return sample_files()


@pytest.fixture(scope="module")
def truth():
    return json.loads((FOLDER / "truth.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def ads():
    return pd.read_csv(FOLDER / "ad_platforms.csv", encoding="utf-8-sig", dtype={SPEND: "string"})


@pytest.fixture(scope="module")
def offline():
    frame = pd.read_csv(FOLDER / "offline.csv", sep=";", decimal=",", thousands=".", dtype={"Woche": "string"})
    return frame.assign(week=pd.to_datetime(frame["Woche"], format="%d.%m.%Y"))


@pytest.fixture(scope="module")
def plan():
    sheet = openpyxl.load_workbook(FOLDER / "agency_plan.xlsx")["Mediaplan"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    channels = pd.Series(rows[0]).ffill()
    names = [f"{channel} / {name}" for channel, name in zip(channels[1:], rows[1][1:], strict=True)]
    frame = pd.DataFrame(rows[2:], columns=["week", *names])
    return frame.fillna(dict.fromkeys(names, 0.0))


@pytest.fixture(scope="module")
def faults(truth):
    return {fault["code"]: fault for fault in truth["faults"] if fault["code"] != "look_alike_name"}


@pytest.fixture(scope="module")
def clean_ads(ads, faults):
    """Repair the export with nothing but what the truth says."""
    amounts = ads[SPEND].astype(float)
    at = pd.Index(faults["spend_in_thousands"]["rows"]) - 2
    amounts.loc[at] *= faults["spend_in_thousands"]["details"]["multiply_by"]
    at = pd.Index(faults["currency_slip"]["rows"]) - 2
    amounts.loc[at] /= faults["currency_slip"]["details"]["divide_by"]
    cents = (amounts * 100).round().astype("int64")
    return ads.assign(cents=cents).drop(index=pd.Index(faults["duplicate_rows"]["rows"]) - 2)


def in_cents(amounts):
    return (amounts * 100).round().astype("int64")


def test_every_committed_file_is_what_the_simulator_makes(made):
    committed = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}

    assert sorted(committed) == sorted(made)
    assert [name for name in made if made[name] != committed[name]] == []


def test_another_seed_gives_other_files(made):
    other = sample_files(seed=SEED + 1)

    assert [name for name in made if made[name] == other[name]] == ["workshop.toml"]


def test_the_command_writes_the_folder(tmp_path, capsys):
    assert main([str(tmp_path / "new")]) == 0

    assert "truth.json" in capsys.readouterr().out
    assert (tmp_path / "new" / "agency_plan.xlsx").read_bytes() == (FOLDER / "agency_plan.xlsx").read_bytes()


def test_contributions_of_line_items_add_up_to_their_group(truth):
    items = pd.DataFrame(truth["line_items"])
    totals = items.assign(group=items["path"].str[-1]).groupby("group")[["spend", "contribution"]].sum()

    for name, group in truth["groups"].items():
        assert totals.loc[name, "contribution"] == pytest.approx(group["contribution"], abs=0.01 * len(items))
        assert totals.loc[name, "spend"] == pytest.approx(group["spend"], abs=0.01)


def test_revenue_is_baseline_and_contributions_and_noise(truth):
    weekly = truth["weekly"]

    together = sum(np.array(values) for values in weekly["contribution"].values())
    together = together + weekly["baseline"] + weekly["noise"]

    np.testing.assert_allclose(together, weekly["revenue"], atol=0.01 * 12)


def test_the_revenue_file_adds_up_to_the_true_weeks(truth):
    revenue = pd.read_csv(FOLDER / "revenue.csv", parse_dates=["date"])
    weeks = revenue.groupby(revenue["date"].dt.to_period("W-SUN").dt.start_time)["revenue"].sum()

    complete = weeks.iloc[: truth["complete_weeks"]]
    assert complete.index.strftime("%Y-%m-%d").tolist() == truth["weekly"]["week"]
    np.testing.assert_allclose(complete, truth["weekly"]["revenue"], atol=0.001)


def test_the_repaired_files_meet_the_ledger_to_the_cent(clean_ads, plan, offline, faults):
    ads = clean_ads.groupby([clean_ads["Day"].str[:7], "Platform"])["cents"].sum()
    wide = plan[plan["week"] != "Total"].melt(id_vars="week")
    planned = in_cents(wide["value"].astype(float)).groupby(
        [pd.to_datetime(wide["week"]).dt.strftime("%Y-%m"), wide["variable"].str.split(" / ").str[0]]
    )
    missing = pd.DataFrame(faults["missing_week"]["details"]["rows_taken_out"], columns=offline.columns[[0, 1, 3, 4]])
    missing["week"] = pd.Timestamp(faults["missing_week"]["first_day"])
    whole = pd.concat([offline, missing])
    posted = in_cents(whole["Kosten (EUR)"]).groupby([whole["week"].dt.strftime("%Y-%m"), whole["Medium"]])

    booked = pd.concat([part.rename_axis(["month", "medium"]) for part in (ads, planned.sum(), posted.sum())])
    ledger = pd.read_csv(FOLDER / "ledger.csv").set_index(["month", "medium"])["booked_eur"]

    assert booked[booked != 0].sort_index().to_dict() == in_cents(ledger).to_dict()


def test_the_files_as_they_are_miss_the_ledger(ads):
    assert round(ads[SPEND].astype(float).sum(), 2) != round(
        pd.read_csv(FOLDER / "ledger.csv").query("medium in @ads.Platform.unique()")["booked_eur"].sum(), 2
    )


def test_the_totals_row_of_the_plan_is_the_sum_of_its_weeks(plan):
    totals, weeks = plan.iloc[-1], plan.iloc[:-1]

    assert totals["week"] == "Total"
    np.testing.assert_allclose(weeks.iloc[:, 1:].sum().astype(float), totals.iloc[1:].astype(float), atol=0.001)


def test_spend_in_the_truth_is_the_clean_spend_of_the_complete_weeks(clean_ads, truth, faults):
    groups = {tuple(item["dimensions"].values()): item["path"][-1] for item in truth["line_items"]}
    real = clean_ads.drop(index=faults["refund"]["rows"][0] - 2)
    real = real[real["Day"] < faults["truncated_last_week"]["first_day"]]
    named = pd.Series(list(zip(real["Platform"], real["Campaign"], real["Ad set"], strict=True)), index=real.index)
    weeks = pd.to_datetime(real["Day"]).dt.to_period("W-SUN").dt.start_time

    for group in ("Online video", "Brand social", "Performance social", "Paid search"):
        spent = real["cents"][named.map(groups) == group].groupby(weeks).sum() / 100
        np.testing.assert_allclose(spent, truth["weekly"]["spend"][group], atol=0.001)


def test_the_repeated_rows_are_exact_copies_of_earlier_ones(ads, faults):
    given = [row - 2 for row in faults["duplicate_rows"]["rows"]]

    assert ads.index[ads.duplicated()].tolist() == given
    assert ads.loc[given, "Day"].between("2024-11-11", "2024-11-13").all()


def test_one_platform_is_in_thousands_for_the_whole_quarter_and_nowhere_else(ads, faults):
    pinterest = ads[ads["Platform"] == "Pinterest"]
    price = 1000 * pinterest[SPEND].astype(float) / pinterest["Impressions"]

    assert (pinterest.index[price < 0.1] + 2).tolist() == faults["spend_in_thousands"]["rows"]
    assert set(pinterest.loc[price < 0.1, "Day"].str[:7]) == {"2025-04", "2025-05", "2025-06"}


def test_one_campaign_is_in_another_currency_for_three_weeks(ads, faults):
    campaign = ads[ads["Campaign"] == "TT_Perf_Catalogue_AT"]
    price = campaign[SPEND].astype(float) / campaign["Impressions"]

    assert (campaign.index[price > 5 * price.median()] + 2).tolist() == faults["currency_slip"]["rows"]
    assert len(faults["currency_slip"]["rows"]) == 21


def test_the_refund_is_the_only_negative_row_and_its_week_stays_positive(ads, faults, truth):
    negative = ads[ads[SPEND].astype(float) < 0]

    assert (negative.index + 2).tolist() == faults["refund"]["rows"]
    week = truth["weekly"]["week"].index("2025-02-17")
    assert truth["weekly"]["spend"]["Performance social"][week] + float(negative[SPEND].iloc[0]) > 0


def test_look_alike_names_stand_in_the_rows_given_and_share_a_group(ads, truth):
    twins = [item for item in truth["line_items"] if "look_alike_of" in item]
    paths = {item["line_item_id"]: item["path"] for item in truth["line_items"]}

    named = [fault for fault in truth["faults"] if fault["code"] == "look_alike_name"]
    for fault in named:
        column, written = fault["columns"][0], fault["details"]["written"]
        assert (ads.index[ads[column] == written] + 2).tolist() == fault["rows"]
    assert len(named) == 3
    assert all(paths[twin["look_alike_of"]] == twin["path"] for twin in twins)
    assert {twin["dimensions"]["Campaign"] for twin in twins} == {
        "fb_brand_video_q3_de",
        "FB_Perf_Catalogue_DE",
        "IG_Brand_St\u043ery_Q1_AT",
    }


def test_exactly_one_week_is_missing_from_the_offline_file(offline, faults):
    weeks = pd.date_range("2024-01-01", "2026-06-22", freq="7D")

    missing = weeks.difference(pd.DatetimeIndex(offline["week"].unique()))
    assert [str(week.date()) for week in missing] == [faults["missing_week"]["first_day"]]


def test_brand_and_performance_social_run_in_step(truth, faults):
    spend = pd.DataFrame(truth["weekly"]["spend"])
    correlations = spend.corr().to_numpy()
    pair = spend["Brand social"].corr(spend["Performance social"])

    assert pair == pytest.approx(faults["groups_in_step"]["details"]["correlation"], abs=0.001)
    assert 0.93 < pair < 0.985
    others = np.abs(correlations[np.triu_indices(len(correlations), 1)])
    assert np.sort(others)[-2] < 0.5


def test_the_daily_files_end_on_a_wednesday_and_the_weekly_ones_do_not(ads, offline, plan, faults):
    revenue = pd.read_csv(FOLDER / "revenue.csv", parse_dates=["date"])
    last = pd.Timestamp(faults["truncated_last_week"]["last_day"])

    assert last.day_name() == "Wednesday"
    assert revenue["date"].tolist() == pd.date_range("2024-01-01", last, freq="D").tolist()
    assert ads["Day"].max() == str(last.date())
    assert offline["week"].max() == pd.Timestamp("2026-06-22")
    assert pd.Timestamp(plan["week"].iloc[-2]) == pd.Timestamp("2026-06-22")


def test_the_rules_put_every_line_item_where_it_belongs(truth):
    rules = tomllib.loads((FOLDER / "workshop.toml").read_text("utf-8"))["rule"]

    def mapped(item):
        for rule in rules:
            pairs = [(item["dimensions"].get(name), glob) for name, glob in rule["match"].items()]
            if all(value is not None and fnmatch.fnmatchcase(value.lower(), glob.lower()) for value, glob in pairs):
                return rule["path"]
        return None

    assert [item for item in truth["line_items"] if mapped(item) != item["path"]] == []
    assert 380 <= len(truth["line_items"]) <= 430


def test_the_configuration_names_columns_that_the_files_have(ads, offline, plan):
    media = tomllib.loads((FOLDER / "workshop.toml").read_text("utf-8"))["media"]
    columns = {"ad_platforms.csv": ads.columns, "offline.csv": offline.columns, "agency_plan.xlsx": plan.columns}

    for source in media:
        spend = source["spend"]
        asked = [*source.get("line_item", []), *(spend.values() if isinstance(spend, dict) else [spend])]
        assert set(asked) <= set(columns[source["file"]])
    assert set(media[1]["spend"].values()) == set(plan.columns[1:])


def test_lift_tests_hold_the_truth(truth):
    tests = pd.read_csv(FOLDER / "lift_tests.csv")

    for (_, test), known in zip(tests.iterrows(), truth["lift_tests"], strict=True):
        assert test["group"] == known["group"]
        assert test["lift_low_eur"] < known["true_lift"] < test["lift_high_eur"]
        assert known["steady_state_lift"] == pytest.approx(known["true_lift"], rel=0.05)


def test_without_faults_none_of_them_is_there():
    retailer = simulate_retailer(np.random.default_rng(SEED), faults=False)

    assert retailer.faults == ()
    assert not retailer.ad_platforms.duplicated().any()
    assert (retailer.ad_platforms[SPEND] > 0).all()
    assert retailer.last_day.day_name() == "Sunday"
    assert retailer.offline["Woche"].nunique() == len(retailer.agency_plan) == len(retailer.client.kpi) == 130
    assert (retailer.line_items["look_alike_of"] == "").all()
    assert abs(retailer.client.spend["Brand social"].corr(retailer.client.spend["Performance social"])) < 0.5
    price = retailer.ad_platforms[SPEND] / retailer.ad_platforms["Impressions"]
    assert price.max() / price.min() < 100


def test_without_faults_the_ledger_is_the_sum_of_the_files():
    retailer = simulate_retailer(np.random.default_rng(SEED), faults=False)
    spent = retailer.ad_platforms[SPEND].sum() + retailer.offline["Kosten (EUR)"].sum()
    spent += retailer.agency_plan.iloc[:, 1:].to_numpy().sum()

    assert round(spent, 2) == round(retailer.ledger["booked_eur"].sum(), 2)


def test_the_workbook_carries_no_clock(made):
    properties = openpyxl.load_workbook(io.BytesIO(made["agency_plan.xlsx"])).properties

    assert str(properties.created) == str(properties.modified) == "2026-06-25 08:00:00"
