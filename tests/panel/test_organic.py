"""Organic media reach the panel as controls that are named as people would name them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from builders import kpi, media, mondays

from mmm_core.errors import BadInput
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.organic import MOST_APART, is_organic, laid_out, on_window, organic_series, plain_name
from mmm_core.panel.panel import Panel
from mmm_core.schema import WHOLE_MARKET, OrganicTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.scoping import lay_ground, scope

WEEKS = 20
DATES = mondays(WEEKS)
Row = tuple[str, str, float]


def table(rows: Sequence[tuple], *, source: str = "newsletter.csv", has_geo: bool = False) -> OrganicTable:
    """Rows are (line item, date, exposure[, geo])."""
    names = list(dict.fromkeys(row[0] for row in rows))
    return OrganicTable(
        source=source,
        dimensions=("list",),
        records=pd.DataFrame(
            {
                "row": np.arange(len(rows)) + 2,
                "line_item_id": pd.Categorical([f"id {row[0]}" for row in rows]),
                "date": pd.to_datetime([row[1] for row in rows]),
                "geo": pd.Categorical([row[3] if has_geo else WHOLE_MARKET for row in rows]),
                "exposure": [float(row[2]) for row in rows],
            }
        ),
        line_items=pd.DataFrame({"list": names}, index=pd.Index([f"id {name}" for name in names])),
        raw_rows=len(rows),
        has_geo=has_geo,
    )


def panel(*tables: OrganicTable, geos: Sequence[str] = ()) -> Panel:
    """Return the model input of a client with these files."""
    places = [(date, geo) for geo in geos or ("",) for date in DATES]
    rng = np.random.default_rng(0)
    rows = [("TV", date, float(rng.uniform(1, 9)), None, *([geo] if geos else [])) for date, geo in places]
    outcome = kpi(
        [date for date, _ in places],
        rng.uniform(90, 110, len(places)),
        geos=[geo for _, geo in places] if geos else None,
    )
    ground = lay_ground(ProjectData(media=(media(rows),), kpi=outcome, organic=tables), ProjectSettings(name="Test"))
    mapping = Mapping(levels=("Group",)).assign(list(ground.items.index), Target(path=("TV",)))
    found = scope(ground, mapping).panel
    assert found is not None
    return found


def exposure(found: Panel, name: str) -> np.ndarray:
    return found.data["controls"].sel(control=name).values[:, 0]


def test_exposure_is_added_up_per_week_and_line_item() -> None:
    rows = [(name, date, value) for date in DATES for name, value in (("customers", 100.0), ("leads", 7.0))]
    days = [("customers", str(np.datetime64(DATES[3]) + 2), 30.0), ("leads", DATES[5], 3.0)]
    found = panel(table([*rows, *days]))

    assert list(found.data["control"].values) == ["organic: customers", "organic: leads"]
    np.testing.assert_array_equal(exposure(found, "organic: customers"), [100] * 3 + [130] + [100] * 16)
    np.testing.assert_array_equal(exposure(found, "organic: leads"), [7] * 5 + [10] + [7] * 14)


def test_without_a_row_there_is_no_exposure_and_the_window_stays() -> None:
    found = panel(table([("news", date, 5.0) for date in DATES[4:9]]))

    np.testing.assert_array_equal(exposure(found, "organic: news"), [0] * 4 + [5] * 5 + [0] * 11)


def test_many_line_items_become_one_series_named_by_the_file() -> None:
    rows = [(f"mailing {at}", DATES[at], 10.0 + at) for at in range(MOST_APART + 1)]
    few, many = panel(table(rows[:-1])), panel(table(rows, source="mails.xlsx / 2024"))

    assert len(few.data["control"]) == MOST_APART
    assert list(many.data["control"].values) == ["organic: mails 2024"]
    np.testing.assert_array_equal(exposure(many, "organic: mails 2024")[: MOST_APART + 1], np.arange(10, 19))


def test_a_name_that_two_files_share_tells_the_file() -> None:
    rows = [("news", DATES[3], 5.0)]
    found = panel(table(rows, source="mail.csv"), table([*rows, ("posts", DATES[1], 2.0)], source="social.csv"))

    assert list(found.data["control"].values) == ["organic: mail news", "organic: social news", "organic: posts"]


def test_a_series_that_never_changes_is_no_control() -> None:
    found = panel(table([*[("steady", date, 5.0) for date in DATES], ("once", DATES[7], 1.0)]))

    assert list(found.data["control"].values) == ["organic: once"]


def test_a_file_without_regions_counts_in_all_of_them_and_one_with_regions_in_its_own() -> None:
    rows = [("news", date, 5.0 + at, "North") for at, date in enumerate(DATES)]
    everywhere = panel(table([row[:3] for row in rows]), geos=("North", "South"))
    north = panel(table(rows, has_geo=True), geos=("North", "South"))

    np.testing.assert_array_equal(everywhere.data["controls"][:, 0], everywhere.data["controls"][:, 1])
    assert north.data["controls"].sum("period").values.ravel().tolist() == [290, 0]


def test_an_empty_figure_is_no_exposure() -> None:
    series = organic_series([table([("news", DATES[0], np.nan), ("news", DATES[1], 4.0)])], Calendar(), keep_geo=False)

    assert len(series[0].numbers()) == 1
    numbers = Calendar().number(pd.to_datetime(DATES[:3]))
    (values,) = laid_out(series[0], numbers, [WHOLE_MARKET]).values()
    assert values.ravel().tolist() == [0, 4, 0]
    assert not on_window(series, numbers[:1], [WHOLE_MARKET])[0].values.columns.size


def test_a_control_that_is_called_like_organic_media_is_refused() -> None:
    with pytest.raises(BadInput, match="organic: mail news"):
        panel(*(table([("news", DATES[at], 5.0), ("n", DATES[1], 1.0)], source="mail.csv") for at in (3, 4)))


def test_names_are_told_apart_from_other_controls() -> None:
    assert is_organic("organic: news")
    assert not is_organic("organic share")
    assert plain_name("organic: news") == "news"
    assert plain_name("price") == "price"
