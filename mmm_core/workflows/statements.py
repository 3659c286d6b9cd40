"""What each role stands behind when it signs, in plain words with its own figures, and what must be settled before."""

from dataclasses import dataclass

from mmm_core.checks.control_totals import DIFFERS, MEETS
from mmm_core.checks.reconciliation import in_total
from mmm_core.errors import counted, listed
from mmm_core.money import spoken_amount
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.recognition import RECOGNISED, recognition_status
from mmm_core.taxonomy.resolution import UNMAPPED
from mmm_core.workflows.recognition import recognitions
from mmm_core.workflows.scope_of import ScopeNow
from mmm_core.workflows.scoping import Scoped


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a role signs.

    Attributes
    ----------
    text : str
        The sentence that is kept with the signature.
    needs : tuple of str
        What must be settled first; the role cannot sign while there is any.
    notes : tuple of str
        What the signer should know; it stays visible and does not stand in the way.
    """

    text: str
    needs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def statement_of(storage: Storage, project_id: str, scoped: Scoped, now: ScopeNow, role: str) -> Statement:
    """Return what a role stands behind; raises `KeyError` for a role that does not sign."""
    if role == "marketing":
        return _groups(storage, project_id, scoped, now)
    return {"finance": money_statement, "analytics": _integrity}[role](scoped, now)


def _groups(storage: Storage, project_id: str, scoped: Scoped, now: ScopeNow) -> Statement:
    """Marketing: the groups are the business as its people know it."""
    items, currency = scoped.ground.items, scoped.ground.settings.currency
    decided = scoped.resolution.table
    used = len(set(decided.loc[decided["leaf"] >= 0, "leaf"]))
    spend = int(items.loc[(decided["leaf"] >= 0).to_numpy(), "spend_micros"].sum())
    waiting = items[(decided["status"] == UNMAPPED).to_numpy()]
    waiting = waiting[waiting["spend_micros"] != 0]
    objections = [one for one in now.objections if one.of_person and one.is_open]
    status = recognition_status(scoped.mapping, scoped.resolution, items, recognitions(storage, project_id))
    not_ticked = [path[-1] for path in status.loc[status["status"] != RECOGNISED, "path"]]
    needs = []
    if not used:
        needs.append("There is no group with line items yet.")
    if len(waiting):
        amount = spoken_amount(int(waiting["spend_micros"].sum()))
        needs.append(f"{counted(len(waiting), 'line item')} with {amount} {currency} wait for a group.")
    needs += [f"{one.sentence}." if not one.sentence.endswith(".") else one.sentence for one in objections]
    notes = (f"Not recognised by an owner: {listed(not_ticked)}.",) if not_ticked else ()
    text = f"I recognise our business in {'this' if used == 1 else 'these'} {counted(used, 'group')}"
    return Statement(text=f"{text}, {spoken_amount(spend)} {currency} in all.", needs=tuple(needs), notes=notes)


def money_statement(scoped: Scoped, now: ScopeNow) -> Statement:
    """Finance: the money in the model is that of the files, and the rest is explained."""
    table, currency = scoped.reconciliation, scoped.ground.settings.currency
    raw, model = (int(table.loc[table["step"] == step, "micros"].sum()) for step in ("raw", "model_input"))
    off = int(table["difference_micros"].abs().sum())
    apart = "nothing is left out"
    if raw != model:
        apart = f"the difference is explained: {listed(_explained(scoped), most=4)}" if not off else "see below"
    text = f"{spoken_amount(raw)} {currency} in the files, {spoken_amount(model)} {currency} in the model; {apart}."
    needs = [] if scoped.panel is not None else ["There is no model input yet, so no money to compare."]
    if off:
        needs.append(f"{spoken_amount(off)} {currency} are not accounted for between the files and the model.")
    differing = [one for one in now.findings if one.code == "control_total_differs" and one.is_open]
    if differing:
        needs.append(f"Control totals outside the tolerance, accepted by nobody: {counted(len(differing), 'finding')}.")
    compared = scoped.control_totals.table
    notes = [f"Corrected before the comparison: {counted(len(now.corrections), 'correction')} of files."]
    met = (
        control_totals_words(scoped, now)
        if len(compared)
        else "No control totals were brought: the money is reconciled to the files alone."
    )
    return Statement(text=text, needs=tuple(needs), notes=(*(notes if now.corrections else ()), met))


def control_totals_words(scoped: Scoped, now: ScopeNow) -> str:
    """Say how many control totals are met, how many are not, and who accepted that."""
    verdicts = scoped.control_totals.table["verdict"]
    off, judged = int((verdicts == DIFFERS).sum()), int(verdicts.isin([MEETS, DIFFERS]).sum())
    tolerance = f"{100 * now.settings.tolerance:g} %"
    if not off:
        return f"All {counted(judged, 'control total')} that can be judged are met within {tolerance}."
    ended = [one for one in now.findings if one.code == "control_total_differs" and one.status == "accepted"]
    people = list(dict.fromkeys(one.by for one in ended))
    by = f"; differences accepted by {listed(people)}" if people else ""
    return f"{off:,} of {counted(judged, 'control total')} lie outside the tolerance of {tolerance}{by}."


def _explained(scoped: Scoped) -> list[str]:
    """Name what lies between the files and the model, the largest amounts first."""
    steps = in_total(scoped.waterfall)
    apart = steps[~steps["step"].isin(["raw", "line_items", "model_input"]) & (steps["micros"] != 0)]
    ordered = apart.sort_values("micros", key=abs, ascending=False)
    words = {"unmapped": "waiting for a group", "outside": "outside the modelling window", "excluded": "left out"}
    said = []
    for row in ordered.to_dict("records"):
        why = ": ".join(filter(None, (words.get(str(row["step"]), str(row["step"])), str(row["reason"]))))
        said.append(f"{spoken_amount(int(row['micros']))} {why}")
    return said


def _integrity(scoped: Scoped, now: ScopeNow) -> Statement:
    """Analytics: what was found is settled, and what was objected to is answered."""
    errors = [one for one in now.findings if one.severity == "error"]
    warnings = [one for one in now.findings if one.severity == "warning" and one.status != "gone"]
    open_errors = [one for one in errors if one.is_open]
    open_warnings = [one for one in warnings if one.is_open]
    accepted = sum(one.status == "accepted" for one in now.findings)
    waived = sum(one.status == "waived" for one in now.findings)
    raised = [one for one in now.objections if not one.of_person]
    waiting = [one for one in raised if one.is_open]
    settled = sum(one.status == "settled" for one in raised)
    text = (
        f"{'No' if not open_errors else len(open_errors)} open error{'s' if len(open_errors) > 1 else ''}; "
        f"{counted(accepted, 'finding')} accepted; {waived} waived; {counted(settled, 'objection')} settled."
    )
    needs = [] if scoped.panel is not None else ["There is no model input yet."]
    needs += [f"Open error: {one.message}" for one in open_errors]
    needs += [f"Objection not settled: {one.sentence}" for one in waiting]
    notes = (f"{counted(len(open_warnings), 'warning')} not accepted by anybody.",) if open_warnings else ()
    return Statement(text=text, needs=tuple(needs), notes=notes)
