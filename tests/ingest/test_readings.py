import json

import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading

READINGS = [
    MediaReading(
        layout="long", date="d", line_item=("a", "b"), spend="s", exposure="i", geo="g", decimal=",", date_order="dmy"
    ),
    MediaReading(layout="wide", date="d", spend={"TV": "tv_S"}, exposure={"TV": "tv_I"}, spend_unit="thousands"),
    KpiReading(date="d", value="v", geo="g"),
    ControlsReading(date="d", columns=("x", "y"), decimal="."),
]


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_survives_json(reading):
    assert type(reading).from_dict(json.loads(json.dumps(reading.as_dict()))) == reading


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"layout": "long", "date": "d", "spent": "s"}, "no role 'spent'"),
        ({"layout": "tall", "date": "d", "spend": "s"}, "role 'layout' is 'tall'; one of 'long', 'wide'"),
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
