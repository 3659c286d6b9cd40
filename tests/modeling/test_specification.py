import json
import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.modeling.choices import (
    Alike,
    ControlChoice,
    Event,
    Expectation,
    FixedScale,
    range_text,
    read_range,
)
from mmm_core.modeling.lift_tests import CostTarget, LiftTest
from mmm_core.modeling.specification import ModelSpecification

PATHS = {"Search": ("Online", "Search"), "Social": ("Online", "Social"), "TV": ("TV",)}
TEST = LiftTest(group="Search", first="2024-01-01", last="2024-02-04", spend_change=5e3, lift=3e4, low=1e4, high=5e4)
EVERYTHING = ModelSpecification(
    adstock="delayed",
    saturation="hill",
    geo_effects="hierarchical",
    group_spreads=(("TV", 0.4),),
    expectations=(Expectation(place=("Online",), roi=(1.0, 3.0)), Expectation(place=("TV",), reached=(0.2, 0.5))),
    alike=(Alike(place=("Online",), likeness=0.5),),
    lift_tests=(TEST,),
    cost_targets=(CostTarget(group="TV", cost=2.0, low=1.0, high=4.0),),
    trend="changepoints",
    baseline_drift=True,
    controls=(ControlChoice(name="price", transformation="log", lag=1), ControlChoice(name="stock", use=False)),
    holidays=("DE", "DE-BY"),
    events=(Event(name="Sale", first="2024-03-01", last="2024-03-09"),),
    outliers=("2024-05-06",),
    window_first="2023-01-02",
    window_last="2024-12-30",
    fixed_scale=FixedScale(outcome=(("national", 5.0),), spend=(("national", "TV", 2.5),), source="fit of June"),
)


def test_a_specification_survives_its_dict() -> None:
    specification = ModelSpecification(adstock_l_max=4, yearly_seasonality=0, seed=9, target_accept=0.9)

    assert ModelSpecification.from_dict(specification.as_dict()) == specification


def test_every_choice_survives_json_and_toml() -> None:
    assert {field.name for field in fields(EVERYTHING)} <= set(EVERYTHING.as_dict())
    assert ModelSpecification.from_dict(json.loads(json.dumps(EVERYTHING.as_dict()))) == EVERYTHING
    assert tomli_w.dumps({"model": EVERYTHING.as_dict()})


def test_a_default_specification_writes_no_empty_list() -> None:
    assert not [name for name, value in ModelSpecification().as_dict().items() if value in ("", None, [], {})]


def test_a_missing_key_keeps_its_default() -> None:
    assert ModelSpecification.from_dict({"chains": 2}).draws == ModelSpecification().draws


def test_the_first_written_form_is_understood() -> None:
    first = {"effect_median": 0.06, "effect_spread": 0.9, "group_spreads": {"Radio": 0.4}, "chains": 2}

    assert ModelSpecification.from_dict(first) == ModelSpecification(chains=2, group_spreads=(("Radio", 0.4),))
    assert ModelSpecification.from_dict({**first, "effect_median": 0.03}).media_share == pytest.approx(0.2)


def test_a_newer_written_form_is_refused() -> None:
    with pytest.raises(BadInput, match="version 9"):
        ModelSpecification.from_dict({"version": 9})


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no setting 'chain' .*known are adstock.*chains"):
        ModelSpecification.from_dict({"chain": 4})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("adstock_l_max", 0),
        ("adstock_l_max", 2.5),
        ("adstock", "eternal"),
        ("saturation", 3),
        ("trend", "steep"),
        ("chains", 1),
        ("draws", "many"),
        ("target_accept", 1.0),
        ("seed", -1),
        ("seed", True),
        ("weekday_pattern", 1),
        ("baseline_drift", "yes"),
        ("yearly_seasonality", 21),
        ("media_share", 0),
        ("window_last", "soon"),
        ("outliers", ["2024-13-01"]),
        ("holidays", "DE"),
        ("events", [{"name": "Sale", "first": "2024-03-09", "last": "2024-03-01"}]),
        ("controls", [{"name": "price", "lag": -1}]),
        ("controls", [{"name": "price"}, {"name": "price"}]),
        ("expectations", [{"place": ["TV"], "roi": [3.0, 1.0]}]),
        ("expectations", [{"place": []}]),
        ("alike", [{"place": ["TV"], "likeness": 1.0}]),
        ("lift_tests", [{"group": "TV"}]),
        ("group_spreads", {"TV": 9.0}),
        ("group_spreads", 0.4),
    ],
)
def test_a_value_out_of_bounds_names_its_key(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=rf"model\.{key}"):
        ModelSpecification.from_dict({key: value})


