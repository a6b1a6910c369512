"""Parties known from payments only, as records that can be compared.

Organisations are compared with the companies that the bank knows, people with its customers and with staff.

unique_id   as everywhere (`records`): companies after employees, counterparties after companies, in order of key
companies, organisations: name, core, brand, place, local (place and brand), site (place and core), head (two
            characters) · staffed: the company itself; or that whose staff the organisation pays · declared: what its
            payees name as employer · *_block: but for what so many companies share that it finds nobody
people, payees: name, name_key, surname · payer: the employer; or the company that pays most · salary
            own: the customer itself; or the customer of that name with whom money went to and fro
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.identity.companies import FORMS
from loaders.identity.names import simplified, with_name_keys
from loaders.identity.records import Records, Sources, numbered, town
from loaders.identity.wages import as_listed, pay_ratios

_REGULAR: Final = 2
"""Months of pay."""
_LEAST_SHARE: Final = 0.2
"""Of an organisation's payees, to be called its staff."""
_LARGEST_BLOCK: Final = 20
_LONGEST_NAME: Final = 4
_HEAD: Final = 2


@dataclass(frozen=True)
class Outside:
    """Both searches, ready to be compared."""

    companies: pl.DataFrame
    organisations: pl.DataFrame
    people: pl.DataFrame
    payees: pl.DataFrame


def outside_codes(sources: Sources, first: int) -> pl.DataFrame:
    """unique_id (from `first` on), label, key of companies and counterparties."""
    listed = numbered(sources.companies.select(label=pl.lit("Company"), key="company_id"), first).collect()
    others = sources.counterparties.select(label=pl.lit("Counterparty"), key="counterparty_id")
    return pl.concat([listed, numbered(others, first + len(listed)).collect()])


def outside(sources: Sources, known: Records, codes: pl.DataFrame, links: pl.DataFrame) -> Outside:
    """Prepare companies and counterparties.

    Args:
        sources: the accepted tables.
        known: customers and employees.
        codes: what `outside_codes` gives.
        links: left (employee) and right (customer) as far as they are known.
    """
    listed = _coded(sources.companies.select("name", "city", key="company_id"), codes, "Company")
    others = _coded(sources.counterparties.select("name", "kind", key="counterparty_id"), codes, "Counterparty")
    others = others.with_columns(organisation=_organisation())
    companies = _named(listed.with_columns(staffed="key", declared=pl.lit(None, pl.String)), known.names)
    organisations = others.filter("organisation").join(_staffed(sources.paid, known, links), on="key", how="left")
    organisations = _named(organisations.with_columns(city=pl.lit(None, pl.String)), known.names)
    return Outside(
        companies=_blocked(companies, companies),
        organisations=_blocked(organisations, companies),
        people=_people(known, links),
        payees=_payees(sources.paid, others.filter(~pl.col("organisation")), known, pay_ratios(known, links)),
    )


def _coded(rows: pl.LazyFrame, codes: pl.DataFrame, label: str) -> pl.DataFrame:
    known = codes.lazy().filter(pl.col("label") == label).select("key", "unique_id")
    return rows.join(known, on="key").sort("unique_id").collect()


def _organisation() -> pl.Expr:
    """As the source says, or else by the name: a legal form, or too long for a person's."""
    formal = pl.any_horizontal(pl.col("name").str.ends_with(form) for form in FORMS)
    long = (pl.col("name").str.len_chars() > _LONGEST_NAME) & ~pl.col("name").str.contains("[A-Za-z]")
    return pl.coalesce(pl.col("kind") == "company", formal | long, pl.lit(value=True))


