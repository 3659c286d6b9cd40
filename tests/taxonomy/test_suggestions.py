"""Suggestions: right as often as they say, with a reason, and silent about what nobody knows."""

import numpy as np
import pandas as pd
import pytest
from builders import media
from sample_client import sample

from mmm_core.errors import BadInput
from mmm_core.taxonomy import evidence
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.suggestions import suggest
from mmm_core.taxonomy.tree import archive_group

WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")
SOCIAL, SEARCH = ("Brand", "Social"), ("Sales", "Search")


def asked(known):
    """Show the mapping of some line items of the sample client; return confidence and truth of what is suggested."""
    items, whole, truth = sample()
    mapping = Mapping(levels=whole.levels, leaves=whole.leaves)
    for path in whole.leaves:
        mapping = mapping.assign([item for item in known if truth[item] == path], Target(path=path))
    found = suggest(items, resolve(items, mapping), mapping)
    right = np.array([truth.get(item) == path for item, path in found["path"].items()], dtype=bool)
    return found, right


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_of_ten_sure_suggestions_nine_are_right(share, seed):
    _, _, truth = sample()
    known = np.random.default_rng(seed).choice(sorted(truth), int(share * len(truth)), replace=False)
    found, right = asked(known)
    sure = (found["confidence"] >= 0.9).to_numpy()
    assert sure.any()
    assert right[sure].mean() >= 0.9


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_they_are_right_about_campaigns_that_are_new_altogether(seed):
    items, _, truth = sample()
    campaigns = sorted(items["Campaign"].dropna().unique())
    shown = set(np.random.default_rng(seed).choice(campaigns, len(campaigns) // 2, replace=False))
    known = [item for item in truth if pd.isna(items.loc[item, "Campaign"]) or items.loc[item, "Campaign"] in shown]
    found, right = asked(known)
    sure = (found["confidence"] >= 0.9).to_numpy()
    assert sure.sum() > 50
    assert right[sure].mean() >= 0.9


def test_nothing_is_sure_about_a_group_that_nobody_has_filled_yet():
    """Without an example of a group every suggestion for its line items is wrong, and none says otherwise."""
    _, whole, truth = sample()
    for path in whole.leaves:
        found, right = asked([item for item, group in truth.items() if group != path])
        assert not right.any()
        assert not (found["confidence"] >= 0.9).any(), path


def simple(*names, mapped):
    items = catalogue([media([(name, "2024-01-01", 10.0 + at) for at, name in enumerate(names)])])
    by_name = {name: item for item, name in items["name"].items()}
    mapping = Mapping(levels=("Goal", "Group"), leaves=(SOCIAL, SEARCH))
    for name, path in mapped.items():
        mapping = mapping.assign([by_name[name]], Target(path=path))
    return items, mapping


@pytest.fixture
def client():
    shown = {f"FB_Brand_{word}": SOCIAL for word in WORDS}
    shown |= {f"GG_Search_{word}": SEARCH for word in WORDS}
    return simple(*shown, "FB_Brand_iota", "GG_Search_kappa", "TV spot", mapped=shown)


def test_a_suggestion_names_its_group_its_likes_and_what_they_share(client):
    items, mapping = client
    found = suggest(items, resolve(items, mapping), mapping)
    by_name = found.set_axis(items.loc[found.index, "name"])
    assert by_name["path"].to_dict() == {"FB_Brand_iota": SOCIAL, "GG_Search_kappa": SEARCH}
    assert by_name.loc["FB_Brand_iota", "reason"] in (
        "like 8 line items in Social: shares 'fb', 'brand'",
        "like 8 line items in Social: shares 'brand', 'fb'",
    )
    assert list(found["spend_micros"]) == sorted(found["spend_micros"], reverse=True)
    assert found["confidence"].between(0.3, 1).all()


def test_what_is_suggested_does_not_depend_on_how_much_is_held_in_memory(client, monkeypatch):
    items, mapping = client
    whole = suggest(items, resolve(items, mapping), mapping)
    monkeypatch.setattr(evidence, "_MOST_AT_ONCE", 5)
    pd.testing.assert_frame_equal(suggest(items, resolve(items, mapping), mapping), whole)


def test_names_that_nothing_is_known_of_get_no_suggestion(client):
    items, mapping = client
    found = suggest(items, resolve(items, mapping), mapping)
    assert "TV spot" not in set(items.loc[found.index, "name"])


def test_examples_of_one_group_alone_make_nobody_sure():
    shown = {f"FB_Brand_{number}x": SOCIAL for number in range(40)}
    items, mapping = simple(*shown, "FB_Brand_new", mapped=shown)
    (confidence,) = suggest(items, resolve(items, mapping), mapping)["confidence"]
    assert 0 < confidence <= 0.5


def test_earlier_projects_serve_as_examples():
    earlier = pd.DataFrame(
        {
            "name": [f"{kind}_{at}y" for kind in ("FB_Brand", "GG_Search") for at in range(20)],
            "path": ["Old > Tree > Social"] * 20 + [("Sales", "Shopping")] * 20,
        }
    )
    items, mapping = simple("FB_Brand_new", "GG_Search_new", mapped={})
    found = suggest(items, resolve(items, mapping), mapping, earlier=[earlier])
    by_name = found.set_axis(items.loc[found.index, "name"])
    assert by_name["path"].to_dict() == {"FB_Brand_new": SOCIAL, "GG_Search_new": ("Sales", "Shopping")}
    assert "in Social, all in earlier projects" in by_name.loc["FB_Brand_new", "reason"]


def test_no_archived_group_is_suggested():
    earlier = pd.DataFrame({"name": ["FB_Brand", "GG_Search"], "path": [SOCIAL, SEARCH]})
    items, mapping = simple("FB_Brand_new", mapped={})
    mapping = archive_group(mapping, SOCIAL)
    found = suggest(items, resolve(items, mapping), mapping, earlier=[earlier])
    assert SOCIAL not in set(found["path"])


def test_a_frame_without_paths_is_refused():
    items, mapping = simple("FB_Brand_new", mapped={})
    with pytest.raises(BadInput, match="have no column path"):
        suggest(items, resolve(items, mapping), mapping, earlier=[pd.DataFrame({"name": ["a"]})])


def test_without_examples_or_without_questions_there_is_nothing_to_suggest():
    items, mapping = simple("a", "b", mapped={})
    assert suggest(items, resolve(items, mapping), mapping).empty
    everything = mapping.assign(items.index, Target(path=SOCIAL))
    assert suggest(items, resolve(items, everything), everything).empty
    empty = catalogue([])
    assert suggest(empty, resolve(empty, Mapping()), Mapping()).empty
