"""The bank itself: head office, a branch per city, sub-branches and their managers."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo import names, places
from demo.columns import Groups, Ints, chance, choose, keys, pick

BANK = "钱塘银行"
CUSTOMERS_PER_OUTLET = 4000
CUSTOMERS_PER_MANAGER = 900


@dataclass(frozen=True)
class Offices:
    """Outlets (sub-branches) numbered city by city; managers numbered outlet by outlet, the retail line first."""

    branches: pl.DataFrame
    managers: pl.DataFrame
    outlets: Groups
    retail_desks: Groups
    corporate_desks: Groups

    @property
    def cities(self) -> int:
        """How many cities the bank works in; they are the first of `places.CITIES`."""
        return len(self.outlets.counts)

    def city(self, rng: np.random.Generator, size: int) -> Ints:
        """Random cities by their weight."""
        return choose(rng, places.WEIGHTS[: self.cities], size)

    def outlet_ids(self, outlet: Ints) -> pl.Series:
        """The branch ids of outlets."""
        return pick(self.branches["branch_id"], outlet + 1 + self.cities)

    def retail_manager(self, rng: np.random.Generator, outlet: Ints) -> pl.Series:
        """A retail manager of each outlet."""
        return pick(self.managers["manager_id"], self.retail_desks.draw(rng, outlet))

    def corporate_manager(self, rng: np.random.Generator, outlet: Ints) -> pl.Series:
        """A corporate manager of each outlet."""
        first = int(self.retail_desks.counts.sum())
        return pick(self.managers["manager_id"], first + self.corporate_desks.draw(rng, outlet))


def offices(rng: np.random.Generator, customers: int) -> Offices:
    """The branches and managers of a bank with so many customers."""
    count = places.city_count(customers)
    weight = places.WEIGHTS[:count] / places.WEIGHTS[:count].sum()
    outlets = Groups(np.ceil(weight * customers / CUSTOMERS_PER_OUTLET + 0.5).astype(np.int64))
    total = int(outlets.counts.sum())
    branches = _branches(rng, outlets)
    retail = Groups(np.full(total, max(1, round(customers / total / CUSTOMERS_PER_MANAGER))))
    corporate = Groups(np.ones(total, dtype=np.int64))
    managers = _managers(rng, branches["branch_id"][1 + count :], retail, corporate)
    return Offices(branches, managers, outlets, retail, corporate)


def _branches(rng: np.random.Generator, outlets: Groups) -> pl.DataFrame:
    cities = [city.name for city in places.CITIES[: len(outlets.counts)]]
    count, total = len(cities), int(outlets.counts.sum())
    owner = outlets.owner()
    number = np.arange(total) - outlets.starts[owner]
    road = pick(places.ROADS, (rng.integers(0, len(places.ROADS), count)[owner] + number) % len(places.ROADS))
    city = pl.Series([*cities[:1], *cities, *pick(cities, owner)])
    again = pl.Series(np.where(number < len(places.ROADS), "", (number // len(places.ROADS) + 1).astype(str)))
    title = [
        f"{BANK}总行",
        *(f"{BANK}{name}分行" for name in cities),
        *(BANK + pick(cities, owner) + road + again + "支行"),
    ]
    level = ["head"] + ["branch"] * count + ["sub_branch"] * total
    ids = keys("BR", len(title), 5)
    parent = np.concatenate([[-1], np.zeros(count, dtype=np.int64), 1 + owner])
    return pl.DataFrame({"branch_id": ids, "name": title, "level": level, "parent_id": pick(ids, parent), "city": city})


def _managers(rng: np.random.Generator, outlet_ids: pl.Series, retail: Groups, corporate: Groups) -> pl.DataFrame:
    outlet = np.concatenate([retail.owner(), corporate.owner()])
    size = len(outlet)
    line = ["retail"] * int(retail.counts.sum()) + ["corporate"] * int(corporate.counts.sum())
    given = names.given_names(rng, chance(rng, 0.55, size))
    capacity = np.where(np.array(line) == "retail", rng.integers(12, 25, size) * 10, rng.integers(3, 9, size) * 10)
    return pl.DataFrame(
        {
            "manager_id": keys("M", size, 5),
            "name": names.full_names(names.surnames(rng, size), given),
            "branch_id": pick(outlet_ids, outlet),
            "line": line,
            "capacity": capacity.astype(np.int64),
        }
    )
