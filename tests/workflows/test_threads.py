"""What people make of findings: who may what, what an acceptance is bound to, and what it survives."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import faulty_client
import pytest
import small_client
import tomli_w
from faulty_client import NEVER, PEOPLE, WAIVABLE, WARNING, scoped_of, state_of

from mmm_core.checks.threads import NEVER_WAIVED
from mmm_core.errors import BadInput, BlockedFit, EditConflict, NotFound
from mmm_core.findings import Finding, Fix, Severity
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage.audit import list_entries
from mmm_core.storage.opened import Storage
from mmm_core.workflows.corrections import apply_fix
from mmm_core.workflows.fitting import fittable
from mmm_core.workflows.headless import run
from mmm_core.workflows.participants import change_role, remove_participant
from mmm_core.workflows.taking_in import describe_project, export_project, take_in
from mmm_core.workflows.threads import finding_states, open_counts, say, what_blocks


@pytest.fixture
def project(storage: Storage, client: str) -> str:
    faulty_client.name_people(storage, client)
    faulty_client.bring_faults(storage, client)
    return client


def decide(storage: Storage, project: str, code: str, action: str, author: str, **facts: str) -> None:
    text = facts.pop("text", "agreed with the agency")
    key = state_of(storage, project, code).key
    say(storage, project, scoped_of(storage, project), key, action=action, text=text, author=author, **facts)


@pytest.mark.parametrize("author", ["Mara", "Finn", "Ada"])
def test_every_role_that_signs_comments_assigns_accepts_and_reopens(storage, project, author) -> None:
    decide(storage, project, WARNING, "comment", author)
    decide(storage, project, WARNING, "assign", author, assignee="Finn")
    decide(storage, project, WARNING, "accept", author)
    state = state_of(storage, project, WARNING)
    assert (state.status, state.assignee, state.by, state.reason) == (
        "accepted",
        "Finn",
        author,
        "agreed with the agency",
    )
    decide(storage, project, WARNING, "reopen", author, text="")
    state = state_of(storage, project, WARNING)
    assert (state.status, [entry.action for entry in state.entries]) == (
        "open",
        ["comment", "assign", "accept", "reopen"],
    )
    assert {entry.role for entry in state.entries} == {PEOPLE[author]}


@pytest.mark.parametrize("action", ["comment", "assign", "accept", "waive", "reopen"])
@pytest.mark.parametrize(("author", "message"), [("Vera", "looks on as a viewer"), ("Nobody", "does not take part")])
def test_viewers_and_strangers_say_nothing(storage, project, author, message, action) -> None:
    with pytest.raises(BadInput, match=message):
        decide(storage, project, WARNING, action, author)
    assert state_of(storage, project, WARNING).entries == ()


@pytest.mark.parametrize("author", ["Mara", "Finn"])
def test_only_analytics_waives_an_error(storage, project, author) -> None:
    with pytest.raises(BadInput, match="an error is waived by analytics"):
        decide(storage, project, WAIVABLE, "waive", author)
    assert [one.code for one in what_blocks(storage, project, scoped_of(storage, project))] == [WAIVABLE]


def test_a_waived_error_blocks_no_more_and_the_fit_may_start(storage, project) -> None:
    decide(storage, project, WAIVABLE, "waive", "Ada", text="it is a flat fee")
    scoped = scoped_of(storage, project)
    blocking = what_blocks(storage, project, scoped)
    assert blocking == ()
    assert fittable(scoped, ModelSpecification(), blocking).panel is scoped.panel
    assert scoped.blocking, "it is still found, and stays visible"
    decide(storage, project, WAIVABLE, "reopen", "Mara")
    with pytest.raises(BlockedFit, match="1 finding blocks the fit"):
        fittable(scoped, ModelSpecification(), what_blocks(storage, project, scoped))


def test_an_error_that_the_model_refuses_is_waived_by_nobody(storage: Storage, tmp_path: Path) -> None:
    toml = small_client.write_client(tmp_path / "unmapped", faulty_client.UNMAPPED_TOML)
    project = take_in(storage, toml, author="Test").id
    faulty_client.name_people(storage, project)
    with pytest.raises(BadInput, match=f"cannot be waived; {NEVER_WAIVED[NEVER][:40]}"):
        decide(storage, project, NEVER, "waive", "Ada")
    assert state_of(storage, project, NEVER).is_open


def test_an_error_is_not_accepted_and_a_warning_not_waived(storage, project) -> None:
    with pytest.raises(BadInput, match="An error is not accepted"):
        decide(storage, project, WAIVABLE, "accept", "Ada")
    with pytest.raises(BadInput, match="Only what blocks the fit is waived"):
        decide(storage, project, WARNING, "waive", "Ada")


@pytest.mark.parametrize(
    ("action", "facts", "message"),
    [
        ("accept", {"text": "  "}, "There is no reason"),
        ("comment", {"text": ""}, "There is no comment"),
        ("comment", {"text": "x" * 2_001}, "has 2,001 characters"),
        ("assign", {"assignee": "Vera"}, "'Vera' looks on as a viewer"),
        ("assign", {"assignee": "Zoe"}, "'Zoe' does not take part"),
        ("reopen", {}, "is open already"),
        ("delete", {}, "'delete' is nothing that can be said"),
    ],
)
def test_what_cannot_be_said_is_refused_with_words(storage, project, action, facts, message) -> None:
    with pytest.raises(BadInput, match=message):
        decide(storage, project, WARNING, action, "Ada", **facts)


def test_nothing_is_said_about_what_was_never_found(storage, project) -> None:
    with pytest.raises(NotFound, match="not there any more"):
        say(storage, project, scoped_of(storage, project), "nothing", action="comment", text="x", author="Ada")


def test_an_acceptance_holds_for_what_was_found_and_no_more(storage, project) -> None:
    decide(storage, project, WARNING, "accept", "Finn", text="three repeats, known")
    assert open_counts(finding_states(storage, project, scoped_of(storage, project)))[1] == 1
    faulty_client.bring_faults(storage, project, repeated=5)
    state = state_of(storage, project, WARNING)
    assert (state.status, state.is_open, state.reason, state.by) == ("changed", True, "three repeats, known", "Finn")
    assert open_counts(finding_states(storage, project, scoped_of(storage, project)))[1] == 2
    faulty_client.bring_faults(storage, project, repeated=3)
    assert state_of(storage, project, WARNING).status == "accepted", "what was accepted is there again"


def test_nobody_accepts_what_they_have_not_seen(storage, project) -> None:
    seen = state_of(storage, project, WARNING).finding
    assert seen is not None
    faulty_client.bring_faults(storage, project, repeated=5)
    with pytest.raises(EditConflict, match="changed since it was in view"):
        decide(storage, project, WARNING, "accept", "Ada", seen=seen.fingerprint)
    decide(storage, project, WARNING, "comment", "Ada", seen=seen.fingerprint, text="a comment may be made on anything")


def test_what_somebody_settled_is_not_settled_again(storage, project) -> None:
    decide(storage, project, WARNING, "accept", "Finn", text="known")
    with pytest.raises(EditConflict, match="Finn accepted this already: known"):
        decide(storage, project, WARNING, "accept", "Ada")


def test_of_two_who_accept_at_once_one_is_told(storage, project) -> None:
    scoped, key, start = scoped_of(storage, project), state_of(storage, project, WARNING).key, Barrier(2)

    def accept(author: str) -> str:
        start.wait(timeout=20)
        try:
            say(storage, project, scoped, key, action="accept", text=f"says {author}", author=author)
        except EditConflict as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(accept, ("Finn", "Ada")))
    assert answers[0] == ""
    assert "accepted this already" in answers[1]
    assert [entry.action for entry in state_of(storage, project, WARNING).entries] == ["accept"]


def test_a_fixed_finding_is_gone_and_its_thread_stays(storage, project) -> None:
    state = state_of(storage, project, WARNING)
    assert state.finding is not None
    scoped = scoped_of(storage, project)
    apply_fix(storage, project, scoped, state.finding, reason="booked twice", author="Finn", base_number=0)
    gone = state_of(storage, project, WARNING)
    assert (gone.status, gone.finding, gone.message) == ("gone", None, state.message)
    assert [(entry.action, entry.text) for entry in gone.entries] == [("fixed", "booked twice")]
    with pytest.raises(EditConflict, match="not found any more"):
        decide(storage, project, WARNING, "accept", "Ada")


def test_what_was_said_keeps_the_name_and_the_role_of_then(storage, project) -> None:
    decide(storage, project, WARNING, "accept", "Finn")
    change_role(storage, project, "Finn", role="viewer", author="Ada")
    remove_participant(storage, project, "Finn", author="Ada")
    (entry,) = state_of(storage, project, WARNING).entries
    assert (entry.author, entry.role) == ("Finn", "finance")
    with storage.database.reading() as session:
        audit = [
            (line.author, line.detail["code"]) for line in list_entries(session, project) if "accept" in line.action
        ]
    assert audit == [("Finn", WARNING)]


def test_settlements_travel_with_the_project(storage, project, tmp_path: Path) -> None:
    decide(storage, project, WARNING, "accept", "Finn", text='a "quoted" reason = with\nlines')
    decide(storage, project, WAIVABLE, "waive", "Ada", text="a flat fee")
    zipfile.ZipFile(io.BytesIO(export_project(storage, project))).extractall(tmp_path / "unpacked")
    again = take_in(storage, tmp_path / "unpacked" / "workshop.toml", author="Test").id
    for code, status in ((WARNING, "accepted"), (WAIVABLE, "waived")):
        there, here = state_of(storage, again, code), state_of(storage, project, code)
        assert (there.status, there.reason, there.by) == (status, here.reason, here.by)
        assert there.entries == here.entries
    assert what_blocks(storage, again, scoped_of(storage, again)) == ()
    assert describe_project(storage, again) == describe_project(storage, project)


def test_what_was_opened_again_does_not_travel_as_settled(storage, project) -> None:
    decide(storage, project, WARNING, "accept", "Finn")
    decide(storage, project, WARNING, "reopen", "Finn")
    assert describe_project(storage, project).settled == []


SETTLED = f"""
[[settled]]
action = "waive"
code = "{WAIVABLE}"
groups = ["Search"]
reason = "a flat fee"
author = "Ada"
role = "analytics"
"""


def test_the_headless_run_honours_what_was_settled_and_says_so(tmp_path: Path) -> None:
    toml = small_client.write_client(tmp_path / "client", faulty_client.UNMAPPED_TOML + SETTLED)
    (toml.parent / "media.csv").write_bytes(faulty_client.faulty_csv())
    said: list[str] = []
    with pytest.raises(BlockedFit, match="1 finding blocks the fit") as refused:
        run(toml, tmp_path / "out", say=said.append)
    assert "Search" not in str(refused.value), "the waived error does not block"
    found = {one["code"]: one for one in json.loads((tmp_path / "out" / "findings.json").read_text())}
    assert (found[WAIVABLE]["status"], found[WAIVABLE]["by"]) == ("waived", "Ada")
    assert "status" not in found[WARNING]
    assert any(line.startswith("waived by Ada: ") for line in said)


def test_findings_json_says_how_a_settlement_names_what_it_settles(tmp_path: Path) -> None:
    toml = small_client.write_client(tmp_path / "client", faulty_client.UNMAPPED_TOML)
    (toml.parent / "media.csv").write_bytes(faulty_client.faulty_csv())

    def found() -> dict[str, object]:
        with pytest.raises(BlockedFit, match="block"):
            run(toml, tmp_path / "out", say=lambda _: None)
        lines = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
        return next(line for line in lines if line["code"] == WARNING)

    first = found()
    place = {name: first["where"][name] for name in ("source", "columns") if name in first["where"]}
    about = {"about": first["about"]} if "about" in first else {}
    section = {"action": "accept", "code": WARNING, **place, **about, "found": first["found"]}
    said = {"reason": "a rebate", "author": "Finn", "role": "finance"}
    toml.write_text(toml.read_text(encoding="utf-8") + tomli_w.dumps({"settled": [section | said]}), encoding="utf-8")
    assert found()["status"] == "accepted"
    (toml.parent / "media.csv").write_bytes(faulty_client.faulty_csv(repeated=5))
    assert found()["status"] == "changed"


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (SETTLED.replace('"analytics"', '"finance"'), r"'settled\[1\].role' is 'finance'"),
        (SETTLED.replace(WAIVABLE, NEVER), f"waives '{NEVER}'"),
    ],
)
def test_a_workshop_file_waives_no_more_than_people_may(tmp_path: Path, section: str, message: str) -> None:
    toml = small_client.write_client(tmp_path / "client", small_client.LONG_TOML + section)
    with pytest.raises(BadInput, match=message):
        run(toml, tmp_path / "out", say=lambda _: None)


def test_an_acceptance_outlives_better_words_of_advice_but_not_another_fact() -> None:
    finding = Finding(code="x", severity=Severity.WARNING, message="3 rows.", remedy="Ask.", threshold="own choice")
    assert replace(finding, remedy="Ask the agency.", threshold="a book").fingerprint == finding.fingerprint
    for change in ({"message": "4 rows."}, {"severity": Severity.ERROR}, {"evidence": {"rows": 4}}):
        assert replace(finding, **change).fingerprint != finding.fingerprint
    fix = Fix(kind="leave_out_rows", what="Leave out", source="a.csv", rows=(2,))
    one, two = replace(finding, fix=fix), replace(finding, fix=replace(fix, rows=(2, 3)))
    assert (one.fingerprint != two.fingerprint, one.key == two.key) == (True, True)
