"""Specify, fit and evaluate the media mix model: the only package that uses PyMC, PyMC-Marketing and nutpie.

`specification`, `design`, `scaled_model`, `guarding`, `progress`, `convergence`, `fit`, `fitting` and `engine` can be
imported by anybody: they load the sampler or PyMC only when a fit or a scenario is asked for. `curves_compiled`,
`density`, `quick` and `sampling` import numba and nutpie at the top; `build`, `plain`, `predicting` and `paths` import
PyMC: only the workers reach them.

Two ways lead to a posterior, and both end in the same `Fit`: `quick`, on the model's own density, and `plain`, on
PyMC-Marketing's graph. `quick` is taken unless it breaks; `plain` is what it is tested against.

Compiled code is kept in folders, so that a second process is faster. The workers name them **before** anything is
imported::

    os.environ["NUMBA_CACHE_DIR"] = folder
    os.environ["PYTENSOR_FLAGS"] = f"base_compiledir={folder}"

The folders may be shared by several processes and deleted at any time. Where nobody names one, numba's is beside the
sources.
"""

from mmm_core.modeling.fit import Fit, fit_fingerprint, load_fit, save_fit
from mmm_core.modeling.progress import ChainProgress, Progress
from mmm_core.modeling.specification import ModelSpecification

__all__ = ["ChainProgress", "Fit", "ModelSpecification", "Progress", "fit_fingerprint", "load_fit", "save_fit"]
