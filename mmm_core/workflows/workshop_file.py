"""`workshop.toml`: sources and roles, mapping, model and scenarios of one project, for people and the command line."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.corrections import Correction
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.planning.scenario import Scenario
from mmm_core.settings import USUAL_TOLERANCE, ProjectSettings
from mmm_core.taxonomy.mapping import DEFAULT_LEVELS, Rule, Target
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.nodes import LONGEST_DESCRIPTION, Node
from mmm_core.workflows.agenda_section import AgendaSection
from mmm_core.workflows.push_back_section import PushBackSection, refuse_wrong_answers
from mmm_core.workflows.settled_section import SettledSection, refuse_wrong_settlements
from mmm_core.workflows.source_sections import (
    ControlsSection,
    ControlTotalsSection,
    Filled,
    KpiSection,
    LiftTestsSection,
    MediaSection,
    OrganicSection,
    RateSection,
    RatesSection,
    SourceSection,
    TrackedSection,
)

_LONGEST_SHOWN = 80


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProjectSection(_Section):
    """`[project]`."""

    name: Filled
    client: str = ""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    period: Literal["week", "day"] = "week"
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    tolerance: Annotated[float, Field(ge=0, le=0.5)] = USUAL_TOLERANCE


class TaxonomySection(_Section):
    """`[taxonomy]`."""

    levels: Annotated[list[Filled], Field(min_length=1, max_length=6)] = list(DEFAULT_LEVELS)
    groups: list[list[Filled]] = []
    archived: list[list[Filled]] = []
    mapping: str | None = None


class NodeSection(_Section):
    """`[[node]]`: what is said about a node of the tree, a group or what is above it."""

    path: Annotated[list[Filled], Field(min_length=1)]
    owner: str = ""
    description: Annotated[str, Field(max_length=LONGEST_DESCRIPTION)] = ""
    colour: Annotated[str, Field(pattern="^(#[0-9a-f]{6})?$")] = ""

    def node(self) -> Node:
        """Return what is said."""
        return Node(owner=self.owner, description=self.description, colour=self.colour)


class ParticipantSection(_Section):
    """`[[participant]]`."""

    name: Filled
    role: Literal["marketing", "finance", "analytics", "viewer"] = "viewer"


class StructureSection(_Section):
    """`[structure]`: what the analyst wrote into the sections of the structure brief."""

    history: str = ""
    outcome: str = ""
    media: str = ""
    groups: str = ""
    granularity: str = ""
    bring: str = ""

    def texts(self) -> dict[str, str]:
        """Return the written texts by section."""
        return {key: text for key, text in self.model_dump().items() if text.strip()}


class RuleSection(_Section):
    """`[[rule]]`."""

    match: dict[str, str | list[str]]
    path: list[Filled] = []
    exclude: str = ""

    def rule(self) -> Rule:
        """Return the rule."""
        return Rule.from_dict(self.model_dump())


class ChoiceSection(_Section):
    """`[[choice]]`: one line item, by its dimensions, assigned by hand."""

    line_item: Annotated[dict[str, str], Field(min_length=1)]
    path: list[Filled] = []
    exclude: str = ""

    def target(self) -> Target:
        """Return where the line item goes."""
        return Target.from_dict(self.model_dump(include={"path", "exclude"}))


class CorrectionSection(_Section):
    """`[[correction]]`: rows of a media file that are left out, or whose spend is multiplied."""

    source: Filled
    kind: Literal["leave_out_rows", "multiply_spend"]
    rows: Filled
    factor: str = ""
    line_items: list[Filled] = []
    reason: Filled
    author: str = ""
    at: str = ""
    id: str = ""
    finding_key: str = ""
    source_fingerprint: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""

    def correction(self, number: int) -> Correction:
        """Return the correction; raises `BadInput` when rows or factor cannot be read."""
        return Correction.from_dict({**self.model_dump(), "id": self.id or f"file-{number}"})


class ScenarioSection(_Section):
    """`[[scenario]]`."""

    name: Filled
    periods: Annotated[int, Field(ge=1, le=104, strict=True)] = 13
    change: dict[str, Annotated[float, Field(ge=0, strict=True)]] = {}

    def scenario(self) -> Scenario:
        """Return the scenario."""
        return Scenario(name=self.name, periods=self.periods, change=dict(self.change))


class WorkshopFile(_Section):
    """The whole file."""

    project: ProjectSection
    media: Annotated[list[MediaSection], Field(min_length=1)]
    kpi: KpiSection
    tracked: list[TrackedSection] = []
    controls: list[ControlsSection] = []
    organic: list[OrganicSection] = []
    control_totals: list[ControlTotalsSection] = []
    lift_tests: list[LiftTestsSection] = []
    rates: list[RatesSection] = []
    rate: list[RateSection] = []
    correction: list[CorrectionSection] = []
    settled: list[SettledSection] = []
    push_back: list[PushBackSection] = []
    agenda: AgendaSection = AgendaSection()
    participant: list[ParticipantSection] = []
    taxonomy: TaxonomySection = TaxonomySection()
    node: list[NodeSection] = []
    structure: StructureSection = StructureSection()
    mapping: str | None = None
    rule: list[RuleSection] = []
    choice: list[ChoiceSection] = []
    model: dict[str, object] = {}
    scenario: list[ScenarioSection] = []

    def settings(self) -> ProjectSettings:
        """Return the project's settings."""
        return ProjectSettings(**self.project.model_dump())

    def corrections(self) -> tuple[Correction, ...]:
        """Return the corrections; raises `BadInput` with the number of one that cannot be read."""
        return tuple(section.correction(number) for number, section in enumerate(self.correction, start=1))

    def specification(self) -> ModelSpecification:
        """Return the model specification."""
        return ModelSpecification.from_dict(self.model)

    def files(self) -> tuple[str, ...]:
        """Return the names of all files that it names."""
        named = (section.file for section in self.sources())
        return (*named, *([self.mapping_file] if self.mapping_file else []))

    def sources(self) -> tuple[SourceSection, ...]:
        """Return all sections that name a source, in the order in which they are read."""
        return (
            *self.media,
            self.kpi,
            *self.tracked,
            *self.controls,
            *self.organic,
            *self.control_totals,
            *self.lift_tests,
            *self.rates,
        )

    @property
    def mapping_file(self) -> str | None:
        """Name of the mapping table, written at the top or under `[taxonomy]`."""
        return self.mapping or self.taxonomy.mapping


