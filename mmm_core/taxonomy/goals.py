"""Where line items go, in words: a group's name, why they stay out, or nothing."""

import numpy as np
import pandas as pd

from mmm_core.taxonomy.mapping import Target
from mmm_core.taxonomy.resolution import Resolution

WAITS = "waits for a group"


def target_text(target: Target | None) -> str:
    """Write a target in words; None is no target."""
    if target is None:
        return WAITS
    return target.path[-1] if target.path else left_out(target.exclude)


def left_out(reason: str) -> str:
    """Write an exclusion in words."""
    return f"left out: {reason}"


def goals(resolution: Resolution) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return where each line item goes: a code (items,) and the words behind the codes.

    The groups come first, in the client's order; then the reasons of exclusion; waiting is the last one.
    """
    codes, reasons = pd.factorize(resolution.table["reason"])
    leaf = resolution.table["leaf"].to_numpy(dtype=np.int64)
    groups = [path[-1] for path in resolution.leaves]
    texts = (*groups, *(left_out(str(reason)) for reason in reasons), WAITS)
    waiting = (resolution.table["status"] == "unmapped").to_numpy(dtype=bool)
    code = np.where(leaf >= 0, leaf, len(groups) + codes)
    return np.where(waiting, len(texts) - 1, code), texts
