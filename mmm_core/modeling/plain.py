"""The plain way to a posterior: PyMC-Marketing's own graph, compiled by nutpie.

Imports PyMC: only the worker comes here.
It takes a minute where `quick` takes seconds. It is what `quick` is held against, and what is left where that fails.
"""

import json
import threading
import warnings
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import nutpie
import xarray as xr

from mmm_core.modeling.build import SampledMMM, build_model
from mmm_core.modeling.labels import to_house, to_library
from mmm_core.modeling.predicting import fitted_draws
from mmm_core.modeling.sampling import Adaptation
from mmm_core.modeling.scaled_model import ScaledModel, scaled_model
from mmm_core.modeling.shapes import EFFECT
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

_COMPILED_KEPT = 3
_compiled: "OrderedDict[str, Any]" = OrderedDict()
_lock = threading.Lock()


class PlainModel:
    """One model, ready to be drawn from; see `quick.QuickModel` for what it offers."""

    sampler = f"nutpie {nutpie.__version__}, on PyMC-Marketing's graph"
    adaptation: Adaptation = "low_rank"

    def __init__(self, panel: Panel, specification: ModelSpecification) -> None:
        self._panel, self._specification = panel, specification
        self._model = build_model(panel, specification)
        self._scaled = scaled_model(panel, specification)

    def compile(self) -> Any:
        """Return what nutpie samples, see `compile_model`."""
        return compile_model(self._model, self._scaled, self._specification)

    def posterior(self, tree: xr.DataTree) -> xr.Dataset:
        """Return every free parameter, house names."""
        return to_house(_relabelled(tree["posterior"].to_dataset(), self._model.model.coords))

    def draws(self, posterior: xr.Dataset) -> xr.Dataset:
        """Compute contributions and fitted outcomes, see `Fit.draws`."""
        return fitted_draws(self._panel, self._specification, to_library(posterior))


def compile_model(model: SampledMMM, scaled: ScaledModel, specification: ModelSpecification) -> Any:
    """Compile the density of a model, or reuse the code of an earlier model of the same shape.

    Groups, controls, geos and structure make the shape; the data, their scale, the number of periods and what groups
    are expected to bring are inputs of the compiled code. So a refit, a longer window or a regrouping to as many groups
    costs milliseconds in a warm process. Where the chains start stays that of the model that was compiled.
    """
    key = json.dumps(_facts_in_code(model, scaled, specification), sort_keys=True)
    with _lock, warnings.catch_warnings():
        warnings.filterwarnings("ignore")
        if key not in _compiled:
            _compiled[key] = nutpie.compile_pymc_model(model.model, var_names=_kept_names(model, specification))
        _compiled.move_to_end(key)
        while len(_compiled) > _COMPILED_KEPT:
            _compiled.popitem(last=False)
        compiled = _compiled[key]
        inputs = {var.name: model.model[var.name].get_value() for var in compiled.shared_var_keys}
        return compiled.with_data(**inputs)


def _facts_in_code(model: SampledMMM, scaled: ScaledModel, specification: ModelSpecification) -> dict[str, Any]:
    """Return everything that the compiled code holds as constants."""
    tests = scaled.tests
    numbers = (scaled.shape_priors, scaled.others_spread, tests.before, tests.after, tests.lift, tests.error)
    return {
        "shape": {name: len(labels) for name, labels in model.model.coords.items() if name != "date" and labels},
        "dims": list(model.dims),
        "curves": [specification.adstock, specification.adstock_l_max, specification.saturation],
        "geo_effects": specification.geo_effects,
        "numbers": [array.tolist() for array in numbers],
        # Which group and region a test is about is written into the code as a position.
        "tested": [tests.group.tolist(), [test.geos for test in specification.lift_tests], list(scaled.geos)],
    }


def _kept_names(model: SampledMMM, specification: ModelSpecification) -> list[str]:
    """Return the names of the free parameters, and of the effect where it is made of others: one per region."""
    names = [str(variable.name) for variable in model.model.free_RVs]
    effect = EFFECT[specification.saturation]
    return names if effect in names else [*names, effect]


def _relabelled(posterior: xr.Dataset, coords: Mapping[str, Sequence[object]]) -> xr.Dataset:
    """Use this model's labels: the compiled code may stem from another model of the same shape."""
    labels = {dim: list(coords[str(dim)]) for dim in posterior.dims if dim not in ("chain", "draw")}
    return posterior.assign_coords(labels)
