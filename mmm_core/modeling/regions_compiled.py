"""Effects per region around shared ones, for numba: log effect = log shared effect + apart * where, see `density`.

A state of them is (how far apart the regions of each of K groups are, as a logarithm; U free numbers per group, which
`basis` (G, U) turns into where its G regions stand). It is empty where all regions have the same effects: U is 0.
"""

import math

from mmm_core.modeling.curves_compiled import Floats, along, compiled


@compiled
def place_regions(state: Floats, basis: Floats, scale: float, regional: Floats, gradient: Floats) -> float:
    """Write how many times the shared effect each region has, and the prior's gradient; return the log prior.

    Parameters
    ----------
    state, gradient : float64 array (K (1 + U),)
    basis : float64 array (G, U)
    scale : float
        Of the half-normal prior of being apart.
    regional : float64 array (K, G, 3)
        See `density.Workspace`; the third is set to 0.
    """
    groups, regions, _ = regional.shape
    free, density = basis.shape[1], 0.0
    regional[:, :, 0] = 1.0
    regional[:, :, 2] = 0.0
    if free == 0:
        return density
    for group in range(groups):
        where = groups + group * free
        apart = math.exp(state[group])
        squared = (apart / scale) ** 2
        density += state[group] - 0.5 * squared
        gradient[group] = 1.0 - squared
        for place in range(where, where + free):
            density -= 0.5 * state[place] * state[place]
            gradient[place] = -state[place]
        for region in range(regions):
            regional[group, region, 0] = math.exp(apart * along(basis[region], state[where : where + free]))
    return density


@compiled
def carry_back_to_regions(state: Floats, basis: Floats, regional: Floats, shares: Floats, gradient: Floats) -> None:
    """Carry the gradient by the logarithms of all effects back to how far apart regions are and where each stands.

    Given its share, a group's shared effect falls where one region's effect rises.

    Parameters
    ----------
    shares : float64 array (K,)
        What a shared effect of 1 brings.
    """
    groups, regions, _ = regional.shape
    free = basis.shape[1]
    if free == 0:
        return
    for group in range(groups):
        where, apart, by_shared = groups + group * free, math.exp(state[group]), regional[group, :, 2].sum()
        for region in range(regions):
            push = regional[group, region, 2] - by_shared * regional[group, region, 1] / shares[group]
            gradient[group] += push * math.log(regional[group, region, 0])
            for number in range(free):
                gradient[where + number] += push * apart * basis[region, number]
