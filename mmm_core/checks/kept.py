"""Files that are not used by themselves: each is named, so that nobody wonders where it went."""

from collections.abc import Iterator

from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.schema import LiftTestsTable, ProjectData


def kept_for_later(data: ProjectData) -> Iterator[Finding]:
    """Repeat what was noted while reading organic media and control totals; name what is not used by itself."""
    for organic in data.organic:
        yield from organic.findings
    for totals in data.control_totals:
        yield from totals.findings
    for tests in data.lift_tests:
        yield _lift_tests(tests)


def _lift_tests(table: LiftTestsTable) -> Finding:
    groups = sorted(set(table.rows["group"].astype(str)))
    return Finding(
        code="lift_tests_offered",
        severity=Severity.NOTE,
        message=f"{table.source} holds {counted(len(table.rows), 'lift test')} ({listed(groups)}). "
        "They are offered for the model's specification; a fit is held only to those that somebody adds there.",
        where=Place(source=table.source),
        evidence={"rows": len(table.rows), "groups": groups},
        remedy="Add the tests that you trust to the specification; each must name one group of the tree.",
        threshold="Lift tests are never used without being asked for.",
    )
