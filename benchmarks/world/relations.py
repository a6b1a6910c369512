"""Who belongs with whom, as far as the bank has been told: families, owners, officers, suppliers, guarantors."""

import numpy as np
import polars as pl

from demo.columns import NEVER, Ints, chance, dates, stream

from .clock import END
from .records import Records


def home_pairs(records: Records) -> tuple[Ints, Ints]:
    """Pairs of a household one of whom at least banks here, told of or not."""
    people = records.world.people
    order = np.lexsort((people.role, people.household))
    pairs = []
    for apart in (1, 2):
        one, other = order[:-apart], order[apart:]
        pairs.append((one, other)[:2])
    one, other = (np.concatenate(column) for column in zip(*pairs, strict=True))
    near = (people.household[one] == people.household[other]) & (records.customer[one] | records.customer[other])
    return one[near], other[near]


def family_pairs(records: Records) -> tuple[Ints, Ints, Ints]:
    """Those of whom the bank knows, and their roles (1 spouses, 2 parent and child)."""
    one, other = home_pairs(records)
    told = chance(stream(records.world.seed, "family"), 0.65, len(one))
    return one[told], other[told], records.world.people.role[other[told]]


def relations(records: Records) -> tuple[pl.DataFrame, Ints]:
    """The table `relations`, and all parties in it."""
    world, rng = records.world, stream(records.world.seed, "relations")
    firms, people = world.firms, world.people
    one, other, role = family_pairs(records)
    ends = [
        (
            records.known_node(one),
            records.known_node(other),
            np.where(role == 1, "spouse", "parent"),
            np.full(len(one), np.nan),
        )
    ]
    joint = (role == 1) & records.customer[one] & records.customer[other] & chance(rng, 0.3, len(one))
    ends.append((one[joint], other[joint], np.full(joint.sum(), "joint_account"), np.full(joint.sum(), np.nan)))
    for column, kind, told in (
        (people.owns, "shareholder", 0.8),
        (people.runs, "director", 0.6),
        (people.owns, "legal_representative", 0.6),
    ):
        who = np.flatnonzero((column >= 0) & records.company[column] & chance(rng, told, len(people)))
        share = rng.uniform(0.3, 0.8, len(who)) if kind == "shareholder" else np.full(len(who), np.nan)
        ends.append((records.known_node(who), records.starts[2] + column[who], np.full(len(who), kind), share))
    edges = (
        (firms.owner_firm, firms.owned, "shareholder", 0.7), (firms.supplier, firms.buyer, "supplier", 0.4),
        (firms.owner_firm, firms.owned, "guarantor", 0.3),
    )  # fmt: skip
    for source, target, kind, told in edges:
        known = records.company[source] & records.company[target] & (source != target) & chance(rng, told, len(source))
        share = np.where(kind == "shareholder", rng.uniform(0.1, 0.2, known.sum()), np.nan)
        ends.append(
            (records.starts[2] + source[known], records.starts[2] + target[known], np.full(known.sum(), kind), share)
        )
    source, target, kind, share = (np.concatenate(column) for column in zip(*ends, strict=True))
    since = np.where(chance(rng, 0.3, len(source)), END - rng.integers(400, 4000, len(source)), NEVER)
    table = pl.DataFrame([
        *records.type_and_id(source, "from"), *records.type_and_id(target, "to"), pl.Series("kind", kind),
        pl.Series("share", share.round(4), nan_to_null=True), dates(since).alias("since"),
    ])  # fmt: skip
    return table, np.r_[source, target]
