"""How often do refits doubt sound answers, and how often wrong ones? `python -m benchmarks.stability [case ...]`.

Simulated clients are fitted and validated in full, as the app does it. What is printed is what `validation.limits` and
decision 0010 say of overlaps, of groups that are off and of orders that turn round. `MMM_WORKSHOP_CLIENTS` says how
many clients a case has, 20 by default. A client needs about 6 s of processor time, a case two minutes; the process asks
for the lowest priority.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.recovery_clients import (
    KnownClient,
    as_the_app_starts,
    with_a_wave_too_few,
    with_an_effect_that_tripled,
)
from mmm_core.validation.agreement import agreements
from mmm_core.validation.patterns import find_patterns
from mmm_core.validation.stability_record import Refit, all_refits
from mmm_core.validation.validate import Validation

CLIENTS = int(os.environ.get("MMM_WORKSHOP_CLIENTS", "20"))
FIRST_SEED = 100
_KINDS = {"weeks": "fewer weeks", "priors": "other priors"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Clients of one kind; `wrong` where one group, the first of each client's truth, is not as the model assumes."""

    name: str
    make: Callable[[int], KnownClient]
    wrong: bool = False


CASES = (
    Case(name="sound", make=as_the_app_starts),
    Case(name="tripled", make=with_an_effect_that_tripled, wrong=True),
    Case(name="wave", make=with_a_wave_too_few),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One client: its validation, and the group that is not as the model assumes, "" where all are."""

    validation: Validation
    wrong: str


def check(known: KnownClient, *, wrong: bool) -> Checked:
    """Fit a client in full and validate the fit."""
    from mmm_core.modeling.fitting import fit_model
    from mmm_core.validation.folds import plan_folds
    from mmm_core.validation.validate import validate

    plan = plan_folds(known.panel.data.sizes["period"], period=known.panel.period)
    found = validate(known.panel, fit_model(known.panel, known.specification), plan)
    return Checked(validation=found, wrong=next(iter(known.truth)) if wrong else "")


def report(checked: Sequence[Checked]) -> list[str]:
    """Say what refits found, a line per kind of refit and one on orders."""
    said = [line for kind in _KINDS for line in _of_kind(kind, checked)]
    orders = [
        one
        for client in checked
        for one in find_patterns(client.validation.measures, _refits(client))
        if one.kind == "order" and one.clear
    ]
    turned = sum(not one.keeps for one in orders)
    return [*said, f"  orders: {turned} of {len(orders)} clear ones turn round in a refit"]


def _of_kind(kind: str, checked: Sequence[Checked]) -> list[str]:
    agreed = [agreements(client.validation.measures, _refits(client))[kind] for client in checked]
    overlaps = sorted(one.overlap for one in agreed)
    groups = sum(len(one.by_group) for one in agreed)
    shaken = [one.shaken() for one in agreed]
    said = (
        f"  {_KINDS[kind]}: overlap per client {overlaps[0]:.2f} to {overlaps[-1]:.2f}; off in "
        f"half of the refits: {sum(map(len, shaken))} of {groups} groups that the data tell, "
        f"in {sum(map(bool, shaken))} of {len(checked)} clients"
    )
    if not any(client.wrong for client in checked):
        return [said]
    both = zip(checked, agreed, shaken, strict=True)
    told = [client.wrong in named for client, one, named in both if client.wrong in one.by_group]
    return [said, f"    the wrong group itself: {sum(told)} of {len(told)} that the data tell"]


def _refits(client: Checked) -> tuple[Refit, ...]:
    return all_refits(client.validation.holdout, client.validation.stability)


def main(names: Sequence[str]) -> int:
    """Ask the named cases, or all of them."""
    unknown = sorted(set(names) - {case.name for case in CASES})
    if unknown:
        print(f"Unknown: {', '.join(unknown)}; known: {', '.join(case.name for case in CASES)}", file=sys.stderr)
        return 2
    os.nice(19)
    for case in CASES:
        if names and case.name not in names:
            continue
        started = time.process_time()
        checked = [check(case.make(seed), wrong=case.wrong) for seed in range(FIRST_SEED, FIRST_SEED + CLIENTS)]
        spent = time.process_time() - started
        print(
            f"{case.name}: {CLIENTS} clients, {spent:.0f} s of processor time", *report(checked), sep="\n", flush=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
