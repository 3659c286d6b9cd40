"""The names that people see of the choices of a specification: complete, and used wherever one is told."""

from dataclasses import fields, replace

import pytest

from mmm_core.errors import BadInput
from mmm_core.modeling.choice_words import (
    LABELS,
    OPTIONS,
    PART_LABELS,
    in_labels,
    refuse_range,
    setting_changes,
    setting_rows,
)
from mmm_core.modeling.choices import Alike, ControlChoice, Event, Expectation, FixedScale
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.modeling.specification import ModelSpecification

DEFAULT = ModelSpecification()
TEST = LiftTest(group="TV", first="2025-01-06", last="2025-01-12", spend_change=1.0, lift=2.0)


def changes(after: ModelSpecification, before: ModelSpecification = DEFAULT) -> list[str]:
    return list(setting_changes(before.as_dict(), after.as_dict()))


def refused(**choices: object) -> str:
    wanted = DEFAULT.as_dict() | choices
    with pytest.raises(BadInput) as caught:
        ModelSpecification.from_dict(wanted)
    return str(in_labels(caught.value, wanted))


def test_every_setting_has_a_label_of_its_own() -> None:
    names = [field.name for field in fields(ModelSpecification)]
    assert set(names) <= set(LABELS)
    assert len(set(LABELS.values())) == len(LABELS)


def test_no_row_of_the_scope_document_shows_the_name_of_a_setting() -> None:
    full = replace(
        DEFAULT,
        group_spreads=(("TV", 0.45),),
        expectations=(Expectation(place=("TV",), roi=(1.0, 2.0)),),
        alike=(Alike(place=("Online", "Social")),),
        controls=(ControlChoice(name="price", use=False),),
        events=(Event(name="Sale", first="2025-01-06", last="2025-01-12"),),
        fixed_scale=FixedScale(outcome=(("national", 5.0),), spend=(("national", "TV", 3.0),), source="the first fit"),
    )
    rows = dict(setting_rows(full))
    assert rows["Expectations"] == "TV (a return of 1 to 2 per unit of spend)"
    assert rows["Returns alike"] == "Online / Social"
    assert rows["Controls"] == "price (not in the model)"
    assert rows["Own events"] == "Sale (2025-01-06 to 2025-01-12)"
    assert rows["Keep these scales for newer data"] == "yes, from the first fit"
    assert rows["Agreed spread of single groups"] == "TV 0.45"
    assert not any("_" in label + value for label, value in rows.items())


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (replace(DEFAULT, adstock_l_max=12), "Spend works for how many periods: 8 -> 12"),
        (replace(DEFAULT, media_share=0.2), "All media together are expected to bring (% of the outcome): 40 -> 20"),
        (replace(DEFAULT, trend="linear"), "Trend of the baseline: None -> Straight"),
        (replace(DEFAULT, until_settled=False), "Run again if the chains do not settle: yes -> no"),
        (replace(DEFAULT, window_first="2024-02-05"), "First modelled period: the first of the files -> 2024-02-05"),
        (replace(DEFAULT, outliers=("2024-01-01",)), "Periods set aside: 2024-01-01 added"),
        (replace(DEFAULT, holidays=("DE",)), "Public holidays of: DE added"),
        (replace(DEFAULT, lift_tests=(TEST,)), "Lift tests: lift test of TV, 2025-01-06 to 2025-01-12 added"),
    ],
)  # fmt: skip
def test_a_change_is_told_by_the_label_and_the_option_of_its_field(after: ModelSpecification, said: str) -> None:
    assert changes(after) == [said]


def test_what_is_said_of_a_group_is_changed_or_removed_by_its_name() -> None:
    before = replace(DEFAULT, expectations=(Expectation(place=("TV",), roi=(1.0, 2.0)),))
    after = replace(DEFAULT, expectations=(Expectation(place=("TV",), roi=(1.0, 3.0)),))
    assert changes(after, before) == ["Expectations: TV (a return of 1 to 3 per unit of spend) changed"]
    assert changes(DEFAULT, before) == ["Expectations: TV (a return of 1 to 2 per unit of spend) removed"]


def test_two_events_of_one_name_are_two_events() -> None:
    sale = Event(name="Sale", first="2025-01-06", last="2025-01-12")
    before = replace(DEFAULT, events=(sale,))
    after = replace(DEFAULT, events=(sale, replace(sale, first="2025-06-02", last="2025-06-08")))
    assert changes(after, before) == ["Own events: Sale (2025-06-02 to 2025-06-08) added"]


def test_the_options_are_those_of_the_model() -> None:
    for name in ("adstock", "saturation", "trend", "geo_effects"):
        for option in OPTIONS[name]:
            assert getattr(ModelSpecification(**{name: option}), name) == option


class TestRefusals:
    def test_a_single_setting_is_named_by_its_label(self) -> None:
        assert refused(media_share=0.0001).startswith(f"'{LABELS['media_share']}' is 0.0001; it must be")

    def test_an_entry_is_named_by_its_table_and_its_own_name(self) -> None:
        said = refused(events=[{"name": "Sale", "first": "2025-02-03", "last": "2025-01-06"}])
        assert "(Own events, Sale)" in said
        assert "'Works later by' is 60 (Controls, price)" in refused(controls=[{"name": "price", "lag": 60}])

    def test_an_entry_without_a_name_is_named_by_its_row(self) -> None:
        assert "'Name' is ' ' (Own events, row 1)" in refused(
            events=[{"name": " ", "first": "2025-02-03", "last": "2025-02-03"}]
        )

    def test_several_settings_are_all_named(self) -> None:
        both = BadInput("No week is left", where="model.window_first, model.window_last")
        assert "(First modelled period, Last modelled period)" in str(in_labels(both, DEFAULT.as_dict()))

    def test_what_is_about_no_setting_stays_as_it_is(self) -> None:
        other = BadInput("'5' is no range", where="TV")
        assert in_labels(other, DEFAULT.as_dict()) is other

    @pytest.mark.parametrize(
        ("part", "ends"), [("roi", (3.0, 1.0)), ("half_life", (1.0, 90.0)), ("reached", (0.2, 1.0))]
    )
    def test_a_range_that_cannot_be_is_refused_in_the_words_and_units_of_the_table(
        self, part: str, ends: tuple[float, float]
    ) -> None:
        with pytest.raises(BadInput) as caught:
            refuse_range(part, ends, text="3 to 1", where="Online / TV")
        said = str(caught.value)
        assert said.startswith(f"{PART_LABELS[part]} 3 to 1 (Online / TV); two different")
        assert part not in said
        assert "0.01" not in said, "the table counts the effect in percent"

    def test_a_range_that_can_be_is_let_through(self) -> None:
        refuse_range("reached", (0.2, 0.5), text="20 to 50", where="TV")
