"""Makes a demo bank: everyone in it, then what they do, then one Parquet file per table of the contract."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl

from demo import campaigns, catalogue, companies, customers, relations
from demo.adoption import Adopters, Days, adopt
from demo.clock import Clock
from demo.columns import Bools, stream
from demo.companies import Companies
from demo.customers import Wealth
from demo.holdings import Holders, contracts
from demo.payments import Payments
from demo.population import Population, populate
from demo.ties import Circle, Links
from demo.writer import write

Progress: TypeAlias = Callable[[str, int, int], None]
SMALLEST = 50


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def make_bank(
    out: Path,
    customers: int = 10_000,
    seed: int = 0,
    as_of: date = date(2026, 6, 30),
    progress: Progress = _silent,
) -> dict[str, int]:
    """Writes a believable Chinese bank as unified data: `out/TABLE.parquet` for every table of the contract.

    Args:
        out: Folder of the tables; made if need be, files of the same names are replaced.
        customers: How many people bank here (at least 50); about 600 staff of companies per 1000 come with them.
        seed: Same seed (and size and day), same bank.
        as_of: The last day of its four years of history.
        progress: Told `(stage, done, total)` as the work goes on.

    Returns:
        The number of rows by table.

    Raises:
        ValueError: Fewer than 50 customers.
    """
    if customers < SMALLEST:
        raise ValueError(f"a demo bank has at least {SMALLEST} customers")
    out.mkdir(parents=True, exist_ok=True)
    return _Maker(out, seed, progress).make(customers, Clock(as_of))


class _Maker:
    """One run: the stream of every part comes from the seed and the part's name."""

    def __init__(self, out: Path, seed: int, progress: Progress) -> None:
        self.out = out
        self.seed = seed
        self.progress = progress
        self.rows: dict[str, int] = {}

    def make(self, count: int, clock: Clock) -> dict[str, int]:
        self.progress("people", 0, 1)
        world = populate(count, self.seed, clock)
        self.progress("people", 1, 1)
        may_contact, has = self._parties(world)
        self._holdings(world, has, may_contact)
        self._write_all("relations", relations.tables(stream(self.seed, "relations"), world))
        self._payments(world)
        return self.rows

    def _write(self, table: str, *pieces: pl.DataFrame) -> None:
        self._write_all(table, iter(pieces))

    def _write_all(self, table: str, pieces: Iterator[pl.DataFrame]) -> None:
        self.rows[table] = write(self.out, table, pieces)

    def _parties(self, world: Population) -> tuple[Bools, Wealth]:
        """Writes who and what there is; returns which customers may be contacted, and what they have."""
        self._write("branches", world.offices.branches)
        self._write("managers", world.offices.managers)
        self._write("products", catalogue.table())
        rng = stream(self.seed, "company table")
        self._write("companies", companies.table(rng, world.firms, world.offices, world.company_names))
        self._write("employees", customers.employees(stream(self.seed, "staff table"), world))
        rng = stream(self.seed, "customer table")
        has = customers.wealth(rng, world.customers, world.clock)
        table = customers.table(rng, world, has)
        self._write("customers", table)
        may_contact = table["marketing_consent"].fill_null(value=False) & ~table["do_not_contact"]
        return may_contact.to_numpy(), has

    def _holdings(self, world: Population, has: Wealth, may_contact: Bools) -> None:
        """Simulates who takes which product when, lets the campaigns run, and writes all three."""
        people = _retail_adopters(world, has)
        opened = adopt(
            stream(self.seed, "retail"),
            catalogue.RETAIL,
            people,
            world.clock,
            lambda done, total: self.progress("history", done, total),
        )
        rng = stream(self.seed, "campaigns")
        contacts = campaigns.run(rng, world, people, may_contact, opened)
        self._write("campaigns", campaigns.table(world.clock))
        self._write("contacts", contacts)
        self._write("refusals", campaigns.refusals(rng, contacts, world))
        self._write_all("holdings", self._contracts(world, has, opened))

    def _contracts(self, world: Population, has: Wealth, opened: Days) -> Iterator[pl.DataFrame]:
        rng = stream(self.seed, "contracts")
        holders = Holders("customer", world.customer_ids, has.aum, world.customers.income)
        yield from contracts(rng, holders, catalogue.RETAIL, opened, world.clock)
        rng, clients = stream(self.seed, "corporate"), _corporate_adopters(world.firms)
        opened = adopt(rng, catalogue.CORPORATE, clients, world.clock, lambda _done, _total: None)
        turnover = world.firms.headcount * 12_000.0
        funds = turnover * rng.lognormal(0.5, 1, len(turnover))
        yield from contracts(
            rng, Holders("company", world.company_ids, funds, turnover), catalogue.CORPORATE, opened, world.clock
        )

    def _payments(self, world: Population) -> None:
        rng = stream(self.seed, "payments")
        payments = Payments(rng, world)
        self._write("counterparties", payments.outside.table)
        self._write_all("payments", self._months(rng, payments, world.clock))

    def _months(self, rng: np.random.Generator, payments: Payments, clock: Clock) -> Iterator[pl.DataFrame]:
        months = clock.months()
        for done, (first, last) in enumerate(months, start=1):
            yield payments.month(rng, first, last)
            self.progress("payments", done, len(months))


def _retail_adopters(world: Population, has: Wealth) -> Adopters:
    """Customers see what colleagues, their household and those they pay hold."""
    people, kin = world.customers, world.kin
    return Adopters(
        earliest=customers.earliest(people, has),
        traits=customers.traits(people, has, world.clock),
        ties={
            "colleagues": Circle(people.company),
            "household": Circle(kin.household),
            "payments": Links(*kin.friends, len(people)),
        },
        given={catalogue.FIRST_ACCOUNT: people.since},
    )


def _corporate_adopters(firms: Companies) -> Adopters:
    """Clients see what those they buy from and sell to hold."""
    return Adopters(
        earliest=np.tile(firms.client_since.astype(np.int32), (len(catalogue.CORPORATE), 1)),
        traits={"size": firms.size},
        ties={"payments": Links(firms.suppliers.source, firms.suppliers.target, len(firms))},
        given={catalogue.FIRST_COMPANY_ACCOUNT: firms.client_since, catalogue.PAYROLL: firms.payroll_since},
    )
