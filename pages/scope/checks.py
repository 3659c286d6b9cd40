"""Do the numbers add up?"""

import pandas as pd
import streamlit as st

from mmm_core.charts.palette import colours_of
from mmm_core.charts.reconciliation import reconciliation_chart
from mmm_core.charts.stacked import spend_chart
from mmm_core.checks.reconciliation import reconciliation_text
from mmm_core.checks.subtotals import subtotals_text
from mmm_core.errors import counted
from mmm_core.findings import Finding, Severity
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.mapping import PATH_SEPARATOR
from mmm_core.taxonomy.resolution import UNMAPPED
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.boundary import plain
from pages.ui.caching import scoped_of
from pages.ui.drawings import show_drawing
from pages.ui.journey import next_step
from pages.ui.numbers import money
from pages.ui.state import need_project

_MARKS = {
    Severity.ERROR: (":material/error:", "Blocks the fit"),
    Severity.WARNING: (":material/warning:", "Needs a look"),
    Severity.NOTE: (":material/info:", "For the record"),
}
_GRAINS = {"MS": "Month", "QS": "Quarter", "YS": "Year", "": "Period"}


def show() -> None:
    """Render the page."""
    scoped = scoped_of(need_project())
    st.title("Do the numbers add up?")
    if scoped is None:
        st.info("There is no media file yet, so there is nothing to add up.", icon=":material/upload_file:")
        st.page_link("pages/scope/data.py", label="Bring the data", icon=":material/arrow_back:")
        return
    st.write(_answer(scoped))
    findings, subtotals, reconciliation = st.tabs(["Findings", "Subtotals", "Reconciliation"], key="checks-tabs")
    with findings:
        _findings(scoped.findings)
    with subtotals:
        _subtotals(scoped)
    with reconciliation:
        _reconciliation(scoped)
    if not scoped.blocking:
        next_step("Look at the model", "pages/model/specification.py")


def _answer(scoped: Scoped) -> str:
    table, currency = scoped.reconciliation, scoped.ground.settings.currency
    amount = {step: int(table.loc[table["step"] == step, "micros"].sum()) for step in ("raw", "model_input")}
    off = int(table["difference_micros"].abs().sum())
    errors = len(scoped.blocking)
    warnings = sum(finding.severity is Severity.WARNING for finding in scoped.findings)
    apart = _apart(scoped)
    adds_up = "every cent is accounted for" if off == 0 else f"**{money(off, currency)} are not accounted for**"
    need = f"{counted(errors, 'finding')} block{'s' * (errors == 1)} the fit" if errors else "nothing blocks the fit"
    return (
        f"**{money(amount['raw'], currency)}** in your files, **{money(amount['model_input'], currency)}** in the "
        f"model{apart}; {adds_up}. {need.capitalize()}; {counted(warnings, 'warning')} to look at."
    )


def _apart(scoped: Scoped) -> str:
    """Name what makes the difference between the files and the model."""
    currency, status = scoped.ground.settings.currency, scoped.resolution.table["status"]
    waiting = int(scoped.ground.items.loc[(status == UNMAPPED).to_numpy(), "spend_micros"].sum())
    parts = [(str(row["reason"]), int(row["micros"])) for row in scoped.exclusions.to_dict("records")]
    said = [f"{money(micros, currency)} {plain(reason)}" for reason, micros in parts if micros]
    said += [f"{money(waiting, currency)} waiting for a group"] if waiting else []
    return f" ({'; '.join(said)})" if said else ""


def _findings(findings: tuple[Finding, ...]) -> None:
    if not findings:
        st.success("No finding. The files and the grouping passed every check so far.", icon=":material/check:")
    for severity, (icon, label) in _MARKS.items():
        own = [finding for finding in findings if finding.severity is severity]
        if not own:
            continue
        st.subheader(f"{label} ({len(own)})")
        holder = st.expander("Show them") if severity is Severity.NOTE and len(own) > 3 else st.container()
        with holder:
            for finding in own:
                _finding(finding, icon)


