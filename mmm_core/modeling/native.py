"""The density as a C function, so that chains run side by side without Python between them.

nutpie's own compiled models work like this; the classes that take a function's address are not public there. Where
they are gone, `quick` hands over Python functions instead, which takes twice as long.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import carray, cfunc, types  # type: ignore[attr-defined]
from nutpie import _lib
from nutpie.sample import CompiledModel

from mmm_core.modeling.density import Inputs, log_density, workspace

STATE = "state"
_EACH = "place"
_NUMBERS = types.CPointer(types.double)  # type: ignore[no-untyped-call]
_ADDRESSES = types.CPointer(_NUMBERS)  # type: ignore[no-untyped-call]
_NOT_FINITE = 4
_KINDS = 4
"""Fields of `Inputs` that are single numbers, the first ones."""
_TOLD = 8 + _KINDS
"""Sizes, then those."""


@cfunc(types.int64(types.uint64, _NUMBERS, _NUMBERS, _NUMBERS, _ADDRESSES), cache=True)
def _density(size: Any, state_at: Any, gradient_at: Any, density_at: Any, addresses: Any) -> int:
    """Evaluate a state; anything but 0 makes the sampler turn back."""
    told = carray(addresses[0], (_TOLD,))
    groups, regions, periods, before = int(told[0]), int(told[1]), int(told[2]), int(told[3])
    columns, parameters, tests, free = int(told[4]), int(told[5]), int(told[6]), int(told[7])
    inputs = Inputs(
        int(told[8]),
        int(told[9]),
        told[10],
        told[11],
        carray(addresses[1], (groups, regions, periods + before)),
        carray(addresses[2], (regions, periods)),
        carray(addresses[3], (regions, columns, periods)),
        carray(addresses[4], (regions, columns, columns)),
        carray(addresses[5], (columns,)),
        carray(addresses[6], (regions,)),
        carray(addresses[7], (groups,)),
        carray(addresses[8], (groups, groups)),
        carray(addresses[9], (parameters,)),
        carray(addresses[10], (parameters, groups, 2)),
        carray(addresses[11], (tests, 6)),
        carray(addresses[12], (regions, free)),
    )
    work = workspace(inputs)
    gradient = carray(gradient_at, (size,))
    density = log_density(carray(state_at, (size,)), inputs, work, gradient)
    carray(density_at, (1,))[0] = density
    if not np.isfinite(density) or not np.isfinite(gradient).all():
        return _NOT_FINITE
    return 0


@cfunc(types.int64(types.uint64, types.uint64, _NUMBERS, _NUMBERS, _ADDRESSES), cache=True)
def _unchanged(size: Any, _: Any, state_at: Any, kept_at: Any, __: Any) -> int:
    """Keep the state as it is."""
    carray(kept_at, (size,))[:] = carray(state_at, (size,))
    return 0


@dataclass(frozen=True, kw_only=True)
class NativeModel(CompiledModel):  # type: ignore[misc]
    """What nutpie samples; `memory` is what the addresses point to, and must live as long."""

    dims: dict[str, tuple[str, ...]] | None = None
    size: int
    memory: tuple[Any, ...]
    native: Any

    @property
    def n_dim(self) -> int:
        """Length of a state."""
        return self.size

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of what is kept of a draw."""
        return {STATE: (self.size,)}

    @property
    def coords(self) -> dict[str, Any]:
        """Labels of what is kept of a draw."""
        return {_EACH: np.arange(self.size)}

    def _make_sampler(
        self, settings: Any, _: Any, cores: Any, progress: Any, callback: Any, rate: Any, store: Any
    ) -> Any:
        return _lib.PySampler.from_pymc(settings, cores, self.native, progress, callback, rate, store)


def native_model(inputs: Inputs, size: int, start: Any) -> NativeModel:
    """Hand the density of these inputs to nutpie.

    Parameters
    ----------
    size : int
        Length of a state.
    start : callable
        Makes a starting state from a seed.
    """
    groups, regions, length = inputs.spend.shape
    periods, kinds, arrays = inputs.outcome.shape[1], inputs[:_KINDS], inputs[_KINDS:]
    sizes = [groups, regions, periods, length - periods]
    sizes += [len(inputs.precision), len(inputs.bounded), len(inputs.tests), inputs.basis.shape[1]]
    told = np.array([*sizes, *kinds], dtype=np.float64)
    kept_arrays = [told, *(np.ascontiguousarray(array, dtype=np.float64) for array in arrays)]
    addresses = np.array([array.ctypes.data for array in kept_arrays], dtype=np.uintp)
    memory = (*kept_arrays, addresses)
    density = _lib.LogpFunc(_density.address, addresses.ctypes.data, memory)
    kept = _lib.ExpandFunc(size, size, _unchanged.address, addresses.ctypes.data, memory)
    variables = _lib.PyVariable.new_variables([STATE], ["float64"], [(size,)], {_EACH: size}, {STATE: [_EACH]})
    model = _lib.PyMcModel(density, kept, variables, size, {_EACH: size}, {_EACH: np.arange(size)}, start, None)
    return NativeModel(size=size, memory=memory, native=model)
