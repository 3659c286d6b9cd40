"""What the quick way to a posterior does not reach, see `quick`: such a model is fitted on PyMC-Marketing's graph."""

from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel


def beyond_quick(panel: Panel, specification: ModelSpecification) -> str:
    """Say in words why a model is not fitted the quick way; "" where it is."""
    if specification.geo_effects == "hierarchical" and panel.data.sizes["geo"] > 1:
        return "every region has effects of its own"
    return ""
