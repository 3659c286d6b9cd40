"""The real work of the evaluator: scenarios under a fit, on engines that stay ready between two slider moves.

Requests: `{"do": "prepare", "fit": F}` is answered by `{"ready": true}`; `{"do": "evaluate", "fit": F, "plans": [...]}`
with plans as `Scenario.as_dict()` by `{"results": [...]}` as `ScenarioResult.as_dict()`, in the same order.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mmm_core.errors import BadInput
from mmm_core.storage.artefacts import ArtefactStore

if TYPE_CHECKING:
    from mmm_core.modeling.engine import ScenarioEngine
    from mmm_core.panel.panel import Panel

MOST_ENGINES = 4
"""Fits kept ready; one takes some hundred megabytes for a large panel."""


def warm() -> None:
    """Import what an evaluation needs, before anybody moves a slider."""
    from mmm_core import planning  # noqa: F401
    from mmm_core.modeling.fitting import warm_up

    warm_up()


def answer(request: dict[str, Any], store: ArtefactStore) -> dict[str, Any]:
    """Answer a request.

    Raises
    ------
    BadInput
        If a plan cannot be used, or the request is none of the two.
    NotFound, DamagedArtefact
        If the fit or its panel is not in the store, or not as it was written.
    """
    from mmm_core.planning import Scenario, run_scenario

    engine, panel = _ready(store, str(request["fit"]))
    if request["do"] == "prepare":
        return {"ready": True}
    if request["do"] != "evaluate":
        raise BadInput(f"'{request['do']}' is nothing that the evaluator does", expected="prepare or evaluate")
    scenarios = [Scenario.from_dict(plan) for plan in request["plans"]]
    return {"results": [run_scenario(engine, panel, scenario).as_dict() for scenario in scenarios]}


@lru_cache(maxsize=MOST_ENGINES)
def _ready(store: ArtefactStore, fit_fingerprint: str) -> "tuple[ScenarioEngine, Panel]":
    """Load a fit and compile its engine; seconds the first time, nothing the next."""
    from mmm_core.modeling.engine import ScenarioEngine
    from mmm_core.modeling.fit import load_fit
    from mmm_core.panel.panel import load_panel

    fit = load_fit(store.folder(fit_fingerprint))
    panel = load_panel(store.folder(fit.panel_fingerprint))
    engine = ScenarioEngine(panel, fit)
    engine.warm()
    return engine, panel
