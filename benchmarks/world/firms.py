"""Companies: heavy-tailed, one giant; who owns, runs, supplies and guarantees whom."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.columns import NEVER, Bools, Floats, Ints, between, chance, choose

from .clock import START

INDUSTRIES: Final = (
    "软件服务",
    "餐饮连锁",
    "精密制造",
    "物流运输",
    "医药流通",
    "建材批发",
    "教育培训",
    "农产品加工",
    "文旅",
)
SECTORS: Final = ("软件", "餐饮", "精工", "物流", "医药", "建材", "教育", "农业", "文旅")


@dataclass
class Firms:
    """By firm; `client_since` NEVER where not yet a client."""

    weight: Floats  # how many of all staff, in proportion
    industry: Ints
    city: Ints
    size: Ints  # 0..3
    scale: Floats  # standard score of its size
    appeal: Floats  # of banking here, to its staff; the past's reasons that no table tells
    client_since: Ints
    listed: Bools  # in the table of companies though no client
    supplier: Ints  # edges: supplier, buyer, yuan a month
    buyer: Ints
    trade: Floats
    owner_firm: Ints  # edges of ownership by firms
    owned: Ints
    industry_pull: Floats

    def __len__(self) -> int:
        return len(self.weight)

    def clients(self, day: int) -> Bools:
        """Who is a client on a day."""
        return self.client_since <= day


def make_firms(rng: np.random.Generator, count: int, cities: int) -> Firms:
    """`count` firms; the first is the giant."""
    weight = rng.pareto(1.3, count) + 0.3
    weight = np.minimum(weight, weight.sum() * 0.02)
    weight[0] = weight.sum() * 0.06
    scale = np.log(weight)
    scale = (scale - scale.mean()) / scale.std()
    industry = rng.integers(0, len(INDUSTRIES), count)
    client = chance(rng, 1 / (1 + np.exp(0.5 - 0.5 * scale)), count)
    client[0] = True
    since = np.where(client, START - between(rng, 30, 3000, count), NEVER)
    supplier, buyer = _trade(rng, industry, scale)
    owned = np.flatnonzero(chance(rng, 0.12, count))
    return Firms(
        weight=weight, industry=industry, city=rng.integers(0, cities, count),
        size=np.digitize(scale + rng.normal(0, 0.3, count), [-0.3, 0.8, 1.9]), scale=scale,
        appeal=rng.normal(0, 1, count), client_since=since, listed=chance(rng, 0.85, count),
        supplier=supplier, buyer=buyer, trade=np.exp(rng.normal(9.5, 1, len(supplier)) + 0.4 * scale[buyer]),
        owner_firm=rng.integers(0, count, len(owned)), owned=owned, industry_pull=rng.normal(0, 0.5, len(INDUSTRIES)),
    )  # fmt: skip


def _trade(rng: np.random.Generator, industry: Ints, scale: Floats) -> tuple[Ints, Ints]:
    """Who supplies whom: the larger buy more, mostly in an industry next to their own."""
    count = len(industry)
    bought = rng.poisson(np.minimum(1.2 * np.exp(0.5 * scale), 60))
    buyer = np.repeat(np.arange(count), bought)
    supplier = choose(rng, np.exp(0.6 * scale), len(buyer)).astype(np.int64)
    near = np.abs(industry[supplier] - industry[buyer]) <= 1
    kept = (supplier != buyer) & (near | chance(rng, 0.4, len(buyer)))
    pairs = np.unique(np.stack([supplier[kept], buyer[kept]]), axis=1)
    return pairs[0], pairs[1]
