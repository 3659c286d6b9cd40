import json

import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.readings import (
    ControlsReading,
    ControlTotalsReading,
    KpiReading,
    LiftTestsReading,
    MediaReading,
    OrganicReading,
    RatesReading,
)

READINGS = [
    MediaReading(
        layout="long", date="d", line_item=("a", "b"), spend="s", exposure="i", geo="g", decimal=",", date_order="dmy"
    ),
    MediaReading(layout="wide", date="d", spend={"TV": "tv_S"}, exposure={"TV": "tv_I"}, spend_unit="thousands"),
    KpiReading(date="d", value="v", geo="g"),
    ControlsReading(date="d", columns=("x", "y"), decimal="."),
    MediaReading(layout="periods", line_item=("a",), periods=("2024-01", "2024-02"), currency_code="EUR"),
    MediaReading(layout="periods", variable="m", spend="Spend", exposure="GRP", clicks="Clicks", line_item=("a",)),
    MediaReading(layout="flat", date="d", variable="m", figures="v", spend={"TV": "tv"}, currency="c"),
    KpiReading(layout="flat", date="d", variable="m", figures="v", value="sales"),
    ControlsReading(layout="periods", variable="m", columns=("price",)),
    OrganicReading(layout="long", date="d", line_item=("a",), exposure="sends"),
    OrganicReading(layout="periods", line_item=("a",)),
    ControlTotalsReading(date="month", amount="a", node="n", end="e", label="l", spend_unit="thousands"),
    LiftTestsReading(group="g", start="s", end="e", spend_change="c", lift="l", lift_low="x", lift_high="y"),
    RatesReading(date="d", currency="c", rate="r"),
]


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_survives_json(reading):
    assert type(reading).from_dict(json.loads(json.dumps(reading.as_dict()))) == reading


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"layout": "long", "date": "d", "spent": "s"}, "no role 'spent'"),
        (
            {"layout": "tall", "date": "d", "spend": "s"},
            "role 'layout' is 'tall'; one of 'long', 'wide', 'periods', 'flat'",
        ),
        ({"layout": "long", "spend": "s"}, "names no 'date'"),
        ({"layout": "long", "date": "d"}, "neither spend nor exposure"),
        ({"layout": "wide", "date": "d", "spend": "s"}, "spend of a wide layout is 's'"),
        ({"layout": "long", "date": "d", "spend": {"a": "s"}}, "spend of a long layout"),
        (
            {"layout": "long", "date": "d", "spend": "s", "line_item": "campaign"},
            "role 'line_item' is 'campaign'; a list",
        ),
        ({"layout": "long", "date": 3, "spend": "s"}, "role 'date' is 3"),
        ({"layout": "long", "date": "d", "spend": "s", "decimal": ";"}, "role 'decimal' is ';'"),
    ],
)
def test_a_faulty_reading_is_refused_by_role(content, message):
    with pytest.raises(BadInput, match=message):
        MediaReading.from_dict(content)


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        (MediaReading, {"layout": "flat", "date": "d", "spend": "s"}, "names no 'variable', 'figures'"),
        (MediaReading, {"layout": "long", "date": "d", "spend": "s", "variable": "v"}, "long layout names 'variable'"),
        (MediaReading, {"layout": "wide", "date": "d", "spend": {"a": "s"}, "figures": "v"}, "layout names 'figures'"),
        (MediaReading, {"layout": "periods", "spend": "Spend"}, "spend of a periods layout is 'Spend'; names of var"),
        (MediaReading, {"layout": "periods", "variable": "m"}, "neither spend nor exposure"),
        (OrganicReading, {"layout": "long", "date": "d"}, "names no 'exposure'"),
        (KpiReading, {"date": "d"}, "names no 'value'"),
        (KpiReading, {"layout": "periods", "value": "sales"}, "names no 'variable'"),
        (ControlTotalsReading, {"date": "d"}, "names no 'amount'"),
        (ControlTotalsReading, {"date": "d", "amount": "a", "currency_code": "Euro"}, "three capital letters"),
        (LiftTestsReading, {"group": "g", "start": "s"}, "names no 'end', 'lift', 'spend_change'"),
        (RatesReading, {"date": "d", "currency": "c"}, "names no 'rate'"),
    ],
)
def test_roles_that_a_layout_or_kind_needs_are_asked_for_by_name(kind, content, message):
    with pytest.raises(BadInput, match=message):
        kind.from_dict(content)
