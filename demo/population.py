"""Everyone in the demo bank's world, made once and then told about in the tables."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl

from demo import companies, families, joining, names, offices, people
from demo.clock import Clock
from demo.columns import NEVER, Ints, chance, keys, pick, stream
from demo.companies import Companies
from demo.families import Families
from demo.offices import Offices
from demo.people import Identity, People

Party: TypeAlias = tuple[pl.Series, pl.Series]
_INCORPORATED = 1.5  # the size (standard score) above which companies are joint-stock


@dataclass(frozen=True)
class Population:
    """Companies, the staff on their lists and the customers; places in one map to places in the other.

    `staff_customer` is the customer each member of staff is (-1: none).
    """

    clock: Clock
    offices: Offices
    firms: Companies
    company_ids: pl.Series
    company_names: pl.Series
    staff: People
    staff_ids: pl.Series
    staff_identity: Identity
    staff_customer: Ints
    customers: People
    customer_ids: pl.Series
    customer_identity: Identity
    kin: Families

    def party(self, kind: str, place: Ints) -> Party:
        """The type and id columns of customers, companies or employees."""
        ids = {"customer": self.customer_ids, "company": self.company_ids, "employee": self.staff_ids}[kind]
        return pl.repeat(kind, len(place), eager=True), pick(ids, place)


def populate(customers: int, seed: int, clock: Clock) -> Population:
    """A world in which exactly so many people bank here."""
    network = offices.offices(stream(seed, "offices"), customers)
    firms = companies.companies(stream(seed, "companies"), customers, network, clock)
    joining.become_clients(stream(seed, "clients"), firms, clock)
    staff = people.staff(stream(seed, "staff"), firms, network, clock)
    joining.join(stream(seed, "joining"), firms, staff, clock)
    banked = np.flatnonzero(staff.since < NEVER)
    rest = people.others(stream(seed, "others"), max(customers - len(banked), 0), network, clock)
    everyone = staff.and_(rest)
    place = np.concatenate([banked, np.arange(len(staff), len(everyone))])
    place = place[np.argsort(everyone.since[place], kind="stable")]  # customer ids are given out in order of arrival
    here = everyone.take(place)
    kin = families.families(stream(seed, "families"), here, clock)
    everyone.surname[place] = here.surname
    identity = people.identities(stream(seed, "identities"), everyone)
    customer = np.full(len(everyone), -1, dtype=np.int64)
    customer[place] = np.arange(len(place))
    former = _former(stream(seed, "former"), staff)
    twin = _twins(stream(seed, "twins"), here, kin, clock)
    names_rng = stream(seed, "company names")
    return Population(
        clock=clock,
        offices=network,
        firms=firms,
        company_ids=keys("K", len(firms), 7),
        company_names=names.company_names(names_rng, firms.city, firms.industry, firms.size > _INCORPORATED),
        staff=staff,
        staff_ids=keys("S", len(staff), 8),
        staff_identity=identity.take(former),
        staff_customer=customer[former],
        customers=here,
        customer_ids=keys("C", len(here), 8),
        customer_identity=_with_parents_phones(identity.take(place[twin]), here, kin, clock),
        kin=kin,
    )


def _former(rng: np.random.Generator, staff: People) -> Ints:
    """Whose identity each place on a staff list bears: some who left are on another company's list by now."""
    bearer = np.arange(len(staff))
    gone = np.flatnonzero((staff.left < NEVER) & (staff.since == NEVER))
    now = rng.integers(0, max(len(staff), 1), len(gone))
    moved = (staff.hired[now] > staff.left[gone]) & (staff.company[now] != staff.company[gone])
    moved &= staff.left[now] == NEVER
    bearer[gone[moved]] = now[moved]
    return bearer


def _twins(rng: np.random.Generator, here: People, kin: Families, clock: Clock) -> Ints:
    """Whose identity each customer bears: a few came a second time and got a second customer id."""
    bearer = np.arange(len(here))
    single = (kin.household < 0) & (here.company < 0) & (here.since > clock.start)
    single[kin.parents[1]] = False
    again = np.flatnonzero(single & chance(rng, 0.012, len(here)))
    first = np.floor(rng.random(len(again)) * again).astype(np.int64)  # ids are in order of arrival
    known = ~np.isin(first, again) & (here.ages(clock.start)[first] > 18)  # noqa: PLR2004
    again, first = again[known], first[known]
    for column in (here.female, here.birth, here.occupation, here.income, here.surname):
        column[again] = column[first]
    bearer[again] = first
    return bearer


def _with_parents_phones(identity: Identity, here: People, kin: Families, clock: Clock) -> Identity:
    """Children have the phone of the head of their home."""
    child = here.ages(clock.today) < 14  # noqa: PLR2004
    phone = identity.phone.gather(np.where(child, kin.home, np.arange(len(here))))
    return Identity(identity.name, identity.id_number, phone)
