"""What a specification says of groups and branches follows them when the tree changes, and nothing else does."""

from dataclasses import replace

from mmm_core.modeling.choices import Alike, Expectation
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Path
from mmm_core.taxonomy.tree import move_node
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.specification import current_specification, save_specification


def say_of(storage: Storage, client: str, leaf: Path) -> None:
    base = current_specification(storage, client)
    test = LiftTest(
        group=leaf[-1], first="2024-01-01", last="2024-02-04", spend_change=5.0, lift=3.0, low=1.0, high=5.0
    )
    said = replace(
        base.specification,
        expectations=(Expectation(place=leaf, roi=(1.0, 2.0)),),
        alike=(Alike(place=leaf[:1]),),
        lift_tests=(test,),
    )
    save_specification(storage, client, said, base=base, author="Test")


def move(storage: Storage, client: str, old: Path, new: Path) -> ModelSpecification:
    base = current_mapping(storage, client)
    edit_mapping(
        storage, client, lambda mapping: move_node(mapping, old, new), base=base, author="Test", message="Move"
    )
    return current_specification(storage, client).specification


def test_a_renamed_group_keeps_its_experiment_and_its_expectation(storage: Storage, client: str) -> None:
    leaf = current_mapping(storage, client).mapping.leaves[0]
    say_of(storage, client, leaf)

    after = move(storage, client, leaf, (*leaf[:-1], "New name"))

    assert after.lift_tests[0].group == "New name"
    assert after.expectations[0].place == (*leaf[:-1], "New name")


def test_a_renamed_branch_keeps_what_is_said_of_it_and_below_it(storage: Storage, client: str) -> None:
    leaf = next(path for path in current_mapping(storage, client).mapping.leaves if len(path) > 1)
    say_of(storage, client, leaf)

    after = move(storage, client, leaf[:1], ("Another branch",))

    assert after.alike[0].place == ("Another branch",)
    assert after.expectations[0].place == ("Another branch", *leaf[1:])
    assert after.lift_tests[0].group == leaf[-1]


def test_an_experiment_never_moves_to_a_group_that_only_took_the_place(storage: Storage, client: str) -> None:
    mapping = current_mapping(storage, client)
    leaf = mapping.mapping.leaves[0]
    say_of(storage, client, leaf)
    others = [path for path in mapping.mapping.leaves if path != leaf]
    stranger = replace(
        mapping.mapping,
        leaves=(tuple(f"Elsewhere {depth}" for depth in range(len(leaf))), *others),
        rules=(),
        choices={},
        nodes={},
    )

    edit_mapping(storage, client, lambda _: stranger, base=mapping, author="Test", message="Another tree")

    assert current_specification(storage, client).specification.lift_tests[0].group == leaf[-1]
