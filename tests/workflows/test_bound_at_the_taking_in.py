"""What a workshop file settles without saying what exactly holds for what is found at the taking in, and no longer."""

from pathlib import Path

import faulty_client
import small_client
from faulty_client import WAIVABLE, WARNING, scoped_of, state_of

from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage.opened import Storage
from mmm_core.workflows.answering import answer_entries
from mmm_core.workflows.push_back import objection_states, states_of_scope
from mmm_core.workflows.replacing import replace_source
from mmm_core.workflows.sources import list_sources, reading_of
from mmm_core.workflows.taking_in import take_in

SETTLED = f"""
[[settled]]
action = "accept"
code = "{WARNING}"
source = "media.csv"
reason = "a rebate"
author = "Ada"
role = "analytics"

[[settled]]
action = "waive"
code = "{WAIVABLE}"
groups = ["Search"]
reason = "a flat fee"
author = "Ada"
role = "analytics"
"""
KEPT = """
[[push_back]]
action = "keep"
kind = "pair"
groups = ["Video", "Image"]
text = "two teams steer them"
author = "Mona"
role = "marketing"

[[push_back]]
action = "settle"
kind = "pair"
groups = ["Video", "Image"]
author = "Ada"
role = "analytics"
"""


def taken_in(storage: Storage, folder: Path, *, media: bytes) -> str:
    toml = small_client.write_client(folder, small_client.LONG_TOML + SETTLED)
    (folder / "media.csv").write_bytes(media)
    project = take_in(storage, toml, author="Test").id
    faulty_client.name_people(storage, project)
    return project


def status_of(storage: Storage, project: str) -> dict[str, str]:
    return {code: state_of(storage, project, code).status for code in (WARNING, WAIVABLE)}


def test_a_settlement_holds_for_what_was_found_at_the_taking_in(storage: Storage, tmp_path: Path) -> None:
    project = taken_in(storage, tmp_path / "faulty", media=faulty_client.faulty_csv())
    assert status_of(storage, project) == {WARNING: "accepted", WAIVABLE: "waived"}
    state = state_of(storage, project, WARNING)
    assert [entry.bound_to for entry in state.entries] == [state.finding.fingerprint]
    faulty_client.bring_faults(storage, project, repeated=5)
    assert status_of(storage, project)[WARNING] == "changed", "two more rows than anybody had seen"


def test_nobody_settles_what_has_yet_to_be_found(storage: Storage, tmp_path: Path) -> None:
    project = taken_in(storage, tmp_path / "clean", media=small_client.media_csv())
    faulty_client.bring_faults(storage, project)
    assert status_of(storage, project) == {WARNING: "changed", WAIVABLE: "changed"}


def test_an_answer_holds_for_the_spend_at_the_taking_in(storage: Storage, tmp_path: Path) -> None:
    toml = small_client.write_client(tmp_path / "twins", small_client.TWIN_TOML + KEPT)
    project = take_in(storage, toml, author="Test").id
    (state,) = [one for one in objection_states(storage, project, scoped_of(storage, project)) if one.entries]
    assert (state.status, {entry.bound_to for entry in state.entries}) == ("settled", {state.objection.fingerprint})
    source = next(one for one in list_sources(storage, project) if one.kind == "media")
    head, *rows = (toml.parent / source.name).read_text(encoding="utf-8").splitlines()
    spent = [row for row in rows if "Video" in row and float(row.split(",")[3]) > 0]
    newer = "\n".join([head, *(row for row in rows if row not in spent[-3:])]).encode()
    reading = reading_of(source)
    replace_source(storage, project, source, newer, name=source.name, sheet="", reading=reading, author="Ada")
    raised = states_of_scope(scoped_of(storage, project), ModelSpecification(), answer_entries(storage, project))
    (state,) = [one for one in raised if one.entries]
    assert state.status == "changed"
