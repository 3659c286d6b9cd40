"""`[[settled]]` of the workshop file: what is written is what is read, and only what still holds."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mmm_core.checks.threads import Entry, told
from mmm_core.findings import Finding, Place, Severity
from mmm_core.workflows.settled_section import SettledSection, settled_sections

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() == text)


def verdict(finding: Finding, **facts: object) -> Entry:
    action = "waive" if finding.severity is Severity.ERROR else "accept"
    usual = {"action": action, "author": "Ada", "role": "analytics", "text": "known", "at": AT}
    return Entry(key=finding.key, detail=told(finding), bound_to=finding.fingerprint, **{**usual, **facts})


FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["duplicate_rows", "constant_group", "look_alike_names"]),
    severity=st.sampled_from([Severity.ERROR, Severity.WARNING]),
    message=WORDS,
    where=st.builds(
        Place, source=WORDS, sheet=WORDS, columns=st.tuples(WORDS), groups=st.lists(WORDS, max_size=2).map(tuple)
    ),
    about=WORDS,
)


@given(FINDINGS, WORDS)
def test_a_settlement_read_back_hangs_on_the_same_finding(finding: Finding, reason: str) -> None:
    said = verdict(finding, text=reason)
    (section,) = settled_sections([said])
    read = SettledSection.model_validate(section).entry()
    assert (read.key, read.bound_to) == (finding.key, finding.fingerprint)
    assert (read.action, read.author, read.role, read.text, read.at) == (
        said.action,
        said.author,
        said.role,
        reason,
        AT,
    )


def test_only_the_last_word_of_a_thread_is_written() -> None:
    finding = Finding(code="duplicate_rows", severity=Severity.WARNING, message="3 rows.")
    first, second = verdict(finding, text="first"), verdict(finding, text="second")
    reopened = replace(first, action="reopen", text="")
    assert [one["reason"] for one in settled_sections([first, reopened, second])] == ["second"]
    assert list(settled_sections([first, reopened])) == []
    assert list(settled_sections([replace(first, action="comment")])) == []


def test_a_moment_without_a_zone_is_read_as_utc() -> None:
    section = {"action": "accept", "code": "x", "reason": "known", "author": "Ada", "role": "finance"}
    read = SettledSection.model_validate({**section, "at": datetime(2026, 3, 2, 9, 30)})  # noqa: DTZ001
    assert read.entry().at == AT
    assert SettledSection.model_validate(section).entry().at is None
