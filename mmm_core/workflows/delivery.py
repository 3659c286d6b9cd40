"""Results of a run, moved into the folder that the caller named: all of them, and nothing left of an earlier run."""

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from mmm_core.errors import BadInput

RESULTS = (
    "line_items.csv",
    "subtotals.csv",
    "reconciliation.csv",
    "control_totals.csv",
    "findings.json",
    "resolvability.csv",
    "push_back.json",
    "panel.csv",
    "scope.html",
    "scope.xlsx",
    "fit/summary.csv",
    "fit/diagnostics.json",
    "fit/validation.json",
    "scenarios.csv",
    "scenario_plans.csv",
)
"""Every file that a run may write."""

COMPARISON_RESULTS = ("candidates.csv", "groups.csv", "parts.csv", "comparison.json")
"""Every file that a comparison may write."""


def refuse_unwritable(out: Path, *, inputs: Iterable[Path] = (), results: Sequence[str] = RESULTS) -> None:
    """Refuse a folder that cannot take the results, before an hour of sampling and not after.

    Parameters
    ----------
    results : sequence of str
        Every file that may be written.

    Raises
    ------
    BadInput
        If the folder is a file or may not be written to, or a result would replace one of the inputs.
    """
    stands = next(place for place in (out.absolute(), *out.absolute().parents) if place.exists())
    if not stands.is_dir():
        raise _unwritable(out, f"{stands} is a file")
    if not os.access(stands, os.W_OK | os.X_OK):
        raise _unwritable(out, f"{stands} does not allow it")
    places = {(out / name).resolve(): name for name in results}
    replaced = next((places[file.resolve()] for file in inputs if file.resolve() in places), None)
    if replaced is not None:
        raise BadInput(
            f"The result '{replaced}' would replace an input of that name",
            where=f"--out {out}",
            expected="a folder of its own was expected",
            remedy="Name another folder",
        )


def deliver(made: Path, out: Path, *, results: Sequence[str] = RESULTS) -> None:
    """Move the complete results into place, and remove those of an earlier run that this one did not make.

    Parameters
    ----------
    results : sequence of str
        Every file that may be written.

    Raises
    ------
    BadInput
        If the folder cannot be written to.
    """
    files = sorted(file for file in made.rglob("*") if file.is_file())
    try:
        for file in files:
            target = out / file.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)
        for name in results:
            if made / name not in files:
                (out / name).unlink(missing_ok=True)
        fit = out / "fit"
        if fit.is_dir() and not any(fit.iterdir()):
            fit.rmdir()
    except OSError as error:
        raise _unwritable(out, str(error.strerror or error)) from error


def _unwritable(out: Path, why: str) -> BadInput:
    return BadInput(
        f"The results cannot be written to {out}",
        where=why,
        expected="a folder, or a name for a new one, was expected",
        remedy="Name another folder under --out",
    )
