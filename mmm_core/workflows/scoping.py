"""From data and a mapping to subtotals, reconciliation, findings and model input.

`lay_ground` does what does not depend on the mapping and is kept between edits; `scope` does the rest in milliseconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from mmm_core import fingerprint
from mmm_core.checks.alike_names import AlikeNames, alike_findings, alike_names
from mmm_core.checks.control_findings import control_total_findings, other_currencies
from mmm_core.checks.control_totals import ControlComparison, compare_control_totals
from mmm_core.checks.currencies import unlike_project
from mmm_core.checks.groups import collinear_groups, short_history, thin_groups, unusable_groups
from mmm_core.checks.inputs import constant_controls, nothing_to_model, too_few_periods, unusable_outcome
from mmm_core.checks.integrity import Files, integrity, standing
from mmm_core.checks.kept import kept_for_later
from mmm_core.checks.ledger_sums import LedgerSums, NodeFigures, ledger_sums, node_figures
from mmm_core.checks.mapping import empty_groups, idle_rules, lost_choices, unmapped_spend
from mmm_core.checks.organic import organic_coverage
from mmm_core.checks.outcome import kpi_leakage
from mmm_core.checks.reconciliation import exclusions, reconcile, waterfall
from mmm_core.checks.subtotals import subtotals
from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Severity, blocking, by_weight
from mmm_core.money import MICROS_PER_UNIT, fits
from mmm_core.panel.assemble import assemble, geo_axis
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube, build_cube
from mmm_core.panel.organic import on_window, organic_series
from mmm_core.panel.outcome import Series, control_series, kpi_series
from mmm_core.panel.panel import Panel
from mmm_core.panel.window import Window, common_window
from mmm_core.schema import KpiTable, LiftTestsTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.facets import Tokens
from mmm_core.taxonomy.learning import LearnedRule, learn_rules
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import MAPPED, Resolution, resolve
from mmm_core.taxonomy.rule_preview import rule_facts


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the files alone say: line items, cells, KPI, controls and organic media per period, the window, findings.

    `alike` are the line items spelled in several ways; whether that matters is for the mapping to say. `organic` covers
    the window, see `mmm_core.panel.organic`.
    """

    settings: ProjectSettings
    data: ProjectData
    items: pd.DataFrame
    names: ReadNames
    cube: Cube
    kpi: Series | None
    controls: tuple[Series, ...]
    window: Window | None
    findings: tuple[Finding, ...]
    alike: tuple[AlikeNames, ...] = ()
    organic: tuple[Series, ...] = ()

    @cached_property
    def tokens(self) -> Tokens:
        """The words of the line items' names."""
        return Tokens(self.items, self.names)

    @cached_property
    def control_figures(self) -> tuple[NodeFigures, ...]:
        """Control totals by source and node, see `mmm_core.checks.ledger_sums`."""
        return node_figures(self.data.control_totals, self.items, self.names, self.settings.currency)

    @cached_property
    def ledger_sums(self) -> LedgerSums:
        """Spend over the ranges of the control totals."""
        return ledger_sums(self.data.media, self.control_figures, self.items.index)

    @property
    def calendar(self) -> Calendar:
        """The project's calendar."""
        return Calendar.of(self.settings)


