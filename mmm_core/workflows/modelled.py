"""What is modelled of a scope: the panel on the window of the specification, and the specification for its groups."""

from dataclasses import dataclass, replace

from mmm_core.errors import BadInput
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.workflows.scoping import Scoped


@dataclass(frozen=True, slots=True, kw_only=True)
class Modelled:
    """A panel and what is assumed of it; the two that a fit is made from."""

    panel: Panel
    specification: ModelSpecification


def modelled(scoped: Scoped, specification: ModelSpecification) -> Modelled | None:
    """Return panel and specification of the fit of a scope, None while there is no model input.

    Parameters
    ----------
    specification : ModelSpecification
        As it was saved: with a window, and with expectations of nodes of the client's tree.

    Raises
    ------
    BadInput
        If no period of the files lies in the window.
    """
    if scoped.panel is None:
        return None
    panel = scoped.panel.between(specification.window_first, specification.window_last)
    own = replace(specification, window_first="", window_last="").for_tree(paths_of(scoped))
    return Modelled(panel=panel, specification=own)


def modelled_fingerprint(scoped: Scoped, specification: ModelSpecification) -> str:
    """Name the panel that is modelled; "" while there is none."""
    if not specification.window_first and not specification.window_last:
        return scoped.panel_fingerprint
    try:
        found = modelled(scoped, specification)
    except BadInput:  # said where the window is chosen, and when a fit is asked for
        return ""
    return found.panel.fingerprint if found is not None else ""


def paths_of(scoped: Scoped) -> dict[str, tuple[str, ...]]:
    """Return the path of every group of the model input in the client's tree."""
    groups = scoped.panel.groups if scoped.panel is not None else ()
    return {path[-1]: path for path in scoped.mapping.leaves if path[-1] in groups}
