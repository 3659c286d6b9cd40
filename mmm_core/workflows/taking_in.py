"""A `workshop.toml` with its files becomes a project, and a project becomes a `workshop.toml` with its files."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from mmm_core.ingest.readings import RatesReading
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.scenarios import StoredScenario
from mmm_core.storage.sources import Source
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.agenda import current_agenda, save_agenda
from mmm_core.workflows.agenda_section import agenda_section
from mmm_core.workflows.answering import answer_entries, take_over_answers
from mmm_core.workflows.corrections import keep_corrections
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant, list_participants
from mmm_core.workflows.projects import ProjectCard, create_project, delete_project, get_project
from mmm_core.workflows.push_back import states_of_scope
from mmm_core.workflows.push_back_section import push_back_sections
from mmm_core.workflows.reading import read_mapping
from mmm_core.workflows.saying import bound
from mmm_core.workflows.scenarios import list_scenarios, save_new_scenario
from mmm_core.workflows.scoping import Ground, scope
from mmm_core.workflows.settled_section import settled_sections
from mmm_core.workflows.sources import add_source, list_sources, reading_of
from mmm_core.workflows.specification import current_specification, save_specification
from mmm_core.workflows.structure import current_brief, save_brief_text, written_texts
from mmm_core.workflows.threads import take_over, thread_entries
from mmm_core.workflows.workshop_file import WorkshopFile, parse_workshop, read_workshop_file, workshop_text

TOML_NAME = "workshop.toml"
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_LONGEST_NAME = 200
"""Bytes; file systems hold 255."""


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

    Running `mmm-workshop run` on it gives the numbers that the app shows: a file that has to be renamed keeps what it
    is called, by which corrections and settlements find it.
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
    sections: dict[str, list[dict[str, object]]] = {}
    for source in key.sources:
        sections.setdefault(source.kind, []).append(_source_section(source, names[source.artefact_key]))
    content: dict[str, object] = {
        "project": _project_section(get_project(storage, project_id).settings),
        **sections,
        "media": sections.get("media", []),
        "correction": [correction.as_dict() for correction in key.corrections],
        "agenda": agenda_section(current_agenda(storage, project_id).agenda),
        "settled": list(settled_sections(thread_entries(storage, project_id))),
        "push_back": list(push_back_sections(answer_entries(storage, project_id))),
        "participant": [
            {"name": person.name, "role": person.role} for person in list_participants(storage, project_id)
        ],
        "taxonomy": {
            "levels": list(mapping.levels),
            "groups": [list(path) for path in mapping.leaves],
            "archived": [list(path) for path in mapping.archived],
        },
        "node": [{"path": list(path), **node.as_dict()} for path, node in sorted(mapping.nodes.items())],
        "structure": written_texts(storage, project_id),
        "rule": [rule.as_dict() for rule in mapping.rules],
        "choice": list(_choice_sections(mapping, items)),
        "model": dict(current_specification(storage, project_id).specification.as_dict()),
        "scenario": [_scenario_section(scenario) for scenario in list_scenarios(storage, project_id)],
    }
    if "kpi" in sections:
        content["kpi"] = sections["kpi"][0]
    return parse_workshop(content, name=TOML_NAME)


def _fill(storage: Storage, project_id: str, content: WorkshopFile, folder: Path, author: str) -> None:
    for section in content.sources():
        add_source(
            storage,
            project_id,
            (folder / section.file).read_bytes(),
            name=section.called,
            sheet=section.sheet or "",
            reading=section.reading(),
            author=author,
        )
    if content.rate:
        rates = (f"{rate.start},{rate.currency},{rate.rate}\n" for rate in content.rate)
        written = f"date,currency,rate\n{''.join(rates)}".encode()
        reading = RatesReading(date="date", currency="currency", rate="rate", decimal=".", date_order="ymd")
        add_source(storage, project_id, written, name="rates.csv", sheet="", reading=reading, author=author)
    keep_corrections(storage, project_id, content.corrections(), author=author)
    agenda = content.agenda.agenda()
    if agenda:
        save_agenda(storage, project_id, agenda, base_number=0, author=author)
    for person in content.participant:
        add_participant(storage, project_id, name=person.name, role=person.role, author=author)
    ground = load_ground(storage, ground_key(storage, project_id))
    mapping, _ = read_mapping(content, [folder], ground.items)
    base = current_mapping(storage, project_id)
    edit_mapping(storage, project_id, lambda _: mapping, base=base, author=author, message="Taken in with the files")
    specification = current_specification(storage, project_id)
    save_specification(storage, project_id, content.specification(), base=specification, author=author)
    _settle(storage, project_id, content, ground)
    for key, text in content.structure.texts().items():
        shown = current_brief(storage, project_id, ground)
        save_brief_text(storage, project_id, key, text, base=shown, author=author)
    for kept in content.scenario:
        save_new_scenario(storage, project_id, kept.scenario(), fit_fingerprint="", author=author)


def _settle(storage: Storage, project_id: str, content: WorkshopFile, ground: Ground) -> None:
    """Keep what was said of findings and objections, bound to what it was said of."""
    settled = [section.entry() for section in content.settled]
    answers = [section.entry() for section in content.push_back]
    if not settled and not answers:
        return
    scoped = scope(ground, current_mapping(storage, project_id).mapping)
    take_over(storage, project_id, scoped, settled)
    here: dict[str, str] = {}
    if any(not answer.bound_to for answer in answers):
        raised = states_of_scope(scoped, content.specification(), answers)
        here = {entry.key: state.objection.fingerprint for state in raised for entry in state.entries}
    take_over_answers(storage, project_id, bound(answers, here))


def _file_names(sources: tuple[Source, ...]) -> Iterator[tuple[str, str]]:
    """Give every stored file a name of its own on any system, numbered when two read the same but for case."""
    taken: set[str] = {TOML_NAME}
    for key, name in {source.artefact_key: source.name for source in sources}.items():
        plain = _plain_name(name)
        own, number = plain, 2
        while own.casefold() in taken:
            own, number = f"{number}-{plain}", number + 1
        taken.add(own.casefold())
        yield key, own


def _plain_name(name: str) -> str:
    """Return a name that can be unpacked on any system: no folder, none of the signs that Windows refuses."""
    plain = _NO_NAME.sub("_", Path(name.replace("\\", "/")).name).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    while stem and len(plain.encode(errors="replace")) > _LONGEST_NAME:
        stem = stem[:-1]
        plain = f"{stem}{dot}{ending}"
    return plain[:_LONGEST_NAME] or "file"


def _project_section(settings: ProjectSettings) -> dict[str, object]:
    return {
        "name": settings.name,
        "client": settings.client,
        "currency": settings.currency,
        "period": settings.period,
        "week_start": settings.week_start,
        "tolerance": settings.tolerance,
    }


def _source_section(source: Source, file: str) -> dict[str, object]:
    facts = {name: value for name, value in reading_of(source).as_dict().items() if value not in (None, [], (), {})}
    named = {"name": source.name} if source.name != file else {}
    return {"file": file, **named, **({"sheet": source.sheet} if source.sheet else {}), **facts}


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