@dataclass(frozen=True, kw_only=True)
class Scoped:
    """Ground seen through a mapping. `panel` is None while the KPI or every group is missing.

    `control_totals` holds them against subtotals, see `mmm_core.checks.control_totals`.
    """

    ground: Ground
    mapping: Mapping
    resolution: Resolution
    panel: Panel | None
    findings: tuple[Finding, ...]
    control_totals: ControlComparison

    @cached_property
    def subtotals(self) -> pd.DataFrame:
        """Spend and exposure per node and period, see `mmm_core.checks.subtotals`."""
        return subtotals(self.ground.cube, self.resolution, self.mapping, self.ground.calendar)

    @cached_property
    def reconciliation(self) -> pd.DataFrame:
        """Rows and money per source and step, see `mmm_core.checks.reconciliation`."""
        return reconcile(self.ground.data.media, self.ground.cube, self.resolution, self.ground.window)

    @cached_property
    def waterfall(self) -> pd.DataFrame:
        """The way from each file to the model, step by step, see `mmm_core.checks.reconciliation.waterfall`."""
        return waterfall(self.ground.data.media, self.ground.cube, self.resolution, self.ground.window)

    @cached_property
    def exclusions(self) -> pd.DataFrame:
        """Rows and money that stay out of the model, by reason."""
        return exclusions(self.ground.cube, self.resolution, self.ground.window)

    @cached_property
    def rule_facts(self) -> pd.DataFrame:
        """What each rule matches, decides and clashes with, see `mmm_core.taxonomy.rule_preview`."""
        return rule_facts(self.ground.items, self.mapping, self.resolution, self.ground.names)

    @cached_property
    def learned_rules(self) -> tuple[LearnedRule, ...]:
        """Rules that the choices amount to, see `mmm_core.taxonomy.learning`."""
        return learn_rules(self.ground.items, self.resolution, self.mapping, self.ground.names)

    @cached_property
    def name(self) -> str:
        """Name of the line items with their money, and of the mapping; same name, same look-alikes and suggestions."""
        items = self.ground.items
        facts = [list(items.index), items["spend_micros"].tolist(), self.mapping.fingerprint]
        return fingerprint.of_content(facts)

    @cached_property
    def panel_fingerprint(self) -> str:
        """Name of the model input; "" when there is none."""
        return self.panel.fingerprint if self.panel is not None else ""

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Findings that block the fit."""
        return blocking(self.findings)


def lay_ground(data: ProjectData, settings: ProjectSettings) -> Ground:
    """Prepare everything that does not depend on the mapping.

    Raises
    ------
    BadInput
        If sources contradict each other (two KPI rows for a period, no common window, regions in one file only), or
        all spend together is too large to be added up exactly.
    """
    calendar = Calendar.of(settings)
    _refuse_too_much(data)
    keep_geo = geo_axis(data)
    items = catalogue(data.media)
    names = ReadNames(items)
    cube = build_cube(data.media, items.index, calendar, keep_geo=keep_geo)
    kpi = kpi_series(data.kpi, calendar, keep_geo=keep_geo) if data.kpi else None
    controls = tuple(control_series(table, calendar, keep_geo=keep_geo) for table in data.controls)
    organic = organic_series(data.organic, calendar, keep_geo=keep_geo)
    window = common_window(cube, kpi, controls, calendar) if kpi is not None and len(items) else None
    files = Files(
        data=data,
        items=items,
        cube=cube,
        kpi=kpi,
        controls=controls,
        window=window,
        calendar=calendar,
        currency=settings.currency,
    )
    findings = [
        *_noted_while_reading(data),
        *integrity(files),
        *kept_for_later(data),
        *(organic_coverage(data.organic, organic, window, calendar, kpi.geos()) if kpi and window else ()),
        *other_currencies(data.control_totals, settings.currency),
        *unlike_project(data, settings.currency),
    ]
    return Ground(
        settings=settings,
        data=data,
        items=items,
        names=names,
        cube=cube,
        kpi=kpi,
        controls=controls,
        window=window,
        findings=tuple(findings),
        alike=alike_names(items, names),
        organic=on_window(organic, window.numbers, kpi.geos()) if kpi and window else (),
    )


def _noted_while_reading(data: ProjectData) -> Iterator[Finding]:
    for media in data.media:
        yield from media.findings
    yield from data.kpi.findings if data.kpi else ()
    for controls in data.controls:
        yield from controls.findings
    aside: tuple[KpiTable | LiftTestsTable, ...] = (*data.tracked, *data.lift_tests)
    for finding in (finding for table in aside for finding in table.findings):
        # What was tracked is not in the model, nor are lift tests, so nothing about them blocks the fit.
        yield replace(finding, severity=Severity.WARNING) if finding.severity is Severity.ERROR else finding


def _refuse_too_much(data: ProjectData) -> None:
    """Refuse spend whose sum would not fit into int64 micros; each column alone was checked when it was read."""
    units = (
        sum(float(table.records["spend_micros"].abs().to_numpy().sum(dtype=float)) for table in data.media)
        / MICROS_PER_UNIT
    )
    if not fits(units):
        raise BadInput(
            f"All spend together is {units:,.0f}",
            where=listed([table.source for table in data.media]),
            expected="amounts up to 9 trillion can be added up exactly",
            remedy="Check the unit of the spend columns",
        )


def scope(ground: Ground, mapping: Mapping) -> Scoped:
    """See the ground through a mapping.

    Raises
    ------
    BadInput
        If a rule asks for an unknown dimension, or names of groups, controls and KPI clash.
    """
    resolution = resolve(ground.items, mapping, ground.names)
    panel = _panel(ground, resolution)
    settings = ground.settings
    totals = compare_control_totals(ground.control_figures, ground.ledger_sums, mapping, resolution, settings.tolerance)
    findings = [
        *standing(ground.findings, resolution),
        *alike_findings(ground.alike, ground.items, resolution, settings.currency),
        *unmapped_spend(ground.items, resolution, settings.currency),
        *idle_rules(mapping, resolution),
        *lost_choices(ground.items, mapping),
        *empty_groups(resolution),
        *control_total_findings(totals, settings),
        *(_panel_findings(panel) if panel is not None else nothing_to_model(has_outcome=ground.kpi is not None)),
    ]
    return Scoped(
        ground=ground,
        mapping=mapping,
        resolution=resolution,
        panel=panel,
        findings=by_weight(findings),
        control_totals=totals,
    )


def _panel(ground: Ground, resolution: Resolution) -> Panel | None:
    """Build the model input from the groups that hold line items, in the client's order."""
    used = np.unique(resolution.table.loc[resolution.table["status"] == MAPPED, "leaf"].to_numpy(dtype=np.int64))
    if ground.window is None or ground.kpi is None or ground.data.kpi is None or not len(used):
        return None
    position = np.full(len(resolution.leaves) + 1, -1, dtype=np.int64)
    position[used] = np.arange(len(used))
    return assemble(
        ground.cube,
        [resolution.leaves[leaf][-1] for leaf in used],
        position[resolution.leaf_of(ground.cube.line_items)],
        ground.kpi,
        (*ground.controls, *ground.organic),
        ground.window,
        ground.settings,
        ground.data.kpi.name,
    )


def _panel_findings(panel: Panel) -> Iterator[Finding]:
    yield from unusable_groups(panel)
    yield from thin_groups(panel)
    yield from collinear_groups(panel)
    yield from short_history(panel)
    yield from too_few_periods(panel)
    yield from unusable_outcome(panel)
    yield from constant_controls(panel)
    yield from kpi_leakage(panel)
