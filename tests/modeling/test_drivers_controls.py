"""Controls enter the model carried on, delayed and transformed, in the history and across its end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import make_panel

from mmm_core.errors import BadInput
from mmm_core.modeling.choices import ControlChoice
from mmm_core.modeling.design import drivers_on, future_inputs, future_periods, make_design
from mmm_core.modeling.drivers.controls import carry_on, choice_of, delayed, enter
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

LENGTH = 60
series = st.lists(st.floats(0, 1e6), min_size=12, max_size=40).map(lambda values: np.array(values)[:, None])
choices = st.builds(
    ControlChoice,
    name=st.just("price"),
    transformation=st.sampled_from(["as_is", "log", "root", "change"]),
    lag=st.integers(0, 6),
    half_life=st.sampled_from([0.0, 0.5, 2.0, 8.0]),
)


def panel(*names: str, periods: int = LENGTH, season: int = 52) -> Panel:
    """Controls that repeat themselves after `season` weeks."""
    rng = np.random.default_rng(5)
    one = rng.uniform(1, 9, (season, 1, len(names)))
    controls = np.tile(one, (periods // season + 1, 1, 1))[:periods]
    spend, kpi = rng.gamma(2, 9, (periods, 1, 2)), rng.gamma(9, 9, (periods, 1))
    return make_panel(spend, kpi, controls, control=list(names))


def entered(*names: str, **chosen: object) -> np.ndarray:
    """Return the first control of the model in the client's units."""
    design = make_design(panel(*names), ModelSpecification(controls=(ControlChoice(name=names[0], **chosen),)))  # type: ignore[arg-type]
    return (design.inputs["_control"][:, 0] * design.scale[0].values + design.center[0].values).values


@given(values=series, choice=choices, shift=st.integers(1, 8))
def test_what_comes_later_works_later(values: np.ndarray, choice: ControlChoice, shift: int) -> None:
    """Moved by some periods, with the first value before, a control enters as it did, moved by as many."""
    moved = np.concatenate([np.repeat(values[:1], shift, axis=0), values])

    np.testing.assert_allclose(enter(moved, choice)[shift:], enter(values, choice), rtol=1e-9, atol=1e-9 * values.max())


@given(values=series, half_life=st.floats(0.1, 50))
def test_carry_over_stays_within_what_was_there_and_keeps_what_is_steady(values: np.ndarray, half_life: float) -> None:
    carried = carry_on(values, half_life)

    assert carried.min() >= values.min() * (1 - 1e-9)
    assert carried.max() <= values.max() * (1 + 1e-9)
    steady = np.full((9, 1), values[0, 0])
    np.testing.assert_allclose(carry_on(steady, half_life), steady)


def test_half_of_an_impulse_is_left_after_its_half_life() -> None:
    impulse = np.zeros((30, 1))
    impulse[5] = 1.0

    carried = carry_on(impulse, 4.0)[:, 0]

    np.testing.assert_allclose(carried[9] / carried[5], 0.5)
    np.testing.assert_allclose(carried[5:].sum() / (1 - 0.5 ** (25 / 4)), 1.0)  # what is carried on adds up


def test_before_the_first_period_the_first_value_holds() -> None:
    values = np.arange(1.0, 7.0)[:, None]

    assert delayed(values, 2)[:, 0].tolist() == [1, 1, 1, 2, 3, 4]
    assert delayed(values, 9)[:, 0].tolist() == [1] * 6
    assert enter(values, ControlChoice(name="price", transformation="change"))[:, 0].tolist() == [0, 1, 1, 1, 1, 1]


def test_a_control_without_a_word_enters_as_it_is() -> None:
    np.testing.assert_allclose(entered("price"), panel("price").data["controls"].values[:, 0, 0])


def test_a_control_enters_as_it_was_chosen() -> None:
    raw = panel("price").data["controls"].values[:, 0, 0]

    np.testing.assert_allclose(entered("price", transformation="log", lag=1)[1:], np.log1p(raw[:-1]))
    np.testing.assert_allclose(entered("price", transformation="root"), np.sqrt(raw))


def test_organic_media_work_on_with_diminishing_returns_until_somebody_says_otherwise() -> None:
    plain, named = ModelSpecification(), ModelSpecification(controls=(ControlChoice(name="organic: news", lag=1),))

    assert choice_of("organic: news", plain) == ControlChoice(name="organic: news", transformation="log", half_life=1)
    assert choice_of("organic: news", named) == ControlChoice(name="organic: news", lag=1)
    assert choice_of("price", plain) == ControlChoice(name="price")
    assert make_design(panel("organic: news", "price"), plain).controls == ["organic: news", "control: price"]


def test_a_control_that_is_not_used_is_no_column_and_may_be_constant() -> None:
    both = panel("price", "weather")
    both.data["controls"][{"control": 0}] = 4.0
    design = make_design(both, ModelSpecification(controls=(ControlChoice(name="price", use=False),)))

    assert design.controls == ["control: weather"]
    with pytest.raises(BadInput, match="control 'price' has the same value"):
        make_design(both, ModelSpecification())


def test_a_control_that_no_longer_moves_with_its_lag_is_left_out_and_told() -> None:
    late = panel("price")
    late.data["controls"][:] = 0.0
    late.data["controls"][{"period": slice(-3, None)}] = 1.0
    design = make_design(late, ModelSpecification(controls=(ControlChoice(name="price", lag=3),)))

    assert design.controls == []
    assert design.left_out == ("control: price does not change in the history as it enters the model",)


def test_organic_media_that_never_change_in_the_history_are_left_out_and_told() -> None:
    both = panel("organic: news", "price")
    both.data["controls"][{"control": 0}] = 0.0
    design = make_design(both, ModelSpecification())

    assert design.controls == ["control: price"]
    assert design.left_out == ("organic: news does not change in the history as it enters the model",)


def test_a_choice_for_a_control_that_is_not_there_is_told() -> None:
    design = make_design(panel("price"), ModelSpecification(controls=(ControlChoice(name="prize"),)))

    assert design.left_out == ("control: prize is not in the data",)


@pytest.mark.parametrize(("way", "name"), [("log", "logarithm"), ("root", "square root")])
def test_a_negative_control_has_no_logarithm_and_no_root(way: str, name: str) -> None:
    cold = panel("temperature")
    cold.data["controls"][{"period": 3}] = -4.0

    with pytest.raises(BadInput, match=f"control 'temperature' is -4 in some periods and has no {name}"):
        make_design(cold, ModelSpecification(controls=(ControlChoice(name="temperature", transformation=way),)))  # type: ignore[arg-type]


@given(choice=choices, ahead=st.integers(1, 60))
def test_lag_and_carry_over_reach_across_the_end_of_the_history(choice: ControlChoice, ahead: int) -> None:
    """A control that repeats itself every year is foreseen exactly."""
    specification = ModelSpecification(controls=(choice,))
    known, seen = panel("price"), panel("price", periods=LENGTH + ahead)
    design = make_design(known, specification)
    plan = known.data["spend"].isel(period=[0] * ahead).assign_coords(period=future_periods(known, ahead))

    came = drivers_on(known, specification, design, seen.data["controls"])
    foreseen = future_inputs(known, specification, design, plan)["_control"]

    np.testing.assert_allclose(foreseen.values, came.values[LENGTH:], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(design.inputs["_control"].values, came.values[:LENGTH], rtol=1e-9, atol=1e-9)
