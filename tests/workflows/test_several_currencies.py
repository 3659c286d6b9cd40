"""Media in another currency: the same amounts in the app and without it, or a finding that blocks."""

import pytest
from builders import mondays

from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.reading import read_sources
from mmm_core.workflows.scoping import lay_ground
from mmm_core.workflows.taking_in import describe_project, take_in
from mmm_core.workflows.workshop_file import read_workshop_file

TOML = """
[project]
name = "Acme"

[[media]]
file = "media.csv"
date = "date"
line_item = ["campaign"]
spend = "spend"
currency = "currency"

[kpi]
file = "kpi.csv"
date = "date"
value = "sales"
"""
INLINE = '\n[[rate]]\ncurrency = "USD"\nstart = 2024-01-01\nrate = 0.9234567\n'
FILE = '\n[[rates]]\nfile = "rates.csv"\ndate = "month"\ncurrency = "code"\nrate = "rate"\n'


@pytest.fixture
def folder(tmp_path):
    dates = mondays(20)
    rows = [f"{day},{code},{10 + number}.01,{code}" for number, day in enumerate(dates) for code in ("EUR", "USD")]
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "media.csv").write_text("\n".join(["date,campaign,spend,currency", *rows]))
    (folder / "kpi.csv").write_text("\n".join(["date,sales", *(f"{day},{n}" for n, day in enumerate(dates))]))
    months = "\n".join(f"2024-{month:02},USD,0.9234567" for month in range(1, 13))
    (folder / "rates.csv").write_text(f"month,code,rate\n{months}\n")
    return folder


def written(folder, more):
    (folder / "workshop.toml").write_text(TOML + more)
    return folder / "workshop.toml"


def codes(ground):
    return {finding.code for finding in ground.findings}


@pytest.mark.parametrize("more", [INLINE, FILE])
def test_rates_give_the_same_amounts_with_and_without_the_app(storage, folder, more):
    toml = written(folder, more)
    content = read_workshop_file(toml)
    alone = lay_ground(read_sources(content, [folder]), content.settings())
    project = take_in(storage, toml, author="Test").id
    ground = load_ground(storage, ground_key(storage, project))
    spend = alone.items.set_index("name")["spend_micros"]
    assert spend["EUR"] == sum(10_010_000 + number * 1_000_000 for number in range(20))
    assert spend["USD"] == sum(round((10_010_000 + number * 1_000_000) * 0.9234567) for number in range(20))
    assert ground.items["spend_micros"].to_dict() == alone.items["spend_micros"].to_dict()
    assert codes(ground) == codes(alone) == {"currency_converted"}
    again = describe_project(storage, project)
    assert [section.currency for section in again.rates] == ["code" if more == FILE else "currency"]


def test_without_rates_the_fit_is_blocked_and_no_amount_is_changed(folder):
    content = read_workshop_file(written(folder, ""))
    ground = lay_ground(read_sources(content, [folder]), content.settings())
    assert codes(ground) == {"several_currencies", "currency_without_rate"}
    assert ground.items.set_index("name").loc["USD", "spend_micros"] == 390_200_000


def test_a_file_of_rates_is_one_of_the_files_of_a_project(folder):
    assert "rates.csv" in read_workshop_file(written(folder, FILE)).files()
