"""Who stands behind client companies: owners, officers and executives, and what is known of them there.

    (person)─OWNS / OFFICER_OF→(client)      (person)═(employee)─WORKS_AT→(client), in a leading position

What a leading position is called is learned: a title that officers bear, or one of the best paid against their
company's middle wage, which few have; where a title is unknown the wage alone tells. Whom a client pays as it pays its
owners stands behind it with the probability of `graph.features.payouts`, in place of the 1 of a role that is known.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import narwhals as nw
import polars as pl

from graph.features import clients, companies, pairs, peers
from graph.features.bank import Bank, kept
from graph.features.items import Items
from graph.features.pairs import PairTables
from graph.features.payouts import Payouts
from graph.people import Frame

OWN: Final = (
    "owner", "legal_representative", "director", "executive", "share", "companies", "received", "wage_ratio",
    "company_staff", "company_size", "company_industry", "company_capital", "company_inflow", "company_days",
    "beside", "beside_hold", "beside_lift", "owners_lift",
)  # fmt: skip
FEATURES: Final = (*pairs.OFFERED, *OWN)
"""What is learned of owners and executives beyond what their rows start from, which goes by `pairs.FEATURES`."""
CATEGORICAL: Final = ("product", "category", "company_industry")
LEADING_PAY: Final = 2.0
"""From this many times the company's middle wage on who bears no title leads."""
LEADING_TITLE: Final = 1.5
"""A leading title is paid at least this many times the company's middle wage, by median, …"""
LEADING_SHARE: Final = 0.1
"""… and it and the better paid ones make up this share of those with a title at most."""
OFFICERS_SHARE: Final = 0.2
"""A title is a leading one where this share of its bearers are officers of their company."""
DAYS: Final = 365


def executives(bank: Bank) -> Frame:
    """Staff in leading positions: unique (company, entity, wage_ratio)."""
    middle = bank.staff.group_by("company").agg(nw.col("monthly_salary").median().alias("middle"))
    officers = bank.ties.filter(nw.col("type") == "OFFICER_OF").select(
        nw.col("from").alias("entity"), nw.col("to").alias("company"), nw.lit(1.0).alias("officer")
    ).unique()  # fmt: skip
    joined = bank.staff.join(middle, on="company", how="left").join(officers, on=["entity", "company"], how="left")
    staff = kept(joined.with_columns(
        (nw.col("monthly_salary") / nw.col("middle")).alias("wage_ratio"), nw.col("officer").fill_null(0.0)
    ))  # fmt: skip
    untitled = nw.col("title").is_null() & (nw.col("wage_ratio") >= LEADING_PAY).fill_null(value=False)
    titles = _leading_titles(staff).with_columns(nw.lit(value=True).alias("leading"))
    leading = staff.join(titles, on="title", how="left").filter(nw.col("leading").fill_null(value=False) | untitled)
    return leading.group_by("company", "entity").agg(nw.col("wage_ratio").max())


def _leading_titles(staff: Frame) -> Frame:
    """The titles of leading positions: unique `title`."""
    titles = staff.filter(~nw.col("title").is_null()).group_by("title").agg(
        nw.col("wage_ratio").median(), nw.col("officer").mean(), nw.len().alias("bearers")
    )  # fmt: skip
    table = titles.collect().to_native().sort("wage_ratio", "title", descending=[True, False], nulls_last=True)
    few = pl.col("bearers").cum_sum() <= LEADING_SHARE * pl.col("bearers").sum()
    led = ((pl.col("wage_ratio") >= LEADING_TITLE) & few).fill_null(value=False)
    return nw.from_native(table.filter(led | (pl.col("officer") >= OFFICERS_SHARE)).lazy()).select("title")


def behind(bank: Bank, likely: Frame | None = None) -> Frame:
    """(entity, company, owner, legal_representative, director, executive, share, wage_ratio): persons of clients.

    `likely` (company, entity, likely) are owners of whom nobody told.
    """
    owns = nw.col("type") == "OWNS"
    tied = bank.ties.filter(owns | (nw.col("type") == "OFFICER_OF")).select(
        nw.col("from").alias("entity"), nw.col("to").alias("company"), owns.cast(nw.Float64).alias("owner"),
        *((nw.col("kind").fill_null("") == role).cast(nw.Int8).alias(role) for role in OWN[1:3]),
        nw.lit(0).cast(nw.Int8).alias("executive"), nw.when(owns).then(nw.col("share")).otherwise(None).alias("share"),
        nw.lit(None).cast(nw.Float64).alias("wage_ratio"),
    )  # fmt: skip
    no = [nw.lit(0).cast(nw.Int8).alias(role) for role in OWN[1:4]]
    unknown = [nw.lit(None).cast(nw.Float64).alias(name) for name in ("share", "wage_ratio")]
    led = executives(bank).select(
        "entity", "company", nw.lit(0.0).alias("owner"), *no[:2], nw.lit(1).cast(nw.Int8).alias("executive"),
        unknown[0], "wage_ratio",
    )  # fmt: skip
    owning = ("entity", "company", nw.col("likely").alias("owner"))
    paid = [] if likely is None else [likely.select(*owning, *no, *unknown)]
    persons = bank.parties.filter(nw.col("label").is_in(["Customer", "Employee"])).select("entity").unique()
    known = companies.clients(bank).rename({"entity": "company"})
    every = nw.concat([tied, led, *paid]).join(persons, on="entity", how="semi").join(known, on="company", how="semi")
    return every.group_by("entity", "company").agg(nw.col(*OWN[:4], "share", "wage_ratio").max())


