"""Candidates side by side without a browser: several workshop files go in, the tables of the page Compare come out."""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mmm_core import fingerprint
from mmm_core.documents.comparison_tables import candidate_table, group_table, lettered, part_table, with_standings
from mmm_core.documents.comparison_words import OF_THE_FIRST, answer_by_letter, contrast_sentence
from mmm_core.errors import BadInput, BlockedFit, FailedFit, WorkshopError, counted, listed
from mmm_core.jobs.messages import plain
from mmm_core.modeling.fit import Fit, load_fit, save_fit
from mmm_core.validation.comparison import CandidateFigures
from mmm_core.validation.contrast import Contrast, SideBySide
from mmm_core.validation.folds import plan_folds
from mmm_core.validation.holdout_record import Holdout
from mmm_core.workflows.comparing import Ready
from mmm_core.workflows.comparison_figures import FittedCandidate, figures_of
from mmm_core.workflows.comparisons import FEWEST, MOST
from mmm_core.workflows.delivery import COMPARISON_RESULTS, deliver, refuse_unwritable
from mmm_core.workflows.fitting import fittable, refuse_blocking
from mmm_core.workflows.progress_lines import Say, fit_lines, holdout_lines
from mmm_core.workflows.reading import find_file
from mmm_core.workflows.scope_files import STANDING
from mmm_core.workflows.specification import SpecificationRevision
from mmm_core.workflows.spreadsheets import write_csv
from mmm_core.workflows.workshop_scope import WorkshopScope, read_workshop_scope

