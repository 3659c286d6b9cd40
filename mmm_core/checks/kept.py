"""Files that a project keeps and that nothing uses yet: each is named, so that nobody wonders where it went."""

from collections.abc import Iterator

from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.schema import LiftTestsTable, OrganicTable, ProjectData


def kept_for_later(data: ProjectData) -> Iterator[Finding]:
    """Repeat what was noted while reading organic media and control totals; name what the model does not use yet."""
    for organic in data.organic:
        yield from (*organic.findings, _organic(organic))
    for totals in data.control_totals:
        yield from totals.findings
    for tests in data.lift_tests:
        yield _lift_tests(tests)


def _organic(table: OrganicTable) -> Finding:
    names = table.line_items.iloc[:, 0].astype(str).tolist() if len(table.dimensions) else []
    return Finding(
        code="organic_not_modelled_yet",
        severity=Severity.NOTE,
        message=f"{table.source} holds {counted(len(table.line_items), 'line item')} of organic media "
        f"({listed(names)}). They are kept and shown; the model does not use exposure without spend yet.",
        where=Place(source=table.source),
        evidence={"line_items": len(table.line_items), "rows": table.raw_rows},
        remedy="Nothing to do now; to use a series already, bring its file as a control as well.",
        threshold="Organic media are not part of the model yet.",
    )


def _lift_tests(table: LiftTestsTable) -> Finding:
    groups = sorted(set(table.rows["group"].astype(str)))
    return Finding(
        code="lift_tests_not_used_yet",
        severity=Severity.NOTE,
        message=f"{table.source} holds {counted(len(table.rows), 'lift test')} ({listed(groups)}). "
        "They are kept and shown; the model is not calibrated with them yet.",
        where=Place(source=table.source),
        evidence={"rows": len(table.rows), "groups": groups},
        remedy="Nothing to do now; name the tests by the groups of the tree, so that they fit when they are used.",
        threshold="Lift tests are not part of the model yet.",
    )
