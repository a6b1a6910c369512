"""Effective ownership: what an owner has in a company directly and through others, loops included.

    (X)─60 %→(A)─50 %→(B)      X has 30 % of B

With S the matrix of shares, N = I + S + S² + … = (I - S)⁻¹ (the Neumann series; Brioschi, Buzzacchi and Colombo 1989)
sums every chain from an owner to a company. Chains that come back to the owner itself would count its own share again
and again, so a row is divided by its diagonal (Vitali, Glattfelder and Battiston 2011): N is the answer as it stands
for owners that nobody owns, and no owner has more than the whole. Loops are solved exactly, each strongly connected
component by itself; between components the series ends by itself.
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, eye_array

from graph.facts.nodes import Places, components, placed, sizes
from graph.features.bank import Bank

LEAST: Final = 0.05
"""Effective shares from here on are kept."""
CANDIDATE: Final = 0.25
"""A natural person with this much, directly or not, may be a beneficial owner (PBoC 2025 No. 12); never settled."""
LEAK: Final = 1e-9
"""Keeps a loop that nobody outside owns from adding up without end."""
TINY: Final = 1e-6
"""Chains that carry less are not followed further."""
OWNERS: Final = 20_000
"""Worked on at a time, which bounds memory."""
MILLION: Final = 1_000_000

_FOUND: Final = {"owner": pl.Int64(), "company": pl.Int64(), "share": pl.Float64()}


def stakes(bank: Bank) -> pl.DataFrame:
    """(from, to, millionths): one row per owner and company, in order.

    A person with several records has the largest stake that one of them gives; an unknown share is left out.
    """
    owned = bank.ties.collect().to_native().filter((pl.col("type") == "OWNS") & (pl.col("share") > 0))
    millionths = (pl.col("share") * MILLION).round().cast(pl.Int64).max().alias("millionths")
    return owned.group_by("from", "to").agg(millionths).sort("from", "to")


def effective_owners(owned: pl.DataFrame) -> pl.DataFrame:
    """(from, to, share): the effective shares of at least `LEAST` among `stakes`, to six digits, in order."""
    codes, owner, company = placed(owned)
    found = effective_shares(len(codes), owner, company, owned["millionths"].to_numpy() / MILLION)
    named = pl.Series(codes)
    table = found.select(
        named.gather(found["owner"]).alias("from"), named.gather(found["company"]).alias("to"), pl.col("share").round(6)
    )
    return table.filter(pl.col("share") >= LEAST).sort("from", "to")


def effective_shares(number: int, owner: Places, company: Places, share: NDArray[np.float64]) -> pl.DataFrame:
    """(owner, company, share): effective shares of at least `LEAST` (less rounding) in others than oneself.

    Where the given shares of one company add up to more than 1 they are scaled down to 1.
    """
    total = np.bincount(company, share, number)
    share = share * (1 - LEAK) / np.maximum(total, 1.0)[company]
    part = components(number, owner, company, strong=True)
    loops = part[owner] == part[company]
    within = _resolvent(number, owner[loops], company[loops], share[loops], part)
    between = csr_array((share[~loops], (owner[~loops], company[~loops])), (number, number))
    step = csr_array(between @ within)
    owners = np.unique(owner)
    blocks = (_of_owners(owners[start : start + OWNERS], within, step) for start in range(0, len(owners), OWNERS))
    return pl.concat([pl.DataFrame(schema=_FOUND), *blocks])


def _of_owners(owners: Places, within: csr_array, step: csr_array) -> pl.DataFrame:
    """The rows of N = W + WLW + WLWLW + … that belong to `owners`, each divided by its diagonal."""
    total = chains = csr_array(within[owners])
    while chains.nnz:
        chains = csr_array(chains @ step)
        chains.data[chains.data < TINY] = 0
        chains.eliminate_zeros()
        total = csr_array(total + chains)
    found = total.tocoo()
    owner, company = owners[found.row], found.col.astype(np.int64)
    itself = np.zeros(len(owners))
    itself[found.row[owner == company]] = found.data[owner == company]
    share = found.data / itself[found.row]
    kept = (owner != company) & (share >= LEAST - TINY)
    return pl.DataFrame({"owner": owner[kept], "company": company[kept], "share": share[kept]})


def _resolvent(number: int, owner: Places, company: Places, share: NDArray[np.float64], part: Places) -> csr_array:
    """(I - D)⁻¹ where D holds the shares inside strongly connected components: loops of one size at a time."""
    size = sizes(part)
    order = np.lexsort((np.arange(number), part))
    first = np.searchsorted(part[order], part[order])
    place = np.empty(number, np.int64)
    place[order] = np.arange(number) - first
    inverse = [eye_array(number, format="coo")]
    for length in np.unique(size[owner]):
        chosen = size[owner] == length
        parts, block = np.unique(part[owner[chosen]], return_inverse=True)
        left = np.tile(np.eye(length), (len(parts), 1, 1))
        np.subtract.at(left, (block, place[owner[chosen]], place[company[chosen]]), share[chosen])
        values = np.linalg.inv(left) - np.eye(length)
        members = order[np.searchsorted(part[order], parts)[:, None] + np.arange(length)]
        rows, columns = np.repeat(members, length, axis=1), np.tile(members, (1, length))
        inverse.append(coo_array((values.ravel(), (rows.ravel(), columns.ravel())), (number, number)))
    return csr_array(sum(inverse[1:], inverse[0]))