def _finding(finding: Finding, icon: str) -> None:
    with st.container(border=True):
        st.markdown(f"{icon} {plain(finding.message)}")
        if finding.remedy:
            st.caption(plain(finding.remedy))
        where = "; ".join(
            f"{name.replace('_', ' ')} {', '.join(map(str, value)) if isinstance(value, list) else value}"
            for name, value in finding.where.as_dict().items()
            if name != "line_items"
        )
        details = [where, f"code {finding.code}", *([finding.threshold] if finding.threshold else [])]
        st.caption(f":gray[{plain('; '.join(filter(None, details))[:400])}]")


def _subtotals(scoped: Scoped) -> None:
    table = scoped.subtotals
    if table.empty:
        st.caption("Subtotals appear as soon as a group holds line items.")
        return
    left, right = st.columns(2)
    level = left.segmented_control(
        "Level", list(scoped.mapping.levels), default=scoped.mapping.levels[-1], format_func=plain, key="level"
    )
    grain = right.segmented_control("Per", list(_GRAINS), default="QS", format_func=_GRAINS.get, key="grain")
    level = level or scoped.mapping.levels[-1]
    own = table[table["level"] == level]
    _spend_chart(own, scoped)
    st.dataframe(
        _pivot(own, grain or "QS"),
        key="subtotals",
        column_config={"_index": st.column_config.TextColumn("Node", pinned=True)},
    )
    st.download_button(
        "Download all subtotals", csv_text(subtotals_text(table)), "subtotals.csv", "text/csv", key="get-subtotals"
    )


def _spend_chart(own: pd.DataFrame, scoped: Scoped) -> None:
    last_name = own["node_path"].str.split(PATH_SEPARATOR).str[-1]
    spend = own.assign(node=last_name, spend=own["spend_micros"] / MICROS_PER_UNIT)
    colours = {
        PATH_SEPARATOR.join(path): colour
        for path, colour in colours_of(scoped.mapping.leaves, scoped.mapping.colours).items()
    }
    named = {path.split(PATH_SEPARATOR)[-1]: colours[path] for path in own["node_path"].unique()}
    settings = scoped.ground.settings
    show_drawing(spend_chart(spend, colours=named, currency=settings.currency, period=settings.period))


def _pivot(own: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Lay subtotals out as node x time with totals at both edges, added up in exact micros."""
    period = own["period"].dt.to_period(grain[0]) if grain else own["period"].dt.date
    order = list(dict.fromkeys(own["node_path"]))
    wide = own.assign(column=period.astype(str)).pivot_table(
        index="node_path", columns="column", values="spend_micros", aggfunc="sum", sort=True
    )
    wide = wide.loc[order]
    wide.loc["Total"] = wide.sum()
    wide.insert(0, "Total", wide.sum(axis=1))
    return (wide / MICROS_PER_UNIT).style.format("{:,.2f}")


def _reconciliation(scoped: Scoped) -> None:
    show_drawing(reconciliation_chart(scoped.reconciliation, currency=scoped.ground.settings.currency))
    text = reconciliation_text(scoped.reconciliation)
    st.dataframe(_per_source(scoped.reconciliation), height="content", key="reconciliation")
    if not scoped.exclusions.empty:
        st.markdown("**Left out of the model**")
        reasons = scoped.exclusions.assign(
            amount=[money(value, scoped.ground.settings.currency) for value in scoped.exclusions["micros"]]
        )
        st.dataframe(reasons[["reason", "line_items", "rows", "amount"]], hide_index=True, key="exclusions")
    st.download_button(
        "Download the reconciliation", csv_text(text), "reconciliation.csv", "text/csv", key="get-reconciliation"
    )


def _per_source(table: pd.DataFrame) -> pd.DataFrame:
    """Lay the reconciliation out as source x step in currency units, with the total and what is not explained."""
    wide = table.pivot_table(index="source", columns="step", values="micros", aggfunc="sum", sort=False)
    wide = wide[list(_STEPS)].rename(columns=_STEPS)
    wide["Not explained"] = table.groupby("source")["difference_micros"].sum()
    wide.loc["Total"] = wide.sum()
    return (wide / MICROS_PER_UNIT).style.format("{:,.2f}")


_STEPS = {
    "raw": "In the file",
    "line_items": "As line items",
    "mapped": "In a group",
    "unmapped": "Waiting for a group",
    "excluded": "Left out",
    "model_input": "In the model",
}

show()
