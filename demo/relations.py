"""The table `relations`: families, owners, officers, guarantors, suppliers and referrers."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from demo.columns import Bools, Floats, Ints, between, chance, dates
from demo.companies import Companies
from demo.people import EXECUTIVE, OWNER
from demo.population import Party, Population

_PARTS = (0.6, 0.25, 0.1)  # of what is left to persons
_WHOLLY = 0.99
_OWNER_AGE = 25


def tables(rng: np.random.Generator, world: Population) -> Iterator[pl.DataFrame]:
    """The rows of `relations`, kind by kind."""
    yield from _family(rng, world)
    firms = world.firms
    for kind, edges in (("supplier", firms.suppliers), ("shareholder", firms.owners), ("guarantor", firms.guarantors)):
        yield _rows(
            kind, world.party("company", edges.source), world.party("company", edges.target), edges.since, edges.share
        )
    yield from _owners_and_officers(rng, world)


def _family(rng: np.random.Generator, world: Population) -> Iterator[pl.DataFrame]:
    """Spouses, parents, siblings, joint accounts of some couples, and who referred whom."""
    people = world.customers
    husband, wife = world.kin.spouses
    joint = chance(rng, 0.3, len(husband))
    source, target = world.kin.friends
    referred = chance(rng, 0.05, len(source)) & (people.since[source] < people.since[target])
    pairs = {
        "spouse": world.kin.spouses,
        "parent": world.kin.parents,
        "sibling": world.kin.siblings,
        "joint_account": (husband[joint], wife[joint]),
        "referrer": (source[referred], target[referred]),
    }
    for kind, (left, right) in pairs.items():
        both = np.maximum(people.since[left], people.since[right])
        since = both if kind == "referrer" else between(rng, both, world.clock.today, len(left))
        yield _rows(kind, world.party("customer", left), world.party("customer", right), since)


def _owners_and_officers(rng: np.random.Generator, world: Population) -> Iterator[pl.DataFrame]:
    """Owners as persons hold what no company does; the main one or the general manager represents the company."""
    firms, staff = world.firms, world.staff
    firm, share, main = _personal_shares(rng, firms)
    owner = _business_people(rng, world, len(firm))
    since = between(rng, firms.founded[firm], world.clock.today - 90, len(firm))
    yield _rows("shareholder", world.party("customer", owner), world.party("company", firm), since, share)
    leads = main & chance(rng, 0.6, len(firm))
    owner, since = owner[leads], since[leads]
    yield _rows("legal_representative", world.party("customer", owner), world.party("company", firm[leads]), since)
    chiefs = np.flatnonzero((staff.title == 0) & ~np.isin(staff.company, firm[leads]))
    directors = np.flatnonzero((staff.title <= EXECUTIVE) & chance(rng, 0.6, len(staff)))
    for kind, place in (("legal_representative", chiefs), ("director", directors)):
        customer = world.staff_customer[place]
        inside, outside = place[customer >= 0], place[customer < 0]
        for who, some in (
            (world.party("customer", customer[customer >= 0]), inside),
            (world.party("employee", outside), outside),
        ):
            yield _rows(kind, who, world.party("company", staff.company[some]), staff.hired[some])


def _personal_shares(rng: np.random.Generator, firms: Companies) -> tuple[Ints, Floats, Bools]:
    """Company, share and whether it is the main one, for one to three personal owners of each company."""
    held = np.bincount(firms.owners.target, weights=firms.owners.share, minlength=len(firms))
    firm = np.repeat(np.flatnonzero(held < _WHOLLY), len(_PARTS))
    part = np.resize(np.array(_PARTS), len(firm))
    main = part == _PARTS[0]
    keep = main | chance(rng, 0.45, len(firm))
    share = np.floor(part * (1 - held[firm]) * 100) / 100
    return firm[keep], share[keep], main[keep]


def _business_people(rng: np.random.Generator, world: Population, size: int) -> Ints:
    """Customers who own companies, some more than one."""
    adult = world.customers.ages(world.clock.today) > _OWNER_AGE
    owners = np.flatnonzero((world.customers.occupation == OWNER) & adult)
    pool = owners if len(owners) else np.flatnonzero(adult)
    return pool[rng.integers(0, len(pool), size)]


def _rows(kind: str, source: Party, target: Party, since: Ints, share: Floats | None = None) -> pl.DataFrame:
    size = len(since)
    return pl.DataFrame(
        {
            "from_type": source[0],
            "from_id": source[1],
            "to_type": target[0],
            "to_id": target[1],
            "kind": pl.repeat(kind, size, eager=True),
            "share": pl.repeat(None, size, dtype=pl.Float64, eager=True) if share is None else pl.Series(share),
            "since": dates(since),
        }
    )
