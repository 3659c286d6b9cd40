"""Tokens, facets and filters: what a person sees when narrowing a catalogue down."""

import numpy as np
import pandas as pd
import pytest
from builders import media
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.facets import Tokens, facet, holding_words, node_facet
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.selection import select_items
from mmm_core.taxonomy.tokens import tokens_of, words_of

ROWS = [
    (("meta", "FB_BrandVideo_2024Q1"), "2024-01-01", 90.0),
    (("meta", "FB_Brand-Image_2024Q2"), "2024-01-01", 40.0),
    (("google", "GG Search Brand"), "2024-01-01", 60.0),
    (("google", ""), "2024-01-01", 7.0),
]


@pytest.fixture
def items():
    ads = media(ROWS, dimensions=("platform", "campaign"))
    return catalogue([ads, media([("TV spot 30s", "2024-01-01", 500.0)], source="tv.csv", dimensions=("line_item",))])


def mapped(items, mask):
    return resolve(items, Mapping(levels=("Group",)).assign(items.index[mask], Target(path=("One",))))


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("DE_FB_Brand-Video_2024Q1", ("de", "fb", "brand", "video", "2024", "q1")),
        ("SpringSALEVideo", ("spring", "sale", "video")),
        ("TikTok / YouTube_v2 30s", ("tiktok", "youtube", "v2", "30s")),
        ("Überraschung2024 München", ("überraschung", "2024", "münchen")),
        ("Ｆｕｌｌ width", ("full", "width")),
        ("брендВидео 春 2024", ("бренд", "видео", "春", "2024")),
        ("--__..", ()),
    ],
)
def test_a_name_falls_into_the_words_that_people_see(name, tokens):
    assert tokens_of(name) == tokens


@given(st.text(max_size=40))
def test_no_letter_of_a_name_is_lost_or_made_up(name):
    import re

    from mmm_core.taxonomy.names import comparable

    seen = "".join(comparable(run) for run in re.findall(r"[^\W_]+", name))
    assert "".join(words_of(name)).replace(" ", "") == seen.replace(" ", "")


def test_a_facet_counts_line_items_rows_money_and_what_waits(items):
    resolution = mapped(items, (items["platform"] == "meta").to_numpy(dtype=bool, na_value=False))
    found = facet(items, resolution, "platform").set_index("value")
    assert found["line_items"].to_dict() == {"": 1, "meta": 2, "google": 2}
    assert found["spend_micros"].to_dict() == {"": 500_000_000, "meta": 130_000_000, "google": 67_000_000}
    assert found["unmapped"].to_dict() == {"": 1, "meta": 0, "google": 2}
    assert found["rows"].sum() == items["rows"].sum()


def test_an_empty_value_and_a_missing_column_are_one_value_of_a_facet(items):
    found = facet(items, resolve(items, Mapping()), "campaign").set_index("value")
    assert found.loc["", "line_items"] == 2


def test_a_facet_counts_only_the_selection(items):
    mask = (items["spend_micros"] > 50_000_000).to_numpy()
    found = facet(items, resolve(items, Mapping()), "platform", mask).set_index("value")
    assert found["line_items"].to_dict() == {"": 1, "meta": 1, "google": 1}


def test_nodes_of_every_level_are_counted_in_the_clients_order(items):
    leaves = (("Sales", "Search"), ("Brand", "Video"), ("Brand", "Audio"))
    mapping = Mapping(levels=("Goal", "Group"), leaves=leaves)
    mapping = mapping.assign(items.index[items["platform"] == "meta"], Target(path=leaves[1]))
    mapping = mapping.assign(items.index[items["source"] == "tv.csv"], Target(path=leaves[2]))
    mapping = mapping.assign(items.index[items["name"] == "google / "], Target(exclude="not ours"))
    resolution = resolve(items, mapping)
    assert node_facet(items, resolution, 1).to_numpy().tolist() == [
        [("Sales",), 0, 0],
        [("Brand",), 3, 630_000_000],
    ]
    assert node_facet(items, resolution, 2)["line_items"].tolist() == [0, 2, 1]
    assert node_facet(items, resolve(items, Mapping()), 1).empty


def test_values_of_a_facet_are_found_by_their_words_as_people_read_them():
    values = pd.Series(["FB_Brand Video", "Ｂrand image", ""])
    assert holding_words(values, "BRAND").tolist() == [True, True, False]
    assert holding_words(values, "video  brand").tolist() == [True, False, False]


def test_a_token_counts_once_per_line_item_in_whatever_column_it_stands(items):
    found = Tokens(items).token_facet(resolve(items, Mapping())).set_index("token")
    assert found.loc["brand", "line_items"] == 3
    assert found.loc["brand", "spend_micros"] == 190_000_000
    assert found.loc["google", "line_items"] == 2
    assert found.index[0] in ("tv", "spot", "30s")


def test_large_amounts_are_added_up_exactly():
    rows = [(f"a_{at}", "2024-01-01", 0.0) for at in range(3)]
    items = catalogue([media(rows)]).assign(spend_micros=np.array([2**61, 1, 2], dtype=np.int64))
    assert Tokens(items).token_facet(resolve(items, Mapping())).set_index("token").loc["a", "spend_micros"] == 2**61 + 3
    assert facet(items, resolve(items, Mapping()), "source")["spend_micros"].sum() == 2**61 + 3


def test_the_line_items_that_hold_a_token_are_found_as_people_read_it(items):
    index = Tokens(items)
    assert set(items["campaign"][index.holding("BRAND")]) == {ROWS[0][0][1], ROWS[1][0][1], ROWS[2][0][1]}
    assert not index.holding("bran").any()


def test_filters_narrow_down_together(items):
    resolution = mapped(items, (items["platform"] == "google").to_numpy(dtype=bool, na_value=False))
    names, index = ReadNames(items), Tokens(items)

    def hit(**wanted):
        return set(items["name"][select_items(items, resolution, names, index, **wanted)])

    video, image, search, empty = (" / ".join(row[0]) for row in ROWS)
    assert hit(tokens=("brand", "fb")) == {video, image}
    assert hit(tokens=("brand",), spend_at_least=60_000_000) == {video, search}
    assert hit(text="brand image") == {image}
    assert hit(text="meta*q1") == {video}
    assert hit(text="/(video|search)/") == {video, search}
    assert hit(values={"campaign": ("",)}) == {empty, "TV spot 30s"}
    assert hit(group=("One",)) == hit(status="mapped") == {search, empty}
    assert hit(group=()) == {search, empty}
    assert hit(line_items=items.index[:1]) == {items["name"].iloc[0]}
    assert hit() == set(items["name"])


def test_a_filter_that_cannot_be_read_says_why(items):
    with pytest.raises(BadInput, match=r"Pattern '/\(a/' cannot be read \(.*missing \)"):
        select_items(items, resolve(items, Mapping()), text="/(a/")


def test_an_empty_catalogue_has_empty_facets():
    items = catalogue([])
    resolution = resolve(items, Mapping())
    assert Tokens(items).token_facet(resolution).empty
    assert not len(select_items(items, resolution, text="a", tokens=("b",)))
