"""What of the findings the page Specification repeats."""

from pathlib import Path

import mmm_core
from mmm_core.checks.threads import Entry, states_of
from mmm_core.checks.touching import TOUCHING, touching_the_model
from mmm_core.findings import Finding, Severity, by_weight


def finding(code: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(code=code, severity=severity, message=f"About {code}.")


def codes(*findings: Finding, entries: tuple[Entry, ...] = ()) -> list[str]:
    return [state.code for state in touching_the_model(states_of(by_weight(findings), entries))]


def test_gaps_and_series_in_step_are_repeated_and_what_concerns_the_files_alone_is_not() -> None:
    assert codes(finding("hidden_sheets"), finding("tracking_gap"), finding("stale_control")) == [
        "stale_control",
        "tracking_gap",
    ]


def test_errors_come_first_and_notes_are_left_out_but_for_groups_in_step() -> None:
    note = Severity.NOTE
    found = codes(
        finding("collinear_groups", note),
        finding("organic_counts_as_none", note),
        finding("media_starts_late"),
        finding("missing_periods", Severity.ERROR),
    )
    assert found == ["missing_periods", "media_starts_late", "collinear_groups"]


def test_every_code_is_one_that_a_check_raises() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(mmm_core.__file__).parent.rglob("*.py"))
    assert [code for code in TOUCHING if f'code="{code}"' not in sources] == []
