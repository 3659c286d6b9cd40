"""From figures to objections: what this grouping asks of the data, and what they cannot give."""

from mmm_core import fingerprint
from mmm_core.errors import counted
from mmm_core.feasibility.adequacy import HistoryFacts, group_facts, history_facts
from mmm_core.feasibility.collinearity import pair_facts
from mmm_core.feasibility.group_rules import object_to_group
from mmm_core.feasibility.limits import OBJECTION_LIMITS, ObjectionLimits
from mmm_core.feasibility.objections import Judgement, Objection, Reason, Verdict, Weight, judgement
from mmm_core.feasibility.pair_rules import object_to_pair
from mmm_core.feasibility.resolvability import Resolvability
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel


def judge(
    panel: Panel,
    specification: ModelSpecification,
    found: Resolvability | None,
    *,
    limits: ObjectionLimits = OBJECTION_LIMITS,
) -> Judgement:
    """Object to what this grouping asks of the data.

    Parameters
    ----------
    found : Resolvability or None
        Of the same panel and specification; None where no model can be fitted yet: the classical checks remain.

    Returns
    -------
    Judgement
        At most one objection per pair and per group, each with all its reasons, and one for the number of groups.
    """
    facts = {one.group: one for one in group_facts(panel)}
    pairs = [object_to_pair(panel, one, facts, found, limits) for one in pair_facts(panel)]
    raised = [one for one in pairs if one is not None]
    told = {group for one in raised for group in one.groups if one.verdict is Verdict.ROLL_UP}
    for group, own in facts.items():
        resolved = found.group(group) if found is not None else None
        objection = object_to_group(panel, own, resolved, limits, in_pair=group in told)
        raised += [objection] if objection is not None else []
    history = object_to_history(panel, history_facts(panel, specification), limits)
    raised += [history] if history is not None else []
    return judgement(raised, panel.groups)


def object_to_history(panel: Panel, facts: HistoryFacts, limits: ObjectionLimits) -> Objection | None:
    """Object to more effects than the history carries."""
    if facts.rows_per_effect >= limits.rows_per_effect_caution:
        return None
    serious = facts.rows_per_effect < limits.rows_per_effect_serious
    fewest = max(int(facts.rows / limits.rows_per_effect_caution) - (facts.effects - len(panel.groups)), 1)
    sentence = (
        f"{counted(len(panel.groups), 'group')} are many for this history: {facts.rows_per_effect:.1f} observations "
        "for "
        f"each effect that has to be told; with up to {counted(fewest, 'group')} there would be "
        f"{limits.rows_per_effect_caution:g}."
    )
    reason = Reason(
        rule="few_rows_per_effect",
        weight=Weight.SERIOUS if serious else Weight.CAUTION,
        verdict=Verdict.ROLL_UP if serious else Verdict.CAUTION,
        sentence=sentence,
        value=facts.rows_per_effect,
        threshold=f"rows_per_effect: below {limits.rows_per_effect_caution:g}, serious below "
        f"{limits.rows_per_effect_serious:g} (Meridian guide, amount of data needed)",
    )
    return Objection(
        kind="grouping",
        groups=(),
        verdict=reason.verdict,
        sentence=sentence,
        caveat="more groups than the history carries: small ones rest on their priors",
        reasons=(reason,),
        basis=fingerprint.of_content([facts.rows, facts.effects]),
    )
