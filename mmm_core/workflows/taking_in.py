"""A `workshop.toml` with its files becomes a project, and a project becomes a `workshop.toml` with its files."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.scenarios import StoredScenario
from mmm_core.storage.sources import Source
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.projects import ProjectCard, create_project, delete_project, get_project
from mmm_core.workflows.reading import read_mapping
from mmm_core.workflows.scenarios import list_scenarios, save_new_scenario
from mmm_core.workflows.sources import Reading, add_source, list_sources, reading_of
from mmm_core.workflows.specification import current_specification, save_specification
from mmm_core.workflows.workshop_file import WorkshopFile, parse_workshop, read_workshop_file, workshop_text

TOML_NAME = "workshop.toml"


def take_in(storage: Storage, toml: Path, *, author: str) -> ProjectCard:
    """Make a project from a workshop file and the files it names; on an error no project is left behind.

    Raises
    ------
    BadInput
        If the file or a source cannot be used.
    """
    content = read_workshop_file(toml)
    card = create_project(storage, content.settings(), author=author)
    try:
        _fill(storage, card.id, content, toml.parent, author)
    except BaseException:
        delete_project(storage, card.id, author=author)
        raise
    return card


def export_project(storage: Storage, project_id: str) -> bytes:
    """Pack a project as a zip: `workshop.toml` and the source files that it names.

    Running `mmm-workshop run` on it gives the numbers that the app shows.
    """
    sources = list_sources(storage, project_id)
    names = dict(_file_names(sources))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TOML_NAME, workshop_text(describe_project(storage, project_id)))
        for key in dict.fromkeys(source.artefact_key for source in sources):
            archive.writestr(names[key], storage.artefacts.read_bytes(key))
    return packed.getvalue()


def describe_project(storage: Storage, project_id: str) -> WorkshopFile:
    """Return a project as the content of a workshop file."""
    key = ground_key(storage, project_id)
    names = dict(_file_names(key.sources))
    mapping = current_mapping(storage, project_id).mapping
    items = load_ground(storage, key).items if any(source.kind == "media" for source in key.sources) else pd.DataFrame()
    sections: dict[str, list[dict[str, object]]] = {"media": [], "kpi": [], "controls": []}
    for source in key.sources:
        sections[source.kind].append(_source_section(source, names[source.artefact_key]))
    content: dict[str, object] = {
        "project": _project_section(get_project(storage, project_id).settings),
        "media": sections["media"],
        "controls": sections["controls"],
        "taxonomy": {"levels": list(mapping.levels), "groups": [list(path) for path in mapping.leaves]},
        "rule": [rule.as_dict() for rule in mapping.rules],
        "choice": list(_choice_sections(mapping, items)),
        "model": dict(current_specification(storage, project_id).specification.as_dict()),
        "scenario": [_scenario_section(scenario) for scenario in list_scenarios(storage, project_id)],
    }
    if sections["kpi"]:
        content["kpi"] = sections["kpi"][0]
    return parse_workshop(content, name=TOML_NAME)


def _fill(storage: Storage, project_id: str, content: WorkshopFile, folder: Path, author: str) -> None:
    readings: list[tuple[str, str, Reading]] = [(s.file, s.sheet or "", s.reading()) for s in content.media]
    readings.append((content.kpi.file, content.kpi.sheet or "", content.kpi.reading()))
    readings += [(s.file, s.sheet or "", s.reading()) for s in content.controls]
    for file, sheet, reading in readings:
        add_source(
            storage,
            project_id,
            (folder / file).read_bytes(),
            name=Path(file).name,
            sheet=sheet,
            reading=reading,
            author=author,
        )
    ground = load_ground(storage, ground_key(storage, project_id))
    mapping, _ = read_mapping(content, [folder], ground.items)
    base = current_mapping(storage, project_id)
    edit_mapping(storage, project_id, lambda _: mapping, base=base, author=author, message="Taken in with the files")
    specification = current_specification(storage, project_id)
    save_specification(storage, project_id, content.specification(), base=specification, author=author)
    for section in content.scenario:
        save_new_scenario(storage, project_id, section.scenario(), fit_fingerprint="", author=author)


def _file_names(sources: tuple[Source, ...]) -> Iterator[tuple[str, str]]:
    """Give every stored file a name of its own, numbered when two files are called the same."""
    taken: set[str] = {TOML_NAME}
    for key, name in {source.artefact_key: source.name for source in sources}.items():
        plain = Path(name.replace("\\", "/")).name or "file"
        own, number = plain, 2
        while own in taken:
            own, number = f"{number}-{plain}", number + 1
        taken.add(own)
        yield key, own


def _project_section(settings: ProjectSettings) -> dict[str, object]:
    return {
        "name": settings.name,
        "currency": settings.currency,
        "period": settings.period,
        "week_start": settings.week_start,
    }


def _source_section(source: Source, file: str) -> dict[str, object]:
    reading: MediaReading | KpiReading | ControlsReading = reading_of(source)
    facts = {name: value for name, value in reading.as_dict().items() if value not in (None, [], (), {})}
    return {"file": file, **({"sheet": source.sheet} if source.sheet else {}), **facts}


def _choice_sections(mapping: Mapping, items: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Write choices by dimension values; choices for line items that no file holds are not part of the numbers."""
    for item, target in mapping.choices.items():
        if item in items.index:
            row = items.loc[item, list(dimensions_of(items))].dropna()
            yield {"line_item": {str(name): str(value) for name, value in row.items()}, **_target(target)}


def _target(target: Target) -> dict[str, object]:
    return target.as_dict()


def _scenario_section(scenario: StoredScenario) -> dict[str, object]:
    return {"name": scenario.name, **{key: scenario.content[key] for key in ("periods", "change")}}
