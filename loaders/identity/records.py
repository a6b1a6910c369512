"""Customers and employees as records that can be compared: one row each, the same columns on either side.

unique_id   a number, in order of key: customers from 0, employees after them (then companies and counterparties)
key         customer_id or employee_id; `company` and `given` (customer_id as the source has it) of employees
name, name_key, surname · number (whole), valid, area, birth, last · gender · phone
payer, payers, outer, employer, brand, city, salary: of customers what is known of their work, of employees their
company's · paid (a month, by the payer), address: of customers
name_block, phone_block: name_key and phone but for those so common that they find nobody
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from loaders.identity.companies import parsed
from loaders.identity.names import simplified, with_name_keys
from loaders.identity.numbers import number_parts, with_clean_numbers

MOST_SHARERS: Final = 5
"""An ID number or phone on more customer records than this is a filler (111111…), not a person."""
_LARGEST_NAME_BLOCK: Final = 4
_MOST_PAYERS: Final = 5
_SALARY_MONTHS: Final = 2
_SHORTEST_ADDRESS: Final = 6


@dataclass(frozen=True)
class Sources:
    """The accepted tables, and `paid`: from_label, from_id, to_label, to_id, months, amounts (lists)."""

    customers: pl.LazyFrame
    employees: pl.LazyFrame
    companies: pl.LazyFrame
    counterparties: pl.LazyFrame
    paid: pl.LazyFrame


@dataclass(frozen=True)
class Records:
    """Both sides, ready to be compared; `names`: every name of a company, taken apart."""

    customers: pl.DataFrame
    employees: pl.DataFrame
    names: pl.DataFrame


def records(sources: Sources) -> Records:
    """Prepare every customer and employee."""
    employers = _employers(sources)
    customers = _customers(sources, employers).collect()
    staff = _employees(sources, employers, offset=len(customers)).collect()
    return Records(_blocked(customers, customers), _blocked(staff, customers), employers.collect())


def _customers(sources: Sources, employers: pl.LazyFrame) -> pl.LazyFrame:
    people = sources.customers.join(employers, left_on="employer_name", right_on="written", how="left")
    people = people.join(_payers(sources.paid), left_on="customer_id", right_on="to_id", how="left")
    people = people.join(_payers_elsewhere(sources, employers), left_on="customer_id", right_on="to_id", how="left")
    parts = number_parts()
    born = pl.col("birth_date").dt.strftime("%Y%m%d")
    rows = with_clean_numbers(people).select(
        pl.col("customer_id").alias("key"), "name",
        **parts | {"birth": pl.coalesce(parts["birth"], born)},
        gender=pl.coalesce("gender", _gender(parts["last"])),
        phone="phone",
        payer=pl.col("payers").list.first(), payers="payers", outer="outer",
        employer=pl.coalesce("core", "outer"), brand=pl.coalesce("brand", "outer_brand"),
        city=pl.col("city").pipe(town), address=_address(), paid="paid_monthly", salary="monthly_income",
        company=pl.lit(None, pl.String), given=pl.lit(None, pl.String),
    )  # fmt: skip
    return numbered(with_name_keys(rows), 0)


def _employees(sources: Sources, employers: pl.LazyFrame, offset: int) -> pl.LazyFrame:
    firms = sources.companies.select("company_id", written="name", company_city=pl.col("city").pipe(town)).join(
        employers, on="written", how="left"
    )
    staff = sources.employees.join(firms, on="company_id", how="left")
    parts = number_parts()
    rows = with_clean_numbers(staff).select(
        pl.col("employee_id").alias("key"), "name",
        **parts,
        gender=_gender(parts["last"]),
        phone="phone",
        payer="company_id", payers=pl.lit(None, pl.List(pl.String)), outer=pl.lit(None, pl.String),
        employer="core", brand="brand", city="company_city", address=pl.lit(None, pl.String), salary="monthly_salary",
        company="company_id", given="customer_id",
    )  # fmt: skip
    return numbered(with_name_keys(rows), offset)


def town(city: pl.Expr) -> pl.Expr:
    """A city's name in one form."""
    return city.pipe(simplified).str.replace(r"市$", "")


