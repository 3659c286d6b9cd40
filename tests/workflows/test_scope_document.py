"""The scope written down: every question answered, the same scope by the same name in the app and in files."""

import io
import zipfile
from pathlib import Path

import faulty_client
import pytest
import small_client
from faulty_client import WARNING, scoped_of, state_of

from mmm_core.documents.agenda import Agenda, DataOwed
from mmm_core.documents.scope_document import ScopeDocument, Table
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.storage.opened import Storage
from mmm_core.workflows.agenda import save_agenda
from mmm_core.workflows.corrections import apply_fix
from mmm_core.workflows.replacing import replace_source
from mmm_core.workflows.scope_document import current_document
from mmm_core.workflows.scope_tables import groups_sentence
from mmm_core.workflows.signing import sign, sign_off_state, withdraw
from mmm_core.workflows.sources import list_sources, reading_of
from mmm_core.workflows.taking_in import export_project, take_in
from mmm_core.workflows.threads import say

AGENDA = Agenda(
    questions=("Does radio pay?",),
    actions=("Move 10 % of search into social",),
    owed=(DataOwed(what="Store visits", who="Mara", until="2026-09-30"), DataOwed(what="Prices", received=True)),
)


@pytest.fixture
def project(storage: Storage, client: str) -> str:
    """Give a project in which everything that the document tells has happened."""
    faulty_client.name_people(storage, client)
    rows = small_client.media_csv().decode().splitlines()
    spent = [row for row in rows[1:] if float(row.split(",")[3]) > 0][:2]
    source = next(one for one in list_sources(storage, client) if one.kind == "media")
    content = ("\n".join([*rows, *spent]) + "\n").encode()
    facts = {"name": "media.csv", "sheet": "", "reading": reading_of(source), "author": "Ada"}
    replace_source(storage, client, source, content, **facts)
    finding = state_of(storage, client, WARNING).finding
    assert finding is not None
    apply_fix(storage, client, scoped_of(storage, client), finding, reason="booked twice", author="Finn", base_number=0)
    scoped = scoped_of(storage, client)
    other = next(one for one in scoped.findings if one.code != WARNING)
    say(storage, client, scoped, other.key, action="comment", text="=1+1 is what we asked", author="Mara")
    say(storage, client, scoped, other.key, action="accept", text="known", author="Ada")
    save_agenda(storage, client, AGENDA, base_number=0, author="Mara")
    return client


def document_of(storage: Storage, project: str) -> ScopeDocument:
    scoped = scoped_of(storage, project)
    return current_document(storage, project, scoped, sign_off_state(storage, project, scoped))


def tables_of(storage: Storage, project: str) -> dict[str, Table]:
    return {table.name: table for table in document_of(storage, project).tables}


def test_the_document_answers_every_question_of_a_scope(storage: Storage, project: str) -> None:
    document = document_of(storage, project)
    assert [section.title for section in document.sections] == [
        "Who stands behind this scope?",
        "What changed since the last signed scope?",
        "Which groups, and what was spent on them?",
        "Do the numbers add up?",
        "What was found, and how did it end?",
        "What was objected to, and what was answered?",
        "Which model will be fitted?",
        "What is it for, and what is still owed?",
        "Which files does it rest on?",
    ]
    assert (document.project, document.currency, document.standing) == ("Acme", "EUR", "draft")
    names = [table.name for table in document.tables]
    assert len(names) == len(set(names)), "each names a sheet"