def test_the_bounds_themselves_are_allowed() -> None:
    assert ModelSpecification.from_dict({"adstock_l_max": 1, "yearly_seasonality": 20, "target_accept": 0.5}).seed == 1


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(BadInput, match="ends on 2023-01-01, before it starts"):
        ModelSpecification(window_first="2024-01-01", window_last="2023-01-01")


def test_the_structure_ignores_what_only_the_sampler_sees() -> None:
    assert ModelSpecification(seed=2, draws=100).structure() == ModelSpecification().structure()
    assert ModelSpecification(adstock_l_max=2).structure() != ModelSpecification().structure()


def test_an_expectation_of_a_node_holds_for_every_group_below_it() -> None:
    found = EVERYTHING.for_tree(PATHS)

    assert found.expectation_of("Search").roi == (1.0, 3.0)
    assert found.expectation_of("Social").roi == (1.0, 3.0)
    assert found.expectation_of("TV").roi == ()
    assert found.alike[0].groups == ("Search", "Social")


def test_the_nearest_node_that_says_something_holds_part_by_part() -> None:
    above = Expectation(place=("Online",), roi=(1.0, 3.0), half_life=(1.0, 2.0))
    own = Expectation(place=("Online", "Search"), roi=(2.0, 4.0))
    found = ModelSpecification(expectations=(above, own)).for_tree(PATHS)

    assert found.expectation_of("Search").roi == (2.0, 4.0)
    assert found.expectation_of("Search").half_life == (1.0, 2.0)
    assert found.expectation_of("Social").roi == (1.0, 3.0)


def test_a_group_named_without_its_path_is_found() -> None:
    found = ModelSpecification(expectations=(Expectation(place=("Search",), roi=(2.0, 4.0)),)).for_tree(PATHS)

    assert found.expectation_of("Search").roi == (2.0, 4.0)


def test_one_group_alone_is_alike_to_nothing() -> None:
    assert ModelSpecification(alike=(Alike(place=("TV",)),)).for_tree(PATHS).alike == ()


def test_what_names_nothing_of_the_tree_is_told() -> None:
    assert EVERYTHING.names_nothing(PATHS) == ()
    assert EVERYTHING.names_nothing({"TV": ("TV",)}) == ("Online", "Search")


def test_what_is_said_of_groups_and_nodes_follows_them() -> None:
    places = {("TV",): ("Television",), ("Online",): ("Digital",)}
    renamed = EVERYTHING.renamed({"TV": "Television", "Search": "Paid search"}, places)

    paths = {"Paid search": ("Digital", "Paid search"), "Social": ("Digital", "Social"), "Television": ("Television",)}
    assert renamed.names_nothing(paths) == ()
    assert renamed.alike[0].place == ("Digital",)
    assert renamed.fixed_scale is not None
    assert renamed.fixed_scale.spend == (("national", "Television", 2.5),)


def test_a_lift_test_is_known_only_after_its_end() -> None:
    assert EVERYTHING.known_at("2024-02-04").lift_tests == ()
    assert EVERYTHING.known_at("2024-02-05").lift_tests == (TEST,)


@given(st.permutations(range(3)), st.sampled_from(["roi", "half_life", "reached"]))
def test_the_order_of_expectations_does_not_matter(order: list[int], part: str) -> None:
    said = [
        Expectation(place=("Online",), **{part: (0.2, 0.4)}),
        Expectation(place=("Online", "Search"), **{part: (0.3, 0.5)}),
        Expectation(place=("TV",), **{part: (0.4, 0.6)}),
    ]
    spec = ModelSpecification(expectations=tuple(said[at] for at in order)).for_tree(PATHS)

    assert [getattr(spec.expectation_of(group), part) for group in PATHS] == [(0.3, 0.5), (0.2, 0.4), (0.4, 0.6)]


def test_a_short_run_changes_the_sampler_alone() -> None:
    short = EVERYTHING.provisional()

    assert short is not None
    assert short.structure() == EVERYTHING.structure()
    assert replace(EVERYTHING, draws=50, tune=50, chains=2).provisional() is None


def test_the_example_of_the_guide_is_a_specification() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "workshop-file.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[model]" in block]

    found = ModelSpecification.from_dict(tomllib.loads(example)["model"])

    assert found.expectations[0].roi == (1.0, 3.0)
    assert found.lift_tests[0].group == "Search"


@given(st.floats(1e-6, 1e6), st.floats(1.01, 100.0))
def test_a_range_is_read_as_it_was_written(low: float, factor: float) -> None:
    assert read_range(range_text((low, factor * low)), where="") == (low, factor * low)


@pytest.mark.parametrize("text", ["-1 to 3", "high", "1", "1 to 2 to 3", "1 to x"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is no range"):
        read_range(text, where="TV")


def test_a_place_written_as_text_is_refused() -> None:
    with pytest.raises(BadInput, match="from the top of the tree down"):
        ModelSpecification.from_dict({"alike": [{"place": "Online"}]})