def _named(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    joined = rows.join(names, left_on="name", right_on="written", how="left", maintain_order="left")
    return joined.with_columns(
        name=pl.col("name").pipe(simplified).str.replace_all(r"[()\[\]【】]", ""),
        place=pl.coalesce("place", pl.col("city").pipe(town)),
        head=pl.col("core").str.head(_HEAD),
    ).select(
        "unique_id", "key", "name", "core", "brand", "place", "head", "staffed", "declared",
        local=pl.col("place") + pl.col("brand"), site=pl.col("place") + pl.col("core"),
    )  # fmt: skip


def _blocked(rows: pl.DataFrame, companies: pl.DataFrame) -> pl.DataFrame:
    def rare(column: str) -> pl.Expr:
        counted = companies[column].drop_nulls().value_counts()
        common = counted.filter(pl.col("count") > _LARGEST_BLOCK)[column]
        return pl.when(~pl.col(column).is_in(common.implode())).then(column)

    return rows.with_columns(rare(column).alias(f"{column}_block") for column in ("core", "brand", "head"))


def _staffed(paid: pl.LazyFrame, known: Records, links: pl.DataFrame) -> pl.DataFrame:
    """key, staffed, declared: whose staff a counterparty pays month after month."""
    regular = paid.filter(
        (pl.col("from_label") == "Counterparty") & (pl.col("to_label") == "Customer")
        & (pl.col("months").list.len() >= _REGULAR)
    ).select(key="from_id", to="to_id").collect()  # fmt: skip
    customers = known.customers.select(to="key", right="unique_id", declared="employer")
    regular = regular.join(customers, on="to").with_columns(payees=pl.len().over("key"))
    jobs = links.join(known.employees.select(left="unique_id", staffed="company"), on="left")
    staff = regular.join(jobs.select("right", "staffed").unique(), on="right")
    keys = regular.select("key").unique()
    return keys.join(_most(staff, "staffed"), on="key", how="left").join(
        _most(regular, "declared"), on="key", how="left"
    )


def _most(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The commonest value of each key, where enough of the payees have it."""
    counted = rows.drop_nulls(column).group_by("key", column).agg(pl.len(), pl.col("payees").first())
    enough = counted.filter(pl.col("len") >= _LEAST_SHARE * pl.col("payees"))
    best = enough.sort("key", "len", column, descending=[False, True, False]).unique("key", keep="first")
    return best.select("key", column)


def _payees(
    paid: pl.LazyFrame, others: pl.DataFrame, known: Records, ratios: tuple[pl.DataFrame, float]
) -> pl.DataFrame:
    named = with_name_keys(others.select("unique_id", "key", "name").lazy()).collect()
    wages = paid.filter(
        (pl.col("from_label") == "Company") & (pl.col("to_label") == "Counterparty")
        & (pl.col("months").list.len() >= _REGULAR)
    )  # fmt: skip
    months = pl.col("months").list.len()
    wages = wages.select(key="to_id", payer="from_id", months=months, paid=pl.col("amounts").list.median()).sort(
        "key", "months", "paid", "payer", descending=[False, True, True, False]
    )
    first = wages.unique("key", keep="first", maintain_order=True).drop("months").collect()
    first = as_listed(first, ratios).rename({"gross": "salary"})
    joined = named.join(first, on="key", how="left").join(_own(paid, named, known), on="key", how="left")
    return joined.sort("unique_id").select("unique_id", "name", "name_key", "surname", "payer", "salary", "own")


def _own(paid: pl.LazyFrame, named: pl.DataFrame, known: Records) -> pl.DataFrame:
    """key, own: the customer of the same name to or from whom most payments went."""
    flows = [
        paid.filter((pl.col(f"{here}_label") == "Customer") & (pl.col(f"{there}_label") == "Counterparty")).select(
            pl.col(f"{here}_id").alias("customer"), pl.col(f"{there}_id").alias("key"), pl.col("months").list.len()
        )
        for here, there in (("from", "to"), ("to", "from"))
    ]
    pairs = pl.concat(flows).group_by("customer", "key").agg(pl.col("months").sum()).collect()
    customers = known.customers.select("name_key", customer="key", own="unique_id")
    alike = pairs.join(named.select("key", "name_key"), on="key").join(customers, on=["customer", "name_key"])
    ranked = alike.sort("key", "months", "own", descending=[False, True, False])
    return ranked.unique("key", keep="first").select("key", "own")


def _people(known: Records, links: pl.DataFrame) -> pl.DataFrame:
    """Customers and staff; the employer of those whose salary comes into an account here says nothing."""
    columns = ("unique_id", "name", "name_key", "surname")
    jobs = links.join(known.employees.select(left="unique_id", company="company"), on="left")
    paid = jobs.join(known.customers.select(right="unique_id", payers="payers"), on="right")
    paid_here = paid.filter(pl.col("payers").list.contains(pl.col("company")))["left"]
    staff = known.employees.select(
        *columns, pl.when(~pl.col("unique_id").is_in(paid_here.implode())).then("company").alias("payer"), "salary",
        own=pl.lit(None, pl.Int64),
    )  # fmt: skip
    nothing = {"payer": pl.lit(None, pl.String), "salary": pl.lit(None, pl.Float64)}
    return pl.concat([known.customers.select(*columns, **nothing, own="unique_id"), staff])
