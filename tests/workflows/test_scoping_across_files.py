"""What only shows when several files meet: regions that differ, money that is too much together."""

import numpy as np
import pandas as pd
import pytest
from builders import kpi, media, mondays

from mmm_core.errors import BadInput
from mmm_core.schema import ControlsTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.workflows.scoping import lay_ground, scope

DATES = mondays(60)
ALL = Mapping(levels=("Group",), rules=(Rule(match={}, target=Target(path=("All",))),))


def scoped(controls):
    rows = [("a", date, n + 1.0 + (geo == "South"), None, geo) for n, date in enumerate(DATES) for geo in REGIONS]
    outcome = kpi(DATES * 2, np.arange(120) + 1.0, geos=["North"] * 60 + ["South"] * 60)
    data = ProjectData(media=(media(rows),), kpi=outcome, controls=(controls,))
    return scope(lay_ground(data, ProjectSettings(name="x")), ALL)


REGIONS = ("North", "South")


def prices(*regions, name="price"):
    rows = pd.DataFrame(
        [(n, date, geo, float(n + 100 * place)) for place, geo in enumerate(regions) for n, date in enumerate(DATES)],
        columns=["row", "date", "geo", name],
    )
    rows["date"] = pd.to_datetime(rows["date"])
    return ControlsTable(source="controls.csv", names=(name,), rows=rows, has_geo=True)


def test_controls_of_other_regions_are_not_taken_for_these():
    result = scoped(prices("NORTH", "SOUTH"))
    (finding,) = result.blocking
    assert finding.code == "missing_periods"
    assert (finding.evidence["periods"], finding.evidence["regions"]) == (60, ["North", "South"])
    assert np.isnan(result.panel.data["controls"].values).all()


def test_a_region_without_controls_is_a_finding_that_names_it():
    (finding,) = scoped(prices("North")).blocking
    assert finding.message.startswith("Control 'price' has no value for 60 weeks in South")
    assert finding.where.columns == ("price",)


def test_controls_with_more_regions_than_the_kpi_are_fine():
    result = scoped(prices("East", "North", "South"))
    assert result.blocking == ()
    np.testing.assert_array_equal(result.panel.data["controls"].sel(geo="North").values[:, 0], 100.0 + np.arange(60))


@pytest.mark.parametrize("name", ["number", "value", "micros"])
def test_a_control_may_be_called_like_a_word_of_the_inside(name):
    result = scoped(prices("North", "South", name=name))
    np.testing.assert_array_equal(result.panel.data["controls"].sel(geo="North").values[:, 0], np.arange(60.0))


def test_a_gap_in_the_kpi_is_told_by_the_name_of_its_column():
    rows = [("a", date, n + 1.0) for n, date in enumerate(DATES)]
    data = ProjectData(media=(media(rows),), kpi=kpi(DATES[:5] + DATES[6:], np.arange(59) + 1.0))
    (finding,) = scope(lay_ground(data, ProjectSettings(name="x")), ALL).blocking
    assert finding.message.startswith("KPI 'revenue' has no value for 1 week (")
    assert finding.where.columns == ("revenue",)


def test_files_that_are_too_much_together_are_refused_not_wrapped_around():
    one = media([("a", "2024-01-01", 5e12)], source="one.csv")
    other = media([("b", "2024-01-01", 5e12)], source="other.csv")
    assert lay_ground(ProjectData(media=(one,)), ProjectSettings(name="x")).cube.micros.sum() == 5 * 10**18
    with pytest.raises(BadInput, match=r"All spend together is 10,000,000,000,000 \(one\.csv, other\.csv\)"):
        lay_ground(ProjectData(media=(one, other)), ProjectSettings(name="x"))