_SHARED = {"media": "media", "kpi": "outcome", "rates": "exchange rates"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Opened:
    """One file; without `ready` it cannot be fitted, and `why_not` says why."""

    name: str
    scope: WorkshopScope
    ready: Ready | None = None
    why_not: str = ""


def compare(tomls: Sequence[Path], out: Path, *, say: Say, data: Path | None = None, holdout: bool = True) -> None:
    """Fit several workshop files, hold periods out, and write what the page Compare shows of them.

    One that is blocked says why, the others go on. Everything is written to a folder beside `out` first and moved when
    complete, so bad input writes nothing.

    Parameters
    ----------
    tomls : sequence of Path
        Two to six files on the same data; the first is what the others are held against.
    out : Path
        Folder for the results; made when missing.
    say : callable
        Takes one line of progress.
    data : Path, optional
        Folder of the files that they name; what is not there is looked for beside each.
    holdout : bool, default True
        Whether to test each on held-out periods, up to twice the work of the fit.

    Raises
    ------
    BadInput
        If a file, a source or the folder cannot be used, or the files are not of the same data; nothing is written.
    BlockedFit
        If findings or objections block one of them; what the others say is written.
    FailedFit
        If one of them could not be fitted or tested; likewise.
    """
    started = time.perf_counter()
    names = _names(tomls)
    opened = [_opened(name, toml, data, say) for name, toml in zip(names, tomls, strict=True)]
    _refuse_other_data(opened)
    inputs = [file for one in opened for file in one.scope.inputs]
    refuse_unwritable(out, inputs=inputs, results=COMPARISON_RESULTS)
    can_be_fitted = [(one.name, one.ready) for one in opened if one.ready is not None]
    with tempfile.TemporaryDirectory(prefix="mmm-workshop-") as held:
        results, fits = Path(held) / "results", Path(held) / "fits"
        enough = len(can_be_fitted) >= FEWEST
        fitted: list[FittedCandidate] = []
        broken: dict[str, str] = {}
        for at, (name, ready) in enumerate(can_be_fitted if enough else ()):
            try:
                fitted.append(_fitted(name, ready, fits / str(at), say, tested=holdout))
            except WorkshopError as error:  # the others go on
                broken[name] = str(error)
                say(f"{name}: {error}")
        found = figures_of(fitted)
        _write(found, opened, broken, results)
        deliver(results, out, results=COMPARISON_RESULTS)
    if found.candidates:
        say(answer_by_letter(found))
        say(f"A, {found.candidates[0].name}: {OF_THE_FIRST}")
    for letter, one, contrast in _contrasts(found):
        say(f"{letter}, {one.name}: {contrast_sentence(contrast)}")
    _refuse_blocked(opened)
    _refuse_broken(broken)
    say(f"done in {time.perf_counter() - started:.0f} s: {out}")


def _names(tomls: Sequence[Path]) -> list[str]:
    """Call each file by its name, with its folder where two are called alike."""
    if not FEWEST <= len(tomls) <= MOST:
        raise BadInput(
            f"{counted(len(tomls), 'workshop file')} {'is' if len(tomls) == 1 else 'are'} named",
            expected=f"{FEWEST} to {MOST} can be compared side by side",
            remedy="Add one" if len(tomls) < FEWEST else "Take some out",
        )
    twice = [str(toml) for toml, times in Counter(toml.resolve() for toml in tomls).items() if times > 1]
    if twice:
        raise BadInput(f"{listed(twice)} is named twice", remedy="Name each file once")
    for named in ([toml.stem for toml in tomls], [f"{toml.resolve().parent.name}/{toml.stem}" for toml in tomls]):
        if len(set(named)) == len(named):
            return named
    return [str(toml) for toml in tomls]


def _opened(name: str, toml: Path, data: Path | None, say: Say) -> _Opened:
    try:
        scope = read_workshop_scope(toml, data=data, say=lambda line: say(f"{name}: {line}"))
        try:
            model = fittable(scope.scoped, scope.specification, scope.blocking)
            refuse_blocking(scope.held_up)
        except BlockedFit as error:
            return _Opened(name=name, scope=scope, why_not=str(error))
    except BadInput as error:
        where = error.where if str(toml) in error.where else f"{toml}{f', {error.where}' if error.where else ''}"
        raise BadInput(error.found, where=where, expected=error.expected, remedy=error.remedy) from error
    revision = SpecificationRevision(number=0, specification=scope.specification)
    return _Opened(name=name, scope=scope, ready=Ready(scoped=scope.scoped, specification=revision, model=model))


def _refuse_other_data(opened: Sequence[_Opened]) -> None:
    """Refuse files of which one reads other figures: what they say could not be held against each other."""
    first, *others = opened
    known = _data_of(first.scope)
    for one in others:
        found = _data_of(one.scope)
        unlike = [what for what in known if found[what] != known[what]]
        if unlike:
            raise BadInput(
                f"{one.scope.toml} does not read the same {listed(unlike)} as {first.scope.toml}",
                expected="groupings and specifications of the same data can be compared",
                remedy="Let all of them name the same files and read them the same way",
            )


def _data_of(scope: WorkshopScope) -> dict[str, object]:
    """Return what has to be the same: files by their bytes and readings, calendar and currency, corrections, rates."""
    settings, content = scope.content.settings(), scope.content
    sources: dict[str, list[object]] = {kind: [] for kind in _SHARED}
    for section in content.sources():
        if section.kind in sources:
            of_bytes = fingerprint.of_bytes(find_file(scope.folders, section.file).read_bytes())
            sources[section.kind].append([of_bytes, section.sheet, section.reading().as_dict()])
    corrections = [(one.source, one.kind, one.rows, one.factor, one.line_items) for one in content.correction]
    return {
        **{_SHARED[kind]: found for kind, found in sources.items()},
        "exchange rates written down": content.rate,
        "corrections": corrections,
        "periods": (settings.period, settings.week_start),
        "currency": settings.currency,
    }


def _fitted(name: str, ready: Ready, folder: Path, say: Say, *, tested: bool) -> FittedCandidate:
    """Fit one, and test it; its draws wait in a folder. The modelling libraries are imported here, not at start."""
    from mmm_core.estimands import diagnostics, doubts
    from mmm_core.modeling.fitting import fit_model

    def tell(line: str) -> None:
        say(f"{name}: {line}")

    panel = ready.model.panel
    fit = fit_model(panel, ready.model.specification, report=fit_lines(tell), stop=lambda: False)
    folder.mkdir(parents=True)
    save_fit(fit, folder)
    told = diagnostics(panel, fit)
    for doubt in doubts(told):
        tell(f"the chains have not settled: {doubt}")
    found = _holdout(ready, fit, tell) if tested else None
    return FittedCandidate(name=name, ready=ready, draws=partial(load_fit, folder), told=told, holdout=found)


def _holdout(ready: Ready, fit: Fit, say: Say) -> Holdout | None:
    from mmm_core.validation.holdout import run_holdout

    panel = ready.model.panel
    try:
        plan = plan_folds(panel.data.sizes["period"], period=panel.period)
    except BadInput as error:
        say(f"not tested on held-out periods: {error.found}; {error.expected}.")
        return None
    return run_holdout(panel, fit.specification, plan, report=holdout_lines(say))


def _write(found: SideBySide, opened: Sequence[_Opened], broken: Mapping[str, str], folder: Path) -> None:
    folder.mkdir()
    if found.candidates:
        for name, table in (
            ("candidates", candidate_table(found)),
            ("groups", group_table(found)),
            ("parts", part_table(found)),
        ):
            write_csv(with_standings(table, found), folder / f"{name}.csv")
    text = json.dumps(plain(_content(found, opened, broken)), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "comparison.json").write_text(f"{text}\n", encoding="utf-8")


def _content(found: SideBySide, opened: Sequence[_Opened], broken: Mapping[str, str]) -> dict[str, Any]:
    """Lay out what is said: the answer first, what each changes against the first, who is not in it and why."""
    letters = {one.name: letter for letter, one in lettered(found)}
    return {
        "standing": STANDING,
        "answer": answer_by_letter(found) if found.candidates else "",
        "candidates": [
            {
                "letter": letters.get(one.name, ""),
                "candidate": one.name,
                "file": str(one.scope.toml),
                "not_fitted": broken.get(one.name, one.why_not),
            }
            for one in opened
        ],
        "contrasts": [
            {"letter": letter, "candidate": one.name, "sentence": contrast_sentence(contrast), **asdict(contrast)}
            for letter, one, contrast in _contrasts(found)
        ],
    }


def _contrasts(found: SideBySide) -> Iterator[tuple[str, CandidateFigures, Contrast]]:
    """Return every candidate but the first with its letter and what it changes."""
    for (letter, one), contrast in zip(list(lettered(found))[1:], found.contrasts, strict=True):
        yield letter, one, contrast


def _refuse_blocked(opened: Sequence[_Opened]) -> None:
    blocked = [one for one in opened if one.why_not]
    if blocked:
        raise BlockedFit(
            f"{len(blocked)} of {counted(len(opened), 'candidate')} cannot be fitted",
            where=listed([f"{one.name}: {one.why_not.rstrip('.')}" for one in blocked]),
            remedy="Run each of these alone to have everything that was found",
        )


def _refuse_broken(broken: Mapping[str, str]) -> None:
    if broken:
        raise FailedFit(
            f"{counted(len(broken), 'candidate')} broke on the way",
            where=listed([f"{name}: {why.rstrip('.')}" for name, why in broken.items()]),
            remedy="Run each of these alone",
        )
