"""A workshop file that contradicts itself is refused by key, never read one way or the other."""

import pytest
from small_client import LONG_TOML

from mmm_core.errors import BadInput
from mmm_core.workflows.workshop_file import read_workshop_file


def read(folder, toml):
    (folder / "workshop.toml").write_text(toml, encoding="utf-8")
    return read_workshop_file(folder / "workshop.toml")


@pytest.mark.parametrize("name", ["More social", "more  SOCIAL"])
def test_two_scenarios_need_two_names(tmp_path, name):
    with pytest.raises(BadInput, match=r"scenario\[2\]\.name' is .* as that of another scenario"):
        read(tmp_path, LONG_TOML.replace("As before", name))


def test_two_mapping_tables_are_refused(tmp_path):
    toml = 'mapping = "a.csv"\n' + LONG_TOML.replace("[taxonomy]", '[taxonomy]\nmapping = "b.csv"')
    with pytest.raises(BadInput, match=r"'mapping' is 'a\.csv' and 'taxonomy\.mapping' is 'b\.csv'"):
        read(tmp_path, toml)


@pytest.mark.parametrize("factor", ['"1.2"', "true"])
def test_a_factor_is_written_as_a_number(tmp_path, factor):
    with pytest.raises(BadInput, match=r"scenario\[1\]\.change\.Brand social"):
        read(tmp_path, LONG_TOML.replace("= 1.2 }", f"= {factor} }}"))


@pytest.mark.parametrize("periods", ['"13"', "true", "13.0"])
def test_periods_are_written_as_a_whole_number(tmp_path, periods):
    with pytest.raises(BadInput, match=r"scenario\[1\]\.periods"):
        read(tmp_path, LONG_TOML.replace("periods = 13", f"periods = {periods}"))


def test_a_choice_names_at_least_one_dimension(tmp_path):
    choice = '\n[[choice]]\nline_item = {}\npath = ["Brand", "Social", "Brand social"]\n'
    with pytest.raises(BadInput, match=r"choice\[1\]\.line_item"):
        read(tmp_path, LONG_TOML + choice)


@pytest.mark.parametrize("text", [f"seed = {'9' * 5000}", "a = 1979-99-99"])
def test_toml_that_breaks_its_parser_gets_a_message(tmp_path, text):
    with pytest.raises(BadInput, match="is not valid TOML"):
        read(tmp_path, text)


def test_a_section_of_the_wrong_kind_is_named_in_plain_words(tmp_path):
    with pytest.raises(BadInput, match=r"'project' is 1: input should be a valid table[ ,]"):
        read(tmp_path, "project = 1\n")
