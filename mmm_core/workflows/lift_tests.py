"""Offer the lift tests that files hold, and take tests and costs per outcome unit into the specification, or out of it.

A file is never used silently: its rows are offered, somebody adds them under their name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from mmm_core.errors import BadInput, NotFound, counted, listed
from mmm_core.findings import Finding
from mmm_core.modeling.calibrating import lift_test_findings, measured_lifts, refuse_unsuited_cost
from mmm_core.modeling.lift_tests import CostTarget, LiftTest
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.panel.panel import Panel
from mmm_core.schema import WHOLE_MARKET, LiftTestsTable
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping
from mmm_core.taxonomy.names import comparable
from mmm_core.workflows.modelled import modelled
from mmm_core.workflows.roles import refuse_viewer
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import SpecificationRevision, save_specification_on

_USUAL_LEVEL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedLiftTest:
    """A row of a file of lift tests.

    Attributes
    ----------
    source, row : str, int
        Label of the file, and the row as the spreadsheet counts.
    says : str
        What the row says, in words, as it is written there.
    test : LiftTest or None
        What would be added; None where the row cannot be used.
    refused : str
        Why not, and the way out; "" where it can be used.
    findings : tuple of Finding
        What is to be known before it is added.
    used : bool
        Whether the specification holds it already.
    """

    source: str
    row: int
    says: str
    test: LiftTest | None = None
    refused: str = ""
    findings: tuple[Finding, ...] = ()
    used: bool = False


def offered_lift_tests(
    scoped: Scoped, specification: ModelSpecification, *, level: float = _USUAL_LEVEL
) -> tuple[OfferedLiftTest, ...]:
    """Return every row of the project's files of lift tests, in their order.

    Parameters
    ----------
    level : float
        Of the intervals: files do not say it.
    """
    used = {_identity(test) for test in specification.lift_tests}
    return tuple(
        _offer(scoped, specification, table, row, level, used)
        for table in scoped.ground.data.lift_tests
        for _, row in table.rows.iterrows()
    )


def add_lift_tests(
    storage: Storage,
    project_id: str,
    tests: Sequence[LiftTest],
    *,
    panel: Panel,
    base: SpecificationRevision,
    author: str,
) -> SpecificationRevision:
    """Take lift tests into the specification.

    Parameters
    ----------
    panel : Panel
        The model input in view, which the tests must suit.
    base : SpecificationRevision
        The specification that the author had in view.

    Raises
    ------
    BadInput
        If the author is a viewer, a test does not suit the panel, or the specification holds it already.
    EditConflict
        If somebody else saved in between; nothing is saved.
    """
    known = base.specification.lift_tests
    measured_lifts(panel, replace(base.specification, lift_tests=tuple(tests)))
    _refuse_twice([*known, *tests])
    wanted = replace(base.specification, lift_tests=(*known, *tests))
    return _save(storage, project_id, wanted, base, author, f"Added: {_named(tests)}")


def remove_lift_tests(
    storage: Storage, project_id: str, tests: Sequence[LiftTest], *, base: SpecificationRevision, author: str
) -> SpecificationRevision:
    """Take lift tests out of the specification; raises `BadInput`, `EditConflict`, and `NotFound` for one not in it."""
    left = _without(base.specification.lift_tests, tests)
    wanted = replace(base.specification, lift_tests=left)
    return _save(storage, project_id, wanted, base, author, f"Removed: {_named(tests)}")


def add_cost_targets(
    storage: Storage,
    project_id: str,
    targets: Sequence[CostTarget],
    *,
    panel: Panel,
    base: SpecificationRevision,
    author: str,
) -> SpecificationRevision:
    """Take costs per outcome unit into the specification; raises as `add_lift_tests`."""
    for target in targets:
        refuse_unsuited_cost(panel, target)
    known = base.specification.cost_targets
    _refuse_twice([*known, *targets])
    wanted = replace(base.specification, cost_targets=(*known, *targets))
    return _save(storage, project_id, wanted, base, author, f"Added: {_named(targets)}")


def remove_cost_targets(
    storage: Storage, project_id: str, targets: Sequence[CostTarget], *, base: SpecificationRevision, author: str
) -> SpecificationRevision:
    """Take costs per outcome unit out of the specification; raises as `remove_lift_tests`."""
    left = _without(base.specification.cost_targets, targets)
    wanted = replace(base.specification, cost_targets=left)
    return _save(storage, project_id, wanted, base, author, f"Removed: {_named(targets)}")


def _save(
    storage: Storage,
    project_id: str,
    wanted: ModelSpecification,
    base: SpecificationRevision,
    author: str,
    message: str,
) -> SpecificationRevision:
    with storage.database.transaction() as session:
        refuse_viewer(session, project_id, author)
        number = save_specification_on(
            session, project_id, wanted, base_number=base.number, author=author, message=message
        )
    return SpecificationRevision(number=number, specification=wanted)


def _offer(
    scoped: Scoped,
    specification: ModelSpecification,
    table: LiftTestsTable,
    row: pd.Series,
    level: float,
    used: set[tuple[object, ...]],
) -> OfferedLiftTest:
    number = int(row["row"])
    offered = OfferedLiftTest(source=table.source, row=number, says=_says(row, scoped.ground.settings.currency))
    try:
        test = _test_of(scoped, table, row, level)
        findings = lift_test_findings(_panel(scoped, specification), (test,), adstock_l_max=specification.adstock_l_max)
    except BadInput as fault:
        return replace(offered, refused=str(fault))
    return replace(offered, test=test, findings=findings, used=_identity(test) in used)


def _panel(scoped: Scoped, specification: ModelSpecification) -> Panel:
    """Return what is modelled: a test outside the window of the specification does not suit it."""
    model = modelled(scoped, specification)
    if model is None:
        raise BadInput("There is no model input yet", remedy="Settle what the page Checks says first")
    return model.panel


def _test_of(scoped: Scoped, table: LiftTestsTable, row: pd.Series, level: float) -> LiftTest:
    source, currency = f"{table.source}, row {int(row['row'])}", scoped.ground.settings.currency
    other = sorted({code for code in table.currencies if code != currency})
    if other:
        raise BadInput(
            f"The amounts of {table.source} are in {listed(other)}",
            expected=f"{currency}, the project's currency, was expected: nothing converts lift tests",
            remedy="Convert the file, or enter the test by hand",
        )
    usual, geos = row["usual_spend_micros"], _geos(scoped, str(row["geo"]))
    return LiftTest(
        group=_group(scoped, str(row["group"]), source),
        first=f"{row['start']:%Y-%m-%d}",
        last=f"{row['end']:%Y-%m-%d}",
        geos=geos,
        spend_change=int(row["spend_change_micros"]) / MICROS_PER_UNIT,
        usual_spend=None if pd.isna(usual) else int(usual) / MICROS_PER_UNIT,
        lift=float(row["lift"]),
        low=None if pd.isna(row["lift_low"]) else float(row["lift_low"]),
        high=None if pd.isna(row["lift_high"]) else float(row["lift_high"]),
        level=level,
        source=source,
    )


def _geos(scoped: Scoped, text: str) -> tuple[str, ...]:
    """Spell a region as the files do; one that they do not know stays as it is, and is refused with reasons."""
    if text in ("", WHOLE_MARKET):
        return ()
    known = [] if scoped.panel is None else [str(geo) for geo in scoped.panel.data["geo"].values]
    return (next((geo for geo in known if comparable(geo) == comparable(text)), text),)


def _group(scoped: Scoped, text: str, source: str) -> str:
    """Return the group that a file means: by name, or by its path in the tree."""
    mapping, wanted = scoped.mapping, comparable(text)
    for path in mapping.leaves:
        if wanted in (comparable(path[-1]), comparable(PATH_SEPARATOR.join(path))):
            return path[-1]
    below = _groups_below(mapping, wanted)
    if below:
        raise BadInput(
            f"'{text}' is a part of the tree with {counted(len(below), 'group')}: {listed(below)}",
            where=source,
            expected="the model has an effect per group, so a lift test is about one group",
            remedy="Name one of these groups in the file, or roll them up into one group",
        )
    return text


def _groups_below(mapping: Mapping, wanted: str) -> list[str]:
    """Return the groups below nodes of this name or path."""
    nodes = [
        path for path in mapping.node_paths if wanted in (comparable(path[-1]), comparable(PATH_SEPARATOR.join(path)))
    ]
    return [leaf[-1] for leaf in mapping.leaves if any(leaf[: len(node)] == node for node in nodes)]


def _says(row: pd.Series, currency: str) -> str:
    place = "" if str(row["geo"]) in ("", WHOLE_MARKET) else f" in {row['geo']}"
    interval = "" if pd.isna(row["lift_low"]) else f" ({row['lift_low']:,.0f} to {row['lift_high']:,.0f})"
    change = int(row["spend_change_micros"]) / MICROS_PER_UNIT
    return (
        f"{row['group']}{place}, {row['start']:%Y-%m-%d} to {row['end']:%Y-%m-%d}: spend {change:+,.0f} {currency}, "
        f"outcome {row['lift']:+,.0f}{interval}"
    )


def _identity(told: LiftTest | CostTarget) -> tuple[object, ...]:
    """Name what was measured; how sure one is of it and where it was read does not make another one of it."""
    if isinstance(told, CostTarget):
        return (told.group, told.first, told.last, told.cost)
    return (told.group, told.first, told.last, tuple(sorted(told.geos)), told.spend_change, told.lift)


def _refuse_twice(told: Sequence[LiftTest | CostTarget]) -> None:
    seen: set[tuple[object, ...]] = set()
    for one in told:
        if _identity(one) in seen:
            raise BadInput(
                f"The {one.label} is there twice",
                where=one.source,
                expected="what counts twice is believed twice",
                remedy="Add it once",
            )
        seen.add(_identity(one))


def _without[Told: (LiftTest, CostTarget)](known: Sequence[Told], told: Sequence[Told]) -> tuple[Told, ...]:
    missing = [one.label for one in told if one not in known]
    if missing:
        raise NotFound(f"The {missing[0]} is not in the specification", remedy="Load the page again")
    return tuple(one for one in known if one not in told)


def _named(told: Sequence[LiftTest] | Sequence[CostTarget]) -> str:
    return listed([one.label for one in told])
