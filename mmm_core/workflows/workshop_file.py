"""`workshop.toml`: sources and roles, mapping, model and scenarios of one project, for people and the command line."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.planning.scenario import Scenario
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import DEFAULT_LEVELS, Rule, Target

_LONGEST_SHOWN = 80
Filled = Annotated[str, Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProjectSection(_Section):
    """`[project]`."""

    name: Filled
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    period: Literal["week", "day"] = "week"
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"


class _Source(_Section):
    file: Filled
    sheet: str | None = None
    date: Filled
    geo: str | None = None
    decimal: Literal[".", ","] | None = None
    date_order: Literal["ymd", "dmy", "mdy"] | None = None


class MediaSection(_Source):
    """`[[media]]`."""

    layout: Literal["long", "wide"] = "long"
    line_item: list[Filled] | None = None
    spend: Filled | dict[str, Filled]
    exposure: Filled | dict[str, Filled] | None = None
    spend_unit: Literal["unit", "micros", "thousands"] = "unit"

    def reading(self) -> MediaReading:
        """Return how the file is to be read."""
        return MediaReading.from_dict(_reading(self, dimensions=tuple(self.line_item or ())))


class KpiSection(_Source):
    """`[kpi]`."""

    value: Filled

    def reading(self) -> KpiReading:
        """Return how the file is to be read."""
        return KpiReading.from_dict(_reading(self))


class ControlsSection(_Source):
    """`[[controls]]`."""

    columns: Annotated[list[Filled], Field(min_length=1)]

    def reading(self) -> ControlsReading:
        """Return how the file is to be read."""
        return ControlsReading.from_dict(_reading(self))


class TaxonomySection(_Section):
    """`[taxonomy]`."""

    levels: Annotated[list[Filled], Field(min_length=1, max_length=6)] = list(DEFAULT_LEVELS)
    groups: list[list[Filled]] = []
    mapping: str | None = None


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
    controls: list[ControlsSection] = []
    taxonomy: TaxonomySection = TaxonomySection()
    mapping: str | None = None
    rule: list[RuleSection] = []
    choice: list[ChoiceSection] = []
    model: dict[str, object] = {}
    scenario: list[ScenarioSection] = []

    def settings(self) -> ProjectSettings:
        """Return the project's settings."""
        return ProjectSettings(**self.project.model_dump())

    def specification(self) -> ModelSpecification:
        """Return the model specification."""
        return ModelSpecification.from_dict(self.model)

    def files(self) -> tuple[str, ...]:
        """Return the names of all files that it names."""
        sources = (*self.media, self.kpi, *self.controls)
        return (*(section.file for section in sources), *([self.mapping_file] if self.mapping_file else []))

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
    _refuse_contradictions(file, name)
    return file


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


def _reading(section: _Source, *, dimensions: tuple[str, ...] | None = None) -> dict[str, object]:
    content = section.model_dump(exclude={"file", "sheet"})
    if dimensions is not None:
        content["line_item"] = list(dimensions)
    return content


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
