"""A fit as a value: draws, parameters, what it was made from; written and read without pickle."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xarray as xr

from mmm_core import fingerprint
from mmm_core.errors import DamagedArtefact
from mmm_core.modeling.convergence import Attempt
from mmm_core.modeling.specification import ModelSpecification

_PARTS = ("draws", "posterior", "sample_stats")
_FACTS = "fit.json"
_LIBRARIES = ("pymc-marketing", "pymc", "nutpie", "numba")
_WAY_OF_SAMPLING = 3
"""Raised when the same choices lead to other draws; 3: what is sampled of a group is its share of the outcome."""
_WAY_OF_SAMPLING_REGIONS = 4
"""The same where regions have effects of their own; 4: by the quick way, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One posterior for one specification on one panel.

    Attributes
    ----------
    draws : xr.Dataset
        float32, KPI units: `contribution` (chain, draw, period, geo, group); `expected` and `predicted` (chain, draw,
        period, geo), without and with observation noise. Large panels keep every n-th draw.
    posterior : xr.Dataset
        Every free parameter on the model's scale, all draws, dims (chain, draw, group / control / geo / fourier_mode).
    sample_stats : xr.Dataset
        `diverging` and what else the sampler says per draw, dims (chain, draw).
    seconds : dict
        Time per stage.
    sampler : str
        Name and version.
    specification : ModelSpecification
    panel_fingerprint : str
        The panel that it was fitted to.
    attempts : tuple of Attempt
        The runs of the sampler, the last or better one of which gave the draws; () for a fit of before they were kept.
    provisional : bool
        Whether it is a short run that a full one is to replace.
    remark : str
        What was out of the ordinary, in a sentence; "" for nothing.
    """

    draws: xr.Dataset
    posterior: xr.Dataset
    sample_stats: xr.Dataset
    seconds: dict[str, float]
    sampler: str
    specification: ModelSpecification
    panel_fingerprint: str
    attempts: tuple[Attempt, ...] = ()
    provisional: bool = False
    remark: str = ""

    @property
    def fingerprint(self) -> str:
        """Name the fit by what it was made from."""
        return fit_fingerprint(self.panel_fingerprint, self.specification)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups."""
        return tuple(str(name) for name in self.draws["group"].values)


def fit_fingerprint(panel_fingerprint: str, specification: ModelSpecification) -> str:
    """Name a fit before it is there: panel, specification with its seed, way of sampling, versions of the libraries."""
    apart = specification.geo_effects == "hierarchical"
    return fingerprint.of_content(
        {
            "code": fingerprint.CODE_SCHEMA,
            "panel": panel_fingerprint,
            "specification": specification.as_dict(),
            "sampling": _WAY_OF_SAMPLING_REGIONS if apart else _WAY_OF_SAMPLING,
            "libraries": {name: version(name) for name in _LIBRARIES},
        }
    )


def thinned(draws: xr.Dataset, *, most_draws: int) -> xr.Dataset:
    """Keep every n-th draw of each chain, so that there are at most `most_draws` over the chains; draws are renumbered.

    Without new numbers, a thinned and a fresh array would align on the draws that happen to share a number.
    """
    step = max(1, -(-draws.sizes["chain"] * draws.sizes["draw"] // most_draws))
    kept = draws.isel(draw=slice(None, None, step))
    return kept.assign_coords(draw=np.arange(kept.sizes["draw"]))


def save_fit(fit: Fit, folder: Path) -> None:
    """Write a fit as netCDF and JSON into an existing folder."""
    for part in _PARTS:
        getattr(fit, part).to_netcdf(folder / f"{part}.nc", engine="h5netcdf")
    facts = {
        "fingerprint": fit.fingerprint,
        "panel_fingerprint": fit.panel_fingerprint,
        "specification": fit.specification.as_dict(),
        "sampler": fit.sampler,
        "seconds": fit.seconds,
        "attempts": [attempt.as_dict() for attempt in fit.attempts],
        "provisional": fit.provisional,
        "remark": fit.remark,
    }
    (folder / _FACTS).write_text(json.dumps(facts, indent=1), encoding="utf-8")


def load_fit(folder: Path) -> Fit:
    """Read a fit back; it equals the one that was saved.

    Raises
    ------
    DamagedArtefact
        If a file is missing or cannot be read.
    """
    try:
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        parts = {part: xr.load_dataset(folder / f"{part}.nc", engine="h5netcdf") for part in _PARTS}
        specification = ModelSpecification.from_dict(facts["specification"])
        attempts = tuple(Attempt(**attempt) for attempt in facts.get("attempts", []))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedArtefact(
            f"The stored fit cannot be read: {error}", where=str(folder), remedy="Run the fit again"
        ) from error
    return Fit(
        **parts,
        seconds=facts["seconds"],
        sampler=facts["sampler"],
        specification=specification,
        panel_fingerprint=facts["panel_fingerprint"],
        attempts=attempts,
        provisional=facts.get("provisional", False),
        remark=facts.get("remark", ""),
    )
