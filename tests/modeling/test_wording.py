from mmm_core.modeling.choices import ControlChoice, Expectation
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.wording import sentences


def said(specification: ModelSpecification) -> str:
    return " ".join(sentences(specification))


def test_the_default_is_told_in_five_sentences_or_fewer() -> None:
    assert len(sentences(ModelSpecification())) <= 5
    assert "expected to bring 40 % of the outcome" in said(ModelSpecification())


def test_how_long_spend_works_and_what_is_left_out_is_said() -> None:
    sentence = said(ModelSpecification(adstock_l_max=6, yearly_seasonality=0))

    assert "up to 6 periods" in sentence
    assert "no season" in sentence


def test_an_expectation_is_told_with_its_place() -> None:
    place = Expectation(place=("Online", "Search"), roi=(1.0, 3.0), half_life=(1.0, 2.0))

    sentence = said(ModelSpecification(expectations=(place,)))

    assert "Online / Search: expected are a return of 1 to 3" in sentence
    assert "half of the effect within 1 to 2 weeks" in sentence


def test_what_became_of_controls_is_told() -> None:
    controls = (ControlChoice(name="price", transformation="log", lag=2), ControlChoice(name="stock", use=False))

    sentence = said(ModelSpecification(controls=controls))

    assert "price as its logarithm, 2 periods later" in sentence
    assert "Left out: stock" in sentence


def test_nothing_is_said_twice() -> None:
    told = sentences(ModelSpecification(holidays=("DE",), trend="linear", baseline_drift=True))

    assert len(set(told)) == len(told)
