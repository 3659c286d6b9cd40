"""What is modelled of a scope: the window cuts the panel, and what is said of the tree reaches the groups."""

from dataclasses import replace

import pytest

from mmm_core.errors import BadInput
from mmm_core.modeling.choices import Alike, Expectation
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage.opened import Storage
from mmm_core.workflows.fitting import fit_state
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.modelled import modelled, modelled_fingerprint, paths_of
from mmm_core.workflows.push_back import feasibility_of
from mmm_core.workflows.scope_of import scope_now
from mmm_core.workflows.scoping import Ground, Scoped, scope
from mmm_core.workflows.specification import current_specification, save_specification, specification_changes

DEFAULT = ModelSpecification(adstock_l_max=3)


@pytest.fixture
def scoped(storage: Storage, client: str, ground: Ground) -> Scoped:
    return scope(ground, current_mapping(storage, client).mapping)


def days_of(scoped: Scoped) -> list[str]:
    return [str(day)[:10] for day in scoped.panel.data["period"].values]


def test_without_a_window_the_panel_is_the_scope_s(scoped: Scoped) -> None:
    assert modelled(scoped, DEFAULT).panel is scoped.panel
    assert modelled_fingerprint(scoped, DEFAULT) == scoped.panel_fingerprint


def test_a_window_cuts_the_panel_and_names_it_otherwise(scoped: Scoped) -> None:
    windowed = replace(DEFAULT, window_first=days_of(scoped)[5])

    found = modelled(scoped, windowed)

    assert found.panel.data.sizes["period"] == len(days_of(scoped)) - 5
    assert found.specification.window_first == ""
    assert modelled_fingerprint(scoped, windowed) == found.panel.fingerprint != scoped.panel_fingerprint


def test_a_window_without_a_period_is_refused_and_names_nothing(scoped: Scoped) -> None:
    empty = replace(DEFAULT, window_first="2090-01-01")

    with pytest.raises(BadInput, match="No week lies in the window"):
        modelled(scoped, empty)
    assert modelled_fingerprint(scoped, empty) == ""
    assert "No week lies in the window" in feasibility_of(scoped, empty).why_not


def test_what_is_said_of_a_branch_reaches_its_groups(scoped: Scoped) -> None:
    paths = paths_of(scoped)
    branch = next(path[:1] for path in paths.values() if len(path) > 1)
    below = [group for group, path in paths.items() if path[:1] == branch]
    said = replace(DEFAULT, expectations=(Expectation(place=branch, roi=(1.0, 2.0)),), alike=(Alike(place=branch),))

    found = modelled(scoped, said).specification

    assert [one.place for one in found.expectations] == [(group,) for group in below]
    assert [one.groups for one in found.alike] == ([tuple(below)] if len(below) > 1 else [])


def test_a_window_is_part_of_what_is_signed(storage: Storage, client: str, scoped: Scoped) -> None:
    before = scope_now(storage, client, scoped)
    base = current_specification(storage, client)
    windowed = replace(base.specification, window_first=days_of(scoped)[3])
    save_specification(storage, client, windowed, base=base, author="Test")

    after = scope_now(storage, client, scoped)

    assert after.fingerprint != before.fingerprint
    assert after.content.panel_fingerprint != before.content.panel_fingerprint
    assert fit_state(storage, client, scoped).fit is None


def test_changes_are_told_setting_by_setting() -> None:
    expected = Expectation(place=("TV",), roi=(1.0, 2.0))
    after = replace(DEFAULT, trend="linear", expectations=(expected,), seed=3)

    said = specification_changes(DEFAULT, after)

    assert "Trend of the baseline: None -> Straight" in said
    assert "Seed: 1 -> 3" in said
    assert any(one.startswith("Expectations: TV (a return of 1 to 2") for one in said)
    assert specification_changes(after, after) == ()