def _address() -> pl.Expr:
    """Letters, characters and digits of an address; null where it is too short to tell a home."""
    written = pl.col("address").pipe(simplified).str.replace_all(r"[^\p{L}\d]", "")
    home = written.str.contains(r"\d") & ~pl.col("address").str.contains("*", literal=True)
    return pl.when(home & (written.str.len_chars() >= _SHORTEST_ADDRESS)).then(written)


def numbered(rows: pl.LazyFrame, offset: int) -> pl.LazyFrame:
    """`rows` in order of `key`, with `unique_id` from `offset` on."""
    return rows.sort("key").with_row_index("unique_id", offset=offset).with_columns(pl.col("unique_id").cast(pl.Int64))


def _gender(last: pl.Expr) -> pl.Expr:
    """Odd or even: the digit before the check digit."""
    digit = last.str.extract(r"(\d).$").cast(pl.Int64, strict=False)
    return pl.when(digit % 2 == 1).then(pl.lit("M")).when(digit % 2 == 0).then(pl.lit("F"))


def _employers(sources: Sources) -> pl.LazyFrame:
    """Every name of a company that the tables have, taken apart."""
    declared = sources.customers.select(written="employer_name")
    listed = sources.companies.select(written="name")
    outside = sources.counterparties.filter(pl.col("kind").ne_missing("person")).select(written="name")
    return parsed(pl.concat([declared, listed, outside]), sources.companies).collect().lazy()


def _payers(paid: pl.LazyFrame) -> pl.LazyFrame:
    """The companies that pay a customer, most months first, and what the first one usually pays a month."""
    pays = paid.filter((pl.col("from_label") == "Company") & (pl.col("to_label") == "Customer"))
    months = pl.col("months").list.len()
    ranked = pays.select("to_id", "from_id", months=months, monthly=pl.col("amounts").list.median()).sort(
        "to_id", "months", "monthly", "from_id", descending=[False, True, True, False]
    )
    first = pl.when(pl.col("months").first() >= _SALARY_MONTHS).then(pl.col("monthly").first())
    return ranked.group_by("to_id", maintain_order=True).agg(
        payers=pl.col("from_id").head(_MOST_PAYERS), paid_monthly=first
    )


def _payers_elsewhere(sources: Sources, employers: pl.LazyFrame) -> pl.LazyFrame:
    """outer, outer_brand: of the parties outside that pay a customer, the most regular with the name of a company."""
    listed = sources.companies.select(written="name").join(employers, on="written").select("core").unique()
    named = sources.counterparties.select(from_id="counterparty_id", written="name").join(employers, on="written")
    named = named.join(listed, on="core", how="semi").select("from_id", outer="core", outer_brand="brand")
    months = pl.col("months").list.len()
    pays = sources.paid.filter(
        (pl.col("from_label") == "Counterparty") & (pl.col("to_label") == "Customer") & (months >= _SALARY_MONTHS)
    ).select("to_id", "from_id", months=months).join(named, on="from_id")  # fmt: skip
    ranked = pays.sort("to_id", "months", "from_id", descending=[False, True, False])
    return ranked.unique("to_id", keep="first", maintain_order=True).select("to_id", "outer", "outer_brand")


def _blocked(rows: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.when(~pl.col(column).is_in(_common(customers[column], most).implode())).then(column).alias(block)
        for block, column, most in (
            ("name_block", "name_key", _LARGEST_NAME_BLOCK),
            ("phone_block", "phone", MOST_SHARERS),
        )
    )


def _common(values: pl.Series, most: int) -> pl.Series:
    """Values that more than so many records share."""
    counted = values.drop_nulls().value_counts()
    return counted.filter(pl.col("count") > most)[values.name]
