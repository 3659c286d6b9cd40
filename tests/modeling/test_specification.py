import pytest

from mmm_core.errors import BadInput
from mmm_core.modeling.specification import ModelSpecification


def test_a_specification_survives_its_dict() -> None:
    specification = ModelSpecification(adstock_l_max=4, yearly_seasonality=0, seed=9, target_accept=0.9)

    assert ModelSpecification.from_dict(specification.as_dict()) == specification


def test_a_missing_key_keeps_its_default() -> None:
    assert ModelSpecification.from_dict({"chains": 2}).draws == ModelSpecification().draws


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"no setting 'chain' .*known are adstock_l_max.*chains"):
        ModelSpecification.from_dict({"chain": 4})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("adstock_l_max", 0),
        ("adstock_l_max", 2.5),
        ("chains", 1),
        ("draws", "many"),
        ("target_accept", 1.0),
        ("seed", -1),
        ("seed", True),
        ("weekday_pattern", 1),
        ("yearly_seasonality", 21),
        ("effect_median", 0),
    ],
)
def test_a_value_out_of_bounds_names_its_key(key: str, value: object) -> None:
    with pytest.raises(BadInput, match=rf"model\.{key}"):
        ModelSpecification.from_dict({key: value})


def test_the_bounds_themselves_are_allowed() -> None:
    assert ModelSpecification.from_dict({"adstock_l_max": 1, "yearly_seasonality": 20, "target_accept": 0.5}).seed == 1


def test_the_sentence_says_how_long_spend_works_and_what_is_expected() -> None:
    sentence = ModelSpecification(adstock_l_max=6, yearly_seasonality=0).sentence()

    assert "up to 6 periods" in sentence
    assert "seasonality: left out" in sentence
    assert "between 1.4 % and 26 % of the largest outcome" in sentence


def test_the_structure_ignores_what_only_the_sampler_sees() -> None:
    assert ModelSpecification(seed=2, draws=100).structure() == ModelSpecification().structure()
    assert ModelSpecification(adstock_l_max=2).structure() != ModelSpecification().structure()