def test_money_of_every_table_adds_up_to_that_of_the_files(storage: Storage, project: str) -> None:
    tables, scoped = tables_of(storage, project), scoped_of(storage, project)
    whole = int(scoped.ground.items["spend_micros"].sum())
    groups, lines = tables["Groups"], tables["Line items"]
    spend = [column.title for column in groups.columns].index("Spend")
    depth = len(scoped.mapping.levels)
    leaves = [row[spend] for row in groups.rows if row[depth - 1]]
    assert sum(leaves) == whole == groups.rows[-1][spend]
    assert sum(row[-1] for row in lines.rows[:-1]) == whole == lines.rows[-1][-1]
    money = tables["Reconciliation"].rows[-1]
    titles = [column.title for column in tables["Reconciliation"].columns]
    assert money[titles.index("In the model")] == whole
    assert money[titles.index("Not explained")] == 0
    (correction,) = tables["Corrections"].rows
    assert money[titles.index("In the file")] + correction[-1] == money[titles.index("After corrections")]
    assert correction[-1] < 0
    assert correction[-1] % (MICROS_PER_UNIT // 100) == 0, "whole cents"


def test_what_was_found_stands_there_with_how_it_ended_and_what_was_said(storage: Storage, project: str) -> None:
    rows = {row[-1]: row for row in tables_of(storage, project)["Findings"].rows}
    fixed = rows[WARNING]
    assert fixed[3] == "Gone"
    assert fixed[6].endswith("Finn (finance), fixed: booked twice")
    (accepted,) = [row for row in rows.values() if row[3] == "Accepted"]
    assert (accepted[4], accepted[5]) == ("known", "Ada")
    assert [line.split(" ", 1)[1] for line in accepted[6].splitlines()] == [
        "Mara (marketing), comment: =1+1 is what we asked",
        "Ada (analytics), accept: known",
    ]


def test_agenda_files_and_model_are_told(storage: Storage, project: str) -> None:
    tables = tables_of(storage, project)
    assert tables["Questions"].rows == (("Does radio pay?",),)
    assert [row[3] for row in tables["Data owed"].rows] == ["Not yet", "Yes"]
    assert {row[1] for row in tables["Files"].rows} == {"media.csv", "kpi.csv", "controls.csv"}
    assert ("Spend works for how many periods", "4") in tables["Model"].rows


def test_signatures_and_those_that_ended_stand_in_the_document(storage: Storage, project: str) -> None:
    for name in ("Mara", "Finn", "Ada"):
        scoped = scoped_of(storage, project)
        in_view = sign_off_state(storage, project, scoped).fingerprint
        sign(storage, project, scoped, author=name, in_view=in_view)
    document = document_of(storage, project)
    assert document.standing_words == "Signed by marketing, finance and analytics"
    withdraw(storage, project, "finance", author="Finn")
    tables = tables_of(storage, project)
    assert [row[2] for row in tables["Signatures"].rows] == ["Signed", "Not signed", "Signed"]
    assert [row[2].startswith("Withdrawn ") for row in tables["Earlier signatures"].rows] == [True]


def test_files_carry_the_whole_scope_by_the_same_name(storage: Storage, project: str, tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(export_project(storage, project))).extractall(tmp_path / "unpacked")
    again = take_in(storage, tmp_path / "unpacked" / "workshop.toml", author="Test").id
    here = sign_off_state(storage, project, scoped_of(storage, project)).scope.content
    there = sign_off_state(storage, again, scoped_of(storage, again)).scope.content
    assert there.data == here.data
    assert there.panel_fingerprint == here.panel_fingerprint
    assert there.part_fingerprints | {"findings": ""} == here.part_fingerprints | {"findings": ""}
    settled = [one for one in here.findings if one["status"] == "accepted"]
    assert settled
    assert [one for one in there.findings if one["status"] == "accepted"] == settled


@pytest.mark.parametrize(
    ("google", "radio", "said"),
    [
        ("google", "Radio*", "hold the 7 line items of the files."),
        ("google", "nothing like it", "hold 5 of the 7 line items of the files; 2 wait for a group."),
        ("nobody", "nothing like it", "hold 3 of the 7 line items of the files; 4 wait for a group."),
    ],
)
def test_the_groups_hold_only_what_is_in_them(storage: Storage, tmp_path: Path, google, radio, said) -> None:
    toml = small_client.LONG_TOML.replace('platform = "google"', f'platform = "{google}"')
    toml = toml.replace('campaign = ["radio*"]', f'campaign = ["{radio}"]')
    project = take_in(storage, small_client.write_client(tmp_path / "client", toml), author="Test").id
    assert groups_sentence(scoped_of(storage, project)).endswith(said)


def test_what_is_left_out_is_not_in_a_group(storage: Storage, tmp_path: Path) -> None:
    toml = small_client.LONG_TOML.replace('path = ["Brand", "Audio", "Radio"]', 'exclude = "elsewhere"')
    project = take_in(storage, small_client.write_client(tmp_path / "client", toml), author="Test").id
    said = "2 groups (Objective > Channel > Group) hold 5 of the 7 line items of the files; 2 are left out."
    assert groups_sentence(scoped_of(storage, project)) == said