def subjects(bank: Bank, links: Frame) -> Frame:
    """One record for each person in `links` (of `behind`): party, entity, draw, banks, client, place, roles.

    The customer's smallest key, or else the staff record at a company that they stand behind; `client` is the one
    with the most staff, of those where a role is known if there are any, `place` the staff record there.
    """
    sizes = peers.hub_sizes(peers.members(bank), "heads")
    roles = links.group_by("entity").agg(
        nw.col(*OWN[:5], "wage_ratio").max(), nw.len().cast(nw.Int32).alias("companies")
    )
    ordered = links.join(sizes, on="company", how="left").with_columns(
        -nw.col("heads").fill_null(0), ((nw.col("owner") > 0) & (nw.max_horizontal(*OWN[:4]) < 1)).alias("unsure")
    )
    first = ordered.unique(subset="entity", keep="first", order_by=["unsure", "heads", "company"])
    main = first.select("entity", "company")
    records = bank.customers.group_by("entity").agg(nw.col("party").min().alias("customer"))
    at = bank.staff.join(links, on=["entity", "company"], how="semi")
    places = at.group_by("entity").agg(nw.col("party").min().alias("desk"))
    there = at.group_by("entity", "company").agg(nw.col("party").min().alias("place"))
    employees = bank.staff.group_by("entity").agg(nw.col("party").min().alias("employee"))
    draws = bank.parties.select("entity", "draw").unique()
    joined = roles.join(main, on="entity", how="left").join(there, on=["entity", "company"], how="left")
    for table in (records, places, employees, draws):
        joined = joined.join(table, on="entity", how="left")
    party = nw.coalesce("customer", "desk", "employee").alias("party")
    named = joined.with_columns(party, (~nw.col("customer").is_null()).alias("banks")).rename({"company": "client"})
    return named.filter(~nw.col("party").is_null()).drop("customer", "desk", "employee")


@dataclass(frozen=True)
class OwnerTables:
    """All that (person, product) rows are joined with, as of one day."""

    held: Frame
    people: PairTables
    subjects: Frame
    received: Frame
    companies: Frame
    sizes: Frame
    """client, beside: persons behind it"""
    holders: Frame
    """client, product, beside_hold"""
    owners: pl.DataFrame
    """product, owners, owners_hold: owners and officers of clients, and those of them who hold it"""

    @classmethod
    def of(cls, bank: Bank, day: date, people: PairTables, payouts: Payouts | None) -> "OwnerTables":
        """The tables of a bank cut at `day`, with those of its customers at hand."""
        links = kept(behind(bank, payouts.likely(bank, day) if payouts else None))
        belonging = links.select("company", "entity")
        tied = links.filter(nw.max_horizontal(*OWN[:3]) == 1).join(bank.banking(), on="entity", how="semi")
        return cls(
            held=people.held,
            people=people,
            subjects=kept(subjects(bank, links)),
            received=kept(_received(bank, day, belonging)),
            companies=kept(_companies(bank, day)),
            sizes=kept(_of_client(peers.hub_sizes(belonging, "beside"))),
            holders=kept(_of_client(peers.hub_holders(belonging, people.held, "beside_hold"))),
            owners=_owners(tied.select("entity").unique(), people.held),
        )

    @property
    def items(self) -> Items:
        """Statistics of products."""
        return self.people.items

    def features(self, rows: Frame) -> pl.DataFrame:
        """`rows` (of `subjects`, with `product`) of products not held, with all features and evidence, sorted."""
        table = self.people.features(rows.with_columns(nw.lit(0).alias("own")), self.held)
        joined = nw.from_native(table.lazy())
        for other, keys in (
            (self.received, ["entity"]), (self.companies, ["client"]), (self.sizes, ["client"]),
            (self.holders, ["client", "product"]), (nw.from_native(self.owners.lazy()), ["product"]),
        ):  # fmt: skip
            joined = joined.join(other, on=keys, how="left")
        counts = ("received", "beside_hold", "owners", "owners_hold")
        joined = joined.with_columns(nw.col(*counts).fill_null(0), (nw.col("beside") - 1).fill_null(0))
        lifted = joined.with_columns(pairs.lift("beside"), pairs.lift("owners"))
        return lifted.collect().to_native().sort("party", "product")


def _received(bank: Bank, day: date, belonging: Frame) -> Frame:
    """(entity, received): yuan within a year from the companies that they stand behind."""
    lately = bank.payments.filter(nw.col("paid_on") > day - timedelta(days=DAYS)).select(
        nw.col("payer").alias("company"), nw.col("payee").alias("entity"), "fen"
    )
    paid = lately.join(belonging, on=["company", "entity"], how="semi").group_by("entity").agg(nw.col("fen").sum())
    return paid.select("entity", (nw.col("fen") / 100).alias("received"))


def _companies(bank: Bank, day: date) -> Frame:
    table = clients.features(bank, day, clients.corporate(bank))
    names = {"staff": "staff", "size": "size", "industry": "industry", "registered_capital": "capital",
             "inflow": "inflow", "client_days": "days"}  # fmt: skip
    renamed = [nw.col(name).alias(f"company_{short}") for name, short in names.items()]
    return table.select(nw.col("entity").alias("client"), *renamed)


def _of_client(frame: Frame) -> Frame:
    return frame.rename({"company": "client"})


def _owners(people: Frame, held: Frame) -> pl.DataFrame:
    number = int(people.select(nw.len()).collect().item())
    counts = held.join(people, on="entity", how="semi").group_by("product")
    table = counts.agg(nw.len().cast(nw.Int32).alias("owners_hold")).collect().to_native()
    return table.with_columns(owners=pl.lit(number, dtype=pl.Int32))
