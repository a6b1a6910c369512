"""Communities: parts of the network with more ties inside than chance would give (Louvain; Blondel et al. 2008).

Scikit-network's Louvain runs on one thread over nodes in the order of their keys and draws nothing, so the same bank
gives the same communities. A community that came out in several pieces is split into them: well-connected communities
are what Leiden (Traag et al. 2019) promises beyond Louvain; scikit-network's Leiden draws from the C library's `rand`,
which nobody can seed for it alone.
"""

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from sknetwork.clustering import Louvain

from graph.facts.network import Network
from graph.facts.nodes import Places, components, sizes


def communities(network: Network) -> pl.DataFrame:
    """(entity, community, community_size): `community` is the member with most ties, of several the smallest."""
    group = partition(network)
    ties = np.bincount(np.concatenate([network.left, network.right]), minlength=len(group))
    best_first = np.lexsort((-ties, group))
    centre = best_first[np.searchsorted(group[best_first], group)]
    return pl.DataFrame({
        "entity": network.codes, "community": network.codes[centre], "community_size": sizes(group)
    })  # fmt: skip


def partition(network: Network) -> Places:
    """For each node the smallest one of its community."""
    left, right, number = network.left, network.right, len(network.codes)
    if not len(left):
        return np.arange(number)
    ends = (np.concatenate([left, right]), np.concatenate([right, left]))
    adjacency = csr_matrix((np.tile(network.weight, 2), ends), shape=(number, number))
    label = Louvain(modularity="newman", return_probs=False, return_aggregate=False).fit_predict(adjacency)
    inside = label[left] == label[right]
    return components(number, left[inside], right[inside])
