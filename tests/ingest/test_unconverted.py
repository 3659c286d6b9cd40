"""Outcomes, controls and lift tests in a currency, or in several: no rate is applied to them, so a mix is an error."""

import pytest

from mmm_core.findings import Severity
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import ControlsReading, KpiReading, LiftTestsReading
from mmm_core.ingest.typed import read_controls, read_kpi, read_lift_tests


def table(*lines: str):
    return read_table("\n".join(lines).encode(), name="file.csv")


def kpi(*lines: str, **roles):
    return read_kpi(table(*lines), KpiReading.from_dict({"date": "date", "value": "revenue", **roles}))


def mixes(read) -> list[tuple[Severity, tuple[int, ...], list[str]]]:
    return [
        (finding.severity, finding.where.rows, finding.evidence["currencies"])
        for finding in read.findings
        if finding.code == "several_currencies"
    ]


def test_signs_of_two_currencies_in_the_outcome_are_an_error_at_the_rows_that_differ():
    read = kpi("date;revenue", "2024-01-01;$1.5", "2024-01-08;€2.5", "2024-01-15;$3.5")
    assert mixes(read) == [(Severity.ERROR, (3,), ["EUR", "USD"])]
    assert "row 3 unlike the others" in read.findings[0].message


def test_a_column_of_codes_beside_the_outcome_is_looked_at():
    lines = ("date,revenue,currency", "2024-01-01,1.5,USD", "2024-01-08,2.5,USD", "2024-01-15,3.5,EUR")
    assert mixes(kpi(*lines)) == [(Severity.ERROR, (4,), ["EUR", "USD"])]


def test_codes_of_rows_without_a_value_do_not_count():
    read = kpi("date,revenue,currency", "2024-01-01,1.5,USD", "2024-01-08,,EUR")
    assert (mixes(read), read.currencies) == ([], ("USD",))


def test_a_sign_that_contradicts_the_column_or_the_name_is_a_mix():
    assert mixes(kpi("date,revenue,currency", "2024-01-01,€1.5,USD"))
    named = read_kpi(
        table("date;revenue (USD)", "2024-01-01;€1.5"), KpiReading(date="date", value="revenue (USD)", decimal=".")
    )
    assert mixes(named)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("€1.5", "EUR 2"), ("EUR",)),
        (("€1.5", "2.5"), ("EUR",)),
        (("$1.5", "US$ 2"), ("USD",)),
        (("1.5", "2.5"), ()),
        (("kr 1.5", "kr 2"), ("kr",)),
    ],
)
def test_one_currency_however_it_is_written_is_no_mix(cells, found):
    read = kpi("date;revenue", *(f"2024-01-0{day};{cell}" for day, cell in enumerate(cells, start=1)), decimal=".")
    assert (mixes(read), read.currencies) == ([], found)


@pytest.mark.parametrize(("sign", "code"), [("$", "CAD"), ("kr", "SEK"), ("¥", "JPY")])
def test_a_sign_of_several_currencies_agrees_with_a_code_that_it_may_stand_for(sign, code):
    read = kpi("date;revenue;currency", f"2024-01-01;{sign}1.5;{code}", decimal=".")
    assert (mixes(read), read.currencies) == ([], (code,))


def test_an_outcome_that_counts_things_has_no_currency_unless_its_cells_say_so():
    lines = ("date,orders,currency", "2024-01-01,{}1,USD", "2024-01-08,2,EUR")
    counts, money = (
        read_kpi(table(*(line.format(sign) for line in lines)), KpiReading(date="date", value="orders"))
        for sign in ("", "$")
    )
    assert (mixes(counts), counts.currencies) == ([], ())
    assert mixes(money)


def test_only_the_rows_of_the_variable_count_in_a_flat_file():
    lines = ("date,metric,value,currency", "2024-01-01,revenue,5,EUR", "2024-01-01,spend,7,USD")
    roles = {"layout": "flat", "variable": "metric", "figures": "value"}
    read = kpi(*lines, **roles)
    assert (mixes(read), read.currencies) == ([], ("EUR",))
    assert mixes(kpi(*lines, "2024-01-08,revenue,5,GBP", **roles)) == [(Severity.ERROR, (4,), ["EUR", "GBP"])]


def test_controls_may_each_have_a_currency_but_not_two():
    lines = ("date;our price;their price", "2024-01-01;€1.5;$2", "2024-01-08;€2;$3")
    reading = ControlsReading(date="date", columns=("our price", "their price"), decimal=".")
    assert mixes(read_controls(table(*lines), reading)) == []
    assert mixes(read_controls(table(*lines, "2024-01-15;£2;$3"), reading)) == [(Severity.ERROR, (4,), ["EUR", "GBP"])]


def test_a_column_of_codes_speaks_of_prices_not_of_temperatures():
    lines = ("date,geo,price,temperature,currency", "2024-01-01,DE,1,20,EUR", "2024-01-01,UK,2,21,GBP")
    price, weather = (
        read_controls(table(*lines), ControlsReading(date="date", geo="geo", columns=(name,)))
        for name in ("price", "temperature")
    )
    assert mixes(price) == [(Severity.ERROR, (3,), ["EUR", "GBP"])]
    assert mixes(weather) == []


def test_lift_tests_in_several_currencies_are_told():
    lines = ("group;start;end;change;lift", "TV;2024-01-01;2024-01-28;€100;50", "TV;2024-03-01;2024-03-28;$100;50")
    roles = {"group": "group", "start": "start", "end": "end", "spend_change": "change", "lift": "lift"}
    reading = LiftTestsReading(**roles, decimal=".")
    assert mixes(read_lift_tests(table(*lines), reading)) == [(Severity.ERROR, (3,), ["EUR", "USD"])]
    one = read_lift_tests(table(*lines[:2]), reading)
    assert (mixes(one), one.currencies) == ([], ("EUR",))
