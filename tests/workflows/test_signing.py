"""Three roles sign a scope; any later change voids the signatures and says what it was."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import Barrier

import faulty_client
import pytest
import small_client
from faulty_client import WAIVABLE, WARNING, scoped_of, state_of

from mmm_core.documents.agenda import Agenda, DataOwed
from mmm_core.errors import BadInput, EditConflict
from mmm_core.storage import signatures, threads
from mmm_core.storage.audit import list_entries
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.tree import move_node
from mmm_core.workflows import signing
from mmm_core.workflows.agenda import current_agenda, save_agenda
from mmm_core.workflows.control_totals import set_tolerance
from mmm_core.workflows.corrections import apply_fix
from mmm_core.workflows.mapping import current_mapping, edit_mapping, undo_mapping
from mmm_core.workflows.participants import add_participant, change_role
from mmm_core.workflows.projects import change_settings, get_project
from mmm_core.workflows.replacing import replace_source
from mmm_core.workflows.scope_document import current_document
from mmm_core.workflows.scope_of import state_key
from mmm_core.workflows.signed_scopes import fit_standing, project_standing
from mmm_core.workflows.signing import SignOff, sign, sign_off_state, withdraw
from mmm_core.workflows.sources import list_sources, reading_of
from mmm_core.workflows.specification import current_specification, save_specification
from mmm_core.workflows.threads import say

SIGNERS = ("Mara", "Finn", "Ada")
SOCIAL, RENAMED = ("Brand", "Social", "Brand social"), ("Brand", "Social", "Brand stories")


@pytest.fixture
def project(storage: Storage, client: str) -> str:
    """Give a project that nothing blocks, with a warning that nobody has settled."""
    faulty_client.name_people(storage, client)
    head, *rows = small_client.media_csv().decode().splitlines()
    repeated = next(row for row in rows if float(row.split(",")[3]) > 0)
    bring(storage, client, ("\n".join([head, *rows, repeated]) + "\n").encode())
    return client


def bring(storage: Storage, project: str, content: bytes) -> None:
    source = next(one for one in list_sources(storage, project) if one.kind == "media")
    facts = {"name": "media.csv", "sheet": "", "reading": reading_of(source), "author": "Ada"}
    replace_source(storage, project, source, content, **facts)


def state(storage: Storage, project: str) -> SignOff:
    return sign_off_state(storage, project, scoped_of(storage, project))


def sign_as(storage: Storage, project: str, *names: str, text: str = "") -> None:
    for name in names:
        scoped = scoped_of(storage, project)
        in_view = sign_off_state(storage, project, scoped).fingerprint
        sign(storage, project, scoped, author=name, in_view=in_view, text=text)


def edit(storage: Storage, project: str, change: Callable) -> None:
    base = current_mapping(storage, project)
    edit_mapping(storage, project, change, base=base, author="Mara", message="Changed")


def test_a_scope_is_signed_when_all_three_have_signed_it(storage: Storage, project: str) -> None:
    assert state(storage, project).status == "draft"
    sign_as(storage, project, "Mara", "Finn")
    assert state(storage, project).status == "partly signed"
    sign_as(storage, project, "Ada", text="with the known repeat")
    done = state(storage, project)
    assert (done.status, done.changes) == ("signed", ())
    assert {role: one.participant for role, one in done.signatures.items()} == {
        "marketing": "Mara",
        "finance": "Finn",
        "analytics": "Ada",
    }
    assert done.signatures["analytics"].text == "with the known repeat"
    assert project_standing(storage, project, scoped_of(storage, project)) == "signed"
    with storage.database.reading() as session:
        signed = [entry.author for entry in list_entries(session, project) if entry.action == "scope.signed"]
    assert sorted(signed) == sorted(SIGNERS)


def test_every_role_stands_behind_something_else_with_its_own_figures(storage: Storage, project: str) -> None:
    sign_as(storage, project, *SIGNERS)
    said = {role: one.statement for role, one in state(storage, project).signatures.items()}
    scoped = scoped_of(storage, project)
    spend = f"{int(scoped.ground.items['spend_micros'].sum()) / 1e6:,.2f} EUR"
    assert said["marketing"] == f"I recognise our business in these 3 groups, {spend} in all."
    assert said["finance"] == f"{spend} in the files, {spend} in the model; nothing is left out."
    assert said["analytics"] == "No open error; 0 findings accepted; 0 waived; 0 objections settled."


@pytest.mark.parametrize(
    ("author", "message"), [("Vera", "takes part as a viewer"), ("Nobody", "does not take part in this project")]
)
def test_viewers_and_strangers_sign_nothing(storage: Storage, project: str, author: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        sign_as(storage, project, author)
    assert state(storage, project).history == ()


def test_a_role_signs_once(storage: Storage, project: str) -> None:
    add_participant(storage, project, name="Max", role="marketing", author="Test")
    sign_as(storage, project, "Mara")
    with pytest.raises(BadInput, match="Mara has signed for marketing"):
        sign_as(storage, project, "Max")


def test_an_open_error_keeps_analytics_from_signing_until_it_is_waived(storage: Storage, project: str) -> None:
    faulty_client.bring_faults(storage, project)
    with pytest.raises(BadInput, match="Analytics cannot sign yet: Open error: Group 'Search'"):
        sign_as(storage, project, "Ada")
    sign_as(storage, project, "Finn")
    key = state_of(storage, project, WAIVABLE).key
    say(storage, project, scoped_of(storage, project), key, action="waive", text="a flat fee", author="Ada")
    now = state(storage, project)
    said = now.card("analytics").statement
    assert said.text.startswith("No open error; 0 findings accepted; 1 waived")
    assert [need for need in said.needs if need.startswith("Open error")] == []
    assert now.card("finance").state == "void", "the waiver is part of what finance signed"


def test_spend_without_a_group_keeps_marketing_from_signing(storage: Storage, project: str) -> None:
    edit(storage, project, lambda mapping: mapping.with_rules(mapping.rules[:-1]))
    with pytest.raises(BadInput, match=r"Marketing cannot sign yet: 2 line items with .* EUR wait for a group"):
        sign_as(storage, project, "Mara")


def test_nobody_signs_what_changed_since_they_saw_it(storage: Storage, project: str) -> None:
    seen = state(storage, project).fingerprint
    old = scoped_of(storage, project)
    edit(storage, project, lambda mapping: move_node(mapping, SOCIAL, RENAMED))
    for scoped in (old, scoped_of(storage, project)):
        with pytest.raises(EditConflict, match="has changed since you had it in view"):
            sign(storage, project, scoped, author="Mara", in_view=seen)
    assert state(storage, project).history == ()


def _change_mapping(storage: Storage, project: str) -> None:
    edit(storage, project, lambda mapping: move_node(mapping, SOCIAL, RENAMED))


def _change_data(storage: Storage, project: str) -> None:
    bring(storage, project, small_client.media_csv() + b"2024-12-23,radio,Radio spring,5.00,0\n")


def _correct(storage: Storage, project: str) -> None:
    finding = state_of(storage, project, WARNING).finding
    assert finding is not None
    apply_fix(
        storage, project, scoped_of(storage, project), finding, reason="booked twice", author="Finn", base_number=0
    )


def _change_specification(storage: Storage, project: str) -> None:
    base = current_specification(storage, project)
    wanted = replace(base.specification, adstock_l_max=base.specification.adstock_l_max + 1)
    save_specification(storage, project, wanted, base=base, author="Ada")


def _accept(storage: Storage, project: str) -> None:
    key = state_of(storage, project, WARNING).key
    say(storage, project, scoped_of(storage, project), key, action="accept", text="a rebate", author="Finn")


def _change_agenda(storage: Storage, project: str) -> None:
    agenda = Agenda(questions=("Does radio pay?",), owed=(DataOwed(what="Store visits", who="Mara"),))
    save_agenda(storage, project, agenda, base_number=current_agenda(storage, project).number, author="Mara")


def _change_tolerance(storage: Storage, project: str) -> None:
    set_tolerance(storage, project, 0.05, seen=0.01, author="Finn")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_change_mapping, "Mapping: "),
        (_change_data, "Data: media.csv replaced by another file"),
        (_correct, "Data: correction added: media.csv, rows "),
        (_change_specification, "Specification: Spend works for how many periods: 4 -> 5"),
        (_accept, "Finding accepted: media.csv: 1 row repeats"),
        (_change_agenda, "Agenda: planning question added: Does radio pay?"),
        (_change_tolerance, "Data: tolerance 0.01 -> 0.05"),
    ],
)
def test_any_change_voids_every_signature_and_says_what_it_was(storage, project, change, said) -> None:
    sign_as(storage, project, *SIGNERS)
    change(storage, project)
    now = state(storage, project)
    assert (now.status, {card.state for card in now.cards}) == ("draft", {"void"})
    assert [one for one in now.changes if one.startswith(said)], now.changes
    assert [one.participant for one in now.history] == list(reversed(SIGNERS)), "void signatures stay"
    assert all(one.changes == now.changes and not one.valid for one in now.history)
    assert project_standing(storage, project, scoped_of(storage, project)) == "draft"


def test_a_finding_settled_otherwise_voids_the_signatures(storage: Storage, project: str) -> None:
    _accept(storage, project)
    sign_as(storage, project, *SIGNERS)
    key = state_of(storage, project, WARNING).key
    say(storage, project, scoped_of(storage, project), key, action="reopen", text="", author="Ada")
    assert [one for one in state(storage, project).changes if one.startswith("Finding reopened: media.csv")]
    say(storage, project, scoped_of(storage, project), key, action="accept", text="no rebate after all", author="Ada")
    assert [one for one in state(storage, project).changes if one.startswith("Finding settled with other words: ")]


def test_a_comment_a_colour_a_name_and_a_new_participant_void_nothing(storage: Storage, project: str) -> None:
    sign_as(storage, project, *SIGNERS)
    key = state_of(storage, project, WARNING).key
    say(storage, project, scoped_of(storage, project), key, action="comment", text="we asked", author="Finn")
    edit(storage, project, lambda mapping: replace(mapping, nodes={**mapping.nodes, SOCIAL: Node(colour="#aa3300")}))
    add_participant(storage, project, name="Max", role="marketing", author="Test")
    seen = get_project(storage, project).settings
    renamed = replace(seen, name="Acme 2027", client="Acme")
    change_settings(storage, project, base=seen, settings=renamed, author="Test")
    assert state(storage, project).status == "signed"


def test_an_undone_edit_brings_the_signatures_back(storage: Storage, project: str) -> None:
    sign_as(storage, project, *SIGNERS)
    _change_mapping(storage, project)
    assert state(storage, project).status == "draft"
    undo_mapping(storage, project, base=current_mapping(storage, project), author="Mara")
    assert state(storage, project).status == "signed"


def test_a_signature_is_withdrawn_by_its_giver_and_stays_in_the_history(storage: Storage, project: str) -> None:
    sign_as(storage, project, *SIGNERS)
    with pytest.raises(BadInput, match="Ada has no signature for finance to withdraw"):
        withdraw(storage, project, "finance", author="Ada")
    withdraw(storage, project, "finance", author="Finn")
    now = state(storage, project)
    card = now.card("finance")
    assert (now.status, card.state, card.signature.withdrawn_at is not None) == ("partly signed", "ready", True)
    assert len(now.history) == 3
    with pytest.raises(BadInput, match="no signature for finance"):
        withdraw(storage, project, "finance", author="Finn")
    sign_as(storage, project, "Finn")
    assert state(storage, project).status == "signed"
    assert len(state(storage, project).history) == 4


def test_of_two_who_sign_for_one_role_at_once_one_is_told(storage: Storage, project: str) -> None:
    add_participant(storage, project, name="Max", role="marketing", author="Test")
    scoped, start = scoped_of(storage, project), Barrier(2)
    in_view = sign_off_state(storage, project, scoped).fingerprint

    def attempt(author: str) -> str:
        start.wait(timeout=20)
        try:
            sign(storage, project, scoped, author=author, in_view=in_view)
        except BadInput as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(attempt, ("Mara", "Max")))
    assert answers[0] == ""
    assert "has signed for marketing" in answers[1]
    assert len(state(storage, project).history) == 1


def test_a_signature_never_lands_on_a_scope_that_somebody_changes_at_the_same_moment(storage, project) -> None:
    scoped, start = scoped_of(storage, project), Barrier(2)
    in_view = sign_off_state(storage, project, scoped).fingerprint

    def attempt() -> None:
        start.wait(timeout=20)
        sign(storage, project, scoped, author="Mara", in_view=in_view)

    def change() -> None:
        start.wait(timeout=20)
        _change_agenda(storage, project)

    with ThreadPoolExecutor(2) as both:
        signing, changing = both.submit(attempt), both.submit(change)
        changing.result()
        refused = signing.exception()
    now = state(storage, project)
    assert now.status == "draft"
    if refused is None:
        assert (now.card("marketing").state, now.history[0].scope_fingerprint) == ("void", in_view)
    else:
        assert isinstance(refused, EditConflict)
        assert now.history == ()


def test_nobody_signs_one_scope_in_two_roles(storage: Storage, project: str) -> None:
    sign_as(storage, project, "Mara")
    change_role(storage, project, name="Mara", role="finance", author="Test")
    assert state(storage, project).other_role_of("MARA", "finance") == "marketing"
    with pytest.raises(BadInput, match="Mara has signed this scope for marketing"):
        sign_as(storage, project, "Mara")
    withdraw(storage, project, "marketing", author="Mara")
    sign_as(storage, project, "Mara")
    assert state(storage, project).signatures["finance"].participant == "Mara"


def test_whoever_signed_a_former_scope_may_sign_the_next_one_in_another_role(storage: Storage, project: str) -> None:
    sign_as(storage, project, "Mara")
    change_role(storage, project, name="Mara", role="finance", author="Test")
    _change_agenda(storage, project)
    sign_as(storage, project, "Mara")
    assert state(storage, project).card("finance").state == "signed"


def meanwhile(monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], None]) -> list[str]:
    """Let others act right after the scope was read for a signature, once per reading; return what was read."""
    read: list[str] = []
    waiting = list(acts)

    def reading(*given: object) -> SignOff:
        made = sign_off_state(*given)
        read.append(made.fingerprint)
        if waiting:
            waiting.pop(0)()
        return made

    monkeypatch.setattr(signing, "sign_off_state", reading)
    return read


def test_a_signature_takes_the_turn_of_writers_only_when_everything_is_computed(storage, project, monkeypatch) -> None:
    in_view = state(storage, project).fingerprint
    scoped, key = scoped_of(storage, project), state_of(storage, project, WARNING).key
    words = {"action": "comment", "text": "we asked", "author": "Finn"}
    read = meanwhile(monkeypatch, lambda: say(storage, project, scoped, key, **words))
    sign(storage, project, scoped, author="Mara", in_view=in_view)
    assert read == [in_view] * 2, "read anew, and what was in view still stands"
    assert state(storage, project).card("marketing").state == "signed"


def test_what_others_change_while_the_scope_is_read_is_not_signed(storage, project, monkeypatch) -> None:
    in_view, scoped = state(storage, project).fingerprint, scoped_of(storage, project)
    meanwhile(monkeypatch, lambda: _change_agenda(storage, project))
    with pytest.raises(EditConflict, match="has changed since you had it in view"):
        sign(storage, project, scoped, author="Mara", in_view=in_view)
    assert state(storage, project).history == ()


def test_a_project_that_never_rests_is_not_signed(storage, project, monkeypatch) -> None:
    in_view, scoped = state(storage, project).fingerprint, scoped_of(storage, project)
    names = [f"Guest {number}" for number in range(9)]
    acts = [partial(add_participant, storage, project, name=name, role="viewer", author="Test") for name in names]
    read = meanwhile(monkeypatch, *acts)
    with pytest.raises(EditConflict, match="Others kept changing the project"):
        sign(storage, project, scoped, author="Mara", in_view=in_view)
    assert len(read) == 5


def _rename_client(storage: Storage, project: str) -> None:
    seen = get_project(storage, project).settings
    change_settings(storage, project, base=seen, settings=replace(seen, client="Acme group"), author="Test")


def _comment(storage: Storage, project: str) -> None:
    key = state_of(storage, project, WARNING).key
    say(storage, project, scoped_of(storage, project), key, action="comment", text="we asked", author="Finn")


def _sign(storage: Storage, project: str) -> None:
    sign_as(storage, project, "Mara")


@pytest.mark.parametrize(
    "change",
    [_rename_client, _comment, _sign, _change_mapping, _change_data, _correct, _change_specification, _change_agenda],
)
def test_everything_that_a_page_of_the_sign_off_shows_is_in_its_name(storage, project, change) -> None:
    before = state_key(storage, project, scoped_of(storage, project))
    assert state_key(storage, project, scoped_of(storage, project)) == before
    change(storage, project)
    assert state_key(storage, project, scoped_of(storage, project)) != before


def test_a_sign_off_is_named_without_reading_what_was_said_and_signed(storage, project, monkeypatch) -> None:
    _comment(storage, project)
    _sign(storage, project)
    scoped = scoped_of(storage, project)

    def refuse(**_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(threads, "ThreadEntry", refuse)
    monkeypatch.setattr(signatures, "StoredSignature", refuse)
    assert state_key(storage, project, scoped)


def fit_of(storage: Storage, project: str) -> StoredFit:
    return StoredFit(
        project_id=project,
        fingerprint="f" * 64,
        panel_fingerprint=scoped_of(storage, project).panel_fingerprint,
        mapping_number=1,
        specification_number=current_specification(storage, project).number,
        artefact_key="a",
        summary={},
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_a_fit_is_a_draft_until_its_scope_is_signed_by_all(storage: Storage, project: str) -> None:
    fit = fit_of(storage, project)
    sign_as(storage, project, "Mara", "Finn")
    assert fit_standing(storage, project, fit).status == "draft"
    assert fit_standing(storage, project, fit).sentence.startswith("Draft")
    sign_as(storage, project, "Ada")
    signed = fit_standing(storage, project, fit, scoped_of(storage, project))
    assert (signed.status, signed.changed_since) == ("signed", False)
    _change_agenda(storage, project)
    later = fit_standing(storage, project, fit, scoped_of(storage, project))
    assert (later.status, later.changed_since) == ("signed", True)
    assert later.sentence.endswith("the scope has changed since.")
    withdraw(storage, project, "analytics", author="Ada")
    assert fit_standing(storage, project, fit).status == "draft"


@pytest.mark.parametrize("change", [_change_data, _change_specification, _correct])
def test_a_fit_of_other_data_or_another_model_is_a_draft(storage, project, change) -> None:
    sign_as(storage, project, *SIGNERS)
    change(storage, project)
    assert fit_standing(storage, project, fit_of(storage, project)).status == "draft"


def test_the_document_says_what_changed_since_all_three_signed(storage: Storage, project: str) -> None:
    sign_as(storage, project, *SIGNERS)
    items = list(scoped_of(storage, project).ground.items.index[:1])
    edit(storage, project, lambda mapping: mapping.assign(items, Target(path=("Brand", "Audio", "Radio"))))
    scoped = scoped_of(storage, project)
    now = state(storage, project)
    document = current_document(storage, project, scoped, now)
    tables = {table.name: table for table in document.tables}
    assert document.standing == "draft"
    assert [row[0] for row in tables["Changes"].rows] == list(now.changes)
    assert len(tables["Line items moved"].rows) == 1
    before, after = (sum(int(row[place]) for row in tables["Money moved"].rows) for place in (1, 2))
    assert before == after, "what leaves one group arrives in another"
    assert {row[2] for row in tables["Signatures"].rows} == {"Void: the scope changed"}
