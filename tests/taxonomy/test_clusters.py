"""Look-alike names: what comes together at which strictness, and what never does."""

import pytest
from builders import media
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.clusters import METHODS, cluster_names
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.scripts import looks, mixed_scripts

STRICT, LAX = 0.9, 0.7


def together(*names, method, strictness):
    items = catalogue([media([(name, "2024-01-01", 1.0 + at) for at, name in enumerate(names)])])
    found = cluster_names(items, resolve(items, Mapping()), dimension="campaign", method=method, strictness=strictness)
    return {frozenset(cluster.members["value"]) for cluster in found}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "pair",
    [("FB_Brand_Video", "fb brand-video"), ("Zürich", "Zuerich"), ("Café", "CAFE"), ("FB_Вrand", "FB_Brand"),
     ("SpringSale", "spring sale"), ("Set 01", "set 1"), ("ＦＢ brand", "fb brand")],
)  # fmt: skip
def test_every_method_brings_spellings_of_one_name_together(method, pair):
    assert together(*pair, method=method, strictness=1.0) == {frozenset(pair)}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "pair",
    [("Spring Q1 2024", "Spring Q2 2024"), ("set 1", "set 2"), ("phase 1 set 2", "phase 2 set 1"), ("TV 20s", "TV 30s"),
     ("Beds_AT", "Beds_DE"), ("Beds_DE", "Beds_DK"),
     ("Broad 25-34", "Broad 35-44"), ("Lookalike 1 %", "Lookalike 10 %")],
)  # fmt: skip
def test_numbers_and_codes_mean_something_to_strict_methods(method, pair):
    assert together(*pair, method=method, strictness=STRICT) == set()


@pytest.mark.parametrize("method", METHODS)
def test_flights_of_one_campaign_come_together_when_lax(method):
    flights = ("Spring Q1 2024", "Spring Q2 2024", "spring_q1-2023")
    assert together(*flights, method=method, strictness=LAX) == {frozenset(flights)}


@pytest.mark.parametrize(("method", "expected"), [("fingerprint", True), ("ngram", False), ("nearest", True)])
def test_the_order_of_words_matters_to_ngrams_only(method, expected):
    found = together("Brand Video FB", "FB_Brand_Video", method=method, strictness=STRICT)
    assert bool(found) is expected


@pytest.mark.parametrize(("method", "expected"), [("fingerprint", False), ("ngram", True), ("nearest", False)])
def test_spaces_inside_words_do_not_matter_to_ngrams(method, expected):
    assert bool(together("Face Book", "facebook", method=method, strictness=STRICT)) is expected


@pytest.mark.parametrize("pair", [("FB_Brand_Video", "FB_Brnad_Video"), ("Retargeting", "Retargetting")])
def test_slips_of_the_pen_are_neighbours(pair):
    assert together(*pair, method="nearest", strictness=STRICT) == {frozenset(pair)}
    assert together(*pair, method="fingerprint", strictness=STRICT) == set()


def test_two_slips_need_a_long_word_and_less_strictness():
    pair = ("Performance", "Prefomance")
    assert together(*pair, method="nearest", strictness=0.95) == set()
    assert together(*pair, method="nearest", strictness=0.85) == {frozenset(pair)}
    assert together("west", "east", method="nearest", strictness=0.85) == set()


def test_chains_of_slips_do_not_join_what_is_far_apart():
    found = together("sales 1", "sales 2", "sales 3", "sale 1", "salt 1", method="nearest", strictness=STRICT)
    assert found == {frozenset({"sales 1", "sale 1"})}


def test_members_bring_counts_money_and_groups():
    rows = [(("meta", "FB Brand"), "2024-01-01", 5.0), (("meta", "fb_brand"), "2024-01-01", 7.0),
            (("google", "fb_brand"), "2024-01-01", 1.0), (("meta", "other"), "2024-01-01", 9.0)]  # fmt: skip
    items = catalogue([media(rows, dimensions=("platform", "campaign"))])
    one = items.index[items["campaign"] == "FB Brand"]
    resolution = resolve(items, Mapping(levels=("Group",)).assign(one, Target(path=("Social",))))
    (cluster,) = cluster_names(items, resolution, dimension="campaign")
    assert cluster.members[["value", "line_items", "spend_micros", "groups"]].to_numpy().tolist() == [
        ["fb_brand", 2, 8_000_000, ()],
        ["FB Brand", 1, 5_000_000, ("Social",)],
    ]
    assert cluster.spend_micros == 13_000_000
    assert cluster.ids_of(["FB Brand"]) == tuple(one)
    assert set(cluster.ids) == set(items.index[items["campaign"] != "other"])


def test_a_cluster_warns_of_words_that_mix_scripts():
    items = catalogue([media([("FB_Вrand", "2024-01-01", 1.0), ("FB_Brand", "2024-01-01", 2.0)])])
    (cluster,) = cluster_names(items, resolve(items, Mapping()))
    assert cluster.mixed == ("Вrand",)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("FB_Вrand", ("Вrand",)), ("Москва", ()), ("Βrand", ("Βrand",)), ("СЕО campaign", ("СЕО",)), ("Variant β", ()),
     ("Straße münchen", ()), ("東京 Tokyo キャンペーン", ()), ("Brand Москва", ())],
)  # fmt: skip
def test_only_words_that_look_like_others_are_warned_of(name, expected):
    assert mixed_scripts(name) == expected


def test_look_alike_letters_are_written_in_latin():
    assert looks("АВЕКМНОРСТУХ ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ аеорсух") == "ABEKMHOPCTYX ABEZHIKMNOPTYX aeopcyx"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=12, unique=True), st.sampled_from(METHODS), st.floats(0, 1))
def test_a_name_is_in_one_cluster_at_most_and_no_cluster_is_alone(names, method, strictness):
    items = catalogue([media([(name, "2024-01-01", 1.0) for name in names])])
    found = cluster_names(items, resolve(items, Mapping()), method=method, strictness=strictness)
    members = [value for cluster in found for value in cluster.members["value"]]
    assert len(members) == len(set(members))
    assert all(len(cluster.members) > 1 for cluster in found)
    assert set(members) <= set(items["name"])


@pytest.mark.parametrize(("method", "strictness"), [("soundex", 0.9), ("ngram", 1.5)])
def test_an_unknown_method_or_strictness_is_refused(method, strictness):
    items = catalogue([media([("a", "2024-01-01", 1.0)])])
    with pytest.raises(BadInput, match="cannot be clustered"):
        cluster_names(items, resolve(items, Mapping()), method=method, strictness=strictness)
