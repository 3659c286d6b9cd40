"""What holds for every chart: valid, described, frozen apart from its data, and clear about missing columns."""

import json

import altair as alt
import pandas as pd
import pytest

from mmm_core.charts.difference import difference_dots
from mmm_core.charts.fan import fan_chart
from mmm_core.charts.foreseen import ahead_chart, foreseen_chart, health_chart
from mmm_core.charts.frozen import frozen
from mmm_core.charts.history import fit_against_actuals
from mmm_core.charts.in_step import in_step_chart
from mmm_core.charts.intervals import contribution_chart, roi_chart
from mmm_core.charts.plan_range import plan_range_chart
from mmm_core.charts.reconciliation import waterfall_chart
from mmm_core.charts.resolution import change_chart, resolution_chart
from mmm_core.charts.side_by_side import side_by_side_chart
from mmm_core.charts.stacked import contribution_over_time, spend_chart
from mmm_core.charts.steadiness import steadiness_chart
from mmm_core.errors import BadInput

CHARTS = {
    "spend": ("subtotals", lambda table: spend_chart(table, colours={"Radio": "#123456"}, currency="EUR")),
    "over time": ("parts", lambda table: contribution_over_time(table, colours={}, unit="EUR")),
    "reconciliation": ("steps", lambda table: waterfall_chart(table, currency="EUR")),
    "fit": ("fitted", lambda table: fit_against_actuals(table, unit="EUR")),
    "contribution": ("intervals", lambda table: contribution_chart(table, unit="orders")),
    "ROI": ("intervals", lambda table: roi_chart(table, unit="EUR", currency="EUR")),
    "fan": ("future", lambda table: fan_chart(_history(), table, unit="EUR")),
    "dots": ("draws", lambda table: difference_dots(table, unit="EUR")),
    "resolution": ("known", lambda table: resolution_chart(table, unit="EUR per EUR")),
    "change": ("changed", lambda table: change_chart(table, unit="EUR per EUR")),
    "side by side": ("candidates", lambda table: side_by_side_chart(table, unit="EUR per EUR")),
    "in step": (
        "two_groups",
        lambda table: in_step_chart(table, first="A", second="B", colours=("#123456", "#654321"), currency="EUR"),
    ),
    "foreseen": ("held_out", lambda table: foreseen_chart(table, unit="EUR", plain_name="last year's figures")),
    "ahead": ("errors_ahead", lambda table: ahead_chart(table, plain_name="last year's average")),
    "health": ("points", health_chart),
    "steadiness": ("in_the_fit", lambda table: steadiness_chart(table, _refits(), unit="EUR per EUR spent")),
    "ranges": ("ranges", lambda table: plan_range_chart(table, currency="EUR")),
}


@pytest.fixture(params=CHARTS)
def chart(request):
    table, draw = CHARTS[request.param]
    return request.getfixturevalue(table), draw


def test_the_specification_is_valid_vega_lite(chart):
    table, draw = chart
    spec = draw(table).standalone()
    alt.Chart.from_dict(spec, validate=True)
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec


def test_other_data_leave_the_frozen_specification_as_it_is(chart):
    table, draw = chart
    first = draw(table)
    first.spec()["layer"].clear()
    second = draw(table.iloc[: len(table) // 2 + 1])
    assert second.frozen == first.frozen
    assert second.spec(live=True)["layer"] == json.loads(first.frozen)["layer"] != []


def test_every_dataset_that_the_specification_names_has_rows_and_its_columns(chart):
    table, draw = chart
    drawing = draw(table)
    for layer in _units(drawing.spec()):
        name = layer["data"]["name"]
        made = {step["as"] for step in layer.get("transform", []) if "as" in step}
        fields = {channel["field"] for channel in _channels(layer) if "field" in channel}
        assert fields - made <= set(drawing.data[name].columns)
        assert len(drawing.data[name]) > 0


def test_the_description_carries_the_figures_except_beside_sliders(chart):
    table, draw = chart
    drawing = draw(table)
    assert drawing.spec()["description"] == drawing.alt
    assert drawing.alt.endswith(".")
    assert drawing.spec(live=True)["description"] == json.loads(drawing.frozen)["description"] != ""


def test_text_and_axes_take_their_colours_from_the_theme(chart):
    table, draw = chart
    spec = draw(table).spec()
    assert "config" not in spec
    assert "title" not in spec
    assert "labelColor" not in json.dumps(json.loads(draw(table).frozen))
    for layer in _units(spec):
        if layer["mark"]["type"] == "text":
            assert layer["encoding"]["color"] == {"value": "gray"}


def test_a_missing_column_is_named_with_what_is_needed(chart):
    table, draw = chart
    lost = {"spend", "value", "micros", "q50", "q75", "difference", "planned", "second"} & set(table.columns)
    lost |= {"points", "model"} & set(table.columns)
    column = sorted(lost)[0]
    with pytest.raises(BadInput, match=rf"Columns are missing: {column} .*it needs .*{column}"):
        draw(table.drop(columns=column))


def test_a_table_without_rows_is_refused(chart):
    table, draw = chart
    with pytest.raises(BadInput, match="The table has no rows"):
        draw(table.iloc[:0])


def test_an_author_runs_once_per_arguments():
    runs = []

    @frozen
    def author(unit):
        runs.append(unit)
        return alt.Chart(alt.NamedData("rows"), description=unit).mark_point()

    assert author("EUR") == author("EUR") != author("orders")
    assert runs == ["EUR", "orders"]


def _refits():
    return pd.DataFrame(
        {
            "group": ["Radio", "Radio", "Linear TV", "not in the fit"],
            "kind": ["weeks", "priors", "priors", "weeks"],
            "what": "other priors",
            "mean": [1.0, 1.2, 3.0, 9.0],
        }
    )


def _history():
    return pd.DataFrame({"period": pd.date_range("2025-01-06", periods=60, freq="W-MON"), "actual": 1e6})


def _units(spec):
    """Yield the layers that hold marks, with the data they inherit."""
    for own in spec["layer"]:
        layer = {"data": spec.get("data"), **own}
        yield from _units(layer) if "layer" in layer else [layer]


def _channels(layer):
    for channel in layer["encoding"].values():
        yield from channel if isinstance(channel, list) else [channel]
