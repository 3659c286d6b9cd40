"""Specify, fit and evaluate the media mix model: the only package that uses PyMC, PyMC-Marketing and nutpie.

`specification`, `design`, `guarding`, `progress`, `fit`, `fitting` and `engine` can be imported by anybody: they load
PyMC only when a fit or a scenario is asked for. `build`, `sampling`, `predicting` and `paths` import it at the top;
only the worker reaches them.

Compilation is the slow part of a first fit. PyTensor keeps compiled code in a folder, so a second process is
several times faster. The worker names that folder **before** anything of PyTensor is imported::

    os.environ["PYTENSOR_FLAGS"] = f"base_compiledir={folder}"

The folder may be shared by several processes and deleted at any time.
"""

from mmm_core.modeling.fit import Fit, fit_fingerprint, load_fit, save_fit
from mmm_core.modeling.progress import ChainProgress, Progress
from mmm_core.modeling.specification import ModelSpecification

__all__ = ["ChainProgress", "Fit", "ModelSpecification", "Progress", "fit_fingerprint", "load_fit", "save_fit"]
