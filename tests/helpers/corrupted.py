"""A demo bank whose staff lists and customer records are spoilt in known ways, with the truth of who is whom.

Nobody whose link is given is asked about: `truth` holds the pairs that a resolver has to find.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from demo import make_bank
from demo.clock import Clock
from demo.population import Population, populate
from helpers import faults as spoil
from helpers.elsewhere import Elsewhere, elsewhere
from helpers.faults import Faults
from helpers.repeats import copied, relatives_of
from loaders.contract import schema
from loaders.identity import Identities, Sources

TODAY = date(2026, 6, 30)
RIVALS = ("namesake", "twin", "parent")


@dataclass(frozen=True)
class Corrupted:
    """Tables, and what is true of them.

    truth: employee_id, customer_id, and the fault of each field (number, phone, name).
    persons: customer_id, person (the same for records that repeat one).
    copies: customer_id of planted second records, first (whose), and their faults.
    rivals: employee_id, customer_id, kind: rows that must not be joined to that customer.
    elsewhere: whose accounts at other banks are.
    """

    tables: dict[str, pl.DataFrame]
    truth: pl.DataFrame
    persons: pl.DataFrame
    copies: pl.DataFrame
    rivals: pl.DataFrame
    elsewhere: Elsewhere

    def sources(self) -> Sources:
        """What the resolver reads."""
        given = {name: self.tables[name].lazy() for name in ("customers", "employees", "companies", "counterparties")}
        return Sources(**given, paid=self.tables["paid"].lazy())

    def right(self, found: Identities) -> pl.DataFrame:
        """The detected links, each with `right`: it joins the employee to the right person."""
        links = (
            found.is_customer.filter("detected").rename({"from_id": "employee_id", "to_id": "customer_id"}).collect()
        )
        persons = self.persons
        true = self.truth.join(persons, on="customer_id").select("employee_id", true="person")
        joined = links.join(persons, on="customer_id").join(true, on="employee_id", how="left")
        return joined.with_columns(right=(pl.col("person") == pl.col("true")).fill_null(value=False))

    def score(self, found: Identities) -> tuple[int, int]:
        """How many detected links are right, of how many."""
        links = self.right(found)
        return int(links["right"].sum()), len(links)

    def repeated(self, found: Identities) -> tuple[int, int, int]:
        """How many links among customers are right, of how many; and how many planted records found their first."""
        links = found.same_as.filter(pl.col("to_label") == "Customer", pl.col("from_label") == "Customer")
        links = links.select("from_id", "to_id").collect()
        for end in ("from", "to"):
            person = self.persons.select(pl.col("customer_id").alias(f"{end}_id"), pl.col("person").alias(end))
            links = links.join(person, on=f"{end}_id")
        first = dict(links.select("from_id", "to_id").iter_rows())
        pairs = self.copies.select("customer_id", "first").iter_rows()
        met = sum(first.get(one, one) == first.get(other, other) for one, other in pairs)
        return int((links["from"] == links["to"]).sum()), len(links), met

    def outside(self, found: Identities) -> pl.DataFrame:
        """By kind of account elsewhere: links, right, asked, found."""
        staff = self.truth.select(label=pl.lit("Employee"), id="employee_id", customer_id="customer_id")
        persons = pl.concat([
            self.persons.select(label=pl.lit("Customer"), id="customer_id", person="person"),
            staff.join(self.persons, on="customer_id").select("label", "id", "person"),
        ])  # fmt: skip
        rows = self.elsewhere.score(found, persons)
        linked = pl.col("found").is_not_null()
        return rows.group_by("kind").agg(
            links=linked.sum(), right=(linked & pl.col("right")).sum(), asked=pl.col("asked").count()
        ).sort("kind")  # fmt: skip

    def merged(self, found: Identities) -> pl.DataFrame:
        """The rivals that were joined to the customer whom they resemble."""
        persons = self.persons
        links = self.right(found).select("employee_id", "person")
        return self.rivals.join(persons, on="customer_id").join(links, on=["employee_id", "person"])


def corrupted_bank(folder: Path, customers: int, seed: int, rivals: int = 200, how: Faults | None = None) -> Corrupted:
    """Make a demo bank in `folder` and spoil it."""
    how = how or Faults()
    make_bank(folder, customers, seed=seed, as_of=TODAY)
    world = populate(customers, seed, Clock(TODAY))
    rng = np.random.default_rng(seed)
    people, staff = _with_names(rng, *_people(folder, world), how.bearers)
    staff = staff.filter(
        pl.when(pl.col("truth").is_null()).then(pl.Series(rng.random(len(staff)) < how.others_on_lists))
        .otherwise(pl.Series(rng.random(len(staff)) < how.customers_on_lists))
    )  # fmt: skip
    added, kept_apart = _rivals(rng, staff, people, rivals)
    staff, marks = _spoilt_staff(rng, staff, people, how)
    truth = marks.filter(pl.col("customer_id").is_null() & pl.col("truth").is_not_null()).select(
        "employee_id", "number", "spoilt_phone", "spoilt_name", customer_id="truth"
    )
    staff = pl.concat([staff.drop("truth"), added.select(staff.drop("truth").columns)])
    persons = people.select("customer_id", person=pl.col("customer_id").min().over("id_number"))
    copies, faults = copied(rng, people, how)
    relatives = relatives_of(rng, people, rivals)
    customers_table = _spoilt_customers(rng, people, world, how)
    more = faults.join(persons.rename({"customer_id": "first"}), on="first").select("customer_id", "person")
    others = relatives.select("customer_id", person="customer_id")
    outside = elsewhere(rng, folder, world, seed, people)
    tables = {
        "customers": pl.concat([customers_table, copies, relatives]), "employees": staff,
        "companies": _read(folder, "companies", world.company_ids), "counterparties": outside.counterparties,
        "paid": outside.paid if how.paid else outside.paid.clear(),
    }  # fmt: skip
    return Corrupted(tables, truth, pl.concat([persons, more, others]), faults, kept_apart, outside)


def _people(folder: Path, world: Population) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Customers, and staff with `truth`, as they are."""
    bearer = world.staff_customer
    ids = world.customer_ids.gather(np.maximum(bearer, 0)).zip_with(
        pl.Series(bearer >= 0), pl.Series([None] * len(bearer), dtype=pl.String)
    )
    staff = _read(folder, "employees", world.staff_ids).with_columns(
        truth=ids,
        name=world.staff_identity.name,
        id_number=world.staff_identity.id_number,
        phone=world.staff_identity.phone,
    )
    return _read(folder, "customers", world.customer_ids), staff


