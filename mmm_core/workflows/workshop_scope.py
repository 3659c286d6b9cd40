"""What a workshop file says, read and seen through its mapping, for runs without a browser."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mmm_core.checks.threads import FindingState, open_errors, states_of
from mmm_core.errors import BadInput, counted, listed
from mmm_core.feasibility.answers import ObjectionState
from mmm_core.feasibility.objections import Objection
from mmm_core.findings import Finding, by_weight
from mmm_core.modeling.design import make_design
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.workflows.modelled import Modelled, modelled, paths_of
from mmm_core.workflows.progress_lines import Say
from mmm_core.workflows.push_back import states_of_scope, what_objections_block
from mmm_core.workflows.reading import find_file, read_mapping, read_sources
from mmm_core.workflows.scoping import Scoped, lay_ground, scope
from mmm_core.workflows.workshop_file import WorkshopFile, read_workshop_file


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkshopScope:
    """A workshop file with everything that a fit is made from, and what stands against one.

    Attributes
    ----------
    toml : Path
    content : WorkshopFile
    folders : tuple of Path
        Where the files that it names are looked for.
    scoped : Scoped
    specification : ModelSpecification
    model : Modelled or None
        None where there is no model input.
    states : tuple of FindingState
        Findings with what the file settles.
    raised : tuple of ObjectionState
        Objections with what the file answers.
    """

    toml: Path
    content: WorkshopFile
    folders: tuple[Path, ...]
    scoped: Scoped
    specification: ModelSpecification
    model: Modelled | None
    states: tuple[FindingState, ...]
    raised: tuple[ObjectionState, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Findings that block the fit."""
        return tuple(open_errors(self.states))

    @property
    def held_up(self) -> tuple[Objection, ...]:
        """Objections that block the fit."""
        return what_objections_block(self.raised)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that was read."""
        return (self.toml, *(find_file(self.folders, name) for name in self.content.files()))


def read_workshop_scope(toml: Path, *, data: Path | None, say: Say) -> WorkshopScope:
    """Read a workshop file and everything that it names; tell what is found, settled and objected to.

    Parameters
    ----------
    data : Path, optional
        Folder of the files that it names; what is not there is looked for beside the workshop file.

    Raises
    ------
    BadInput
        If the file, a source or the folder cannot be used.
    """
    content = read_workshop_file(toml)
    specification = content.specification()
    if data is not None and not data.is_dir():
        raise BadInput(f"'{data}' is no folder", where="--data", remedy="Name the folder of the source files")
    folders = (*([data] if data else []), toml.parent)
    scoped = _scope(content, folders, say)
    model = modelled(scoped, specification)
    _say_idle_choices(scoped, specification, model, say)
    states = tuple(states_of(scoped.findings, [section.entry() for section in content.settled]))
    _say_settled(states, say)
    raised = tuple(states_of_scope(scoped, specification, [section.entry() for section in content.push_back]))
    _say_objections(raised, say)
    return WorkshopScope(
        toml=toml,
        content=content,
        folders=folders,
        scoped=scoped,
        specification=specification,
        model=model,
        states=states,
        raised=raised,
    )


def _say_idle_choices(scoped: Scoped, specification: ModelSpecification, model: Modelled | None, say: Say) -> None:
    """Tell what of the specification counts for nothing."""
    if model is None:
        return
    for name in specification.names_nothing(paths_of(scoped)):
        say(f"the specification speaks of {name}, which the tree does not have: that counts for nothing")
    for sentence in make_design(model.panel, model.specification).left_out:
        say(sentence)


def _scope(content: WorkshopFile, folders: Sequence[Path], say: Say) -> Scoped:
    say("reading files")
    data = read_sources(content, folders)
    ground = lay_ground(data, content.settings())
    mapping, findings = read_mapping(content, folders, ground.items)
    scoped = scope(ground, mapping)
    say(f"{len(ground.items)} line items, {len(mapping.groups)} groups, {len(scoped.findings)} findings")
    return replace(scoped, findings=by_weight([*scoped.findings, *findings]))


def _say_settled(states: Sequence[FindingState], say: Say) -> None:
    """Tell which settlements hold, and which do not fit what is found."""
    for state in states:
        if state.status in ("accepted", "waived"):
            say(f"{state.status} by {state.by}: {state.message} ({state.reason})")
        elif state.status == "changed":
            say(f"open again, it changed since {state.by} settled it: {state.message}")
    gone = [state.code for state in states if state.status == "gone"]
    if gone:
        say(f"{counted(len(gone), 'settled finding')} not found any more: {listed(gone)}")


def _say_objections(raised: Sequence[ObjectionState], say: Say) -> None:
    """Tell what the analyst objects to and nobody has settled."""
    for state in raised:
        if state.is_open:
            say(f"{state.objection.verdict}: {state.objection.sentence}")
