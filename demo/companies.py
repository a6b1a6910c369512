"""Companies with heavy-tailed sizes, and who supplies, owns and guarantees whom among them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo import identifiers, names, places
from demo.clock import Clock
from demo.columns import NEVER, Bools, Floats, Groups, Ints, between, chance, choose, dates, keys, pick
from demo.offices import Offices

STAFF_PER_CUSTOMER = 0.6
STAFF_PER_COMPANY = 25
GIANT_SHARE = 0.045
TAIL = 1.06  # Pareto exponent: firm sizes follow Zipf's law closely (Axtell 2001)


@dataclass
class Edges:
    """Directed links between companies (`source` is supplier, shareholder or guarantor of `target`)."""

    source: Ints
    target: Ints
    since: Ints
    share: Floats | None = None


@dataclass
class Companies:
    """One entry per company; `staff` is the length of its staff list (0: the bank has none of them)."""

    city: Ints
    industry: Ints
    weight: Floats
    headcount: Ints
    staff: Ints
    founded: Ints
    suppliers: Edges
    owners: Edges
    guarantors: Edges
    client_since: Ints
    payroll_since: Ints

    def __len__(self) -> int:
        return len(self.city)

    @property
    def client(self) -> Bools:
        """Clients of the bank as of today."""
        return self.client_since < NEVER

    @property
    def size(self) -> Floats:
        """Size as a standard score of its logarithm."""
        logs = np.log(self.weight)
        return ((logs - logs.mean()) / logs.std()).astype(np.float32)


def companies(rng: np.random.Generator, customers: int, offices: Offices, clock: Clock) -> Companies:
    """Companies without history: none is a client yet."""
    employees = round(customers * STAFF_PER_CUSTOMER)
    count = max(3, round(employees / STAFF_PER_COMPANY))
    weight = _weights(rng, count)
    headcount = _headcount(rng, weight, employees)
    giant = int(np.argmax(weight))
    city = offices.city(rng, count)
    city[giant] = 0
    founded = clock.start - np.minimum(rng.exponential(8 * 365, count), 30 * 365).astype(np.int32) - 400
    return Companies(
        city=city,
        industry=choose(rng, names.INDUSTRY_WEIGHTS, count),
        weight=weight,
        headcount=headcount,
        staff=np.where((headcount < np.median(headcount)) & chance(rng, 0.3, count), 0, headcount),
        founded=founded,
        suppliers=_suppliers(rng, weight, city, founded, clock),
        owners=_owners(rng, weight, founded),
        guarantors=_guarantors(rng, count, clock),
        client_since=np.full(count, NEVER, dtype=np.int32),
        payroll_since=np.full(count, NEVER, dtype=np.int32),
    )


def _weights(rng: np.random.Generator, count: int) -> Floats:
    """Sizes by a Pareto law (shifted, so that there are very small ones) that is bounded: only the giant stands out."""
    bound = max(12.0, 0.08 * count)
    weight = (1 - rng.random(count) * (1 - bound**-TAIL)) ** (-1 / TAIL) - 0.85
    weight[np.argmax(weight)] = bound * 3
    return weight


def _headcount(rng: np.random.Generator, weight: Floats, employees: int) -> Ints:
    """Heads by weight, none near the giant, such that the staff lists (of all but some small ones) add up."""
    giant = max(round(employees * GIANT_SHARE), 3 * employees // (len(weight) + 5))
    most = giant * (0.4 + 0.5 * rng.random(len(weight)))
    expected = np.where(np.arange(len(weight)) == np.argmax(weight), 0, weight)
    for _ in range(5):  # what the cap takes from one goes to the others
        expected = np.minimum(expected * (employees - giant) / (expected.sum() * 0.97), most)
    heads = np.maximum(np.floor(expected + rng.random(len(weight))), 1).astype(np.int64)
    heads[np.argmax(weight)] = giant
    return heads


def _suppliers(rng: np.random.Generator, weight: Floats, city: Ints, founded: Ints, clock: Clock) -> Edges:
    """Two to three suppliers a company, large ones more often, two in three from the same city."""
    count = len(weight)
    target = np.repeat(np.arange(count), rng.poisson(2.5, count))
    anywhere = choose(rng, np.sqrt(weight), len(target))
    order = np.argsort(city, kind="stable")
    near = order[Groups(np.bincount(city)).draw(rng, city[target])]
    source = np.where(chance(rng, 0.66, len(target)), near, anywhere)
    return _distinct(source, target, _since(rng, source, target, founded, clock.today))


def _since(rng: np.random.Generator, source: Ints, target: Ints, founded: Ints, today: int) -> Ints:
    return between(rng, np.maximum(founded[source], founded[target]), today - 90, len(source))


def _distinct(source: Ints, target: Ints, since: Ints, share: Floats | None = None) -> Edges:
    """Edges without loops to itself and without repeats."""
    _, first = np.unique(source.astype(np.int64) * 2**32 + target, return_index=True)
    keep = np.sort(first[source[first] != target[first]])
    return Edges(source[keep], target[keep], since[keep], None if share is None else share[keep])


def _owners(rng: np.random.Generator, weight: Floats, founded: Ints) -> Edges:
    """One company in eight belongs to a larger one (hence chains); a few own one another in a circle."""
    count = len(weight)
    by_size = np.argsort(-weight, kind="stable")
    rank = np.flatnonzero(chance(rng, 0.125, count) & (np.arange(count) > 0))
    parent = by_size[np.floor(rng.random(len(rank)) ** 2 * rank).astype(np.int64)]
    child = by_size[rank]
    share = np.where(chance(rng, 0.4, len(rank)), 1.0, rng.integers(30, 91, len(rank)) / 100)
    free = np.setdiff1d(np.arange(count), child)
    circles = rng.permutation(free)[: -(-count // 300) * 3]
    circles = circles[: len(circles) // 3 * 3].reshape(-1, 3)
    source = np.concatenate([parent, circles.ravel()])
    target = np.concatenate([child, np.roll(circles, -1, axis=1).ravel()])
    shares = np.concatenate([share, np.full(circles.size, 0.2)])
    return _distinct(source, target, np.maximum(founded[source], founded[target]) + 30, shares)


def _guarantors(rng: np.random.Generator, count: int, clock: Clock) -> Edges:
    """One company in sixteen is guaranteed by another; groups of three to five guarantee one another in a ring."""
    single = rng.permutation(count)[: count // 16]
    guarantor = rng.integers(0, count, len(single))
    pool = rng.permutation(count)[: max(count // 40, 3)]
    ring = np.arange(len(pool)) // 4
    after = np.arange(len(pool)) + 1
    close = np.append(ring[1:] != ring[:-1], True) if len(pool) else np.zeros(0, dtype=bool)
    follower = np.where(close, ring * 4, after)
    source = np.concatenate([guarantor, pool])
    target = np.concatenate([single, pool[follower] if len(pool) else pool])
    return _distinct(source, target, between(rng, clock.start, clock.today - 90, len(source)))


def table(rng: np.random.Generator, firms: Companies, offices: Offices, company_names: pl.Series) -> pl.DataFrame:
    """The table `companies`."""
    count = len(firms)
    area = places.DISTRICT_CODES[places.districts(rng, firms.city)]
    outlet = offices.outlets.draw(rng, firms.city)
    capital = np.round(np.exp(rng.normal(0, 0.9, count)) * firms.headcount**0.8 * 20, -1) * 10_000 + 100_000
    served = np.where(firms.client, outlet, -1)
    manager = offices.corporate_manager(rng, outlet)
    return pl.DataFrame(
        {
            "company_id": keys("K", count, 7),
            "name": company_names,
            "credit_code": identifiers.credit_codes(rng, area),
            "industry": pick(names.INDUSTRY_NAMES, firms.industry),
            "size": pick(
                ("micro", "small", "medium", "large"), np.searchsorted((10, 100, 300), firms.headcount, "right")
            ),
            "registered_capital": pl.Series(capital.astype(np.int64)).cast(pl.String),  # text, as registers give it
            "city": pick([city.name for city in places.CITIES], firms.city),
            "branch_id": pick(offices.branches["branch_id"], np.where(served < 0, -1, served + 1 + offices.cities)),
            "manager_id": manager.zip_with(
                pl.Series(firms.client), pl.repeat(None, count, dtype=pl.String, eager=True)
            ),
            "client_since": dates(firms.client_since),
        }
    )