def read_workshop_file(path: Path) -> WorkshopFile:
    """Read and validate a file.

    Raises
    ------
    BadInput
        If it cannot be read, is no TOML, or a key is missing, unknown or wrong; every wrong key is named.
    """
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read", expected=str(error.strerror or error), remedy="Check the path"
        ) from error
    except (ValueError, RecursionError) as error:  # of the parser, of the encoding, of figures and tables without end
        raise BadInput(f"{path.name} is not valid TOML", expected=str(error), remedy="Correct that line") from error
    return parse_workshop(content, name=path.name)


def parse_workshop(content: dict[str, object], *, name: str) -> WorkshopFile:
    """Validate the content of a file.

    Raises
    ------
    BadInput
        If a key is missing, unknown or wrong.
    """
    try:
        file = WorkshopFile.model_validate(content)
    except ValidationError as error:
        problems = list(dict.fromkeys(_problem(dict(item)) for item in error.errors()))
        raise BadInput(
            f"{len(problems)} {'keys do' if len(problems) > 1 else 'key does'} not fit: {listed(problems)}",
            where=name,
            remedy="Correct these keys; docs/guide/workshop-file.md shows a complete file",
        ) from error
    _refuse_unclear_roles(file, name)
    _refuse_contradictions(file, name)
    refuse_wrong_settlements(file.settled, name)
    refuse_wrong_answers(file.push_back, name)
    return file


def _refuse_unclear_roles(file: WorkshopFile, name: str) -> None:
    """Refuse roles that do not fit together, with the name of their table."""
    counts: dict[str, int] = {}
    for section in file.sources():
        counts[section.kind] = counts.get(section.kind, 0) + 1
        try:
            section.reading()
        except BadInput as error:
            table = section.kind if section.kind == "kpi" else f"{section.kind}[{counts[section.kind]}]"
            raise BadInput(
                f"{error.found[:1].upper()}{error.found[1:]}",
                where=f"{name}, '{table}'",
                expected=error.expected,
                remedy=error.remedy,
            ) from error


def _refuse_contradictions(file: WorkshopFile, name: str) -> None:
    """Refuse what each key alone may say, but not two of them together."""
    names = [" ".join(section.name.split()).casefold() for section in file.scenario]
    twice = next((place for place, scenario in enumerate(names) if scenario in names[:place]), None)
    if twice is not None:
        raise BadInput(
            f"'scenario[{twice + 1}].name' is {file.scenario[twice].name!r}, as that of another scenario",
            where=name,
            expected="a name of its own was expected, since the results are told apart by it",
            remedy="Rename one of them",
        )
    people = [comparable(section.name) for section in file.participant]
    twice = next((place for place, person in enumerate(people) if person in people[:place]), None)
    if twice is not None:
        raise BadInput(
            f"'participant[{twice + 1}].name' is {file.participant[twice].name!r}, as that of another participant",
            where=name,
            expected="a name of its own was expected",
            remedy="Remove one of them",
        )
    if file.mapping and file.taxonomy.mapping and file.mapping != file.taxonomy.mapping:
        raise BadInput(
            f"'mapping' is {file.mapping!r} and 'taxonomy.mapping' is {file.taxonomy.mapping!r}",
            where=name,
            expected="one mapping table was expected",
            remedy="Keep one of the two keys",
        )


def workshop_text(content: WorkshopFile) -> str:
    """Write the file as TOML; reading it back gives the same content."""
    return tomli_w.dumps(content.model_dump(exclude_none=True, exclude_defaults=True))


def _problem(error: dict[str, object]) -> str:
    """Name the key as people write it: the second [[media]] table is media[2]."""
    key = ""
    for part in error["loc"]:  # type: ignore[attr-defined]
        if isinstance(part, int):
            key += f"[{part + 1}]"
        elif not (key and (part in ("str", "dict") or part.startswith(("dict[", "constrained", "list[", "function-")))):
            key += f".{part}" if key else str(part)
    kind = error["type"]
    if kind == "missing":
        return f"'{key}' is missing"
    if kind == "extra_forbidden":
        return f"'{key}' is not a known key"
    found, message = repr(error["input"]), str(error["msg"]).replace("dictionary", "table").split(" or instance of ")[0]
    shown = found if len(found) <= _LONGEST_SHOWN else f"{found[:_LONGEST_SHOWN]}…"
    return f"'{key}' is {shown}: {message[:1].lower()}{message[1:]}"
