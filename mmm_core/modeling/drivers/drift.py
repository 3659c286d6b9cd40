"""A baseline that drifts slowly: a Gaussian process, written as a few smooth columns.

PyMC-Marketing multiplies the intercept by a soft-plus Gaussian process whose amplitude and length scale are estimated
(`SoftPlusHSGP`). Here both are fixed, and the drift is added to the intercept: so it stays linear with normal priors
and can be integrated out. It may pass below 0, which the check of a negative baseline would tell.
"""

import math

import numpy as np

from mmm_core.modeling.drivers.block import Block, Floats, Timeline, shared

AMPLITUDE = 0.15
"""Prior spread of the level around its mean, in largest outcomes: with an intercept of about a half, a baseline that
moves by a third either way, the mean of PyMC-Marketing's prior of the amplitude (exponential with 5 % above 1)."""
LENGTH_WEEKS = 26.0
"""Length scale. At the pace of a year such a process has less than 1 % of the power that it has at the slowest pace,
exp(-(2 pi 26 / 52)^2 / 2): it leaves the season to the waves and the weeks to the media."""


def drift_columns(timeline: Timeline, *, wanted: bool) -> Block:
    """Make the columns of a drifting level, each around its mean in the history.

    Behind the history the level goes back to its mean by the process's own correlation with the last known level.
    `level: ahead` is what it may do there on its own, 0 in the history: with the first it has the variance of the
    process at every distance. One number moves all future periods, which is cautious for their sum.

    References
    ----------
    Riutort-Mayol et al. (2022), Statistics and Computing 33:17, doi:10.1007/s11222-022-10167-2: section 3 for the
    columns, section 4 for how many (as in PyMC's `approx_hsgp_hyperparams`; the border lies further out than there).
    """
    if not wanted:
        return shared([], [], timeline=timeline, spread=0.0)
    length = LENGTH_WEEKS * 7 / timeline.days
    basis = smooth_columns(timeline.known, length)
    basis -= basis.mean(axis=0)
    like_last = np.exp(-0.5 * (timeline.ahead / length) ** 2)
    behind = like_last[timeline.known :, None] * basis[-1]
    columns = [*np.concatenate([basis, behind]).T, np.sqrt(1.0 - like_last**2)]
    labels = [f"level: {number + 1}" for number in range(basis.shape[1])]
    return shared([*labels, "level: ahead"], columns, timeline=timeline, spread=AMPLITUDE)


def smooth_columns(periods: int, length: float) -> Floats:
    """Return columns whose sum with independent standard normal weights is a smooth process of variance 1.

    Parameters
    ----------
    periods : int
    length : float
        Length scale of the squared exponential covariance, periods.

    Returns
    -------
    float64 array (periods, columns)
    """
    half = max((periods - 1) / 2, 1.0)
    # The columns are 0 at the border: two length scales away from it, the ends of the history feel nothing of that.
    wide = max(3.2 * length / half, 1 + 2 * length / half)
    count = math.ceil(1.75 * wide * half / length)
    border = wide * half
    place = np.arange(periods) - (periods - 1) / 2
    pace = np.arange(1, count + 1) * np.pi / (2 * border)
    power = math.sqrt(2 * np.pi) * length * np.exp(-0.5 * (length * pace) ** 2)
    found: Floats = np.sqrt(power / border) * np.sin(pace * (place[:, None] + border))
    return found