def _with_names(
    rng: np.random.Generator, people: pl.DataFrame, staff: pl.DataFrame, bearers: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody (by ID number) under one of so many names."""
    if not bearers:
        return people, staff
    numbers = pl.concat([people["id_number"], staff["id_number"]]).unique().sort()
    names = people["name"].unique().sort().sample(bearers, seed=1)
    drawn = pl.DataFrame({"id_number": numbers, "drawn": names.gather(rng.integers(0, bearers, len(numbers)))})

    def named(rows: pl.DataFrame) -> pl.DataFrame:
        joined = rows.join(drawn, on="id_number", how="left", maintain_order="left")
        return joined.with_columns(name="drawn").drop("drawn")

    return named(people), named(staff)


def _read(folder: Path, table: str, ids: pl.Series) -> pl.DataFrame:
    """The good rows, in the world's order."""
    rows = pl.read_parquet(folder / f"{table}.parquet").with_columns(
        pl.col(name).cast(dtype, strict=False) for name, dtype in schema(table).items()
    )
    key = rows.columns[0]
    rows = rows.unique(key, keep="first", maintain_order=True)
    return pl.DataFrame({key: ids}).join(rows, on=key, how="left", maintain_order="left")


def _spoilt_staff(
    rng: np.random.Generator, staff: pl.DataFrame, people: pl.DataFrame, how: Faults
) -> tuple[pl.DataFrame, pl.DataFrame]:
    size = len(staff)
    marks = staff.select("employee_id", "customer_id", "truth").with_columns(
        number=spoil.drawn(rng, how.numbers, size), spoilt_phone=spoil.drawn(rng, how.phones, size),
        spoilt_name=spoil.drawn(rng, how.names, size),
    )  # fmt: skip
    others = people["phone"].gather(rng.integers(0, len(people), size))
    phones = others.zip_with(pl.Series(rng.random(size) < how.recycled_phone), staff["phone"])
    columns = {
        "id_number": spoil.spoilt(rng, marks["number"], staff["id_number"], spoil.number),
        "phone": spoil.spoilt(rng, marks["spoilt_phone"], phones, spoil.phone),
        "name": spoil.spoilt(rng, marks["spoilt_name"], staff["name"], spoil.name),
    }
    return staff.with_columns(**columns), marks


def _spoilt_customers(rng: np.random.Generator, people: pl.DataFrame, world: Population, how: Faults) -> pl.DataFrame:
    size = len(people)

    def some(share: float) -> pl.Series:
        return pl.Series(rng.random(size) < share)

    value = pl.col("id_number")
    masked = value.str.head(6) + "********" + value.str.tail(4)
    elsewhere = people["employer_name"].gather(rng.permutation(size))
    noise = pl.Series(np.exp(rng.normal(0, 0.12, size)))
    phones = people["phone"].gather(world.kin.home).zip_with(some(how.family_phone), people["phone"])
    return people.with_columns(
        id_number=pl.when(some(how.no_number)).then(None).when(some(how.masked_number)).then(masked).otherwise(value),
        phone=pl.when(some(how.no_phone)).then(None).otherwise(phones),
        birth_date=pl.when(some(how.no_birth_date)).then(None).otherwise("birth_date"),
        gender=pl.when(some(0.1)).then(None).otherwise("gender"),
        employer_name=pl.when(some(how.no_employer)).then(None)
        .when(some(how.wrong_employer)).then(elsewhere).otherwise("employer_name"),
        monthly_income=pl.when(some(0.15)).then(None).otherwise(pl.col("monthly_income") * noise),
    )  # fmt: skip


def _rivals(
    rng: np.random.Generator, staff: pl.DataFrame, people: pl.DataFrame, number: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Other people on the lists of the employers of customers: namesakes of the same year, twins, parents."""
    placed = staff.filter(pl.col("truth").is_not_null() & pl.col("left_on").is_null())
    chosen = placed.sample(min(3 * number, len(placed)), seed=int(rng.integers(2**31)))
    kinds = pl.Series([RIVALS[place % 3] for place in range(len(chosen))])
    rows = [_rival(rng, kind, row) for kind, row in zip(kinds, chosen.iter_rows(named=True), strict=True)]
    added = pl.DataFrame(rows, schema=dict(chosen.schema))
    pairs = added.select("employee_id", customer_id=chosen["truth"], kind=kinds)
    return added.with_columns(truth=pl.lit(None, pl.String), customer_id=pl.lit(None, pl.String)), pairs


def _rival(rng: np.random.Generator, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    number, name, phone = str(row["id_number"]), str(row["name"]), str(row["phone"])
    year = int(number[6:10])
    month_day = f"{int(rng.integers(1, 13)):02d}{int(rng.integers(1, 29)):02d}"
    if kind == "twin":  # born on one day at one place, one character of the name apart
        name, born = spoil.other_name(rng, name), number[6:14]
    elif kind == "parent":
        name, born = name[0] + "建国"[: max(len(name) - 1, 1)], f"{year - 26}{month_day}"
    else:
        born = f"{year}{month_day}"
    area = number[:6] if kind != "namesake" else "330106"
    other = spoil.checked(f"{area}{born}{int(rng.integers(100, 999))}")
    if kind == "namesake" or rng.random() < 0.5:
        phone = spoil.new_phone(rng)
    shown = (other, other[:6] + "*" * 8 + other[14:], None)[int(rng.integers(3))]
    salary = row["monthly_salary"] and round(row["monthly_salary"] * float(np.exp(rng.normal(0, 0.3))), -1)
    return row | {
        "employee_id": f"Z{row['employee_id']}", "name": name, "phone": phone, "id_number": shown,
        "monthly_salary": salary,
    }  # fmt: skip
