"""Company control: over half of the votes, a family's shares counted together.

    (wife)─30 %→(A)←21 %─(husband)      together they control A
    (A)─40 %→(B)←20 %─(wife)            and with A's votes and hers, B

x controls y where x directly, or the companies that x controls together with x, hold more than half of y; x is a
company or a family. The least fixed point of that rule (Ceri, Gottlob and Tanca 1990; with families: Atzeni,
Bellomarini, Iezzi, Sallinger and Vlad 2020), for all x at once as products of sparse matrices over whole millionths.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from graph.facts.nodes import Places, components, placed
from graph.facts.ownership import MILLION

HALF: Final = MILLION // 2


@dataclass(frozen=True)
class Control:
    """Who controls what, as entity codes."""

    controllers: pl.DataFrame
    """from, to, share (the votes that count together, 0..1), jointly: each person of a family who takes part"""
    groups: pl.DataFrame
    """entity, group (its smallest company; null for one alone), group_size (companies), controller (at the top; null
    in a closed loop)"""


def control(owned: pl.DataFrame, families: pl.DataFrame, companies: pl.Series) -> Control:
    """Control among the stakes of `ownership.stakes`.

    Args:
        owned: from, to, millionths.
        families: entity, group: people whose shares count together (`households.related`).
        companies: the entities that are organisations.
    """
    codes, owner, company = placed(owned)
    joined = pl.DataFrame({"entity": codes}).join(families, on="entity", how="left", maintain_order="left")
    family = joined["group"].fill_null(joined["entity"]).to_numpy()
    kin, agent = np.unique(family, return_inverse=True)
    shares = csr_array((owned["millionths"].to_numpy(), (owner, company)), (len(codes), len(codes)))
    votes, held = controlled(shares, agent)
    took = _pairs(_taking_part(shares, agent, held))
    takers = took.select("column", member="row", row=pl.Series(agent).gather(took["row"]))
    pairs = _pairs(votes).join(takers, on=["row", "column"])
    places = pl.Series(codes)
    controllers = pairs.select(
        places.gather(pairs["member"]).alias("from"),
        places.gather(pairs["column"]).alias("to"),
        (pl.col("value") / MILLION).round(6).alias("share"),
        (pl.len().over("row", "column") > 1).alias("jointly"),
        pl.Series("agent", kin).gather(pairs["row"]),
    ).sort("from", "to")
    return Control(controllers.drop("agent"), _groups(controllers, companies))


def _pairs(matrix: csr_array) -> pl.DataFrame:
    """Row, column and value of what is not zero."""
    found = matrix.tocoo()
    return pl.DataFrame({"row": found.row.astype(np.int64), "column": found.col.astype(np.int64), "value": found.data})


def controlled(shares: csr_array, agent: Places) -> tuple[csr_array, csr_array]:
    """Votes of each agent in each node, and where they are over half.

    Args:
        shares: owner by company, in whole millionths.
        agent: for each node whom its own shares count with, as 0, 1, …: a family, or the node alone.
    """
    number, agents = len(agent), int(agent.max(initial=-1)) + 1
    belongs = csr_array((np.ones(number, np.int64), (agent, np.arange(number))), (agents, number))
    direct = _of_others(csr_array(belongs @ shares), agent)
    held = csr_array(direct > HALF)
    while True:
        votes = _of_others(csr_array(direct + held.astype(np.int64) @ shares), agent)
        now = csr_array(votes > HALF)
        if now.nnz == held.nnz:
            return votes, now
        held = now


def _of_others(votes: csr_array, agent: Places) -> csr_array:
    """Without what an agent holds of itself."""
    found = votes.tocoo()
    other = agent[found.col] != found.row
    return csr_array((found.data[other], (found.row[other], found.col[other])), votes.shape)


def _taking_part(shares: csr_array, agent: Places, held: csr_array) -> csr_array:
    """Members by node: who of an agent has a stake in what the agent controls, directly or through what it controls."""
    owns = csr_array(shares > 0)
    owners = np.unique(shares.tocoo().row)
    rows = csr_array(held[agent[owners]]).tocoo()
    allowed = csr_array((np.ones(rows.nnz, np.bool_), (owners[rows.row], rows.col)), shares.shape)
    reached = csr_array(owns.multiply(allowed))
    while True:
        further = csr_array(csr_array(reached + reached @ owns).multiply(allowed))
        if further.nnz == reached.nnz:
            return further
        reached = further


def _groups(controllers: pl.DataFrame, companies: pl.Series) -> pl.DataFrame:
    """Companies joined by who controls them, a family being one, with who stands at the top."""
    codes, left, right = placed(controllers, "agent")
    inside = pl.DataFrame({"entity": codes, "part": components(len(codes), left, right)})
    inside = inside.filter(pl.col("entity").is_in(companies.implode()))
    several = pl.len().over("part") > 1
    numbered = inside.select(
        "entity",
        pl.when(several).then(pl.col("entity").min().over("part")).alias("group"),
        pl.when(several).then(pl.len().over("part").cast(pl.Int64)).alias("group_size"),
    )
    top = controllers.join(controllers, left_on="from", right_on="to", how="anti")
    heads = top.group_by("to").agg(pl.col("from").min().alias("controller"))
    joined = numbered.join(heads, left_on="entity", right_on="to", how="left")
    return joined.select("entity", "group", "group_size", "controller").sort("entity")
